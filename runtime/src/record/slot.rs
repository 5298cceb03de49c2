//! What lies in a ring: spans and what stands before them, in pieces of one cache line.
//!
//! Plain data without pointers of its own. `ring` moves it, `chunk` reads it, segments are made of
//! the records.

use crate::model::{Outcome, Site};

/// Bytes of a slot.
pub(super) const SLOT: usize = 64;

/// One finished span.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Record {
    pub(super) site: &'static Site,
    pub(super) span_id: u64,
    pub(super) parent_id: u64,
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) error_type: &'static str,
    pub(super) fields_at: u32,
    pub(super) fields_length: u16,
    pub(super) outcome: Outcome,
    pub(super) sampled: bool,
}

/// What stands before the records of a chunk.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub(super) struct Header {
    pub(super) trace_id: [u64; 2],
    pub(super) link_trace: [u64; 2],
    pub(super) link_span: u64,
    /// Records that follow; 0 fills up the end of the ring.
    pub(super) records: u32,
    /// Bytes of fields that follow the records.
    pub(super) bytes: u32,
    /// Slots that the chunk takes, this one included.
    pub(super) slots: u32,
}

/// Header and record in one slot: a trace that is nothing but its root, which ended well. Many are,
/// and cost half of what the two do.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Solo {
    pub(super) trace_id: [u64; 2],
    pub(super) site: &'static Site,
    pub(super) span_id: u64,
    pub(super) start: u64,
    /// Where a header has its number: `SOLO`.
    pub(super) records: u32,
    /// No `bool`, so that all bytes of it are there to be read as a header's.
    pub(super) sampled: u32,
    pub(super) slots: u32,
    /// Of fields, in the slots that follow.
    pub(super) bytes: u32,
    pub(super) end: u64,
}

/// The number of records in a `Solo`'s place for it.
pub(super) const SOLO: u32 = u32::MAX;

const _: () = {
    assert!(std::mem::offset_of!(Solo, records) == std::mem::offset_of!(Header, records));
    assert!(std::mem::offset_of!(Solo, slots) == std::mem::offset_of!(Header, slots));
};

#[derive(Clone, Copy)]
#[repr(C)]
pub(super) union Slot {
    pub(super) header: Header,
    pub(super) record: Record,
    pub(super) solo: Solo,
    pub(super) bytes: [u8; SLOT],
    pub(super) words: [u64; SLOT / 8],
}

const _: () = assert!(size_of::<Slot>() == SLOT);

impl Solo {
    #[inline(always)]
    pub(super) fn new(
        trace_id: [u64; 2],
        site: &'static Site,
        span_id: u64,
        [start, end]: [u64; 2],
        sampled: bool,
    ) -> Solo {
        let (records, sampled) = (SOLO, u32::from(sampled));
        Solo { trace_id, site, span_id, start, records, sampled, slots: 1, bytes: 0, end }
    }

    pub(super) fn header(&self) -> Header {
        Header { trace_id: self.trace_id, records: 1, slots: 1, ..Header::default() }
    }

    pub(super) fn record(&self) -> Record {
        Record {
            site: self.site,
            span_id: self.span_id,
            parent_id: 0,
            start: self.start,
            end: self.end,
            error_type: "",
            fields_at: 0,
            fields_length: self.bytes as u16,
            outcome: Outcome::Ok,
            sampled: self.sampled != 0,
        }
    }
}
