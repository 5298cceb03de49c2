//! The bytes of a line while it is written: texts escaped, numbers as JSON has them.
//!
//! The buffer is used again and again. All of it is initialised, so that a word may be written
//! where only a few of its bytes count. Knows no entry and no event; filled by `json` and `event`.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::number::{self, SHORT};
use crate::record::Value;
use crate::record::field::{MARK, TEXT_LIMIT, cut};

/// What stands for a text whose `Display` or `Debug` panicked.
pub(super) const PANICKED: &str = "<panicked>";
/// Bytes that may be written behind the end, and do not count.
const SLACK: usize = BLOCK;

/// A line that grows.
#[derive(Debug, Default)]
pub(super) struct Line {
    bytes: Vec<u8>,
    at: usize,
}

impl Line {
    /// Begins again.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.at = 0;
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.at).unwrap_or_default()
    }

    pub(super) fn memory(&self) -> usize {
        self.bytes.len()
    }

    /// A buffer for something else, between two lines.
    pub(super) fn scratch(&mut self) -> &mut Vec<u8> {
        self.at = 0;
        &mut self.bytes
    }

    /// The next bytes, at least so many and the slack.
    #[inline(always)]
    fn room(&mut self, length: usize) -> &mut [u8] {
        if self.bytes.len() - self.at < length + SLACK {
            self.grow(length);
        }
        &mut self.bytes[self.at..]
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, length: usize) {
        let wanted = (self.at + length + SLACK).max(2 * self.bytes.len()).max(1024);
        self.bytes.resize(wanted, 0);
    }

    /// Appends bytes as they are. For texts of the source: their length is known.
    #[inline(always)]
    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.room(bytes.len())[..bytes.len()].copy_from_slice(bytes);
        self.at += bytes.len();
    }

    /// Appends the beginning of a block, by moves of a known size.
    #[inline(always)]
    pub(super) fn block<const N: usize>(&mut self, block: &[u8; N], length: usize) {
        self.room(N)[..N].copy_from_slice(block);
        self.at += length.min(N);
    }

    /// Appends a text made before.
    #[inline(always)]
    pub(super) fn prepared(&mut self, text: &Prepared) {
        let room = self.room(text.length);
        let blocks = text.padded.chunks_exact(BLOCK).zip(room.chunks_exact_mut(BLOCK));
        for (from, to) in blocks {
            to.copy_from_slice(from);
        }
        self.at += text.length;
    }

    /// Appends a key, its first byte written over, and its value: at most [`SHORT`] bytes, as
    /// many as `write` says.
    #[inline(always)]
    pub(super) fn field(
        &mut self,
        before: u8,
        key: &Prepared,
        write: impl FnOnce(&mut [u8; SHORT]) -> usize,
    ) {
        let room = self.room(key.length + SHORT);
        let blocks = key.padded.chunks_exact(BLOCK).zip(room.chunks_exact_mut(BLOCK));
        for (from, to) in blocks {
            to.copy_from_slice(from);
        }
        room[0] = before;
        let value = room.get_mut(key.length..).and_then(<[u8]>::first_chunk_mut::<SHORT>);
        let written = value.map_or(0, write);
        self.at += key.length + written.min(SHORT);
    }

    /// Writes over bytes that are there, or behind the end.
    #[inline(always)]
    pub(super) fn patch<const N: usize>(&mut self, at: usize, bytes: [u8; N]) {
        if let Some(place) = self.bytes.get_mut(at..at + N) {
            place.copy_from_slice(&bytes);
        }
    }

    #[inline(always)]
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Appends a text, cut at the limit, in quotes.
    #[inline]
    pub(super) fn text(&mut self, text: &str) {
        if text.len() > TEXT_LIMIT {
            return self.long_text(text);
        }
        self.whole_text(text);
    }

    #[cold]
    #[inline(never)]
    fn long_text(&mut self, text: &str) {
        self.put(b"\"");
        self.escaped(cut(text, TEXT_LIMIT));
        self.put("…\"".as_bytes());
    }

    /// Appends a text in quotes, however long it is.
    #[inline]
    pub(super) fn whole_text(&mut self, text: &str) {
        self.put(b"\"");
        self.escaped(text);
        self.put(b"\"");
    }

    /// Appends bytes to the quoted text that was written last.
    pub(super) fn in_quotes(&mut self, bytes: &[u8]) {
        self.at = self.at.saturating_sub(1);
        self.put(bytes);
        self.put(b"\"");
    }

    /// Appends what somebody formats, cut at a limit, in quotes.
    pub(super) fn formatted(&mut self, text: fmt::Arguments<'_>, limit: usize) -> Formatted {
        self.put(b"\"");
        let start = self.at;
        let mut escaped = Escaped { line: self, room: limit, full: false };
        // The text is the user's code: its panic is not the caller's, and its `Err` keeps what
        // came before.
        let written = catch_unwind(AssertUnwindSafe(|| {
            let _ = escaped.write_fmt(text);
        }));
        let mut length = if escaped.full { usize::MAX } else { limit - escaped.room };
        if written.is_err() {
            self.at = start;
            self.put(PANICKED.as_bytes());
            length = PANICKED.len();
        }
        self.put(b"\"");
        Formatted { start, length }
    }

    /// What was formatted last, with its escapes.
    #[inline]
    pub(super) fn escapes(&self, formatted: &Formatted) -> &[u8] {
        self.bytes.get(formatted.start..self.at - 1).unwrap_or_default()
    }

    /// What was formatted last, as it was before it was escaped.
    pub(super) fn unescaped(&self, formatted: &Formatted) -> Cow<'_, str> {
        let escapes = self.escapes(formatted);
        if escapes.len() == formatted.length {
            return String::from_utf8_lossy(escapes);
        }
        let mut text = Vec::with_capacity(escapes.len());
        let mut rest = escapes;
        while let [first, tail @ ..] = rest {
            rest = tail;
            if *first != b'\\' {
                text.push(*first);
                continue;
            }
            let Some((code, tail)) = rest.split_first() else { break };
            rest = tail;
            text.push(match code {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'u' => {
                    let Some((digits, tail)) = rest.split_at_checked(4) else { break };
                    rest = tail;
                    let digits = std::str::from_utf8(digits).unwrap_or_default();
                    u8::from_str_radix(digits, 16).unwrap_or_default()
                }
                byte => *byte,
            });
        }
        Cow::Owned(String::from_utf8_lossy(&text).into_owned())
    }

    /// Takes back what was formatted last.
    pub(super) fn take_back(&mut self, formatted: &Formatted) {
        self.at = formatted.start.saturating_sub(1);
    }

    /// Appends a value.
    pub(super) fn value(&mut self, value: Value<'_>) {
        match value {
            Value::Str(value) => self.text(value),
            Value::Bool(value) => self.short(|room| number::bool(value, room)),
            Value::I64(value) => self.short(|room| number::integer(value, room)),
            Value::U64(value) => self.short(|room| number::integer(value, room)),
            Value::F64(value) => self.short(|room| number::float(value, room)),
        }
    }

    /// Appends an integer of 64 bits, with a sign or without.
    pub(super) fn integer(&mut self, value: i128) {
        match (i64::try_from(value), u64::try_from(value)) {
            (Ok(value), _) => self.value(Value::I64(value)),
            (_, Ok(value)) => self.value(Value::U64(value)),
            _ => {}
        }
    }

    pub(super) fn short(&mut self, write: impl FnOnce(&mut [u8; SHORT]) -> usize) {
        let written = self.room(SHORT).first_chunk_mut().map_or(0, write);
        self.at += written.min(SHORT);
    }

    /// Appends a text without quotes: eight bytes at a time, as most need no escape.
    #[inline]
    fn escaped(&mut self, text: &str) {
        let mut rest = text.as_bytes();
        let room = self.room(rest.len());
        let mut done = 0;
        for (from, to) in rest.chunks_exact(8).zip(room.chunks_exact_mut(8)) {
            let word = word(from);
            // Written in any case: what does not count is written over.
            to.copy_from_slice(&word.to_le_bytes());
            if special(word) != 0 {
                break;
            }
            done += 8;
        }
        self.at += done;
        rest = rest.get(done..).unwrap_or_default();
        while !rest.is_empty() {
            let length = rest.len().min(8);
            let word = match rest.first_chunk::<8>() {
                Some(first) => u64::from_le_bytes(*first),
                None => few(rest),
            };
            self.room(8)[..8].copy_from_slice(&word.to_le_bytes());
            let found = special(word) & u64::MAX >> (64 - 8 * length);
            if found == 0 {
                self.at += length;
                rest = &rest[length..];
            } else {
                let plain = found.trailing_zeros() as usize / 8;
                self.at += plain;
                self.escape((word >> (8 * plain)) as u8);
                rest = &rest[plain + 1..];
            }
        }
    }

    /// Appends a byte that can't stand as it is.
    #[inline]
    fn escape(&mut self, byte: u8) {
        let short = match byte {
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            b'"' | b'\\' => byte,
            _ => return self.escape_control(byte),
        };
        self.put(&[b'\\', short]);
    }

    #[cold]
    #[inline(never)]
    fn escape_control(&mut self, byte: u8) {
        let [.., high, low] = digits(u32::from(byte));
        self.put(b"\\u00");
        self.put(&[high, low]);
    }
}

