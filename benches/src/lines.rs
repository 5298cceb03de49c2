//! What a log line costs: an event with five fields inside a span with three, as a line of JSON.
//!
//! ```text
//! cargo run --release --manifest-path benches/Cargo.toml -- lines [--json] [--rounds N] [filter ..]
//! ```
//!
//! Each case is a process of its own, asked in turn for a burst of lines; the same pinning and the
//! same reading of minima as the calls' bench. Where a thread in the background writes, it gets a
//! pause after each burst, which is not timed. All write into a sink that only counts. Before it is
//! timed, each case's lines are captured and read back: as many as were made, in order, valid JSON,
//! the message and all five fields with their values. Peers repeat the span's fields on the line;
//! plimsoll's names trace and span by their ids, and the fields are on the span. Called by `main`;
//! the peers are in `cases`.

mod cases;
mod sink;

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cases::Failure;
use crate::driver::clean;
use crate::pin::{Core, pin};
use crate::process::{Finished, Process};
use crate::{Arguments, alloc, cpu, receiver};
use cases::{CASES, Case, MARKED, SLOG, TRACING, TRACING_SPAN};

const ROUNDS: usize = 200;
/// Lines of one burst: less than what any of the peers' queues holds.
const BURST: u64 = 2048;
/// Time for a thread in the background to write a burst.
const PAUSE: Duration = Duration::from_millis(8);
/// Lines that are captured and read.
const CHECKED: u64 = 1000;
/// Bursts for the bill of CPU time.
const BILL: u64 = 40;

/// What was found out about one case. Times are nanoseconds a line.
struct Figures {
    name: &'static str,
    minimum: f64,
    median: f64,
    settled: Value,
}

impl Figures {
    fn number(&self, key: &str) -> f64 {
        self.settled[key].as_f64().unwrap_or(f64::NAN)
    }

    fn right(&self) -> bool {
        self.settled["right"].as_bool().unwrap_or(false)
    }
}

/// Runs all cases that the arguments want, and prints. False if a case's lines are wrong.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    if let Some(name) = &arguments.case {
        let case = CASES.iter().find(|case| case.name == name).ok_or("no such case")?;
        serve(case)?;
        return Ok(true);
    }
    let rounds = arguments.rounds.unwrap_or(ROUNDS).max(1);
    let endpoint = receiver::start()?;
    let wanted = CASES.iter().filter(|case| arguments.wants(case.name));
    let mut running =
        wanted.map(|case| Running::start(case, &endpoint)).collect::<Result<Vec<_>, _>>()?;
    // Only now: children inherit the cores that they may choose from.
    pin(Core::Second);
    for case in &mut running {
        case.0.hear()?;
    }
    let count = running.len();
    for round in 0..rounds {
        for turn in 0..count {
            running[(round + turn) % count].round()?;
        }
    }
    let figures = running.into_iter().map(Running::finish).collect::<Result<Vec<_>, _>>()?;
    let claims = claims(&figures);
    if arguments.json {
        println!("{}", as_json(&figures, &claims));
    } else {
        print_table(&figures, &claims);
    }
    Ok(figures.iter().all(Figures::right))
}

/// A case's process.
struct Running(Process);

impl Running {
    fn start(case: &'static Case, endpoint: &str) -> Result<Self, Failure> {
        let mut command = clean(endpoint)?;
        command.args(["lines", "--case", case.name]);
        command.env("OTEL_LOGS_EXPORTER", if case.otlp_logs { "otlp" } else { "none" });
        Ok(Self(Process::start(case.name, command)?))
    }

    fn round(&mut self) -> Result<(), Failure> {
        let nanos = self.0.round()?.parse::<f64>()?;
        self.0.rounds.push(nanos / BURST as f64);
        Ok(())
    }

    fn finish(self) -> Result<Figures, Failure> {
        let name = self.0.name;
        let Finished { minimum, median, settled } = self.0.finish()?;
        Ok(Figures { name, minimum, median, settled })
    }
}

