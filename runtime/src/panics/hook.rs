//! The panic hook: one log line, and one on standard error where it takes the place of std's.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::fmt::Write as _;
use std::io::Write as _;
use std::panic::{self, PanicHookInfo};
use std::sync::Once;
use std::time::Duration;

use super::payload::{masked, shown};
use crate::logs;
use crate::model::Level;
use crate::scrub::gate;

static HOOKED: Once = Once::new();

/// How long a process that aborts waits for its last lines.
const FLUSH: Duration = Duration::from_millis(100);

/// Begins to tell of panics, beside the hook that is there, or in its place.
pub(crate) fn start(replace: bool) {
    HOOKED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            tell(info);
            // Nothing is left of the process when the hook returns.
            if cfg!(panic = "abort") {
                logs::flush(FLUSH);
            }
            // A rule that slices a text wrongly panics with the text.
            if replace || gate::is_looking() { write(info) } else { before(info) }
        }));
    });
}

fn tell(info: &PanicHookInfo<'_>) {
    logs::say(Level::Error, "plimsoll::panic", |entry| {
        entry.set_message(&"panicked");
        entry.set_text("panic", &shown(info.payload()));
        if let Some(location) = info.location() {
            entry.set_text("location", location);
        }
        if let Some(name) = std::thread::current().name() {
            entry.set_text("thread", &name);
        }
    });
}

/// Writes what may be seen of a panic to standard error: one line, and the trace of calls behind it
/// when `RUST_BACKTRACE` asks for one.
fn write(info: &PanicHookInfo<'_>) {
    let mut line = line(info);
    let trace = Backtrace::capture();
    if trace.status() == BacktraceStatus::Captured {
        // A text in memory takes everything.
        let _ = write!(line, "{trace}");
    }
    // Nobody is left to be told that standard error is closed.
    let _ = std::io::stderr().lock().write_all(line.as_bytes());
}

fn line(info: &PanicHookInfo<'_>) -> String {
    let thread = std::thread::current();
    let thread = thread.name().map_or("<unnamed>".into(), |name| masked(name.into()));
    let mut line = format!("thread '{thread}' panicked");
    if let Some(location) = info.location() {
        let _ = write!(line, " at {location}");
    }
    let _ = write!(line, ": {}", masked(shown(info.payload())));
    // Nobody breaks out of the line.
    let mut line = line.replace(char::is_control, " ");
    line.push('\n');
    line
}
