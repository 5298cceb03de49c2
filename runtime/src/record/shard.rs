//! One thread's counts and spans, written by it alone; and the list of all shards.
//!
//! Shards are leaked and used again: the next thread goes on counting where an ended one stopped,
//! so nothing is folded and nothing is lost, and there are as many as threads ran at once.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use super::chunk::Chunk;
use super::errors::Errors;
use super::native::{self, Fine};
use super::pressure;
use super::ring::{self, Ring};
use super::sample::Pen;
use super::slot::{Header, Record, Solo};
use super::state;
use super::sync::{
    AtomicPtr, AtomicU64, AtomicUsize, Mutex, MutexGuard, OnceLock, pointers, words,
};
use super::{cell, clock};
use crate::model::FINE;

/// The shards of the process.
#[cfg(not(plimsoll_loom))]
pub(super) static SHARDS: Shards = Shards {
    words: AtomicUsize::new(0),
    fine: [const { AtomicUsize::new(0) }; 2],
    all: Mutex::new(Vec::new()),
    free: Mutex::new(Vec::new()),
    late: OnceLock::new(),
    drain: Mutex::new(()),
};
#[cfg(plimsoll_loom)]
loom::lazy_static! { pub(super) static ref SHARDS: Shards = Shards::default(); }

/// All shards, and those that no thread has now.
#[derive(Default)]
pub(super) struct Shards {
    /// The words of a shard, fixed by `init` when it knows all sites and metrics.
    words: AtomicUsize,
    /// The series that have fine buckets, and the first of them that is a function's.
    fine: [AtomicUsize; 2],
    all: Mutex<Vec<&'static Shard>>,
    free: Mutex<Vec<&'static Shard>>,
    /// Where threads count that are past the destructor of their own shard.
    late: OnceLock<&'static Shard>,
    /// One drain at a time.
    drain: Mutex<()>,
}

pub(super) struct Shard {
    cells: Box<[AtomicU64]>,
    /// The fine buckets of each series that has them: made when something is observed in it.
    pub(super) fine: Box<[AtomicPtr<Fine>]>,
    /// The first of them that is a function's.
    functions: usize,
    pub(super) errors: Errors,
    ring: Ring,
    kept: AtomicU64,
    full: AtomicU64,
    crowded: AtomicU64,
    refused: AtomicU64,
}

impl Shard {
    fn new(count: usize, [fine, functions]: [usize; 2], slots: usize) -> Shard {
        Shard {
            cells: words(count),
            fine: pointers(fine),
            functions,
            errors: Errors::default(),
            ring: Ring::new(slots),
            kept: AtomicU64::new(0),
            full: AtomicU64::new(0),
            crowded: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        }
    }

    /// Forgets everything, for another test.
    ///
    /// # Safety
    /// Nobody writes into it, or reads it.
    #[cfg(feature = "testing")]
    pub(super) unsafe fn clear(&self) {
        // All fields: what is added is cleared as well, or this does not compile.
        let Shard { cells, fine, functions: _, errors, ring, kept, full, crowded, refused } = self;
        // What was never touched stays so.
        cells.iter().filter(|word| word.load(Ordering::Relaxed) != 0).for_each(zero);
        fine.iter().for_each(native::clear);
        errors.clear();
        // SAFETY: as the caller says.
        unsafe { ring.drain(&mut |_| {}) };
        [kept, full, crowded, refused].into_iter().for_each(zero);
    }

    /// Spans ought to be taken out, if nobody else does it.
    #[cfg(feature = "testing")]
    pub(super) fn is_filling(&self) -> bool {
        self.ring.is_filling()
    }

    /// The words of a cell, or nothing when the offset is none of this shard's.
    #[inline]
    pub(super) fn cell(&self, at: u32, length: usize) -> &[AtomicU64] {
        let at = at as usize;
        self.cells.get(at..at.wrapping_add(length)).unwrap_or_default()
    }

    /// Counts a duration in the fine buckets of its cell, if it has any. It is in the cell.
    #[inline]
    pub(super) fn observe_function(&self, cells: u32, pen: Pen, ticks: u64) {
        if let Some(fine) = self.fine.get(self.functions + cells as usize / cell::WORDS) {
            native::observe(fine, pen, clock::seconds(ticks));
        }
    }

