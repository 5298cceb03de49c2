//! One entry as one JSON object on one line.
//!
//! The order of the keys is fixed and every key is there once. Whatever an entry holds, the line is
//! valid JSON without a raw control byte, so that nobody can break out of it. Called by `logs` for
//! each entry, on the thread that logs; `event` writes its lines out of the same parts.

use super::entry::Entry;
use super::event::Desk;
use super::line::{Line, Prepared, hex};
use crate::model::Level;
use crate::record::{self, Current};

/// The keys that every line has; a binding of such a name gets a `_` behind it.
const RESERVED: [&str; 8] =
    ["time", "level", "target", "message", "trace_id", "span_id", "service", "fields"];

/// What stands on every line of the process.
#[derive(Debug)]
pub(super) struct Frame {
    /// From the bindings to the brace before the first field.
    service: Prepared,
}

impl Frame {
    pub(super) fn new(service: &str) -> Frame {
        let mut line = Line::default();
        line.put(b",\"service\":");
        line.whole_text(service);
        line.put(b",\"fields\":");
        Frame { service: Prepared::new(line.as_bytes()) }
    }
}

/// The ids that a thread wrote last, as text: one span often has several lines.
#[derive(Debug)]
pub(super) struct Ids {
    trace_id: u128,
    span_id: u64,
    text: [u8; 96],
}

impl Default for Ids {
    fn default() -> Self {
        let mut text = [b' '; 96];
        text[..ZEROS.len()].copy_from_slice(ZEROS);
        Ids { trace_id: 0, span_id: 0, text }
    }
}

const ZEROS: &[u8; 75] =
    b",\"trace_id\":\"00000000000000000000000000000000\",\"span_id\":\"0000000000000000\"";

impl Ids {
    #[inline]
    fn write(&mut self, ids: Current, line: &mut Line) {
        if (ids.trace_id, ids.span_id) != (self.trace_id, self.span_id) {
            self.set(ids);
        }
        line.block(&self.text, ZEROS.len());
    }

    fn set(&mut self, ids: Current) {
        (self.trace_id, self.span_id) = (ids.trace_id, ids.span_id);
        self.text[13..29].copy_from_slice(&hex((ids.trace_id >> 64) as u64));
        self.text[29..45].copy_from_slice(&hex(ids.trace_id as u64));
        self.text[58..74].copy_from_slice(&hex(ids.span_id));
    }
}

/// Writes the line of an entry, its line feed included.
pub(super) fn line(entry: &Entry, frame: &Frame, desk: &mut Desk) {
    let Desk { line, second, ids, .. } = desk;
    line.clear();
    second.write(entry.unix_nanos, line);
    if let Some(head) = entry.head {
        line.prepared(&head.open);
    } else {
        line.put(b"\",\"level\":\"");
        line.put(level_name(entry.level).as_bytes());
        line.put(b"\",\"target\":");
        line.whole_text(entry.target());
        line.put(b",\"message\":");
    }
    line.whole_text(entry.message());
    if let Some(current) = entry.ids {
        ids.write(current, line);
    }
    for (key, value) in entry.bindings() {
        bound(key, line);
        line.whole_text(value);
    }
    line.prepared(&frame.service);
    let mut before = b'{';
    for (key, prepared, value) in entry.prepared_fields() {
        if let Some(prepared) = prepared {
            line.field(before, prepared, |_| 0);
        } else {
            line.put(&[before]);
            line.whole_text(key);
            line.put(b":");
        }
        before = b',';
        match value {
            record::Value::Str(text) => line.whole_text(text),
            value => line.value(value),
        }
    }
    line.put(if before == b'{' { b"{}}\n" } else { b"}}\n" });
}

/// From the message to the first field, as it is on this thread now.
#[inline]
pub(super) fn middle(frame: &Frame, ids: &mut Ids, line: &mut Line) {
    if let Some(current) = record::current() {
        ids.write(current, line);
    }
    record::with_bindings(&mut |key, value| {
        bound(key, line);
        line.text(value);
    });
    line.prepared(&frame.service);
}

/// The key of a binding.
fn bound(key: &'static str, line: &mut Line) {
    line.put(b",");
    line.whole_text(key);
    if RESERVED.contains(&key) {
        line.in_quotes(b"_");
    }
    line.put(b":");
}

/// The word for a level, as `tracing` writes it.
pub(super) fn level_name(level: Level) -> &'static str {
    match level {
        Level::Error => "ERROR",
        Level::Warn => "WARN",
        Level::Info => "INFO",
        Level::Debug => "DEBUG",
        Level::Trace => "TRACE",
    }
}
