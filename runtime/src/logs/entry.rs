//! One log entry, on its way to a line and to OTLP.
//!
//! A thread uses one entry again and again, so that a log line costs no allocation once its buffers
//! have grown. Texts are scrubbed as they come in, and cut at 4 KiB then; a `Debug` or `Display` that
//! panics leaves `<panicked>`; one that logs by itself gets an entry of its own. Filled by `fill` and
//! by `logs::say`'s callers.

use std::cell::Cell;
use std::fmt::{self, Write as _};
use std::panic::{AssertUnwindSafe, Location, catch_unwind};

use tracing_core::Metadata;

use super::heads::Head;
use super::line::Prepared;
use crate::model::Level;
use crate::model::text::{MARK, TEXT_LIMIT, cut};
use crate::record::{self, Current, Value};
use crate::redact::Sink;
use crate::scrub::Form;
use crate::scrub::gate::{self, Verdict};
use crate::scrub::hits::Origin;
use crate::scrub::memo::{Kind, Memo};

/// Memory that an entry may keep for the next use.
const KEPT: usize = 64 * 1024;

thread_local! {
    static SPARE: Cell<Option<Box<Entry>>> = const { Cell::new(None) };
}

/// What happened, when, where, and in whose request.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) unix_nanos: u64,
    pub(crate) level: Level,
    /// The span that runs, if any.
    pub(crate) ids: Option<Current>,
    /// What the callsite has prepared, for an event without oddities.
    pub(super) head: Option<&'static Head>,
    /// Whose event it is, if it is one.
    pub(super) callsite: Option<&'static Metadata<'static>>,
    /// Where it stands in the source, if it is no event of `tracing`.
    pub(super) place: Option<&'static Location<'static>>,
    /// Texts are looked at.
    guarded: bool,
    memo: Memo,
    target: Piece,
    message: Piece,
    bindings: Vec<(&'static str, Piece)>,
    fields: Vec<Field>,
    text: String,
}

/// Where a text stands in `Entry::text`.
#[derive(Clone, Copy, Debug, Default)]
struct Piece {
    start: usize,
    end: usize,
}

/// Fields that the parts of values fill, and no more: OpenTelemetry's limit for attributes. Those that
/// a program names one by one are as many as it names.
const MOST: usize = 128;

/// A field, and its key as JSON where that was made before.
#[derive(Clone, Copy, Debug)]
struct Field {
    key: Key,
    prepared: Option<&'static Prepared>,
    value: Stored,
}

#[derive(Clone, Copy, Debug)]
enum Key {
    Known(&'static str),
    /// Made of the names of what lies in each other.
    Nested(Piece),
}

#[derive(Clone, Copy, Debug)]
enum Stored {
    Text(Piece),
    Bool(bool),
    I64(i64),
    U64(u64),
    F64(f64),
}

/// Hands out an entry of this moment, in the context of what runs on this thread.
pub(crate) fn with<T>(level: Level, target: &str, fill: impl FnOnce(&mut Entry) -> T) -> T {
    // Out of its place while it is in use: whoever logs meanwhile makes another.
    let mut entry = SPARE.try_with(Cell::take).ok().flatten().unwrap_or_else(Entry::new);
    entry.begin(level, target);
    let filled = fill(&mut entry);
    if entry.text.capacity() <= KEPT {
        // Fails only while the thread ends.
        let _ = SPARE.try_with(|spare| spare.set(Some(entry)));
    }
    filled
}

impl Entry {
    fn new() -> Box<Entry> {
        Box::new(Entry {
            unix_nanos: 0,
            level: Level::Info,
            ids: None,
            head: None,
            callsite: None,
            place: None,
            guarded: false,
            memo: Memo::default(),
            target: Piece::default(),
            message: Piece::default(),
            bindings: Vec::new(),
            fields: Vec::new(),
            text: String::with_capacity(512),
        })
    }

    fn begin(&mut self, level: Level, target: &str) {
        self.unix_nanos = super::time::now();
        self.level = level;
        self.head = None;
        self.callsite = None;
        self.place = None;
        self.guarded = gate::is_on(Sink::Log);
        self.text.clear();
        self.fields.clear();
        self.bindings.clear();
        self.message = Piece::default();
        self.target = self.keep(target);
        self.ids = record::current();
        record::with_bindings(&mut |key, value| self.bind(key, value));
    }

    /// Adds what the request is known by, which was looked at when it was bound.
    pub(crate) fn bind(&mut self, key: &'static str, value: &str) {
        let value = self.keep(value);
        self.bindings.push((key, value));
    }

    /// Says what happened.
    pub(crate) fn set_message(&mut self, message: &dyn fmt::Display) {
        self.message = self.format(Form::Text, "message", message);
    }

