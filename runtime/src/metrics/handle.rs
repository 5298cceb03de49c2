//! Metrics that a program sets by hand: a `#[metric(..)]` on a `static`.
//!
//! Counters and histograms count in the calling thread's shard, from `init` on; a gauge is one
//! value for all threads. Labels are closed sets, so that a series is an index and not a look-up.

use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::Ordering;

use crate::model::{Metric, NO_CELLS};
use crate::record::{add_own, cell, combination, observe_own};
use crate::redact::Out;

/// A type whose values are a closed set, and can be a metric's label. Derive it for an enum.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a metric label: its set of values is not closed",
    label = "not a label",
    note = "use `bool`, or an enum with `#[derive(plimsoll::Label)]`"
)]
pub trait Label {
    /// All values, as they stand in the label.
    const VALUES: &'static [&'static str];

    /// The place of this value in `VALUES`.
    fn index(&self) -> usize;
}

/// Records a label's value: one of the words that stand in the source.
pub fn log_label<T: Label>(value: &T, out: &mut Out<'_>) {
    out.name(T::VALUES.get(value.index()).copied().unwrap_or_default());
}

impl Label for bool {
    const VALUES: &'static [&'static str] = &["false", "true"];

    fn index(&self) -> usize {
        usize::from(*self)
    }
}

impl<T: Label> Label for &T {
    const VALUES: &'static [&'static str] = T::VALUES;

    fn index(&self) -> usize {
        (**self).index()
    }
}

/// No label, one label, or a tuple of up to four.
pub trait Labels {
    /// Passes the index of each label's value on.
    fn with<R>(self, use_indices: impl FnOnce(&[u32]) -> R) -> R;
}

impl Labels for () {
    fn with<R>(self, use_indices: impl FnOnce(&[u32]) -> R) -> R {
        use_indices(&[])
    }
}

impl<T: Label> Labels for T {
    fn with<R>(self, use_indices: impl FnOnce(&[u32]) -> R) -> R {
        use_indices(&[label(&self)])
    }
}

macro_rules! tuples {
    ($($($name:ident)*;)*) => {
        $(impl<$($name: Label),*> Labels for ($($name,)*) {
            #[expect(non_snake_case, reason = "a value is named like its type")]
            fn with<R>(self, use_indices: impl FnOnce(&[u32]) -> R) -> R {
                let ($($name,)*) = self;
                use_indices(&[$(label(&$name)),*])
            }
        })*
    };
}

tuples! { A; A B; A B C; A B C D; }

/// The index of a label's value.
#[inline]
fn label<T: Label>(value: &T) -> u32 {
    value.index() as u32
}

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

handle! {
    /// Something that only grows. Declare it with `#[metric(counter, ..)]` on a `static`.
    Counter
}

handle! {
    /// Something that goes up and down. Declare it with `#[metric(gauge, ..)]` on a `static`.
    Gauge
}

handle! {
    /// Observations in buckets. Declare it with `#[metric(histogram, ..)]` on a `static`.
    Histogram
}

impl<L: Labels> Counter<L> {
    /// The series with these labels.
    pub fn with(&self, labels: L) -> BoundCounter {
        BoundCounter { cells: labels.with(|indices| place(self.metric, indices)) }
    }
}

impl Counter {
    /// Adds one.
    pub fn inc(&self) {
        self.with(()).inc();
    }

    /// Adds an amount; what is not above zero is ignored.
    pub fn add(&self, amount: f64) {
        self.with(()).add(amount);
    }
}

/// One series of a counter.
#[derive(Clone, Copy, Debug)]
pub struct BoundCounter {
    cells: u32,
}

impl BoundCounter {
    /// Adds one.
    pub fn inc(self) {
        self.add(1.0);
    }

    /// Adds an amount; what is not above zero is ignored.
    pub fn add(self, amount: f64) {
        if amount > 0.0 {
            add_own(self.cells, |word| cell::add_f64(word, amount));
        }
    }
}

impl<L: Labels> Histogram<L> {
    /// The series with these labels.
    pub fn with(&self, labels: L) -> BoundHistogram {
        let cells = labels.with(|indices| place(self.metric, indices));
        BoundHistogram { metric: self.metric, cells }
    }
}

impl Histogram {
    /// Counts an observation, in the unit that the name ends in.
    pub fn observe(&self, value: f64) {
        self.with(()).observe(value);
    }
}

/// One series of a histogram.
#[derive(Clone, Copy, Debug)]
pub struct BoundHistogram {
    metric: &'static Metric,
    cells: u32,
}

impl BoundHistogram {
    /// Counts an observation, in the unit that the name ends in.
    pub fn observe(self, value: f64) {
        observe_own(self.metric, self.cells, value);
    }
}

impl<L: Labels> Gauge<L> {
    /// The series with these labels.
    pub fn with(&self, labels: L) -> BoundGauge {
        let at = labels.with(|indices| combination(self.metric, indices));
        BoundGauge { metric: self.metric, at }
    }
}

impl Gauge {
    /// Sets the value.
    pub fn set(&self, value: f64) {
        self.with(()).set(value);
    }

    /// Adds to the value.
    pub fn add(&self, amount: f64) {
        self.with(()).add(amount);
    }

    /// Takes from the value.
    pub fn sub(&self, amount: f64) {
        self.with(()).sub(amount);
    }

    /// Counts one for as long as the guard lives.
    pub fn track(&self) -> Tracked {
        self.with(()).track()
    }
}

/// One series of a gauge.
#[derive(Clone, Copy, Debug)]
pub struct BoundGauge {
    metric: &'static Metric,
    at: u32,
}

impl BoundGauge {
    /// Sets the value.
    pub fn set(self, value: f64) {
        self.change(|_| value);
    }

    /// Adds to the value.
    pub fn add(self, amount: f64) {
        self.change(|value| value + amount);
    }

    /// Takes from the value.
    pub fn sub(self, amount: f64) {
        self.change(|value| value - amount);
    }

    /// Counts one for as long as the guard lives.
    pub fn track(self) -> Tracked {
        self.add(1.0);
        Tracked { gauge: self }
    }

    fn change(self, change: impl Fn(f64) -> f64) {
        if let Some(word) = self.metric.shared().get(self.at as usize) {
            let _ = word.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |bits| {
                Some(change(f64::from_bits(bits)).to_bits())
            });
        }
    }
}

/// Something that a gauge counts while it lives.
#[derive(Debug)]
#[must_use = "the gauge goes down again when this is dropped"]
pub struct Tracked {
    gauge: BoundGauge,
}

impl Drop for Tracked {
    fn drop(&mut self) {
        self.gauge.sub(1.0);
    }
}

/// Where a combination's words begin in a shard.
fn place(metric: &Metric, labels: &[u32]) -> u32 {
    let cells = metric.cells();
    if cells == NO_CELLS {
        return cells;
    }
    cells.saturating_add(combination(metric, labels) * metric.words() as u32)
}
