//! Hands the spans of finished local roots from one thread to the exporter.
//!
//! A bounded queue of 64-byte slots with one producer, the thread that owns the shard, and one
//! consumer, whoever holds the drain lock. A chunk is a header, its records and their fields, whole
//! and in one piece, or it is not there at all: traces are dropped whole, and counted.

use std::cell::UnsafeCell;
use std::fmt;
use std::sync::atomic::Ordering;

use super::chunk::Chunk;
use super::slot::{FIELDS, Header, Record, SLOT, SOLO, Slot, Solo, first_span};
use super::sync::{AtomicUsize, Watch};
use crate::model::Outcome;

/// Slots of a large ring, a power of two: 512 KiB of memory, touched only as it is used. A larger
/// one would leave the second-level cache, and cost each span a miss.
pub(super) const LARGE: usize = if cfg!(plimsoll_loom) {
    8
} else if cfg!(miri) {
    64
} else {
    8192
};
/// Slots of a small ring: 128 KiB, enough for the longest part of a trace.
const SMALL: usize = if LARGE < 8192 { LARGE } else { 2048 };
/// So many threads have large rings. What many threads make together is what a few can, and the
/// memory of them all is bounded.
const FEW: usize = 4;

const _: () = assert!(LARGE.is_power_of_two() && SMALL.is_power_of_two());

/// The slots of the ring of the thread with this number.
pub(super) fn slots(thread: usize) -> usize {
    if thread < FEW { LARGE } else { SMALL }
}

/// Keeps the two ends out of each other's cache lines.
#[repr(align(128))]
struct Apart<T>(T);

pub(super) struct Ring {
    slots: Box<[UnsafeCell<Slot>]>,
    watch: Watch,
    /// Slots written so far, ever.
    head: Apart<AtomicUsize>,
    /// Slots read so far, ever.
    tail: Apart<AtomicUsize>,
    /// The producer's own.
    producer: Apart<Producer>,
}

/// What the producer remembers.
struct Producer {
    /// What it last saw of `tail`.
    seen: AtomicUsize,
    /// Up to here it may write quickly: there is room, and in one piece.
    limit: AtomicUsize,
}

// SAFETY: a slot is written only by the producer while it lies outside `tail..head`, and read only
// by the consumer while it lies inside; `head` and `tail` are published with release and read with
// acquire. `push` and `drain` say that they have one caller at a time each.
unsafe impl Sync for Ring {}
// SAFETY: nothing in a slot is bound to a thread: records hold `'static` references and numbers.
unsafe impl Send for Ring {}

impl Ring {
    /// A ring of so many slots, a power of two.
    pub(super) fn new(slots: usize) -> Ring {
        // `vec!` of zeroes asks the system for zeroed pages, which are not touched here.
        let zeroes = vec![[0u64; SLOT / 8]; slots].into_boxed_slice();
        let zeroes = Box::into_raw(zeroes) as *mut [UnsafeCell<Slot>];
        Ring {
            // SAFETY: the same allocation and length; `Slot` has the size and alignment of eight
            // words, any words are valid for its member `words`, and `UnsafeCell` changes neither.
            slots: unsafe { Box::from_raw(zeroes) },
            watch: Watch::new(slots),
            head: Apart(AtomicUsize::new(0)),
            tail: Apart(AtomicUsize::new(0)),
            producer: Apart(Producer { seen: AtomicUsize::new(0), limit: AtomicUsize::new(0) }),
        }
    }