/// Bytes that are copied at once.
const BLOCK: usize = 32;

/// A text that was formatted into the line.
#[derive(Debug)]
pub(super) struct Formatted {
    /// Behind the quote.
    start: usize,
    /// Its bytes before they were escaped; more than any limit, if it was cut.
    pub(super) length: usize,
}

/// A text that is appended often: whole blocks, of which `length` bytes count.
#[derive(Debug)]
pub(super) struct Prepared {
    padded: Box<[u8]>,
    length: usize,
}

impl Prepared {
    pub(super) fn new(text: &[u8]) -> Prepared {
        let mut padded = text.to_vec();
        padded.resize(text.len().next_multiple_of(BLOCK), b' ');
        Prepared { padded: padded.into(), length: text.len() }
    }
}

/// Eight bytes as a word.
#[inline(always)]
fn word(eight: &[u8]) -> u64 {
    eight.first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight))
}

/// Up to seven bytes as a word.
#[inline(always)]
pub(super) fn few(bytes: &[u8]) -> u64 {
    let length = bytes.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        return u64::from(first) | u64::from(last) << (8 * (length - 4));
    }
    let byte = |at: usize| bytes.get(at).map_or(0, |byte| u64::from(*byte) << (8 * at));
    byte(0) | byte(1) | byte(2)
}

