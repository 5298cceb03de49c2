//! Fields as whole words: what calls record of their arguments, without calling anything.
//!
//! For numbers and short texts whose key is a text of the source, and for no others: those are
//! `field`'s, which reads both. The first word has tag, length of the key and its address; then
//! comes the number, or the text behind its length. All is put together in registers: what is
//! written word by word can be read so at once, and wider reads would wait.

use std::mem::MaybeUninit;

use crate::model::Value;

/// Marks the tag of such a field.
const WORDS: u8 = 128;
const FALSE: u8 = WORDS;
const TRUE: u8 = WORDS | 1;
const I64: u8 = WORDS | 2;
const U64: u8 = WORDS | 3;
const F64: u8 = WORDS | 4;
const STR: u8 = WORDS | 5;

/// The bytes of a number with its key.
pub(super) const PLAIN: usize = 16;
/// A text of at most so many bytes is a short one.
const SHORT: usize = 39;

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

    pub(super) fn value(self) -> Value<'static> {
        match self.tag {
            I64 => Value::I64(self.word as i64),
            U64 => Value::U64(self.word),
            F64 => Value::F64(f64::from_bits(self.word)),
            tag => Value::Bool(tag == TRUE),
        }
    }

    #[inline(always)]
    pub(super) fn head(self, key: &'static str) -> Option<u64> {
        head(self.tag, key)
    }
}

/// The first word. Nothing for a key that is too long, or too far away.
#[inline(always)]
fn head(tag: u8, key: &'static str) -> Option<u64> {
    let address = key.as_ptr().expose_provenance() as u64;
    let fits = address >> 48 == 0 && key.len() <= 255;
    fits.then_some(u64::from(tag) | (key.len() as u64) << 8 | address << 16)
}

/// Writes a number into `PLAIN` bytes.
#[inline(always)]
pub(super) fn write_plain(room: &mut [MaybeUninit<u8>], head: u64, plain: Plain) {
    put(room, 0, head);
    put(room, 1, plain.word);
}

/// A short text: its first word, and the bytes of all of it.
#[inline(always)]
pub(super) fn short(key: &'static str, text: &str) -> Option<(u64, usize)> {
    if text.len() > SHORT {
        return None;
    }
    // The length has a byte of its own.
    Some((head(STR, key)?, 8 + (text.len() + 8) / 8 * 8))
}

/// Writes a short text into the bytes that `short` says.
#[inline(always)]
pub(super) fn write_short(room: &mut [MaybeUninit<u8>], head: u64, text: &str) {
    put(room, 0, head);
    let (text, length) = (text.as_bytes(), text.len());
    if length < 8 {
        return put(room, 1, tiny(text) << 8 | length as u64);
    }
    put(room, 1, eight(text, 0) << 8 | length as u64);
    let (mut word, mut at) = (2, 7);
    while at + 8 <= length {
        put(room, word, eight(text, at));
        (word, at) = (word + 1, at + 8);
    }
    if at < length {
        // What stands before is shifted out.
        put(room, word, eight(text, length - 8) >> (8 * (8 - (length - at))));
    }
}

/// Up to seven bytes as a number.
#[inline(always)]
fn tiny(text: &[u8]) -> u64 {
    let length = text.len();
    let half = |at: usize| match text.get(at..at + 4).map(<[u8; 4]>::try_from) {
        Some(Ok(half)) => u64::from(u32::from_le_bytes(half)) << (8 * at),
        _ => 0,
    };
    let byte = |at: usize| u64::from(text[at]) << (8 * at);
    match length {
        0 => 0,
        1..4 => byte(0) | byte(length / 2) | byte(length - 1),
        _ => half(0) | half(length - 4),
    }
}

#[inline(always)]
fn eight(text: &[u8], at: usize) -> u64 {
    match text.get(at..at + 8).map(<[u8; 8]>::try_from) {
        Some(Ok(eight)) => u64::from_le_bytes(eight),
        _ => 0,
    }
}

#[inline(always)]
fn put(room: &mut [MaybeUninit<u8>], word: usize, value: u64) {
    if let Some(to) = room.get_mut(8 * word..8 * word + 8) {
        // SAFETY: eight bytes, which need not be aligned.
        unsafe { to.as_mut_ptr().cast::<u64>().write_unaligned(value.to_le()) };
    }
}

/// Whether a field that begins with this byte is one of these.
pub(super) fn is_here(tag: u8) -> bool {
    tag & WORDS != 0
}

/// Reads one from the beginning of `bytes`, and takes it off.
pub(super) fn read<'a>(bytes: &mut &'a [u8]) -> Option<(&'a str, Value<'a>)> {
    let head = take(bytes)?;
    let key = std::ptr::with_exposed_provenance::<u8>((head >> 16) as usize);
    // SAFETY: `head` wrote address and length of one `&'static str`.
    let key = unsafe {
        let key = std::slice::from_raw_parts(key, usize::from((head >> 8) as u8));
        std::str::from_utf8_unchecked(key)
    };
    let tag = head as u8;
    if tag != STR {
        return Some((key, Plain { tag, word: take(bytes)? }.value()));
    }
    let length = usize::from(*bytes.first()?);
    let (text, rest) = bytes.split_at_checked((length + 8) / 8 * 8)?;
    *bytes = rest;
    Some((key, Value::Str(std::str::from_utf8(text.get(1..1 + length)?).ok()?)))
}

fn take(bytes: &mut &[u8]) -> Option<u64> {
    let (word, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u64::from_le_bytes(*word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(length: usize, write: impl FnOnce(&mut [MaybeUninit<u8>])) -> Vec<u8> {
        let mut bytes = vec![MaybeUninit::new(0xee); length];
        write(&mut bytes);
        // SAFETY: they were initialised to begin with.
        bytes.into_iter().map(|byte| unsafe { byte.assume_init() }).collect()
    }

    #[test]
    fn texts_of_every_short_length_read_back() {
        let long = "a text of the source, äöü and so on, rather long";
        for length in (0..=SHORT).filter(|length| long.is_char_boundary(*length)) {
            let text = &long[..length];
            let (head, bytes) = short("key", text).unwrap();
            let field = written(bytes, |room| write_short(room, head, text));
            let mut rest = &field[..];
            assert!(is_here(rest[0]));
            assert_eq!(read(&mut rest), Some(("key", Value::Str(text))), "{length}");
            assert_eq!(rest, b"");
        }
        assert_eq!(short("key", long), None);
    }

    #[test]
    fn numbers_read_back() {
        let values = [
            Value::Bool(true),
            Value::Bool(false),
            Value::I64(i64::MIN),
            Value::U64(u64::MAX),
            Value::F64(-0.5),
        ];
        for value in values {
            let plain = Plain::of(value).unwrap();
            let head = plain.head("a.b").unwrap();
            let field = written(PLAIN, |room| write_plain(room, head, plain));
            assert_eq!(read(&mut &field[..]), Some(("a.b", value)));
        }
        assert!(Plain::of(Value::Str("a")).is_none());
    }

    #[test]
    fn what_is_cut_off_reads_as_nothing() {
        let (head, bytes) = short("key", "a text of two words").unwrap();
        let field = written(bytes, |room| write_short(room, head, "a text of two words"));
        for end in 0..bytes {
            assert_eq!(read(&mut &field[..end]), None);
        }
    }
}
