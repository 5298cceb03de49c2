//! A value of named parts, on its way out.
//!
//! In fields each part has a dotted key of its own; in text they stand as Rust writes a struct.

use std::fmt;

use super::out::{Bounds, Fields, Out, To};
use super::{Class, Each, Loggable, Pairs, Redactable, Strategy};

/// A value of named parts, being recorded.
pub struct Record<'a> {
    to: Parts<'a>,
    bounds: Bounds,
}

#[expect(clippy::large_enum_variant, reason = "on the stack for a moment; a box would allocate")]
enum Parts<'a> {
    Fields {
        fields: &'a mut dyn Fields,
        key: Key,
    },
    Text {
        text: &'a mut dyn fmt::Write,
        empty: bool,
    },
    /// It lies too deep in others.
    Nowhere,
}

impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Record")
    }
}

impl<'a> Record<'a> {
    pub(super) fn fields(fields: &'a mut dyn Fields, key: &str, bounds: Bounds) -> Record<'a> {
        Record { to: Parts::Fields { fields, key: Key::new(key) }, bounds }
    }

    pub(super) fn text(text: &'a mut dyn fmt::Write, bounds: Bounds) -> Record<'a> {
        Record { to: Parts::Text { text, empty: true }, bounds }
    }

    pub(super) fn nowhere(bounds: Bounds) -> Record<'a> {
        Record { to: Parts::Nowhere, bounds }
    }

    fn part(&mut self, name: &'static str, write: &mut dyn FnMut(&mut Out<'_>)) {
        match &mut self.to {
            Parts::Fields { fields, key } => {
                if fields.is_full() {
                    return;
                }
                let outer = key.length;
                if key.push(name) {
                    let to = To::Fields { fields: *fields, key: key.as_str() };
                    write(&mut Out::within(to, self.bounds));
                }
                key.length = outer;
            }
            Parts::Text { text, empty } => {
                // What takes no more ends the value here, however many parts are left of it.
                if write!(text, "{} {name}: ", if *empty { " {" } else { "," }).is_err() {
                    self.to = Parts::Nowhere;
                    return;
                }
                *empty = false;
                write(&mut Out::within(To::Text(*text), self.bounds));
            }
            Parts::Nowhere => {}
        }
    }

    /// Records a part whose type says how; hidden where that is too sensitive for the place.
    pub fn field<T: Loggable + ?Sized>(&mut self, name: &'static str, value: &T) {
        self.part(name, &mut |out| out.value(value));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Value;
    use crate::redact::{Sink, debug};

    /// Takes fields as texts.
    #[derive(Default)]
    struct Taken(Vec<(String, String)>);

    impl Fields for Taken {
        fn put(&mut self, key: &str, value: Value<'_>) {
            let text = match value {
                Value::Str(text) => text.to_owned(),
                other => format!("{other:?}"),
            };
            self.0.push((key.to_owned(), text));
        }

        fn text(&mut self, key: &str, value: &dyn fmt::Display) {
            self.0.push((key.to_owned(), value.to_string()));
        }
    }

    struct Shown<'a, T>(&'a T);

    impl<T: Loggable> fmt::Debug for Shown<'_, T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            debug(self.0, f)
        }
    }

    struct Age(u8);

    impl Loggable for Age {
        const CLASS: Class = Class::PII;

        fn log(&self, out: &mut Out<'_>) {
            out.value(&self.0);
        }
    }

    struct Customer;

    impl Loggable for Customer {
        fn log(&self, out: &mut Out<'_>) {
            let mail = "ada@example.org";
            let mut record = out.record("Customer");
            record.field("id", &7_u8);
            record.field("age", &Age(42));
            record.field("ages", &vec![Some(Age(42))]);
            record.classed("pin", Class::SECRET, &1234_u16);
            record.classed("floor", Class::INTERNAL, &3_u8);
            record.redacted("mail", Strategy::Email, mail);
            record.each("cc", Strategy::Email, &[mail]);
            record.pairs(
                "by",
                &[(mail, 1_u8)],
                &|out, key| out.redacted(Strategy::Last(3), key),
                &|out, value| out.value(value),
            );
            record.erased("note");
            record.with("road", &|f| f.write_str("…"));
            record.allowed("plan", &"gold");
            record.hidden("card");
            record.finish();
        }
    }

    #[test]
    fn a_record_shows_what_its_place_allows() {
        assert_eq!(
            format!("{:#?}", Shown(&Customer)),
            "Customer { id: 7, age: [redacted], ages: [redacted], pin: [redacted], floor: 3, \
             mail: a***@example.org, cc: [a***@example.org], by: {****org: 1}, note: \"\", \
             road: …, plan: gold, card: [redacted] }"
        );
        // A label shows what is public, and what somebody answers for.
        let mut labels = Taken::default();
        Out::fields(&mut labels, "customer", Sink::Label).classed(Class::PUBLIC, &Inner(Customer));
        let shown = |key: &str| {
            let key = format!("customer.{key}");
            labels.0.iter().find(|(known, _)| *known == key).map(|(_, text)| text.as_str())
        };
        assert_eq!(shown("id"), Some("U64(7)"));
        for key in ["age", "ages", "pin", "floor", "mail", "road", "card"] {
            assert_eq!(shown(key), Some("[redacted]"), "{key}");
        }
        assert_eq!(shown("cc"), Some("[[redacted]]"));
        assert_eq!(shown("by"), Some("{[redacted]: 1}"));
        assert_eq!(shown("plan"), Some("gold"));
    }

    /// The same value, as one that is public.
    struct Inner<T>(T);

    impl<T: Loggable> Loggable for Inner<T> {
        const CLASS: Class = Class::PUBLIC;

        fn log(&self, out: &mut Out<'_>) {
            self.0.log(out);
        }
    }

    struct Endless;

    impl Loggable for Endless {
        fn log(&self, out: &mut Out<'_>) {
            let mut record = out.record("Endless");
            record.field("next", &vec![Endless]);
            record.finish();
        }
    }

    #[test]
    fn a_value_that_holds_itself_comes_to_an_end() {
        let text = format!("{:?}", Shown(&Endless));
        assert!(text.starts_with("Endless { next: [Endless { next: [") && text.len() < 1_000);
        let mut fields = Taken::default();
        Out::fields(&mut fields, "endless", Sink::Span).value(&Endless);
        assert_eq!(fields.0.len(), 1);
    }
}