    /// Adds a field. A key that is there already takes the new value.
    pub(crate) fn set(&mut self, key: &'static str, value: Value<'_>) {
        self.add(Form::Text, key, None, value);
    }

    /// Adds a field whose text is formatted now.
    pub(crate) fn set_text(&mut self, key: &'static str, text: &dyn fmt::Display) {
        self.add_text(Form::Text, key, None, text);
    }

    /// The same, unless there is nothing in it.
    pub(super) fn set_text_if_any(&mut self, key: &'static str, text: &dyn fmt::Display) {
        let piece = self.format(Form::Text, key, text);
        if piece.start < piece.end {
            self.store(Key::Known(key), Stored::Text(piece));
        }
    }

    /// Adds a field. One with a key of its callsite, which is not there yet, has that prepared.
    #[inline]
    pub(super) fn add(
        &mut self,
        form: Form,
        key: &'static str,
        prepared: Option<&'static Prepared>,
        value: Value<'_>,
    ) {
        let stored = match value {
            Value::Str(text) => Stored::Text(self.take(form, key, text)),
            value if self.guarded && needs_look(form, value) => self.look_at(form, key, value),
            value => plain(value),
        };
        self.put(key, prepared, stored);
    }

    /// The same for a text that is formatted now.
    pub(super) fn add_text(
        &mut self,
        form: Form,
        key: &'static str,
        prepared: Option<&'static Prepared>,
        text: &dyn fmt::Display,
    ) {
        let stored = Stored::Text(self.format(form, key, text));
        self.put(key, prepared, stored);
    }

    /// Looks at a value that is no text.
    #[cold]
    fn look_at(&mut self, form: Form, key: &'static str, value: Value<'_>) -> Stored {
        let origin = || self.origin(key);
        let masked = match value {
            _ if form == Form::Secret => {
                gate::hides(Sink::Log, origin).then(|| gate::HIDDEN.to_owned())
            }
            Value::I64(value) => gate::integer(Sink::Log, form, value.unsigned_abs(), origin),
            Value::U64(value) => gate::integer(Sink::Log, form, value, origin),
            _ => None,
        };
        masked.map_or_else(|| plain(value), |masked| Stored::Text(self.keep(&masked)))
    }

    fn origin(&self, field: &'static str) -> Origin<'_> {
        match self.callsite {
            Some(metadata) => Origin::of(metadata, field),
            None => Origin {
                module: self.target(),
                file: self.place.map_or("", Location::file),
                line: self.place.map_or(0, Location::line),
                field,
                ..Origin::default()
            },
        }
    }

    /// Takes a text that somebody else made.
    fn take(&mut self, form: Form, key: &'static str, text: &str) -> Piece {
        if !self.guarded || self.memo.knows(Kind::of(form), text.as_bytes()) {
            return self.keep(text);
        }
        match gate::look(Sink::Log, form, text, || self.origin(key)) {
            Verdict::Masked(masked) => return self.keep(&masked),
            Verdict::Clean => self.memo.learn(Kind::of(form), text.as_bytes()),
            Verdict::Stays => {}
        }
        self.keep(text)
    }

    fn put(&mut self, key: &'static str, prepared: Option<&'static Prepared>, value: Stored) {
        let key = Key::Known(key);
        match prepared {
            Some(_) => self.fields.push(Field { key, prepared, value }),
            None => self.store(key, value),
        }
    }

    /// Adds a value of a typed field, at its key or at one below it. Its type has decided: only texts
    /// are looked at, and whatever the key says.
    pub(crate) fn put_below(&mut self, key: &'static str, at: &str, value: Value<'_>) {
        let stored = match value {
            Value::Str(text) => Stored::Text(self.take(Form::Text, key, text)),
            value => plain(value),
        };
        let key = self.key(key, at);
        self.store(key, stored);
    }

    /// The same for a text that is formatted now.
    pub(crate) fn put_text_below(&mut self, key: &'static str, at: &str, text: &dyn fmt::Display) {
        let stored = Stored::Text(self.format(Form::Text, key, text));
        let key = self.key(key, at);
        self.store(key, stored);
    }

    /// It has as many fields as what is nested may bring it to.
    pub(crate) fn is_full(&self) -> bool {
        self.fields.len() >= MOST
    }

    fn key(&mut self, key: &'static str, at: &str) -> Key {
        match at.len() == key.len() {
            true => Key::Known(key),
            false => Key::Nested(self.keep(at)),
        }
    }

    fn name(&self, key: Key) -> &str {
        match key {
            Key::Known(key) => key,
            Key::Nested(piece) => self.piece(piece),
        }
    }

    pub(crate) fn target(&self) -> &str {
        self.piece(self.target)
    }

    pub(crate) fn message(&self) -> &str {
        self.piece(self.message)
    }

    /// What the request that runs is known by: `request_id` first.
    pub(crate) fn bindings(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.bindings.iter().map(|(key, text)| (*key, self.piece(*text)))
    }

    #[cfg(feature = "otlp")]
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, Value<'_>)> {
        self.prepared_fields().map(|(key, _, value)| (key, value))
    }

