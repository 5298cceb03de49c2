//! Metrics by hand with the `prometheus` crate, as one writes them for speed.
//!
//! Handles resolved once, `Instant`, a histogram, a counter by outcome, a gauge of calls in
//! flight that goes down whatever happens. The hand-written stacks use [`observed`] too. What most
//! people write looks the handles up at each call with `with_label_values`; it is here beside.

use std::hint::black_box;
use std::sync::LazyLock;
use std::time::Instant;

use prometheus::core::Collector;
use prometheus::proto::Metric;
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    register_histogram_vec, register_int_counter_vec, register_int_gauge_vec,
};

use super::{Case, Failure, Made, Peer, Refused, Work, body, expect};

/// What "metrics only" is compared with.
pub(crate) const BY_HAND: &str = "prometheus by hand: sync";

pub(super) const CASES: &[Case] = &[
    Case::new(BY_HAND, || Work::new(sync, Books)),
    Case::new("prometheus by hand: 500 functions", || Work::new(many::in_turn, Books)),
    Case::new("prometheus by hand: two threads", || Work::new(sync, Books)).two_threads(),
    Case::new("prometheus, with_label_values: sync", || Work::new(looked_up, Books)),
    Case::new("prometheus, with_label_values: two threads", || Work::new(looked_up, Books))
        .two_threads(),
];

struct Families {
    duration: HistogramVec,
    calls: IntCounterVec,
    in_flight: IntGaugeVec,
}

static FAMILIES: LazyLock<Families> = LazyLock::new(families);

#[expect(clippy::unwrap_used, reason = "this is how the crate's users register what is fixed")]
fn families() -> Families {
    let duration = HistogramOpts::new("work_duration_seconds", "How long a call took.");
    let calls = Opts::new("work_calls_total", "Calls by outcome.");
    let in_flight = Opts::new("work_in_flight", "Calls now running.");
    Families {
        duration: register_histogram_vec!(duration, &["function"]).unwrap(),
        calls: register_int_counter_vec!(calls, &["function", "outcome"]).unwrap(),
        in_flight: register_int_gauge_vec!(in_flight, &["function"]).unwrap(),
    }
}

/// One function's series.
pub(super) struct Handles {
    duration: Histogram,
    ok: IntCounter,
    error: IntCounter,
    in_flight: IntGauge,
}

impl Handles {
    pub(super) fn of(function: &str) -> Self {
        Self {
            duration: FAMILIES.duration.with_label_values(&[function]),
            ok: FAMILIES.calls.with_label_values(&[function, "ok"]),
            error: FAMILIES.calls.with_label_values(&[function, "error"]),
            in_flight: FAMILIES.in_flight.with_label_values(&[function]),
        }
    }
}

static HANDLES: LazyLock<Handles> = LazyLock::new(|| Handles::of("work"));

/// One call in flight, for as long as it lives.
struct InFlight<'a>(&'a IntGauge);

impl<'a> InFlight<'a> {
    #[inline(always)]
    fn enter(gauge: &'a IntGauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for InFlight<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Runs `call` with metrics written by hand around it.
#[inline(always)]
pub(super) fn observed<T, E>(call: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    observed_by(&HANDLES, call)
}

/// The same with another function's series.
#[inline(always)]
pub(super) fn observed_by<T, E>(
    handles: &Handles,
    call: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let in_flight = InFlight::enter(&handles.in_flight);
    let start = Instant::now();
    let result = call();
    finished(handles, start, &result);
    drop(in_flight);
    result
}

/// The same around a future.
#[inline(always)]
pub(super) async fn observed_async<T, E>(call: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let handles = &*HANDLES;
    let in_flight = InFlight::enter(&handles.in_flight);
    let start = Instant::now();
    let result = call.await;
    finished(handles, start, &result);
    drop(in_flight);
    result
}

#[inline(always)]
fn finished<T, E>(handles: &Handles, start: Instant, result: &Result<T, E>) {
    handles.duration.observe(start.elapsed().as_secs_f64());
    if result.is_ok() {
        handles.ok.inc();
    } else {
        handles.error.inc();
    }
}

/// Checks what was counted in all families, by whichever function.
pub(super) struct Books;

impl Peer for Books {
    fn check(&mut self, made: Made) -> Result<String, Failure> {
        let timed = metrics_of(&FAMILIES.duration);
        let timed = timed.iter().map(|metric| metric.get_histogram().get_sample_count()).sum();
        let (mut ok, mut errors) = (0, 0);
        for metric in metrics_of(&FAMILIES.calls) {
            let failed = metric.get_label().iter().any(|pair| pair.value() == "error");
            *if failed { &mut errors } else { &mut ok } += metric.get_counter().get_value() as u64;
        }
        let running = metrics_of(&FAMILIES.in_flight);
        let running: f64 = running.iter().map(|metric| metric.get_gauge().get_value().abs()).sum();
        expect("histogram", timed, made.calls)?;
        expect("errors", errors, made.failed)?;
        expect("ok", ok, made.calls - made.failed)?;
        expect("in flight", running as u64, 0)?;
        Ok(String::new())
    }
}

fn metrics_of(family: &impl Collector) -> Vec<Metric> {
    family.collect().into_iter().flat_map(|mut family| family.take_metric()).collect()
}

#[inline(never)]
fn work(order: u64) -> Result<u64, Refused> {
    observed(|| body(black_box(order)))
}

/// The functions have their own series each, resolved at the first call.
mod many {
    use super::{Handles, observed_by};
    use crate::cases::body;

    five_hundred!(
        [] | order | {
            static HANDLES: std::sync::LazyLock<Handles> =
                std::sync::LazyLock::new(|| Handles::of(module_path!()));
            observed_by(&HANDLES, || body(std::hint::black_box(order)))
        }
    );
}

#[inline(never)]
fn work_looked_up(order: u64) -> Result<u64, Refused> {
    let in_flight = FAMILIES.in_flight.with_label_values(&["work"]);
    let in_flight = InFlight::enter(&in_flight);
    let start = Instant::now();
    let result = body(black_box(order));
    FAMILIES.duration.with_label_values(&["work"]).observe(start.elapsed().as_secs_f64());
    let outcome = if result.is_ok() { "ok" } else { "error" };
    FAMILIES.calls.with_label_values(&["work", outcome]).inc();
    drop(in_flight);
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
