//! autometrics with its prometheus back end and its gauge of concurrent calls.
//!
//! The nearest peer in what it asks of a user: one attribute. It has no spans of its own.

use std::hint::black_box;

use autometrics::autometrics;
use autometrics::settings::AutometricsSettings;
use prometheus::Registry;

use super::{Case, Failure, Made, Peer, Refused, Work, body, expect, inlined};

pub(super) const CASES: &[Case] = &[
    Case::new("autometrics: sync", || start(sync)),
    Case::new("autometrics: async", || start(asynchronous)),
    Case::new("autometrics: two threads", || start(sync)).two_threads(),
];

fn start(calls: fn(u64)) -> Result<Work, Failure> {
    let registry = Registry::new();
    AutometricsSettings::builder()
        .service_name("bench")
        .prometheus_registry(registry.clone())
        .try_init()?;
    Work::new(calls, Books(registry))
}

struct Books(Registry);

impl Peer for Books {
    fn check(&mut self, made: Made) -> Result<String, Failure> {
        let (mut calls, mut errors, mut timed, mut in_flight) = (0.0, 0.0, 0, f64::NAN);
        for family in self.0.gather() {
            for metric in family.get_metric() {
                let failed = metric.get_label().iter().any(|pair| pair.value() == "error");
                match family.name() {
                    "function_calls_total" => {
                        calls += metric.get_counter().get_value();
                        errors += if failed { metric.get_counter().get_value() } else { 0.0 };
                    }
                    "function_calls_duration_seconds" => {
                        timed += metric.get_histogram().get_sample_count();
                    }
                    "function_calls_concurrent" => in_flight = metric.get_gauge().get_value(),
                    _ => {}
                }
            }
        }
        expect("calls", calls as u64, made.calls)?;
        expect("errors", errors as u64, made.failed)?;
        expect("histogram", timed, made.calls)?;
        if in_flight != 0.0 {
            return Err(format!("in flight: {in_flight}").into());
        }
        Ok(String::new())
    }
}

#[autometrics(track_concurrency)]
#[inline(never)]
fn work(order: u64) -> Result<u64, Refused> {
    body(order)
}

#[autometrics(track_concurrency)]
async fn work_async(order: u64) -> Result<u64, Refused> {
    body(order)
}

fn sync(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work(black_box(order)));
    }
}

fn asynchronous(calls: u64) {
    for order in 0..calls {
        let _ = black_box(inlined(work_async(black_box(order))));
    }
}
