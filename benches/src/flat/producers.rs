//! Who produces spans flat out: each sets its peer up, makes spans, and gives an account at the end.
//!
//! No metrics by hand here, and no call fails: it is about spans and the way they go out. Peers'
//! exporters count and throw away; plimsoll does so too, and encodes OTLP and sends it to the driver's
//! receiver.

use std::hint::black_box;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fastrace::Span;
use fastrace::collector::{Config, Reporter};
use fastrace::prelude::{SpanContext, SpanRecord};
use opentelemetry::trace::{Span as _, Tracer as _, TracerProvider as _};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, SdkTracer, SdkTracerProvider, SpanData, SpanExporter,
};
use plimsoll::{Telemetry, observe};

use crate::cases::Failure;

/// Spans under a root, where there is one.
const CHILDREN: u64 = 64;
const DEADLINE: Duration = Duration::from_secs(30);

/// A way to make spans.
pub(super) struct Producer {
    pub(super) name: &'static str,
    /// Spans that one call of `produce` makes.
    pub(super) each: u64,
    pub(super) produce: fn(),
    /// The environment that its process is started with.
    pub(super) environment: &'static [(&'static str, &'static str)],
    pub(super) start: fn() -> Result<Finish, Failure>,
}

/// Flushes, stops, and tells what became of the spans.
pub(super) type Finish = Box<dyn FnOnce() -> Result<Account, Failure>>;

/// A peer's own books.
#[derive(Debug)]
pub(super) struct Account {
    /// Spans that it says were made, if it counts them.
    pub(super) made: Option<u64>,
    pub(super) exported: u64,
    /// What it says it dropped, by reason, if it counts that.
    pub(super) lost: Option<Vec<(&'static str, u64)>>,
}

/// plimsoll's spans into a sink that only counts.
pub(super) const COUNTING: &str = "plimsoll, counting: 64 under a root";
/// plimsoll's spans encoded and sent.
pub(super) const OTLP: &str = "plimsoll, OTLP: 64 under a root";
/// The fastest peer.
pub(super) const FASTRACE: &str = "fastrace: 64 under a root";

/// With a function to hand spans to, this turns OTLP off and not the spans.
const NO_OTLP: &[(&str, &str)] = &[("OTEL_TRACES_EXPORTER", "none")];

pub(super) const PRODUCERS: &[Producer] = &[
    Producer {
        name: COUNTING,
        each: CHILDREN + 1,
        produce: observed_batch,
        environment: NO_OTLP,
        start: counting,
    },
    Producer {
        name: OTLP,
        each: CHILDREN + 1,
        produce: observed_batch,
        environment: &[],
        start: plimsoll,
    },
    Producer {
        name: "plimsoll, OTLP: every span a root",
        each: CHILDREN,
        produce: observed_roots,
        environment: &[],
        start: plimsoll,
    },
    Producer {
        name: FASTRACE,
        each: CHILDREN + 1,
        produce: traced_batch,
        environment: &[],
        start: fastrace,
    },
    Producer {
        name: "OpenTelemetry API, batch(64k): every span a root",
        each: CHILDREN,
        produce: api_roots,
        environment: &[],
        start: api,
    },
];

#[observe]
#[inline(never)]
fn observed(order: u64) -> u64 {
    order.wrapping_mul(31)
}

#[observe]
#[inline(never)]
fn observed_batch() {
    observed_roots();
}

fn observed_roots() {
    for order in 0..CHILDREN {
        black_box(observed(black_box(order)));
    }
}

fn plimsoll() -> Result<Finish, Failure> {
    let telemetry = plimsoll::builder().service("bench").no_admin().init()?;
    Ok(Box::new(move || Ok(told(telemetry))))
}

fn counting() -> Result<Finish, Failure> {
    let mut handed = 0;
    // Called by one thread: no locked instruction is needed.
    let count = move |_: &plimsoll::FinishedSpan<'_>| {
        handed += 1;
        EXPORTED.store(handed, Ordering::Relaxed);
    };
    let telemetry = plimsoll::builder().service("bench").no_admin().on_span(count).init()?;
    Ok(Box::new(move || {
        let told = told(telemetry);
        Ok(Account { exported: EXPORTED.load(Ordering::Relaxed), ..told })
    }))
}

/// What the report of the shutdown says.
fn told(telemetry: Telemetry) -> Account {
    let spans = telemetry.shutdown(DEADLINE).spans;
    Account { made: Some(spans.made), exported: spans.exported, lost: Some(spans.lost) }
}

static EXPORTED: AtomicU64 = AtomicU64::new(0);

fn count(spans: usize) {
    EXPORTED.fetch_add(spans as u64, Ordering::Relaxed);
}

struct Discard;

impl Reporter for Discard {
    fn report(&mut self, spans: Vec<SpanRecord>) {
        count(spans.len());
    }
}

#[fastrace::trace]
#[inline(never)]
fn traced(order: u64) -> u64 {
    order.wrapping_mul(31)
}

fn traced_batch() {
    let root = Span::root("batch", SpanContext::random());
    let _entered = root.set_local_parent();
    for order in 0..CHILDREN {
        black_box(traced(black_box(order)));
    }
}

fn fastrace() -> Result<Finish, Failure> {
    fastrace::set_reporter(Discard, Config::default());
    Ok(Box::new(|| {
        fastrace::flush();
        Ok(Account { made: None, exported: EXPORTED.load(Ordering::Relaxed), lost: None })
    }))
}

static TRACER: OnceLock<SdkTracer> = OnceLock::new();

#[derive(Debug)]
struct Throw;

impl SpanExporter for Throw {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        count(batch.len());
        Ok(())
    }
}

fn api_roots() {
    if let Some(tracer) = TRACER.get() {
        for _ in 0..CHILDREN {
            black_box(tracer.start("work")).end();
        }
    }
}

fn api() -> Result<Finish, Failure> {
    let queue = BatchConfigBuilder::default().with_max_queue_size(65_536).build();
    let processor = BatchSpanProcessor::builder(Throw).with_batch_config(queue).build();
    let provider = SdkTracerProvider::builder().with_span_processor(processor).build();
    TRACER.get_or_init(|| provider.tracer("bench"));
    Ok(Box::new(move || {
        provider.shutdown()?;
        Ok(Account { made: None, exported: EXPORTED.load(Ordering::Relaxed), lost: None })
    }))
}