    /// The memory of all slots.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.slots)
    }

    /// Writes a chunk, or returns false when there is no room for the whole of it.
    ///
    /// # Safety
    /// One thread at a time may push.
    pub(super) unsafe fn push(&self, mut header: Header, records: &[Record], bytes: &[u8]) -> bool {
        let needed = 1 + records.len() + bytes.len().div_ceil(SLOT);
        let head = self.head.0.load(Ordering::Relaxed);
        let to_end = self.size() - self.place(head);
        let skipped = if needed > to_end { to_end } else { 0 };
        if !self.has_room(head, needed + skipped) {
            return false;
        }
        if skipped > 0 {
            // SAFETY: the slot at `head` is free, as `has_room` found.
            unsafe { self.fill(head, skipped) };
        }
        let first = head + skipped;
        header.records = records.len() as u32;
        header.bytes = bytes.len() as u32;
        header.slots = needed as u32;
        let writing = self.watch.write(first, needed);
        // SAFETY: `needed` slots from `first` on are free and contiguous: `skipped` saw to it that
        // they do not run over the end. Records and slots have one size; the bytes fit into the
        // slots that `needed` counted for them.
        unsafe {
            let slot = self.slot(first);
            *slot = Slot { header };
            let at = slot.add(1).cast::<Record>();
            // One is common, and copied without a call.
            match records {
                [record] => at.write(*record),
                records => std::ptr::copy_nonoverlapping(records.as_ptr(), at, records.len()),
            }
            if !bytes.is_empty() {
                let at = slot.add(1 + records.len()).cast::<u8>();
                std::ptr::copy_nonoverlapping(bytes.as_ptr(), at, bytes.len());
            }
        }
        writing.end();
        self.head.0.store(first + needed, Ordering::Release);
        true
    }

    /// Writes a trace that is one span: as [`push`](Ring::push), but in one slot if that holds it.
    ///
    /// # Safety
    /// One thread at a time may push.
    #[inline]
    pub(super) unsafe fn push_root(&self, header: Header, record: &Record, bytes: &[u8]) -> bool {
        let plain = record.outcome == Outcome::Ok
            && record.parent_id == 0
            && record.fields_length == 0
            && header.link_span == 0
            && record.span_id == first_span(header.trace_id);
        if !plain {
            // SAFETY: as the caller says.
            return unsafe { self.push(header, std::slice::from_ref(record), bytes) };
        }
        let head = self.head.0.load(Ordering::Relaxed);
        if !self.has_room(head, 1) {
            return false;
        }
        let Record { site, start, end, sampled, .. } = *record;
        let solo = Solo::new(header.trace_id, site, [start, end], sampled);
        // SAFETY: the slot at `head` is free, as `has_room` found.
        unsafe { self.put(head, 1, solo, &[]) };
        true
    }

    /// Writes a trace that is one span with its fields, if that is within the limit that
    /// [`look`](Ring::look) set: then it has room, and nobody need be woken.
    ///
    /// # Safety
    /// One thread at a time may push.
    #[inline(always)]
    pub(super) unsafe fn push_quickly(&self, mut solo: Solo, bytes: &[u8]) -> Option<()> {
        let needed = solo.set_fields(bytes.len());
        let head = self.head.0.load(Ordering::Relaxed);
        if head + needed > self.producer.0.limit.load(Ordering::Relaxed) {
            return None;
        }
        // SAFETY: slots up to the limit are free, and it does not lie behind the end.
        unsafe { self.put(head, needed, solo, bytes) };
        Some(())
    }

    /// Writes a trace that is one span into so many slots, which hold it with its fields.
    ///
    /// # Safety
    /// They are free, in one piece, and the producer's to write.
    #[inline(always)]
    unsafe fn put(&self, head: usize, slots: usize, solo: Solo, bytes: &[u8]) {
        let writing = self.watch.write(head, slots);
        // Each part is written where it belongs: a copy would wait for the stores that made it.
        // SAFETY: as the caller says.
        unsafe {
            let slot = self.slot(head);
            slot.cast::<Solo>().write(solo);
            copy(bytes, slot.cast::<u8>().add(FIELDS));
        }
        writing.end();
        self.head.0.store(head + slots, Ordering::Release);
    }

    /// Leaves out so many slots: those up to the end of the ring.
    ///
    /// # Safety
    /// The slot at `head` is free, and the producer's to write.
    unsafe fn fill(&self, head: usize, slots: usize) {
        let filler = Header { slots: slots as u32, ..Header::default() };
        let writing = self.watch.write(head, 1);
        // SAFETY: as the caller says.
        unsafe { *self.slot(head) = Slot { header: filler } };
        writing.end();
    }

    #[inline]
    fn has_room(&self, head: usize, needed: usize) -> bool {
        if head + needed - self.producer.0.seen.load(Ordering::Relaxed) <= self.size() {
            return true;
        }
        head + needed - self.see() <= self.size()
    }

    /// Much waits to be read.
    #[cfg(feature = "testing")]
    pub(super) fn is_filling(&self) -> bool {
        let head = self.head.0.load(Ordering::Relaxed);
        head - self.tail.0.load(Ordering::Relaxed) >= self.size() / 4
    }

    #[inline(always)]
    fn size(&self) -> usize {
        self.slots.len()
    }

    /// Where in the ring a position lies. The size is a power of two.
    #[inline(always)]
    fn place(&self, position: usize) -> usize {
        position & (self.size() - 1)
    }

    /// Slots that are written one after the other before the producer looks where the consumer is.
    /// When that keeps up, the producer begins again in front: what is written little by little
    /// stays in a part of the ring, and in the nearest cache.
    fn stretch(&self) -> usize {
        (self.size() / 8).max(2)
    }

    fn slot(&self, position: usize) -> *mut Slot {
        // A pointer to the whole, so that neighbours may be reached from it.
        let base = UnsafeCell::raw_get(self.slots.as_ptr());
        // SAFETY: the remainder is below the length.
        unsafe { base.add(self.place(position)) }
    }

    /// Sees how far the consumer has come.
    fn see(&self) -> usize {
        let tail = self.tail.0.load(Ordering::Acquire);
        self.producer.0.seen.store(tail, Ordering::Relaxed);
        tail
    }

    /// Looks around after a push, now and then: says how far the next ones may go quickly, and
    /// whether at least half of the ring waits to be read.
    ///
    /// # Safety
    /// One thread at a time may push, and this is part of it.
    pub(super) unsafe fn look(&self) -> bool {
        let Producer { seen, limit } = &self.producer.0;
        let mut head = self.head.0.load(Ordering::Relaxed);
        let waits = head - seen.load(Ordering::Relaxed);
        if head < limit.load(Ordering::Relaxed) && waits < self.size() / 2 {
            return false;
        }
        let tail = self.see();
        let (size, stretch) = (self.size(), self.stretch());
        let (behind, in_front) = (self.place(head), self.place(tail));
        if head - tail <= stretch / 2 && behind >= in_front && in_front >= stretch {
            // The consumer keeps up, and has left enough room in front.
            // SAFETY: most of the ring is free.
            unsafe { self.fill(head, size - behind) };
            head += size - behind;
            self.head.0.store(head, Ordering::Release);
        }
        let end = head - self.place(head) + size;
        limit.store(end.min(head + stretch).min(tail + size), Ordering::Relaxed);
        head - tail >= size / 2
    }

    /// Records and fields of the chunk at a position.
    ///
    /// # Safety
    /// A chunk with this header lies there, and stays.
    unsafe fn parts(&self, position: usize, header: &Header) -> (&[Record], &[u8]) {
        let (count, length) = (header.records as usize, header.bytes as usize);
        // SAFETY: as the caller says. An empty slice may begin behind the last slot.
        unsafe {
            let first = self.slot(position).add(1);
            let records = std::slice::from_raw_parts(first.cast::<Record>().cast_const(), count);
            let bytes = first.add(count).cast::<u8>().cast_const();
            (records, std::slice::from_raw_parts(bytes, length))
        }
    }

    /// Reads every chunk that is there, and frees its slots. Returns the number of spans.
    ///
    /// # Safety
    /// One thread at a time may drain.
    pub(super) unsafe fn drain(&self, read: &mut dyn FnMut(&Chunk<'_>)) -> usize {
        let begin = self.tail.0.load(Ordering::Relaxed);
        let head = self.head.0.load(Ordering::Acquire);
        // Freed in handfuls, since the producer's core has to be told, and the last ones also when
        // the reader panics: it counts what it lost.
        let mut free = Free { ring: self, tail: begin, told: begin };
        let mut spans = 0;
        while free.tail != head {
            let tail = free.tail;
            let reading = self.watch.read(tail, 1);
            // SAFETY: between `tail` and `head` the producer has written whole chunks, each
            // beginning with a header or being a `Solo`, whose numbers lie where a header's do, and
            // does not write there until `tail` has moved on.
            let header = unsafe { (*self.slot(tail)).header };
            free.tail = tail + header.slots as usize;
            reading.end();
            let reading = self.watch.read(tail, header.slots as usize);
            spans += match header.records {
                0 => 0,
                records if records & SOLO != 0 => {
                    // SAFETY: as above; the number says what it is, and its fields lie behind it.
                    let (solo, bytes) = unsafe {
                        let slot = self.slot(tail).cast_const();
                        let solo = (*slot).solo;
                        let fields = slot.cast::<u8>().add(FIELDS);
                        (solo, std::slice::from_raw_parts(fields, solo.bytes()))
                    };
                    let (header, records) = (solo.header(), [solo.record()]);
                    read(&Chunk { header: &header, records: &records, bytes });
                    1
                }
                count => {
                    // SAFETY: as above; the slots of a chunk are contiguous.
                    let (records, bytes) = unsafe { self.parts(tail, &header) };
                    read(&Chunk { header: &header, records, bytes });
                    count as usize
                }
            };
            reading.end();
            free.tell_now_and_then();
        }
        spans
    }
}

