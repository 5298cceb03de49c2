//! Families as OTLP's `Metric` messages: one more [`Sink`] beside the page's formats.
//!
//! Follows OpenTelemetry's "Prometheus and OpenMetrics compatibility", so that a receiver gives back
//! what stands on the page: names stay whole (`_total` and the unit are part of them, and translators
//! do not add twice what is there), units become UCUM's, an info is a sum of 1 that may fall, and
//! `target_info` is left to the resource. `push` drives it.

mod deltas;
mod exponential;
mod points;
pub(crate) mod push;
#[cfg(test)]
mod tests;

use super::value::attribute;
use crate::catalog;
use crate::config::Temporality;
use crate::metrics::exemplar::Exemplar;
use crate::metrics::family::{Exponential, Head, Histogram, Number, Series, Sink, Summary, Type};
use crate::metrics::units;
use crate::record::Value;
use crate::wire;
use deltas::{Deltas, Next, Since, State};
use points::{Family, Kind, Points};

const DELTA: u64 = 1;
const CUMULATIVE: u64 = 2;

/// Says who sends, and is no metric: receivers make it of the resource.
const RESOURCE: &str = "target_info";

/// One visit's figures on their way into points.
struct Encoder<'a> {
    points: Points,
    temporality: Temporality,
    /// Histograms are sent as exponential ones where they are kept so.
    exponential: bool,
    deltas: &'a mut Deltas,
    /// When the counts began, and now: nanoseconds since 1970.
    begun: u64,
    now: u64,
    family: Current,
}

/// The family whose series come.
#[derive(Default)]
struct Current {
    head: Vec<u8>,
    name: String,
    /// What it is; nothing when it is not sent.
    kind: Option<Type>,
    delta: bool,
    /// As it was begun last.
    begun: Option<Kind>,
    /// What tells a series from all others.
    key: Vec<u8>,
}

impl<'a> Encoder<'a> {
    fn new(
        temporality: Temporality,
        exponential: bool,
        begun: u64,
        now: u64,
        deltas: &'a mut Deltas,
    ) -> Encoder<'a> {
        deltas.begin();
        let (points, family) = (Points::default(), Current::default());
        Encoder { points, temporality, exponential, deltas, begun, now: now.max(begun), family }
    }

    /// Begins the family in this form, unless it is begun.
    fn begin(&mut self, kind: Kind) {
        if self.family.begun == Some(kind) {
            return;
        }
        self.family.begun = Some(kind);
        let mut tail = Vec::new();
        match kind {
            Kind::Gauge | Kind::Summary => {}
            Kind::Sum | Kind::Histogram | Kind::Exponential => {
                wire::number(&mut tail, 2, if self.family.delta { DELTA } else { CUMULATIVE });
            }
        }
        if self.family.kind == Some(Type::Counter) {
            wire::number(&mut tail, 3, 1);
        }
        self.points.begin(Family { head: self.family.head.clone(), kind, tail });
    }

    /// What is sent of a series, and the time that it covers; nothing when it is not sent now.
    fn due(&mut self, series: &Series<'_>, state: State) -> Option<(State, u64, Option<Next>)> {
        if !self.family.delta {
            return Some((state, self.begun, None));
        }
        let key = &mut self.family.key;
        key.clear();
        key.extend_from_slice(self.family.name.as_bytes());
        for (name, value) in series.labels {
            for text in [name, value] {
                // No text holds this byte.
                key.push(0xff);
                key.extend_from_slice(text.as_bytes());
            }
        }
        match self.deltas.since(key, state, self.now, self.begun) {
            Since::Changed { state, start, next } => Some((state, start, Some(next))),
            Since::Same => None,
            Since::Unremembered => {
                self.points.unremembered += 1;
                None
            }
        }
    }

    fn time(&self, series: &Series<'_>) -> u64 {
        match u64::try_from(series.unix_millis) {
            Ok(millis) if millis > 0 => millis.saturating_mul(1_000_000),
            _ => self.now,
        }
    }

    fn explicit(&mut self, series: &Series<'_>, histogram: &Histogram<'_>) {
        let counts = histogram.counts.to_vec();
        let state = State::Explicit { counts, sum: histogram.sum };
        let Some((State::Explicit { counts, sum }, start, next)) = self.due(series, state) else {
            return;
        };
        let time = self.time(series);
        self.begin(Kind::Histogram);
        self.points.add(next, |out| {
            frame(out, 9, series, start, time);
            wire::fixed64(out, 4, counts.iter().sum());
            wire::fixed64(out, 5, sum.to_bits());
            wire::packed(out, 6, counts.iter().copied());
            wire::packed(out, 7, histogram.bounds.iter().map(|bound| bound.to_bits()));
            examples(out, 8, histogram.examples, start);
        });
    }

    fn native(&mut self, series: &Series<'_>, histogram: &Histogram<'_>, native: &Exponential) {
        let state = State::Exponential { buckets: native.clone(), sum: histogram.sum };
        let Some((State::Exponential { buckets, sum }, start, next)) = self.due(series, state)
        else {
            return;
        };
        let time = self.time(series);
        let (scale, positive, negative) = exponential::fit(&buckets);
        let count: u64 = positive.counts.iter().chain(&negative.counts).sum();
        self.begin(Kind::Exponential);
        self.points.add(next, |out| {
            frame(out, 1, series, start, time);
            wire::fixed64(out, 4, count + buckets.zero);
            wire::fixed64(out, 5, sum.to_bits());
            wire::signed(out, 6, scale.into());
            wire::fixed64(out, 7, buckets.zero);
            for (field, side) in [(8, &positive), (9, &negative)] {
                wire::message(out, field, |out| {
                    wire::signed(out, 1, side.offset.into());
                    wire::packed_numbers(out, 2, side.counts.iter().copied());
                });
            }
            examples(out, 11, histogram.examples, start);
            wire::fixed64(out, 14, Exponential::ZERO.to_bits());
        });
    }
}

