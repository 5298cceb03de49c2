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

const DIGITS: [u8; 16] = *b"0123456789abcdef";

fn text(value: &str, out: &mut Vec<u8>) {
    let mut rest = value.as_bytes();
    out.reserve(rest.len() + 2);
    out.push(b'"');
    while let Some(at) = rest.iter().position(|byte| ESCAPES[usize::from(*byte)] != 0) {
        let (plain, special) = rest.split_at(at);
        out.extend_from_slice(plain);
        let byte = special[0];
        match ESCAPES[usize::from(byte)] {
            b'u' => {
                out.extend_from_slice(b"\\u00");
                hex([byte], out);
            }
            escape => out.extend_from_slice(&[b'\\', escape]),
        }
        rest = &special[1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

fn hex<const N: usize>(bytes: [u8; N], out: &mut Vec<u8>) {
    let pairs = bytes.map(|byte| [byte >> 4, byte & 15].map(|digit| DIGITS[usize::from(digit)]));
    out.extend_from_slice(pairs.as_flattened());
}
