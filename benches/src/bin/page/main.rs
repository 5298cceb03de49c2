//! The metrics page of a thousand functions, beside the same page by the crates that write one.
//!
//! ```text
//! cargo run --release --manifest-path benches/Cargo.toml -- page [--json] [--rounds N]
//! ```
//!
//! # Method
//!
//! - A thousand marked functions are called until every one of their buckets has counted. The
//!   peers hold the same families, series and counts, in vectors whose label values are resolved
//!   before. In the end the pages are read back and must say the same.
//! - All pages are written in turn, in one thread, each into a buffer that is used again, and then
//!   each again and again; `min` and `median` are over the rounds. In turn, a page finds nothing of
//!   its own in the caches, as between two scrapes. Reading plimsoll's shards, and `prometheus`'s
//!   `gather`, are in the figure. plimsoll's page tells of plimsoll itself as well.
//! - Further rounds have 4, 16 and 32 threads that have called all functions: what the page takes
//!   longer then is the merging of their shards.
//! - Memory is the resident set of a process of its own: what thirty-two threads add that have called
//!   a single function, what three pages add then, and what the threads take once all functions
//!   were called by all of them.

mod fill;
mod functions;
mod peers;
mod read;

use std::collections::BTreeMap;
use std::error::Error;
use std::process::{Command, ExitCode};
use std::sync::{Arc, Barrier};
use std::thread::JoinHandle;
use std::time::Instant;

use peers::{Client, Prometheus};
use plimsoll::Telemetry;
use read::Series;
use serde_json::json;

type Failure = Box<dyn Error + Send + Sync>;

/// What a scraper sends that wants text, and one that wants OpenMetrics.
const TEXT: &str = "text/plain;version=0.0.4";
const OPEN: &str = "application/openmetrics-text;version=1.0.0";
/// plimsoll's page takes at most this share of what `prometheus` takes.
const LIMIT: f64 = 1.0 / 8.0;
const ROUNDS: usize = 300;
const USAGE: &str = "usage: page [--json] [--rounds N]";

/// How long one page took, by round.
#[derive(Debug)]
struct Times {
    name: String,
    micros: Vec<f64>,
    bytes: usize,
}

impl Times {
    fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), micros: Vec::new(), bytes: 0 }
    }

    fn take(&mut self, page: impl FnOnce() -> Result<usize, Failure>) -> Result<(), Failure> {
        let begun = Instant::now();
        self.bytes = page()?;
        self.micros.push(begun.elapsed().as_secs_f64() * 1e6);
        Ok(())
    }

    fn min(&self) -> f64 {
        self.micros.iter().copied().fold(f64::INFINITY, f64::min)
    }

    fn median(&self) -> f64 {
        let mut sorted = self.micros.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "name": self.name,
            "min_us": self.min(),
            "median_us": self.median(),
            "bytes": self.bytes,
        })
    }
}

/// Threads that have called functions, and live.
struct Threads {
    leave: Arc<Barrier>,
    threads: Vec<JoinHandle<()>>,
}

impl Threads {
    /// Returns when all of them have made their calls.
    fn start(count: usize, calls: fn()) -> Self {
        let (called, leave) =
            (Arc::new(Barrier::new(count + 1)), Arc::new(Barrier::new(count + 1)));
        let thread = |_| {
            let (called, leave) = (Arc::clone(&called), Arc::clone(&leave));
            std::thread::spawn(move || {
                calls();
                called.wait();
                leave.wait();
            })
        };
        let threads = (0..count).map(thread).collect();
        called.wait();
        Self { leave, threads }
    }

    fn end(self) {
        self.leave.wait();
        for thread in self.threads {
            let _ = thread.join();
        }
    }
}

