//! Marked functions: arguments, `self`, what they return, errors, and panics.

use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};

use plimsoll::{ErrorKind, observe, redact};

use crate::slots::{CARD, EMAIL, Guard, PLAIN, Slot};

macro_rules! slots {
    ($($name:literal $guard:ident $shape:expr, |$secret:ident, $id:ident| $fill:expr;)*) => {
        pub(crate) const SLOTS: &[Slot] = &[$(Slot {
            name: $name,
            guard: Guard::$guard,
            shape: $shape,
            fill: |$secret, $id| { let _ = $fill; },
        },)*];
    };
}

/// Returns an error from a marked function that knows its type, as functions do.
macro_rules! fails {
    ($id:ident, $type:ty, $error:expr) => {{
        #[observe(log(id))]
        fn fails(id: u64, error: $type) -> Result<(), $type> {
            let _ = id;
            Err(error)
        }
        fails($id, $error)
    }};
}

slots! {
    "argument, not recorded" Never PLAIN, |secret, id| ignored(id, secret);
    "argument, full" Type PLAIN, |secret, id| full(id, secret);
    "argument, last" Type CARD, |secret, id| last(id, secret);
    "argument, email" Type EMAIL, |secret, id| email(id, secret);
    "argument, hash" Type PLAIN, |secret, id| hashed(id, secret);
    "self" Never PLAIN, |secret, id| Client { id, token: secret.to_owned() }.call();
    "field of self" Type PLAIN, |secret, id| Client { id, token: secret.to_owned() }.record();
    "argument of a future" Type PLAIN, |secret, id| block_on(awaited(id, secret));
    "value that is returned" Never PLAIN, |secret, id| returned(id, secret);
    "error, Display" Type PLAIN, |secret, id| {
        fails!(id, Quoting, Quoting::Denied(secret.to_owned()))
    };
    "error, Debug" Type PLAIN, |secret, id| fails!(id, Opaque, Opaque(secret.to_owned()));
    "error, source" Type PLAIN, |secret, id| {
        fails!(id, Outer, Outer(Quoting::Denied(secret.to_owned())))
    };
    "error, boxed" Type PLAIN, |secret, id| fails!(id, Box<dyn Error + Send + Sync>, boxed(secret));
    "error, a text" Type PLAIN, |secret, id| fails!(id, String, secret.to_owned());
    "error, context" Type PLAIN, |secret, id| {
        let error = anyhow::Error::new(Opaque(secret.to_owned()));
        fails!(id, anyhow::Error, error.context(secret.to_owned()))
    };
    "error, io" Type PLAIN, |secret, id| {
        fails!(id, std::io::Error, std::io::Error::other(secret.to_owned()))
    };
    "error, generic" Type PLAIN, |secret, id| generic(id, Opaque(secret.to_owned()));
    "error, a message by template" Type PLAIN, |secret, id| {
        fails!(id, Templated, Templated { id, secret: secret.to_owned() })
    };
    "error, allowed" Shape "password={}", |secret, id| {
        fails!(id, Allowed, Allowed(id, secret.to_owned()))
    };
    "panic, formatted" Type PLAIN, |secret, id| panics(id, || panic!("{id}: {secret}"));
    "panic, unwrap" Type PLAIN, |secret, id| {
        panics(id, || refused(Opaque(secret.to_owned())).unwrap())
    };
    "panic, expect" Type PLAIN, |secret, id| {
        panics(id, || refused(Opaque(secret.to_owned())).expect("no error"))
    };
    "panic, assert_eq" Type PLAIN, |secret, id| panics(id, || assert_eq!(secret, "", "{id}"));
    "panic, index out of bounds" Type PLAIN, |secret, id| {
        let list: &[&str] = &[secret];
        panics(id, || drop(list[id as usize].to_owned()))
    };
    "panic, payload of one's own" Never PLAIN, |secret, id| {
        panics(id, || panic_any(Opaque(secret.to_owned())))
    };
    "panic, payload that is a text" Type PLAIN, |secret, id| {
        panics(id, || panic_any(format!("{id} {secret}")))
    };
}

#[observe(log(id))]
fn ignored(id: u64, secret: &str) {
    let _ = secret;
}

#[observe(log(id), redact(secret = full))]
fn full(id: u64, secret: &str) {
    let _ = secret;
}

#[observe(log(id), redact(secret = last(4)))]
fn last(id: u64, secret: &str) {
    let _ = secret;
}

#[observe(log(id), redact(secret = email))]
fn email(id: u64, secret: &str) {
    let _ = secret;
}

#[observe(log(id), redact(secret = hash("argument")))]
fn hashed(id: u64, secret: &str) {
    let _ = secret;
}

#[observe(log(id), redact(secret = last(2)))]
async fn awaited(id: u64, secret: &str) {
    let _ = secret;
    tracing::info!(id, "within");
}

#[observe(log(id))]
fn returned(id: u64, secret: &str) -> String {
    let _ = id;
    secret.to_owned()
}

#[redact]
struct Client {
    id: u64,
    #[redact]
    token: String,
}

#[observe]
impl Client {
    #[observe(log(self.id))]
    fn call(&self) {}

    #[observe(log(self.id), redact(self.token = last(2)))]
    fn record(&self) {}
}

#[derive(Debug, ErrorKind)]
enum Quoting {
    Denied(String),
}

impl fmt::Display for Quoting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Quoting::Denied(secret) = self;
        write!(f, "denied to {secret}")
    }
}

impl Error for Quoting {}

/// An error of a library that knows nothing of plimsoll, and prints what it holds.
#[derive(Debug)]
struct Opaque(String);

impl fmt::Display for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "opaque {}", self.0)
    }
}

impl Error for Opaque {}

#[derive(Debug, ErrorKind)]
struct Outer(Quoting);

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("outer")
    }
}

impl Error for Outer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

#[derive(Debug, thiserror::Error, ErrorKind)]
#[error("no {id} for {secret}")]
struct Templated {
    id: u64,
    secret: String,
}

/// Of which somebody has said that its text may be seen: the scrubber alone is left.
#[derive(Debug, thiserror::Error, ErrorKind)]
#[error("{0}: {1}")]
#[kind(allow(reason = "the test"))]
struct Allowed(u64, String);

fn boxed(secret: &str) -> Box<dyn Error + Send + Sync> {
    Box::new(Opaque(secret.to_owned()))
}

#[observe(log(id))]
fn generic<E>(id: u64, error: E) -> Result<(), E> {
    let _ = id;
    Err(error)
}

fn refused<E>(error: E) -> Result<(), E> {
    Err(error)
}

/// Panics within a marked function, on a thread with a name, and goes on.
fn panics(id: u64, panic: impl FnOnce()) {
    #[observe(log(id))]
    fn inside(id: u64, panic: impl FnOnce()) {
        let _ = id;
        panic();
    }
    let _ = catch_unwind(AssertUnwindSafe(|| inside(id, panic)));
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}