/// The side of the case: serves the driver until it says `finish`.
fn serve(case: &Case) -> Result<(), Failure> {
    let mut driver = UnixStream::from(std::io::stdin().as_fd().try_clone_to_owned()?);
    // What the peer starts in the background inherits the second core.
    pin(Core::Second);
    let mut peer = (case.start)()?;
    pin(Core::First);
    let pause = || {
        if case.background {
            thread::sleep(PAUSE);
        }
    };
    let captured = sink::capture(CHECKED, || (peer.log)(CHECKED))?;
    let checked = cases::check(&captured, CHECKED, case.span_on_line);
    let mut made = CHECKED;
    let mut burst = || {
        let start = Instant::now();
        (peer.log)(BURST);
        let nanos = start.elapsed().as_nanos();
        made += BURST;
        nanos
    };
    for _ in 0..4 {
        burst();
        pause();
    }
    writeln!(driver, "ready")?;
    for line in BufReader::new(driver.try_clone()?).lines() {
        if line? == "round" {
            let nanos = burst();
            pause();
            writeln!(driver, "{nanos}")?;
            continue;
        }
        let allocated = alloc::during(|| {
            burst();
        });
        pause();
        let before = cpu::process();
        for _ in 0..BILL {
            burst();
            pause();
        }
        let cpu = cpu::process() - before;
        let ended = (peer.end)(made);
        let right = checked
            .as_ref()
            .map_err(|error| error.to_string())
            .and_then(|bytes| ended.map_err(|error| error.to_string()).map(|note| (*bytes, note)));
        let (bytes, note, right) = match right {
            Ok((bytes, note)) => (bytes, note, true),
            Err(note) => (f64::NAN, note, false),
        };
        let settled = json!({
            "cpu": cpu as f64 / (BILL * BURST) as f64,
            "allocations": allocated.times as f64 / BURST as f64,
            "allocated": allocated.bytes as f64 / BURST as f64,
            "bytes": bytes,
            "lines": made,
            "right": right,
            "note": note,
        });
        writeln!(driver, "{settled}")?;
        return Ok(());
    }
    Ok(())
}

struct Claim {
    what: &'static str,
    value: f64,
    by_medians: f64,
    limit: f64,
}

impl Claim {
    fn verdict(&self) -> &'static str {
        if self.value <= self.limit { "holds" } else { "MISSED" }
    }
}

/// What is promised of a line, as far as the figures suffice.
fn claims(figures: &[Figures]) -> Vec<Claim> {
    let of = |name| figures.iter().find(|figure| figure.name == name);
    let ratio = |what, ours, theirs, limit| {
        let (ours, theirs) = (of(ours)?, of(theirs)?);
        let value = ours.minimum / theirs.minimum;
        Some(Claim { what, value, by_medians: ours.median / theirs.median, limit })
    };
    let allocations = of(MARKED).map(|figure| figure.number("allocations")).map(|value| Claim {
        what: "allocations a line",
        value,
        by_medians: value,
        limit: 0.0,
    });
    [
        ratio("marked function / tracing-subscriber JSON", MARKED, TRACING, 1.0 / 8.0),
        ratio("marked function / slog-json", MARKED, SLOG, 0.5),
        ratio("tracing span / tracing-subscriber JSON", TRACING_SPAN, TRACING, 1.0 / 8.0),
        ratio("tracing span / slog-json", TRACING_SPAN, SLOG, 0.5),
        allocations,
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn print_table(figures: &[Figures], claims: &[Claim]) {
    println!(
        "{:40} {:>8} {:>8} {:>8} {:>7} {:>7} {:>7}  books",
        "case, ns a line", "min", "median", "CPU", "allocs", "bytes", "line"
    );
    for figure in figures {
        let note = figure.settled["note"].as_str().unwrap_or_default();
        println!(
            "{:40} {:>8.1} {:>8.1} {:>8.1} {:>7.2} {:>7.0} {:>7.1}  {}{note}",
            figure.name,
            figure.minimum,
            figure.median,
            figure.number("cpu"),
            figure.number("allocations"),
            figure.number("allocated"),
            figure.number("bytes"),
            if figure.right() { "" } else { "WRONG: " },
        );
    }
    println!("\n{:46} {:>8} {:>8} {:>8}", "promises", "min", "median", "at most");
    for claim in claims {
        let Claim { what, value, by_medians, limit } = claim;
        println!("{what:46} {value:>8.3} {by_medians:>8.3} {limit:>8.3}  {}", claim.verdict());
    }
}

fn as_json(figures: &[Figures], claims: &[Claim]) -> Value {
    let cases = figures.iter().map(|figure| {
        let mut case = figure.settled.clone();
        case["name"] = json!(figure.name);
        case["min_ns"] = json!(figure.minimum);
        case["median_ns"] = json!(figure.median);
        case
    });
    let claims = claims.iter().map(|claim| {
        json!({
            "what": claim.what,
            "value": claim.value,
            "value_by_medians": claim.by_medians,
            "limit": claim.limit,
            "holds": claim.value <= claim.limit,
        })
    });
    json!({ "cases": cases.collect::<Vec<_>>(), "promises": claims.collect::<Vec<_>>() })
}
