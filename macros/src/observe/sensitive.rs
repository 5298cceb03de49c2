//! Names that look like secrets: a second look at what `log(..)` and open labels would let out in
//! the clear.
//!
//! The words are those of `runtime/src/scrub/names.rs`, which looks at the names of foreign fields; a test
//! compares them. Only a guard against slips. What may leave is decided by types; this catches the numbers and
//! foreign types whose name says that their value should not.

use proc_macro2::Ident;
use syn::{GenericArgument, PathArguments, Type};

use crate::parameters::Parameter;
use crate::recorded::Recorded;

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

/// Parts of a name that make it a person's: what can be logged where its type allows is no label.
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

/// What is a person's in a label, while operators need it in a log.
const ADDRESSES: [[&str; 2]; 1] = [["ip", "address"]];

/// Types of others: a value of them may be a secret, whatever it is called.
#[rustfmt::skip]
const FOREIGN: [&str; 18] = [
    "String", "str", "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16",
    "i32", "i64", "i128", "isize", "f32", "f64",
];

/// Types that are what they hold.
const CONTAINERS: [&str; 6] = ["Option", "Vec", "Box", "Arc", "Rc", "Cow"];

/// The sensitive name that an item of `log(..)` would record, if there is one.
pub(crate) fn name(recorded: &Recorded, parameters: &[Parameter]) -> Option<String> {
    let argument: Option<Ident> = syn::parse2(recorded.value.clone()).ok();
    let parameter = parameters.iter().find(|parameter| argument.as_ref() == Some(&parameter.name));
    // A type of the program's own can be logged only because somebody decided what it shows.
    if parameter.is_some_and(|parameter| parameter.kind.as_ref().is_some_and(is_own)) {
        return None;
    }
    let key = recorded.key.rsplit('.').next().map(str::to_owned);
    let argument = argument.map(|argument| argument.to_string());
    [key, argument].into_iter().flatten().find(|name| is_sensitive(name))
}

/// A field of this name and type would show what looks like a secret.
pub(crate) fn in_the_clear(name: &Ident, kind: &Type) -> bool {
    is_secret(&name.to_string(), kind)
}

/// The same for a name in a text.
pub(crate) fn is_secret(name: &str, kind: &Type) -> bool {
    is_sensitive(name) && !is_own(kind)
}

/// The name is that of a secret, or of something that tells who somebody is.
pub(crate) fn is_personal(name: &Ident) -> bool {
    let name = name.to_string();
    is_sensitive(&name)
        || is_among(&name, &PERSONAL, &PERSONAL_PAIRS)
        || is_among(&name, &[], &ADDRESSES)
}

fn is_sensitive(name: &str) -> bool {
    is_among(name, &WORDS, &PAIRS)
}

fn is_among(name: &str, words: &[&str], pairs: &[[&str; 2]]) -> bool {
    let name = name.trim_start_matches("r#").to_lowercase();
    let parts: Vec<&str> = name.split(['_', '-']).collect();
    let is_pair = |pair: &[&str]| pairs.iter().any(|known| known == pair);
    let ends_in_pair = parts.len().checked_sub(2).is_some_and(|last| is_pair(&parts[last..]));
    let about = parts.len() > 1
        && (parts.last().is_some_and(|last| ABOUT.contains(last)) && !ends_in_pair
            || parts.first().is_some_and(|first| LEADS.contains(first)));
    let word = parts.iter().any(|part| words.contains(&numberless(part)));
    !about && (word || parts.windows(2).any(is_pair))
}

/// `password2` is a password.
fn numberless(part: &str) -> &str {
    match part.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "cvv" | "cvc" | "" => part,
        name => name,
    }
}

fn is_own(kind: &Type) -> bool {
    let path = match kind {
        Type::Reference(reference) => return is_own(&reference.elem),
        Type::Paren(paren) => return is_own(&paren.elem),
        Type::Group(group) => return is_own(&group.elem),
        Type::Path(path) => &path.path,
        _ => return false,
    };
    let Some(last) = path.segments.last() else {
        return false;
    };
    let name = last.ident.to_string();
    match &last.arguments {
        PathArguments::AngleBracketed(held) if CONTAINERS.contains(&name.as_str()) => {
            held.args.iter().any(|held| matches!(held, GenericArgument::Type(kind) if is_own(kind)))
        }
        // One letter is a generic parameter.
        _ => name.len() > 1 && !FOREIGN.contains(&name.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::{Ident, Span};

    use super::{is_own, is_personal, is_sensitive};

    #[test]
    fn secrets_are_known_by_the_parts_of_their_names() {
        for name in ["password", "card", "card_number", "user_password", "apiKey_api_key", "r#pin"]
        {
            assert!(is_sensitive(name), "{name}");
        }
        for name in ["author", "tokenizer", "pinned", "token_count", "card_id", "discard", "key"] {
            assert!(!is_sensitive(name), "{name}");
        }
    }

    #[test]
    fn what_tells_who_somebody_is_is_no_label() {
        for (name, personal) in [
            ("email", true),
            ("user_name", true),
            ("ip_address", true),
            ("has_email", false),
            ("customer_email", true),
            ("first_name", true),
            ("session_token", true),
            ("email_domain", false),
            ("email_kind", false),
            ("tenant", false),
            ("name", false),
        ] {
            assert_eq!(is_personal(&Ident::new(name, Span::call_site())), personal, "{name}");
        }
    }

    #[test]
    fn types_of_the_program_have_decided_already() {
        for (kind, own) in [
            ("&Card", true),
            ("Option<&model::Card>", true),
            ("&str", false),
            ("Option<u64>", false),
            ("T", false),
            ("impl Loggable", false),
        ] {
            let parsed: syn::Type = syn::parse_str(kind).expect(kind);
            assert_eq!(is_own(&parsed), own, "{kind}");
        }
    }
}
