//! How the counts of one function lie in a thread's shard, and which bucket a duration is in.
//!
//! A cell is a run of words that one thread writes and anybody reads. What can be derived is not
//! counted: calls that ended are the sum of the buckets, `ok` is what the other outcomes leave, and
//! in-flight is what started and did not end, over all threads. A latency objective that is none of
//! the bounds cuts one bucket in two, and the calls of both parts are counted: a difference of two
//! counts could fall while a thread is between them, which a reader takes for a restart.

use std::sync::atomic::Ordering;

use super::clock;
use super::sync::{AtomicU64, StaticU64};

/// Calls that started.
pub(crate) const STARTED: usize = 0;
/// The sum of all durations, in ticks.
pub(crate) const SUM: usize = 1;
/// The first bucket; the last one is `+Inf`.
pub(crate) const BUCKETS: usize = 2;
/// Calls beyond the latency objective, in the bucket that it cuts in two; they are in no other.
pub(crate) const BEYOND: usize = BUCKETS + BOUNDS.len() + 1;
/// The words from the first bucket on that make all calls that ended.
pub(crate) const ENDED: usize = BOUNDS.len() + 2;
/// Calls that ended in an error.
pub(crate) const ERROR: usize = BUCKETS + ENDED;
/// Calls whose future was dropped.
pub(crate) const CANCELLED: usize = ERROR + 1;
/// Calls that unwound.
pub(crate) const PANIC: usize = ERROR + 2;
/// Errors that belong to the business.
pub(crate) const EXPECTED: usize = ERROR + 3;
/// Calls beyond the latency objective that ended `ok` or in an expected error.
pub(crate) const MISSED: usize = ERROR + 4;
/// One more than the index of the first entry in the thread's table of error types.
pub(crate) const TYPES: usize = ERROR + 5;
/// The words of a cell: whole cache lines, so that neighbours do not share one.
pub(crate) const WORDS: usize = 24;

/// A number for a function: cells do not overlap.
pub(crate) fn place(cells: u32) -> usize {
    cells as usize / WORDS
}

