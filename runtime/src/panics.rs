//! The log line of a panic, told by the panic hook.
//!
//! The hook runs where the panic began, so the line has the ids of the span it happened in, and the
//! place and the message that nobody knows later. What was hooked before runs after it. Set by
//! `init`; the record path only counts the call and marks the span.

use std::panic::{self, PanicHookInfo};
use std::sync::Once;

use crate::logs;
use crate::model::{Level, Value};

static HOOKED: Once = Once::new();

/// Begins to tell of panics.
pub(crate) fn start() {
    HOOKED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            tell(info);
            before(info);
        }));
    });
}

fn tell(info: &PanicHookInfo<'_>) {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    logs::say(Level::Error, "plimsoll::panic", |entry| {
        entry.set_message(&"panicked");
        entry.set("panic", Value::Str(text.unwrap_or("no message")));
        if let Some(location) = info.location() {
            entry.set_text("location", location);
        }
        if let Some(name) = std::thread::current().name() {
            entry.set("thread", Value::Str(name));
        }
    });
}
