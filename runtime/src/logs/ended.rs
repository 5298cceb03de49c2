//! A call that ended badly, or took too long, as a log entry.
//!
//! `init` gives [`ended`] to the record path, which calls it once where an error first comes out of
//! an observed function, while the span is still the current one. Of the error's text is shown what
//! its type says.

use std::time::Duration;

use crate::model::{Outcome, Value};
use crate::record::{Ended, Ending};

/// Says that a call ended badly.
pub(crate) fn ended(call: &Ended<'_>) {
    super::say(call.level, call.site.module, |entry| {
        let function = call.site.function;
        let duration = Duration::from_nanos(call.nanos);
        match call.ending {
            Ending::Bad(outcome) => {
                let verb = match outcome {
                    Outcome::Ok | Outcome::Error => "failed",
                    Outcome::Cancelled => "was cancelled",
                    Outcome::Panic => "panicked",
                };
                entry.set_message(&format_args!("{function} {verb}"));
                entry.set("outcome", Value::Str(outcome.as_str()));
            }
            Ending::Slow => {
                let budget = Duration::from_nanos(call.site.slow_nanos);
                entry.set_message(&format_args!("{function} took longer than {budget:?}"));
            }
        }
        entry.set("function", Value::Str(function));
        if !call.error_type.is_empty() {
            entry.set("error.type", Value::Str(call.error_type));
        }
        if let Some(error) = call.error {
            entry.set_text_if_any("error.message", &error);
        }
        entry.set("duration_seconds", Value::F64(duration.as_secs_f64()));
    });
}
