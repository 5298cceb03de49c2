//! For each bucket of a declared histogram, an observation that was made in a trace that leaves.
//!
//! A histogram has one table for all threads, made when its first example comes: six words a bucket,
//! of which the system gives those pages that are used. A bucket's place is written at most once a
//! second, so that all others, who come by more often, only read. Nobody waits: where one writes,
//! another one goes on, and a reader finds nothing. Knows no clock and no trace; called by
//! `record::origin`, read by `metrics::exemplar`.

use std::sync::atomic::Ordering;

use crate::record::sync::{AtomicU64, fence, words};

/// One observation, and where it was made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Example {
    pub(crate) value: f64,
    /// The upper half first.
    pub(crate) trace_id: [u64; 2],
    pub(crate) span_id: u64,
    pub(crate) unix_nanos: u64,
}

/// The words of one bucket: its state, and the example.
const WORDS: usize = 6;

/// One write more, in the upper half of a state: odd while somebody writes, 0 before the first. The
/// lower half is the round of the last.
const STEP: u64 = 1 << 32;

/// The examples of one histogram.
#[derive(Debug)]
pub(crate) struct Examples(Box<[AtomicU64]>);

impl Examples {
    /// For so many buckets, those of all series one after the other.
    pub(crate) fn new(buckets: usize) -> Examples {
        Examples(words(buckets.saturating_mul(WORDS)))
    }

    fn place(&self, bucket: usize) -> Option<&[AtomicU64; WORDS]> {
        let at = bucket.checked_mul(WORDS)?;
        self.0.get(at..)?.first_chunk()
    }

    /// Takes the example of a bucket, unless it has one of this round, or another one is just taken.
    #[inline]
    pub(crate) fn offer(&self, bucket: usize, round: u32, example: impl FnOnce() -> Example) {
        let Some(place) = self.place(bucket) else { return };
        let state = place[0].load(Ordering::Relaxed);
        let is_fresh = state >= STEP && state as u32 == round;
        if !is_fresh && state & STEP == 0 {
            // Asked before the place is taken: it may not come back.
            write(place, state, round, &example());
        }
    }

    /// The example of a bucket, if it has one.
    pub(crate) fn read(&self, bucket: usize) -> Option<Example> {
        /// A writer needs a moment, unless it was stopped.
        const TRIES: usize = if cfg!(plimsoll_loom) { 1 } else { 20 };
        let [state, words @ ..] = self.place(bucket)?;
        for _ in 0..TRIES {
            let before = state.load(Ordering::Acquire);
            if before < STEP {
                return None;
            }
            let [value, high, low, span_id, unix_nanos] =
                std::array::from_fn(|at| words[at].load(Ordering::Relaxed));
            // What was read of a later example makes its state seen, too.
            fence(Ordering::Acquire);
            if before & STEP == 0 && state.load(Ordering::Relaxed) == before {
                let value = f64::from_bits(value);
                return Some(Example { value, trace_id: [high, low], span_id, unix_nanos });
            }
            std::hint::spin_loop();
        }
        None
    }
}

#[cold]
#[inline(never)]
fn write(place: &[AtomicU64; WORDS], before: u64, round: u32, example: &Example) {
    let [state, words @ ..] = place;
    let taken = before.wrapping_add(STEP);
    if state.compare_exchange(before, taken, Ordering::Acquire, Ordering::Relaxed).is_err() {
        return;
    }
    // Whoever sees one of the words sees that they are being written.
    fence(Ordering::Release);
    let Example { value, trace_id: [high, low], span_id, unix_nanos } = *example;
    for (word, new) in words.iter().zip([value.to_bits(), high, low, span_id, unix_nanos]) {
        word.store(new, Ordering::Relaxed);
    }
    let count = taken.wrapping_add(STEP) & !(STEP - 1);
    // After the last of all numbers comes that of the second write, not that before the first.
    let count = if count == 0 { 2 * STEP } else { count };
    state.store(count | u64::from(round), Ordering::Release);
}

#[cfg(all(test, not(plimsoll_loom)))]
mod tests {
    use super::*;

    fn example(number: u64) -> Example {
        let value = number as f64;
        Example { value, trace_id: [number, !number], span_id: number, unix_nanos: number }
    }

    #[test]
    fn a_bucket_keeps_the_first_of_each_round() {
        let examples = Examples::new(3);
        assert_eq!(examples.read(1), None);
        for (round, number) in [(0, 1), (0, 2), (7, 3), (7, 4), (9, 5), (7, 6)] {
            examples.offer(1, round, || example(number));
            let kept = [1, 1, 3, 3, 5, 6][number as usize - 1];
            assert_eq!(examples.read(1), Some(example(kept)));
        }
        assert_eq!((examples.read(0), examples.read(2)), (None, None));
    }

    #[test]
    fn who_is_only_looked_at_makes_no_example() {
        let examples = Examples::new(1);
        examples.offer(0, 5, || example(1));
        examples.offer(0, 5, || panic!("it is fresh"));
        examples.offer(1, 5, || panic!("there is no such bucket"));
        examples.offer(usize::MAX, 5, || panic!("nor that one"));
        assert_eq!(examples.read(usize::MAX), None);
    }

    #[test]
    fn numbers_that_run_out_begin_again() {
        let examples = Examples::new(1);
        examples.0[0].store(!STEP & !(STEP - 1), Ordering::Relaxed);
        examples.offer(0, 3, || example(1));
        assert_eq!(examples.read(0), Some(example(1)));
        examples.offer(0, 4, || example(2));
        assert_eq!(examples.read(0), Some(example(2)));
    }

    #[test]
    fn no_example_is_torn_while_threads_write() {
        let examples = Examples::new(1);
        let rounds: u32 = if cfg!(miri) { 50 } else { 200_000 };
        std::thread::scope(|scope| {
            for first in [0, 1_000_000] {
                let examples = &examples;
                scope.spawn(move || {
                    for round in first..first + rounds {
                        examples.offer(0, round, || example(u64::from(round)));
                    }
                });
            }
            for _ in 0..rounds {
                if let Some(read) = examples.read(0) {
                    assert_eq!(read, example(read.span_id));
                }
            }
        });
        assert!(examples.read(0).is_some());
    }
}
