//! The fields of an event into an entry: for what is no line, or not only one.
//!
//! Called by `logs` when log records leave by OTLP too, and for events whose fields `event` can't
//! write as they come.

use std::error::Error;
use std::fmt;

use tracing_core::Event;
use tracing_core::field::{Field, Visit};

use super::entry::{self, Entry};
use super::layer::level;
use crate::record::Value;

/// Errors behind an error that a field shows at most.
const CHAIN: usize = 16;

/// Hands out an event as an entry.
pub(super) fn entry(event: &Event<'_>, report: impl FnOnce(&Entry)) {
    let metadata = event.metadata();
    entry::with(level(*metadata.level()), metadata.target(), |entry| {
        event.record(&mut Fill(entry));
        report(entry);
    });
}

struct Fill<'a>(&'a mut Entry);

impl Fill<'_> {
    fn text(&mut self, field: &Field, text: &dyn fmt::Display) {
        match field.name() {
            "message" => self.0.set_message(text),
            name => self.0.set_text(name, text),
        }
    }
}

impl Visit for Fill<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.text(field, &format_args!("{value:?}"));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.text(field, &Chain(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.0.set_message(&value),
            name => self.0.set(name, Value::Str(value)),
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.set(field.name(), Value::Bool(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.set(field.name(), Value::I64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.set(field.name(), Value::U64(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.set(field.name(), Value::F64(value));
    }
}

/// An error and what is behind it: `payment failed: connection refused`.
pub(super) struct Chain<'a>(pub(super) &'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let sources = std::iter::successors(self.0.source(), |error| (*error).source());
        sources.take(CHAIN).try_for_each(|source| write!(f, ": {source}"))
    }
}
