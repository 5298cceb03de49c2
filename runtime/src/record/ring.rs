//! Hands the spans of finished local roots from one thread to the exporter.
//!
//! A bounded queue of 64-byte slots with one producer, the thread that owns the shard, and one
//! consumer, whoever holds the drain lock. A chunk is a header, its records and their fields, whole
//! and in one piece, or it is not there at all: traces are dropped whole, and counted.

use std::cell::UnsafeCell;
use std::fmt;
use std::mem::size_of;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::field::Reader;
use crate::model::{Outcome, Site, Value};

/// Slots of a ring, a power of two: 512 KiB of memory, touched only as it is used. A larger one
/// would leave the second-level cache, and cost each span a miss.
const SLOTS: usize = if cfg!(miri) { 64 } else { 8192 };
const SLOT: usize = 64;

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

#[derive(Clone, Copy)]
#[repr(C)]
union Slot {
    header: Header,
    record: Record,
    bytes: [u8; SLOT],
    words: [u64; SLOT / 8],
}

const _: () = assert!(size_of::<Slot>() == SLOT && SLOTS.is_power_of_two());

/// Keeps the two ends out of each other's cache lines.
#[repr(align(128))]
struct Apart<T>(T);

pub(super) struct Ring {
    slots: Box<[UnsafeCell<Slot>]>,
    /// Slots written so far, ever.
    head: Apart<AtomicUsize>,
    /// Slots read so far, ever.
    tail: Apart<AtomicUsize>,
    /// What the producer last saw of `tail`.
    seen: Apart<AtomicUsize>,
}

// SAFETY: a slot is written only by the producer while it lies outside `tail..head`, and read only
// by the consumer while it lies inside; `head` and `tail` are published with release and read with
// acquire. `push` and `drain` say that they have one caller at a time each.
unsafe impl Sync for Ring {}
// SAFETY: nothing in a slot is bound to a thread: records hold `'static` references and numbers.
unsafe impl Send for Ring {}

impl Ring {
    pub(super) fn new() -> Ring {
        // `vec!` of zeroes asks the system for zeroed pages, which are not touched here.
        let slots = vec![[0u64; SLOT / 8]; SLOTS].into_boxed_slice();
        let slots = Box::into_raw(slots) as *mut [UnsafeCell<Slot>];
        Ring {
            // SAFETY: the same allocation and length; `Slot` has the size and alignment of eight
            // words, any words are valid for its member `words`, and `UnsafeCell` changes neither.
            slots: unsafe { Box::from_raw(slots) },
            head: Apart(AtomicUsize::new(0)),
            tail: Apart(AtomicUsize::new(0)),
            seen: Apart(AtomicUsize::new(0)),
        }
    }

    /// Writes a chunk, or returns false when there is no room for the whole of it.
    ///
    /// # Safety
    /// One thread at a time may push.
    pub(super) unsafe fn push(&self, mut header: Header, records: &[Record], bytes: &[u8]) -> bool {
        let needed = 1 + records.len() + bytes.len().div_ceil(SLOT);
        let head = self.head.0.load(Ordering::Relaxed);
        let to_end = SLOTS - head % SLOTS;
        let skipped = if needed > to_end { to_end } else { 0 };
        if !self.has_room(head, needed + skipped) {
            return false;
        }
        if skipped > 0 {
            let filler = Header { slots: skipped as u32, ..Header::default() };
            // SAFETY: the slot at `head` is free, as `has_room` found, and ours to write.
            unsafe { *self.slot(head) = Slot { header: filler } };
        }
        let first = head + skipped;
        header.records = records.len() as u32;
        header.bytes = bytes.len() as u32;
        header.slots = needed as u32;
        // SAFETY: `needed` slots from `first` on are free and contiguous: `skipped` saw to it that
        // they do not run over the end. Records and slots have one size; the bytes fit into the
        // slots that `needed` counted for them.
        unsafe {
            let slot = self.slot(first);
            *slot = Slot { header };
            let at = slot.add(1).cast::<Record>();
            std::ptr::copy_nonoverlapping(records.as_ptr(), at, records.len());
            let at = slot.add(1 + records.len()).cast::<u8>();
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), at, bytes.len());
        }
        self.head.0.store(first + needed, Ordering::Release);
        true
    }

    fn has_room(&self, head: usize, needed: usize) -> bool {
        if head + needed - self.seen.0.load(Ordering::Relaxed) <= SLOTS {
            return true;
        }
        let tail = self.tail.0.load(Ordering::Acquire);
        self.seen.0.store(tail, Ordering::Relaxed);
        head + needed - tail <= SLOTS
    }

    fn slot(&self, position: usize) -> *mut Slot {
        // A pointer to the whole, so that neighbours may be reached from it.
        let base = UnsafeCell::raw_get(self.slots.as_ptr());
        // SAFETY: the remainder is below the length.
        unsafe { base.add(position % SLOTS) }
    }

    /// True when at least half of the ring waits to be read.
    pub(super) fn is_filling(&self) -> bool {
        let head = self.head.0.load(Ordering::Relaxed);
        head - self.seen.0.load(Ordering::Relaxed) >= SLOTS / 2
            && head - self.tail.0.load(Ordering::Relaxed) >= SLOTS / 2
    }

    /// Reads every chunk that is there, and frees its slots. Returns the number of spans.
    ///
    /// # Safety
    /// One thread at a time may drain.
    pub(super) unsafe fn drain(&self, read: &mut dyn FnMut(&Chunk<'_>)) -> usize {
        let mut tail = self.tail.0.load(Ordering::Relaxed);
        let head = self.head.0.load(Ordering::Acquire);
        let mut spans = 0;
        while tail != head {
            // SAFETY: between `tail` and `head` the producer has written whole chunks, each
            // beginning with a header, and does not write there until `tail` has moved on.
            let (header, records, bytes) = unsafe {
                let slot = self.slot(tail);
                let header = (*slot).header;
                let count = header.records as usize;
                let at = slot.add(1).cast::<Record>();
                let records = if count == 0 {
                    &[][..]
                } else {
                    std::slice::from_raw_parts(at.cast_const(), count)
                };
                let length = header.bytes as usize;
                let bytes = if length == 0 {
                    &[][..]
                } else {
                    let at = slot.add(1 + count).cast::<u8>();
                    std::slice::from_raw_parts(at.cast_const(), length)
                };
                (header, records, bytes)
            };
            // The slots are free again even when the reader panics: it counts what it lost.
            let freed = Free { ring: self, tail: tail + header.slots as usize };
            if !records.is_empty() {
                spans += records.len();
                read(&Chunk { header: &header, records, bytes });
            }
            tail = freed.tail;
        }
        spans
    }
}

struct Free<'a> {
    ring: &'a Ring,
    tail: usize,
}

impl Drop for Free<'_> {
    fn drop(&mut self) {
        self.ring.tail.0.store(self.tail, Ordering::Release);
    }
}

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring").finish_non_exhaustive()
    }
}

/// The spans of one local root, or of a part of it.
pub(crate) struct Chunk<'a> {
    header: &'a Header,
    records: &'a [Record],
    bytes: &'a [u8],
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

pub(super) fn split(id: u128) -> [u64; 2] {
    [(id >> 64) as u64, id as u64]
}

pub(super) fn join(id: [u64; 2]) -> u128 {
    u128::from(id[0]) << 64 | u128::from(id[1])
}
