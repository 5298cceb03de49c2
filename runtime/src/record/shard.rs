//! One thread's counts and spans, written by it alone; and the list of all shards.
//!
//! Shards are leaked and used again: the next thread goes on counting where an ended one stopped,
//! so nothing is folded and nothing is lost, and there are as many as threads ran at once.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::cell;
use super::errors::Errors;
use super::ring::{Chunk, Header, Record, Ring, Solo};
use super::sample::{Pen, observe};
use crate::model::{Metric, NO_CELLS};

/// The words of a shard, fixed by `init` when it knows all sites and metrics.
static WORDS: AtomicUsize = AtomicUsize::new(0);
static ALL: Mutex<Vec<&'static Shard>> = Mutex::new(Vec::new());
static FREE: Mutex<Vec<&'static Shard>> = Mutex::new(Vec::new());
/// Where threads count that are past the destructor of their own shard.
static LATE: OnceLock<&'static Shard> = OnceLock::new();
/// One drain at a time.
static DRAIN: Mutex<()> = Mutex::new(());
static PRESSURE: OnceLock<fn()> = OnceLock::new();

pub(super) struct Shard {
    cells: Box<[AtomicU64]>,
    pub(super) errors: Errors,
    ring: Ring,
    kept: AtomicU64,
    full: AtomicU64,
    crowded: AtomicU64,
    refused: AtomicU64,
}

impl Shard {
    fn new() -> Shard {
        let words = vec![0u64; WORDS.load(Ordering::Relaxed)].into_boxed_slice();
        let words = Box::into_raw(words) as *mut [AtomicU64];
        Shard {
            // SAFETY: the same allocation; `AtomicU64` has the size and alignment of `u64` on all
            // platforms that have it with 64-bit alignment of `u64`, which the assertion checks.
            cells: unsafe { Box::from_raw(words) },
            errors: Errors::default(),
            ring: Ring::new(),
            kept: AtomicU64::new(0),
            full: AtomicU64::new(0),
            crowded: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        }
    }

    /// The words of a cell, or nothing when the offset is none of this shard's.
    #[inline]
    pub(super) fn cell(&self, at: u32, length: usize) -> &[AtomicU64] {
        let at = at as usize;
        self.cells.get(at..at.wrapping_add(length)).unwrap_or_default()
    }

    /// Passes spans of a kept trace on, or counts them as lost.
    pub(super) fn publish(&self, header: Header, records: &[Record], fields: &[u8]) {
        // SAFETY: a shard belongs to one thread at a time, and only that thread publishes in it.
        let pushed = unsafe { self.ring.push(header, records, fields) };
        self.published(records.len() as u64, pushed);
    }

    /// The same for a trace that is nothing but its root.
    #[inline]
    pub(super) fn publish_root(&self, header: Header, record: &Record, fields: &[u8]) {
        // SAFETY: as above.
        let pushed = unsafe { self.ring.push_root(header, record, fields) };
        self.published(1, pushed);
    }

    /// The same, if that ended well and the ring is rather empty.
    #[inline(always)]
    pub(super) fn publish_quickly(&self, solo: Solo, fields: &[u8]) -> Option<()> {
        // SAFETY: as above.
        unsafe { self.ring.push_quickly(solo, fields) }?;
        cell::add(&self.kept, 1);
        Some(())
    }

    #[inline]
    fn published(&self, count: u64, pushed: bool) {
        cell::add(&self.kept, count);
        if !pushed {
            cell::add(&self.full, count);
        }
        if self.ring.is_filling() {
            if let Some(wake) = PRESSURE.get() {
                wake();
            }
        }
    }

    /// Counts spans of a kept trace that had no room before it was known to be kept.
    pub(super) fn lose_crowded(&self, count: u64) {
        cell::add(&self.kept, count);
        cell::add(&self.crowded, count);
    }

    /// Counts a span of a kept trace that had no segment: too many roots at once.
    pub(super) fn lose_refused(&self) {
        cell::add(&self.kept, 1);
        cell::add(&self.refused, 1);
    }
}

const _: () = assert!(align_of::<AtomicU64>() == align_of::<u64>());

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What these mutexes guard is whole after every step.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Fixes the size of all shards. Called by `init`, before anything is recorded.
pub(crate) fn size(words: usize) {
    WORDS.store(words, Ordering::Relaxed);
}