    /// Counts an item whose stream has fine buckets, too.
    #[inline(never)]
    pub(super) fn count_item(&self, items: u32, pen: Pen, ticks: u64) {
        let cells = items & !FINE;
        if let Ok(words) = <&[_; cell::WORDS]>::try_from(self.cell(cells, cell::WORDS)) {
            pen.add(&words[cell::SUM], ticks);
            pen.add(&words[cell::BUCKETS + cell::bucket(ticks)], 1);
            self.observe_function(cells, pen, ticks);
        }
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
        // SAFETY: as above.
        if unsafe { self.ring.look() } {
            pressure::rise();
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

#[cfg(feature = "testing")]
fn zero(word: &AtomicU64) {
    word.store(0, Ordering::Relaxed);
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What these mutexes guard is whole after every step.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shards {
    pub(super) fn size(&self, words: usize, fine: [usize; 2]) {
        self.words.store(words, Ordering::Relaxed);
        for (place, number) in self.fine.iter().zip(fine) {
            place.store(number, Ordering::Relaxed);
        }
    }

    /// The series that have fine buckets, and the first of them that is a function's.
    pub(super) fn fine(&self) -> [usize; 2] {
        [&self.fine[0], &self.fine[1]].map(|place| place.load(Ordering::Relaxed))
    }

    /// All shards so far.
    pub(super) fn all(&self) -> Vec<&'static Shard> {
        lock(&self.all).clone()
    }

    pub(super) fn acquire(&self) -> &'static Shard {
        self.acquire_or(|| None)
    }

    /// The same, with one from elsewhere before a new one.
    pub(super) fn acquire_or(
        &self,
        other: impl FnOnce() -> Option<&'static Shard>,
    ) -> &'static Shard {
        if let Some(shard) = lock(&self.free).pop() {
            return shard;
        }
        let mut all = lock(&self.all);
        let shard = other().unwrap_or_else(|| {
            let words = self.words.load(Ordering::Relaxed);
            Box::leak(Box::new(Shard::new(words, self.fine(), ring::slots(all.len()))))
        });
        all.push(shard);
        shard
    }

    /// Gives all shards away.
    #[cfg(feature = "testing")]
    pub(super) fn dissolve(&self) -> Vec<&'static Shard> {
        lock(&self.free).clear();
        std::mem::take(&mut *lock(&self.all))
    }

    pub(super) fn release(&self, shard: &'static Shard) {
        lock(&self.free).push(shard);
    }

