//! Summaries: the handle that a program observes with, and the window that quantiles are of.
//!
//! A summary counts in exponential buckets of the calling thread's shard, as a native histogram
//! does; no quantile is computed there. Readers keep what the buckets held at a few moments of the
//! last ten minutes: what came since is the window. Any reader may be the one who keeps it, so that
//! several see the same. Called by `walk` with the time, and by programs.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::family::Exponential;
use super::handle::{handle, sharded};
use super::label::Labels;
use crate::model::Metric;
use crate::record::{Measurable, Place, own};

handle! {
    /// Quantiles of observations: 0.5, 0.9, 0.95 and 0.99 of the last ten minutes, beside the sum and
    /// the number of all. Declare it with `#[metric(summary, ..)]` on a `static`.
    ///
    /// A quantile is off by 2.2 % at most, for sizes between 2^-32 and 2^32. It is NaN while there is
    /// nothing in the window. Quantiles of several processes can't be put together; where that is
    /// wanted, use a [`Histogram`](crate::Histogram).
    ///
    /// The window moves in steps of two minutes, and only when somebody reads: it is the last eight
    /// to ten minutes as long as they do so every two. Who reads rarely gets what came since the
    /// last reading, or the last but one where that is within ten minutes. After a pause in which
    /// nobody has read, the window holds all of the pause for its first five minutes.
    Summary
}

impl<L> Summary<L> {
    /// The series with these labels: a value of each, several in a tuple.
    ///
    /// The value of an open label is looked up here, so bind what a loop uses before it. Where there
    /// is one, what is bound before [`init`](crate::init) counts nothing.
    pub fn with(&self, labels: impl Labels<L>) -> BoundSummary {
        BoundSummary { metric: self.metric, place: sharded(self.metric, &labels) }
    }
}

impl Summary {
    /// Counts an observation, in the unit that the name ends in; what is no finite number is ignored.
    pub fn observe(&self, value: impl Measurable) {
        self.with(()).observe(value);
    }
}

/// One series of a summary.
#[derive(Clone, Copy, Debug)]
pub struct BoundSummary {
    metric: &'static Metric,
    place: Place,
}

impl BoundSummary {
    /// Counts an observation, in the unit that the name ends in; what is no finite number is ignored.
    pub fn observe(self, value: impl Measurable) {
        own::observe(self.metric, self.place, value.measure());
    }
}

/// The quantiles that are shown.
pub(super) const QUANTILES: [f64; 4] = [0.5, 0.9, 0.95, 0.99];

/// How far back the window goes, and the steps that it moves by.
const WINDOW: Duration = Duration::from_secs(600);
const STEP: Duration = Duration::from_secs(120);

/// Which step a time is in.
fn step(at: Duration) -> u64 {
    at.as_secs() / STEP.as_secs()
}

/// The windows of all series that were observed.
#[derive(Debug, Default)]
struct Windows {
    /// When somebody looked, once a step: a series that was not there yet held nothing then.
    looks: VecDeque<Duration>,
    series: BTreeMap<usize, Window>,
}

/// The window of one series.
#[derive(Debug)]
struct Window {
    /// What the buckets held, by time since the start; then they held nothing.
    before: VecDeque<(Duration, Exponential)>,
}

impl Windows {
    const fn new() -> Windows {
        Windows { looks: VecDeque::new(), series: BTreeMap::new() }
    }

    fn quantiles(&mut self, series: usize, now: Duration, all: &Exponential) -> [(f64, f64); 4] {
        if self.looks.back().is_none_or(|last| step(now) > step(*last)) {
            self.looks.push_back(now);
            self.looks.retain(|at| now.saturating_sub(*at) <= WINDOW);
        }
        // What has never been observed needs no memory.
        if all.total() == 0 {
            return QUANTILES.map(|quantile| (quantile, f64::NAN));
        }
        let window = self.series.entry(series).or_insert_with(|| {
            let earlier = self.looks.iter().copied().filter(|at| step(*at) < step(now));
            Window::new(earlier)
        });
        let window = window.visit(now, all);
        QUANTILES.map(|quantile| (quantile, window.quantile(quantile)))
    }
}

impl Window {
    /// That of a series that held nothing at these times.
    fn new(looks: impl Iterator<Item = Duration>) -> Window {
        let nothing = |at| (at, Exponential::default());
        Window { before: std::iter::once(Duration::ZERO).chain(looks).map(nothing).collect() }
    }

