//! fastrace: the cheapest spans among the peers, and nothing but spans.
//!
//! It has no metrics and no outcome, so it is a bar for the span alone. Sixty-four local spans
//! stand under one root, as its documentation recommends; a root a call is what a service has that
//! handles requests. `#[trace]` on an async function makes a span that waits with it;
//! `enter_on_poll` makes a local span a poll instead. The reporter counts and throws away.

use std::hint::black_box;

use fastrace::Span;
use fastrace::collector::{Config, Reporter};
use fastrace::prelude::{SpanContext, SpanRecord};

use super::books::Tally;
use super::many::{Fourth, polled};
use super::{Case, Failure, Made, NoBooks, Peer, Refused, Work, body, expect, inlined, share};

const CHILDREN: u64 = 64;

pub(super) const CASES: &[Case] = &[
    Case::new("fastrace: 64 spans under a root", || start(under_roots, Spans::UnderRoots))
        .burst(BURST),
    Case::new("fastrace: root a call", || start(roots, Spans::One)).burst(FEW),
    Case::new("fastrace: not sampled, 64 under a root", || start(unsampled, Spans::None)),
    Case::new("fastrace: no reporter", || Work::new(no_root, NoBooks)),
    Case::new("fastrace: async, 64 under a root", || start(asynchronous, Spans::UnderRoots))
        .burst(FEW),
    Case::new("fastrace: async on poll, 64 under a root", || start(on_poll, Spans::UnderRoots))
        .burst(BURST),
    Case::new("fastrace: async, 4 polls, 64 under a root", || start(fourth, Spans::UnderRoots))
        .burst(FEW),
    Case::new("fastrace: two threads, 64 under a root", || start(under_roots, Spans::UnderRoots))
        .burst(BURST)
        .two_threads(),
];

/// fastrace drops in silence what its queues cannot hold; this much, they can, when spans are
/// handed over by the root.
const BURST: u64 = 64 * 1024;
/// The same when every span is handed over by itself.
const FEW: u64 = 2 * 1024;

static REPORTED: Tally = Tally::new();

fn start(calls: fn(u64), spans: Spans) -> Result<Work, Failure> {
    fastrace::set_reporter(Discard, Config::default());
    Work::new(calls, spans)
}

struct Discard;

impl Reporter for Discard {
    fn report(&mut self, spans: Vec<SpanRecord>) {
        REPORTED.add(spans.len() as u64);
    }
}

/// How many spans have to come out.
#[derive(Clone, Copy)]
enum Spans {
    None,
    /// One a call.
    One,
    /// One a call, and the roots.
    UnderRoots,
}

impl Peer for Spans {
    fn flush(&mut self) -> Result<(), Failure> {
        fastrace::flush();
        Ok(())
    }

    fn check(&mut self, made: Made) -> Result<String, Failure> {
        let seen = REPORTED.get();
        let spans = match self {
            Self::None => return expect("spans", seen, 0).map(|()| String::new()),
            Self::One => made.calls,
            Self::UnderRoots => made.calls + made.calls / CHILDREN,
        };
        share("spans", seen, spans)
    }
}

#[fastrace::trace]
#[inline(never)]
fn work(order: u64) -> Result<u64, Refused> {
    body(order)
}

#[inline(never)]
fn work_root(order: u64) -> Result<u64, Refused> {
    let _root = Span::root("work", SpanContext::random());
    body(order)
}

#[fastrace::trace]
async fn work_async(order: u64) -> Result<u64, Refused> {
    body(order)
}

#[fastrace::trace(enter_on_poll = true)]
async fn work_on_poll(order: u64) -> Result<u64, Refused> {
    body(order)
}

#[fastrace::trace]
async fn work_fourth(order: u64) -> Result<u64, Refused> {
    Fourth::default().await;
    body(order)
}

#[inline(always)]
fn batches(calls: u64, sampled: bool, call: impl Fn(u64) -> Result<u64, Refused>) {
    for first in (0..calls).step_by(CHILDREN as usize) {
        let root = Span::root("batch", SpanContext::random().sampled(sampled));
        let _entered = root.set_local_parent();
        for order in first..first + CHILDREN {
            let _ = black_box(call(black_box(order)));
        }
    }
}

fn under_roots(calls: u64) {
    batches(calls, true, work);
}

fn unsampled(calls: u64) {
    batches(calls, false, work);
}

fn asynchronous(calls: u64) {
    batches(calls, true, |order| inlined(work_async(order)).unwrap_or(Err(Refused)));
}

fn on_poll(calls: u64) {
    batches(calls, true, |order| inlined(work_on_poll(order)).unwrap_or(Err(Refused)));
}

fn fourth(calls: u64) {
    batches(calls, true, |order| polled(work_fourth(order)));
}

fn roots(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work_root(black_box(order)));
    }
}

fn no_root(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work(black_box(order)));
    }
}
