//! Where a recorded value goes: to typed fields, or into a text.
//!
//! A marked type describes itself once, to an `Out`; span fields, log fields and `Debug` are made
//! of that one description. In fields, what is nested gets a dotted key; in text, Rust's notation.

use std::cell::RefCell;
use std::fmt;

use super::strategy::REDACTED;
use super::{Class, Loggable, Redactable, Strategy};
use crate::model::Value;

/// Takes typed fields.
pub(crate) trait Fields {
    /// Takes a value.
    fn put(&mut self, key: &str, value: Value<'_>);

    /// Takes a text that is made as it is written.
    fn text(&mut self, key: &str, value: &dyn fmt::Display);
}

/// The place that a value is recorded to.
pub struct Out<'a> {
    to: To<'a>,
}

enum To<'a> {
    Fields { fields: &'a mut dyn Fields, key: &'a str },
    Text(&'a mut dyn fmt::Write),
}

impl fmt::Debug for Out<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Out")
    }
}

impl<'a> Out<'a> {
    pub(crate) fn fields(fields: &'a mut dyn Fields, key: &'a str) -> Out<'a> {
        Out { to: To::Fields { fields, key } }
    }

    pub(crate) fn text_to(text: &'a mut dyn fmt::Write) -> Out<'a> {
        Out { to: To::Text(text) }
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

    /// Records a text that is public. Whoever calls this has decided so.
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
    pub fn redacted<T: Redactable + ?Sized>(&mut self, strategy: Strategy, value: &T) {
        self.text(&Seen { strategy, value });
    }

    /// Records that there is a value, and nothing of it.
    pub fn hidden(&mut self) {
        self.put(Value::Str(REDACTED));
    }

    /// Records that there is a text, as an empty one.
    pub fn erased(&mut self) {
        self.put(Value::Str(""));
    }

    /// Records what a function of the program's writes in this value's place.
    pub fn with(&mut self, write: &dyn Fn(&mut fmt::Formatter<'_>) -> fmt::Result) {
        self.text(&Written(write));
    }

    /// Records a value that is more sensitive than its type says.
    pub fn classed<T: Loggable + ?Sized>(&mut self, class: Class, value: &T) {
        let _ = class;
        value.log(self);
    }

    /// Records what a strategy leaves of each element.
    pub fn each<T: Each + ?Sized>(&mut self, strategy: Strategy, values: &T) {
        let _ = (strategy, values);
        self.hidden();
    }

    /// Records pairs, with a decision for their keys and one for their values.
    pub fn pairs<T: Pairs + ?Sized>(
        &mut self,
        pairs: &T,
        key: &dyn Fn(&mut Out<'_>, &T::Key),
        value: &dyn Fn(&mut Out<'_>, &T::Value),
    ) {
        let _ = (pairs, key, value);
        self.hidden();
    }

    /// Records a value in this one's place: a newtype is what it holds.
    pub fn value<T: Loggable + ?Sized>(&mut self, value: &T) {
        value.log(self);
    }

    /// Begins a value with named parts.
    pub fn record(&mut self, name: &'static str) -> Record<'_> {
        match &mut self.to {
            To::Fields { fields, key } => {
                Record { to: Parts::Fields { fields: &mut **fields, key: Key::new(key) } }
            }
            To::Text(text) => {
                let _ = text.write_str(name);
                Record { to: Parts::Text { text: &mut **text, empty: true } }
            }
        }
    }

    /// Records several values as one text, in brackets; beyond eight, only their number.
    pub(super) fn list(
        &mut self,
        (open, close): (&'static str, &'static str),
        length: usize,
        each: Element<'_>,
    ) {
        self.text(&List { open, close, length, each: RefCell::new(each) });
    }
}

/// How one element of a list is written.
type Element<'a> = &'a mut dyn FnMut(usize, &mut dyn fmt::Write);

struct List<'a> {
    open: &'static str,
    close: &'static str,
    length: usize,
    each: RefCell<Element<'a>>,
}

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 8;
        f.write_str(self.open)?;
        for index in 0..self.length.min(SHOWN) {
            if index > 0 {
                f.write_str(", ")?;
            }
            if let Ok(mut each) = self.each.try_borrow_mut() {
                each(index, f);
            }
        }
        if self.length > SHOWN {
            write!(f, ", … {} in all", self.length)?;
        }
        f.write_str(self.close)
    }
}

/// Several texts, each of which a strategy works on: `#[redact(each = email)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold texts that `each` could work on",
    label = "not a list of texts",
    note = "`each` is for `Vec`s, slices, arrays, sets and `Option`s of texts; for a map, write \
            `#[redact(keys = .., values = ..)]`"
)]
pub trait Each {
    /// What it holds.
    type Item: Redactable + ?Sized;

    /// How many there are.
    fn count(&self) -> usize;

    /// Shows them in order, until told to stop by `false`.
    fn each(&self, visit: &mut dyn FnMut(&Self::Item) -> bool);
}

/// Pairs of keys and values: `#[redact(keys = .., values = ..)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no keys and values",
    label = "not a map",
    note = "`keys` and `values` are for maps, and lists of pairs; for a list of texts, write \
            `#[redact(each = ..)]`"
)]
pub trait Pairs {
    /// What the keys are.
    type Key: ?Sized;
    /// What the values are.
    type Value: ?Sized;

