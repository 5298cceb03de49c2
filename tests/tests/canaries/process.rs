//! What describes the process, and what is asked of it: resource, health checks, links.

use std::future::ready;
use std::sync::OnceLock;

use plimsoll::{Telemetry, observe};

use crate::slots::{self, EMAIL, Guard, PLAIN, Slot};

pub(crate) static TELEMETRY: OnceLock<Telemetry> = OnceLock::new();

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
    "resource attribute" Shape "https://user:{}@host.example/", |_secret, _id| ();
    "resource, named password" Name PLAIN, |_secret, _id| ();
    "resource, e-mail" Shape EMAIL, |_secret, _id| ();
    "health check" Shape "password={}", |secret, id| {
        let text = format!("{id}: {secret}");
        TELEMETRY.get().unwrap().ready("database", move || ready(Err::<(), _>(text.clone())))
    };
    "health check that panics" Type PLAIN, |secret, id| {
        let text = secret.to_owned();
        TELEMETRY.get().unwrap().ready("cache", move || {
            tracing::info!(id, "is asked");
            let text = text.clone();
            async move {
                assert!(text.is_empty(), "{text}");
                Err("not reached")
            }
        })
    };
    "link and job" Never PLAIN, |secret, id| block_on(plimsoll::context().link(job(id, secret)));
    "Context, printed" Never PLAIN, |secret, id| holds(id, secret);
    "carried work" Never PLAIN, |secret, id| block_on(plimsoll::carry(job(id, secret)));
}

#[observe(log(id))]
async fn job(id: u64, secret: &str) {
    let _ = secret;
}

#[observe(log(id))]
fn holds(id: u64, secret: &str) {
    let _ = secret;
    tracing::info!(id, context = ?plimsoll::context(), "holds");
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// For `OTEL_RESOURCE_ATTRIBUTES`: the secrets of this file's first slots, with their controls.
pub(crate) fn resource() -> String {
    let keys = ["deployment.note", "db.password", "team.contact"];
    let find =
        |index: &usize| slots::all().nth(*index).is_some_and(|slot| slot.name == SLOTS[0].name);
    let first = (0..slots::all().count()).find(find).unwrap();
    let pairs = keys.iter().zip(SLOTS).enumerate().map(|(index, (key, slot))| {
        let text = slot.canary().text().replace('=', "%3D");
        format!("{key}={text},number.{index}={}", slots::control(first + index))
    });
    pairs.collect::<Vec<_>>().join(",")
}
