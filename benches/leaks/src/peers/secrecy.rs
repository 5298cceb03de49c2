//! secrecy: `SecretString` and `SecretBox<T>` in the place of the value.

use std::collections::HashMap;

use secrecy::{SecretBox, SecretString};
use serde::Deserialize;
use tracing::instrument;

use super::{LENGTHS, NO_METRICS, NO_SCRUBBER, log, panics, pretty, refused, tells};
use crate::slots::{Answer, Slot};

#[derive(Debug)]
#[expect(dead_code, reason = "printed")]
struct Login<T> {
    id: u64,
    password: T,
}

type Secret = Login<SecretString>;

type MaybeSecret = Option<SecretString>;

#[derive(Debug)]
#[expect(dead_code, reason = "printed")]
struct Session {
    login: Secret,
}

#[derive(Debug)]
#[expect(dead_code, reason = "printed")]
enum Credential {
    Token(u64, SecretString),
}

#[derive(Debug)]
#[expect(dead_code, reason = "printed")]
struct Token(u64, SecretString);

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "printed")]
struct Pin {
    pin: SecretBox<u32>,
}

#[instrument]
fn authenticate(id: u64, password: &SecretString) {}

impl Secret {
    #[instrument]
    fn renew(&self) {}
}

pub(super) fn fill(slot: Slot, secret: &str, id: u64) -> Answer {
    let password = SecretString::from(secret);
    match slot {
        Slot::Field | Slot::Symbols => log(id, &Login { id, password }),
        Slot::Pretty => pretty(id, &Login { id, password }),
        Slot::Unmarked => log(id, &Login { id, password: secret.to_owned() }),
        Slot::Nested => log(id, &Session { login: Login { id, password } }),
        Slot::Option => log(id, &Login { id, password: Some(password) }),
        Slot::Alias => log(id, &Login { id, password: MaybeSecret::Some(password) }),
        Slot::List => log(id, &Login { id, password: vec![password] }),
        Slot::Bytes => {
            let password = SecretBox::new(Box::new(secret.as_bytes().to_vec()));
            log(id, &Login { id, password })
        }
        Slot::MapValue => log(id, &Login { id, password: HashMap::from([(1, password)]) }),
        Slot::MapKey => Answer::absent("its secrets can be no keys; the map's would be text"),
        Slot::Enum => log(id, &Credential::Token(id, password)),
        Slot::Tuple => log(id, &Token(id, password)),
        Slot::Generic => {
            log(id, &Login { id, password: SecretBox::new(Box::new(secret.to_owned())) })
        }
        Slot::Boxed => log(id, &Login { id, password: SecretBox::<str>::from(secret) }),
        Slot::Number => {
            let number = secret.parse::<u64>().unwrap_or_default();
            log(id, &Login { id, password: SecretBox::new(Box::new(number)) })
        }
        Slot::Length => {
            let [short, long] = LENGTHS.map(SecretString::from);
            tells(&short, &long)
        }
        Slot::Serialize => Answer::Refused,
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
