//! A finished span that outlives the ring that it was in.
//!
//! Made by a capture as it takes spans out of its rings; `testing` shows them.

use super::chunk::{Chunk, Span};
use crate::model::{Outcome, Site, Value};

#[derive(Clone, Debug)]
pub(crate) struct Finished {
    pub(crate) site: &'static Site,
    pub(crate) trace_id: u128,
    pub(crate) span_id: u64,
    /// 0 for a root.
    pub(crate) parent_id: u64,
    pub(crate) link: Option<(u128, u64)>,
    /// In ticks, as `end`.
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) outcome: Outcome,
    /// Empty when there is none.
    pub(crate) error_type: &'static str,
    pub(crate) fields: Vec<(String, Field)>,
}

impl Finished {
    pub(super) fn new(chunk: &Chunk<'_>, span: &Span<'_>) -> Finished {
        Finished {
            site: span.site(),
            trace_id: chunk.trace_id(),
            span_id: span.span_id(),
            parent_id: span.parent_id(),
            link: chunk.link(),
            start: span.start(),
            end: span.end(),
            outcome: span.outcome(),
            error_type: span.error_type(),
            fields: span.fields().map(|(key, value)| (key.to_owned(), Field::of(value))).collect(),
        }
    }
}

/// A recorded value with its text.
#[derive(Clone, Debug)]
pub(crate) enum Field {
    Bool(bool),
    I64(i64),
    U64(u64),
    F64(f64),
    Str(String),
}

impl Field {
    fn of(value: Value<'_>) -> Field {
        match value {
            Value::Bool(value) => Field::Bool(value),
            Value::I64(value) => Field::I64(value),
            Value::U64(value) => Field::U64(value),
            Value::F64(value) => Field::F64(value),
            Value::Str(text) => Field::Str(text.to_owned()),
        }
    }

    pub(crate) fn value(&self) -> Value<'_> {
        match self {
            Field::Bool(value) => Value::Bool(*value),
            Field::I64(value) => Value::I64(*value),
            Field::U64(value) => Value::U64(*value),
            Field::F64(value) => Value::F64(*value),
            Field::Str(text) => Value::Str(text),
        }
    }
}