/// The upper bounds of `function_duration_seconds`.
pub const BOUNDS: [f64; 14] =
    [0.00001, 0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// The bounds in ticks, written by `start`.
static LIMITS: [StaticU64; BOUNDS.len()] = [const { StaticU64::new(u64::MAX) }; BOUNDS.len()];
/// For each number of leading zeros of a duration, the first bucket that it can be in.
static FIRST: [StaticU64; 65] = [const { StaticU64::new(0) }; 65];

/// A bound in nanoseconds.
const fn nanos(bound: f64) -> u64 {
    (bound * 1e9 + 0.5) as u64
}

/// The bucket that a latency objective cuts in two; none where it is one of the bounds.
pub(crate) fn cut(latency_nanos: u64) -> Option<usize> {
    let bucket = BOUNDS.iter().take_while(|bound| nanos(**bound) < latency_nanos).count();
    let is_bound = BOUNDS.get(bucket).is_some_and(|bound| nanos(*bound) == latency_nanos);
    (!is_bound).then_some(bucket)
}

/// A latency objective in ticks, on the same side of each bound as in nanoseconds.
pub(crate) fn latency_ticks(nanos: u64) -> u64 {
    let limit = |index: usize| LIMITS.get(index).map(|limit| limit.load(Ordering::Relaxed));
    let Some(bucket) = cut(nanos) else {
        let bound = BOUNDS.iter().position(|bound| self::nanos(*bound) == nanos);
        return bound.and_then(limit).unwrap_or(u64::MAX);
    };
    let above = bucket.checked_sub(1).and_then(limit).map_or(0, |below| below + 1);
    let most = limit(bucket).map_or(u64::MAX, |next| next.saturating_sub(1));
    clock::ticks(nanos).min(most).max(above)
}

/// The word of the bucket for a call that took longer than its latency objective.
pub(crate) fn bucket_beyond(ticks: u64, latency_ticks: u64) -> usize {
    let bucket = bucket(ticks);
    if bucket == self::bucket(latency_ticks) { BEYOND } else { BUCKETS + bucket }
}

/// Puts the bounds into ticks. The clock is calibrated.
pub(crate) fn start() {
    let mut limits = [0; BOUNDS.len()];
    for (index, bound) in BOUNDS.iter().enumerate() {
        limits[index] = clock::ticks(nanos(*bound));
        LIMITS[index].store(limits[index], Ordering::Relaxed);
    }
    for (zeros, first) in FIRST.iter().enumerate() {
        let smallest = if zeros == 64 { 0 } else { 1u64 << (63 - zeros) };
        let bucket = limits.iter().take_while(|limit| **limit < smallest).count();
        first.store(bucket as u64, Ordering::Relaxed);
    }
}

/// The bucket of a duration: the first bound, else a table by its size and at most a few steps.
#[inline]
pub(crate) fn bucket(ticks: u64) -> usize {
    if ticks <= LIMITS[0].load(Ordering::Relaxed) {
        return 0;
    }
    let zeros = ticks.leading_zeros() as usize;
    let mut bucket = FIRST[zeros].load(Ordering::Relaxed) as usize;
    while bucket < LIMITS.len() && ticks > LIMITS[bucket].load(Ordering::Relaxed) {
        bucket += 1;
    }
    bucket
}

/// Adds to a word that only this thread writes: a plain load and store, no locked instruction.
#[inline(always)]
pub(crate) fn add(word: &AtomicU64, count: u64) {
    word.store(word.load(Ordering::Relaxed).wrapping_add(count), Ordering::Relaxed);
}

/// The same for a word that holds the bits of an `f64`.
#[inline(always)]
pub(crate) fn add_f64(word: &AtomicU64, value: f64) {
    let sum = f64::from_bits(word.load(Ordering::Relaxed)) + value;
    word.store(sum.to_bits(), Ordering::Relaxed);
}

/// Adds what one thread counted in a cell to the sums over all.
#[inline]
pub(super) fn sum(sums: &mut [u64], cell: &[AtomicU64]) {
    // What a thread began says `STARTED`. A call that it only ended took some time, or is in the
    // first bucket. Most threads call few functions: no other line of the cell needs reading then.
    let traces = cell.iter().take(BUCKETS + 1);
    if traces.map(|word| word.load(Ordering::Relaxed)).any(|count| count != 0) {
        sum_all(sums, cell);
    }
}

/// The same, and the calls that ended among them.
///
/// It reads against the order in which a call counts, so that what a difference leaves is never too
/// much: that the call ended, how, and that it began.
#[inline]
pub(super) fn sum_all(sums: &mut [u64], cell: &[AtomicU64]) -> u64 {
    let (Some(sums), Some(cell)) = (sums.first_chunk_mut::<TYPES>(), cell.first_chunk::<TYPES>())
    else {
        return 0;
    };
    let mut take = |word: usize| {
        let count = cell[word].load(Ordering::Relaxed);
        sums[word] = sums[word].wrapping_add(count);
        count
    };
    let ended = (BUCKETS..ERROR).map(&mut take).fold(0, u64::wrapping_add);
    (ERROR..TYPES).chain([SUM, STARTED]).for_each(|word| {
        take(word);
    });
    ended
}

#[cfg(all(test, not(plimsoll_loom)))]
mod tests {
    use super::*;

    #[test]
    fn every_duration_is_in_the_bucket_that_a_linear_search_finds() {
        clock::start();
        start();
        let limits: Vec<u64> = LIMITS.iter().map(|limit| limit.load(Ordering::Relaxed)).collect();
        let around = limits.iter().flat_map(|limit| [limit - 1, *limit, limit + 1]);
        for ticks in around.chain((0..64).map(|shift| 1 << shift)).chain([0, u64::MAX]) {
            let expected = limits.iter().take_while(|limit| ticks > **limit).count();
            assert_eq!(bucket(ticks), expected, "{ticks}");
        }
    }

    /// A call may end on another thread than it began, so that its beginning is not in the cell.
    #[test]
    fn a_cell_that_only_ended_calls_is_in_the_sums() {
        let cells = |marks: &[(usize, u64)]| {
            let cell = [const { AtomicU64::new(0) }; WORDS];
            for (word, count) in marks {
                cell[*word].store(*count, Ordering::Relaxed);
            }
            let mut sums = [1; WORDS];
            sum(&mut sums, &cell);
            sums.map(|sum| sum - 1)
        };
        for marks in [
            &[][..],
            &[(STARTED, 3)],
            // Of no time, which a coarse clock says, and of some.
            &[(BUCKETS, 1), (ERROR, 1)],
            &[(SUM, 700), (BUCKETS + 14, 1), (PANIC, 1)],
        ] {
            let mut expected = [0; WORDS];
            marks.iter().for_each(|(word, count)| expected[*word] = *count);
            assert_eq!(cells(marks), expected);
        }
        // The chain of error types is no count.
        assert_eq!(cells(&[(STARTED, 1), (TYPES, 9)])[TYPES], 0);
    }

    #[test]
    fn a_latency_objective_is_on_the_same_side_of_each_bound_in_both_units() {
        clock::start();
        start();
        let around = BOUNDS.iter().map(|bound| nanos(*bound)).flat_map(|it| [it - 1, it, it + 1]);
        for latency in around.chain([1_000, 300_000_000, 3_600_000_000_000]) {
            let (ticks, cut) = (latency_ticks(latency), cut(latency));
            let below = BOUNDS.iter().take_while(|bound| nanos(**bound) < latency).count();
            assert_eq!(bucket(ticks), below, "{latency}");
            assert!(cut.is_none_or(|cut| cut == below), "{latency}");
            // Just longer: in the same bucket only where the objective cuts it.
            let word = bucket_beyond(ticks + 1, ticks);
            match cut {
                Some(_) if bucket(ticks + 1) == below => assert_eq!(word, BEYOND, "{latency}"),
                _ => assert_eq!(word, BUCKETS + below + 1, "{latency}"),
            }
            let error = clock::nanos(ticks).abs_diff(latency);
            assert!(error <= latency / 1000 + 100, "{latency} is {error} off");
        }
        assert_eq!(cut(250_000_000), None);
        assert_eq!(cut(300_000_000), Some(11));
        assert_eq!(cut(6_000_000_000), Some(14));
    }

    #[test]
    fn a_cell_is_large_enough() {
        const { assert!(TYPES < WORDS) };
        assert!(BOUNDS.is_sorted());
    }
}
