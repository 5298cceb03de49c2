//! fastrace: the cheapest spans among the peers, and nothing but spans.
//!
//! It has no metrics and no outcome, so it is a bar for the span alone. Sixty-four local spans
//! stand under one root, as its documentation recommends.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

use fastrace::Span;
use fastrace::collector::{Config, Reporter};
use fastrace::prelude::{SpanContext, SpanRecord};

use super::{Case, Failure, Made, Peer, Refused, Work, body, share};

const CHILDREN: u64 = 64;

pub(super) const CASES: &[Case] = &[
    Case::new("fastrace: 64 spans under a root", start).burst(BURST),
    Case::new("fastrace: two threads, 64 under a root", start).burst(BURST).two_threads(),
];

/// fastrace drops in silence what its queues cannot hold; this much, they can.
const BURST: u64 = 64 * 1024;

static REPORTED: AtomicU64 = AtomicU64::new(0);

fn start() -> Result<Work, Failure> {
    fastrace::set_reporter(Discard, Config::default());
    Work::new(under_roots, Books)
}

struct Discard;

impl Reporter for Discard {
    fn report(&mut self, spans: Vec<SpanRecord>) {
        REPORTED.fetch_add(spans.len() as u64, Ordering::Relaxed);
    }
}

struct Books;

impl Peer for Books {
    fn flush(&mut self) -> Result<(), Failure> {
        fastrace::flush();
        Ok(())
    }

    fn check(&mut self, made: Made) -> Result<String, Failure> {
        let spans = made.calls + made.calls / CHILDREN;
        let seen = REPORTED.load(Ordering::Relaxed);
        if seen == 0 || seen > spans {
            return Err(format!("spans: {seen} of {spans}").into());
        }
        Ok(share(seen, spans))
    }
}

#[fastrace::trace]
#[inline(never)]
fn work(order: u64) -> Result<u64, Refused> {
    body(order)
}

fn under_roots(calls: u64) {
    for first in (0..calls).step_by(CHILDREN as usize) {
        let root = Span::root("batch", SpanContext::random());
        let _entered = root.set_local_parent();
        for order in first..first + CHILDREN {
            let _ = black_box(work(black_box(order)));
        }
    }
}
