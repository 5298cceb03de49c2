//! plimsoll itself: `#[redact]`, `#[observe]`, `derive(ErrorKind)`, and what its runtime writes.
//!
//! Searched are its lines, every span with its fields, and the metrics page.

use std::time::Duration;

use plimsoll::{Counter, ErrorKind, metric, observe, redact};

use super::{Answers, LENGTHS, all, panics, pretty, refused, tells, text};
use crate::slots::{Answer, Slot};

pub(super) fn serve() -> Answers {
    let telemetry = plimsoll::builder()
        .service("leaks")
        .no_admin()
        .no_signals()
        .replace_panic_hook()
        .on_span(|span| {
            let fields: Vec<_> = span.fields().collect();
            println!("span {} {:?} {fields:?}", span.name(), span.error_type());
        })
        .init()?;
    let answers = all(fill);
    let mut page = Vec::new();
    plimsoll::metrics_page("text/plain", &mut page);
    println!("{}", String::from_utf8_lossy(&page));
    telemetry.shutdown(Duration::from_secs(5));
    Ok(answers)
}

#[redact]
struct Login {
    id: u64,
    #[redact]
    password: String,
}

#[redact]
struct Session {
    login: Login,
}

#[redact]
#[expect(dead_code, reason = "printed")]
struct Optional {
    id: u64,
    #[redact]
    password: Option<String>,
}

type MaybeSecret = Option<String>;

#[redact]
#[expect(dead_code, reason = "printed")]
struct Aliased {
    id: u64,
    #[redact]
    password: MaybeSecret,
}

#[redact]
#[expect(dead_code, reason = "printed")]
enum Credential {
    Token(u64, #[redact] String),
}

#[redact]
#[expect(dead_code, reason = "printed")]
struct Token(u64, #[redact] String);

#[redact]
#[expect(dead_code, reason = "printed")]
struct Generic<T> {
    id: u64,
    #[redact]
    password: T,
}

#[redact(display = "{id}: {password}", serialize)]
struct Written {
    id: u64,
    #[redact(last(4))]
    password: String,
}

#[redact(deserialize)]
#[derive(serde::Deserialize)]
#[expect(dead_code, reason = "printed")]
struct Pin {
    #[redact]
    pin: u32,
}

#[derive(Debug, ErrorKind)]
enum LoginError {
    Denied { login: Login },
}

impl std::fmt::Display for LoginError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let LoginError::Denied { login } = self;
        write!(f, "login {} with {}", login.id, login.password)
    }
}

impl std::error::Error for LoginError {}

#[derive(Debug)]
struct NoShop(LoginError);

impl std::fmt::Display for NoShop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no shop")
    }
}

impl std::error::Error for NoShop {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[observe(log(id))]
fn fails<E>(id: u64, error: E) -> Result<(), E> {
    tracing::info!(id, "fails");
    Err(error)
}

#[observe(log(id))]
fn chained(id: u64, error: NoShop) -> Result<(), NoShop> {
    Err(error)
}

#[observe(log(id), redact(password = full))]
fn authenticate(id: u64, password: &str) {
    let _ = password;
}

impl Login {
    #[observe(log(self.id))]
    fn renew(&self) {}
}

#[observe(log(value))]
fn record<T: plimsoll::Loggable>(value: &T) {
    let _ = value;
}

#[metric(counter, name = "logins", help = "Logins", labels(who: open(8), number: open(8)))]
static LOGINS: Counter<(plimsoll::Open, plimsoll::Open)>;

/// As a span's field, and as a line's.
fn log<T: plimsoll::Loggable + std::fmt::Debug>(id: u64, value: &T) -> Answer {
    record(value);
    super::log(id, value)
}

fn fill(slot: Slot, secret: &str, id: u64) -> Answer {
    let password = secret.to_owned();
    match slot {
        Slot::Field | Slot::Symbols => log(id, &Login { id, password }),
        Slot::Pretty => pretty(id, &Login { id, password }),
        Slot::Unmarked => Answer::Refused,
        Slot::Nested => log(id, &Session { login: Login { id, password } }),
        Slot::Option => log(id, &Optional { id, password: Some(password) }),
        Slot::Alias => log(id, &Aliased { id, password: Some(password) }),
        Slot::List => log(id, &Generic { id, password: vec![password] }),
        Slot::Bytes => log(id, &Generic { id, password: password.into_bytes() }),
        Slot::MapValue => {
            log(id, &Generic { id, password: std::collections::HashMap::from([(1, password)]) })
        }
        Slot::MapKey => {
            log(id, &Generic { id, password: std::collections::HashMap::from([(password, 1)]) })
        }
        Slot::Enum => log(id, &Credential::Token(id, password)),
        Slot::Tuple => log(id, &Token(id, password)),
        Slot::Generic => log(id, &Generic { id, password }),
        Slot::Boxed => log(id, &Generic { id, password: std::borrow::Cow::Borrowed(secret) }),
        Slot::Number => {
            log(id, &Generic { id, password: password.parse::<u64>().unwrap_or_default() })
        }
        Slot::Length => {
            let [short, long] = LENGTHS.map(|text| Login { id, password: text.to_owned() });
            tells(&short, &long)
        }
        Slot::Serialize => match serde_json::to_string(&Written { id, password }) {
            Ok(json) => text(id, &json),
            Err(error) => text(id, &error.to_string()),
        },
        Slot::Deserialize => {
            let parsed = serde_json::from_str::<Pin>(&format!("{{\"pin\":\"{secret}\"}}"));
            super::log(id, &parsed.map_err(|error| error.to_string()))
        }
        Slot::Display => text(id, &Written { id, password }.to_string()),
        Slot::Error => {
            let _ = fails(id, LoginError::Denied { login: Login { id, password } });
            Answer::Filled
        }
        Slot::Chain => {
            let _ = chained(id, NoShop(LoginError::Denied { login: Login { id, password } }));
            Answer::Filled
        }
        #[expect(clippy::unwrap_used, reason = "that is the slot")]
        Slot::Unwrap => panics(id, || {
            let login = Login { id, password };
            refused(LoginError::Denied { login }).unwrap();
        }),
        Slot::Argument => {
            authenticate(id, secret);
            Answer::Filled
        }
        Slot::Receiver => {
            Login { id, password }.renew();
            Answer::Filled
        }
        Slot::Message => {
            tracing::info!(id, "{secret}");
            Answer::Filled
        }
        Slot::Named => {
            tracing::info!(id, password, "login");
            Answer::Filled
        }
        Slot::Url => {
            tracing::info!(id, url = secret, "connects");
            Answer::Filled
        }
        Slot::Header => {
            tracing::info!(id, authorization = secret, "request");
            Answer::Filled
        }
        Slot::Sql => {
            tracing::info!(id, db.query.text = secret, "query");
            Answer::Filled
        }
        #[expect(clippy::panic, reason = "that is the slot")]
        Slot::Panic => panics(id, || panic!("{password}")),
        Slot::Label => {
            LOGINS.with((secret, &id.to_string())).inc();
            Answer::Filled
        }
    }
}
