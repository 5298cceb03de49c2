//! One entry as one JSON object on one line.
//!
//! The order of the keys is fixed and every key is there once. Whatever an entry holds, the line is
//! valid JSON without a raw control byte, so that nobody can break out of it. Called by `logs` for
//! each entry, on the thread that logs.

use std::io::Write as _;

use super::entry::Entry;
use super::time;
use crate::record::Value;

/// The keys that every line has; a binding of such a name gets a `_` behind it.
const RESERVED: [&str; 8] =
    ["time", "level", "target", "message", "trace_id", "span_id", "service", "fields"];

/// Appends the line of an entry, its line feed included.
pub(crate) fn line(entry: &Entry, service: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"time\":\"");
    time::rfc3339(entry.unix_nanos, out);
    out.extend_from_slice(b"\",\"level\":\"");
    out.extend_from_slice(entry.level_name().as_bytes());
    out.extend_from_slice(b"\",\"target\":");
    text(entry.target(), out);
    out.extend_from_slice(b",\"message\":");
    text(entry.message(), out);
    if let Some(ids) = entry.ids {
        out.extend_from_slice(b",\"trace_id\":\"");
        hex(ids.trace_id.to_be_bytes(), out);
        out.extend_from_slice(b"\",\"span_id\":\"");
        hex(ids.span_id.to_be_bytes(), out);
        out.push(b'"');
    }
    for (name, value) in entry.bindings() {
        out.push(b',');
        text(name, out);
        if RESERVED.contains(&name) {
            // Into the quotes that are there already.
            out.pop();
            out.extend_from_slice(b"_\"");
        }
        out.push(b':');
        text(value, out);
    }
    out.extend_from_slice(b",\"service\":");
    text(service, out);
    out.extend_from_slice(b",\"fields\":{");
    for (index, (name, value)) in entry.fields().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        text(name, out);
        out.push(b':');
        any(value, out);
    }
    out.extend_from_slice(b"}}\n");
}

fn any(value: Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Str(value) => text(value, out),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::I64(value) => integer(value, out),
        Value::U64(value) => integer(value, out),
        // JSON has no word for NaN and infinity. A text would spoil the column for log stores.
        Value::F64(value) if !value.is_finite() => out.extend_from_slice(b"null"),
        // `Debug` writes an exponent where `Display` would write three hundred digits. Writing to
        // a vector does not fail.
        Value::F64(value) => drop(write!(out, "{value:?}")),
    }
}

fn integer(value: impl itoa::Integer, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// What stands behind the backslash for a byte: 0 for none, `u` for the long form.
const ESCAPES: [u8; 256] = {
    let mut escapes = [0; 256];
    let mut control = 0;
    while control < 0x20 {
        escapes[control] = b'u';
        control += 1;
    }
    escapes[0x7f] = b'u';
    escapes[b'\n' as usize] = b'n';
    escapes[b'\r' as usize] = b'r';
    escapes[b'\t' as usize] = b't';
    escapes[b'"' as usize] = b'"';
    escapes[b'\\' as usize] = b'\\';
    escapes
};

/// The first byte that can't stand as it is: eight at a time, as most texts have none.
fn special(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    // The high bit of the first byte that is zero; what is set above it may be wrong.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let mut at = 0;
    while let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*eight);
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let quote = zeros(word ^ (ONES * 0x22));
        let backslash = zeros(word ^ (ONES * 0x5c));
        let delete = zeros(word ^ (ONES * 0x7f));
        let found = control | quote | backslash | delete;
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let rest = bytes.get(at..)?.iter().position(|byte| ESCAPES[usize::from(*byte)] != 0)?;
    Some(at + rest)
}

const DIGITS: [u8; 16] = *b"0123456789abcdef";

fn text(value: &str, out: &mut Vec<u8>) {
    let mut rest = value.as_bytes();
    out.reserve(rest.len() + 2);
    out.push(b'"');
    while let Some(at) = special(rest) {
        let (plain, from) = rest.split_at(at);
        out.extend_from_slice(plain);
        let byte = from[0];
        match ESCAPES[usize::from(byte)] {
            b'u' => {
                out.extend_from_slice(b"\\u00");
                hex([byte], out);
            }
            escape => out.extend_from_slice(&[b'\\', escape]),
        }
        rest = &from[1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

fn hex<const N: usize>(bytes: [u8; N], out: &mut Vec<u8>) {
    let pairs = bytes.map(|byte| [byte >> 4, byte & 15].map(|digit| DIGITS[usize::from(digit)]));
    out.extend_from_slice(pairs.as_flattened());
}

#[cfg(test)]
mod tests {
    use super::{ESCAPES, special};

    #[test]
    fn every_special_byte_is_found_at_every_place() {
        for length in 0..20 {
            for at in 0..length {
                for byte in 0..=255 {
                    // High bytes and neighbours of the special ones must not confuse it.
                    for other in [b'a', 0xff, 0x80, b'!', b'[', 0x7e, 0x20] {
                        let mut bytes = vec![b'a'; length];
                        bytes[at + 1..].fill(other);
                        bytes[at] = byte;
                        let expected =
                            bytes.iter().position(|byte| ESCAPES[usize::from(*byte)] != 0);
                        assert_eq!(special(&bytes), expected, "{bytes:?}");
                    }
                }
            }
        }
    }
}
