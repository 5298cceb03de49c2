//! Metrics by hand with `prometheus-client`: handles kept, and looked up at each call.
//!
//! Its README shows `Family::get_or_create` with a struct of labels at each call. Whoever wants
//! speed keeps what that returns. `Instant`, a histogram, a counter by outcome.

use std::hint::black_box;
use std::sync::LazyLock;
use std::time::Instant;

use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::books::outcomes;
use super::{BUCKETS, Case, Failure, Made, Peer, Refused, Work, body};

pub(super) const CASES: &[Case] = &[
    Case::new("prometheus-client by hand: sync", || Work::new(sync, Books)),
    Case::new("prometheus-client by hand: two threads", || Work::new(sync, Books)).two_threads(),
    Case::new("prometheus-client, get_or_create: sync", || Work::new(looked_up, Books)),
    Case::new("prometheus-client, get_or_create: two threads", || Work::new(looked_up, Books))
        .two_threads(),
];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Called {
    function: &'static str,
    outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Timed {
    function: &'static str,
}

#[expect(non_camel_case_types, reason = "the label's value is the variant's name")]
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
enum Outcome {
    ok,
    error,
}

struct Families {
    registry: Registry,
    calls: Family<Called, Counter>,
    duration: Family<Timed, Histogram>,
}

static FAMILIES: LazyLock<Families> = LazyLock::new(|| {
    let mut registry = Registry::default();
    let calls = Family::<Called, Counter>::default();
    let duration = Family::<Timed, Histogram>::new_with_constructor(|| Histogram::new(BUCKETS));
    registry.register("work_calls", "Calls by outcome.", calls.clone());
    registry.register("work_duration_seconds", "How long a call took.", duration.clone());
    Families { registry, calls, duration }
});

struct Handles {
    ok: Counter,
    error: Counter,
    duration: Histogram,
}

static HANDLES: LazyLock<Handles> = LazyLock::new(|| {
    let called =
        |outcome| FAMILIES.calls.get_or_create_owned(&Called { function: "work", outcome });
    Handles {
        ok: called(Outcome::ok),
        error: called(Outcome::error),
        duration: FAMILIES.duration.get_or_create_owned(&Timed { function: "work" }),
    }
});

struct Books;

impl Peer for Books {
    fn check(&mut self, made: Made) -> Result<String, Failure> {
        let mut page = String::new();
        encode(&mut page, &FAMILIES.registry)?;
        outcomes(&page, "work_calls_total", "work_duration_seconds_count", made)
    }
}

#[inline(never)]
fn work(order: u64) -> Result<u64, Refused> {
    let handles = &*HANDLES;
    let start = Instant::now();
    let result = body(black_box(order));
    handles.duration.observe(start.elapsed().as_secs_f64());
    if result.is_ok() { &handles.ok } else { &handles.error }.inc();
    result
}

#[inline(never)]
fn work_looked_up(order: u64) -> Result<u64, Refused> {
    let start = Instant::now();
    let result = body(black_box(order));
    let took = start.elapsed().as_secs_f64();
    FAMILIES.duration.get_or_create(&Timed { function: "work" }).observe(took);
    let outcome = if result.is_ok() { Outcome::ok } else { Outcome::error };
    FAMILIES.calls.get_or_create(&Called { function: "work", outcome }).inc();
    result
}

fn sync(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work(black_box(order)));
    }
}

fn looked_up(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work_looked_up(black_box(order)));
    }
}
