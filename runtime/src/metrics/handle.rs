//! Metrics that a program sets by hand: a `#[metric(..)]` on a `static`.
//!
//! Counters and histograms count in the calling thread's shard, from `init` on; a gauge is one
//! value for all threads. The series of closed labels is an index and not a look-up; whoever uses one
//! often binds it once, with `with`.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::label::{Labels, Series};
use crate::model::{Metric, NO_CELLS, UNTOUCHED};
use crate::record::sync::StaticU64;
use crate::record::{Measurable, Place, change_gauge, overflow_shared, own};

macro_rules! handle {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub struct $name<L = ()> {
            metric: &'static Metric,
            labels: PhantomData<fn(L)>,
        }

        impl<L> $name<L> {
            #[doc(hidden)]
            pub const fn new(metric: &'static Metric) -> $name<L> {
                $name { metric, labels: PhantomData }
            }
        }

        impl<L> fmt::Debug for $name<L> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.metric.name).finish()
            }
        }
    };
}
pub(super) use handle;

handle! {
    /// Something that only grows. Declare it with `#[metric(counter, ..)]` on a `static`.
    ///
    /// Its figure is an `f64`, kept by each thread: whole numbers are exact up to 2^53 a thread, nine
    /// thousand million millions; what is added beyond is rounded.
    Counter
}

handle! {
    /// Something that goes up and down. Declare it with `#[metric(gauge, ..)]` on a `static`.
    Gauge
}

handle! {
    /// Observations in buckets. Declare it with `#[metric(histogram, ..)]` on a `static`.
    ///
    /// What is observed in a trace that the sampler keeps may become the exemplar of its bucket, at most
    /// one a second: its trace and span stand beside the bucket in OpenMetrics, protobuf and OTLP.
    Histogram
}

/// The series of these labels in the shards. That of an open label is not looked up before `init`,
/// when nothing is counted.
pub(super) fn sharded<L>(metric: &'static Metric, labels: &impl Labels<L>) -> Place {
    if metric.cells() == NO_CELLS && metric.is_open() {
        return Place::OFF;
    }
    let Series(place) = labels.place(metric);
    place
}

impl<L> Counter<L> {
    /// The series with these labels: a value of each, several in a tuple.
    ///
    /// The value of an open label is looked up here, so bind what a loop uses before it. Where there
    /// is one, what is bound before [`init`](crate::init) counts nothing.
    pub fn with(&self, labels: impl Labels<L>) -> BoundCounter {
        BoundCounter { metric: self.metric, place: sharded(self.metric, &labels) }
    }
}

impl Counter {
    /// Adds one.
    pub fn inc(&self) {
        self.with(()).inc();
    }

    /// Adds an amount; what is not above zero, or no finite number, is ignored.
    pub fn add(&self, amount: impl Measurable) {
        self.with(()).add(amount);
    }

    /// Asks for the figure at each scrape, instead of counting: see [`BoundCounter::read_from`].
    pub fn read_from<T: Measurable>(&self, read: impl Fn() -> T + Send + Sync + 'static) {
        self.with(()).read_from(read);
    }
}

/// One series of a counter.
#[derive(Clone, Copy, Debug)]
pub struct BoundCounter {
    metric: &'static Metric,
    place: Place,
}

impl BoundCounter {
    /// Adds one.
    pub fn inc(self) {
        own::add(self.metric, self.place, 1.0);
    }

    /// Adds an amount; what is not above zero, or no finite number, is ignored.
    pub fn add(self, amount: impl Measurable) {
        own::add(self.metric, self.place, amount.measure());
    }

    /// Asks for the figure at each scrape and each push from now on, where somebody else counts: a
    /// driver, a pool, the kernel. It must never fall. What the program adds itself is not shown then.
    ///
    /// `read` runs on a thread of plimsoll's, which waits for it; what it does is not observed. If it
    /// panics, or gives what is no count, the series is missing that time, and
    /// `plimsoll_callback_panics_total` counts the panic. Another `read_from` takes its place. Where an
    /// open label has no room for the value, nobody is asked, and that is counted.
    pub fn read_from<T: Measurable>(self, read: impl Fn() -> T + Send + Sync + 'static) {
        read_from(self.metric, self.place, read);
    }
}

impl<L> Histogram<L> {
    /// The series with these labels: a value of each, several in a tuple.
    ///
    /// The value of an open label is looked up here, so bind what a loop uses before it. Where there
    /// is one, what is bound before [`init`](crate::init) counts nothing.
    pub fn with(&self, labels: impl Labels<L>) -> BoundHistogram {
        BoundHistogram { metric: self.metric, place: sharded(self.metric, &labels) }
    }
}

impl Histogram {
    /// Counts an observation, in the unit that the name ends in; what is no finite number is ignored.
    pub fn observe(&self, value: impl Measurable) {
        self.with(()).observe(value);
    }

    /// Counts a duration. For histograms in seconds.
    pub fn observe_duration(&self, duration: Duration) {
        self.with(()).observe_duration(duration);
    }

    /// Measures until the guard is dropped. For histograms in seconds.
    pub fn time(&self) -> Timer {
        self.with(()).time()
    }
}

/// One series of a histogram.
#[derive(Clone, Copy, Debug)]
pub struct BoundHistogram {
    metric: &'static Metric,
    place: Place,
}

impl BoundHistogram {
    /// Counts an observation, in the unit that the name ends in; what is no finite number is ignored.
    pub fn observe(self, value: impl Measurable) {
        own::observe(self.metric, self.place, value.measure());
    }

