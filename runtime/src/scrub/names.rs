//! What the name of a field says about its value.
//!
//! Names are split at `_`, `-`, `.` and at a change from small to capital letters, and compared part by
//! part, so that `author`, `tokenizer` and `session_count` are no secrets. Knows no value, but for the few
//! letters that tell an id. `macros/src/observe/sensitive.rs` has the same words; a test compares them.

/// How the value of a field is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Any text: structure, then patterns.
    Text,
    /// The name is a secret's: nothing of the value leaves.
    Secret,
    /// A URL, or a path with its query: user, password and query values.
    Url,
    /// A statement of SQL: literals.
    Sql,
    /// Made by machines, and known to look like a secret without being one: trace ids and the like.
    Exempt,
}

/// Parts of a name that make it sensitive.
#[rustfmt::skip]
const WORDS: [&str; 54] = [
    "password", "passwords", "passwd", "pwd", "passphrase", "passcode", "secret", "secrets", "token",
    "accesstoken", "authtoken", "refreshtoken", "sessiontoken", "idtoken", "bearertoken", "apitoken",
    "apikey", "accesskey", "secretkey", "privatekey", "signingkey", "encryptionkey", "masterkey",
    "apisecret", "clientsecret", "credential", "credentials", "creds", "authorization", "bearer", "jwt",
    "csrf", "xsrf", "cookie", "cookies", "setcookie", "phpsessid", "jsessionid", "ssn", "cvv", "cvv2",
    "cvc", "cvc2", "csc", "pin", "otp", "totp", "mnemonic", "iban", "card", "creditcard", "cardnumber",
    "ccnum", "pan",
];

/// Pairs of parts that do.
#[rustfmt::skip]
const PAIRS: [[&str; 2]; 30] = [
    ["api", "key"], ["private", "key"], ["access", "key"], ["signing", "key"], ["encryption", "key"],
    ["master", "key"], ["account", "key"], ["storage", "key"], ["shared", "key"], ["subscription", "key"],
    ["functions", "key"], ["auth", "key"], ["session", "key"], ["deploy", "key"], ["app", "key"],
    ["social", "security"], ["account", "number"], ["bank", "account"], ["routing", "number"],
    ["pass", "phrase"], ["pass", "word"], ["db", "pass"], ["user", "pass"], ["seed", "phrase"],
    ["recovery", "code"], ["backup", "code"], ["security", "code"], ["verification", "code"],
    ["basic", "auth"], ["set", "cookie"],
];

/// Parts of a name that make it a person's.
#[rustfmt::skip]
const PERSONAL: [&str; 22] = [
    "email", "emails", "phone", "phones", "telephone", "msisdn", "username", "firstname", "lastname",
    "fullname", "surname", "birthday", "birthdate", "dob", "passport", "nino", "itin", "cpf", "aadhaar",
    "personnummer", "pesel", "bsn",
];

/// Pairs of parts that do.
#[rustfmt::skip]
const PERSONAL_PAIRS: [[&str; 2]; 11] = [
    ["user", "name"], ["first", "name"], ["last", "name"], ["full", "name"], ["phone", "number"],
    ["mobile", "number"], ["tax", "number"], ["date", "birth"], ["birth", "date"], ["insurance", "number"],
    ["street", "address"],
];

/// Last parts which say that a name only tells something about a secret: `card_count`.
#[rustfmt::skip]
const ABOUT: [&str; 71] = [
    "count", "len", "length", "size", "total", "kind", "type", "brand", "id", "ids", "status",
    "state", "limit", "age", "at", "ttl", "expiry", "domain", "name", "names", "policy", "ref", "method",
    "expires", "expired", "verified", "valid", "enabled", "required", "present", "version", "provider",
    "url", "uri", "endpoint", "path", "file", "bucket", "bits", "index", "changed", "updated", "issued",
    "rotation", "rotated", "algorithm", "alg", "scope", "issuer", "audience", "format", "prefix",
    "duration", "ms", "seconds", "secs", "attempts", "error", "errors", "failures", "manager", "service",
    "store", "reader", "request", "response", "budget", "usage", "used", "remaining", "rate",
];

/// First parts that do: `has_password`, `max_token`.
#[rustfmt::skip]
const LEADS: [&str; 14] = [
    "has", "is", "needs", "requires", "supports", "uses", "max", "min", "num", "no", "missing", "invalid",
    "total", "sent",
];

/// Last parts of names of ids, times and sums, which digits alone or long hexadecimal ones may be.
#[rustfmt::skip]
const MACHINES: &[&str] = &[
    "id", "ids", "traceparent", "offset", "seq", "sequence", "timestamp", "ts", "nanos", "micros", "millis",
    "epoch", "lsn", "xid", "hash", "digest", "checksum", "etag", "commit", "sha", "sha256", "uuid", "guid", "crc",
    "ns", "us", "ms", "count", "bytes", "size", "len", "length", "total", "sum", "nonce", "counter", "time", "at",
    "duration", "elapsed", "amount", "balance", "index", "pos", "position", "height", "term", "lag", "pid", "tid",
    "tracking", "cursor", "ref", "reference", "order", "event", "trace", "span", "block", "generation",
    "revision", "version", "cycles", "ticks",
];

