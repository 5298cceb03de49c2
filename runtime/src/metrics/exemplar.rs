//! The last kept trace of each bucket, as an example for whoever looks at a histogram.
//!
//! Of functions and requests they are kept here, off the hot path, by the export thread, once a span
//! that leaves. A declared histogram keeps its own (`model::examples`), since no span says what was
//! observed. Read by all formats. At most one example a bucket, changed at most once a second, so that
//! scrapes show steady links.

use std::sync::{Mutex, OnceLock, PoisonError};

use crate::catalog;
use crate::model::{Example, Metric};
use crate::record;
use crate::record::cell::{BOUNDS, place};

/// The buckets of all histograms that have examples, `+Inf` included.
pub(crate) const BUCKETS: usize = BOUNDS.len() + 1;

/// One observation and the span that it came from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Exemplar {
    pub(crate) value: f64,
    pub(crate) trace_id: u128,
    pub(crate) span_id: u64,
    pub(crate) unix_nanos: u64,
}

impl Exemplar {
    /// That of a span: its duration to the nanosecond.
    pub(crate) fn of_span(seconds: f64, trace_id: u128, span_id: u64, unix_nanos: u64) -> Exemplar {
        Exemplar { value: (seconds * 1e9).round() / 1e9, trace_id, span_id, unix_nanos }
    }
}

/// An example for each bucket that has one.
pub(crate) type All = [Option<Exemplar>; BUCKETS];

/// The examples of one series.
#[derive(Debug, Default)]
pub(crate) struct Examples(Mutex<All>);

const STEADY_NANOS: u64 = 1_000_000_000;

impl Examples {
    /// Takes an example for a bucket, unless it has a fresh one.
    pub(crate) fn keep(&self, bucket: usize, new: Exemplar) {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = buckets.get_mut(bucket) {
            let fresh =
                place.is_some_and(|old| old.unix_nanos.abs_diff(new.unix_nanos) < STEADY_NANOS);
            if !fresh {
                *place = Some(new);
            }
        }
    }

    /// All examples, by bucket.
    pub(crate) fn read(&self) -> All {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// By the function's cells, as [`place`] says; made when the first example comes.
static FUNCTIONS: OnceLock<Vec<OnceLock<Box<Examples>>>> = OnceLock::new();

/// Takes a kept span as an example for `function_duration_seconds` of its function.
#[cfg_attr(not(feature = "otlp"), expect(dead_code, reason = "only exporters know what is kept"))]
pub(crate) fn keep(cells: u32, seconds: f64, trace_id: u128, span_id: u64, unix_nanos: u64) {
    let Some(catalog) = catalog::get() else {
        return;
    };
    let functions = FUNCTIONS.get_or_init(|| {
        let last = catalog.functions.iter().map(|function| place(function.cells)).max();
        last.map_or_else(Vec::new, |last| (0..=last).map(|_| OnceLock::new()).collect())
    });
    if let Some(function) = functions.get(place(cells)) {
        let exemplar = Exemplar::of_span(seconds, trace_id, span_id, unix_nanos);
        function.get_or_init(Box::default).keep(bucket(&BOUNDS, seconds), exemplar);
    }
}

/// The examples of a function, if it has any.
#[inline]
pub(crate) fn of(cells: u32) -> Option<All> {
    let examples = FUNCTIONS.get()?.get(place(cells))?.get()?;
    Some(examples.read())
}

/// Reads the examples of one series of a declared histogram, whose buckets have counted so much.
/// Leaves nothing in `into` if there are none.
pub(crate) fn of_declared(
    metric: &Metric,
    series: usize,
    counts: &[u64],
    into: &mut Vec<Option<Exemplar>>,
) {
    into.clear();
    let Some(examples) = metric.known_examples() else { return };
    let buckets = metric.bounds.len() + 1;
    let first = series.saturating_mul(buckets);
    // What was observed since the counts were added up is not shown before it is counted.
    let counted = counts.iter().take(buckets).enumerate().filter(|(_, count)| **count != 0);
    for (bucket, _) in counted {
        if let Some(example) = examples.read(first.saturating_add(bucket)) {
            let Example { value, trace_id, span_id, unix_nanos } = example;
            let trace_id = record::join(trace_id);
            into.resize(bucket, None);
            into.push(Some(Exemplar { value, trace_id, span_id, unix_nanos }));
        }
    }
}

/// The first bucket whose bound is not below the value.
pub(crate) fn bucket(bounds: &[f64], value: f64) -> usize {
    bounds.partition_point(|bound| *bound < value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(value: f64, unix_nanos: u64) -> Exemplar {
        Exemplar { value, trace_id: 7, span_id: 9, unix_nanos }
    }

    #[test]
    fn an_example_is_in_the_bucket_that_counts_it() {
        for (index, bound) in BOUNDS.iter().enumerate() {
            assert_eq!(bucket(&BOUNDS, *bound), index);
            assert_eq!(bucket(&BOUNDS, bound * 1.000_001), index + 1);
        }
        assert_eq!(bucket(&BOUNDS, f64::INFINITY), BOUNDS.len());
    }

    #[test]
    fn an_example_stays_for_a_second() {
        let examples = Examples::default();
        examples.keep(3, example(0.1, 5_000_000_000));
        examples.keep(3, example(0.2, 5_999_999_999));
        assert_eq!(examples.read()[3], Some(example(0.1, 5_000_000_000)));
        examples.keep(3, example(0.3, 6_000_000_000));
        assert_eq!(examples.read()[3], Some(example(0.3, 6_000_000_000)));
        // A clock that was set back does not freeze it.
        examples.keep(3, example(0.4, 1_000_000_000));
        assert_eq!(examples.read()[3], Some(example(0.4, 1_000_000_000)));
        assert_eq!(examples.read()[4], None);
    }

    #[test]
    fn no_such_bucket_is_no_panic() {
        Examples::default().keep(BUCKETS, example(1.0, 1));
    }
}
