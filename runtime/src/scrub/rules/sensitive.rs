//! Which names of values are a secret's: `db_password`, `X-Api-Key`, `acmeToken`, and not `token_count`.
//!
//! A name is read in parts, and its last part but for numbers and the like has to be the secret itself.
//! Looks at no value. Called by `assigned`.

/// What a name says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// A person's or a service's password: of any shape.
    Password,
    /// A secret, a token, a key of an interface: what looks made by a machine.
    Secret,
    /// A key of something: only what can be nothing else than one.
    Key,
}

/// What a name stands for, if it is a secret.
pub(super) fn name(name: &str) -> Option<Name> {
    let parts = Parts::of(name);
    let parts = parts.get();
    let mut last = parts.len();
    while last > 0 && follows(parts[last - 1]) {
        last -= 1;
    }
    let part = *parts.get(last.checked_sub(1)?)?;
    let before = if last >= 2 { parts[last - 2] } else { "" };
    let is = |list: &[&str], word: &str| list.iter().any(|one| word.eq_ignore_ascii_case(one));
    let ends = |list: &[&str]| {
        list.iter().any(|one| {
            part.len()
                .checked_sub(one.len())
                .and_then(|at| part.get(at..))
                .is_some_and(|end| end.eq_ignore_ascii_case(one))
        })
    };
    let starts = |list: &[&str], word: &str| {
        list.iter()
            .any(|one| word.get(..one.len()).is_some_and(|start| start.eq_ignore_ascii_case(one)))
    };
    // `no_password`, `has_token`, `max_tokens`: said of a secret, not one.
    if starts(
        &[
            "has", "is", "no", "num", "max", "min", "use", "show", "require", "invalid", "missing",
            "bad", "wrong", "forgot", "reset",
        ],
        before,
    ) && is(
        &[
            "has", "is", "no", "num", "max", "min", "use", "show", "require", "requires",
            "invalid", "missing", "bad", "wrong", "forgot", "reset",
        ],
        before,
    ) {
        return None;
    }
    if ends(&[
        "password",
        "passwd",
        "passphrase",
        "passcode",
        "pwd",
        "pswd",
        "passwort",
        "kennwort",
        "passwords",
    ]) || is(
        &["pass", "pw", "psw", "senha", "userpass", "dbpass", "sshpass", "rootpass", "mypass"],
        part,
    ) || is(&["hash", "digest"], part) && ends_with_password(before)
    {
        return Some(Name::Password);
    }
    if is(&["key", "keys"], part) {
        if is(PLAIN_KEYS, before) {
            return None;
        }
        return Some(if is(SECRET_KEYS, before) { Name::Secret } else { Name::Key });
    }
    if ends(&[
        "apikey",
        "authkey",
        "accesskey",
        "secretkey",
        "privatekey",
        "signingkey",
        "encryptionkey",
        "licensekey",
        "appkey",
        "apikeys",
        "masterkey",
        "accountkey",
        "sharedkey",
    ]) {
        return Some(Name::Secret);
    }
    if is(&["token", "tokens"], part)
        && is(
            &[
                "next",
                "page",
                "continuation",
                "cancellation",
                "cancel",
                "sync",
                "cursor",
                "resume",
                "pagination",
            ],
            before,
        )
    {
        return None;
    }
    if ends(&["token", "secret", "secrets", "credential", "credentials", "creds", "tokens"])
        || is(&["jwt", "auth", "otp", "totp", "bearer", "authorization", "pat"], part)
        || is(&["signature", "sig"], part)
            && is(&["x", "amz", "goog", "hmac", "request", "sas"], before)
        || is(&["id"], part) && is(&["session", "sess"], before)
        || is(&["session", "sessionid", "jsessionid", "phpsessid", "sessid"], part)
        || is(&["license", "licence"], part)
        || is(&["webhook"], part)
    {
        return Some(Name::Secret);
    }
    if ends(&["key"])
        && part.len() > 3
        && !is(
            &[
                "monkey",
                "turkey",
                "hotkey",
                "donkey",
                "jockey",
                "hockey",
                "whiskey",
                "pubkey",
                "publickey",
                "primarykey",
                "foreignkey",
                "cachekey",
                "sortkey",
                "rowkey",
                "hashkey",
                "groupkey",
            ],
            part,
        )
    {
        return Some(Name::Key);
    }
    None
}

fn ends_with_password(part: &str) -> bool {
    ["password", "passwd", "pwd", "pass"].iter().any(|word| part.eq_ignore_ascii_case(word))
}

