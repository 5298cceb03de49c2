//! redact: `Secret<T>` in the place of the value.

use std::borrow::Cow;
use std::collections::HashMap;

use redact::Secret;
use serde::{Deserialize, Serialize};
use tracing::instrument;

use super::{LENGTHS, NO_METRICS, NO_SCRUBBER, log, panics, pretty, refused, tells, text};
use crate::slots::{Answer, Slot};

#[derive(Debug)]
#[expect(dead_code, reason = "printed")]
struct Login<T> {
    id: u64,
    password: T,
}

type MaybeSecret = Option<Secret<String>>;

#[derive(Debug)]
#[expect(dead_code, reason = "printed")]
struct Session {
    login: Login<Secret<String>>,
}

#[derive(Debug)]
#[expect(dead_code, reason = "printed")]
enum Credential {
    Token(u64, Secret<String>),
}

#[derive(Debug)]
#[expect(dead_code, reason = "printed")]
struct Token(u64, Secret<String>);

/// What its README says of serialising without exposing.
#[derive(Serialize)]
struct Written {
    id: u64,
    #[serde(serialize_with = "redact::serde::redact_secret")]
    password: Secret<String>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "printed")]
struct Pin {
    pin: Secret<u32>,
}

#[instrument]
fn authenticate(id: u64, password: &Secret<String>) {}

impl Login<Secret<String>> {
    #[instrument]
    fn renew(&self) {}
}

pub(super) fn fill(slot: Slot, secret: &str, id: u64) -> Answer {
    let password = Secret::new(secret.to_owned());
    match slot {
        Slot::Field | Slot::Symbols | Slot::Generic => log(id, &Login { id, password }),
        Slot::Pretty => pretty(id, &Login { id, password }),
        Slot::Unmarked => log(id, &Login { id, password: secret.to_owned() }),
        Slot::Nested => log(id, &Session { login: Login { id, password } }),
        Slot::Option => log(id, &Login { id, password: Some(password) }),
        Slot::Alias => log(id, &Login { id, password: MaybeSecret::Some(password) }),
        Slot::List => log(id, &Login { id, password: vec![password] }),
        Slot::Bytes => log(id, &Login { id, password: Secret::new(secret.as_bytes().to_vec()) }),
        Slot::MapValue => log(id, &Login { id, password: HashMap::from([(1, password)]) }),
        Slot::MapKey => log(id, &Login { id, password: HashMap::from([(password, 1)]) }),
        Slot::Enum => log(id, &Credential::Token(id, password)),
        Slot::Tuple => log(id, &Token(id, password)),
        Slot::Boxed => log(id, &Login { id, password: Secret::new(Cow::Borrowed(secret)) }),
        Slot::Number => {
            let number = secret.parse::<u64>().unwrap_or_default();
            log(id, &Login { id, password: Secret::new(number) })
        }
        Slot::Length => {
            let [short, long] = LENGTHS.map(Secret::new);
            tells(&short, &long)
        }
        Slot::Serialize => match serde_json::to_string(&Written { id, password }) {
            Ok(json) => text(id, &json),
            Err(error) => text(id, &error.to_string()),
        },
        Slot::Deserialize => {
            let parsed = serde_json::from_str::<Pin>(&format!("{{\"pin\":\"{secret}\"}}"));
            log(id, &parsed.map_err(|error| error.to_string()))
        }
        Slot::Display | Slot::Error | Slot::Chain => Answer::Refused,
        #[expect(clippy::unwrap_used, reason = "that is the slot")]
        Slot::Unwrap => panics(id, || refused(Login { id, password }).unwrap()),
        Slot::Argument => {
            authenticate(id, &password);
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
