//! Figures that the program is asked for at each visit, instead of setting them.
//!
//! They are asked before anybody reads, while no lock of plimsoll's is held: the program's own code
//! may do what it likes, but for waiting. One that panics loses its own figures for this visit. What
//! gauges answer is put where they keep their values; what counters answer goes into the figures of
//! the visit, in place of what the threads have counted. Called by `sources` and by `page`.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use crate::catalog::Catalog;
use crate::model::{Metric, MetricKind, NO_CELLS, Read, UNTOUCHED};
use crate::record::{self, Place};

/// Words that are to be replaced, and by which bits.
pub(crate) type Answers = Vec<(u32, u64)>;

thread_local! {
    static ASKS: Cell<bool> = const { Cell::new(false) };
}

/// The time in which a thread runs the program's own code to hear its figures.
#[derive(Debug)]
pub(super) struct Asking;

impl Asking {
    /// Begins; nothing, where it is one of those who are asked that wants to see the figures: it would
    /// be asked again, without end, or wait for itself.
    pub(super) fn begin() -> Option<Asking> {
        (!ASKS.replace(true)).then_some(Asking)
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        ASKS.set(false);
    }
}

/// Asks everybody.
pub(crate) fn ask(catalog: &Catalog) -> Answers {
    let mut answers = Answers::new();
    let Some(_asking) = Asking::begin() else { return answers };
    for metric in catalog.metrics.iter().copied() {
        if let Some(read) = metric.read {
            let figures = ask_all(metric, read);
            for (at, bits) in figures.into_iter().enumerate() {
                put(metric, at as u32, bits, &mut answers);
            }
        }
        for (at, reader) in metric.known_state().map(|state| state.readers()).unwrap_or_default() {
            // With what it holds, which another may have taken the place of, and which goes here then.
            let figure = guarded(metric, move || reader());
            put(metric, at, figure.map_or(UNTOUCHED, f64::to_bits), &mut answers);
        }
    }
    answers
}

/// True for a metric that somebody is asked for.
pub(super) fn is_asked(metric: &Metric) -> bool {
    let has_readers = || metric.known_state().is_some_and(|state| state.has_readers());
    metric.read.is_some() || has_readers()
}

/// The figures of all series of a metric, as bits. Those of one series are added up.
fn ask_all(metric: &'static Metric, read: Read) -> Vec<u64> {
    let none = vec![UNTOUCHED; metric.combinations()];
    let mut figures = none.clone();
    let asked = guarded(metric, || {
        read(&mut |labels, value| {
            let place = Place::new(metric, labels);
            for label in place.full() {
                // The process's, as all that is asked for, also where a test's capture is read.
                if let Some(word) = metric.shared().get(metric.combinations() + label) {
                    word.fetch_add(1, Ordering::Relaxed);
                }
            }
            if let Some(bits) = figures.get_mut(place.at as usize) {
                let before = if *bits == UNTOUCHED { 0.0 } else { f64::from_bits(*bits) };
                *bits = (before + value).to_bits();
            }
        });
    });
    if asked.is_some() { figures } else { none }
}

/// Runs what the program gave; a panic ends nothing but this. What it does is not observed.
fn guarded<R>(metric: &'static Metric, ask: impl FnOnce() -> R) -> Option<R> {
    let answer = catch_unwind(AssertUnwindSafe(|| record::suppress(ask)));
    answer.inspect_err(|_| metric.state().count_panic()).ok()
}

/// Puts a figure where it is read.
fn put(metric: &'static Metric, at: u32, bits: u64, answers: &mut Answers) {
    match metric.kind {
        MetricKind::Gauge => {
            if let Some(word) = metric.shared().get(at as usize) {
                word.store(bits, Ordering::Relaxed);
            }
        }
        MetricKind::Counter if metric.cells() != NO_CELLS => {
            let value = f64::from_bits(bits);
            let is_count = value >= 0.0 && value.is_finite();
            let word = metric.cells() + at * metric.words() as u32;
            answers.push((word, if is_count { bits } else { UNTOUCHED }));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::handle::Gauge;
    use crate::metrics::label::Open;
    use crate::model::Values;

    fn catalog(metric: &'static Metric) -> Catalog {
        let (functions, floats, metrics) = (Vec::new(), Vec::new(), vec![metric]);
        Catalog { functions, metrics, cells: 0, floats, native: None }
    }

    struct Grumbles;

    impl Drop for Grumbles {
        fn drop(&mut self) {
            panic!("it did not want to go");
        }
    }

    #[test]
    fn a_panic_of_what_was_replaced_while_it_was_asked_ends_nothing() {
        static METRIC: Metric = Metric::gauge("callback_grumbles", "");
        static GAUGE: Gauge = Gauge::new(&METRIC);
        let grumbles = Grumbles;
        GAUGE.read_from(move || {
            let _held = &grumbles;
            GAUGE.read_from(|| 2);
            1
        });
        let catalog = catalog(&METRIC);
        let value = || f64::from_bits(METRIC.shared()[0].load(Ordering::Relaxed));
        ask(&catalog);
        assert!(value().is_nan());
        assert_eq!(METRIC.state().panics(), 1);
        ask(&catalog);
        assert_eq!(value(), 2.0);
    }

    #[test]
    fn of_what_has_no_room_nobody_is_asked() {
        static METRIC: Metric =
            Metric::gauge("callback_pools", "").labels(&["pool"], &[Values::Open(1)]);
        static POOLS: Gauge<Open> = Gauge::new(&METRIC);
        for (pool, idle) in [("a", 1), ("b", 2), ("c", 3)] {
            POOLS.with(pool).read_from(move || idle);
        }
        ask(&catalog(&METRIC));
        let values: Vec<u64> =
            METRIC.shared().iter().map(|it| it.load(Ordering::Relaxed)).collect();
        // That of one of them is not that of all others.
        assert_eq!(values, [1f64.to_bits(), UNTOUCHED, 2]);
    }
}
