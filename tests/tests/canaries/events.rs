//! Typed events: what a type or a strategy lets out, under any key; and the one text that is public.

use std::collections::BTreeMap;

use plimsoll::{Level, event, info, redact, warn};

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
    "event, a marked type" Type PLAIN, |secret, id| {
        let login = Login { id, password: secret.to_owned() };
        info!("logged in", login)
    };
    "event, a list of them" Type PLAIN, |secret, id| {
        let logins = vec![Login { id, password: secret.to_owned() }];
        event!(Level::Error, "logged in", logins)
    };
    "event, a map of them" Type PLAIN, |secret, id| {
        let logins = BTreeMap::from([(1, Login { id, password: secret.to_owned() })]);
        warn!("logged in", logins, id)
    };
    "event, full" Type PLAIN, |secret, id| info!("logged in", id, redact(secret = full));
    "event, hash" Type PLAIN, |secret, id| info!("logged in", id, redact(secret = hash("event")));
    "event, last" Type CARD, |secret, id| info!("logged in", id, redact(secret = last(4)));
    "event, email" Type EMAIL, |secret, id| info!("logged in", id, redact(secret = email));
    "event, a public text" Shape "https://user:{}@host.example/", |secret, id| {
        info!("calls", id, public(secret))
    };
}

#[redact]
#[expect(dead_code, reason = "never shown")]
struct Login {
    id: u64,
    #[redact]
    password: String,
}