    pub(super) fn prepared_fields(
        &self,
    ) -> impl Iterator<Item = (&str, Option<&'static Prepared>, Value<'_>)> {
        self.fields.iter().map(|field| {
            let value = match field.value {
                Stored::Text(piece) => Value::Str(self.piece(piece)),
                Stored::Bool(value) => Value::Bool(value),
                Stored::I64(value) => Value::I64(value),
                Stored::U64(value) => Value::U64(value),
                Stored::F64(value) => Value::F64(value),
            };
            (self.name(field.key), field.prepared, value)
        })
    }

    /// The word for the level, as `tracing` writes it.
    #[cfg(feature = "otlp")]
    pub(crate) fn level_name(&self) -> &'static str {
        super::json::level_name(self.level)
    }

    fn store(&mut self, key: Key, value: Stored) {
        let known = self.fields.iter().position(|field| self.name(field.key) == self.name(key));
        match known.and_then(|known| self.fields.get_mut(known)) {
            Some(field) => field.value = value,
            None => self.fields.push(Field { key, prepared: None, value }),
        }
    }

    fn piece(&self, piece: Piece) -> &str {
        self.text.get(piece.start..piece.end).unwrap_or_default()
    }

    fn keep(&mut self, text: &str) -> Piece {
        let start = self.text.len();
        let shown = cut(text, TEXT_LIMIT);
        self.text.push_str(shown);
        if shown.len() < text.len() {
            self.text.push_str(MARK);
        }
        Piece { start, end: self.text.len() }
    }

    fn format(&mut self, form: Form, key: &'static str, text: &dyn fmt::Display) -> Piece {
        let guarded = self.guarded && form != Form::Secret;
        if self.guarded && !guarded && gate::hides(Sink::Log, || self.origin(key)) {
            return self.keep(gate::HIDDEN);
        }
        let start = self.text.len();
        let limit = if guarded { gate::GATHERED } else { TEXT_LIMIT };
        let mut capped = Capped { text: &mut self.text, end: start + limit };
        // The text is the user's code: its panic is not the caller's, and its `Err` keeps what
        // came before.
        let written = catch_unwind(AssertUnwindSafe(|| {
            let _ = write!(capped, "{text}");
        }));
        if written.is_err() {
            self.text.truncate(start);
            self.text.push_str("<panicked>");
        }
        let piece = Piece { start, end: self.text.len() };
        if guarded { self.look(form, key, piece) } else { piece }
    }

    /// Looks at the text that was added last, and replaces it if it can't stay as it is.
    fn look(&mut self, form: Form, key: &'static str, piece: Piece) -> Piece {
        let text = self.piece(piece);
        let is_short = text.len() <= TEXT_LIMIT;
        if is_short && self.memo.knows(Kind::of(form), text.as_bytes()) {
            return piece;
        }
        let shown = match gate::look(Sink::Log, form, text, || self.origin(key)) {
            Verdict::Masked(masked) => masked,
            Verdict::Clean if is_short => {
                let text = self.text.get(piece.start..piece.end).unwrap_or_default();
                self.memo.learn(Kind::of(form), text.as_bytes());
                return piece;
            }
            _ if is_short => return piece,
            _ => text.to_owned(),
        };
        self.text.truncate(piece.start);
        self.keep(&shown)
    }
}

/// True for a value that is no text and has to be looked at.
#[inline]
fn needs_look(form: Form, value: Value<'_>) -> bool {
    form == Form::Secret
        || match value {
            Value::I64(value) => gate::is_long(value.unsigned_abs()),
            Value::U64(value) => gate::is_long(value),
            _ => false,
        }
}

/// A value that is no text.
#[inline]
fn plain(value: Value<'_>) -> Stored {
    match value {
        Value::Bool(value) => Stored::Bool(value),
        Value::I64(value) => Stored::I64(value),
        Value::U64(value) => Stored::U64(value),
        Value::F64(value) => Stored::F64(value),
        Value::Str(_) => Stored::Text(Piece::default()),
    }
}

/// Takes a text up to a limit, then marks the cut and stops whoever writes.
struct Capped<'a> {
    text: &'a mut String,
    end: usize,
}

impl fmt::Write for Capped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let Some(room) = self.end.checked_sub(self.text.len()) else {
            return Err(fmt::Error);
        };
        if text.len() <= room {
            self.text.push_str(text);
            return Ok(());
        }
        let mut cut = room;
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        self.text.push_str(text.get(..cut).unwrap_or_default());
        self.text.push_str(MARK);
        self.end = 0;
        Err(fmt::Error)
    }
}
