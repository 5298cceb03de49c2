//! OpenTelemetry's metrics API: a counter and a histogram, with two attributes and with none.
//!
//! Instruments are made once, attributes are a slice at each call, as its README shows. Without
//! attributes a counter cannot tell outcomes apart, so there are two of them. The reader has its
//! default interval of a minute and an exporter that adds up what it is given.

use std::hint::black_box;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram, MeterProvider as _};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ResourceMetrics};
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider, Temporality};

use super::books::Tally;
use super::{Case, Failure, Made, Peer, Refused, Work, body, expect};

pub(super) const CASES: &[Case] = &[
    Case::new("opentelemetry metrics, 2 attributes: sync", || start(attributed)),
    Case::new("opentelemetry metrics, 2 attributes: two threads", || start(attributed))
        .two_threads(),
    Case::new("opentelemetry metrics, no attribute: sync", || start(plain)),
    Case::new("opentelemetry metrics, no attribute: two threads", || start(plain)).two_threads(),
];

struct Instruments {
    calls: Counter<u64>,
    errors: Counter<u64>,
    duration: Histogram<f64>,
}

static INSTRUMENTS: OnceLock<Instruments> = OnceLock::new();

fn start(calls: fn(u64)) -> Result<Work, Failure> {
    let exported = Exported::default();
    let reader = PeriodicReader::builder(exported.clone()).build();
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    let meter = provider.meter("bench");
    INSTRUMENTS.get_or_init(|| Instruments {
        calls: meter.u64_counter("work.calls").build(),
        errors: meter.u64_counter("work.errors").build(),
        duration: meter.f64_histogram("work.duration").with_unit("s").build(),
    });
    Work::new(calls, Books { provider, exported })
}

/// What the collections had in them, added up: each has what came since the one before.
#[derive(Clone, Debug, Default)]
struct Exported {
    ok: Arc<Tally>,
    errors: Arc<Tally>,
    timed: Arc<Tally>,
}

impl PushMetricExporter for Exported {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        for metric in metrics.scope_metrics().flat_map(|scope| scope.metrics()) {
            match metric.data() {
                AggregatedMetrics::U64(MetricData::Sum(sum)) => {
                    for point in sum.data_points() {
                        let failed = metric.name() == "work.errors"
                            || point.attributes().any(|pair| pair.value.as_str() == "error");
                        if failed { &self.errors } else { &self.ok }.add(point.value());
                    }
                }
                AggregatedMetrics::F64(MetricData::Histogram(histogram)) => {
                    for point in histogram.data_points() {
                        self.timed.add(point.count());
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        Temporality::Delta
    }
}

struct Books {
    provider: SdkMeterProvider,
    exported: Exported,
}

impl Peer for Books {
    fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.provider.shutdown()?)
    }

    fn check(&mut self, made: Made) -> Result<String, Failure> {
        expect("ok", self.exported.ok.get(), made.calls - made.failed)?;
        expect("errors", self.exported.errors.get(), made.failed)?;
        expect("histogram", self.exported.timed.get(), made.calls)?;
        Ok(String::new())
    }
}

#[inline(never)]
fn work_attributed(order: u64) -> Result<u64, Refused> {
    let Some(instruments) = INSTRUMENTS.get() else {
        return body(black_box(order));
    };
    let start = Instant::now();
    let result = body(black_box(order));
    let took = start.elapsed().as_secs_f64();
    let outcome = if result.is_ok() { "ok" } else { "error" };
    let attributes = [KeyValue::new("function", "work"), KeyValue::new("outcome", outcome)];
    instruments.duration.record(took, &attributes);
    instruments.calls.add(1, &attributes);
    result
}

#[inline(never)]
fn work_plain(order: u64) -> Result<u64, Refused> {
    let Some(instruments) = INSTRUMENTS.get() else {
        return body(black_box(order));
    };
    let start = Instant::now();
    let result = body(black_box(order));
    instruments.duration.record(start.elapsed().as_secs_f64(), &[]);
    if result.is_ok() { &instruments.calls } else { &instruments.errors }.add(1, &[]);
    result
}

fn attributed(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work_attributed(black_box(order)));
    }
}

fn plain(calls: u64) {
    for order in 0..calls {
        let _ = black_box(work_plain(black_box(order)));
    }
}
