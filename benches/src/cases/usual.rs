//! The stack that services usually have, written by hand.
//!
//! It is `#[instrument(err)]`, tracing-opentelemetry with a batch processor, and prometheus by
//! hand. Its exporter throws the spans away, so no encoding is counted, and its queue is long
//! enough that none is lost.

use std::hint::black_box;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::Sampler;
use tracing::instrument;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::many::{Fourth, polled};
use super::otel::{Stacked, Traced};
use super::prometheus::{Handles, observed, observed_async, observed_by};
use super::{Case, FAILING, Failure, Refused, Work, body, inlined};

/// What "all signals" is compared with.
pub(crate) const USUAL: &str = "usual stack: sync";

pub(super) const CASES: &[Case] = &[
    Case::new(USUAL, || usual(sync, Sampler::AlwaysOn)),
    Case::new("usual stack: 3 arguments", || usual(three, Sampler::AlwaysOn)),
    Case::new("usual stack: async", || usual(asynchronous, Sampler::AlwaysOn)),
    Case::new("usual stack: async, 4 polls", || usual(four_polls, Sampler::AlwaysOn)),
    Case::new("usual stack: not sampled", || usual(sync, Sampler::AlwaysOff)),
    Case::new("usual stack: every call fails", || {
        Work::failing(failing, stack(Sampler::AlwaysOn)?)
    }),
    Case::new("usual stack: 500 functions", || usual(many::in_turn, Sampler::AlwaysOn)),
    Case::new("usual stack: two threads", || usual(sync, Sampler::AlwaysOn)).two_threads(),
];

fn usual(calls: fn(u64), sampler: Sampler) -> Result<Work, Failure> {
    Work::new(calls, stack(sampler)?)
}

fn stack(sampler: Sampler) -> Result<Stacked, Failure> {
    let traced = Traced::new(sampler);
    tracing_subscriber::registry()
        .with(tracing_opentelemetry::layer().with_tracer(traced.provider.tracer("bench")))
        .try_init()?;
    Ok(Stacked(traced))
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

#[instrument(skip_all, err)]
async fn work_fourth(order: u64) -> Result<u64, Refused> {
    observed_async(async {
        Fourth::default().await;
        body(black_box(order))
    })
    .await
}

/// The functions have their own series each, resolved at the first call.
mod many {
    use super::{Handles, observed_by};
    use crate::cases::body;

    five_hundred!([#[tracing::instrument(skip_all, err)]] |order| {
        static HANDLES: std::sync::LazyLock<Handles> =
            std::sync::LazyLock::new(|| Handles::of(module_path!()));
        observed_by(&HANDLES, || body(std::hint::black_box(order)))
    });
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

fn four_polls(calls: u64) {
    for order in 0..calls {
        let _ = black_box(polled(work_fourth(black_box(order))));
    }
}

fn failing(calls: u64) {
    for _ in 0..calls {
        let _ = black_box(work(black_box(FAILING)));
    }
}
