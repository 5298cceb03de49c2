//! The leanest stack by hand: OpenTelemetry's API without `tracing`, and prometheus by hand.
//!
//! The provider with its discarding exporter is also what `tracing` uses for the usual stack.

use std::hint::black_box;
use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicU64, Ordering},
};

use opentelemetry::trace::{Status, TraceContextExt as _, Tracer as _, TracerProvider as _};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracer, SdkTracerProvider, SpanData,
    SpanExporter,
};

use super::prometheus::observed;
use super::tracing::Usual;
use super::{Case, Failure, Refused, Work, body, expect, share};

pub(super) const CASES: &[Case] = &[
    Case::new("leanest by hand: sync", || lean(Sampler::AlwaysOn)),
    Case::new("leanest by hand: not sampled", || lean(Sampler::AlwaysOff)),
    Case::new("leanest by hand: two threads", || lean(Sampler::AlwaysOn)).two_threads(),
];

static TRACER: OnceLock<SdkTracer> = OnceLock::new();

fn lean(sampler: Sampler) -> Result<Work, Failure> {
    let exported = Exported::default();
    let sampled = !matches!(sampler, Sampler::AlwaysOff);
    let provider = provider(exported.clone(), sampler);
    TRACER.get_or_init(|| provider.tracer("bench"));
    Work::new(sync, Usual { provider, exported, sampled })
}

/// A provider with a batch processor whose exporter counts the spans and drops them.
///
/// The queue is 32 times the default, so that a thread calling flat out loses no span.
pub(super) fn provider(exported: Exported, sampler: Sampler) -> SdkTracerProvider {
    let batch = BatchConfigBuilder::default().with_max_queue_size(65_536).build();
    let processor = BatchSpanProcessor::builder(exported).with_batch_config(batch).build();
    SdkTracerProvider::builder().with_span_processor(processor).with_sampler(sampler).build()
}

/// Spans that reached the exporter.
#[derive(Clone, Debug, Default)]
pub(super) struct Exported(Arc<AtomicU64>);

impl Exported {
    /// All spans must have come out; the batch processor drops what its queue cannot hold.
    pub(super) fn check(&self, made: u64) -> Result<String, Failure> {
        let seen = self.0.load(Ordering::Relaxed);
        if made == 0 {
            return expect("spans", seen, 0).map(|()| String::new());
        }
        if seen == 0 || seen > made {
            return Err(format!("spans: {seen} of {made}").into());
        }
        Ok(share(seen, made))
    }
}

impl SpanExporter for Exported {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.fetch_add(batch.len() as u64, Ordering::Relaxed);
        Ok(())
    }
}

#[inline(never)]
fn work(order: u64) -> Result<u64, Refused> {
    let call = || observed(|| body(black_box(order)));
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

fn sync(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work(black_box(order)));
    }
}
