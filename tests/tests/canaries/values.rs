//! Values of marked types, in all that a type can be: span fields, `Debug` in a message, and a field.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use plimsoll::{Loggable, Secret, observe, redact};

use crate::slots::{CARD, EMAIL, Guard, PLAIN, Slot};

/// As a span's field, as a log field, and as it prints on several lines.
fn show<T: Loggable + fmt::Debug>(value: &T) {
    record(value);
    tracing::info!(?value, "a value");
    tracing::info!(pretty = format!("{value:#?}"), "a value");
}

#[observe(log(value))]
fn record<T: Loggable>(value: &T) {
    let _ = value;
}

macro_rules! slots {
    ($($name:literal $shape:ident |$secret:ident, $id:ident| $value:expr;)*) => {
        pub(crate) const SLOTS: &[Slot] = &[$(Slot {
            name: $name,
            guard: Guard::Type,
            shape: $shape,
            fill: |$secret, $id| show(&$value),
        },)*];
    };
}

slots! {
    "field" PLAIN |secret, id| Login { id, password: secret.to_owned() };
    "field of a nested struct" PLAIN |secret, id| {
        Session { id, login: Login { id: 0, password: secret.to_owned() } }
    };
    "Option" PLAIN |secret, id| Hidden { id, hidden: Some(secret.to_owned()) };
    "Vec" PLAIN |secret, id| Hidden { id, hidden: vec![secret.to_owned(); 3] };
    "bytes" PLAIN |secret, id| Hidden { id, hidden: secret.as_bytes().to_vec() };
    "array and tuple" PLAIN |secret, id| {
        Hidden { id, hidden: ([secret.to_owned()], (1, secret.to_owned())) }
    };
    "map value" PLAIN |secret, id| Hidden { id, hidden: HashMap::from([(1, secret.to_owned())]) };
    "map key" PLAIN |secret, id| Hidden { id, hidden: BTreeMap::from([(secret.to_owned(), 1)]) };
    "keys of a map" PLAIN |secret, id| {
        Keyed { id, attributes: BTreeMap::from([(secret.to_owned(), 7)]) }
    };
    "values of a map" PLAIN |secret, id| {
        Valued { id, attributes: BTreeMap::from([(7, secret.to_owned())]) }
    };
    "each of a list" EMAIL |secret, id| Copied { id, to: vec![secret.to_owned()] };
    "Box" PLAIN |secret, id| Hidden { id, hidden: Box::<str>::from(secret) };
    "Arc" PLAIN |secret, id| Hidden { id, hidden: Arc::<str>::from(secret) };
    "Cow" PLAIN |secret, id| Hidden { id, hidden: Cow::<str>::Owned(secret.to_owned()) };
    "borrowed" PLAIN |secret, id| Borrowed { id, secret: &secret };
    "number" CARD |secret, id| Hidden { id, hidden: secret.parse::<u64>().unwrap() };
    "tuple struct" PLAIN |secret, id| Token(id, secret.to_owned());
    "enum variant" PLAIN |secret, id| Credential::Named { id, token: secret.to_owned() };
    "enum tuple variant" PLAIN |secret, id| Credential::Bare(id, secret.to_owned());
    "newtype in a list" PLAIN |secret, id| vec![Listed { id, secret: secret.to_owned() }];
    "generic" PLAIN |secret, id| Generic { id, inner: Login { id: 0, password: secret.to_owned() } };
    "erase" PLAIN |secret, id| Erased { id, secret: secret.to_owned() };
    "mask" PLAIN |secret, id| Masked { id, secret: secret.to_owned() };
    "present" PLAIN |secret, id| Present { id, secret: secret.to_owned() };
    "skip" PLAIN |secret, id| Skipped { id, secret: secret.to_owned() };
    "last" PLAIN |secret, id| Last { id, secret: secret.to_owned() };
    "first" PLAIN |secret, id| First { id, secret: secret.to_owned() };
    "email" EMAIL |secret, id| Email { id, secret: secret.to_owned() };
    "pan" CARD |secret, id| Pan { id, secret: secret.to_owned() };
    "url" URL |secret, id| Url { id, secret: secret.to_owned() };
    "hash" PLAIN |secret, id| Hashed { id, secret: secret.to_owned() };
    "with" PLAIN |secret, id| With { id, secret: secret.to_owned() };
    "Secret" PLAIN |secret, id| Guarded { id, password: Secret::new(secret.to_owned()) };
    "Display" PLAIN |secret, id| {
        let written = Written { id, password: secret.to_owned() };
        tracing::info!("{written}");
        written
    };
    "Serialize" PLAIN |secret, id| {
        let written = Written { id, password: secret.to_owned() };
        tracing::info!(json = serde_json::to_string(&written).unwrap(), "a form");
        written
    };
    "Deserialize" PLAIN |secret, id| {
        let text = format!("{{\"id\":{id},\"pin\":\"{secret}\"}}");
        let error = serde_json::from_str::<Read>(&text).err();
        tracing::info!(id, error = error.map(|error| error.to_string()), "no form");
        Read { id, pin: 0 }
    };
    "above the ceiling" PLAIN |secret, id| Classed { id, secret: Internal(secret.to_owned()) };
}

