//! What is measured: one list of cases, and the function that all of them call.
//!
//! A case is a name, a way to set its peer up in a fresh process, a loop of calls, and a check
//! that the calls were seen. This module has what the cases share; each peer has a file of its
//! own. Nothing here knows how rounds are timed: that is `child`.
//!
//! Peers' metrics by hand have a histogram of durations and a counter by outcome; calls in flight
//! are counted only where it says so, which is less than plimsoll does. Left out: opentelemetry's
//! bound instruments, an experimental feature that also switches on metrics inside its batch
//! processor and so would change the other cases, and `measured` 0.1, which needs a newer
//! compiler (0.0.25 is here).

// First, for its macro is for the others.
#[macro_use]
mod many;

mod autometrics;
mod bare;
mod books;
mod counting;
mod emit;
mod fastrace;
mod hotpath;
mod measured;
mod metrics;
mod metrique;
mod otel;
mod otel_metrics;
mod plimsoll;
mod prometheus;
mod prometheus_client;
mod tracing;
mod usual;

use std::error::Error;
use std::fmt;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

pub(crate) use bare::BARE;
pub(crate) use counting::COUNTING;
pub(crate) use plimsoll::{METRICS_ONLY, OFF, PLIMSOLL, RECORDED};
pub(crate) use prometheus::BY_HAND;
pub(crate) use usual::USUAL;

/// What can go wrong in a case.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// One call in this many fails.
pub(crate) const UNIT: u64 = 1024;

/// Upper bounds of histograms' buckets, in seconds: `prometheus`' defaults, for those without any.
const BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Case {
    /// `<peer>: <what is done>`; filters look for a part of it.
    pub(crate) name: &'static str,
    /// Threads that call the function at the same time: 1 or 2.
    pub(crate) threads: usize,
    /// Calls that are made without a pause, for peers whose background thread must get its turn.
    pub(crate) burst: Option<u64>,
    /// The environment that the case's process is started with.
    pub(crate) environment: &'static [(&'static str, &'static str)],
    /// Sets the peer up, in the case's own process.
    pub(crate) start: fn() -> Result<Work, Failure>,
}

/// A peer that has been set up.
pub(crate) struct Work {
    /// Makes so many calls, a multiple of 64, from any thread. The last of each [`UNIT`] fails.
    pub(crate) calls: fn(u64),
    pub(crate) peer: Box<dyn Peer>,
}

/// The calls that were made, on all threads.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Made {
    pub(crate) calls: u64,
    /// Those of them that failed.
    pub(crate) failed: u64,
}

impl Made {
    /// One thread has made a loop of so many calls.
    pub(crate) fn add(&mut self, calls: u64) {
        self.calls += calls;
        self.failed += calls / UNIT;
    }
}

/// What a peer is asked when all calls are made.
pub(crate) trait Peer {
    /// Reads what can only be read while the peer runs.
    fn look(&mut self) -> Result<(), Failure> {
        Ok(())
    }

    /// Brings everything out that still waits in a buffer. Its CPU time counts.
    fn flush(&mut self) -> Result<(), Failure> {
        Ok(())
    }

    /// Whether all calls were seen, and every failed one as failed; says so in few words.
    fn check(&mut self, _made: Made) -> Result<String, Failure> {
        Ok(String::new())
    }
}

/// For cases whose loop makes every call fail: the books are asked about that many.
struct EveryFails<P>(P);

impl<P: Peer> Peer for EveryFails<P> {
    fn look(&mut self) -> Result<(), Failure> {
        self.0.look()
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.0.flush()
    }

    fn check(&mut self, made: Made) -> Result<String, Failure> {
        self.0.check(Made { failed: made.calls, ..made })
    }
}

/// For cases that have no books to check.
pub(crate) struct NoBooks;

impl Peer for NoBooks {}

impl Case {
    const fn new(name: &'static str, start: fn() -> Result<Work, Failure>) -> Self {
        Self { name, threads: 1, burst: None, environment: &[], start }
    }

    const fn two_threads(mut self) -> Self {
        self.threads = 2;
        self
    }

    const fn burst(mut self, calls: u64) -> Self {
        self.burst = Some(calls);
        self
    }

    const fn environment(mut self, set: &'static [(&'static str, &'static str)]) -> Self {
        self.environment = set;
        self
    }
}

impl Work {
    fn new(calls: fn(u64), peer: impl Peer + 'static) -> Result<Self, Failure> {
        Ok(Self { calls, peer: Box::new(peer) })
    }

    /// For a loop that makes every call fail.
    fn failing(calls: fn(u64), peer: impl Peer + 'static) -> Result<Self, Failure> {
        Self::new(calls, EveryFails(peer))
    }
}

/// Every case, in the order of the table.
pub(crate) fn all() -> impl Iterator<Item = &'static Case> {
    [
        bare::CASES,
        tracing::CASES,
        otel::CASES,
        otel_metrics::CASES,
        fastrace::CASES,
        emit::CASES,
        hotpath::CASES,
        autometrics::CASES,
        prometheus::CASES,
        prometheus_client::CASES,
        metrics::CASES,
        measured::CASES,
        metrique::CASES,
        usual::CASES,
        plimsoll::CASES,
        counting::CASES,
    ]
    .into_iter()
    .flatten()
}

/// Why a call failed.
#[derive(Debug)]
pub(crate) struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl Error for Refused {}

/// What [`body`] fails with.
const FAILING: u64 = UNIT - 1;

/// The body of every measured function: next to nothing, and one call in [`UNIT`] fails.
#[inline(always)]
pub(crate) fn body(order: u64) -> Result<u64, Refused> {
    if order % UNIT == FAILING {
        Err(Refused)
    } else {
        Ok(order.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }
}

/// Polls once, where the future stands, and it must be ready. See `many` for one that is not.
#[inline(always)]
pub(crate) fn inlined<F: Future>(future: F) -> Option<F::Output> {
    once(pin!(future))
}

/// Polls once, after the future was handed over by value, as executors do.
#[inline(never)]
pub(crate) fn moved<F: Future>(future: F) -> Option<F::Output> {
    once(pin!(future))
}

#[inline(always)]
fn once<F: Future>(future: Pin<&mut F>) -> Option<F::Output> {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// Fails unless `seen` is what it should be.
pub(crate) fn expect(what: &str, seen: u64, wanted: u64) -> Result<(), Failure> {
    if seen == wanted { Ok(()) } else { Err(format!("{what}: {seen} instead of {wanted}").into()) }
}

/// How much of what was made came out, as a percentage. What is dropped costs less than what is
/// not, so a peer that lost more than a quarter has no figure.
pub(crate) fn share(what: &str, seen: u64, made: u64) -> Result<String, Failure> {
    if seen > made || 4 * seen < 3 * made {
        return Err(format!("{what}: {seen} of {made}").into());
    }
    Ok(format!("{:.1} % of {what} out", 100.0 * seen as f64 / made as f64))
}