/// The resident set in KiB; 0 where there is no `/proc`.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("page: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let (mut as_json, mut rounds, mut arguments) = (false, ROUNDS, std::env::args().skip(1));
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => as_json = true,
            // This program, started by itself.
            "--memory" => return memory(),
            "--rounds" => rounds = arguments.next().ok_or(USAGE)?.parse::<usize>()?.max(1),
            _ => return Err(USAGE.into()),
        }
    }
    let child = Command::new(std::env::current_exe()?).arg("--memory").output()?;
    let memory: serde_json::Value = serde_json::from_slice(&child.stdout)?;
    let telemetry = start()?;
    let mut page = Vec::new();
    eprintln!("filling the buckets of {} functions", functions::all().count());
    let ours = fill(&mut page)?;
    let (prometheus, client) = (Prometheus::new(&ours)?, Client::new(&ours)?);
    let (mut theirs, mut clients) = (Vec::new(), String::new());
    prometheus.page(&mut theirs)?;
    client.page(&mut clients)?;
    read::compare(&ours, &read::page(&theirs)?)?;
    read::compare(&ours, &read::page(clients.as_bytes())?)?;
    let mut open = Vec::new();
    plimsoll::metrics_page(OPEN, &mut open);
    read::compare(&ours, &read::page(&open)?)?;

    let names = [
        "plimsoll, text",
        "plimsoll, OpenMetrics",
        "prometheus, gather and TextEncoder",
        "prometheus-client, encode",
    ];
    let [mut times, mut again] = [names.map(Times::new), names.map(Times::new)];
    let mut one = |which: usize| match which {
        0 => Ok(length(plimsoll::metrics_page(TEXT, &mut page), &page)),
        1 => Ok(length(plimsoll::metrics_page(OPEN, &mut open), &open)),
        2 => prometheus.page(&mut theirs).map(|()| theirs.len()),
        _ => client.page(&mut clients).map(|()| clients.len()),
    };
    for _ in 0..rounds {
        for (which, times) in times.iter_mut().enumerate() {
            times.take(|| one(which))?;
        }
    }
    for (which, times) in again.iter_mut().enumerate() {
        for _ in 0..rounds.min(100) {
            times.take(|| one(which))?;
        }
    }

    let mut merges = Vec::new();
    let mut running = 1;
    let mut more: Vec<Threads> = Vec::new();
    for threads in [1, 4, 16, 32] {
        more.push(Threads::start(threads - running, || fill::touch(3)));
        running = threads;
        let mut taken = Times::new(format!("{threads} threads"));
        for _ in 0..rounds.min(100) {
            taken.take(|| {
                plimsoll::metrics_page(TEXT, &mut page);
                Ok(page.len())
            })?;
        }
        merges.push((threads, taken));
    }
    more.into_iter().for_each(Threads::end);
    drop(telemetry);

    let ratio = |[ours, _, theirs, _]: &[Times; 4], of: fn(&Times) -> f64| of(ours) / of(theirs);
    let promises = [(IN_TURN, &times), (AGAIN, &again)]
        .map(|(what, times)| (what, ratio(times, Times::min), ratio(times, Times::median)));
    if as_json {
        let threads: Vec<_> = merges
            .iter()
            .map(|(threads, times)| {
                json!({"threads": threads, "min_us": times.min(), "median_us": times.median()})
            })
            .collect();
        let report = json!({
            "functions": functions::all().count(),
            "series": ours.len(),
            "in_turn": times.each_ref().map(Times::json),
            "again_and_again": again.each_ref().map(Times::json),
            "threads": threads,
            "resident_kib": memory,
            "promises": promises.map(|(what, value, by_medians)| {
                json!({
                    "what": what,
                    "value": value,
                    "value_by_medians": by_medians,
                    "limit": LIMIT,
                    "holds": value <= LIMIT,
                })
            }),
        });
        println!("{report}");
        return Ok(());
    }
    for (how, times) in [(IN_TURN, &times), (AGAIN, &again)] {
        println!("{:36} {:>9} {:>9} {:>9}", format!("us, {how}"), "min", "median", "bytes");
        for times in times {
            let Times { name, bytes, .. } = times;
            println!("{name:36} {:>9.1} {:>9.1} {bytes:>9}", times.min(), times.median());
        }
        println!();
    }
    println!("{:36} {:>9} {:>9}", "plimsoll, text, shards of", "min", "median");
    for (_, times) in &merges {
        println!("{:36} {:>9.1} {:>9.1}", times.name, times.min(), times.median());
    }
    println!("\nresident, KiB");
    for (what, kib) in memory.as_object().into_iter().flatten() {
        println!("{what:56} {kib:>9}");
    }
    println!("\n{:36} {:>9} {:>9} {:>9}", "page / prometheus's page", "min", "median", "at most");
    for (what, value, by_medians) in promises {
        let verdict = if value <= LIMIT { "holds" } else { "MISSED" };
        println!("{what:36} {value:>9.4} {by_medians:>9.4} {LIMIT:>9.4}  {verdict}");
    }
    Ok(())
}

/// Calls the functions until no bucket is empty; takes some ten seconds. What is on the page then.
fn fill(page: &mut Vec<u8>) -> Result<BTreeMap<Series, f64>, Failure> {
    fill::first_bucket();
    let lowers = fill::BOUNDS.into_iter();
    let uppers = fill::BOUNDS.into_iter().skip(1).chain([f64::INFINITY]);
    let mut missing: Vec<(f64, f64)> = lowers.zip(uppers).collect();
    for _ in 0..50 {
        missing.iter().for_each(|(lower, upper)| fill::bucket(*lower, *upper));
        plimsoll::metrics_page(TEXT, page);
        let series = read::page(page)?;
        let empty = read::empty_buckets(&series);
        missing.retain(|(_, upper)| empty.contains(&upper.to_bits()));
        if missing.is_empty() {
            return Ok(series);
        }
    }
    Err("the machine is too busy to fill all buckets".into())
}

/// What else is written in between leaves nothing in the caches, as between two scrapes.
const IN_TURN: &str = "in turn";
const AGAIN: &str = "again and again";

fn length(_: &'static str, page: &[u8]) -> usize {
    page.len()
}

/// Only the page is at work.
fn start() -> Result<Telemetry, plimsoll::Error> {
    plimsoll::builder().service("bench").no_traces().no_admin().no_log_lines().init()
}

/// Prints what threads take, and that a page takes nothing of its own, in KiB.
fn memory() -> Result<(), Failure> {
    let telemetry = start()?;
    let mut page = Vec::new();
    // Whatever is made at the first page is no part of what threads take.
    plimsoll::metrics_page(TEXT, &mut page);
    let before = resident();
    let threads = Threads::start(32, fill::touch_one);
    let one = resident();
    for _ in 0..3 {
        plimsoll::metrics_page(TEXT, &mut page);
    }
    let pages = resident();
    threads.end();
    let threads = Threads::start(32, || fill::touch(1));
    let all = resident();
    threads.end();
    drop(telemetry);
    println!(
        "{}",
        json!({
            "before": before,
            "more by 32 threads that called one function": one.saturating_sub(before),
            "more by three pages then": pages.saturating_sub(one),
            "more by 32 threads that called all functions": all.saturating_sub(before),
        })
    );
    Ok(())
}
