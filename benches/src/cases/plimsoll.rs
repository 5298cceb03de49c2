//! plimsoll itself: off, metrics only, recorded, not sampled.
//!
//! One marked function serves most cases; what differs is what the process was told to record, by
//! the environment that operators use. Spans are encoded and sent to the driver's receiver, and
//! the books are read where a user reads them: on the metrics page and in the shutdown's report.

use std::hint::black_box;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use plimsoll::{Report, Telemetry, observe};

use super::many::{Fourth, polled};
use super::{
    Case, FAILING, Failure, Made, NoBooks, Peer, Refused, UNIT, Work, body, expect, inlined, moved,
    share,
};

/// What all of plimsoll's cases are called first.
pub(crate) const PLIMSOLL: &str = "plimsoll";
/// What is compared with the bare call.
pub(crate) const OFF: &str = "plimsoll off: sync";
/// What is compared with prometheus by hand.
pub(crate) const METRICS_ONLY: &str = "plimsoll metrics only: sync";
/// What is compared with the usual stack.
pub(crate) const RECORDED: &str = "plimsoll all signals: sync";

pub(super) const CASES: &[Case] = &[
    Case::new(OFF, || Work::new(sync, NoBooks)),
    Case::new("plimsoll off: async inlined", || Work::new(async_inlined, NoBooks)),
    Case::new("plimsoll off: async moved", || Work::new(async_moved, NoBooks)),
    Case::new("plimsoll off: async, 4 polls", || Work::new(four_polls, NoBooks)),
    Case::new("plimsoll off: 500 functions", || Work::new(many::in_turn, NoBooks)),
    Case::new(METRICS_ONLY, || on(sync, Spans::None)).environment(NO_TRACES),
    Case::new("plimsoll metrics only: async", || on(async_inlined, Spans::None))
        .environment(NO_TRACES),
    Case::new("plimsoll metrics only: async, 4 polls", || on(four_polls, Spans::None))
        .environment(NO_TRACES),
    Case::new("plimsoll metrics only: 500 functions", || on(many::in_turn, Spans::None))
        .environment(NO_TRACES),
    Case::new("plimsoll metrics only: two threads", || on(sync, Spans::None))
        .environment(NO_TRACES)
        .two_threads(),
    Case::new("plimsoll not sampled: sync", || on(sync, Spans::Failed)).environment(NOT_SAMPLED),
    Case::new("plimsoll not sampled: 500 functions", || on(many::in_turn, Spans::Failed))
        .environment(NOT_SAMPLED),
    Case::new(RECORDED, || on(sync, Spans::All)).environment(ALL).burst(SLOTS),
    Case::new("plimsoll all signals: 64 under a root", || on(under_roots, Spans::AllAndRoots))
        .environment(ALL)
        .burst(SLOTS),
    Case::new("plimsoll all signals: 1 number", || on(one_number, Spans::All))
        .environment(ALL)
        .burst(SLOTS),
    Case::new("plimsoll all signals: 3 numbers", || on(three_numbers, Spans::All))
        .environment(ALL)
        .burst(BURST),
    Case::new("plimsoll all signals: 1 string", || on(one_string, Spans::All))
        .environment(ALL)
        .burst(SLOTS),
    Case::new("plimsoll all signals: 3 arguments", || on(three, Spans::All))
        .environment(ALL)
        .burst(BURST),
    Case::new("plimsoll all signals: async", || on(async_inlined, Spans::All))
        .environment(ALL)
        .burst(SLOTS),
    Case::new("plimsoll all signals: async, 4 polls", || on(four_polls, Spans::All))
        .environment(ALL)
        .burst(BURST),
    Case::new("plimsoll all signals: every call fails", || {
        Work::failing(failing, Running::start(Spans::All)?)
    })
    .environment(ALL)
    .burst(BURST),
    Case::new("plimsoll all signals: 500 functions", || on(many::in_turn, Spans::All))
        .environment(ALL)
        .burst(SLOTS),
    Case::new("plimsoll all signals: two threads", || on(sync, Spans::All))
        .environment(ALL)
        .burst(SLOTS)
        .two_threads(),
];

/// A thread's ring has eight thousand slots. So many spans it takes in one go that need one each:
/// roots, with little or nothing recorded.
const SLOTS: u64 = 6 * UNIT;
/// And so many of the others.
const BURST: u64 = 2 * UNIT;
const CHILDREN: u64 = 64;
const DEADLINE: Duration = Duration::from_secs(10);

const ALL: &[(&str, &str)] = &[FREE_PORT];
/// Nor logs: a failed call would be told of, which no peer that only counts does.
const NO_TRACES: &[(&str, &str)] = &[
    FREE_PORT,
    ("OTEL_TRACES_EXPORTER", "none"),
    ("OTEL_LOGS_EXPORTER", "none"),
    ("RUST_LOG", "off"),
];
const NOT_SAMPLED: &[(&str, &str)] = &[FREE_PORT, ("OTEL_TRACES_SAMPLER", "always_off")];
/// The cases' processes live side by side.
const FREE_PORT: (&str, &str) = ("OTEL_EXPORTER_PROMETHEUS_PORT", "0");

#[observe]
#[inline(never)]
fn work(order: u64) -> Result<u64, Refused> {
    body(order)
}

