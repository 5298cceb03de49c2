//! What one call contributes to a metric that its function bears.
//!
//! Generated code makes a sample before the body runs, since the body may consume the arguments;
//! the guard counts it when the call ends. Where it counts was fixed by `init`.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::cell::{add, add_f64};
use super::clock;
use super::shard::Shard;
use super::sync::AtomicU64;
use crate::model::{Measure, Metric, MetricKind, Outcome};

/// One call's contribution to one metric.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    metric: Option<&'static Metric>,
    value: f64,
    combination: u32,
}

/// Whether the words have one writer, or are shared by threads that end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pen {
    Own,
    Shared,
}

impl Pen {
    #[inline]
    pub(super) fn add(self, word: &AtomicU64, count: u64) {
        match self {
            Pen::Own => add(word, count),
            Pen::Shared => {
                word.fetch_add(count, Ordering::Relaxed);
            }
        }
    }

    pub(super) fn add_f64(self, word: &AtomicU64, value: f64) {
        match self {
            Pen::Own => add_f64(word, value),
            Pen::Shared => add_f64_shared(word, value),
        }
    }
}

/// Adds to the bits of an `f64` that several threads write.
fn add_f64_shared(word: &AtomicU64, value: f64) {
    let _ = word.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |bits| {
        Some((f64::from_bits(bits) + value).to_bits())
    });
}

impl Sample {
    /// Contributes nothing: plimsoll is not initialised.
    pub const OFF: Sample = Sample { metric: None, value: 0.0, combination: 0 };

    /// A contribution with a value, and the index of each label's value.
    pub fn new(metric: &'static Metric, value: f64, labels: &[u32]) -> Sample {
        Sample { metric: Some(metric), value, combination: combination(metric, labels) }
    }

    /// A contribution of the call itself, without labels.
    pub const fn of_call(metric: &'static Metric) -> Sample {
        Sample { metric: Some(metric), value: 0.0, combination: 0 }
    }

    fn enter(&self, shard: &Shard, pen: Pen) {
        let Some(metric) = self.metric else { return };
        if metric.measure == Measure::InFlight {
            if let [started, _] = self.words(shard, metric) {
                pen.add(started, 1);
            }
        }
    }

    fn finish(&self, shard: &Shard, pen: Pen, outcome: Outcome, ticks: u64) {
        let Some(metric) = self.metric else { return };
        let words = self.words(shard, metric);
        match metric.measure {
            Measure::Own => {}
            Measure::InFlight => {
                if let [_, ended] = words {
                    pen.add(ended, 1);
                }
            }
            Measure::Calls => {
                if let Some(word) = words.get(outcome as usize) {
                    pen.add(word, 1);
                }
            }
            Measure::Duration => observe(words, metric, pen, clock::seconds(ticks)),
            Measure::Value if outcome != Outcome::Ok => {}
            Measure::Value => match metric.kind {
                MetricKind::Histogram => observe(words, metric, pen, self.value),
                MetricKind::Counter if self.value > 0.0 => {
                    if let Some(word) = words.first() {
                        pen.add_f64(word, self.value);
                    }
                }
                MetricKind::Counter | MetricKind::Summary | MetricKind::Info => {}
                MetricKind::Gauge => {
                    if let Some(word) = metric.shared().get(self.combination as usize) {
                        word.store(self.value.to_bits(), Ordering::Relaxed);
                    }
                }
            },
        }
    }

    fn words<'a>(&self, shard: &'a Shard, metric: &Metric) -> &'a [AtomicU64] {
        let words = metric.words();
        let at = metric.cells().wrapping_add(self.combination.wrapping_mul(words as u32));
        shard.cell(at, words)
    }
}

/// Counts that a call with these samples has begun. Not inlined: most calls have none.
#[inline(never)]
pub(super) fn enter(samples: &[Sample], shard: &Shard, pen: Pen) {
    samples.iter().for_each(|sample| sample.enter(shard, pen));
}

/// Counts that it has ended.
#[inline(never)]
pub(super) fn finish(samples: &[Sample], shard: &Shard, pen: Pen, outcome: Outcome, ticks: u64) {
    samples.iter().for_each(|sample| sample.finish(shard, pen, outcome, ticks));
}

/// The number of a combination of label values: labels are digits, the first counts most.
pub(crate) fn combination(metric: &Metric, labels: &[u32]) -> u32 {
    let digits = metric.values.iter().zip(labels);
    digits.fold(0, |number, (values, label)| number * values.len() as u32 + label)
}

/// Counts an observation in the words of a histogram: the sum, then the buckets.
pub(super) fn observe(words: &[AtomicU64], metric: &Metric, pen: Pen, value: f64) {
    let Some((sum, buckets)) = words.split_first() else { return };
    if value.is_nan() {
        return;
    }
    let bucket = metric.bounds.iter().take_while(|bound| value > **bound).count();
    if let Some(word) = buckets.get(bucket) {
        pen.add(word, 1);
        pen.add_f64(sum, value);
    }
}

/// What `value = ..` takes: numbers as they are, durations in seconds, `true` as 1.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number that a metric can take",
    label = "not a number",
    note = "`value = ..` takes integers, floats, `bool` and `Duration` (in seconds)"
)]
pub trait Measurable {
    /// The value as a float.
    fn measure(&self) -> f64;
}

macro_rules! measurable {
    ($($number:ty)*) => {
        $(impl Measurable for $number {
            #[inline]
            fn measure(&self) -> f64 {
                *self as f64
            }
        })*
    };
}

measurable!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64);

impl Measurable for bool {
    fn measure(&self) -> f64 {
        f64::from(u8::from(*self))
    }
}

impl Measurable for Duration {
    fn measure(&self) -> f64 {
        self.as_secs_f64()
    }
}

impl<T: Measurable + ?Sized> Measurable for &T {
    fn measure(&self) -> f64 {
        (**self).measure()
    }
}

/// The value of `value = ..`.
#[inline]
pub fn value<T: Measurable + ?Sized>(value: &T) -> f64 {
    value.measure()
}
