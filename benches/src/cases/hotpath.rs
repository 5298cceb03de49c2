//! hotpath's `#[measure]`: durations of functions, gathered by a worker thread.
//!
//! The nearest in design to plimsoll's record path, but with no outcome, no gauge and no trace. Set
//! up as its `#[hotpath::main]` does; its HTTP server is off, for the cases' processes live side
//! by side and it has one fixed port. Its chunks grow without a bound when the worker lags, so
//! calls are made in bursts with pauses.

use std::hint::black_box;
use std::path::PathBuf;
use std::{env, fs, process};

use hotpath::{Format, HotpathGuard, HotpathGuardBuilder};
use serde_json::Value;

use super::{Case, Failure, Made, Peer, Refused, Work, body, expect, inlined};

pub(super) const CASES: &[Case] = &[
    Case::new("hotpath: sync", || start(sync)).environment(NO_SERVER).burst(BURST),
    Case::new("hotpath: async", || start(asynchronous)).environment(NO_SERVER).burst(BURST),
    Case::new("hotpath: two threads", || start(sync))
        .environment(NO_SERVER)
        .burst(BURST)
        .two_threads(),
];

const NO_SERVER: &[(&str, &str)] = &[("HOTPATH_METRICS_SERVER_OFF", "true")];
const BURST: u64 = 64 * 1024;

fn start(calls: fn(u64)) -> Result<Work, Failure> {
    let report = env::temp_dir().join(format!("plimsoll-bench-hotpath-{}.json", process::id()));
    let guard = HotpathGuardBuilder::new("main").format(Format::Json).output_path(&report).build();
    Work::new(calls, Running { guard: Some(guard), report })
}

struct Running {
    guard: Option<HotpathGuard>,
    report: PathBuf,
}

impl Peer for Running {
    /// Ends the profile; the report is written then.
    fn flush(&mut self) -> Result<(), Failure> {
        self.guard = None;
        Ok(())
    }

    fn check(&mut self, made: Made) -> Result<String, Failure> {
        let report: Value = serde_json::from_slice(&fs::read(&self.report)?)?;
        fs::remove_file(&self.report)?;
        let functions = report["functions_timing"]["data"].as_array().ok_or("no functions")?;
        let calls = functions
            .iter()
            .filter(|function| function["name"].as_str().is_some_and(|name| name.contains("work")))
            .filter_map(|function| function["calls"].as_u64())
            .sum();
        expect("calls", calls, made.calls)?;
        Ok(String::new())
    }
}

#[hotpath::measure]
#[inline(never)]
fn work(order: u64) -> Result<u64, Refused> {
    body(order)
}

#[hotpath::measure]
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