/// Parts after the secret that leave it one: `token2`, `password_value`, `secret_key_base`.
fn follows(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_digit())
        || [
            "value",
            "val",
            "str",
            "string",
            "text",
            "base",
            "base64",
            "b64",
            "raw",
            "plain",
            "plaintext",
            "prod",
            "production",
            "dev",
            "test",
            "staging",
            "live",
            "sandbox",
            "old",
            "new",
            "current",
            "previous",
            "main",
            "primary",
            "secondary",
            "default",
            "env",
            "super",
            "secure",
            "sec",
            "a",
            "b",
            "v1",
            "v2",
        ]
        .iter()
        .any(|word| part.eq_ignore_ascii_case(word))
}

/// Keys that open nothing.
const PLAIN_KEYS: &[&str] = &[
    "public",
    "pub",
    "primary",
    "foreign",
    "sort",
    "partition",
    "cache",
    "object",
    "row",
    "idempotency",
    "routing",
    "lookup",
    "hash",
    "map",
    "group",
    "index",
    "dedup",
    "shard",
    "message",
    "event",
    "trace",
    "kms",
    "host",
    "surrogate",
    "order",
    "item",
    "record",
    "unique",
    "composite",
    "range",
    "storage_object",
    "s3",
    "redis",
    "join",
    "natural",
    "business",
    "metric",
    "label",
    "registry",
    "arrow",
    "hot",
    "shortcut",
    "config",
];

/// Keys that do.
const SECRET_KEYS: &[&str] = &[
    "api",
    "access",
    "secret",
    "private",
    "priv",
    "auth",
    "encryption",
    "encrypt",
    "decryption",
    "signing",
    "sign",
    "signature",
    "master",
    "account",
    "license",
    "licence",
    "app",
    "application",
    "client",
    "consumer",
    "admin",
    "deploy",
    "ssh",
    "shared",
    "symmetric",
    "aes",
    "hmac",
    "rsa",
    "integration",
    "ingest",
    "ingestion",
    "webhook",
    "server",
    "jwt",
    "session",
    "cipher",
    "crypto",
    "root",
    "write",
    "service",
    "storage",
    "subscription",
    "function",
    "functions",
    "security",
    "credential",
    "token",
    "user",
];

/// The parts of a name, at most so many, the last ones.
struct Parts<'n> {
    parts: [&'n str; 8],
    count: usize,
}

impl<'n> Parts<'n> {
    /// Cut at signs, and where a small letter meets a capital one.
    fn of(name: &'n str) -> Parts<'n> {
        let bytes = name.as_bytes();
        let mut parts = Parts { parts: [""; 8], count: 0 };
        let mut start = 0;
        for at in 0..=bytes.len() {
            let here = bytes.get(at).copied().unwrap_or(b'_');
            let camel = at > start
                && here.is_ascii_uppercase()
                && (bytes[at - 1].is_ascii_lowercase()
                    || bytes[at - 1].is_ascii_digit()
                    || bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase)
                        && bytes[at - 1].is_ascii_uppercase());
            let number = at > start
                && here.is_ascii_digit()
                && bytes[at - 1].is_ascii_alphabetic()
                && bytes[at..].iter().all(u8::is_ascii_digit);
            if camel || number || !here.is_ascii_alphanumeric() {
                if at > start {
                    parts.push(name.get(start..at).unwrap_or_default());
                }
                start = if camel || number { at } else { at + 1 };
            }
        }
        parts
    }

    fn push(&mut self, part: &'n str) {
        if self.count == self.parts.len() {
            self.parts.rotate_left(1);
            self.count -= 1;
        }
        self.parts[self.count] = part;
        self.count += 1;
    }

    fn get(&self) -> &[&'n str] {
        &self.parts[..self.count]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_part_says_what_a_name_is() {
        for (text, expected) in [
            ("db_password", Some(Name::Password)),
            ("DB.PASS", Some(Name::Password)),
            ("X-Api-Key", Some(Name::Secret)),
            ("acmeToken", Some(Name::Secret)),
            ("ACME_TOKEN", Some(Name::Secret)),
            ("access_token5", Some(Name::Secret)),
            ("secret_key_base", Some(Name::Secret)),
            ("acme_key", Some(Name::Key)),
            ("key", Some(Name::Key)),
            ("token_count", None),
            ("secret_name", None),
            ("key_id", None),
            ("primary_key", None),
            ("next_page_token", None),
            ("has_password", None),
            ("author", None),
            ("tokenizer", None),
            ("keyboard", None),
        ] {
            assert_eq!(name(text), expected, "{text}");
        }
    }
}