const URL: &str = "https://user:{}@host.example/{}?token={}#{}";

#[redact]
#[expect(dead_code, reason = "never shown")]
struct Login {
    id: u64,
    #[redact]
    password: String,
}

#[redact]
struct Session {
    id: u64,
    login: Login,
}

#[redact]
#[expect(dead_code, reason = "never shown")]
struct Hidden<T> {
    id: u64,
    #[redact]
    hidden: T,
}

#[redact]
struct Keyed {
    id: u64,
    #[redact(keys = hash("attribute"), values = full)]
    attributes: BTreeMap<String, u8>,
}

#[redact]
struct Valued {
    id: u64,
    #[redact(keys = shown, values = last(4))]
    attributes: BTreeMap<u8, String>,
}

#[redact]
struct Copied {
    id: u64,
    #[redact(each = email)]
    to: Vec<String>,
}

#[redact]
struct Guarded {
    id: u64,
    password: Secret<String>,
}

#[redact]
struct Borrowed<'a> {
    id: u64,
    #[redact(last(2))]
    secret: &'a &'a str,
}

#[redact]
#[expect(dead_code, reason = "never shown")]
struct Token(u64, #[redact] String);

#[redact]
#[expect(dead_code, reason = "never shown")]
enum Credential {
    Named {
        id: u64,
        #[redact]
        token: String,
    },
    Bare(u64, #[redact(mask)] String),
}

#[redact]
struct Listed {
    id: u64,
    #[redact(hash("listed"))]
    secret: String,
}

#[redact]
struct Generic<T: Loggable> {
    id: u64,
    inner: T,
}

#[redact(display = "number {id}, {password}", serialize)]
struct Written {
    id: u64,
    #[redact(last(4))]
    password: String,
}

#[redact(deserialize)]
#[derive(serde::Deserialize)]
#[expect(dead_code, reason = "never shown")]
struct Read {
    id: u64,
    #[redact]
    pin: u32,
}

macro_rules! strategies {
    ($($type:ident ($($strategy:tt)*);)*) => {
        $(#[redact]
        #[allow(dead_code, reason = "some are never shown")]
        struct $type {
            id: u64,
            #[redact($($strategy)*)]
            secret: String,
        })*
    };
}

strategies! {
    Erased (erase);
    Masked (mask);
    Present (present);
    Skipped (skip);
    Last (last(4));
    First (first(4));
    Email (email);
    Pan (pan);
    Url (url);
    Hashed (hash("canary"));
    With (with = shape);
}

/// Tells nothing but the length, as a function of the user's own may.
fn shape(secret: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{} letters", secret.len())
}

/// What says of itself that it is more than internal is hidden, however it prints.
struct Internal(String);

impl Loggable for Internal {
    const CLASS: plimsoll::Class = plimsoll::Class::PII;

    fn log(&self, out: &mut plimsoll::Out<'_>) {
        out.text(&self.0);
    }
}

#[redact]
struct Classed {
    id: u64,
    secret: Internal,
}