/// A shard for a thread that has none.
pub(super) fn acquire() -> &'static Shard {
    if let Some(shard) = lock(&FREE).pop() {
        return shard;
    }
    let shard: &'static Shard = Box::leak(Box::new(Shard::new()));
    lock(&ALL).push(shard);
    shard
}

/// Takes the shard of a thread that ends.
pub(super) fn release(shard: &'static Shard) {
    lock(&FREE).push(shard);
}

/// The shard that ending threads share; only locked additions are right in it.
pub(super) fn late() -> &'static Shard {
    LATE.get_or_init(acquire)
}

/// A seed for a thread's random numbers.
pub(super) fn seed() -> u64 {
    // The standard library's own per-process keys; a new state differs from the last.
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u64(super::clock::unix_now());
    hasher.finish()
}

/// Adds to the first word of a metric's cell, for a handle that the program holds.
pub(crate) fn add_own(cells: u32, add: impl FnOnce(&AtomicU64)) {
    if cells == NO_CELLS {
        // Not initialised: a shard would have no size yet.
        return;
    }
    super::local::with(|local| {
        if let Some(word) = local.shard().and_then(|shard| shard.cell(cells, 1).first()) {
            add(word);
        }
    });
}

/// Counts an observation in a histogram's cell, for a handle that the program holds.
pub(crate) fn observe_own(metric: &Metric, cells: u32, value: f64) {
    if cells == NO_CELLS {
        return;
    }
    super::local::with(|local| {
        if let Some(shard) = local.shard() {
            observe(shard.cell(cells, metric.words()), metric, Pen::Own, value);
        }
    });
}

/// The sum of all shards, word by word; `is_float` marks the words that hold bits of an `f64`.
pub(crate) fn merge(is_float: &[bool]) -> Vec<u64> {
    let shards = lock(&ALL).clone();
    let mut sums = vec![0u64; WORDS.load(Ordering::Relaxed)];
    for shard in shards {
        // From the back: what ends a call is read before what started it, so that the
        // difference, the calls in flight, is never negative for long.
        for (index, (sum, word)) in sums.iter_mut().zip(&shard.cells).enumerate().rev() {
            let word = word.load(Ordering::Relaxed);
            *sum = if is_float.get(index) == Some(&true) {
                (f64::from_bits(*sum) + f64::from_bits(word)).to_bits()
            } else {
                sum.wrapping_add(word)
            };
        }
    }
    sums
}

/// Every pair of function and error type so far, added up over the shards: cell, type, count.
pub(crate) fn error_types() -> Vec<(u32, &'static str, u64)> {
    let mut sums: Vec<(u32, &'static str, u64)> = Vec::new();
    for shard in lock(&ALL).clone() {
        shard.errors.each(&mut |cells, name, count| match sums
            .iter_mut()
            .find(|(at, known, _)| *at == cells && *known == name)
        {
            Some((_, _, sum)) => *sum += count,
            None => sums.push((cells, name, count)),
        });
    }
    sums.sort_unstable();
    sums
}

/// Hands every span that waits to `read`, trace by trace. Returns their number.
pub(crate) fn drain(read: &mut dyn FnMut(&Chunk<'_>)) -> usize {
    let Ok(_one) = DRAIN.try_lock() else { return 0 };
    let shards = lock(&ALL).clone();
    // SAFETY: the lock makes this the only drain.
    shards.iter().map(|shard| unsafe { shard.ring.drain(read) }).sum()
}

/// Sets what is called, from a recording thread, when its ring is half full. It must not block.
pub(crate) fn on_pressure(wake: fn()) {
    let _ = PRESSURE.set(wake);
}

/// What became of the spans of kept traces, before they reached the exporter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// All of them.
    pub(crate) kept: u64,
    /// Lost: the thread's ring was full.
    pub(crate) full: u64,
    /// Lost: there were too many before the trace was known to be kept.
    pub(crate) crowded: u64,
    /// Lost: there were too many local roots at once.
    pub(crate) refused: u64,
}

/// The counts so far.
pub(crate) fn counts() -> Counts {
    let mut sums = Counts::default();
    for shard in lock(&ALL).iter() {
        sums.kept += shard.kept.load(Ordering::Relaxed);
        sums.full += shard.full.load(Ordering::Relaxed);
        sums.crowded += shard.crowded.load(Ordering::Relaxed);
        sums.refused += shard.refused.load(Ordering::Relaxed);
    }
    sums
}
