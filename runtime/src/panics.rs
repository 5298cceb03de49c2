//! The log line of a panic, told by the panic hook.
//!
//! The hook runs where the panic began, so the line has the ids of the span it happened in, and the
//! place and the message that nobody knows later. A message that is a literal of the source is
//! shown; one that was formatted may hold anything, and stays on standard error, where the hook
//! that was there before writes it. Set by `init`; the record path counts the call.

use std::panic::{self, PanicHookInfo};
use std::sync::Once;
use std::time::Duration;

use crate::logs;
use crate::model::{Level, Value};

static HOOKED: Once = Once::new();

/// How long a process that aborts waits for its last lines.
const FLUSH: Duration = Duration::from_millis(100);

/// Begins to tell of panics.
pub(crate) fn start() {
    HOOKED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            tell(info);
            // Nothing is left of the process when the hook returns.
            if cfg!(panic = "abort") {
                logs::flush(FLUSH);
            }
            before(info);
        }));
    });
}

fn tell(info: &PanicHookInfo<'_>) {
    let literal = info.payload().downcast_ref::<&'static str>().copied();
    logs::say(Level::Error, "plimsoll::panic", |entry| {
        entry.set_message(&"panicked");
        entry.set("panic", Value::Str(literal.unwrap_or("[redacted]")));
        if let Some(location) = info.location() {
            entry.set_text("location", location);
        }
        if let Some(name) = std::thread::current().name() {
            entry.set("thread", Value::Str(name));
        }
    });
}
