//! Metrics by hand with the `prometheus` crate, as one writes them for speed.
//!
//! Handles resolved once, `Instant`, a histogram, a counter by outcome, a gauge of calls in
//! flight that goes down whatever happens. The other hand-written stacks use [`observed`] too.

use std::hint::black_box;
use std::sync::LazyLock;
use std::time::Instant;

use prometheus::{
    Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, Opts, register_histogram,
    register_int_counter_vec, register_int_gauge,
};

use super::{Case, Failure, Made, Peer, Refused, Work, body, expect};

/// What "metrics only" is compared with.
pub(crate) const BY_HAND: &str = "prometheus by hand: sync";

pub(super) const CASES: &[Case] = &[
    Case::new(BY_HAND, || Work::new(sync, Books)),
    Case::new("prometheus by hand: two threads", || Work::new(sync, Books)).two_threads(),
];

struct Handles {
    duration: Histogram,
    ok: IntCounter,
    error: IntCounter,
    in_flight: IntGauge,
}

static HANDLES: LazyLock<Handles> = LazyLock::new(handles);

#[expect(clippy::unwrap_used, reason = "this is how the crate's users register what is fixed")]
fn handles() -> Handles {
    let duration = HistogramOpts::new("work_duration_seconds", "How long a call took.");
    let calls = Opts::new("work_calls_total", "Calls by outcome.");
    let calls: IntCounterVec = register_int_counter_vec!(calls, &["outcome"]).unwrap();
    Handles {
        duration: register_histogram!(duration).unwrap(),
        ok: calls.with_label_values(&["ok"]),
        error: calls.with_label_values(&["error"]),
        in_flight: register_int_gauge!("work_in_flight", "Calls now running.").unwrap(),
    }
}

/// One call in flight, for as long as it lives.
struct InFlight;

impl InFlight {
    #[inline(always)]
    fn enter() -> Self {
        HANDLES.in_flight.inc();
        Self
    }
}

impl Drop for InFlight {
    #[inline(always)]
    fn drop(&mut self) {
        HANDLES.in_flight.dec();
    }
}

/// Runs `call` with metrics written by hand around it.
#[inline(always)]
pub(super) fn observed<T, E>(call: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let in_flight = InFlight::enter();
    let start = Instant::now();
    let result = call();
    finished(start, in_flight, &result);
    result
}

/// The same around a future.
#[inline(always)]
pub(super) async fn observed_async<T, E>(call: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let in_flight = InFlight::enter();
    let start = Instant::now();
    let result = call.await;
    finished(start, in_flight, &result);
    result
}

#[inline(always)]
fn finished<T, E>(start: Instant, in_flight: InFlight, result: &Result<T, E>) {
    HANDLES.duration.observe(start.elapsed().as_secs_f64());
    if result.is_ok() {
        HANDLES.ok.inc();
    } else {
        HANDLES.error.inc();
    }
    drop(in_flight);
}

/// Checks what [`observed`] counted.
pub(super) struct Books;

impl Peer for Books {
    fn check(&mut self, made: Made) -> Result<String, Failure> {
        expect("histogram", HANDLES.duration.get_sample_count(), made.calls)?;
        expect("errors", HANDLES.error.get(), made.failed)?;
        expect("ok", HANDLES.ok.get(), made.calls - made.failed)?;
        expect("in flight", HANDLES.in_flight.get().unsigned_abs(), 0)?;
        Ok(String::new())
    }
}

#[inline(never)]
fn work(order: u64) -> Result<u64, Refused> {
    observed(|| body(black_box(order)))
}

fn sync(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work(black_box(order)));
    }
}