/// The high bit of the first byte that can't stand as it is: control bytes, the quote, the
/// backslash and DEL. Bits above that one may be wrong; 0 when there is none.
#[inline(always)]
fn special(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    // The high bit of the first byte that is zero, of those below 0x80 in `word`.
    let zeros = |differs: u64| differs.wrapping_sub(ONES);
    let control = word.wrapping_sub(ONES * 0x20);
    let quote = zeros(word ^ (ONES * 0x22));
    let backslash = zeros(word ^ (ONES * 0x5c));
    let delete = zeros(word ^ (ONES * 0x7f));
    (control | quote | backslash | delete) & !word & HIGH
}

/// The hexadecimal digits of a word.
pub(super) fn hex(word: u64) -> [u8; 16] {
    let mut text = [0; 16];
    text[..8].copy_from_slice(&digits((word >> 32) as u32));
    text[8..].copy_from_slice(&digits(word as u32));
    text
}

/// Eight hexadecimal digits.
#[inline(always)]
fn digits(number: u32) -> [u8; 8] {
    // Each nibble in a byte of its own, the highest first in memory.
    let spread = u64::from(number.swap_bytes());
    let spread = (spread | spread << 16) & 0x0000_ffff_0000_ffff;
    let spread = (spread | spread << 8) & 0x00ff_00ff_00ff_00ff;
    let nibbles = (spread >> 4 | spread << 8) & 0x0f0f_0f0f_0f0f_0f0f;
    // 1 where the digit is a letter.
    let letters = (nibbles + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101;
    (nibbles + 0x3030_3030_3030_3030 + letters * 0x27).to_le_bytes()
}

/// Takes a text up to a limit, then marks the cut and stops whoever writes.
struct Escaped<'a> {
    line: &'a mut Line,
    room: usize,
    full: bool,
}

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.full {
            return Err(fmt::Error);
        }
        let cut = cut(text, self.room);
        self.line.escaped(cut);
        self.room -= cut.len();
        if cut.len() < text.len() {
            self.full = true;
            self.line.put(MARK.as_bytes());
            return Err(fmt::Error);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Line)) -> String {
        let mut line = Line::default();
        // What was there before must not shine through.
        line.put(&[0xee; 200]);
        line.clear();
        write(&mut line);
        String::from_utf8(line.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn every_special_byte_is_found_at_every_place() {
        for length in 1..20 {
            for at in 0..length {
                for byte in 0..=127_u8 {
                    for other in ["a", "!", "[", "~", " ", "\"", "\u{7f}", "\u{1}"] {
                        let before = "a".repeat(at);
                        let text = format!(
                            "{before}{}{}",
                            char::from(byte),
                            other.repeat(length - at - 1)
                        );
                        let line = written(|line| line.text(&text));
                        assert!(!line.bytes().any(|byte| byte < 0x20 || byte == 0x7f), "{line}");
                        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text, "{line}");
                    }
                }
            }
        }
    }

    #[test]
    fn hexadecimal_digits_are_those_of_the_standard_library() {
        for word in [0, 1, u64::MAX, 0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210, 1 << 63] {
            assert_eq!(hex(word), *format!("{word:016x}").as_bytes());
        }
    }

    #[test]
    fn pieces_of_every_length_are_whole() {
        let text: String = ('a'..='z').cycle().take(100).collect();
        for length in 0..100 {
            let piece = &text[..length];
            let line = written(|line| {
                line.prepared(&Prepared::new(piece.as_bytes()));
                line.put(b".");
            });
            assert_eq!(line, format!("{piece}."));
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_reads_back(text: String, controls in "[\\x00-\\x7f]{0,40}") {
            for text in [&text, &controls] {
                let line = written(|line| line.text(text));
                assert_eq!(&serde_json::from_str::<String>(&line).unwrap(), text);
                assert!(!line.bytes().any(|byte| byte < 0x20 || byte == 0x7f));
                let formatted = written(|line| {
                    let formatted = line.formatted(format_args!("{text}"), TEXT_LIMIT);
                    assert_eq!(line.unescaped(&formatted), *text);
                });
                assert_eq!(formatted, line);
            }
        }
    }
}