    /// What came in the window that ends now, when the buckets hold `all`.
    fn visit(&mut self, now: Duration, all: &Exponential) -> Exponential {
        let age = |at: Duration| now.saturating_sub(at);
        let inside = self.before.partition_point(|(at, _)| age(*at) > WINDOW);
        // After a long pause the last look before it says more than the first one after it.
        let paused = self.before.get(inside).is_none_or(|(at, _)| age(*at) < WINDOW / 2);
        let first = if paused { inside.saturating_sub(1) } else { inside };
        let mut window = all.clone();
        if let Some((_, before)) = self.before.get(first) {
            window.take_off(before);
        }
        if self.before.back().is_none_or(|(at, _)| step(now) > step(*at)) {
            self.before.push_back((now, all.clone()));
        }
        // The last one before the window is kept, for want of a better one.
        self.before.drain(..inside.saturating_sub(1));
        window
    }
}

/// The quantiles of one series, by its number among those that have fine buckets.
///
/// `now` is the time since the start, and `all` what all threads have observed since. In a test's
/// capture they are of all that it holds: the window is the process's.
pub(super) fn quantiles(series: usize, now: Duration, all: &Exponential) -> [(f64, f64); 4] {
    #[cfg(feature = "testing")]
    if crate::record::capture::read().is_some() {
        return QUANTILES.map(|quantile| (quantile, all.quantile(quantile)));
    }
    static WINDOWS: Mutex<Windows> = Mutex::new(Windows::new());
    WINDOWS.lock().unwrap_or_else(PoisonError::into_inner).quantiles(series, now, all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::native;
    use crate::record::sync::AtomicPtr;

    /// Values between 0 and 1 that look random, the same each time.
    fn uniform() -> impl Iterator<Item = f64> {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        std::iter::repeat_with(move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1u64 << 53) as f64
        })
    }

    fn counted(values: &[f64]) -> Exponential {
        let place = AtomicPtr::default();
        for value in values {
            native::observe(&place, native::Pen::Own, *value);
        }
        let mut all = Exponential::default();
        native::read(&place, &mut all);
        all
    }

    fn distributions() -> [(&'static str, Vec<f64>); 6] {
        let from = |how: &dyn Fn(f64, f64) -> f64| -> Vec<f64> {
            let (mut one, mut another) = (uniform(), uniform().skip(12_345));
            let values = std::iter::from_fn(|| Some(how(one.next()?, another.next()?)));
            values.take(20_000).collect()
        };
        let normal =
            |a: f64, b: f64| (-2.0 * (a + 1e-300).ln()).sqrt() * (b * std::f64::consts::TAU).cos();
        [
            ("uniform", from(&|a, _| a * 5.0)),
            ("exponential", from(&|a, _| -(1.0 - a).ln() * 0.01)),
            ("lognormal", from(&|a, b| (normal(a, b) * 2.0 - 6.0).exp())),
            ("pareto", from(&|a, _| 0.001 * (1.0 - a).powf(-1.0 / 1.2))),
            ("two humps", from(&|a, b| if a < 0.93 { 0.002 + b * 0.001 } else { 3.0 + b })),
            ("both signs", from(&|a, b| normal(a, b) * 100.0)),
        ]
    }

    /// The smallest value that this share of all is at most.
    fn exact(sorted: &[f64], share: f64) -> f64 {
        let rank = (share * sorted.len() as f64).ceil() as usize;
        sorted[rank.clamp(1, sorted.len()) - 1]
    }

    #[test]
    fn quantiles_are_off_by_little() {
        for (name, mut values) in distributions() {
            let all = counted(&values);
            values.sort_by(f64::total_cmp);
            for (share, found) in Windows::new().quantiles(0, Duration::from_secs(1), &all) {
                let exact = exact(&values, share);
                let error = (found - exact).abs() / exact.abs();
                assert!(error <= 0.023, "{name}, {share}: {found} is not {exact}");
            }
        }
    }

    /// As Prometheus's `histogram_quantile` reads a native histogram: in a bucket, straight.
    fn histogram_quantile(share: f64, all: &Exponential) -> f64 {
        let bound = |number: i32| (f64::from(number) / 16.0).exp2();
        let below = all.negative.iter().rev();
        let below = below.map(|(number, count)| (-bound(number + 1), -bound(*number), *count));
        let above =
            all.positive.iter().map(|(number, count)| (bound(*number), bound(number + 1), *count));
        let zero = (-Exponential::ZERO, Exponential::ZERO, all.zero);
        let mut rank = share * all.total() as f64;
        for (lower, upper, count) in below.chain([zero]).chain(above) {
            if rank <= count as f64 && count != 0 {
                return lower + (upper - lower) * rank / count as f64;
            }
            rank -= count as f64;
        }
        f64::NAN
    }

    #[test]
    fn quantiles_as_prometheus_computes_them_are_off_by_little() {
        for (name, mut values) in distributions() {
            let all = counted(&values);
            values.sort_by(f64::total_cmp);
            for share in (1..100).map(|percent| f64::from(percent) / 100.0) {
                let (found, exact) = (histogram_quantile(share, &all), exact(&values, share));
                let error = (found - exact).abs() / exact.abs();
                // Between the humps, and where the sign changes, a rank more is another size.
                let near = exact.abs() < 1e-2 && name == "both signs" || share == 0.93;
                assert!(error <= 0.05 || near, "{name}, {share}: {found} is not {exact}");
            }
        }
    }

    /// The buckets of so many seconds, with one observation in each: the second itself.
    fn until(seconds: u64) -> Exponential {
        counted(&(1..=seconds).map(|second| second as f64).collect::<Vec<_>>())
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// The first and the last second that a window shows.
    fn span(window: &Exponential) -> (f64, u64) {
        (window.quantile(0.0), window.total())
    }

    #[test]
    fn a_window_is_the_last_eight_to_ten_minutes() {
        let mut window = Window::new(std::iter::empty());
        for now in (15..7200).step_by(15) {
            let seen = window.visit(seconds(now), &until(now)).total();
            if now <= 600 {
                assert_eq!(seen, now, "all since the start");
            } else {
                assert!((480..=600).contains(&seen), "{seen} s in the window at {now} s");
            }
            assert!(window.before.len() <= 7);
        }
    }

    #[test]
    fn who_comes_rarely_gets_what_came_since() {
        // Each six minutes: since the last time.
        let mut window = Window::new(std::iter::empty());
        for now in (360..7200).step_by(360) {
            assert_eq!(window.visit(seconds(now), &until(now)).total(), 360);
        }
        // Each four: since the last but one.
        let mut window = Window::new(std::iter::empty());
        for now in (240..7200).step_by(240) {
            assert_eq!(window.visit(seconds(now), &until(now)).total(), now.min(480));
        }
        // Each hour: since the last time, which is all that is known.
        let mut window = Window::new(std::iter::empty());
        for now in (3600..36_000).step_by(3600) {
            assert_eq!(window.visit(seconds(now), &until(now)).total(), 3600);
        }
    }

    #[test]
    fn readers_do_not_disturb_each_other() {
        let (mut alone, mut both) =
            (Window::new(std::iter::empty()), Window::new(std::iter::empty()));
        for now in (10..4000).step_by(10) {
            let all = until(now);
            let seen = both.visit(seconds(now), &all);
            if now % 60 == 0 {
                // Another reader came each ten seconds, and the last an instant before.
                let again = both.visit(seconds(now), &all);
                assert_eq!(seen, again);
                assert_eq!(span(&again), span(&alone.visit(seconds(now), &all)));
            }
        }
        // Also after a pause.
        let first = both.visit(seconds(9000), &until(9000));
        assert_eq!(first, both.visit(seconds(9000), &until(9000)));
        let more = both.visit(seconds(9060), &until(9060));
        assert_eq!(more.total(), first.total() + 60);
        let after = both.visit(seconds(9400), &until(9400));
        assert_eq!(after.total(), 400, "the pause is over");
    }

    #[test]
    fn what_is_older_than_the_window_is_gone() {
        let mut windows = Windows::new();
        let mut at = |now, all: &Exponential| windows.quantiles(3, seconds(now), all)[0].1;
        assert!(at(10, &Exponential::default()).is_nan());
        let slow = counted(&[100.0; 50]);
        assert!((at(3600, &slow) / 100.0 - 1.0).abs() < 0.023);
        let mut all = slow.clone();
        all.add(&counted(&[1.0; 20]));
        assert!((at(3700, &all) / 100.0 - 1.0).abs() < 0.023, "together for as long as it may be");
        assert!((at(4201, &all) - 1.0).abs() < 0.023);
        assert!(at(4900, &all).is_nan(), "nothing came for ten minutes");
    }

    #[test]
    fn a_series_that_comes_later_held_nothing_before() {
        let mut windows = Windows::new();
        for now in (3000..3600).step_by(15) {
            windows.quantiles(0, seconds(now), &until(now));
        }
        let all = counted(&[7.0; 10]);
        for now in (3600..4000).step_by(15) {
            let [(_, median), ..] = windows.quantiles(1, seconds(now), &all);
            assert!((median / 7.0 - 1.0).abs() < 0.023, "{median} at {now} s");
        }
    }

    #[cfg(feature = "testing")]
    #[test]
    fn who_reads_a_capture_leaves_the_window_alone() {
        let median = |now, all| quantiles(usize::MAX, seconds(now), all)[0].1;
        let capture = crate::record::capture::Capture::new();
        let captured = counted(&[1.0; 50]);
        for now in [3000, 3300] {
            let median = capture.while_read(|| median(now, &captured));
            assert!((median - 1.0).abs() < 0.023, "{median} at {now} s");
        }
        let median = median(3400, &counted(&[1.0; 10]));
        assert!((median - 1.0).abs() < 0.023, "{median}: what was captured is taken off");
    }
}