/// Copies fields word by word, as they were written: wider loads would wait for these stores.
///
/// # Safety
/// There is room for them at `to`, which is aligned, up to a whole number of slots.
#[inline(always)]
unsafe fn copy(bytes: &[u8], to: *mut u8) {
    let (from, to_words) = (bytes.as_ptr().cast::<u64>(), to.cast::<u64>());
    if bytes.len() > 4 * SLOT || bytes.len() % 8 != 0 || !from.is_aligned() {
        // SAFETY: as the caller says.
        return unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) };
    }
    for word in 0..bytes.len() / 8 {
        // SAFETY: as the caller says; the word lies in `bytes`, aligned. Volatile, so that words
        // stay words.
        unsafe { to_words.add(word).write(from.add(word).read_volatile()) };
    }
}

/// Says that slots may be written again.
struct Free<'a> {
    ring: &'a Ring,
    /// Up to here.
    tail: usize,
    /// The producer knows of it up to here.
    told: usize,
}

impl Free<'_> {
    fn tell_now_and_then(&mut self) {
        if self.tail - self.told >= self.ring.size() / 16 {
            self.tell();
        }
    }

    fn tell(&mut self) {
        self.ring.tail.0.store(self.tail, Ordering::Release);
        self.told = self.tail;
    }
}

impl Drop for Free<'_> {
    fn drop(&mut self) {
        self.tell();
    }
}

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring").finish_non_exhaustive()
    }
}
