//! What goes through `tracing`: messages, fields, and spans of libraries; and what describes the
//! process. No type guards these.

use plimsoll::observe;
use tracing_attributes::instrument;

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

slots! {
    "message, password" Shape "login failed, password={}", |secret, id| tracing::info!("{id} {secret}");
    "message, bearer" Shape "authorization: Bearer {}", |secret, id| tracing::info!("{id} {secret}");
    "message, JSON" Shape r#"{"user":"jo","api_key":"{}"}"#, |secret, id| tracing::info!("{id} {secret}");
    "message, basic" Shape PLAIN, |secret, id| {
        tracing::info!("{id} authorization: Basic {}", base64(&format!("user:{secret}")))
    };
    "message, cookie" Shape "set-cookie: session={}; Path=/; HttpOnly", |secret, id| {
        tracing::info!("{id} {secret}")
    };
    "message, environment" Shape "PATH=/bin DB_PASSWORD={} HOME=/", |secret, id| {
        tracing::info!("{id} {secret}")
    };
    "message, connection string" Shape "Server=db;User Id=sa;Password={};Encrypt=yes", |secret, id| {
        tracing::info!("{id} {secret}")
    };
    "message, YAML" Shape "user: jo\npassword: {}\n", |secret, id| tracing::info!("{id} {secret}");
    "message, command line" Shape "mysql --user=jo --password={} shop", |secret, id| {
        tracing::info!("{id} {secret}")
    };
    "message, JSON in JSON" Shape r#"{"body":"{\"password\":\"{}\"}"}"#, |secret, id| {
        tracing::info!("{id} {secret}")
    };
    "message, percent-encoded" Shape PLAIN, |secret, id| {
        let text: String = secret.bytes().map(|byte| format!("%{byte:02x}")).collect();
        tracing::info!("{id} GET /callback?access_token={text}")
    };
    "message, cut within the secret" Shape "password={}", |secret, id| {
        tracing::info!("{id} {} {secret}", filler(32))
    };
    "field, cut within the secret" Shape "password={}", |secret, id| {
        tracing::info!(id, text = format!("{} {secret}", filler(18)), "long")
    };
    "message, URL" Shape "postgres://shop:{}@db.example/orders", |secret, id| {
        tracing::info!("{id} connects to {secret}")
    };
    "message, query" Shape "GET /reset?token={}&page=2", |secret, id| tracing::info!("{id} {secret}");
    "message, private key" Shape PEM, |secret, id| tracing::warn!("{id} {secret}");
    "message, e-mail" Shape EMAIL, |secret, id| tracing::info!("{id} mails {secret}");
    "message, card" Shape CARD, |secret, id| tracing::info!("{id} charges {secret}");
    "message in a span" Shape "secret={}", |secret, id| within(id, || tracing::info!("{id} {secret}"));
    "field named password" Name PLAIN, |secret, id| tracing::info!(id, password = secret, "login");
    "field named api_key" Name PLAIN, |secret, id| tracing::info!(id, api_key = %secret, "login");
    "field named authorization" Name PLAIN, |secret, id| {
        tracing::info!(id, http.request.header.authorization = ?secret, "request")
    };
    "field named cookie" Name PLAIN, |secret, id| tracing::info!(id, cookie = secret, "request");
    "field named x-api-key" Name PLAIN, |secret, id| tracing::info!(id, "x-api-key" = secret, "request");
    "field with a card's number" Shape CARD, |secret, id| {
        tracing::info!(id, payload = secret.parse::<u64>().unwrap(), "charges")
    };
    "field with a URL" Shape "https://user:{}@host.example/path", |secret, id| {
        tracing::info!(id, url.full = secret, "calls")
    };
    "field with SQL" Shape "SELECT 1 FROM users WHERE name = '{}'", |secret, id| {
        tracing::info!(id, db.query.text = secret, "asks")
    };
    "field with Debug" Shape "token={}", |secret, id| tracing::info!(id, request = ?Request(secret), "asks");
    "field with an error" Shape "password={}", |secret, id| {
        let error = std::io::Error::other(secret.to_owned());
        tracing::error!(id, error = &error as &dyn std::error::Error, "fails");
    };
    "foreign span, argument" Never PLAIN, |secret, id| foreign(id, secret);
    "foreign span, field" Never PLAIN, |secret, id| {
        let _in = tracing::info_span!("library", id, password = secret).entered();
    };
    "foreign span, SQL" Never PLAIN, |secret, id| {
        let _in = tracing::info_span!("query", id, db.query.text = secret).entered();
    };
    "foreign span, URL" Never PLAIN, |secret, id| {
        let _in = tracing::info_span!("client", id, url.full = secret).entered();
    };
    "foreign span, harmless name" Shape EMAIL, |secret, id| {
        let _in = tracing::info_span!("call", id, rpc.service = secret).entered();
    };
    "foreign span, recorded later" Never PLAIN, |secret, id| {
        let span = tracing::info_span!("late", id, text = tracing::field::Empty);
        span.record("text", secret);
    };
    "foreign span, Debug" Never PLAIN, |secret, id| {
        let _in = tracing::info_span!("asks", id, request = ?Request(secret)).entered();
    };
    "foreign span, status" Never PLAIN, |secret, id| {
        let _in = tracing::info_span!("status", id, otel.status_code = "ERROR",
            otel.status_description = secret).entered();
    };
    "foreign span, name" Never PLAIN, |secret, id| {
        let _in = tracing::info_span!("renamed", id, otel.name = secret).entered();
    };
    "foreign span, card's number" Shape CARD, |secret, id| {
        let _in = tracing::info_span!("card", id, number = secret.parse::<u64>().unwrap()).entered();
    };
    "foreign span, err" Shape "password={}", |secret, id| foreign_error(id, secret);
    "public argument" Shape "https://user:{}@host.example/", |secret, id| public(id, secret);
    "public argument, cut within the secret" Shape "password={}", |secret, id| {
        public(id, &format!("{} {secret}", filler(18)))
    };
    "thread's name" Shape EMAIL, |secret, id| {
        let thread = std::thread::Builder::new().name(secret.to_owned());
        let thread = thread.spawn(move || within(id, || panic!("at {id}")));
        thread.unwrap().join()
    };
}

const PEM: &str = "-----BEGIN PRIVATE KEY-----\n{}{}{}\n-----END PRIVATE KEY-----";

/// Words up to so many bytes before the place where long texts are cut.
fn filler(before: usize) -> String {
    "word ".repeat(1000)[..4096 - before].to_owned()
}

fn base64(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |bytes: &[u8]| {
        let bits = bytes.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - bytes.len()));
        let char = |index: usize| char::from(ALPHABET[(bits >> (18 - 6 * index) & 63) as usize]);
        (0..4).map(|index| if index <= bytes.len() { char(index) } else { '=' }).collect::<String>()
    };
    text.as_bytes().chunks(3).map(group).collect()
}

#[observe(log(id))]
fn within(id: u64, work: impl FnOnce()) {
    let _ = id;
    work();
}

#[observe(log(id, public(target)))]
fn public(id: u64, target: &str) {
    let _ = (id, target);
}

#[derive(Debug)]
#[expect(dead_code, reason = "printed")]
struct Request<'a>(&'a str);

#[instrument]
fn foreign(id: u64, request: &str) {
    let _ = (id, request);
}

#[instrument(err, skip(secret))]
fn foreign_error(id: u64, secret: &str) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{id} {secret}")))
}
