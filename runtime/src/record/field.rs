//! Recorded fields as bytes: written by the calling thread, read by whoever exports them.
//!
//! A field is a tag, a key and a value. Texts are cut at a limit, a full buffer takes no further
//! fields, and both are marked; nothing here allocates beyond the buffer's own bounded growth.

use std::fmt::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

pub(crate) use crate::model::Value;
use crate::redact::Fields;

/// Bytes of all fields that one local root may hold.
pub(super) const ARENA_LIMIT: usize = 32 * 1024;
/// Bytes of one text; what is longer ends in `…`.
pub(crate) const TEXT_LIMIT: usize = 4 * 1024;

const FALSE: u8 = 0;
const TRUE: u8 = 1;
const I64: u8 = 2;
const U64: u8 = 3;
const F64: u8 = 4;
const STR: u8 = 5;

/// Added to the tag of a field whose key is a text of the source: where it is stands for it.
const OF_SOURCE: u8 = 128;
/// What stands before the value of such a field: tag, the length of a text, that of the key, and
/// its address.
const HEAD: usize = 16;

/// A value of one word: what most fields are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plain {
    tag: u8,
    word: u64,
}

impl Plain {
    /// The value, unless it is a text.
    #[inline(always)]
    pub(super) fn of(value: Value<'_>) -> Option<Plain> {
        Some(match value {
            Value::Bool(value) => Plain { tag: if value { TRUE } else { FALSE }, word: 0 },
            Value::I64(value) => Plain { tag: I64, word: value as u64 },
            Value::U64(value) => Plain { tag: U64, word: value },
            Value::F64(value) => Plain { tag: F64, word: value.to_bits() },
            Value::Str(_) => return None,
        })
    }

    fn value(self) -> Value<'static> {
        match self.tag {
            I64 => Value::I64(self.word as i64),
            U64 => Value::U64(self.word),
            F64 => Value::F64(f64::from_bits(self.word)),
            tag => Value::Bool(tag == TRUE),
        }
    }
}

/// Appends a field of one word, if there is room.
#[inline(always)]
pub(super) fn push_plain(bytes: &mut Vec<u8>, key: &'static str, plain: Plain) {
    if bytes.len() + HEAD + 8 <= ARENA_LIMIT {
        let mut field = [0; HEAD + 8];
        field[..HEAD].copy_from_slice(&head(plain.tag, key, 0));
        field[HEAD..].copy_from_slice(&plain.word.to_le_bytes());
        bytes.extend_from_slice(&field);
    }
}

/// Appends a text, cut at the limit, if there is room.
#[inline(always)]
pub(super) fn push_text(bytes: &mut Vec<u8>, key: &'static str, text: &str) {
    if text.len() > TEXT_LIMIT {
        return Writer { bytes }.put(key, Value::Str(text));
    }
    if bytes.len() + HEAD + text.len() <= ARENA_LIMIT {
        bytes.extend_from_slice(&head(STR, key, text.len() as u16));
        bytes.extend_from_slice(text.as_bytes());
    }
}

#[inline(always)]
fn head(tag: u8, key: &'static str, length: u16) -> [u8; HEAD] {
    let numbers = u64::from(tag | OF_SOURCE) | u64::from(length) << 16 | (key.len() as u64) << 32;
    let mut head = [0; HEAD];
    head[..8].copy_from_slice(&numbers.to_le_bytes());
    let address = key.as_ptr().expose_provenance() as u64;
    head[8..].copy_from_slice(&address.to_le_bytes());
    head
}

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

/// Stands at the end of a text that was cut.
const MARK: &str = "…";

/// The longest beginning of `text` of at most `limit` bytes that ends between two characters.
fn cut(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let mut end = limit;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
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

    /// Reads a field that `head` begins.
    fn of_source(&mut self) -> Option<(&'a str, Value<'a>)> {
        let numbers = self.word()?;
        let address = self.word()? as usize;
        let tag = numbers as u8 & !OF_SOURCE;
        let key = std::ptr::with_exposed_provenance::<u8>(address);
        // SAFETY: `head` wrote address and length of one `&'static str`.
        let key = unsafe {
            let key = std::slice::from_raw_parts(key, (numbers >> 32) as usize);
            std::str::from_utf8_unchecked(key)
        };
        let value = if tag == STR {
            let text = self.take(usize::from((numbers >> 16) as u16))?;
            Value::Str(std::str::from_utf8(text).ok()?)
        } else {
            Plain { tag, word: self.word()? }.value()
        };
        Some((key, value))
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = (&'a str, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.bytes.first()? & OF_SOURCE != 0 {
            return self.of_source();
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
    fn keys_of_the_source_read_back_too() {
        let mut bytes = Vec::new();
        push_plain(&mut bytes, "a", Plain::of(Value::Bool(true)).unwrap());
        push_plain(&mut bytes, "b", Plain::of(Value::I64(-5)).unwrap());
        Writer { bytes: &mut bytes }.put("between", Value::Bool(false));
        push_plain(&mut bytes, "", Plain::of(Value::F64(0.5)).unwrap());
        push_text(&mut bytes, "d", "ü");
        push_text(&mut bytes, "e", &"x".repeat(10_000));
        push_plain(&mut bytes, "f", Plain::of(Value::U64(u64::MAX)).unwrap());
        let read: Vec<_> = Reader::new(&bytes).collect();
        let cut = "x".repeat(TEXT_LIMIT) + MARK;
        assert_eq!(
            read,
            [
                ("a", Value::Bool(true)),
                ("b", Value::I64(-5)),
                ("between", Value::Bool(false)),
                ("", Value::F64(0.5)),
                ("d", Value::Str("ü")),
                ("e", Value::Str(&cut)),
                ("f", Value::U64(u64::MAX)),
            ]
        );
        for _ in 0..10_000 {
            push_plain(&mut bytes, "g", Plain::of(Value::U64(1)).unwrap());
            push_text(&mut bytes, "h", "text");
        }
        assert!(bytes.len() <= ARENA_LIMIT);
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
