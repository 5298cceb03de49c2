//! `tracing`: without a subscriber, with the registry alone, with JSON lines, with OpenTelemetry.
//!
//! `#[instrument(err)]` is on each function whose subscriber is there; an error is an event then.
//! A registry without any layer would leak its spans, so it has one that does next to nothing. The
//! lines go to a writer that counts them. tracing-opentelemetry is as its README has it, with the
//! batch processor of `otel`; it has no metrics here (see `usual`).

use std::hint::black_box;
use std::io;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::Sampler;
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber, info, instrument};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use super::books::Tally;
use super::many::{Fourth, polled};
use super::otel::Traced;
use super::{Case, Failure, Made, NoBooks, Peer, Refused, Work, body, expect, inlined, moved};

pub(super) const CASES: &[Case] = &[
    Case::new("tracing, no subscriber: sync", || Work::new(silent_sync, NoBooks)),
    Case::new("tracing, no subscriber: async inlined", || Work::new(silent_inlined, NoBooks)),
    Case::new("tracing, no subscriber: async moved", || Work::new(silent_moved, NoBooks)),
    Case::new("tracing, no subscriber: async, 4 polls", || Work::new(silent_polled, NoBooks)),
    Case::new("tracing, no subscriber: 500 functions", || Work::new(many::in_turn, NoBooks)),
    Case::new("tracing, registry: sync", || registry(sync)),
    Case::new("tracing, registry: async", || registry(asynchronous)),
    Case::new("tracing, registry: async, 4 polls", || registry(four_polls)),
    Case::new("tracing, registry: two threads", || registry(sync)).two_threads(),
    Case::new("tracing, JSON lines: span alone", || lines(sync, 0)),
    Case::new("tracing, JSON lines: span and event", || lines(with_event, 1)),
    Case::new("tracing-opentelemetry: sync", || otel(sync, Sampler::AlwaysOn)),
    Case::new("tracing-opentelemetry: async", || otel(asynchronous, Sampler::AlwaysOn)),
    Case::new("tracing-opentelemetry: async, 4 polls", || otel(four_polls, Sampler::AlwaysOn)),
    Case::new("tracing-opentelemetry: not sampled", || otel(sync, Sampler::AlwaysOff)),
    Case::new("tracing-opentelemetry: two threads", || otel(sync, Sampler::AlwaysOn)).two_threads(),
];

fn registry(calls: fn(u64)) -> Result<Work, Failure> {
    tracing_subscriber::registry().with(Counting).try_init()?;
    Work::new(calls, Counted)
}

fn lines(calls: fn(u64), each: u64) -> Result<Work, Failure> {
    let json = tracing_subscriber::fmt::layer().json().with_writer(|| CountingWriter);
    tracing_subscriber::registry().with(json).try_init()?;
    Work::new(calls, Lines { each })
}

fn otel(calls: fn(u64), sampler: Sampler) -> Result<Work, Failure> {
    let traced = Traced::new(sampler);
    let layer = tracing_opentelemetry::layer().with_tracer(traced.provider.tracer("bench"));
    tracing_subscriber::registry().with(layer).try_init()?;
    Work::new(calls, traced)
}

static SPANS: Tally = Tally::new();
static EVENTS: Tally = Tally::new();

/// A layer that does no more than count: one locked instruction a span.
struct Counting;

impl<S: Subscriber> Layer<S> for Counting {
    fn on_new_span(&self, _: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        SPANS.add(1);
    }

    fn on_event(&self, _: &Event<'_>, _: Context<'_, S>) {
        EVENTS.add(1);
    }
}

/// The books of [`Counting`].
struct Counted;

impl Peer for Counted {
    fn check(&mut self, made: Made) -> Result<String, Failure> {
        expect("spans", SPANS.get(), made.calls)?;
        expect("errors", EVENTS.get(), made.failed)?;
        Ok(String::new())
    }
}

/// Throws lines away, one a write.
struct CountingWriter;

impl io::Write for CountingWriter {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        EVENTS.add(u64::from(line.starts_with(b"{") && line.ends_with(b"}\n")));
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The books of [`CountingWriter`]: a line for each failure, and so many for each call.
struct Lines {
    each: u64,
}

impl Peer for Lines {
    fn check(&mut self, made: Made) -> Result<String, Failure> {
        expect("lines", EVENTS.get(), made.calls * self.each + made.failed)?;
        Ok(String::new())
    }
}

#[instrument(skip_all)]
#[inline(never)]
fn silent(order: u64) -> Result<u64, Refused> {
    body(order)
}

#[instrument(skip_all)]
async fn silent_async(order: u64) -> Result<u64, Refused> {
    body(order)
}

#[instrument(skip_all)]
async fn silent_fourth(order: u64) -> Result<u64, Refused> {
    Fourth::default().await;
    body(order)
}

#[instrument(skip_all, err)]
#[inline(never)]
fn work(order: u64) -> Result<u64, Refused> {
    body(order)
}

#[instrument(skip_all, err)]
#[inline(never)]
fn work_with_event(order: u64) -> Result<u64, Refused> {
    info!(order, "working");
    body(order)
}

#[instrument(skip_all, err)]
async fn work_async(order: u64) -> Result<u64, Refused> {
    body(order)
}

#[instrument(skip_all, err)]
async fn work_fourth(order: u64) -> Result<u64, Refused> {
    Fourth::default().await;
    body(order)
}

mod many {
    use crate::cases::body;

    five_hundred!([#[tracing::instrument(skip_all)]] |order| { body(order) });
}

fn silent_sync(calls: u64) {
    for order in 0..calls {
        let _ = black_box(silent(black_box(order)));
    }
}

fn silent_inlined(calls: u64) {
    for order in 0..calls {
        let _ = black_box(inlined(silent_async(black_box(order))));
    }
}

fn silent_moved(calls: u64) {
    for order in 0..calls {
        let _ = black_box(moved(silent_async(black_box(order))));
    }
}

fn silent_polled(calls: u64) {
    for order in 0..calls {
        let _ = black_box(polled(silent_fourth(black_box(order))));
    }
}

fn sync(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work(black_box(order)));
    }
}

fn with_event(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work_with_event(black_box(order)));
    }
}

fn asynchronous(calls: u64) {
    for order in 0..calls {
        let _ = black_box(inlined(work_async(black_box(order))));
    }
}

fn four_polls(calls: u64) {
    for order in 0..calls {
        let _ = black_box(polled(work_fourth(black_box(order))));
    }
}