/// The names of OpenTelemetry's conventions, and common ones, that hold URLs.
#[rustfmt::skip]
const URLS: [&str; 12] = [
    "url.full", "url.query", "url.path", "url.original", "http.url", "http.target", "url.fragment",
    "db.connection_string", "connection_string", "dsn", "request.uri", "http.path",
];
/// Last parts that do.
const URL_WORDS: [&str; 9] =
    ["url", "urls", "uri", "href", "referer", "referrer", "location", "dsn", "callback"];

/// Those that hold SQL.
#[rustfmt::skip]
const STATEMENTS: [&str; 7] = [
    "db.query.text", "db.statement", "db.query", "sql", "sql.query", "statement", "db.sql",
];

/// Names that the program says are sensitive, each in its parts.
#[derive(Debug, Default)]
pub(super) struct Names {
    own: Vec<Vec<String>>,
}

impl Names {
    /// Names of the program's own; nothing if one of them is empty.
    pub(super) fn with(names: &[&str]) -> Option<Names> {
        let own = names.iter().map(|name| {
            let parts = Parts::of(name);
            let parts: Vec<_> = parts.get().iter().map(|part| part.to_ascii_lowercase()).collect();
            (!parts.is_empty()).then_some(parts)
        });
        Some(Names { own: own.collect::<Option<_>>()? })
    }

    /// The form that a name stands for.
    pub(super) fn form(&self, name: &str) -> Form {
        let parts = Parts::of(name);
        let parts = parts.get();
        if self.is_own(parts) || is_sensitive(parts) {
            return Form::Secret;
        }
        let last = |words: &[&str]| parts.last().is_some_and(|last| is_among(last, words));
        if is_among(name, &STATEMENTS) {
            Form::Sql
        } else if is_among(name, &URLS) || last(&URL_WORDS) {
            Form::Url
        } else if last(MACHINES) {
            Form::Exempt
        } else {
            Form::Text
        }
    }

    /// Whether the program says that a name, in its parts, is sensitive.
    fn is_own(&self, parts: &[&str]) -> bool {
        self.own.iter().any(|own| {
            parts.windows(own.len()).any(|window| {
                window.iter().zip(own).all(|(part, known)| part.eq_ignore_ascii_case(known))
            })
        })
    }

    /// Whether the program says that a name is sensitive.
    pub(super) fn is_own_name(&self, name: &str) -> bool {
        self.is_own(Parts::of(name).get())
    }

    /// Whether a name is that of a secret or a person's, by ours or by the program's words.
    pub(super) fn is_sensitive(&self, name: &str) -> bool {
        let parts = Parts::of(name);
        self.is_own(parts.get()) || is_sensitive(parts.get())
    }

    /// Whether the program named any itself.
    pub(super) fn has_own(&self) -> bool {
        !self.own.is_empty()
    }
}

/// Whether a name is that of a secret or a person's by our words.
pub(super) fn is_known(name: &str) -> bool {
    is_sensitive(Parts::of(name).get())
}

/// A name in these parts is that of a secret, or of something that tells who somebody is.
fn is_sensitive(parts: &[&str]) -> bool {
    let about = parts.len() > 1
        && (parts.last().is_some_and(|last| is_among(last, &ABOUT))
            && !is_pair(parts.get(parts.len() - 2..).unwrap_or_default())
            || parts.first().is_some_and(|first| is_among(first, &LEADS)));
    let word =
        |part: &&str| is_among(numberless(part), &WORDS) || is_among(numberless(part), &PERSONAL);
    !about && (parts.iter().any(word) || parts.windows(2).any(is_pair))
}

fn is_pair(pair: &[&str]) -> bool {
    let [first, second] = pair else {
        return false;
    };
    let is = |known: &[&str; 2]| {
        known[0].eq_ignore_ascii_case(first) && known[1].eq_ignore_ascii_case(numberless(second))
    };
    PAIRS.iter().chain(&PERSONAL_PAIRS).any(is)
}

/// `password2` is a password.
fn numberless(part: &str) -> &str {
    match part.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "cvv" | "cvc" | "" => part,
        name => name,
    }
}

fn is_among(part: &str, words: &[&str]) -> bool {
    words.iter().any(|word| word.eq_ignore_ascii_case(part))
}

/// What a field with the name of an id may hold without being looked at: digits alone, or so many
/// hexadecimal ones, with dashes, that they are no number of a person.
pub(super) fn is_machine_made(value: &str) -> bool {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    let hex = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    let long = (16..=64).contains(&value.len()) && value.bytes().all(hex);
    let dashes = value.bytes().filter(|byte| *byte == b'-').count();
    digits && value.len() <= 20 || long && (dashes == 0 || value.len() >= 32)
}

