//! The spans of one local root while it runs, and what is bound to it.
//!
//! A segment belongs to whoever holds it: the thread that runs the root, or the root's future
//! between two polls. Whether it is kept is decided once, when the root ends; then it is copied
//! into the ring, or forgotten, and used again.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::chunk::split;
use super::field::ARENA_LIMIT;
use super::shard::Shard;
use super::slot::{Header, Record};

/// Spans that a segment holds before a part of it is passed on, or dropped.
const RECORDS: usize = if cfg!(miri) { 8 } else { 512 };
/// Fields that stay valid when a part is passed on: those of the spans that opened first.
pub(super) const RESERVED: usize = 4 * 1024;
/// Segments that exist at once at most: some 60 MiB when all are as large as they may be.
const LIMIT: usize = 1024;

static LIVE: AtomicUsize = AtomicUsize::new(0);

/// What a span of another trace is to a segment: where its work came from.
pub(super) type Link = (u128, u64);

#[derive(Debug)]
pub(super) struct Segment {
    trace_id: [u64; 2],
    pub(super) link: Option<Link>,
    /// The head kept the trace, or something in it went wrong.
    keep: bool,
    /// How often a part was passed on: fields recorded before are gone, but for the reserved.
    pub(super) parts: u32,
    /// Spans that had no room while it was not known whether the trace is kept.
    crowded: u64,
    records: Vec<Record>,
    pub(super) fields: Vec<u8>,
    /// `request_id` and whatever else every log line of the root carries.
    pub(super) bindings: Bindings,
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Record({}, {:?})", self.site.function, self.outcome)
    }
}

impl Segment {
    /// A new segment, unless there are too many already.
    pub(super) fn new() -> Option<Box<Segment>> {
        if LIVE.fetch_add(1, Ordering::Relaxed) >= LIMIT {
            LIVE.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        Some(Box::new(Segment {
            trace_id: [0, 0],
            link: None,
            keep: false,
            parts: 0,
            crowded: 0,
            records: Vec::with_capacity(16),
            fields: Vec::with_capacity(512),
            bindings: Bindings::default(),
        }))
    }

    /// Belongs to a local root of this trace from here on.
    #[inline]
    pub(super) fn begin(&mut self, trace_id: [u64; 2], sampled: bool) {
        self.trace_id = trace_id;
        self.keep = sampled;
    }

    /// The trace of its local root.
    #[inline]
    pub(super) fn trace_id(&self) -> [u64; 2] {
        self.trace_id
    }

    /// Takes a finished span. `bad` is what the tail keeps: an error, a slow call, ...
    #[inline]
    pub(super) fn push(&mut self, shard: &Shard, record: Record, bad: bool) {
        self.keep |= bad;
        self.records.push(record);
        if self.records.len() == RECORDS {
            self.part(shard);
        }
    }

    /// The fields, if there is nothing else in here.
    #[inline(always)]
    pub(super) fn only_fields(&self) -> Option<&[u8]> {
        let only = self.is_bare() && self.link.is_none() && self.bindings.length == 0;
        only.then_some(&self.fields)
    }

    /// Is as good as new when it had only fields.
    #[inline(always)]
    pub(super) fn clear_fields(&mut self) {
        self.fields.clear();
    }

    /// Takes a span that ended well, if there is room.
    #[inline(always)]
    pub(super) fn push_quickly(&mut self, record: Record) -> Option<()> {
        let count = self.records.len();
        if count == self.records.capacity() || count + 1 == RECORDS {
            return None;
        }
        self.records.push(record);
        Some(())
    }

    /// Takes fields that were kept elsewhere, all or none of them; says where they lie.
    pub(super) fn append(&mut self, fields: &[u8], length: &mut u16) -> u32 {
        let at = self.fields.len();
        if at + fields.len() > ARENA_LIMIT {
            *length = 0;
        } else {
            self.fields.extend_from_slice(fields);
        }
        at as u32
    }

    /// Makes room in a segment that is full: a kept trace goes out in parts.
    #[cold]
    fn part(&mut self, shard: &Shard) {
        if self.keep {
            self.publish(shard);
        } else {
            self.crowded += self.records.len() as u64;
        }
        self.records.clear();
        self.fields.truncate(RESERVED);
        self.parts += 1;
    }

    /// No span has been put in.
    #[inline]
    pub(super) fn is_bare(&self) -> bool {
        self.records.is_empty() && self.parts == 0
    }

    /// The head kept the trace, or something in it went wrong.
    #[inline]
    pub(super) fn keeps(&self) -> bool {
        self.keep
    }

    fn publish(&self, shard: &Shard) {
        shard.publish(self.header(), &self.records, &self.fields);
    }

    /// Passes a root on that was all alone, whose fields are in here.
    #[inline]
    pub(super) fn publish_root(&self, shard: &Shard, record: &Record) {
        shard.publish_root(self.header(), record, &self.fields);
    }

    fn header(&self) -> Header {
        let (link_trace, link_span) = self.link.unwrap_or_default();
        let link_trace = split(link_trace);
        Header { trace_id: self.trace_id, link_trace, link_span, ..Header::default() }
    }

    /// Ends the root: passes the spans on, or forgets them, and is as good as new.
    pub(super) fn close(&mut self, shard: &Shard) {
        if self.keep {
            if self.crowded > 0 {
                shard.lose_crowded(self.crowded);
            }
            if !self.records.is_empty() {
                self.publish(shard);
            }
        }
        self.reset();
    }

    /// Forgets everything, but for what `begin` writes. Most roots have only records: what is clean
    /// is not written, because the next root's loads would wait for these stores.
    #[inline]
    pub(super) fn reset(&mut self) {
        self.records.clear();
        if !self.fields.is_empty() {
            self.fields.clear();
        }
        if self.bindings.length != 0 || self.link.is_some() || self.parts != 0 || self.crowded != 0
        {
            self.reset_rest();
        }
    }

    #[cold]
    fn reset_rest(&mut self) {
        self.bindings.clear();
        self.link = None;
        self.parts = 0;
        self.crowded = 0;
    }
}

impl Drop for Segment {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Short texts that belong to everything that happens under a root.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bindings {
    pairs: Vec<(&'static str, String)>,
    /// How many of `pairs` count; the rest keeps its memory.
    length: usize,
}

impl Bindings {
    /// Binds a text, in place of one with the same key.
    pub(crate) fn bind(&mut self, key: &'static str, value: &str) {
        let known = self.pairs[..self.length].iter().position(|(bound, _)| *bound == key);
        let at = known.unwrap_or(self.length);
        match self.pairs.get_mut(at) {
            Some(pair) => {
                pair.0 = key;
                pair.1.clear();
                pair.1.push_str(value);
            }
            None => self.pairs.push((key, value.to_owned())),
        }
        if known.is_none() {
            self.length += 1;
        }
    }

    pub(crate) fn each(&self, visit: &mut dyn FnMut(&'static str, &str)) {
        for (key, value) in &self.pairs[..self.length] {
            visit(key, value);
        }
    }

    pub(crate) fn copy_from(&mut self, other: &Bindings) {
        self.clear();
        other.each(&mut |key, value| self.bind(key, value));
    }

    fn clear(&mut self) {
        self.length = 0;
    }
}
