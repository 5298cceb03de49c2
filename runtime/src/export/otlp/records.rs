//! Log entries as OTLP's `LogRecord` messages.
//!
//! Called by `export::log` on whichever thread logs, so it only appends to the given buffer.

use super::value::{any, attribute};
use crate::logs::entry::Entry;
use crate::model::Level;
use crate::record::Value;
use crate::wire;

/// `ScopeLogs.log_records`.
const ITEM: u32 = 2;
const ATTRIBUTES: u32 = 6;

/// Appends one entry.
pub(crate) fn encode(entry: &Entry, out: &mut Vec<u8>) {
    wire::message(out, ITEM, |out| {
        wire::fixed64(out, 1, entry.unix_nanos);
        wire::fixed64(out, 11, entry.unix_nanos);
        wire::number(out, 2, severity(entry.level));
        wire::bytes(out, 3, entry.level_name().as_bytes());
        any(out, 5, Value::Str(entry.message()));
        attribute(out, ATTRIBUTES, "target", Value::Str(entry.target()));
        for (key, text) in entry.bindings() {
            attribute(out, ATTRIBUTES, key, Value::Str(text));
        }
        for (key, value) in entry.fields() {
            // Keys of attributes are unique, and what the request says of itself wins.
            if key == "target" || entry.bindings().any(|(bound, _)| bound == key) {
                attribute(out, ATTRIBUTES, &format!("fields.{key}"), value);
            } else {
                attribute(out, ATTRIBUTES, key, value);
            }
        }
        if let Some(ids) = entry.ids {
            wire::fixed32(out, 8, u32::from(ids.sampled));
            wire::bytes(out, 9, &ids.trace_id.to_be_bytes());
            wire::bytes(out, 10, &ids.span_id.to_be_bytes());
        }
    });
}

/// OpenTelemetry's number of a level: the first of the four that each word has.
fn severity(level: Level) -> u64 {
    match level {
        Level::Trace => 1,
        Level::Debug => 5,
        Level::Info => 9,
        Level::Warn => 13,
        Level::Error => 17,
    }
}