#[observe(log(order))]
#[inline(never)]
fn work_number(order: u64) -> Result<u64, Refused> {
    body(order)
}

#[observe(log(order, total, count))]
#[inline(never)]
fn work_numbers(order: u64, total: u64, count: u64) -> Result<u64, Refused> {
    black_box((total, count));
    body(order)
}

#[observe(log(public(region)))]
#[inline(never)]
fn work_string(order: u64, region: &str) -> Result<u64, Refused> {
    black_box(region);
    body(order)
}

#[observe(log(order, total, public(region)))]
#[inline(never)]
fn work_three(order: u64, total: u64, region: &str) -> Result<u64, Refused> {
    black_box((total, region));
    body(order)
}

#[observe]
async fn work_async(order: u64) -> Result<u64, Refused> {
    body(order)
}

#[observe]
async fn work_fourth(order: u64) -> Result<u64, Refused> {
    Fourth::default().await;
    body(order)
}

mod many {
    use crate::cases::body;

    five_hundred!([#[plimsoll::observe]] |order| { body(order) });
}

#[observe]
#[inline(never)]
fn batch(first: u64) {
    for order in first..first + CHILDREN {
        let _ = black_box(work(black_box(order)));
    }
}

fn sync(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work(black_box(order)));
    }
}

fn async_inlined(calls: u64) {
    for order in 0..calls {
        let _ = black_box(inlined(work_async(black_box(order))));
    }
}

fn async_moved(calls: u64) {
    for order in 0..calls {
        let _ = black_box(moved(work_async(black_box(order))));
    }
}

fn under_roots(calls: u64) {
    for first in (0..calls).step_by(CHILDREN as usize) {
        batch(black_box(first));
    }
}

fn three(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work_three(black_box(order), black_box(4_200), black_box("eu-west")));
    }
}

fn one_number(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work_number(black_box(order)));
    }
}

fn three_numbers(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work_numbers(black_box(order), black_box(4_200), black_box(7)));
    }
}

fn one_string(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work_string(black_box(order), black_box("eu-west")));
    }
}

fn four_polls(calls: u64) {
    for order in 0..calls {
        let _ = black_box(polled(work_fourth(black_box(order))));
    }
}

fn failing(calls: u64) {
    for _ in 0..calls {
        let _ = black_box(work(black_box(FAILING)));
    }
}

/// Which spans have to come out.
#[derive(Clone, Copy)]
enum Spans {
    None,
    /// Those of failed calls: the tail is kept whatever the head decided.
    Failed,
    All,
    AllAndRoots,
}

impl Spans {
    fn of(self, made: Made) -> u64 {
        match self {
            Self::None => 0,
            Self::Failed => made.failed,
            Self::All => made.calls,
            Self::AllAndRoots => made.calls + made.calls / CHILDREN,
        }
    }
}

fn on(calls: fn(u64), spans: Spans) -> Result<Work, Failure> {
    Work::new(calls, Running::start(spans)?)
}

struct Running {
    telemetry: Option<Telemetry>,
    page: String,
    report: Option<Report>,
    spans: Spans,
}

impl Peer for Running {
    fn look(&mut self) -> Result<(), Failure> {
        let telemetry = self.telemetry.as_ref().ok_or("not running")?;
        let mut stream = TcpStream::connect(telemetry.admin_addr().ok_or("no admin server")?)?;
        stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n")?;
        stream.read_to_string(&mut self.page)?;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let telemetry = self.telemetry.take().ok_or("not running")?;
        self.report = Some(telemetry.shutdown(DEADLINE));
        Ok(())
    }

    fn check(&mut self, made: Made) -> Result<String, Failure> {
        expect("ok", self.series("function_calls_total", "ok")?, made.calls - made.failed)?;
        expect("errors", self.series("function_calls_total", "error")?, made.failed)?;
        expect("histogram", self.series("function_duration_seconds_count", "")?, made.calls)?;
        expect("in flight", self.series("function_in_flight", "")?, 0)?;
        let spans = &self.report.as_ref().ok_or("no report")?.spans;
        let wanted = self.spans.of(made);
        expect("spans made", spans.made, wanted)?;
        expect("spans out and lost", spans.exported + spans.lost_total(), wanted)?;
        if wanted == 0 { Ok(String::new()) } else { share("spans", spans.exported, wanted) }
    }
}

impl Running {
    fn start(spans: Spans) -> Result<Self, Failure> {
        let telemetry = plimsoll::builder().service("bench").init()?;
        Ok(Self { telemetry: Some(telemetry), page: String::new(), report: None, spans })
    }

    /// The sum of the series with this name, over all functions whose name begins with `work`, and
    /// with this outcome among the labels.
    fn series(&self, name: &str, outcome: &str) -> Result<u64, Failure> {
        let mut sum = None;
        for line in self.page.lines() {
            let Some((series, value)) = line.rsplit_once(' ') else {
                continue;
            };
            let Some((known, labels)) = series.split_once('{') else {
                continue;
            };
            if known == name
                && labels.contains("function=\"work")
                && labels.contains(&format!("\"{outcome}"))
            {
                *sum.get_or_insert(0.0) += value.parse::<f64>()?;
            }
        }
        sum.map(|sum| sum as u64).ok_or_else(|| format!("{name} is not on the page").into())
    }
}