impl Sink for Encoder<'_> {
    fn family(&mut self, head: &Head<'_>) {
        let family = &mut self.family;
        family.name.clear();
        family.name.push_str(head.name);
        family.begun = None;
        family.kind = (head.name != RESOURCE).then_some(head.kind);
        family.delta = is_delta(self.temporality, head);
        family.head.clear();
        wire::bytes(&mut family.head, 1, head.name.as_bytes());
        if !head.help.is_empty() {
            wire::bytes(&mut family.head, 2, head.help.as_bytes());
        }
        match units::ucum(head.unit) {
            Some(unit) => wire::bytes(&mut family.head, 3, unit.as_bytes()),
            None if head.unit.is_empty() => {}
            // UCUM's way to name what is counted; those who make names of units leave it out.
            None => wire::pieces(&mut family.head, 3, &["{", head.unit, "}"]),
        }
        if head.kind == Type::Info {
            // OTLP has no word for it among its kinds.
            attribute(&mut family.head, 12, "prometheus.type", Value::Str("info"));
        }
    }

    fn number(&mut self, series: &Series<'_>, value: Number) {
        let kind = match self.family.kind {
            Some(Type::Counter | Type::Info) => Kind::Sum,
            Some(Type::Gauge) => Kind::Gauge,
            _ => return,
        };
        let state = match value {
            Number::Integer(value) => State::Integer(value),
            Number::Float(value) => State::Float(value),
        };
        let Some((state, start, next)) = self.due(series, state) else { return };
        let time = self.time(series);
        self.begin(kind);
        self.points.add(next, |out| {
            // A gauge has not begun.
            frame(out, 7, series, if kind == Kind::Gauge { 0 } else { start }, time);
            match state {
                State::Integer(value) => match i64::try_from(value) {
                    Ok(_) => wire::fixed64(out, 6, value),
                    Err(_) => wire::fixed64(out, 4, (value as f64).to_bits()),
                },
                State::Float(value) => wire::fixed64(out, 4, value.to_bits()),
                State::Explicit { .. } | State::Exponential { .. } => {}
            }
        });
    }

    fn histogram(&mut self, series: &Series<'_>, histogram: &Histogram<'_>) {
        match (self.family.kind, histogram.native) {
            (Some(Type::Histogram), Some(native)) if self.exponential => {
                self.native(series, histogram, native);
            }
            (Some(Type::Histogram), _) => self.explicit(series, histogram),
            _ => {}
        }
    }

    fn summary(&mut self, series: &Series<'_>, summary: &Summary<'_>) {
        if self.family.kind != Some(Type::Summary) {
            return;
        }
        let (start, time) = (self.begun, self.time(series));
        self.begin(Kind::Summary);
        self.points.add(None, |out| {
            frame(out, 7, series, start, time);
            wire::fixed64(out, 4, summary.count);
            wire::fixed64(out, 5, summary.sum.to_bits());
            for (quantile, value) in summary.quantiles {
                wire::message(out, 6, |out| {
                    wire::fixed64(out, 1, quantile.to_bits());
                    wire::fixed64(out, 2, value.to_bits());
                });
            }
        });
    }
}

/// What all points have: labels, and the time that they cover.
fn frame(out: &mut Vec<u8>, attributes: u32, series: &Series<'_>, start: u64, time: u64) {
    for (name, value) in series.labels {
        attribute(out, attributes, name, Value::Str(value));
    }
    if start != 0 {
        wire::fixed64(out, 2, start.min(time));
    }
    wire::fixed64(out, 3, time);
}

/// The examples that are not older than the point.
fn examples(out: &mut Vec<u8>, field: u32, examples: &[Option<Exemplar>], start: u64) {
    for example in examples.iter().flatten().filter(|example| example.unix_nanos >= start) {
        wire::message(out, field, |out| {
            wire::fixed64(out, 2, example.unix_nanos);
            wire::fixed64(out, 3, example.value.to_bits());
            wire::bytes(out, 4, &example.span_id.to_be_bytes());
            wire::bytes(out, 5, &example.trace_id.to_be_bytes());
        });
    }
}

/// Whether a family is sent as what came since the last push. Gauges, infos and summaries never
/// are. `lowmemory` means the counters that marks feed; others are read, like the SDKs'
/// asynchronous ones.
fn is_delta(temporality: Temporality, head: &Head<'_>) -> bool {
    match (temporality, head.kind) {
        (Temporality::Cumulative, _) | (_, Type::Gauge | Type::Summary | Type::Info) => false,
        (Temporality::Delta, _) | (Temporality::LowMemory, Type::Histogram) => true,
        (Temporality::LowMemory, Type::Counter) => catalog::is_fed(head.name),
    }
}
