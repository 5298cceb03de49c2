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
use super::line::{Formatted, Line};
use super::number::{self, SHORT};
use super::time::{self, Second};
use crate::model::text::TEXT_LIMIT;
use crate::redact::Chain;
use crate::redact::Sink;
use crate::scrub::Form;
use crate::scrub::gate::{self, Verdict};
use crate::scrub::memo::{Kind, Memo};

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
    /// Texts that may leave as they are.
    pub(super) memo: Memo,
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
    let Desk { line, second, ids, memo } = desk;
    line.clear();
    second.write(time::now(), line);
    line.prepared(&head.open);
    let guarded = gate::is_on(Sink::Log);
    let hides = guarded && head.hides;
    let mut writing =
        Writing { line, head, frame, ids, memo, guarded, hides, before: b'{', said: false };
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
    memo: &'a mut Memo,
    /// Texts are looked at.
    guarded: bool,
    /// The name of a field is a secret's.
    hides: bool,
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
            self.line.field(self.before, &key.text, write);
            self.before = b',';
        }
    }

    fn key(&mut self, field: &Field) {
        self.field(field, |_| 0);
    }

    #[inline]
    fn form(&self, field: &Field) -> Form {
        self.head.key(field.index()).map_or(Form::Text, |key| key.form)
    }

    /// Writes a text where it belongs.
    #[inline(always)]
    fn place(&mut self, field: &Field, write: impl FnOnce(&mut Self)) {
        if self.is_message(field) {
            write(self);
            self.end_message();
        } else {
            self.key(field);
            write(self);
        }
    }

    fn formatted(&mut self, field: &Field, text: fmt::Arguments<'_>) {
        self.place(field, |writing| {
            let form = writing.form(field);
            if !writing.guarded || form == Form::Secret {
                if !(writing.hides && writing.is_hidden(field)) {
                    writing.line.formatted(text, TEXT_LIMIT);
                }
                return;
            }
            let formatted = writing.line.formatted(text, gate::GATHERED);
            let escapes = writing.line.escapes(&formatted);
            let is_known =
                formatted.length <= TEXT_LIMIT && writing.memo.knows(Kind::escaped(form), escapes);
            if !is_known {
                writing.look(field, form, &formatted);
            }
        });
    }

    /// Looks at a text that was formatted, and writes it anew if it can't stay as it is.
    #[inline(never)]
    fn look(&mut self, field: &Field, form: Form, formatted: &Formatted) {
        let text = self.line.unescaped(formatted);
        let origin = || self.head.origin(field.name());
        let masked = match gate::look(Sink::Log, form, &text, origin) {
            Verdict::Masked(masked) => masked,
            Verdict::Clean if formatted.length <= TEXT_LIMIT => {
                return self.memo.learn(Kind::escaped(form), self.line.escapes(formatted));
            }
            _ if formatted.length <= TEXT_LIMIT => return,
            _ => text.into_owned(),
        };
        self.line.take_back(formatted);
        self.line.text(&masked);
    }

    /// Looks at a text, and writes it.
    #[inline(never)]
    fn look_at(&mut self, field: &Field, form: Form, text: &str) {
        match gate::look(Sink::Log, form, text, || self.head.origin(field.name())) {
            Verdict::Masked(masked) => return self.line.text(&masked),
            Verdict::Clean => self.memo.learn(Kind::of(form), text.as_bytes()),
            Verdict::Stays => {}
        }
        self.line.text(text);
    }

    /// Writes that there is a value, if it must not be seen because of its name.
    #[cold]
    fn is_hidden(&mut self, field: &Field) -> bool {
        let hides = self.form(field) == Form::Secret
            && gate::hides(Sink::Log, || self.head.origin(field.name()));
        if hides {
            self.line.text(gate::HIDDEN);
        }
        hides
    }

    /// Writes a value that is no text, unless its name hides it.
    #[inline(always)]
    fn number(&mut self, field: &Field, write: impl FnOnce(&mut [u8; SHORT]) -> usize) {
        if self.hides && self.form(field) == Form::Secret {
            return self.hidden(field, |writing| writing.line.short(write));
        }
        self.field(field, write);
    }

    #[cold]
    fn hidden(&mut self, field: &Field, write: impl FnOnce(&mut Self)) {
        self.key(field);
        if !self.is_hidden(field) {
            write(self);
        }
    }

    /// Writes an integer that may be the number of a card.
    #[cold]
    #[inline(never)]
    fn long(&mut self, field: &Field, value: i128) {
        let form = self.form(field);
        if form == Form::Secret {
            return self.hidden(field, |writing| writing.line.integer(value));
        }
        let magnitude = value.unsigned_abs() as u64;
        let origin = || self.head.origin(field.name());
        let masked = gate::integer(Sink::Log, form, magnitude, origin);
        self.key(field);
        match masked {
            Some(masked) => self.line.text(&masked),
            None => self.line.integer(value),
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
        self.place(field, |writing| {
            if !writing.guarded {
                return writing.line.text(value);
            }
            let form = writing.form(field);
            if writing.memo.knows(Kind::of(form), value.as_bytes()) {
                writing.line.whole_text(value);
            } else {
                writing.look_at(field, form, value);
            }
        });
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.number(field, |room| number::bool(value, room));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        if self.guarded && gate::is_long(value.unsigned_abs()) {
            return self.long(field, value.into());
        }
        self.number(field, |room| number::integer(value, room));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if self.guarded && gate::is_long(value) {
            return self.long(field, value.into());
        }
        self.number(field, |room| number::integer(value, room));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.number(field, |room| number::float(value, room));
    }
}
