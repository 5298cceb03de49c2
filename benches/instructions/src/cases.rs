//! The calls whose instructions are counted: plimsoll's main cases, and the bare function.
//!
//! The bodies and arguments are those of the bench's cases of the same names. No call fails.

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use plimsoll::{Telemetry, observe};

use crate::Failure;

/// Calls of one loop; a multiple of [`CHILDREN`], and few enough for a ring that nobody drains.
pub(crate) const LOOP: u64 = 256;
const CHILDREN: u64 = 64;

/// One figure.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// Makes [`LOOP`] calls.
    pub(crate) calls: fn(),
    /// Initialises plimsoll, if the case wants that.
    pub(crate) start: Option<fn(plimsoll::Builder) -> plimsoll::Builder>,
}

pub(crate) const CASES: &[Case] = &[
    Case { name: "bare: sync", calls: bare, start: None },
    Case { name: "plimsoll off: sync", calls: sync, start: None },
    Case { name: "plimsoll off: async inlined", calls: asynchronous, start: None },
    Case { name: "plimsoll metrics only: sync", calls: sync, start: Some(|b| b.no_traces()) },
    Case { name: "plimsoll not sampled: sync", calls: sync, start: Some(|b| b.sample_ratio(0.0)) },
    Case { name: "plimsoll all signals: sync", calls: sync, start: Some(|b| b) },
    Case { name: "plimsoll all signals: 64 under a root", calls: roots, start: Some(|b| b) },
    Case { name: "plimsoll all signals: 3 arguments", calls: three, start: Some(|b| b) },
    Case { name: "plimsoll all signals: async", calls: asynchronous, start: Some(|b| b) },
];

pub(crate) fn named(name: &str) -> Option<&'static Case> {
    CASES.iter().find(|case| case.name == name)
}

impl Case {
    /// Sets plimsoll up as the case wants it; nobody listens where spans are sent.
    pub(crate) fn start(&self) -> Result<Option<Telemetry>, Failure> {
        let Some(settings) = self.start else {
            return Ok(None);
        };
        let builder = plimsoll::builder().service("instructions").no_admin().no_log_lines();
        Ok(Some(settings(builder.otlp("http://127.0.0.1:9")).init()?))
    }
}

#[derive(Debug)]
struct Refused;

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

impl std::error::Error for Refused {}

/// What the bench's functions do; orders here are below the first that is refused.
#[inline(always)]
fn body(order: u64) -> Result<u64, Refused> {
    if order % 1024 == 1023 { Err(Refused) } else { Ok(order.wrapping_mul(0x9E37_79B9_7F4A_7C15)) }
}

#[inline(never)]
fn unmarked(order: u64) -> Result<u64, Refused> {
    body(order)
}

#[observe]
#[inline(never)]
fn work(order: u64) -> Result<u64, Refused> {
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
#[inline(never)]
fn batch(first: u64) {
    for order in first..first + CHILDREN {
        let _ = black_box(work(black_box(order)));
    }
}

fn bare() {
    for order in 0..LOOP {
        let _ = black_box(unmarked(black_box(order)));
    }
}

fn sync() {
    for order in 0..LOOP {
        let _ = black_box(work(black_box(order)));
    }
}

fn three() {
    for order in 0..LOOP {
        let _ = black_box(work_three(black_box(order), black_box(4_200), black_box("eu-west")));
    }
}

fn roots() {
    for first in (0..LOOP).step_by(CHILDREN as usize) {
        batch(black_box(first));
    }
}

fn asynchronous() {
    for order in 0..LOOP {
        let _ = black_box(once(work_async(black_box(order))));
    }
}

/// Polls once, where the future stands; every future here is then ready.
#[inline(always)]
fn once<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}
