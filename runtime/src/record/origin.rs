//! The span that an observation is made in, if its trace leaves: then it can be the example of its
//! bucket.
//!
//! A trace leaves that the head has kept, and also one in which the observed call itself went wrong.
//! Asked only where a declared histogram takes something, by `sample` and `own`.

use super::clock;
use super::ending::End;
use super::guard::{AWAY, Call, TRACED};
use super::local::{Active, Local};
use super::sample::Place;
use super::state::{self, TRACES};
use crate::model::{Example, Metric};

/// A span of a trace that leaves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    trace_id: [u64; 2],
    span_id: u64,
}

/// Finds the span of an observation, if it is asked for.
pub(super) type Finder<'a> = &'a dyn Fn() -> Option<Origin>;

impl Origin {
    /// The current span of this thread.
    #[inline]
    pub(super) fn here(local: &Local) -> Option<Origin> {
        // What a finished trace has decided may still stand there.
        if local.span() == 0 || !local.sampled() {
            return None;
        }
        Origin::of(Active::of(local.trace(), local.span(), true))
    }

    /// The span of a call that ends; that of its caller, if it has none.
    pub(super) fn of_call(local: &Local, call: &Call<'_>, end: &End<'_>) -> Option<Origin> {
        if call.mode & TRACED == 0 {
            return Origin::here(local);
        }
        let own = if call.mode & AWAY == 0 {
            Active::of(local.trace(), call.span_id, local.sampled())
        } else {
            // SAFETY: the mode says so.
            unsafe { call.away() }
        };
        Origin::of(Active { sampled: own.sampled || end.is_bad(), ..own })
    }

    #[inline]
    fn of(span: Active) -> Option<Origin> {
        let trace_id = span.trace();
        let leaves = span.sampled && span.span_id != 0 && trace_id != [0, 0];
        (leaves && state::is_on(TRACES)).then_some(Origin { trace_id, span_id: span.span_id })
    }

    #[inline]
    fn offer(self, metric: &Metric, place: Place, bucket: usize, value: f64) {
        let buckets = metric.bounds.len() + 1;
        let Some(examples) = metric.examples() else { return };
        let at = (place.at as usize).saturating_mul(buckets).saturating_add(bucket);
        examples.offer(at, clock::round(), || {
            let Origin { trace_id, span_id } = self;
            Example { value, trace_id, span_id, unix_nanos: clock::unix_now() }
        });
    }
}

/// Offers an observation in a bucket of a histogram as its example, if it was made in a span of a
/// trace that leaves.
#[inline]
pub(super) fn offer(
    origin: impl Fn() -> Option<Origin>,
    metric: &Metric,
    place: Place,
    bucket: Option<usize>,
    value: f64,
) {
    if let Some(bucket) = bucket {
        if let Some(origin) = origin() {
            origin.offer(metric, place, bucket, value);
        }
    }
}
