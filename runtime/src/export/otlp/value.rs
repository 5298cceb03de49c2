//! OTLP's attributes: a key and a value with its type.
//!
//! Shared by `resource`, `spans` and `records`. Does not decide which attributes there are.

use crate::record::Value;
use crate::wire;

/// A `KeyValue` as the given field.
pub(crate) fn attribute(out: &mut Vec<u8>, field: u32, key: &str, value: Value<'_>) {
    wire::message(out, field, |out| {
        wire::bytes(out, 1, key.as_bytes());
        any(out, 2, value);
    });
}

/// A `KeyValue` whose text is put together from pieces.
pub(crate) fn attribute_of(out: &mut Vec<u8>, field: u32, key: &str, text: &[&str]) {
    wire::message(out, field, |out| {
        wire::bytes(out, 1, key.as_bytes());
        wire::message(out, 2, |out| wire::pieces(out, 1, text));
    });
}

/// An `AnyValue` as the given field.
pub(crate) fn any(out: &mut Vec<u8>, field: u32, value: Value<'_>) {
    wire::message(out, field, |out| match value {
        Value::Str(text) => wire::bytes(out, 1, text.as_bytes()),
        Value::Bool(value) => wire::number(out, 2, u64::from(value)),
        // Two's complement, as protobuf's int64 wants it.
        Value::I64(value) => wire::number(out, 3, value as u64),
        Value::U64(value) => match i64::try_from(value) {
            Ok(_) => wire::number(out, 3, value),
            // OTLP has no unsigned numbers; text keeps all digits.
            Err(_) => wire::bytes(out, 1, value.to_string().as_bytes()),
        },
        Value::F64(value) => wire::fixed64(out, 4, value.to_bits()),
    });
}
