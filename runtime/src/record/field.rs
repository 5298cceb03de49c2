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
            Value::Str(text) => {
                let cut = cut(text, TEXT_LIMIT);
                if self.begin(STR, key, 2 + cut.len() + MARK.len()) {
                    let mark = if cut.len() < text.len() { MARK } else { "" };
                    let length = (cut.len() + mark.len()) as u16;
                    self.bytes.extend_from_slice(&length.to_le_bytes());
                    self.bytes.extend_from_slice(cut.as_bytes());
                    self.bytes.extend_from_slice(mark.as_bytes());
                }
            }
        }
    }

    fn text(&mut self, key: &str, value: &dyn fmt::Display) {
        if !self.begin(STR, key, 2 + TEXT_LIMIT + MARK.len()) {
            return;
        }
        let at = self.bytes.len();
        self.bytes.extend_from_slice(&[0, 0]);
        let mut text = Bounded { bytes: self.bytes, room: TEXT_LIMIT, full: false };
        // A Display of the user's that panics must not take the call down with it.
        let written = catch_unwind(AssertUnwindSafe(|| write!(text, "{value}")));
        let full = text.full;
        if written.is_err() {
            self.bytes.truncate(at + 2);
            self.bytes.extend_from_slice(b"[panicked]");
        } else if full {
            self.bytes.extend_from_slice(MARK.as_bytes());
        }
        let length = (self.bytes.len() - at - 2) as u16;
        self.bytes[at..at + 2].copy_from_slice(&length.to_le_bytes());
    }
}

struct Bounded<'a> {
    bytes: &'a mut Vec<u8>,
    room: usize,
    full: bool,
}

impl fmt::Write for Bounded<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let cut = cut(text, self.room);
        self.bytes.extend_from_slice(cut.as_bytes());
        self.room -= cut.len();
        if cut.len() < text.len() {
            self.full = true;
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
