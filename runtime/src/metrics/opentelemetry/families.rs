//! What the SDK collected, as families for any sink.
//!
//! Instruments of one name are one family, told apart by their scope: `otel_scope_name` and its like
//! are labels, as OpenTelemetry's specification wants them. Of two that disagree on what they are the
//! first stays. Names and keys that differ can become one: what then has the same labels is one
//! series, or a page would hold it twice. Called by `super::visit`.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, hash_map};

use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, ExponentialHistogramDataPoint, HistogramDataPoint, Metric, MetricData,
    ResourceMetrics,
};

use super::names::{self, Name};
use crate::metrics::family::{Exponential, Head, Histogram, Number, Series, Sink, Type};
use crate::metrics::own::label_name;
use crate::scrub::gate;

/// Families by name.
#[derive(Debug, Default)]
pub(super) struct Families {
    all: BTreeMap<String, Family>,
    /// Instruments that disagree with an earlier one of their name.
    pub(super) disagree: u64,
    /// Series that read like an earlier one, and could not be added to it.
    pub(super) twice: u64,
}

#[derive(Debug)]
struct Family {
    kind: Type,
    unit: String,
    help: String,
    series: Vec<(Labels, Figure)>,
    /// Where each of them is.
    places: HashMap<Labels, usize>,
}

type Labels = Vec<(String, String)>;

#[derive(Debug)]
enum Figure {
    Number(Number),
    Histogram { bounds: Vec<f64>, counts: Vec<u64>, sum: f64, native: Option<Exponential> },
}

impl Families {
    /// Adds all that was collected.
    pub(super) fn add(&mut self, collected: &ResourceMetrics) {
        for scope in collected.scope_metrics() {
            let labels = scope_labels(scope.scope());
            for metric in scope.metrics() {
                let read = match metric.data() {
                    AggregatedMetrics::F64(data) => read(data),
                    AggregatedMetrics::U64(data) => read(data),
                    AggregatedMetrics::I64(data) => read(data),
                };
                self.take(metric, &labels, read);
            }
        }
    }

    fn take(&mut self, metric: &Metric, scope: &[(String, String)], read: Read<'_>) {
        let (kind, points) = read;
        let Name { name, unit } = names::family(metric.name(), metric.unit(), kind);
        let family = match self.all.entry(name) {
            Entry::Occupied(known) if known.get().kind != kind || known.get().unit != unit => {
                self.disagree += 1;
                return;
            }
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => {
                // Checkers of pages want a text.
                let help = match metric.description() {
                    "" => "Not described.",
                    description => description,
                };
                let help = help.to_owned();
                let (series, places) = (Vec::new(), HashMap::new());
                free.insert(Family { kind, unit, help, series, places })
            }
        };
        for (attributes, figure) in points {
            self.twice += u64::from(!family.take(labels(metric.name(), attributes, scope), figure));
        }
    }

    /// Hands all families over.
    pub(super) fn visit(&self, sink: &mut dyn Sink) {
        for (name, family) in &self.all {
            let Family { kind, unit, help, series, .. } = family;
            sink.family(&Head { name, kind: *kind, help, unit });
            for (labels, figure) in series {
                let labels: Vec<(&str, &str)> =
                    labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                let series = Series::of(&labels);
                match figure {
                    Figure::Number(number) => sink.number(&series, *number),
                    Figure::Histogram { bounds, counts, sum, native } => {
                        let (sum, native, examples) = (*sum, native.as_ref(), &[]);
                        let histogram = Histogram { bounds, counts, sum, native, examples };
                        sink.histogram(&series, &histogram);
                    }
                }
            }
        }
    }
}

impl Family {
    /// Takes a series; false when there is one of these labels that it can't be added to.
    fn take(&mut self, labels: Labels, figure: Figure) -> bool {
        match self.places.entry(labels) {
            hash_map::Entry::Vacant(free) => {
                self.series.push((free.key().clone(), figure));
                free.insert(self.series.len() - 1);
                true
            }
            hash_map::Entry::Occupied(known) => {
                let known = self.series.get_mut(*known.get());
                known.is_some_and(|(_, known)| known.add(self.kind, figure))
            }
        }
    }
}

impl Figure {
    /// Adds what is counted alike; false where a sum says nothing.
    fn add(&mut self, kind: Type, other: Figure) -> bool {
        match (self, other) {
            (Figure::Number(known), Figure::Number(other)) if kind == Type::Counter => {
                *known = match (*known, other) {
                    (Number::Integer(known), Number::Integer(other)) => {
                        Number::Integer(known.saturating_add(other))
                    }
                    (known, other) => Number::Float(float(known) + float(other)),
                };
                true
            }
            (
                Figure::Histogram { bounds, counts, sum, native: None },
                Figure::Histogram { bounds: same, counts: more, sum: further, native: None },
            ) if *bounds == same && counts.len() == more.len() => {
                counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
                *sum += further;
                true
            }
            _ => false,
        }
    }
}

fn float(number: Number) -> f64 {
    match number {
        Number::Integer(value) => value as f64,
        Number::Float(value) => value,
    }
}

type Read<'a> = (Type, Vec<(Vec<&'a KeyValue>, Figure)>);