/// The parts of a name.
struct Parts<'n> {
    parts: [&'n str; Parts::MOST],
    count: usize,
}

impl<'n> Parts<'n> {
    /// Of a longer name, the last part holds the rest.
    const MOST: usize = 16;

    fn of(name: &'n str) -> Parts<'n> {
        let mut parts = Parts { parts: [""; Parts::MOST], count: 0 };
        for word in name.split(|c: char| !c.is_alphanumeric()) {
            let bytes = word.as_bytes();
            let mut start = 0;
            for at in 1..bytes.len() {
                let small = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_lowercase);
                let capital = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_uppercase);
                // `cardNumber`, `HTTPToken`
                if capital(at) && (!capital(at - 1) || small(at + 1)) {
                    parts.push(word.get(start..at));
                    start = at;
                }
            }
            parts.push(word.get(start..));
        }
        parts
    }

    fn push(&mut self, part: Option<&'n str>) {
        if let Some(part) = part.filter(|part| !part.is_empty()) {
            let place = self.count.min(Parts::MOST - 1);
            self.parts[place] = part;
            self.count = place + 1;
        }
    }

    fn get(&self) -> &[&'n str] {
        &self.parts[..self.count]
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Names, is_machine_made};

    fn form(name: &str) -> Form {
        Names::default().form(name)
    }

    #[test]
    fn secrets_and_persons_are_known_in_every_spelling() {
        for name in [
            "password",
            "user_password",
            "userPassword",
            "USER_PASSWORD",
            "user-password",
            "user.password",
            "Password1",
            "db_pass",
            "apiKey",
            "x-api-key",
            "HTTPToken",
            "http.request.header.authorization",
            "accessToken",
            "cvv2",
            "http.request.header.cookie",
            "http.response.header.set-cookie",
            "http.request.header.proxy-authorization",
            "card",
            "cardNumber",
            "card_holder_pan",
            "email",
            "user.email",
            "phone_number",
            "firstName",
            "date_of_birth_dob",
            "aws_secret_access_key",
            "socialSecurity",
            "account_number",
            "pin",
        ] {
            assert_eq!(form(name), Form::Secret, "{name}");
        }
    }

    #[test]
    fn names_that_only_contain_the_letters_are_none() {
        for name in [
            "author",
            "tokenizer",
            "session_count",
            "token_count",
            "tokens",
            "monkey",
            "keyboard",
            "key",
            "pinned",
            "discard",
            "has_password",
            "token_type",
            "password_policy",
            "email_verified",
            "max_token",
            "cards",
            "message",
            "compass",
            "bypass",
            "span",
            "panel",
            "secretary",
            "cookie_name",
            "x-request-start",
            "service.name",
            "user_agent.original",
            "code.function.name",
        ] {
            assert_ne!(form(name), Form::Secret, "{name}");
        }
    }

    #[test]
    fn urls_statements_and_ids_have_forms_of_their_own() {
        for (name, expected) in [
            ("url.full", Form::Url),
            ("http.target", Form::Url),
            ("referer", Form::Url),
            ("redirect_uri", Form::Url),
            ("http.request.header.referer", Form::Url),
            ("db.query.text", Form::Sql),
            ("db.statement", Form::Sql),
            ("sql", Form::Sql),
            ("trace_id", Form::Exempt),
            ("traceId", Form::Exempt),
            ("order_id", Form::Exempt),
            ("card_id", Form::Exempt),
            ("kafka.offset", Form::Exempt),
            ("latency_ns", Form::Exempt),
            ("target", Form::Text),
            ("query", Form::Text),
        ] {
            assert_eq!(form(name), expected, "{name}");
        }
    }

    #[test]
    fn names_of_the_program_are_compared_in_parts_too() {
        let names = Names::with(&["badge-number", "Salary"]).unwrap();
        for name in
            ["badge_number", "BadgeNumber", "employee.badge.number", "salary", "base_salary"]
        {
            assert_eq!(names.form(name), Form::Secret, "{name}");
        }
        assert_eq!(names.form("badge"), Form::Text);
        assert!(Names::with(&["ok", "_"]).is_none());
    }

    #[test]
    fn only_what_looks_like_an_id_is_let_through_as_one() {
        for value in [
            "1",
            "4111111111111111",
            "0af7651916cd43dd8448eb211c80319c",
            "b7ad6b7169203331",
            "9e8119cc-4423-43a0-b61c-13278a518022",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ] {
            assert!(is_machine_made(value), "{value}");
        }
        for value in
            ["123-45-6789", "AB123456C", "4111-1111-1111-1111", "alice@example.com", "tok_abcdef"]
        {
            assert!(!is_machine_made(value), "{value}");
        }
    }
}