    /// How many there are.
    fn count(&self) -> usize;

    /// Shows them in order, until told to stop by `false`.
    fn each(&self, visit: &mut dyn FnMut(&Self::Key, &Self::Value) -> bool);
}

/// A value of named parts, being recorded.
pub struct Record<'a> {
    to: Parts<'a>,
}

#[expect(clippy::large_enum_variant, reason = "on the stack for a moment; a box would allocate")]
enum Parts<'a> {
    Fields { fields: &'a mut dyn Fields, key: Key },
    Text { text: &'a mut dyn fmt::Write, empty: bool },
}

impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Record")
    }
}

impl Record<'_> {
    fn part(&mut self, name: &'static str, write: &mut dyn FnMut(&mut Out<'_>)) {
        match &mut self.to {
            Parts::Fields { fields, key } => {
                let outer = key.length;
                if key.push(name) {
                    write(&mut Out::fields(*fields, key.as_str()));
                }
                key.length = outer;
            }
            Parts::Text { text, empty } => {
                let _ = write!(text, "{} {name}: ", if *empty { " {" } else { "," });
                *empty = false;
                write(&mut Out::text_to(*text));
            }
        }
    }

    /// Records a part whose type says how.
    pub fn field<T: Loggable + ?Sized>(&mut self, name: &'static str, value: &T) {
        self.part(name, &mut |out| value.log(out));
    }

    /// Records what a strategy leaves of a part.
    pub fn redacted<T: Redactable + ?Sized>(
        &mut self,
        name: &'static str,
        strategy: Strategy,
        value: &T,
    ) {
        self.part(name, &mut |out| out.redacted(strategy, value));
    }

    /// Records that there is a part, and nothing of it.
    pub fn hidden(&mut self, name: &'static str) {
        self.part(name, &mut |out| out.hidden());
    }

    /// Records that there is a part, as an empty text.
    pub fn erased(&mut self, name: &'static str) {
        self.part(name, &mut |out| out.erased());
    }

    /// Records a part as it prints: the mark on it gives a reason.
    pub fn allowed(&mut self, name: &'static str, value: &dyn fmt::Display) {
        self.part(name, &mut |out| out.text(value));
    }

    /// Records what a function of the program's writes in a part's place.
    pub fn with(
        &mut self,
        name: &'static str,
        write: &dyn Fn(&mut fmt::Formatter<'_>) -> fmt::Result,
    ) {
        self.part(name, &mut |out| out.with(write));
    }

    /// Records a part that is more sensitive than its type says.
    pub fn classed<T: Loggable + ?Sized>(&mut self, name: &'static str, class: Class, value: &T) {
        self.part(name, &mut |out| out.classed(class, value));
    }

    /// Records what a strategy leaves of each element of a part.
    pub fn each<T: Each + ?Sized>(&mut self, name: &'static str, strategy: Strategy, values: &T) {
        self.part(name, &mut |out| out.each(strategy, values));
    }

    /// Records a part's pairs, with a decision for their keys and one for their values.
    pub fn pairs<T: Pairs + ?Sized>(
        &mut self,
        name: &'static str,
        pairs: &T,
        key: &dyn Fn(&mut Out<'_>, &T::Key),
        value: &dyn Fn(&mut Out<'_>, &T::Value),
    ) {
        self.part(name, &mut |out| out.pairs(pairs, key, value));
    }

    /// Ends the value.
    pub fn finish(self) {
        if let Parts::Text { text, empty: false } = self.to {
            let _ = text.write_str(" }");
        }
    }
}

/// A dotted key on the stack; what does not fit is not recorded.
struct Key {
    bytes: [u8; Key::LONGEST],
    length: usize,
}

impl Key {
    const LONGEST: usize = 200;

    fn new(key: &str) -> Key {
        let mut new = Key { bytes: [0; Key::LONGEST], length: 0 };
        new.append(key);
        new
    }

    fn append(&mut self, text: &str) -> bool {
        let end = self.length + text.len();
        let Some(room) = self.bytes.get_mut(self.length..end) else { return false };
        room.copy_from_slice(text.as_bytes());
        self.length = end;
        true
    }

    fn push(&mut self, name: &str) -> bool {
        self.length == 0 || self.append(".") && self.append(name)
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

/// Shows what a function writes.
struct Written<'a>(&'a dyn Fn(&mut fmt::Formatter<'_>) -> fmt::Result);

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}

/// Shows what a strategy leaves of a value.
struct Seen<'a, T: ?Sized> {
    strategy: Strategy,
    value: &'a T,
}

impl<T: Redactable + ?Sized> fmt::Display for Seen<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.strategy.write(self.value, f)
    }
}

/// `Debug` of a marked type: what may be recorded, and nothing else.
///
/// # Errors
/// Those of the formatter.
pub fn debug<T: Loggable + ?Sized>(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    value.log(&mut Out::text_to(f));
    Ok(())
}

/// A part of a `Display` by template: what may be recorded of it.
///
/// # Errors
/// Those of the formatter.
pub fn show(f: &mut fmt::Formatter<'_>, write: &dyn Fn(&mut Out<'_>)) -> fmt::Result {
    write(&mut Out::text_to(f));
    Ok(())
}
