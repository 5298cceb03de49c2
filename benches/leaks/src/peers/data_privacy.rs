//! data_privacy: a newtype a class, by `#[classified]`, whose `Debug` and `Display` say the class.

use std::collections::HashMap;

use data_privacy::{RedactionEngine, classified, taxonomy};
use serde::{Deserialize, Serialize};
use tracing::instrument;

use super::{LENGTHS, NO_METRICS, NO_SCRUBBER, log, panics, pretty, refused, tells, text};
use crate::slots::{Answer, Slot};

#[taxonomy(shop)]
enum Class {
    Credential,
}

#[classified(Class::Credential)]
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Password(String);

#[classified(Class::Credential)]
struct Number(u64);

#[classified(Class::Credential)]
struct Borrowed<'a>(&'a str);

#[classified(Class::Credential)]
#[derive(Deserialize)]
struct Pin(u32);

#[derive(Debug)]
#[expect(dead_code, reason = "printed")]
struct Login<T> {
    id: u64,
    password: T,
}

#[derive(Debug)]
#[expect(dead_code, reason = "printed")]
struct Session {
    login: Login<Password>,
}

type MaybeSecret = Option<Password>;

#[derive(Debug)]
#[expect(dead_code, reason = "printed")]
enum Credential {
    Token(u64, Password),
}

#[derive(Debug)]
#[expect(dead_code, reason = "printed")]
struct Token(u64, Password);

#[derive(Serialize)]
struct Written {
    id: u64,
    password: Password,
}

#[instrument]
fn authenticate(id: u64, password: &Password) {}

impl Login<Password> {
    #[instrument]
    fn renew(&self) {}
}

pub(super) fn fill(slot: Slot, secret: &str, id: u64) -> Answer {
    let password = Password(secret.to_owned());
    match slot {
        Slot::Field | Slot::Symbols | Slot::Generic => log(id, &Login { id, password }),
        Slot::Pretty => pretty(id, &Login { id, password }),
        Slot::Unmarked => log(id, &Login { id, password: secret.to_owned() }),
        Slot::Nested => log(id, &Session { login: Login { id, password } }),
        Slot::Option => log(id, &Login { id, password: Some(password) }),
        Slot::Alias => log(id, &Login { id, password: MaybeSecret::Some(password) }),
        Slot::List => log(id, &Login { id, password: vec![password] }),
        Slot::Bytes => Answer::absent("its types hold what has a `Display`"),
        Slot::MapValue => log(id, &Login { id, password: HashMap::from([(1, password)]) }),
        Slot::MapKey => log(id, &Login { id, password: HashMap::from([(password, 1)]) }),
        Slot::Enum => log(id, &Credential::Token(id, password)),
        Slot::Tuple => log(id, &Token(id, password)),
        Slot::Boxed => log(id, &Login { id, password: Borrowed(secret) }),
        Slot::Number => {
            let number = secret.parse::<u64>().unwrap_or_default();
            log(id, &Login { id, password: Number(number) })
        }
        Slot::Length => {
            let [short, long] = LENGTHS.map(|text| Password(text.to_owned()));
            tells(&short, &long)
        }
        Slot::Serialize => match serde_json::to_string(&Written { id, password }) {
            Ok(json) => text(id, &json),
            Err(error) => text(id, &error.to_string()),
        },
        Slot::Deserialize => {
            let parsed = serde_json::from_str::<Pin>(&format!("\"{secret}\""));
            log(id, &parsed.map_err(|error| error.to_string()))
        }
        Slot::Display => {
            let engine = RedactionEngine::builder().build();
            let mut shown = password.to_string();
            let _ = engine.redacted_display(&password, &mut shown);
            text(id, &shown)
        }
        Slot::Error | Slot::Chain => Answer::absent("it has no errors of its own"),
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