    pub(super) fn late(&self) -> &'static Shard {
        self.late.get_or_init(|| self.acquire())
    }

    pub(super) fn merge(&self, cells: usize, is_float: &[bool], sums: &mut Vec<u64>) {
        sums.clear();
        sums.resize(self.words.load(Ordering::Relaxed), 0);
        let cells = cells.min(sums.len());
        let (functions, metrics) = sums.split_at_mut(cells);
        for shard in lock(&self.all).clone() {
            let (of_functions, of_metrics) =
                shard.cells.split_at(functions.len().min(shard.cells.len()));
            let cells = of_functions.chunks_exact(cell::WORDS);
            for (sums, cell) in functions.chunks_exact_mut(cell::WORDS).zip(cells) {
                cell::sum(sums, cell);
            }
            // From the back: what ends a call before what began it.
            let metrics = metrics.iter_mut().zip(of_metrics).enumerate().rev();
            for (index, (sum, word)) in metrics {
                let word = word.load(Ordering::Relaxed);
                // Nothing, of either kind.
                if word != 0 {
                    *sum = if is_float.get(functions.len() + index) == Some(&true) {
                        (f64::from_bits(*sum) + f64::from_bits(word)).to_bits()
                    } else {
                        sum.wrapping_add(word)
                    };
                }
            }
        }
    }

    pub(super) fn error_types(&self) -> Vec<(u32, &'static str, u64)> {
        let mut all: Vec<(u32, &'static str, u64)> = Vec::new();
        for shard in lock(&self.all).clone() {
            shard.errors.each(&mut |cells, name, count| all.push((cells, name, count)));
        }
        all.sort_unstable();
        all.dedup_by(|(cells, name, count), (at, known, sum)| {
            let same = cells == at && name == known;
            if same {
                *sum += *count;
            }
            same
        });
        all
    }

    pub(super) fn drain(&self, read: &mut dyn FnMut(&Chunk<'_>)) -> usize {
        let Ok(_one) = self.drain.try_lock() else { return 0 };
        let shards = lock(&self.all).clone();
        // SAFETY: the lock makes this the only drain.
        shards.iter().map(|shard| unsafe { shard.ring.drain(read) }).sum()
    }

    pub(super) fn held(&self) -> Held {
        let idle = lock(&self.free).len();
        let all = lock(&self.all);
        let sum = |bytes: fn(&Shard) -> usize| all.iter().map(|shard| bytes(shard)).sum();
        Held {
            shards: all.len(),
            idle: idle.min(all.len()),
            counts: sum(|shard| {
                size_of::<Shard>() + size_of_val(&*shard.cells) + native::bytes(&shard.fine)
            }),
            rings: sum(|shard| shard.ring.bytes()),
        }
    }

    pub(super) fn counts(&self) -> Counts {
        let mut sums = Counts::default();
        for shard in lock(&self.all).iter() {
            sums.kept += shard.kept.load(Ordering::Relaxed);
            sums.full += shard.full.load(Ordering::Relaxed);
            sums.crowded += shard.crowded.load(Ordering::Relaxed);
            sums.refused += shard.refused.load(Ordering::Relaxed);
        }
        sums
    }
}

/// Fixes the size of all shards: their words, the series that have fine buckets, and the first of
/// these that is a function's. Called by `init`, before anything is recorded.
pub(crate) fn size(words: usize, fine: [usize; 2]) {
    SHARDS.size(words, fine);
}

/// The size of each of the process's shards.
#[cfg(feature = "testing")]
pub(super) fn process_size() -> (usize, [usize; 2]) {
    (SHARDS.words.load(Ordering::Relaxed), SHARDS.fine())
}

/// A shard for a thread that has none.
pub(super) fn acquire() -> &'static Shard {
    // Its size, and where functions have their cells, were written by `init`.
    state::settle();
    SHARDS.acquire()
}

/// Takes the shard of a thread that ends.
pub(super) fn release(shard: &'static Shard) {
    SHARDS.release(shard);
}

/// The shard that ending threads share; only locked additions are right in it.
pub(super) fn late() -> &'static Shard {
    SHARDS.late()
}

/// A seed for a thread's random numbers.
pub(super) fn seed() -> u64 {
    // The standard library's own per-process keys; a new state differs from the last.
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u64(clock::unix_now());
    hasher.finish()
}

/// The sum of all shards, word by word, into `sums`. The first `cells` words are cells of functions;
/// `is_float` marks the words that hold bits of an `f64`.
pub(crate) fn merge(cells: usize, is_float: &[bool], sums: &mut Vec<u64>) {
    // There may be nobody who exports, and so no other who does it.
    clock::compare();
    SHARDS.merge(cells, is_float, sums);
}

/// Every pair of function and error type so far, added up over the shards: cell, type, count.
/// Sorted.
pub(crate) fn error_types() -> Vec<(u32, &'static str, u64)> {
    SHARDS.error_types()
}

/// Hands every span that waits to `read`, trace by trace. Returns their number.
pub(crate) fn drain(read: &mut dyn FnMut(&Chunk<'_>)) -> usize {
    SHARDS.drain(read)
}

/// The shards, and the bytes that they have been given.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Held {
    pub(crate) shards: usize,
    /// Those of them that no thread has now.
    pub(crate) idle: usize,
    pub(crate) counts: usize,
    pub(crate) rings: usize,
}

/// What is held at the moment.
pub(crate) fn held() -> Held {
    SHARDS.held()
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

impl Counts {
    /// All that was lost.
    #[cfg(feature = "testing")]
    pub(crate) fn lost(&self) -> u64 {
        self.full + self.crowded + self.refused
    }
}

/// The counts so far.
pub(crate) fn counts() -> Counts {
    SHARDS.counts()
}
