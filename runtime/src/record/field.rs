//! Recorded fields as bytes: written by the calling thread, read by whoever exports them.
//!
//! A field is a tag, a key and a value; those of `words` lie between these. Texts are cut at a limit, a full buffer takes no further
//! fields, and both are marked; nothing here allocates beyond the buffer's own bounded growth.

use std::fmt::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::words;
pub(crate) use crate::model::Value;
pub(crate) use crate::model::text::{MARK, TEXT_LIMIT, cut};
use crate::redact::Fields;

/// Bytes of all fields that one local root may hold.
pub(super) const ARENA_LIMIT: usize = 32 * 1024;

/// What stands for a value that panicked when it was asked for.
pub(super) const PANICKED: &str = "[panicked]";

const FALSE: u8 = 0;
const TRUE: u8 = 1;
const I64: u8 = 2;
const U64: u8 = 3;
const F64: u8 = 4;
const STR: u8 = 5;

/// Appends fields to a segment's bytes.
pub(super) struct Writer<'a> {
    pub(super) bytes: &'a mut Vec<u8>,
}

impl Writer<'_> {
    /// Writes tag and key; false when there is no room for them and a value of `length`.
    fn begin(&mut self, tag: u8, key: &str, length: usize) -> bool {
        let Ok(key_length) = u8::try_from(key.len()) else { return false };
        if self.bytes.len() + 2 + key.len() + length > ARENA_LIMIT {
            return false;
        }
        self.bytes.push(tag);
        self.bytes.push(key_length);
        self.bytes.extend_from_slice(key.as_bytes());
        true
    }

    fn word(&mut self, tag: u8, key: &str, word: u64) {
        if self.begin(tag, key, 8) {
            self.bytes.extend_from_slice(&word.to_le_bytes());
        }
    }
}

impl Fields for Writer<'_> {
    fn put(&mut self, key: &str, value: Value<'_>) {
        match value {
            Value::Bool(value) => {
                self.begin(if value { TRUE } else { FALSE }, key, 0);
            }
            Value::I64(value) => self.word(I64, key, value as u64),
            Value::U64(value) => self.word(U64, key, value),
            Value::F64(value) => self.word(F64, key, value.to_bits()),
            Value::Str(text) if text.len() > TEXT_LIMIT => self.long(key, text),
            Value::Str(text) => self.cut(key, text),
        }
    }

    fn is_full(&self) -> bool {
        // A tag, a key of one byte, and a truth value.
        self.bytes.len() + 3 > ARENA_LIMIT
    }

    fn text(&mut self, key: &str, value: &dyn fmt::Display) {
        if !self.begin(STR, key, 2 + TEXT_LIMIT + MARK.len()) {
            return;
        }
        let at = self.bytes.len();
        self.bytes.extend_from_slice(&[0, 0]);
        let mut text = Bounded { bytes: self.bytes, room: TEXT_LIMIT, over: String::new() };
        // A Display of the user's that panics must not take the call down with it.
        let written = catch_unwind(AssertUnwindSafe(|| write!(text, "{value}")));
        let over = text.over;
        if written.is_err() {
            self.bytes.truncate(at + 2);
            self.bytes.extend_from_slice(PANICKED.as_bytes());
        } else if !over.is_empty() {
            self.end_long(key, at + 2, &over);
        }
        let length = (self.bytes.len() - at - 2) as u16;
        self.bytes[at..at + 2].copy_from_slice(&length.to_le_bytes());
    }
}

impl Writer<'_> {
    /// Writes a text, cut at the limit.
    fn cut(&mut self, key: &str, text: &str) {
        let cut = cut(text, TEXT_LIMIT);
        if self.begin(STR, key, 2 + cut.len() + MARK.len()) {
            let mark = if cut.len() < text.len() { MARK } else { "" };
            let length = (cut.len() + mark.len()) as u16;
            self.bytes.extend_from_slice(&length.to_le_bytes());
            self.bytes.extend_from_slice(cut.as_bytes());
            self.bytes.extend_from_slice(mark.as_bytes());
        }
    }

    /// Writes a text of which a part would be cut off: it is looked at before, as a half of a secret
    /// is not known as one. All others are looked at when they leave.
    #[cold]
    #[inline(never)]
    fn long(&mut self, key: &str, text: &str) {
        match masked(key, text) {
            Some(masked) => self.cut(key, &masked),
            None => self.cut(key, text),
        }
    }

    /// The same for a text that stands at the end, as far as it has room; `over` is the rest.
    #[cold]
    #[inline(never)]
    fn end_long(&mut self, key: &str, at: usize, over: &str) {
        let mut text =
            String::from_utf8_lossy(self.bytes.get(at..).unwrap_or_default()).into_owned();
        text.push_str(over);
        self.bytes.truncate(at);
        let masked = masked(key, &text);
        let text = masked.as_deref().unwrap_or(&text);
        let cut = cut(text, TEXT_LIMIT);
        self.bytes.extend_from_slice(cut.as_bytes());
        if cut.len() < text.len() {
            self.bytes.extend_from_slice(MARK.as_bytes());
        }
    }
}

/// Bytes of a text that are gathered beyond the limit, to be looked at.
#[cfg(feature = "runtime")]
const OVER: usize = crate::scrub::gate::GATHERED - TEXT_LIMIT;
#[cfg(not(feature = "runtime"))]
const OVER: usize = 1;

