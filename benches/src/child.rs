//! One case in a process of its own: sets its peer up, then makes rounds of calls when told to.
//!
//! The driver speaks to it over a socket that stands in the place of standard input; standard
//! output is left to the peer, which may log. Called by `main` for `--case`. What is measured is
//! in `cases`; here is only how.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::cases::{Case, Failure, UNIT, Work};
use crate::pin::{Core, pin};
use crate::threads::Caller;
use crate::{alloc, cpu};

/// How long the calls of one round take together.
const TIMED: Duration = Duration::from_millis(4);
/// How long a round with pauses may last.
const ROUND: Duration = Duration::from_millis(8);
/// The background thread's turn after each burst.
const PAUSE: Duration = Duration::from_millis(2);
/// How long calls are made for the bill of CPU time.
const BILL: Duration = Duration::from_millis(250);
/// Loops that are watched for allocations.
const WATCHED: u64 = 16;
/// A loop of this many calls ends before the one that fails.
const WELL: u64 = UNIT - 64;

/// Serves the driver until it says `finish`.
pub(crate) fn serve(case: &Case) -> Result<(), Failure> {
    let mut driver = UnixStream::from(std::io::stdin().as_fd().try_clone_to_owned()?);
    // What the peer starts in the background inherits the second core.
    pin(Core::Second);
    let work = (case.start)()?;
    let mut caller = Caller::new(work.calls, case.threads)?;
    pin(Core::First);
    let pace = Pace::find(case, &mut caller);
    writeln!(driver, "ready")?;
    for line in BufReader::new(driver.try_clone()?).lines() {
        if line? == "finish" {
            let settled = finish(work, &pace, &mut caller);
            writeln!(driver, "{settled}")?;
            break;
        }
        let (calls, nanos) = pace.round(&mut caller);
        writeln!(driver, "{calls} {nanos}")?;
    }
    Ok(())
}

/// How many calls are made at once, and whether the background gets a pause after them.
struct Pace {
    calls: u64,
    paused: bool,
}

impl Pace {
    /// Warms up, and finds how many calls fill a round.
    fn find(case: &Case, caller: &mut Caller) -> Self {
        let most = case.burst.unwrap_or(u64::MAX);
        // What first calls resolve would make all look slow, and rounds too short.
        caller.burst(UNIT);
        thread::sleep(PAUSE);
        let mut calls = UNIT;
        let mut nanos = loop {
            let nanos = caller.burst(calls).max(1);
            if nanos > 1_000_000 || calls >= most {
                break nanos;
            }
            calls *= 2;
        };
        // Something else may have had the core meanwhile.
        for _ in 0..3 {
            thread::sleep(PAUSE);
            nanos = nanos.min(caller.burst(calls).max(1));
        }
        let fitting = u128::from(calls) * TIMED.as_nanos() / u128::from(nanos);
        let fitting = u64::try_from(fitting).unwrap_or(UNIT) / UNIT * UNIT;
        Self { calls: fitting.clamp(UNIT, most), paused: case.burst.is_some() }
    }

    /// One round; returns the calls of each thread and the time they took.
    fn round(&self, caller: &mut Caller) -> (u64, u64) {
        let start = Instant::now();
        let (mut calls, mut nanos) = (0, 0);
        loop {
            nanos += caller.burst(self.calls);
            calls += self.calls;
            if self.paused {
                thread::sleep(PAUSE);
            }
            if !self.paused || start.elapsed() >= ROUND {
                return (calls, nanos);
            }
        }
    }
}

/// Allocations, the whole bill of CPU time, and whether the peer's books are right.
fn finish(mut work: Work, pace: &Pace, caller: &mut Caller) -> serde_json::Value {
    let good = watch(WELL, pace, caller);
    let mixed = watch(UNIT, pace, caller);
    let (cpu, flushed) = bill(&mut work, pace, caller);
    let made = caller.made();
    let check = flushed.and_then(|()| work.peer.check(made));
    let (right, note) = match check {
        Ok(note) => (true, note),
        Err(error) => (false, error.to_string()),
    };
    json!({
        "cpu": cpu,
        "allocations": good.0,
        "bytes": good.1,
        "allocations_with_failures": mixed.0,
        "made": made.calls,
        "right": right,
        "note": note,
    })
}

/// Allocations and bytes a call, over several loops of so many calls.
fn watch(calls: u64, pace: &Pace, caller: &mut Caller) -> (f64, f64) {
    let (mut times, mut bytes) = (0, 0);
    for _ in 0..WATCHED {
        let allocated = alloc::during(|| caller.alone(calls));
        times += allocated.times;
        bytes += allocated.bytes;
        if pace.paused {
            thread::sleep(PAUSE);
        }
    }
    let all = (WATCHED * calls) as f64;
    (times as f64 / all, bytes as f64 / all)
}

/// CPU time of all threads for a call, from making it to having flushed what it left behind.
fn bill(work: &mut Work, pace: &Pace, caller: &mut Caller) -> (f64, Result<(), Failure>) {
    let (start, before) = (Instant::now(), caller.made().calls);
    let start_cpu = cpu::process();
    while start.elapsed() < BILL {
        pace.round(caller);
    }
    let calls = caller.made().calls - before;
    let calling = cpu::process() - start_cpu;
    let looked = work.peer.look();
    let start_cpu = cpu::process();
    let flushed = looked.and_then(|()| work.peer.flush());
    let flushing = cpu::process() - start_cpu;
    ((calling + flushing) as f64 / calls as f64, flushed)
}
