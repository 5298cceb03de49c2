//! plimsoll with a function of the program's own in the place of OTLP, which counts the spans.
//!
//! So the CPU time is that of recording and draining, before anything is encoded: what peers pay
//! whose exporters throw spans away. As with fastrace, 64 spans stand under a root.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use plimsoll::{Report, Telemetry, observe};

use super::{Case, Failure, Made, Peer, Refused, Work, body, expect, share};

/// What is compared with fastrace by the CPU time of all threads.
pub(crate) const COUNTING: &str = "plimsoll counting sink: 64 under a root";

pub(super) const CASES: &[Case] = &[Case::new(COUNTING, start).environment(NO_OTLP).burst(BURST)];

const NO_OTLP: &[(&str, &str)] = &[("OTEL_TRACES_EXPORTER", "none")];
const BURST: u64 = 6 * super::UNIT;
const CHILDREN: u64 = 64;
const DEADLINE: Duration = Duration::from_secs(10);

static HANDED: AtomicU64 = AtomicU64::new(0);

#[observe]
#[inline(never)]
fn counted(order: u64) -> Result<u64, Refused> {
    body(order)
}

#[observe]
#[inline(never)]
fn counted_batch(first: u64) {
    for order in first..first + CHILDREN {
        let _ = black_box(counted(black_box(order)));
    }
}

fn under_roots(calls: u64) {
    for first in (0..calls).step_by(CHILDREN as usize) {
        counted_batch(black_box(first));
    }
}

fn start() -> Result<Work, Failure> {
    let mut handed = 0;
    // Called by one thread: no locked instruction is needed.
    let count = move |_: &plimsoll::FinishedSpan<'_>| {
        handed += 1;
        HANDED.store(handed, Ordering::Relaxed);
    };
    let telemetry = plimsoll::builder().service("bench").no_admin().on_span(count).init()?;
    Work::new(under_roots, Counting { telemetry: Some(telemetry), report: None })
}

struct Counting {
    telemetry: Option<Telemetry>,
    report: Option<Report>,
}

impl Peer for Counting {
    fn flush(&mut self) -> Result<(), Failure> {
        let telemetry = self.telemetry.take().ok_or("not running")?;
        self.report = Some(telemetry.shutdown(DEADLINE));
        Ok(())
    }

    fn check(&mut self, made: Made) -> Result<String, Failure> {
        let spans = &self.report.as_ref().ok_or("no report")?.spans;
        let wanted = made.calls + made.calls / CHILDREN;
        expect("spans made", spans.made, wanted)?;
        expect("spans out and lost", spans.exported + spans.lost_total(), wanted)?;
        expect("spans handed over", HANDED.load(Ordering::Relaxed), spans.exported)?;
        share("spans", spans.exported, wanted)
    }
}
