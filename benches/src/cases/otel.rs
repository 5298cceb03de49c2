//! OpenTelemetry's API without `tracing`: spans alone, and the leanest stack by hand.
//!
//! "opentelemetry spans" starts and ends a span, "in_span" also makes it the current one, as its
//! README does; both set the status of a failed call. The leanest stack is `in_span` and
//! prometheus by hand. The SDK has its batch processor; the exporter counts the spans and throws
//! them away. The provider is also what `tracing` and `usual` use.

use std::hint::black_box;
use std::sync::{Arc, OnceLock};

use opentelemetry::Context;
use opentelemetry::trace::{
    FutureExt as _, Span as _, Status, TraceContextExt as _, Tracer as _, TracerProvider as _,
};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracer, SdkTracerProvider, SpanData,
    SpanExporter,
};

use super::books::Tally;
use super::prometheus::{Books, observed};
use super::{Case, Failure, Made, Peer, Refused, Work, body, expect, inlined, share};

pub(super) const CASES: &[Case] = &[
    Case::new("opentelemetry spans: sync", || spans(started, Sampler::AlwaysOn)).burst(BURST),
    Case::new("opentelemetry spans: in_span", || spans(entered, Sampler::AlwaysOn)).burst(BURST),
    Case::new("opentelemetry spans: async", || spans(asynchronous, Sampler::AlwaysOn)).burst(BURST),
    Case::new("opentelemetry spans: not sampled", || spans(started, Sampler::AlwaysOff)),
    Case::new("opentelemetry spans: two threads", || spans(started, Sampler::AlwaysOn))
        .burst(BURST / 2)
        .two_threads(),
    Case::new("leanest by hand: sync", || lean(Sampler::AlwaysOn)),
    Case::new("leanest by hand: not sampled", || lean(Sampler::AlwaysOff)),
    Case::new("leanest by hand: two threads", || lean(Sampler::AlwaysOn)).two_threads(),
];

/// The spans that wait in the queue, at most, if the exporter gets its turn between bursts.
const BURST: u64 = QUEUE as u64 / 2;
const QUEUE: usize = 65_536;

static TRACER: OnceLock<SdkTracer> = OnceLock::new();

fn spans(calls: fn(u64), sampler: Sampler) -> Result<Work, Failure> {
    Work::new(calls, Traced::start(sampler))
}

fn lean(sampler: Sampler) -> Result<Work, Failure> {
    Work::new(stacked, Stacked(Traced::start(sampler)))
}

/// A provider with a batch processor whose exporter counts the spans and drops them.
///
/// The queue is 32 times the default, so that a thread calling flat out loses no span.
pub(super) struct Traced {
    pub(super) provider: SdkTracerProvider,
    exported: Exported,
    sampled: bool,
}

impl Traced {
    pub(super) fn new(sampler: Sampler) -> Self {
        let exported = Exported::default();
        let sampled = !matches!(sampler, Sampler::AlwaysOff);
        let batch = BatchConfigBuilder::default().with_max_queue_size(QUEUE).build();
        let processor =
            BatchSpanProcessor::builder(exported.clone()).with_batch_config(batch).build();
        let provider = SdkTracerProvider::builder()
            .with_span_processor(processor)
            .with_sampler(sampler)
            .build();
        Self { provider, exported, sampled }
    }

    fn start(sampler: Sampler) -> Self {
        let traced = Self::new(sampler);
        TRACER.get_or_init(|| traced.provider.tracer("bench"));
        traced
    }
}

impl Peer for Traced {
    fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.provider.shutdown()?)
    }

    /// All spans must have come out; the batch processor drops what its queue cannot hold.
    fn check(&mut self, made: Made) -> Result<String, Failure> {
        let (seen, failed) = (self.exported.spans.get(), self.exported.failed.get());
        if !self.sampled {
            return expect("spans", seen, 0).map(|()| String::new());
        }
        if failed > made.failed || (seen == made.calls && failed < made.failed) {
            return Err(format!("failed spans: {failed} of {}", made.failed).into());
        }
        share("spans", seen, made.calls)
    }
}

/// The books of a stack that has spans by OpenTelemetry and metrics by hand.
pub(super) struct Stacked(pub(super) Traced);

impl Peer for Stacked {
    fn flush(&mut self) -> Result<(), Failure> {
        self.0.flush()
    }

    fn check(&mut self, made: Made) -> Result<String, Failure> {
        Books.check(made)?;
        self.0.check(made)
    }
}

/// Spans that reached the exporter.
#[derive(Clone, Debug, Default)]
struct Exported {
    spans: Arc<Tally>,
    failed: Arc<Tally>,
}

impl SpanExporter for Exported {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let failed = batch.iter().filter(|span| matches!(span.status, Status::Error { .. }));
        self.failed.add(failed.count() as u64);
        self.spans.add(batch.len() as u64);
        Ok(())
    }
}

#[inline(never)]
fn work(order: u64) -> Result<u64, Refused> {
    let Some(tracer) = TRACER.get() else {
        return body(black_box(order));
    };
    let mut span = tracer.start("work");
    let result = body(black_box(order));
    if let Err(error) = &result {
        span.set_status(Status::error(error.to_string()));
    }
    span.end();
    result
}

async fn work_async(order: u64) -> Result<u64, Refused> {
    let Some(tracer) = TRACER.get() else {
        return body(black_box(order));
    };
    let context = Context::current_with_span(tracer.start("work"));
    async {
        let result = body(black_box(order));
        if let Err(error) = &result {
            Context::map_current(|context| {
                context.span().set_status(Status::error(error.to_string()));
            });
        }
        result
    }
    .with_context(context)
    .await
}

#[inline(always)]
fn in_span(call: impl FnOnce() -> Result<u64, Refused>) -> Result<u64, Refused> {
    let Some(tracer) = TRACER.get() else {
        return call();
    };
    tracer.in_span("work", |context| {
        let result = call();
        if let Err(error) = &result {
            context.span().set_status(Status::error(error.to_string()));
        }
        result
    })
}

#[inline(never)]
fn work_entered(order: u64) -> Result<u64, Refused> {
    in_span(|| body(black_box(order)))
}

#[inline(never)]
fn work_stacked(order: u64) -> Result<u64, Refused> {
    in_span(|| observed(|| body(black_box(order))))
}

fn started(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work(black_box(order)));
    }
}

fn entered(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work_entered(black_box(order)));
    }
}

fn asynchronous(calls: u64) {
    for order in 0..calls {
        let _ = black_box(inlined(work_async(black_box(order))));
    }
}

fn stacked(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work_stacked(black_box(order)));
    }
}
