//! `tracing` without a subscriber, and the stack that services usually have.
//!
//! The usual stack is `#[instrument(err)]`, tracing-opentelemetry with a batch processor, and
//! prometheus by hand. Its exporter throws the spans away, so no encoding is counted, and its
//! queue is long enough that none is lost.

use std::hint::black_box;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::Sampler;
use tracing::instrument;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::otel::{Exported, provider};
use super::prometheus::{Books, observed, observed_async};
use super::{Case, Failure, Made, NoBooks, Peer, Refused, Work, body, inlined, moved};

/// What "all signals" is compared with.
pub(crate) const USUAL: &str = "usual stack: sync";

pub(super) const CASES: &[Case] = &[
    Case::new("tracing, no subscriber: sync", || Work::new(silent_sync, NoBooks)),
    Case::new("tracing, no subscriber: async inlined", || Work::new(silent_inlined, NoBooks)),
    Case::new("tracing, no subscriber: async moved", || Work::new(silent_moved, NoBooks)),
    Case::new(USUAL, || usual(sync, Sampler::AlwaysOn)),
    Case::new("usual stack: 3 arguments", || usual(three, Sampler::AlwaysOn)),
    Case::new("usual stack: async", || usual(asynchronous, Sampler::AlwaysOn)),
    Case::new("usual stack: not sampled", || usual(sync, Sampler::AlwaysOff)),
    Case::new("usual stack: two threads", || usual(sync, Sampler::AlwaysOn)).two_threads(),
];

fn usual(calls: fn(u64), sampler: Sampler) -> Result<Work, Failure> {
    let exported = Exported::default();
    let sampled = !matches!(sampler, Sampler::AlwaysOff);
    let provider = provider(exported.clone(), sampler);
    tracing_subscriber::registry()
        .with(tracing_opentelemetry::layer().with_tracer(provider.tracer("bench")))
        .try_init()?;
    Work::new(calls, Usual { provider, exported, sampled })
}

/// The books of a stack that has spans by OpenTelemetry and metrics by hand.
pub(super) struct Usual {
    pub(super) provider: opentelemetry_sdk::trace::SdkTracerProvider,
    pub(super) exported: Exported,
    pub(super) sampled: bool,
}

impl Peer for Usual {
    fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.provider.shutdown()?)
    }

    fn check(&mut self, made: Made) -> Result<String, Failure> {
        Books.check(made)?;
        self.exported.check(if self.sampled { made.calls } else { 0 })
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

#[instrument(skip_all, err)]
#[inline(never)]
fn work(order: u64) -> Result<u64, Refused> {
    observed(|| body(black_box(order)))
}

#[instrument(err)]
#[inline(never)]
fn work_three(order: u64, total: u64, region: &str) -> Result<u64, Refused> {
    black_box((total, region));
    observed(|| body(black_box(order)))
}

#[instrument(skip_all, err)]
async fn work_async(order: u64) -> Result<u64, Refused> {
    observed_async(async { body(black_box(order)) }).await
}

fn sync(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work(black_box(order)));
    }
}

fn three(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work_three(black_box(order), black_box(4_200), black_box("eu-west")));
    }
}

fn asynchronous(calls: u64) {
    for order in 0..calls {
        let _ = black_box(inlined(work_async(black_box(order))));
    }
}