/// What an instrument is, and all its points.
fn read<T: Copy + Into<Measured>>(data: &MetricData<T>) -> Read<'_> {
    let number = |value: T| Figure::Number(value.into().number());
    match data {
        MetricData::Gauge(gauge) => {
            let points = gauge.data_points();
            let points = points.map(|it| (it.attributes().collect(), number(it.value())));
            (Type::Gauge, points.collect())
        }
        MetricData::Sum(sum) => {
            let kind = if sum.is_monotonic() { Type::Counter } else { Type::Gauge };
            let points = sum.data_points();
            (kind, points.map(|it| (it.attributes().collect(), number(it.value()))).collect())
        }
        MetricData::Histogram(histogram) => {
            let points = histogram.data_points();
            let points = points.map(|it| (it.attributes().collect(), explicit(it)));
            (Type::Histogram, points.collect())
        }
        MetricData::ExponentialHistogram(histogram) => {
            let points = histogram.data_points();
            let points = points.map(|it| (it.attributes().collect(), exponential(it)));
            (Type::Histogram, points.collect())
        }
    }
}

/// A measurement of any of the SDK's types.
#[derive(Clone, Copy)]
pub(super) enum Measured {
    F64(f64),
    U64(u64),
    I64(i64),
}

impl From<f64> for Measured {
    fn from(value: f64) -> Measured {
        Measured::F64(value)
    }
}

impl From<u64> for Measured {
    fn from(value: u64) -> Measured {
        Measured::U64(value)
    }
}

impl From<i64> for Measured {
    fn from(value: i64) -> Measured {
        Measured::I64(value)
    }
}

impl Measured {
    fn number(self) -> Number {
        match self {
            Measured::F64(value) => Number::Float(value),
            Measured::U64(value) => Number::Integer(value),
            Measured::I64(value) => match u64::try_from(value) {
                Ok(value) => Number::Integer(value),
                Err(_) => Number::Float(value as f64),
            },
        }
    }

    fn float(self) -> f64 {
        match self {
            Measured::F64(value) => value,
            Measured::U64(value) => value as f64,
            Measured::I64(value) => value as f64,
        }
    }
}

fn explicit<T: Copy + Into<Measured>>(point: &HistogramDataPoint<T>) -> Figure {
    let bounds: Vec<f64> = point.bounds().collect();
    let mut counts: Vec<u64> = point.bucket_counts().collect();
    if counts.is_empty() {
        // An instrument without buckets has one.
        counts.push(point.count());
    }
    Figure::Histogram { bounds, counts, sum: point.sum().into().float(), native: None }
}

/// At our scale. A coarser bucket's observations go where its upper end is.
fn exponential<T: Copy + Into<Measured>>(point: &ExponentialHistogramDataPoint<T>) -> Figure {
    let scale = i32::from(point.scale()) - i32::from(Exponential::SCALE);
    let ours = |index: i32| match u32::try_from(scale) {
        Ok(finer) => index >> finer.min(31),
        Err(_) => ((i64::from(index) + 1) << (-scale).min(31)).clamp(-40_000, 40_000) as i32 - 1,
    };
    let side = |bucket: &opentelemetry_sdk::metrics::data::ExponentialBucket| {
        let mut side: Vec<(i32, u64)> = Vec::new();
        for (index, count) in (bucket.offset()..).zip(bucket.counts()) {
            match side.last_mut() {
                _ if count == 0 => {}
                Some((last, sum)) if *last == ours(index) => *sum += count,
                _ => side.push((ours(index), count)),
            }
        }
        side
    };
    let native = Exponential {
        zero: point.zero_count(),
        positive: side(point.positive_bucket()),
        negative: side(point.negative_bucket()),
    };
    let counts = vec![point.count() as u64];
    let sum = point.sum().into().float();
    Figure::Histogram { bounds: Vec::new(), counts, sum, native: Some(native) }
}

fn scope_labels(scope: &InstrumentationScope) -> Labels {
    let texts = [
        ("otel_scope_name", Some(scope.name())),
        ("otel_scope_version", scope.version()),
        ("otel_scope_schema_url", scope.schema_url()),
    ];
    let texts = texts.into_iter().filter_map(|(name, text)| Some((name, text?)));
    let mut labels: Labels = texts
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    for attribute in scope.attributes() {
        let name = format!("otel_scope_{}", label_name(attribute.key.as_str()));
        join(&mut labels, name, shown(scope.name(), attribute));
    }
    labels
}

/// The value of an attribute as it may leave. Series that look the same then are one.
fn shown(metric: &str, attribute: &KeyValue) -> String {
    let text = attribute.value.to_string();
    gate::foreign_label(metric, attribute.key.as_str(), &text).unwrap_or(text)
}

fn labels(metric: &str, mut attributes: Vec<&KeyValue>, scope: &[(String, String)]) -> Labels {
    attributes.sort_by(|one, other| one.key.cmp(&other.key));
    let mut labels = scope.to_vec();
    for attribute in attributes {
        let name = match attribute.key.as_str() {
            // Prometheus's own.
            reserved @ ("le" | "quantile") => format!("key_{reserved}"),
            key => label_name(key),
        };
        join(&mut labels, name, shown(metric, attribute));
    }
    labels
}

/// Keys that become one label share it, as the specification says.
fn join(labels: &mut Labels, name: String, value: String) {
    match labels.iter_mut().find(|(known, _)| *known == name) {
        Some((_, values)) => {
            values.push(';');
            values.push_str(&value);
        }
        None => labels.push((name, value)),
    }
}
