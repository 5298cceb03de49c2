//! Where a recorded value goes: to typed fields, or into a text.
//!
//! A marked type describes itself once, to an `Out`; span fields, log fields and `Debug` are made
//! of that one description. In fields, what is nested gets a dotted key; in text, Rust's notation.
//! An `Out` knows how sensitive what it takes may be, and hides what is more so.

use std::fmt;

use super::list::{Items, List};
use super::record::Record;
use super::strategy::REDACTED;
use super::{Class, Each, Loggable, Pairs, Redactable, Sink, Strategy, ceiling};
use crate::model::Value;

/// Takes typed fields.
pub(crate) trait Fields {
    /// Takes a value.
    fn put(&mut self, key: &str, value: Value<'_>);

    /// Takes a text that is made as it is written.
    fn text(&mut self, key: &str, value: &dyn fmt::Display);

    /// There is no room for a further field, so that none has to be looked for.
    fn is_full(&self) -> bool {
        false
    }
}

/// The place that a value is recorded to.
pub struct Out<'a> {
    to: To<'a>,
    pub(super) bounds: Bounds,
}

pub(super) enum To<'a> {
    Fields { fields: &'a mut dyn Fields, key: &'a str },
    Text(&'a mut dyn fmt::Write),
}

/// What an `Out` hands on to those inside of it.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// The highest rank that is shown.
    ceiling: u8,
    /// How many values more may lie in each other.
    depth: u8,
}

/// How many values may lie in each other, before the innermost is `…`. A value that holds itself
/// would otherwise take the thread's whole stack.
const DEPTH: u8 = 24;

impl Bounds {
    fn of(sink: Sink) -> Bounds {
        Bounds { ceiling: ceiling(sink), depth: DEPTH }
    }

    /// Those one level further in; none when that is too deep.
    pub(super) fn inner(self) -> Option<Bounds> {
        Some(Bounds { depth: self.depth.checked_sub(1)?, ..self })
    }
}

/// Stands for what is nested too deep.
const DEEP: &str = "…";

impl fmt::Debug for Out<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Out")
    }
}

