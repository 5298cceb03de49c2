//! redactable: `derive(Sensitive)` and `derive(SensitiveDisplay)`, `#[sensitive(Secret)]` on fields,
//! and its adapters for `tracing`. The last version that builds with this compiler.

use std::borrow::Cow;
use std::collections::HashMap;

use redactable::tracing::{TracingRedactedDebugExt as _, TracingRedactedExt as _};
use redactable::{
    Redactable as _, RedactableWithFormatter as _, Secret, Sensitive, SensitiveDisplay,
};
use serde::{Deserialize, Serialize};
use tracing::instrument;

use super::{LENGTHS, NO_METRICS, NO_SCRUBBER, panics, pretty, refused, tells, text};
use crate::slots::{Answer, Slot};

#[derive(Clone, Sensitive, Serialize)]
struct Login {
    id: u64,
    #[sensitive(Secret)]
    password: String,
}

#[derive(Clone, Sensitive, Serialize)]
struct Unmarked {
    id: u64,
    password: String,
}

#[derive(Clone, Sensitive, Serialize)]
struct Session {
    login: Login,
}

#[derive(Clone, Sensitive, Serialize)]
struct Optional {
    id: u64,
    #[sensitive(Secret)]
    password: Option<String>,
}

type MaybeSecret = Option<String>;

#[derive(Clone, Sensitive, Serialize)]
struct Aliased {
    id: u64,
    #[sensitive(Secret)]
    password: MaybeSecret,
}

#[derive(Clone, Sensitive, Serialize)]
struct Several {
    id: u64,
    #[sensitive(Secret)]
    password: Vec<String>,
}

#[derive(Clone, Sensitive, Serialize)]
struct Values {
    id: u64,
    #[sensitive(Secret)]
    password: HashMap<String, String>,
}

#[derive(Clone, Sensitive, Serialize)]
enum Credential {
    Token(u64, #[sensitive(Secret)] String),
}

#[derive(Clone, Sensitive, Serialize)]
struct Token(u64, #[sensitive(Secret)] String);

#[derive(Clone, Sensitive, Serialize)]
struct Generic<T> {
    id: u64,
    #[sensitive(Secret)]
    password: T,
}

#[derive(Clone, Sensitive, Serialize)]
struct Borrowed<'a> {
    id: u64,
    #[sensitive(Secret)]
    password: Cow<'a, str>,
}

#[derive(Clone, Sensitive, Serialize)]
struct Card {
    id: u64,
    #[sensitive(Secret)]
    number: u64,
}

#[derive(Clone, Sensitive, Deserialize)]
struct Pin {
    #[sensitive(Secret)]
    pin: u32,
}

#[derive(SensitiveDisplay)]
enum LoginError {
    #[error("login {id} with {password}")]
    Denied {
        id: u64,
        #[sensitive(Secret)]
        password: String,
    },
}

#[instrument]
fn authenticate(id: u64, login: &Login) {}

impl Login {
    #[instrument]
    fn renew(&self) {}
}

/// Its adapter for whole values, and the redacted value as JSON.
macro_rules! log {
    ($id:ident, $value:expr) => {{
        let value = $value;
        tracing::info!(id = $id, value = value.tracing_redacted_debug());
        let json = serde_json::to_string(&value.clone().redact()).unwrap_or_default();
        tracing::info!(id = $id, json);
        super::log($id, &value)
    }};
}

pub(super) fn fill(slot: Slot, secret: &str, id: u64) -> Answer {
    let password = secret.to_owned();
    match slot {
        Slot::Field | Slot::Symbols => log!(id, Login { id, password }),
        Slot::Pretty => pretty(id, &Login { id, password }),
        Slot::Unmarked => log!(id, Unmarked { id, password }),
        Slot::Nested => log!(id, Session { login: Login { id, password } }),
        Slot::Option => log!(id, Optional { id, password: Some(password) }),
        Slot::Alias => log!(id, Aliased { id, password: Some(password) }),
        Slot::List => log!(id, Several { id, password: vec![password] }),
        Slot::Bytes => Answer::absent("its policies work on texts and single numbers"),
        Slot::MapValue => {
            log!(id, Values { id, password: HashMap::from([("key".to_owned(), password)]) })
        }
        Slot::MapKey => {
            log!(id, Values { id, password: HashMap::from([(password, "value".to_owned())]) })
        }
        Slot::Enum => log!(id, Credential::Token(id, password)),
        Slot::Tuple => log!(id, Token(id, password)),
        Slot::Generic => log!(id, Generic { id, password }),
        Slot::Boxed => log!(id, Borrowed { id, password: Cow::Owned(password) }),
        Slot::Number => {
            log!(id, Card { id, number: password.parse::<u64>().unwrap_or_default() })
        }
        Slot::Length => {
            let [short, long] = LENGTHS.map(|text| Login { id, password: text.to_owned() });
            tells(&short, &long)
        }
        Slot::Serialize => match serde_json::to_string(&Login { id, password }) {
            Ok(json) => text(id, &json),
            Err(error) => text(id, &error.to_string()),
        },
        Slot::Deserialize => {
            let parsed = serde_json::from_str::<Pin>(&format!("{{\"pin\":\"{secret}\"}}"));
            super::log(id, &parsed.map_err(|error| error.to_string()))
        }
        Slot::Display => {
            text(id, &LoginError::Denied { id, password }.redacted_display().to_string())
        }
        Slot::Error => {
            let error = LoginError::Denied { id, password };
            tracing::error!(id, error = error.tracing_redacted());
            Answer::Filled
        }
        Slot::Chain => Answer::absent("its errors have no sources of their own"),
        #[expect(clippy::unwrap_used, reason = "that is the slot")]
        Slot::Unwrap => panics(id, || refused(LoginError::Denied { id, password }).unwrap()),
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
