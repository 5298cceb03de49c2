//! Families as Prometheus's protobuf: a sink that writes `io.prometheus.client.MetricFamily`, each
//! after its length.
//!
//! The one form in which native histograms reach Prometheus. By `client_model`'s `metrics.proto`; what
//! that calls a histogram's bucket is cumulative. Knows no source. Made by `page`.

use super::exemplar::Exemplar;
use super::family::{Exponential, Head, Histogram, Number, Series, Sink, Summary, Type};
use super::write;
use crate::wire;

/// Writes what it is handed to the end of a page.
#[derive(Debug)]
pub(crate) struct Proto<'a> {
    page: &'a mut Vec<u8>,
    /// The family at work: its length is not known before its last series.
    family: Vec<u8>,
    kind: Type,
}

// The fields of each message, where there are several of one number.
const LABEL: u32 = 1;
const GAUGE: u32 = 2;
const COUNTER: u32 = 3;
const SUMMARY: u32 = 4;
const TIME: u32 = 6;
const HISTOGRAM: u32 = 7;
/// A metric of a family.
const METRIC: u32 = 4;

/// Buckets that are empty take no more room than a span does, up to this many.
const GAP: i32 = 2;

impl<'a> Proto<'a> {
    pub(crate) fn new(page: &'a mut Vec<u8>) -> Proto<'a> {
        Proto { page, family: Vec::new(), kind: Type::Gauge }
    }

    /// Ends the last family.
    pub(crate) fn end(mut self) {
        self.flush();
    }

    fn flush(&mut self) {
        if !self.family.is_empty() {
            wire::varint(self.page, self.family.len() as u64);
            self.page.append(&mut self.family);
        }
    }

    /// Writes one series: its labels, then what `write` writes.
    fn metric(&mut self, series: &Series<'_>, write: impl FnOnce(&mut Vec<u8>)) {
        wire::message(&mut self.family, METRIC, |out| {
            for (name, value) in series.labels {
                label(out, name, &write::told(value));
            }
            write(out);
            if series.unix_millis != 0 {
                wire::number(out, TIME, series.unix_millis as u64);
            }
        });
    }
}

impl Sink for Proto<'_> {
    fn family(&mut self, head: &Head<'_>) {
        self.flush();
        self.kind = head.kind;
        let out = &mut self.family;
        wire::bytes(out, 1, head.name.as_bytes());
        wire::bytes(out, 2, write::told(head.help).as_bytes());
        let kind = match head.kind {
            Type::Counter => 0,
            Type::Gauge | Type::Info => 1,
            Type::Summary => 2,
            Type::Histogram => 4,
        };
        wire::number(out, 3, kind);
        if write::has_unit(head) {
            wire::bytes(out, 5, head.unit.as_bytes());
        }
    }

    fn number(&mut self, series: &Series<'_>, value: Number) {
        let field = if self.kind == Type::Counter { COUNTER } else { GAUGE };
        let value = match value {
            Number::Integer(value) => value as f64,
            Number::Float(value) => value,
        };
        self.metric(series, |out| wire::message(out, field, |out| double(out, 1, value)));
    }

    fn histogram(&mut self, series: &Series<'_>, histogram: &Histogram<'_>) {
        self.metric(series, |out| {
            wire::message(out, HISTOGRAM, |out| {
                // A native histogram whose buckets are not its count is refused, and the classic
                // buckets were not read in the same moment.
                let count = match histogram.native {
                    Some(native) => native.total(),
                    None => {
                        histogram.counts.iter().fold(0u64, |sum, count| sum.wrapping_add(*count))
                    }
                };
                wire::number(out, 1, count);
                double(out, 2, histogram.sum);
                buckets(out, histogram, count);
                if let Some(native) = histogram.native {
                    exponential(out, native);
                }
            });
        });
    }

    fn summary(&mut self, series: &Series<'_>, summary: &Summary<'_>) {
        self.metric(series, |out| {
            wire::message(out, SUMMARY, |out| {
                wire::number(out, 1, summary.count);
                double(out, 2, summary.sum);
                for (quantile, value) in summary.quantiles {
                    wire::message(out, 3, |out| {
                        double(out, 1, *quantile);
                        double(out, 2, *value);
                    });
                }
            });
        });
    }
}

fn double(out: &mut Vec<u8>, field: u32, value: f64) {
    wire::fixed64(out, field, value.to_bits());
}

#[inline]
fn label(out: &mut Vec<u8>, name: &str, value: &str) {
    wire::message(out, LABEL, |out| {
        wire::bytes(out, 1, name.as_bytes());
        wire::bytes(out, 2, value.as_bytes());
    });
}

fn buckets(out: &mut Vec<u8>, histogram: &Histogram<'_>, count: u64) {
    let bounds = histogram.bounds.iter().copied().chain([f64::INFINITY]);
    let mut below = 0u64;
    for (index, bound) in bounds.enumerate() {
        below = below.wrapping_add(histogram.counts.get(index).copied().unwrap_or(0)).min(count);
        let example = histogram.examples.get(index).copied().flatten();
        let below = if bound.is_infinite() { count } else { below };
        wire::message(out, 3, |out| {
            wire::number(out, 1, below);
            double(out, 2, bound);
            if let Some(example) = example {
                wire::message(out, 3, |out| exemplar(out, &example));
            }
        });
    }
}

fn exemplar(out: &mut Vec<u8>, example: &Exemplar) {
    label(out, "trace_id", &format!("{:032x}", example.trace_id));
    label(out, "span_id", &format!("{:016x}", example.span_id));
    double(out, 2, example.value);
    wire::message(out, 3, |out| {
        wire::number(out, 1, example.unix_nanos / 1_000_000_000);
        wire::number(out, 2, example.unix_nanos % 1_000_000_000);
    });
}

fn exponential(out: &mut Vec<u8>, native: &Exponential) {
    wire::signed(out, 5, i64::from(Exponential::SCALE));
    // It also tells a native histogram without observations from a classic one.
    double(out, 6, Exponential::ZERO);
    wire::number(out, 7, native.zero);
    side(out, 9, &native.negative);
    side(out, 12, &native.positive);
}

/// Writes one side of zero: spans of buckets to `field`, and how much each bucket has more than the
/// one before to the next field.
fn side(out: &mut Vec<u8>, field: u32, buckets: &[(i32, u64)]) {
    let (mut spans, mut deltas): (Vec<(i32, u32)>, Vec<i64>) = (Vec::new(), Vec::new());
    let (mut next, mut before) = (0i32, 0u64);
    for (index, count) in buckets {
        // Prometheus numbers a bucket by its upper bound.
        let index = index.saturating_add(1);
        let gap = index.saturating_sub(next);
        match spans.last_mut() {
            Some((_, length)) if gap <= GAP => {
                for _ in 0..gap {
                    deltas.push((before as i64).wrapping_neg());
                    before = 0;
                }
                *length += gap.unsigned_abs() + 1;
            }
            _ => spans.push((gap, 1)),
        }
        deltas.push((*count as i64).wrapping_sub(before as i64));
        (next, before) = (index.saturating_add(1), *count);
    }
    for (offset, length) in spans {
        wire::message(out, field, |out| {
            wire::signed(out, 1, i64::from(offset));
            wire::number(out, 2, u64::from(length));
        });
    }
    if !deltas.is_empty() {
        let zigzag = |delta: i64| ((delta << 1) ^ (delta >> 63)) as u64;
        wire::packed_numbers(out, field + 1, deltas.into_iter().map(zigzag));
    }
}