impl<'a> Out<'a> {
    /// To fields of a sink, below this key.
    pub(crate) fn fields(fields: &'a mut dyn Fields, key: &'a str, sink: Sink) -> Out<'a> {
        Out::within(To::Fields { fields, key }, Bounds::of(sink))
    }

    /// Into a text that goes to a sink.
    pub(crate) fn text_to(text: &'a mut dyn fmt::Write, sink: Sink) -> Out<'a> {
        Out::within(To::Text(text), Bounds::of(sink))
    }

    pub(super) fn within(to: To<'a>, bounds: Bounds) -> Out<'a> {
        Out { to, bounds }
    }

    fn put(&mut self, value: Value<'_>) {
        match &mut self.to {
            To::Fields { fields, key } => fields.put(key, value),
            To::Text(text) => {
                // A text that takes no more is full: what is missing is cut.
                let _ = match value {
                    Value::Bool(value) => write!(text, "{value}"),
                    Value::I64(value) => write!(text, "{value}"),
                    Value::U64(value) => write!(text, "{value}"),
                    Value::F64(value) => write!(text, "{value:?}"),
                    Value::Str(value) => text.write_str(value),
                };
            }
        }
    }

    /// Records a truth value.
    pub fn bool(&mut self, value: bool) {
        self.put(Value::Bool(value));
    }

    /// Records a signed integer.
    pub fn i64(&mut self, value: i64) {
        self.put(Value::I64(value));
    }

    /// Records an unsigned integer.
    pub fn u64(&mut self, value: u64) {
        self.put(Value::U64(value));
    }

    /// Records a floating-point number.
    pub fn f64(&mut self, value: f64) {
        self.put(Value::F64(value));
    }

    /// Records a text as it prints. Whoever calls this has decided that it may be seen.
    pub fn text(&mut self, value: &dyn fmt::Display) {
        match &mut self.to {
            To::Fields { fields, key } => fields.text(key, value),
            To::Text(text) => {
                let _ = write!(text, "{value}");
            }
        }
    }

    /// Records a name that stands in the source: of a variant, or of a unit type.
    pub fn name(&mut self, name: &'static str) {
        self.put(Value::Str(name));
    }

    /// Records what a strategy leaves of a text.
    ///
    /// ```
    /// use plimsoll::{Loggable, Out, Strategy};
    ///
    /// struct Mailbox(String);
    ///
    /// impl Loggable for Mailbox {
    ///     fn log(&self, out: &mut Out<'_>) {
    ///         out.redacted(Strategy::Email, &self.0);
    ///     }
    /// }
    /// ```
    pub fn redacted<T: Redactable + ?Sized>(&mut self, strategy: Strategy, value: &T) {
        if self.shows(strategy.class()) {
            self.text(&Seen { strategy, value });
        } else {
            self.hidden();
        }
    }

    /// Records that there is a value, and nothing of it.
    pub fn hidden(&mut self) {
        self.put(Value::Str(REDACTED));
    }

    /// Records that there is a text, as an empty one.
    pub fn erased(&mut self) {
        match &mut self.to {
            To::Fields { fields, key } => fields.put(key, Value::Str("")),
            To::Text(text) => {
                let _ = text.write_str("\"\"");
            }
        }
    }

    /// Records what a function of the program's writes in this value's place. It counts as internal.
    pub fn with(&mut self, write: &dyn Fn(&mut fmt::Formatter<'_>) -> fmt::Result) {
        if self.shows(Class::INTERNAL) {
            self.text(&Written(write));
        } else {
            self.hidden();
        }
    }

    /// Records a value that is more sensitive than its type says.
    pub fn classed<T: Loggable + ?Sized>(&mut self, class: Class, value: &T) {
        if self.shows(class) {
            self.value(value);
        } else {
            self.hidden();
        }
    }

    /// Records what a strategy leaves of each element, of eight at most, and their number.
    pub fn each<T: Each + ?Sized>(&mut self, strategy: Strategy, values: &T) {
        self.list(("[", "]"), values.count(), &|items| {
            values.each(&mut |value| items.item(&mut |out| out.redacted(strategy, value)));
        });
    }

    /// Records pairs, eight at most, and their number, with a decision for their keys and one for
    /// their values.
    pub fn pairs<T: Pairs + ?Sized>(
        &mut self,
        pairs: &T,
        key: &dyn Fn(&mut Out<'_>, &T::Key),
        value: &dyn Fn(&mut Out<'_>, &T::Value),
    ) {
        self.list(("{", "}"), pairs.count(), &|items| {
            pairs.each(&mut |a, b| items.pair(&mut |out| key(out, a), &mut |out| value(out, b)));
        });
    }

    /// Records a value in this one's place: a newtype is what it holds.
    ///
    /// What is more sensitive than the place allows is hidden.
    #[inline]
    pub fn value<T: Loggable + ?Sized>(&mut self, value: &T) {
        if self.shows(T::CLASS) {
            value.log(self);
        } else {
            self.hidden();
        }
    }

    /// Records what a pointer points to: one that leads back to itself comes to an end.
    pub(super) fn behind<T: Loggable + ?Sized>(&mut self, value: &T) {
        let outer = self.bounds;
        match outer.inner() {
            Some(bounds) => {
                self.bounds = bounds;
                value.log(self);
                self.bounds = outer;
            }
            None => self.put(Value::Str(DEEP)),
        }
    }

    /// Records what `log` says of a value of this type, unless that is too sensitive for the place.
    pub(super) fn of<T: Loggable + ?Sized>(&mut self, log: &dyn Fn(&mut Out<'_>)) {
        if self.shows(T::CLASS) {
            log(self);
        } else {
            self.hidden();
        }
    }

    /// Begins a value with named parts.
    pub fn record(&mut self, name: &'static str) -> Record<'_> {
        let bounds = self.bounds;
        match (&mut self.to, bounds.inner()) {
            (To::Fields { fields, key }, Some(inner)) => Record::fields(&mut **fields, key, inner),
            (To::Text(text), Some(inner)) => {
                let _ = text.write_str(name);
                Record::text(&mut **text, inner)
            }
            (to, None) => {
                let _ = match to {
                    To::Fields { fields, key } => {
                        fields.put(key, Value::Str(DEEP));
                        Ok(())
                    }
                    To::Text(text) => text.write_str(DEEP),
                };
                Record::nowhere(bounds)
            }
        }
    }

    /// Records several values as one text, in brackets; beyond eight, only their number.
    pub(super) fn list(
        &mut self,
        brackets: (&'static str, &'static str),
        length: usize,
        visit: &dyn Fn(&mut Items<'_>),
    ) {
        match self.bounds.inner() {
            Some(bounds) => self.text(&List { brackets, length, visit, bounds }),
            None => self.put(Value::Str(DEEP)),
        }
    }

    /// Records one text that is made of several values.
    pub(super) fn composed(&mut self, write: &dyn Fn(&mut Out<'_>)) {
        match self.bounds.inner() {
            Some(bounds) => self.text(&Composed { write, bounds }),
            None => self.put(Value::Str(DEEP)),
        }
    }

    #[inline]
    pub(super) fn shows(&self, class: Class) -> bool {
        class.rank() <= self.bounds.ceiling
    }
}

/// Shows what a function writes.
struct Written<'a>(&'a dyn Fn(&mut fmt::Formatter<'_>) -> fmt::Result);

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}

/// Shows what a function records.
struct Composed<'a> {
    write: &'a dyn Fn(&mut Out<'_>),
    bounds: Bounds,
}

impl fmt::Display for Composed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.write)(&mut Out::within(To::Text(f), self.bounds));
        Ok(())
    }
}

/// Shows what a strategy leaves of a value.
pub(super) struct Seen<'a, T: ?Sized> {
    pub(super) strategy: Strategy,
    pub(super) value: &'a T,
}

impl<T: Redactable + ?Sized> fmt::Display for Seen<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.strategy.write(self.value, f)
    }
}

/// `Debug` of a marked type: what a log may show, and nothing else.
///
/// # Errors
/// Those of the formatter.
pub fn debug<T: Loggable + ?Sized>(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    told(f, |out| out.value(value))
}

/// A part of a `Display` by template: what a log may show of it, and of a value of this type.
///
/// # Errors
/// Those of the formatter.
pub fn show<T: Loggable + ?Sized>(
    f: &mut fmt::Formatter<'_>,
    write: &dyn Fn(&mut Out<'_>),
) -> fmt::Result {
    told(f, |out| out.of::<T>(write))
}

/// Writes what a log may show. An error is the formatter's, and never that of a value: whoever
/// writes to a file learns that it is full, and `format!` does not panic over a `Display`.
fn told(f: &mut fmt::Formatter<'_>, write: impl FnOnce(&mut Out<'_>)) -> fmt::Result {
    let mut to = Told { f, result: Ok(()) };
    write(&mut Out::text_to(&mut to, Sink::Log));
    to.result
}

struct Told<'a, 'b> {
    f: &'a mut fmt::Formatter<'b>,
    result: fmt::Result,
}

impl fmt::Write for Told<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.result?;
        self.result = self.f.write_str(text);
        self.result
    }
}
