//! Plain `tracing`: types with `derive(Debug)`, functions with `#[instrument]`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use tracing::instrument;

use super::{LENGTHS, log, panics, pretty, refused, tells, text};
use crate::slots::{Answer, Slot};

#[derive(Debug, Serialize)]
struct Login<T> {
    id: u64,
    password: T,
}

#[derive(Debug)]
#[expect(dead_code, reason = "printed")]
struct Session {
    login: Login<String>,
}

type MaybeSecret = Option<String>;

#[derive(Debug)]
#[expect(dead_code, reason = "printed")]
enum Credential {
    Token(u64, String),
}

#[derive(Debug)]
#[expect(dead_code, reason = "printed")]
struct Token(u64, String);

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "printed")]
struct Pin {
    pin: u32,
}

#[derive(Debug)]
struct BadToken(String);

impl fmt::Display for BadToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bad token {}", self.0)
    }
}

impl std::error::Error for BadToken {}

#[derive(Debug)]
struct NoLogin(BadToken);

impl fmt::Display for NoLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no login")
    }
}

impl std::error::Error for NoLogin {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[instrument(err)]
fn fails(id: u64, token: BadToken) -> Result<(), BadToken> {
    Err(token)
}

#[instrument]
fn authenticate(id: u64, password: &str) {}

impl Login<String> {
    #[instrument]
    fn renew(&self) {}
}

pub(super) fn fill(slot: Slot, secret: &str, id: u64) -> Answer {
    let password = secret.to_owned();
    match slot {
        Slot::Field | Slot::Symbols | Slot::Unmarked | Slot::Generic => {
            log(id, &Login { id, password })
        }
        Slot::Pretty => pretty(id, &Login { id, password }),
        Slot::Nested => log(id, &Session { login: Login { id, password } }),
        Slot::Option => log(id, &Login { id, password: Some(password) }),
        Slot::Alias => log(id, &Login { id, password: MaybeSecret::Some(password) }),
        Slot::List => log(id, &Login { id, password: vec![password] }),
        Slot::Bytes => log(id, &Login { id, password: password.into_bytes() }),
        Slot::MapValue => log(id, &Login { id, password: HashMap::from([(1, password)]) }),
        Slot::MapKey => log(id, &Login { id, password: HashMap::from([(password, 1)]) }),
        Slot::Enum => log(id, &Credential::Token(id, password)),
        Slot::Tuple => log(id, &Token(id, password)),
        Slot::Boxed => log(id, &Login { id, password: Cow::Borrowed(secret) }),
        Slot::Number => {
            log(id, &Login { id, password: password.parse::<u64>().unwrap_or_default() })
        }
        Slot::Length => tells(&LENGTHS[0], &LENGTHS[1]),
        Slot::Serialize => match serde_json::to_string(&Login { id, password }) {
            Ok(json) => text(id, &json),
            Err(error) => text(id, &error.to_string()),
        },
        Slot::Deserialize => {
            let parsed = serde_json::from_str::<Pin>(&format!("{{\"pin\":\"{secret}\"}}"));
            log(id, &parsed.map_err(|error| error.to_string()))
        }
        Slot::Display => text(id, &BadToken(password).to_string()),
        Slot::Error => {
            let _ = fails(id, BadToken(password));
            Answer::Filled
        }
        Slot::Chain => {
            let error = NoLogin(BadToken(password));
            tracing::error!(id, error = &error as &dyn std::error::Error);
            Answer::Filled
        }
        #[expect(clippy::unwrap_used, reason = "that is the slot")]
        Slot::Unwrap => panics(id, || refused(BadToken(password)).unwrap()),
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
        Slot::Label => Answer::absent(super::NO_METRICS),
    }
}
