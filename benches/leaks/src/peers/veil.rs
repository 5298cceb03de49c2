//! veil: `derive(Redact)` in the place of `derive(Debug)`, `#[redact]` on fields.
//!
//! It redacts `Debug` alone, and says so.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use tracing::instrument;
use veil::Redact;

use super::{LENGTHS, NO_METRICS, NO_SCRUBBER, log, panics, pretty, refused, tells, text};
use crate::slots::{Answer, Slot};

#[derive(Redact, Serialize)]
struct Login<T: std::fmt::Debug> {
    id: u64,
    #[redact]
    password: T,
}

#[derive(Redact)]
struct Unmarked {
    id: u64,
    #[redact]
    pin: String,
    password: String,
}

#[derive(Debug)]
#[expect(dead_code, reason = "printed")]
struct Session {
    login: Login<String>,
}

#[derive(Redact)]
struct Optional {
    id: u64,
    #[redact]
    password: Option<String>,
}

type MaybeSecret = Option<String>;

#[derive(Redact)]
struct Aliased {
    id: u64,
    #[redact]
    password: MaybeSecret,
}

#[derive(Redact)]
enum Credential {
    Token(u64, #[redact] String),
}

#[derive(Redact)]
struct Token(u64, #[redact] String);

#[derive(Redact, Deserialize)]
struct Pin {
    #[redact]
    pin: u32,
}

#[instrument]
fn authenticate(id: u64, login: &Login<String>) {}

impl Login<String> {
    #[instrument]
    fn renew(&self) {}
}

pub(super) fn fill(slot: Slot, secret: &str, id: u64) -> Answer {
    let password = secret.to_owned();
    match slot {
        Slot::Field | Slot::Symbols | Slot::Generic => log(id, &Login { id, password }),
        Slot::Pretty => pretty(id, &Login { id, password }),
        Slot::Unmarked => log(id, &Unmarked { id, pin: String::new(), password }),
        Slot::Nested => log(id, &Session { login: Login { id, password } }),
        Slot::Option => log(id, &Optional { id, password: Some(password) }),
        Slot::Alias => log(id, &Aliased { id, password: Some(password) }),
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
        Slot::Length => {
            let [short, long] = LENGTHS.map(|password| Login { id, password });
            tells(&short, &long)
        }
        Slot::Serialize => match serde_json::to_string(&Login { id, password }) {
            Ok(json) => text(id, &json),
            Err(error) => text(id, &error.to_string()),
        },
        Slot::Deserialize => {
            let parsed = serde_json::from_str::<Pin>(&format!("{{\"pin\":\"{secret}\"}}"));
            log(id, &parsed.map_err(|error| error.to_string()))
        }
        Slot::Display | Slot::Error | Slot::Chain => Answer::absent("it redacts `Debug` alone"),
        #[expect(clippy::unwrap_used, reason = "that is the slot")]
        Slot::Unwrap => panics(id, || refused(Login { id, password }).unwrap()),
        Slot::Argument => {
            authenticate(id, &Login { id, password });
            Answer::Filled
        }
        Slot::Receiver => {
            Login { id, password }.renew();
            Answer::Filled
        }
        Slot::Message | Slot::Named | Slot::Url | Slot::Header | Slot::Sql | Slot::Panic => {
            Answer::absent(NO_SCRUBBER)
        }
        Slot::Label => Answer::absent(NO_METRICS),
    }
}