/// What leaves in place of a long text, if it does not leave as it is.
#[cfg(feature = "runtime")]
fn masked(key: &str, text: &str) -> Option<String> {
    use crate::scrub::{Form, gate, hits::Origin};
    let origin = || Origin { name: "span", field: key, ..Origin::default() };
    gate::look(crate::redact::Sink::Span, Form::Text, text, origin).masked()
}

#[cfg(not(feature = "runtime"))]
fn masked(_: &str, _: &str) -> Option<String> {
    None
}

struct Bounded<'a> {
    bytes: &'a mut Vec<u8>,
    room: usize,
    /// What did not fit.
    over: String,
}

impl fmt::Write for Bounded<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let fits = if self.over.is_empty() { cut(text, self.room) } else { "" };
        self.bytes.extend_from_slice(fits.as_bytes());
        self.room -= fits.len();
        let rest = text.get(fits.len()..).unwrap_or_default();
        let over = cut(rest, OVER.saturating_sub(self.over.len()));
        self.over.push_str(over);
        if over.len() < rest.len() {
            // Stops a Display that would go on for megabytes.
            return Err(fmt::Error);
        }
        Ok(())
    }
}

/// The fields of one span, read back.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes }
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }

    fn word(&mut self) -> Option<u64> {
        self.take(8)?.try_into().ok().map(u64::from_le_bytes)
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = (&'a str, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if words::is_here(*self.bytes.first()?) {
            return words::read(&mut self.bytes);
        }
        let [tag, key_length] = *self.take(2)? else { return None };
        let key = std::str::from_utf8(self.take(usize::from(key_length))?).ok()?;
        let value = match tag {
            FALSE => Value::Bool(false),
            TRUE => Value::Bool(true),
            I64 => Value::I64(self.word()? as i64),
            U64 => Value::U64(self.word()?),
            F64 => Value::F64(f64::from_bits(self.word()?)),
            STR => {
                let length = self.take(2)?.try_into().ok().map(u16::from_le_bytes)?;
                Value::Str(std::str::from_utf8(self.take(usize::from(length))?).ok()?)
            }
            _ => return None,
        };
        Some((key, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Panics;

    impl fmt::Display for Panics {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("half")?;
            panic!("in Display");
        }
    }

    struct Endless;

    impl fmt::Display for Endless {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            loop {
                f.write_str("äää")?;
            }
        }
    }

    #[test]
    fn fields_read_back_as_they_were_written() {
        let mut bytes = Vec::new();
        let mut writer = Writer { bytes: &mut bytes };
        writer.put("a", Value::Bool(true));
        writer.put("b", Value::I64(-5));
        writer.text("c", &format_args!("{}-{}", 1, 2));
        writer.put("d", Value::F64(0.5));
        writer.text("e", &Panics);
        writer.put("f", Value::Str("ü"));
        writer.put("g", Value::U64(u64::MAX));
        let read: Vec<_> = Reader::new(&bytes).collect();
        assert_eq!(
            read,
            [
                ("a", Value::Bool(true)),
                ("b", Value::I64(-5)),
                ("c", Value::Str("1-2")),
                ("d", Value::F64(0.5)),
                ("e", Value::Str("[panicked]")),
                ("f", Value::Str("ü")),
                ("g", Value::U64(u64::MAX)),
            ]
        );
    }

    /// Writes a text letter by letter.
    #[cfg(feature = "runtime")]
    struct Letters<'a>(&'a str);

    #[cfg(feature = "runtime")]
    impl fmt::Display for Letters<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.chars().try_for_each(|letter| write!(f, "{letter}"))
        }
    }

    #[cfg(feature = "runtime")]
    #[test]
    fn a_secret_across_the_cut_is_masked_before_it() {
        crate::scrub::gate::install_for_tests();
        for at in TEXT_LIMIT - 17..TEXT_LIMIT + 5 {
            let long = format!("{} quiet-secret more", "a".repeat(at));
            let mut bytes = Vec::new();
            let mut writer = Writer { bytes: &mut bytes };
            writer.put("a", Value::Str(&long));
            writer.text("b", &long);
            writer.text("c", &Letters(&long));
            let read: Vec<_> = Reader::new(&bytes).collect();
            assert_eq!(read.len(), 3);
            for (_, value) in read {
                let Value::Str(text) = value else { panic!("{value:?}") };
                assert!(!text.contains("qui") && !text.contains("secret"), "{at}: {text}");
                assert!(text.len() <= TEXT_LIMIT + MARK.len() && text.ends_with(MARK), "{at}");
            }
        }
    }

    #[test]
    fn a_huge_text_is_cut_and_a_full_arena_takes_no_more() {
        let mut bytes = Vec::new();
        let mut writer = Writer { bytes: &mut bytes };
        writer.text("endless", &Endless);
        for _ in 0..100 {
            writer.put("x", Value::Str(&"é".repeat(10_000)));
        }
        assert!(bytes.len() <= ARENA_LIMIT);
        for (_, value) in Reader::new(&bytes) {
            let Value::Str(text) = value else { panic!("{value:?}") };
            assert!(text.len() <= TEXT_LIMIT + MARK.len() && text.ends_with(MARK));
        }
    }
}
