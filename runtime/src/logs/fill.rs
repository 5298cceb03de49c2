//! The fields of an event into an entry: for what is no line, or not only one.
//!
//! Called by `logs` when log records leave by OTLP too, and for events whose fields `event` can't
//! write as they come.

use std::error::Error;
use std::fmt;

use tracing_core::Event;
use tracing_core::field::{Field, Visit};

use super::entry::{self, Entry};
use super::event;
use super::heads::Head;
use super::layer::level;
use super::line::Prepared;
use crate::record::Value;
use crate::redact::Chain;
use crate::scrub::{Form, gate};

/// Hands out an event as an entry.
pub(super) fn entry(event: &Event<'_>, report: impl FnOnce(&Entry)) {
    let head = event::head(event);
    let metadata = event.metadata();
    entry::with(level(*metadata.level()), metadata.target(), |entry| {
        entry.head = head;
        entry.callsite = Some(metadata);
        event.record(&mut Fill { entry, head });
        report(entry);
    });
}

struct Fill<'a> {
    entry: &'a mut Entry,
    /// Nothing when keys may come twice.
    head: Option<&'static Head>,
}

impl Fill<'_> {
    fn text(&mut self, field: &Field, text: &dyn fmt::Display) {
        match field.name() {
            "message" => self.entry.set_message(text),
            name => {
                let (form, key) = self.key(field);
                self.entry.add_text(form, name, key, text);
            }
        }
    }

    #[inline]
    fn key(&self, field: &Field) -> (Form, Option<&'static Prepared>) {
        match self.head.and_then(|head| head.key(field.index())) {
            Some(key) => (key.form, Some(&key.text)),
            None => (gate::form(field.name()), None),
        }
    }

    #[inline]
    fn value(&mut self, field: &Field, value: Value<'_>) {
        let (form, key) = self.key(field);
        self.entry.add(form, field.name(), key, value);
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
            "message" => self.entry.set_message(&value),
            _ => self.value(field, Value::Str(value)),
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.value(field, Value::Bool(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.value(field, Value::I64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.value(field, Value::U64(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.value(field, Value::F64(value));
    }
}
