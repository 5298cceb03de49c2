//! An event of `tracing` as a line, in one pass: no entry is made of it.
//!
//! The line is the same as `json`'s of the event's entry, to the byte. Threads keep what they need
//! from line to line on a desk of their own; whoever logs while a line is written, as a `Debug` may,
//! finds the place empty and brings another desk. Called by `logs` for each event.

use std::cell::Cell;
use std::error::Error;
use std::fmt;

use tracing_core::Event;
use tracing_core::field::{Field, Visit};

use super::heads::{self, Head};
use super::json::{self, Frame, Ids};
use super::line::Line;
use super::number::{self, SHORT};
use super::time::{self, Second};
use crate::redact::Chain;

/// Memory that a thread keeps for its next line.
const KEPT: usize = 64 * 1024;

thread_local! {
    static DESK: Cell<Option<Box<Desk>>> = const { Cell::new(None) };
}

/// What a thread keeps from line to line.
#[derive(Debug, Default)]
pub(super) struct Desk {
    pub(super) line: Line,
    pub(super) second: Second,
    pub(super) ids: Ids,
}

/// Hands out this thread's desk.
#[inline]
pub(super) fn at_desk<T>(work: impl FnOnce(&mut Desk) -> T) -> T {
    // Out of its place while it is in use.
    let mut desk = DESK.try_with(Cell::take).ok().flatten().unwrap_or_default();
    let worked = work(&mut desk);
    if desk.line.memory() <= KEPT {
        // Fails only while the thread ends.
        let _ = DESK.try_with(|place| place.set(Some(desk)));
    }
    worked
}

/// The texts of the event's callsite; nothing when the event has to become an entry.
#[inline]
pub(super) fn head(event: &Event<'_>) -> Option<&'static Head> {
    Some(heads::of(event.metadata())).filter(|head| head.simple)
}

/// Writes the line of an event.
#[inline]
pub(super) fn write(event: &Event<'_>, head: &'static Head, frame: &Frame, desk: &mut Desk) {
    let Desk { line, second, ids } = desk;
    line.clear();
    second.write(time::now(), line);
    line.prepared(&head.open);
    let mut writing = Writing { line, head, frame, ids, before: b'{', said: false };
    event.record(&mut writing);
    if !writing.said {
        writing.say_nothing();
    }
    if writing.before == b'{' {
        writing.line.put(b"{");
    }
    line.put(b"}}\n");
}

/// Writes fields as they come.
struct Writing<'a> {
    line: &'a mut Line,
    head: &'static Head,
    frame: &'a Frame,
    ids: &'a mut Ids,
    /// What stands before the next key: a brace or a comma.
    before: u8,
    /// The message and what comes between it and the fields is written.
    said: bool,
}

impl Writing<'_> {
    #[inline]
    fn is_message(&self, field: &Field) -> bool {
        self.head.says && field.index() == 0
    }

    #[inline]
    fn end_message(&mut self) {
        self.said = true;
        json::middle(self.frame, self.ids, self.line);
    }

    #[cold]
    fn say_nothing(&mut self) {
        self.line.put(b"\"\"");
        self.end_message();
    }

    /// Writes a field whose value is short.
    #[inline(always)]
    fn field(&mut self, field: &Field, write: impl FnOnce(&mut [u8; SHORT]) -> usize) {
        if !self.said {
            self.say_nothing();
        }
        if let Some(key) = self.head.key(field.index()) {
            self.line.field(self.before, key, write);
            self.before = b',';
        }
    }

    fn key(&mut self, field: &Field) {
        self.field(field, |_| 0);
    }

    fn formatted(&mut self, field: &Field, text: fmt::Arguments<'_>) {
        if self.is_message(field) {
            self.line.formatted(text);
            self.end_message();
        } else {
            self.key(field);
            self.line.formatted(text);
        }
    }
}

impl Visit for Writing<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.formatted(field, format_args!("{value:?}"));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.formatted(field, format_args!("{}", Chain(value)));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if self.is_message(field) {
            self.line.text(value);
            self.end_message();
        } else {
            self.key(field);
            self.line.text(value);
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.field(field, |room| number::bool(value, room));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.field(field, |room| number::integer(value, room));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.field(field, |room| number::integer(value, room));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.field(field, |room| number::float(value, room));
    }
}
