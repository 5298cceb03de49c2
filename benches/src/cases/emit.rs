//! emit's spans, with an emitter that throws them away.
//!
//! `#[emit::span]` with the level of a failed call set, the rest as `emit::setup` makes it: its
//! own clock, random ids and thread-local context. The emitter counts, one locked instruction a
//! span. Failures are counted where emit takes the error: to look for the level of each event
//! would cost some 50 ns that an emitter which throws them away does not need.

use std::error::Error;
use std::hint::black_box;

use emit::Emitter;
use emit::event::ToEvent;

use super::books::Tally;
use super::{Case, Failure, Made, Peer, Refused, Work, body, expect, inlined};

pub(super) const CASES: &[Case] = &[
    Case::new("emit: sync", || start(sync)),
    Case::new("emit: async", || start(asynchronous)),
    Case::new("emit: two threads", || start(sync)).two_threads(),
];

static SPANS: Tally = Tally::new();
static FAILED: Tally = Tally::new();

fn start(calls: fn(u64)) -> Result<Work, Failure> {
    emit::setup().emit_to(Discard).try_init().ok_or("set up before")?;
    Work::new(calls, Books)
}

struct Discard;

impl Emitter for Discard {
    fn emit<E: ToEvent>(&self, event: E) {
        black_box(&event);
        SPANS.add(1);
    }

    fn blocking_flush(&self, _: std::time::Duration) -> bool {
        true
    }
}

struct Books;

impl Peer for Books {
    fn check(&mut self, made: Made) -> Result<String, Failure> {
        expect("spans", SPANS.get(), made.calls)?;
        expect("failed spans", FAILED.get(), made.failed)?;
        Ok(String::new())
    }
}

/// Hands the error on, for emit to record.
fn failed(error: &Refused) -> &(dyn Error + 'static) {
    FAILED.add(1);
    error
}

#[emit::span(err_lvl: "warn", err: failed, "work")]
#[inline(never)]
fn work(order: u64) -> Result<u64, Refused> {
    body(order)
}

#[emit::span(err_lvl: "warn", err: failed, "work")]
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
