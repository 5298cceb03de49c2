//! The `metrics` facade with its prometheus recorder: macros at each call, and handles kept.
//!
//! Its documentation shows the macros with static labels; the recorder has buckets set, or the
//! histogram would be a summary. The recorder keeps each sample until somebody folds them in:
//! that runs every second on a thread of its own, where the exporter's default is five, so that
//! memory stays small.

use std::hint::black_box;
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use metrics::{Counter, Histogram, counter, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::books::outcomes;
use super::{BUCKETS, Case, Failure, Made, Peer, Refused, Work, body, inlined};

pub(super) const CASES: &[Case] = &[
    Case::new("metrics, macros: sync", || start(macros)),
    Case::new("metrics, macros: async", || start(asynchronous)),
    Case::new("metrics, macros: two threads", || start(macros)).two_threads(),
    Case::new("metrics, handles kept: sync", || start(handles)),
    Case::new("metrics, handles kept: two threads", || start(handles)).two_threads(),
];

const UPKEEP: Duration = Duration::from_secs(1);

fn start(calls: fn(u64)) -> Result<Work, Failure> {
    let handle = PrometheusBuilder::new().set_buckets(&BUCKETS)?.install_recorder()?;
    let own = handle.clone();
    thread::Builder::new().name("upkeep".into()).spawn(move || {
        loop {
            thread::sleep(UPKEEP);
            own.run_upkeep();
        }
    })?;
    Work::new(calls, Books(handle))
}

struct Books(PrometheusHandle);

impl Peer for Books {
    fn flush(&mut self) -> Result<(), Failure> {
        self.0.run_upkeep();
        Ok(())
    }

    fn check(&mut self, made: Made) -> Result<String, Failure> {
        outcomes(&self.0.render(), "work_calls", "work_duration_seconds_count", made)
    }
}

#[inline(always)]
fn finished(start: Instant, result: &Result<u64, Refused>) {
    histogram!("work_duration_seconds", "function" => "work").record(start.elapsed().as_secs_f64());
    if result.is_ok() {
        counter!("work_calls", "function" => "work", "outcome" => "ok").increment(1);
    } else {
        counter!("work_calls", "function" => "work", "outcome" => "error").increment(1);
    }
}

#[inline(never)]
fn work_macros(order: u64) -> Result<u64, Refused> {
    let start = Instant::now();
    let result = body(black_box(order));
    finished(start, &result);
    result
}

async fn work_async(order: u64) -> Result<u64, Refused> {
    let start = Instant::now();
    let result = async { body(black_box(order)) }.await;
    finished(start, &result);
    result
}

struct Handles {
    duration: Histogram,
    ok: Counter,
    error: Counter,
}

static HANDLES: LazyLock<Handles> = LazyLock::new(|| Handles {
    duration: histogram!("work_duration_seconds", "function" => "work"),
    ok: counter!("work_calls", "function" => "work", "outcome" => "ok"),
    error: counter!("work_calls", "function" => "work", "outcome" => "error"),
});

#[inline(never)]
fn work_handles(order: u64) -> Result<u64, Refused> {
    let handles = &*HANDLES;
    let start = Instant::now();
    let result = body(black_box(order));
    handles.duration.record(start.elapsed().as_secs_f64());
    if result.is_ok() { &handles.ok } else { &handles.error }.increment(1);
    result
}

fn macros(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work_macros(black_box(order)));
    }
}

fn asynchronous(calls: u64) {
    for order in 0..calls {
        let _ = black_box(inlined(work_async(black_box(order))));
    }
}

fn handles(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work_handles(black_box(order)));
    }
}