    /// Counts a duration. For histograms in seconds.
    pub fn observe_duration(self, duration: Duration) {
        self.observe(duration);
    }

    /// Measures until the guard is dropped. For histograms in seconds.
    pub fn time(self) -> Timer {
        Timer { histogram: Some(self), start: Instant::now() }
    }
}

/// Measures a time: from [`Histogram::time`] until it is dropped, also by a panic.
#[derive(Debug)]
#[must_use = "it measures until it is dropped, which is now"]
pub struct Timer {
    histogram: Option<BoundHistogram>,
    start: Instant,
}

impl Timer {
    /// Forgets the measurement.
    pub fn discard(mut self) {
        self.histogram = None;
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(histogram) = self.histogram {
            histogram.observe_duration(self.start.elapsed());
        }
    }
}

impl<L> Gauge<L> {
    /// The series with these labels: a value of each, several in a tuple.
    pub fn with(&self, labels: impl Labels<L>) -> BoundGauge {
        let Series(place) = labels.place(self.metric);
        BoundGauge { metric: self.metric, place }
    }
}

impl Gauge {
    /// Sets the value. `NaN` says that it is not known.
    pub fn set(&self, value: impl Measurable) {
        self.with(()).set(value);
    }

    /// Adds to the value; what is no finite number is ignored.
    pub fn add(&self, amount: impl Measurable) {
        self.with(()).add(amount);
    }

    /// Takes from the value; what is no finite number is ignored.
    pub fn sub(&self, amount: impl Measurable) {
        self.with(()).sub(amount);
    }

    /// Counts one for as long as the guard lives.
    pub fn track(&self) -> Tracked {
        self.with(()).track()
    }

    /// Asks for the value at each scrape: see [`BoundGauge::read_from`].
    pub fn read_from<T: Measurable>(&self, read: impl Fn() -> T + Send + Sync + 'static) {
        self.with(()).read_from(read);
    }
}

/// One series of a gauge.
#[derive(Clone, Copy, Debug)]
pub struct BoundGauge {
    metric: &'static Metric,
    place: Place,
}

impl BoundGauge {
    /// Sets the value. `NaN` says that it is not known.
    pub fn set(self, value: impl Measurable) {
        let value = value.measure();
        self.change(|_| value);
        self.count();
    }

    /// Adds to the value; what is no finite number is ignored.
    pub fn add(self, amount: impl Measurable) {
        let amount = amount.measure();
        if amount.is_finite() {
            self.change(|value| value + amount);
            self.count();
        }
    }

    /// Takes from the value; what is no finite number is ignored.
    pub fn sub(self, amount: impl Measurable) {
        self.add(-amount.measure());
    }

    /// Counts one for as long as the guard lives.
    pub fn track(self) -> Tracked {
        self.add(1.0);
        Tracked {
            gauge: self,
            #[cfg(feature = "testing")]
            capture: crate::record::capture::number(),
        }
    }

    /// Asks for the value at each scrape and each push from now on: `POOL.read_from(move ||
    /// pool.idle())`. Without a series before, there is one from then on.
    ///
    /// `read` runs on a thread of plimsoll's, which waits for it; what it does is not observed. If it
    /// panics, the series is missing that time, and `plimsoll_callback_panics_total` counts it.
    /// Another `read_from` takes its place. Where an open label has no room for the value, nobody is
    /// asked, and that is counted.
    pub fn read_from<T: Measurable>(self, read: impl Fn() -> T + Send + Sync + 'static) {
        read_from(self.metric, self.place, read);
    }

    fn change(self, change: impl Fn(f64) -> f64) {
        change_gauge(self.metric, self.place.at, |word| change_word(word, change));
    }

    /// Counts a value that found no room in an open label.
    fn count(self) {
        if !self.place.has_room() {
            self.place.full().for_each(|label| overflow_shared(self.metric, label));
        }
    }
}

/// Changes the bits of an `f64` that several threads write.
fn change_word(word: &StaticU64, change: impl Fn(f64) -> f64) {
    let _ = word.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |bits| {
        let before = if bits == UNTOUCHED { 0.0 } else { f64::from_bits(bits) };
        let after = change(before);
        // Not any: one that nobody has touched has a NaN of its own.
        Some(if after.is_nan() { f64::NAN } else { after }.to_bits())
    });
}

/// Something that a gauge counts while it lives. It may be dropped on another thread.
#[derive(Debug)]
#[must_use = "the gauge goes down again when this is dropped"]
pub struct Tracked {
    gauge: BoundGauge,
    /// The number of the test's capture that it went up in.
    #[cfg(feature = "testing")]
    capture: u16,
}

impl Drop for Tracked {
    fn drop(&mut self) {
        #[cfg(feature = "testing")]
        if self.capture != crate::record::capture::number() {
            let BoundGauge { metric, place } = self.gauge;
            let number = Some(self.capture);
            return crate::record::capture::change_gauge(metric, place.at, number, |word| {
                change_word(word, |value| value - 1.0);
            });
        }
        // It has been counted when it went up.
        self.gauge.change(|value| value - 1.0);
    }
}

fn read_from<T: Measurable>(
    metric: &'static Metric,
    place: Place,
    read: impl Fn() -> T + Send + Sync + 'static,
) {
    if place.is_off() {
        return;
    }
    if place.has_room() {
        metric.state().set_reader(place.at, Arc::new(move || read().measure()));
    } else {
        own::overflow(metric, place);
    }
}
