//! What the exporter reads of a ring: the spans of one local root.
//!
//! Called by whoever drains; the record path itself only writes.

use super::field::Reader;
use super::slot::{Header, Record};
use crate::model::{Outcome, Site, Value};

/// The spans of one local root, or of a part of it.
pub(crate) struct Chunk<'a> {
    pub(super) header: &'a Header,
    pub(super) records: &'a [Record],
    /// The fields of all of them.
    pub(super) bytes: &'a [u8],
}

impl<'a> Chunk<'a> {
    pub(crate) fn trace_id(&self) -> u128 {
        join(self.header.trace_id)
    }

    /// The span in another trace that this one came from.
    pub(crate) fn link(&self) -> Option<(u128, u64)> {
        let span = self.header.link_span;
        (span != 0).then(|| (join(self.header.link_trace), span))
    }

    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    #[cfg(all(test, plimsoll_loom))]
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The spans, children before their parents.
    pub(crate) fn spans(&self) -> impl Iterator<Item = Span<'a>> + use<'a> {
        let bytes = self.bytes;
        self.records.iter().map(move |record| Span { record, bytes })
    }
}

/// One span of a chunk.
pub(crate) struct Span<'a> {
    record: &'a Record,
    bytes: &'a [u8],
}

impl<'a> Span<'a> {
    pub(crate) fn site(&self) -> &'static Site {
        self.record.site
    }

    pub(crate) fn span_id(&self) -> u64 {
        self.record.span_id
    }

    /// The parent's id; 0 for a root.
    pub(crate) fn parent_id(&self) -> u64 {
        self.record.parent_id
    }

    /// When it began, in ticks.
    pub(crate) fn start(&self) -> u64 {
        self.record.start
    }

    /// When it ended, in ticks; never before its beginning.
    pub(crate) fn end(&self) -> u64 {
        self.record.end.max(self.record.start)
    }

    pub(crate) fn outcome(&self) -> Outcome {
        self.record.outcome
    }

    /// The `error.type`; empty when there is none.
    pub(crate) fn error_type(&self) -> &'static str {
        self.record.error_type
    }

    /// The head's decision, which callees of other services were told.
    pub(crate) fn sampled(&self) -> bool {
        self.record.sampled
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = (&'a str, Value<'a>)> + use<'a> {
        let at = self.record.fields_at as usize;
        let end = at + usize::from(self.record.fields_length);
        Reader::new(self.bytes.get(at..end).unwrap_or_default())
    }
}

/// An id in two halves, as the record path has it.
pub(super) fn split(id: u128) -> [u64; 2] {
    [(id >> 64) as u64, id as u64]
}

/// An id in one piece.
pub(crate) fn join(id: [u64; 2]) -> u128 {
    u128::from(id[0]) << 64 | u128::from(id[1])
}
