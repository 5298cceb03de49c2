//! `measured` by hand: a histogram and a counter with closed sets of labels, indexed at each call.
//!
//! As its documentation shows: enums for labels, `HistogramVec` and `CounterVec` in statics, the
//! dense kind that it picks for closed sets. `Instant` as in the other hand-written metrics.

use std::hint::black_box;
use std::sync::LazyLock;
use std::time::Instant;

use measured::metric::MetricFamilyEncoding;
use measured::metric::histogram::Thresholds;
use measured::metric::name::MetricName;
use measured::text::BufferedTextEncoder;
use measured::{CounterVec, FixedCardinalityLabel, HistogramVec, LabelGroup};

use super::books::outcomes;
use super::{BUCKETS, Case, Failure, Made, Peer, Refused, Work, body};

pub(super) const CASES: &[Case] = &[
    Case::new("measured: sync", || Work::new(sync, Books)),
    Case::new("measured: two threads", || Work::new(sync, Books)).two_threads(),
];

#[derive(Clone, Copy, FixedCardinalityLabel)]
#[label(rename_all = "snake_case")]
enum Function {
    Work,
}

#[derive(Clone, Copy, FixedCardinalityLabel)]
#[label(rename_all = "snake_case")]
enum Outcome {
    Ok,
    Error,
}

#[derive(LabelGroup)]
#[label(set = CalledSet)]
struct Called {
    function: Function,
    outcome: Outcome,
}

#[derive(LabelGroup)]
#[label(set = TimedSet)]
struct Timed {
    function: Function,
}

static CALLS: LazyLock<CounterVec<CalledSet>> =
    LazyLock::new(|| CounterVec::with_label_set(CalledSet::new()));

static DURATION: LazyLock<HistogramVec<TimedSet, { BUCKETS.len() }>> = LazyLock::new(|| {
    HistogramVec::with_label_set_and_metadata(TimedSet::new(), Thresholds::with_buckets(BUCKETS))
});

struct Books;

impl Peer for Books {
    fn check(&mut self, made: Made) -> Result<String, Failure> {
        let mut encoder = BufferedTextEncoder::new();
        CALLS.collect_family_into(MetricName::from_str("work_calls_total"), &mut encoder)?;
        DURATION
            .collect_family_into(MetricName::from_str("work_duration_seconds"), &mut encoder)?;
        let page = encoder.finish();
        let page = std::str::from_utf8(&page)?;
        outcomes(page, "work_calls_total", "work_duration_seconds_count", made)
    }
}

#[inline(never)]
fn work(order: u64) -> Result<u64, Refused> {
    let start = Instant::now();
    let result = body(black_box(order));
    DURATION.observe(Timed { function: Function::Work }, start.elapsed().as_secs_f64());
    let outcome = if result.is_ok() { Outcome::Ok } else { Outcome::Error };
    CALLS.inc(Called { function: Function::Work, outcome });
    result
}

fn sync(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work(black_box(order)));
    }
}
