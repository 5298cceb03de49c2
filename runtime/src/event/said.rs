//! The fields of an event, while they are recorded: into a log entry, or for the host's subscriber.
//!
//! Only generated code calls this, once for each field and in their order.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tracing::Value as HostValue;

#[cfg(feature = "logs")]
use crate::logs::Entry;
use crate::model::Value;
use crate::model::text::Capped;
#[cfg(feature = "logs")]
use crate::redact::Fields;
use crate::redact::{Loggable, Out, Redactable, Sink, Strategy};

/// Takes the fields of one event.
pub struct Said<'a> {
    to: To<'a>,
}

enum To<'a> {
    #[cfg(feature = "logs")]
    Entry(&'a mut Entry),
    Host(&'a mut Vec<Owned>),
}

impl fmt::Debug for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Said")
    }
}

/// A value for the host's subscriber.
pub(super) enum Owned {
    Bool(bool),
    I64(i64),
    U64(u64),
    F64(f64),
    Text(String),
}

impl Owned {
    pub(super) fn as_value(&self) -> &dyn HostValue {
        match self {
            Owned::Bool(value) => value,
            Owned::I64(value) => value,
            Owned::U64(value) => value,
            Owned::F64(value) => value,
            Owned::Text(value) => value,
        }
    }
}

impl<'a> Said<'a> {
    #[cfg(feature = "logs")]
    pub(crate) fn entry(entry: &'a mut Entry) -> Said<'a> {
        Said { to: To::Entry(entry) }
    }

    pub(super) fn host(values: &'a mut Vec<Owned>) -> Said<'a> {
        Said { to: To::Host(values) }
    }

    /// Records all fields. A `Loggable` of the user's that panics costs the fields behind it, and
    /// not the caller.
    pub(crate) fn fill(&mut self, fill: &mut dyn FnMut(&mut Said<'_>)) {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| fill(self))) {
            // One that panics when it is dropped is not dropped twice.
            if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
                std::mem::forget(again);
            }
        }
    }

    /// Records a field whose type says how.
    pub fn log<T: Loggable + ?Sized>(&mut self, key: &'static str, value: &T) {
        match (&mut self.to, value.plain()) {
            (To::Host(values), Some(plain)) => values.push(owned(plain)),
            _ => self.field(key, &|out| out.value(value)),
        }
    }

    /// Records a text that the event calls public.
    pub fn public<T: fmt::Display + ?Sized>(&mut self, key: &'static str, value: &T) {
        self.field(key, &|out| out.text(&value));
    }

    /// Records what a strategy leaves of a text.
    pub fn redacted<T: Redactable + ?Sized>(
        &mut self,
        key: &'static str,
        strategy: Strategy,
        value: &T,
    ) {
        self.field(key, &|out| out.redacted(strategy, value));
    }

    /// Records that there is a value, and nothing of it.
    pub fn hidden(&mut self, key: &'static str) {
        self.field(key, &|out| out.hidden());
    }

    /// Records that there is a text, as an empty one.
    pub fn erased(&mut self, key: &'static str) {
        self.field(key, &|out| out.erased());
    }

    fn field(&mut self, key: &'static str, write: &dyn Fn(&mut Out<'_>)) {
        match &mut self.to {
            #[cfg(feature = "logs")]
            To::Entry(entry) => {
                write(&mut Out::fields(&mut Below { entry, key }, key, Sink::Log));
            }
            To::Host(values) => {
                let mut text = Capped::default();
                write(&mut Out::text_to(&mut text, Sink::Log));
                values.push(Owned::Text(text.into()));
            }
        }
    }
}

fn owned(value: Value<'_>) -> Owned {
    match value {
        Value::Bool(value) => Owned::Bool(value),
        Value::I64(value) => Owned::I64(value),
        Value::U64(value) => Owned::U64(value),
        Value::F64(value) => Owned::F64(value),
        Value::Str(value) => Owned::Text(value.to_owned()),
    }
}

/// The fields of an entry at a key, and below it.
#[cfg(feature = "logs")]
struct Below<'a> {
    entry: &'a mut Entry,
    key: &'static str,
}

#[cfg(feature = "logs")]
impl Fields for Below<'_> {
    fn put(&mut self, key: &str, value: Value<'_>) {
        self.entry.put_below(self.key, key, value);
    }

    fn text(&mut self, key: &str, value: &dyn fmt::Display) {
        self.entry.put_text_below(self.key, key, value);
    }

    fn is_full(&self) -> bool {
        self.entry.is_full()
    }
}
