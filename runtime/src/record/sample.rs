//! What one call contributes to a metric that its function bears.
//!
//! Generated code makes a sample before the body runs, since the body may consume the arguments;
//! the guard counts it when the call ends. Where it counts was fixed by `init`.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::cell::{add, add_f64};
use super::clock;
use super::native;
use super::origin::{self, Finder};
use super::shard::Shard;
use super::sync::{AtomicU64, StaticU64};
use crate::model::{Measure, Metric, MetricKind, NO_CELLS, Outcome, Values};

/// One call's contribution to one metric.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    metric: Option<&'static Metric>,
    value: f64,
    place: Place,
}

/// A series of a metric: the number of its combination of label values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Labels are digits, the first counts most.
    pub(crate) at: u32,
    /// The open labels, one a bit, in which there was no room for the value.
    full: u32,
}

impl Place {
    /// The only series of a metric without labels.
    pub(crate) const ONLY: Place = Place { at: 0, full: 0 };
    /// No series: what is recorded there is not counted.
    pub(crate) const OFF: Place = Place { at: u32::MAX, full: 0 };

    /// The place of these values, by the index of each: none where a label has fewer values, as the
    /// words there are another's. Types may say their index themselves.
    pub(crate) fn new(metric: &Metric, labels: &[u32]) -> Place {
        let mut place = Place::ONLY;
        let mut label = 1;
        for (values, index) in metric.values.iter().zip(labels) {
            if *index as usize >= values.len() {
                return Place::OFF;
            }
            place.at = place.at.wrapping_mul(values.len() as u32).wrapping_add(*index);
            if matches!(values, Values::Open(cap) if index == cap) {
                place.full |= label;
            }
            label <<= 1;
        }
        place
    }

    #[inline]
    pub(crate) fn is_off(self) -> bool {
        self.at == u32::MAX
    }

    /// Whether there was room for the values of all labels.
    #[inline]
    pub(crate) fn has_room(self) -> bool {
        self.full == 0
    }

    /// The labels in which there was none.
    pub(crate) fn full(self) -> impl Iterator<Item = usize> {
        (0..u32::BITS).filter(move |label| self.full & 1 << label != 0).map(|label| label as usize)
    }
}

/// Whether the words have one writer, or are shared by threads that end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pen {
    Own,
    Shared,
}

impl Pen {
    #[inline]
    pub(crate) fn add(self, word: &AtomicU64, count: u64) {
        match self {
            Pen::Own => add(word, count),
            Pen::Shared => {
                word.fetch_add(count, Ordering::Relaxed);
            }
        }
    }

    pub(crate) fn add_f64(self, word: &AtomicU64, value: f64) {
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
    pub const OFF: Sample = Sample { metric: None, value: 0.0, place: Place::ONLY };

    /// A contribution with a value, and the index of each label's value.
    pub fn new(metric: &'static Metric, value: f64, labels: &[u32]) -> Sample {
        let place = Place::new(metric, labels);
        Sample { metric: (!place.is_off()).then_some(metric), value, place }
    }

    /// A contribution of the call itself, without labels.
    pub const fn of_call(metric: &'static Metric) -> Sample {
        Sample { metric: Some(metric), value: 0.0, place: Place::ONLY }
    }

    fn enter(&self, shard: &Shard, pen: Pen) {
        let Some(metric) = self.metric else { return };
        if metric.measure == Measure::InFlight {
            if let [started, _] = words(shard, metric, self.place) {
                pen.add(started, 1);
            }
        }
    }

    fn finish(&self, shard: &Shard, pen: Pen, end: (Outcome, u64), origin: Finder<'_>) {
        let Some(metric) = self.metric else { return };
        let takes = metric.when.takes(end.0) || metric.measure == Measure::InFlight;
        if takes && self.count(metric, shard, pen, end, origin) && !self.place.has_room() {
            overflow(shard, metric, self.place, pen);
        }
    }

    /// Whether there was something to count.
    fn count(
        &self,
        metric: &Metric,
        shard: &Shard,
        pen: Pen,
        (outcome, ticks): (Outcome, u64),
        origin: Finder<'_>,
    ) -> bool {
        let words = words(shard, metric, self.place);
        match (metric.measure, metric.kind) {
            (Measure::Own, _) => return false,
            (Measure::InFlight, _) => {
                if let [_, ended] = words {
                    pen.add(ended, 1);
                }
            }
            (Measure::Calls, _) => {
                if let Some(word) = words.get(outcome as usize) {
                    pen.add(word, 1);
                }
            }
            (Measure::Duration, _) => {
                let seconds = clock::seconds(ticks);
                let bucket = observe(shard, metric, self.place, pen, seconds);
                origin::offer(origin, metric, self.place, bucket, seconds);
            }
            (Measure::Value, MetricKind::Histogram | MetricKind::Summary) => {
                if !self.value.is_finite() {
                    return false;
                }
                let bucket = observe(shard, metric, self.place, pen, self.value);
                origin::offer(origin, metric, self.place, bucket, self.value);
            }
            (Measure::Value, MetricKind::Counter) => {
                if !is_amount(self.value) {
                    return false;
                }
                if let Some(word) = words.first() {
                    pen.add_f64(word, self.value);
                }
            }
            (Measure::Value, MetricKind::Gauge) => {
                change_gauge(metric, self.place.at, |word| {
                    word.store(self.value.to_bits(), Ordering::Relaxed);
                });
            }
            (Measure::Value, MetricKind::Info) => return false,
        }
        true
    }
}

/// The words of one series. None for what is not counted in shards.
pub(super) fn words<'a>(shard: &'a Shard, metric: &Metric, place: Place) -> &'a [AtomicU64] {
    let words = metric.words();
    shard.cell(metric.offset().wrapping_add(place.at.wrapping_mul(words as u32)), words)
}

