//! What libraries record through OpenTelemetry's metrics API: on the page and in each push.
//!
//! [`init`](crate::init) makes plimsoll the global meter provider, so that what a library records
//! through `opentelemetry::global::meter(..)` is among the program's metrics, by the names that
//! Prometheus would make of it: dots become `_`, the unit and `_total` are added, the scope is in
//! `otel_scope_name` and its like. A name that is taken already is left out, and counted. Meters that
//! were made before `init` record nothing: that is how `opentelemetry` does it.
//!
//! A program with a provider of its own keeps it: `init` leaves a global one alone that was set before,
//! and one that is set later takes ours' place. It gives that provider our [`reader`].
//!
//! Callbacks of observable instruments run once for each page and for each push, on threads of
//! plimsoll's own. One that panics loses what it would have said then, no more. Each instrument keeps
//! at most 2000 combinations of attributes, the SDK's default; further ones are counted together, with
//! `otel_metric_overflow="true"`.

mod families;
mod names;
mod provider;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use opentelemetry::global;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader;
use opentelemetry_sdk::metrics::{
    InstrumentKind, ManualReader, Pipeline, SdkMeterProvider, Temporality,
};

use super::family::{Head, Number, Series, Sink, Type};
use families::Families;
use provider::Provider;

/// Who is asked.
#[derive(Debug)]
struct Asked {
    /// Ours; nothing before `init`, or where the program has one.
    provider: Option<Provider>,
    readers: Vec<Reader>,
}

static ASKED: Mutex<Asked> = Mutex::new(Asked { provider: None, readers: Vec::new() });
/// One visit at a time, so that no two run the program's callbacks at once.
static VISIT: Mutex<()> = Mutex::new(());

/// What could not be told: what callbacks that panicked would have said, instruments that disagree
/// with others of their name, and series that read like others.
static LOST: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];
const REASONS: [&str; 3] = ["callback_panicked", "type_taken", "series_twice"];

/// Reads a meter provider of the program's own: what it has is on the page and in each push.
///
/// For programs that set the global provider themselves, for views of their own, say, or beside other
/// readers. Without one of their own nothing needs to be done.
///
/// ```
/// use opentelemetry_sdk::metrics::SdkMeterProvider;
///
/// let reader = plimsoll::opentelemetry::reader();
/// let provider = SdkMeterProvider::builder().with_reader(reader).build();
/// opentelemetry::global::set_meter_provider(provider);
/// ```
///
/// The callbacks of such a provider run under the SDK's lock. One that panics ends the reading of
/// that provider for good, and is counted; one that makes an instrument waits for ever. Histograms
/// that a view makes exponential are kept at the scale of plimsoll's own native ones.
pub fn reader() -> impl MetricReader {
    let reader = Reader(Arc::new(ManualReader::builder().build()));
    let readers = &mut lock(&ASKED).readers;
    // Those whose providers are gone.
    readers.retain(|reader| Arc::strong_count(&reader.0) > 1);
    readers.push(reader.clone());
    reader
}

/// Makes plimsoll the global provider, unless the program has one. Called by `init`, once.
pub(crate) fn start() {
    let asked = &mut *lock(&ASKED);
    // The one that does nothing has no state; one that counts has.
    if size_of_val(&*global::meter_provider()) != 0 {
        return;
    }
    let reader = Reader(Arc::new(ManualReader::builder().build()));
    // Who the program is stands in front of all that leaves it.
    let resource = opentelemetry_sdk::Resource::builder_empty().build();
    let sdk = SdkMeterProvider::builder().with_resource(resource).with_reader(reader.clone());
    let provider = Provider::new(sdk.build());
    asked.readers.push(reader);
    asked.provider = Some(provider.clone());
    global::set_meter_provider(provider);
}

/// Hands over what was recorded.
pub(crate) fn visit(sink: &mut dyn Sink) {
    let mut families = Families::default();
    {
        let _visit = lock(&VISIT);
        let (provider, readers) = {
            let asked = lock(&ASKED);
            (asked.provider.clone(), asked.readers.clone())
        };
        let panicked = provider.map_or(0, |provider| provider.call_back());
        count(0, panicked);
        for reader in readers {
            let mut collected = ResourceMetrics::default();
            match catch_unwind(AssertUnwindSafe(|| reader.0.collect(&mut collected))) {
                Ok(Ok(())) => families.add(&collected),
                // Its provider is not there yet, or no more.
                Ok(Err(_)) => {}
                Err(_) => count(0, 1),
            }
        }
        count(1, families.disagree);
        count(2, families.twice);
    }
    families.visit(sink);
}

/// Hands over what could not be told so far.
pub(crate) fn account(sink: &mut dyn Sink) {
    sink.family(&Head {
        name: "plimsoll_opentelemetry_lost_total",
        kind: Type::Counter,
        help: "What was recorded through OpenTelemetry's API and could not be told, by reason.",
        unit: "",
    });
    for (reason, count) in REASONS.iter().zip(&LOST) {
        let labels = [("reason", *reason)];
        let number = Number::Integer(count.load(Ordering::Relaxed));
        sink.number(&Series::of(&labels), number);
    }
}

fn count(reason: usize, number: u64) {
    if let Some(count) = LOST.get(reason) {
        count.fetch_add(number, Ordering::Relaxed);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads the SDK when asked, totals since the start.
#[derive(Clone, Debug)]
struct Reader(Arc<ManualReader>);

impl MetricReader for Reader {
    fn register_pipeline(&self, pipeline: Weak<Pipeline>) {
        self.0.register_pipeline(pipeline);
    }

    fn collect(&self, collected: &mut ResourceMetrics) -> OTelSdkResult {
        self.0.collect(collected)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn temporality(&self, _: InstrumentKind) -> Temporality {
        Temporality::Cumulative
    }
}
