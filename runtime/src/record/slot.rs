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
    /// Records that follow; 0 fills up the end of the ring.
    pub(super) records: u32,
    /// Slots that the chunk takes, this one included.
    pub(super) slots: u32,
    /// Bytes of fields that follow the records.
    pub(super) bytes: u32,
    pub(super) link_trace: [u64; 2],
    pub(super) link_span: u64,
}

/// Header and record in one: a trace that is nothing but its root, which ended well. Many are, and
/// fit into one slot, with room for a number or a short text; fields begin there and go on in the
/// slots that follow. The span's id is that of a trace's first span.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Solo {
    trace_id: [u64; 2],
    /// Where a header has its number: `SOLO`, perhaps `SAMPLED`, and the bytes of the fields.
    records: u32,
    slots: u32,
    site: &'static Site,
    start: u64,
    end: u64,
}

/// In the number of records: it is a `Solo`.
pub(super) const SOLO: u32 = 1 << 31;
/// The head's decision.
const SAMPLED: u32 = 1 << 30;
/// Where the fields of a `Solo` begin in its slot.
pub(super) const FIELDS: usize = size_of::<Solo>();

const _: () = {
    assert!(std::mem::offset_of!(Solo, records) == std::mem::offset_of!(Header, records));
    assert!(std::mem::offset_of!(Solo, slots) == std::mem::offset_of!(Header, slots));
    assert!(FIELDS % 8 == 0 && FIELDS < SLOT);
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

/// The id of the first span of a new trace: the trace's has enough chance for both, and no half of
/// it is this one.
#[inline(always)]
pub(super) fn first_span([high, low]: [u64; 2]) -> u64 {
    or_one(high ^ low)
}

/// A number that is not 0.
#[inline(always)]
pub(super) fn or_one(number: u64) -> u64 {
    number + u64::from(number == 0)
}

impl Solo {
    /// The root of this trace, its first span.
    #[inline(always)]
    pub(super) fn new(
        trace_id: [u64; 2],
        site: &'static Site,
        [start, end]: [u64; 2],
        sampled: bool,
    ) -> Solo {
        let records = if sampled { SOLO | SAMPLED } else { SOLO };
        Solo { trace_id, records, slots: 1, site, start, end }
    }

    /// With so many bytes of fields, 64 KiB at most. Returns the slots that it takes.
    #[inline(always)]
    pub(super) fn set_fields(&mut self, bytes: usize) -> usize {
        let slots = 1 + bytes.saturating_sub(SLOT - FIELDS).div_ceil(SLOT);
        self.records |= bytes as u32;
        self.slots = slots as u32;
        slots
    }

    pub(super) fn bytes(&self) -> usize {
        usize::from(self.records as u16)
    }

    pub(super) fn header(&self) -> Header {
        Header { trace_id: self.trace_id, records: 1, slots: 1, ..Header::default() }
    }

    pub(super) fn record(&self) -> Record {
        Record {
            site: self.site,
            span_id: first_span(self.trace_id),
            parent_id: 0,
            start: self.start,
            end: self.end,
            error_type: "",
            fields_at: 0,
            fields_length: self.bytes() as u16,
            outcome: Outcome::Ok,
            sampled: self.records & SAMPLED != 0,
        }
    }
}
