//! The counts of all shards where a series has fine buckets, too: words and fine buckets of one visit.
//!
//! Reads, and changes nothing. Called by `metrics::walk`.

use std::sync::atomic::Ordering;

use super::cell;
use super::native::{self, Exponential};
use super::shard::{SHARDS, Shards, merge};
use super::sync::AtomicU64;
use crate::model::{Metric, MetricKind, NO_CELLS};

/// Adds what one thread has to the sums over all, and says how many observations that are.
type Add = fn(&mut [u64], &[AtomicU64]) -> u64;

/// Words of a shard that have fine buckets.
#[derive(Clone, Copy)]
struct Run {
    /// The number of the series among those that have fine buckets.
    series: usize,
    at: usize,
    words: usize,
    add: Add,
}

impl Shards {
    /// Reads what has fine buckets anew, so that they hold what the words hold. By series.
    pub(super) fn merge_fine(
        &self,
        cells: usize,
        metrics: &[&'static Metric],
        sums: &mut [u64],
        all: &mut Vec<Exponential>,
    ) {
        let [count, functions] = self.fine();
        all.iter_mut().for_each(Exponential::clear);
        all.resize(count, Exponential::default());
        let runs: Vec<Run> = runs_of_functions(cells, functions)
            .chain(metrics.iter().flat_map(|metric| runs_of_histogram(metric)))
            .collect();
        for Run { at, words, .. } in &runs {
            sums.get_mut(*at..at + words).unwrap_or_default().fill(0);
        }
        let [mut first, mut later] = [Exponential::default(), Exponential::default()];
        for shard in self.all() {
            for Run { series, at, words, add } in &runs {
                let words = shard.cell(*at as u32, *words);
                let sums = sums.get_mut(*at..at + words.len());
                let (Some(fine), Some(sums)) = (shard.fine.get(*series), sums) else { continue };
                native::read_both(fine, || add(sums, words), [&mut first, &mut later]);
                if let Some(sum) = all.get_mut(*series) {
                    sum.add(&first);
                }
            }
        }
    }

    /// Adds up the fine buckets of one series.
    pub(super) fn fine_of(&self, series: usize) -> Exponential {
        let [mut sum, mut one] = [Exponential::default(), Exponential::default()];
        for shard in self.all() {
            if let Some(fine) = shard.fine.get(series) {
                native::read(fine, &mut one);
                sum.add(&one);
            }
        }
        sum
    }
}

/// Functions have all the words up to `cells`.
fn runs_of_functions(cells: usize, first: usize) -> impl Iterator<Item = Run> {
    let words = cell::WORDS;
    let run =
        move |place| Run { series: first + place, at: place * words, words, add: cell::sum_all };
    (0..cells / words).map(run)
}

fn runs_of_histogram(metric: &'static Metric) -> impl Iterator<Item = Run> {
    let (first, at, words) = (metric.fine() as usize, metric.cells() as usize, metric.words());
    let has = metric.kind == MetricKind::Histogram && metric.fine() != NO_CELLS;
    let combinations = if has { metric.combinations() } else { 0 };
    let run = move |place| Run {
        series: first + place,
        at: at + place * words,
        words,
        add: add_histogram,
    };
    (0..combinations).map(run)
}

/// The sum, then the buckets.
fn add_histogram(sums: &mut [u64], words: &[AtomicU64]) -> u64 {
    let mut observations = 0u64;
    for (index, (sum, word)) in sums.iter_mut().zip(words).enumerate().rev() {
        let word = word.load(Ordering::Relaxed);
        if index == 0 {
            *sum = (f64::from_bits(*sum) + f64::from_bits(word)).to_bits();
        } else {
            *sum = sum.wrapping_add(word);
            observations = observations.wrapping_add(word);
        }
    }
    observations
}

/// The same as [`merge`], and for each series that has fine buckets what is in them: as many
/// observations as in its words.
pub(crate) fn merge_fine(
    (cells, metrics): (usize, &[&'static Metric]),
    is_float: &[bool],
    sums: &mut Vec<u64>,
    all: &mut Vec<Exponential>,
) {
    merge(cells, is_float, sums);
    SHARDS.merge_fine(cells, metrics, sums, all);
}

/// What all threads observed in one series that has fine buckets, by its number among those: in the
/// process, or in the capture that is read.
pub(crate) fn fine_of(series: usize) -> Exponential {
    #[cfg(feature = "testing")]
    if let Some(capture) = super::capture::read() {
        return capture.fine_of(series);
    }
    SHARDS.fine_of(series)
}

#[cfg(all(test, not(plimsoll_loom)))]
mod tests {
    use super::super::clock;
    use super::super::sample::{Pen, Place, observe};
    use super::super::shard::Shard;
    use super::*;
    use crate::model::Values;

    const SITES: usize = 2;

    fn observe_call(shard: &Shard, site: usize, ticks: u64) {
        let cells = (site * cell::WORDS) as u32;
        let words = shard.cell(cells, cell::WORDS);
        Pen::Own.add(&words[cell::SUM], ticks);
        Pen::Own.add(&words[cell::BUCKETS + cell::bucket(ticks)], 1);
        shard.observe_function(cells, Pen::Own, ticks);
    }

    #[test]
    fn words_and_fine_buckets_of_all_threads_hold_the_same() {
        clock::start();
        cell::start();
        static SIZES: Metric = Metric::histogram("sizes_bytes", "Sizes.", &[10.0, 1000.0])
            .labels(&["kind"], &[Values::Closed(&["a", "b"])]);
        static AGES: Metric = Metric::summary("age_seconds", "Ages.");
        let cells = SITES * cell::WORDS;
        AGES.refine(0);
        AGES.assign(cells as u32);
        // Behind the summary and the functions.
        SIZES.refine(1 + SITES as u32);
        SIZES.assign(cells as u32 + 1);
        let size = 1 + 2 * SIZES.words();
        let shards = Shards::default();
        shards.size(cells + size, [1 + SITES + 2, 1]);

        std::thread::scope(|scope| {
            for thread in 0..4u64 {
                let shards = &shards;
                scope.spawn(move || {
                    let shard = shards.acquire();
                    for step in 0..500u64 {
                        observe_call(shard, 0, step * 1000 + thread);
                        let place = Place::new(&SIZES, &[(step % 2) as u32]);
                        observe(shard, &SIZES, place, Pen::Own, step as f64);
                        observe(shard, &AGES, Place::ONLY, Pen::Own, 2.0);
                    }
                });
            }
        });
        let mut floats = vec![false; cells + size];
        for at in [0, 1, 1 + SIZES.words()] {
            floats[cells + at] = true;
        }
        let (mut sums, mut all) = (Vec::new(), Vec::new());
        for _ in 0..2 {
            shards.merge(cells, &floats, &mut sums);
            let plain = sums.clone();
            shards.merge_fine(cells, &[&SIZES, &AGES], &mut sums, &mut all);
            assert_eq!(sums, plain, "what is read twice is counted once");
        }
        let ended: u64 = sums[cell::BUCKETS..cell::BUCKETS + cell::ENDED].iter().sum();
        assert_eq!((ended, all[1].total()), (2000, 2000));
        assert_eq!((all[1].zero, all[2].total()), (1, 0), "a call of no ticks; no call");
        for (kind, sum) in [(0, 249_000.0), (1, 250_000.0)] {
            let words = &sums[cells + 1 + kind * SIZES.words()..][..SIZES.words()];
            assert_eq!(words[1..].iter().sum::<u64>(), 1000);
            assert_eq!(f64::from_bits(words[0]), sum);
            assert_eq!(all[1 + SITES + kind].total(), 1000);
        }
        let ages = shards.fine_of(0);
        assert_eq!((f64::from_bits(sums[cells]), ages.total()), (4000.0, 2000));
        assert!((ages.quantile(0.5) / 2.0 - 1.0).abs() < 0.022);
        assert_eq!(shards.fine_of(99).total(), 0);
    }

    #[test]
    fn fine_buckets_weigh_what_was_made_of_them() {
        static SIZES: Metric = Metric::summary("sizes_bytes", "Sizes.");
        SIZES.refine(0);
        SIZES.assign(0);
        let shards = Shards::default();
        shards.size(1, [1, 1]);
        let shard = shards.acquire();
        let mut before = shards.held().counts;
        let mut more = |value| {
            observe(shard, &SIZES, Place::ONLY, Pen::Own, value);
            let now = shards.held().counts;
            now - std::mem::replace(&mut before, now)
        };
        assert!((500..1000).contains(&more(1.5)));
        // In the same power of two, in another, and below zero.
        assert_eq!((more(1.1), more(1000.0)), (0, 128));
        assert!((500..1000).contains(&more(-1.5)));
    }
}