/// Counts a record that found no room in an open label. Its series is that of all others.
#[cold]
pub(super) fn overflow(shard: &Shard, metric: &Metric, place: Place, pen: Pen) {
    for label in place.full() {
        match metric.overflow(label) {
            Some(at) => {
                if let Some(word) = shard.cell(at, 1).first() {
                    pen.add(word, 1);
                }
            }
            None => overflow_shared(metric, label),
        }
    }
}

/// The same for a gauge, whose values all threads share.
pub(crate) fn overflow_shared(metric: &Metric, label: usize) {
    change_gauge(metric, (metric.combinations() + label) as u32, |word| {
        word.fetch_add(1, Ordering::Relaxed);
    });
}

/// What a counter can take: above zero, and a number.
#[inline]
pub(super) fn is_amount(value: f64) -> bool {
    value > 0.0 && value.is_finite()
}

/// Counts that a call with these samples has begun. Not inlined: most calls have none.
#[inline(never)]
pub(super) fn enter(samples: &[Sample], shard: &Shard, pen: Pen) {
    samples.iter().for_each(|sample| sample.enter(shard, pen));
}

/// Counts that it has ended so, after so many ticks.
#[inline(never)]
pub(super) fn finish(
    samples: &[Sample],
    shard: &Shard,
    pen: Pen,
    end: (Outcome, u64),
    origin: Finder<'_>,
) {
    samples.iter().for_each(|sample| sample.finish(shard, pen, end, origin));
}

/// Changes one value of a gauge: the process's, or that of the test's capture.
#[inline]
pub(crate) fn change_gauge(metric: &Metric, at: u32, change: impl FnOnce(&StaticU64)) {
    #[cfg(feature = "testing")]
    if !metric.is_at_hand() {
        return super::capture::change_gauge(metric, at, None, change);
    }
    if let Some(word) = metric.shared().get(at as usize) {
        change(word);
    }
}

/// The bits of one value of a gauge, for whoever reads: the process's, or that of the capture that is
/// read. What the program `is_asked` for is the process's.
pub(crate) fn read_gauge(
    metric: &Metric,
    at: usize,
    is_asked: impl FnOnce(&Metric) -> bool,
) -> Option<u64> {
    #[cfg(feature = "testing")]
    if !metric.is_at_hand() && !is_asked(metric) {
        return super::capture::read_gauge(metric, at);
    }
    #[cfg(not(feature = "testing"))]
    let _ = is_asked;
    metric.shared().get(at).map(|word| word.load(Ordering::Relaxed))
}

/// Counts a finite number in a series of a histogram or a summary. Returns the histogram's bucket.
pub(super) fn observe(
    shard: &Shard,
    metric: &Metric,
    place: Place,
    pen: Pen,
    value: f64,
) -> Option<usize> {
    match words(shard, metric, place) {
        [] => observe_fine(shard, metric, place, pen, value),
        words => add_to(words, metric, pen, value),
    }
}

/// The same for one that has fine buckets; its words come first, as those who read expect.
#[inline(never)]
fn observe_fine(
    shard: &Shard,
    metric: &Metric,
    place: Place,
    pen: Pen,
    value: f64,
) -> Option<usize> {
    let first = metric.fine();
    if first == NO_CELLS {
        return None;
    }
    let words = metric.words();
    let at = metric.cells().wrapping_add(place.at.wrapping_mul(words as u32));
    let bucket = add_to(shard.cell(at, words), metric, pen, value);
    if let Some(fine) = shard.fine.get(first.wrapping_add(place.at) as usize) {
        native::observe(fine, pen, value);
    }
    bucket
}

/// Adds to the words of a series: the sum, then the buckets, which a summary has none of. Returns the
/// bucket.
fn add_to(words: &[AtomicU64], metric: &Metric, pen: Pen, value: f64) -> Option<usize> {
    let (sum, buckets) = words.split_first()?;
    let bucket = metric.bounds.iter().take_while(|bound| value > **bound).count();
    let word = buckets.get(bucket);
    if let Some(word) = word {
        pen.add(word, 1);
    }
    pen.add_f64(sum, value);
    word.map(|_| bucket)
}

/// A figure that a metric takes: numbers as they are, durations in seconds, `true` as 1.
///
/// A figure is an `f64`: whole numbers are exact up to 2^53, which is nine thousand million millions;
/// larger ones are rounded to the nearest `f64`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number that a metric can take",
    label = "not a number",
    note = "a metric takes integers, floats, `bool` and `Duration` (in seconds)"
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
