//! What the program registered with the `prometheus` crate, as families for any sink.
//!
//! A source: reads the families as the registry gathers them. A family whose name is taken already
//! is left out and counted: a scraper would refuse the whole page. Called by `sources`.

use std::borrow::Cow;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use prometheus::proto::{self, MetricFamily, MetricType};

use super::family::{Head, Histogram, Number, Series, Sink, Summary, Type};
use super::names::Names;
use super::write;
use crate::scrub::gate;

/// The registry that is on the page: the `prometheus` crate's default one, so that what
/// `prometheus::register_*` made is there without a further line.
pub fn registry() -> &'static prometheus::Registry {
    prometheus::default_registry()
}

/// Families that were not handed over, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// plimsoll, or an earlier family, has a series of this name.
    pub(crate) name_taken: u64,
    /// The name of the family or of a label is not one, or a label occurs twice.
    pub(crate) name_invalid: u64,
    /// The bounds of a histogram do not rise.
    pub(crate) buckets_invalid: u64,
    /// It has series that read the same; of those, the first is there.
    pub(crate) series_twice: u64,
    /// Neither counter, gauge, histogram nor summary.
    pub(crate) type_unknown: u64,
    /// 1 when a collector panicked, and so nothing could be gathered.
    pub(crate) collector_panicked: u64,
}

impl LeftOut {
    /// Hands the counts over.
    pub(crate) fn visit(&self, sink: &mut dyn Sink) {
        sink.family(&LEFT_OUT);
        let reasons = [
            ("name_taken", self.name_taken),
            ("name_invalid", self.name_invalid),
            ("buckets_invalid", self.buckets_invalid),
            ("series_twice", self.series_twice),
            ("type_unknown", self.type_unknown),
            ("collector_panicked", self.collector_panicked),
        ];
        for (reason, count) in reasons {
            let labels = [("reason", reason)];
            let series = Series::of(&labels);
            sink.number(&series, Number::Integer(count));
        }
    }
}

const LEFT_OUT: Head<'static> = Head {
    name: "plimsoll_page_families_left_out",
    kind: Type::Gauge,
    help: "Registered families that can't stand on this page, or not with all of their series.",
    unit: "",
};

/// Gathers what is registered; a collector's panic ends nothing but this.
pub(crate) fn gather(registry: &prometheus::Registry) -> (Vec<MetricFamily>, LeftOut) {
    match catch_unwind(AssertUnwindSafe(|| registry.gather())) {
        Ok(families) => (families, LeftOut::default()),
        Err(_) => (Vec::new(), LeftOut { collector_panicked: 1, ..LeftOut::default() }),
    }
}

/// The names among them before which ours give way.
pub(crate) fn preferred(families: &[MetricFamily]) -> Vec<String> {
    let names = families.iter().map(MetricFamily::name);
    names.filter(|name| is_standard(name)).map(str::to_owned).collect()
}

/// True for what is told of a process or program in the same way by whoever tells it.
pub(crate) fn is_standard(name: &str) -> bool {
    name.starts_with("process_") || name == "build_info"
}

/// What is said of a family; none when it can't stand on a page.
pub(crate) fn head(family: &MetricFamily) -> Option<Head<'_>> {
    let kind = kind(family).filter(|_| has_names(family) && has_buckets(family))?;
    let name = family.name();
    let unit = ["seconds", "bytes", "ratio"].into_iter().find(|unit| {
        let base = name.strip_suffix("_total").unwrap_or(name);
        base.strip_suffix(unit).is_some_and(|before| before.ends_with('_'))
    });
    Some(Head { name, kind, help: family.help(), unit: unit.unwrap_or_default() })
}

/// Hands over the families that can stand beside those whose names are taken.
pub(crate) fn visit(
    families: &[MetricFamily],
    taken: &mut Names,
    left_out: &mut LeftOut,
    sink: &mut dyn Sink,
) {
    for family in families {
        match head(family) {
            None if kind(family).is_none() => left_out.type_unknown += 1,
            None if !has_names(family) => left_out.name_invalid += 1,
            None => left_out.buckets_invalid += 1,
            Some(head) if !taken.take(head.name, head.kind) => left_out.name_taken += 1,
            Some(head) => left_out.series_twice += u64::from(!hand_over(family, &head, sink)),
        }
    }
}

/// False when some of its series read the same, and so not all were handed over.
fn hand_over(family: &MetricFamily, head: &Head<'_>, sink: &mut dyn Sink) -> bool {
    sink.family(head);
    let shown: Vec<Vec<Told<'_>>> = family
        .get_metric()
        .iter()
        .map(|metric| metric.get_label().iter().map(|pair| shown(head, pair)).collect())
        .collect();
    let mut seen = Seen::of(&shown);
    for (metric, labels) in family.get_metric().iter().zip(&shown) {
        let labels: Vec<(&str, &str)> =
            labels.iter().map(|(name, value)| (*name, &**value)).collect();
        if !seen.is_new(&labels) {
            continue;
        }
        let series = Series { labels: &labels, unix_millis: metric.timestamp_ms() };
        match head.kind {
            Type::Histogram => histogram(metric.get_histogram(), &series, sink),
            Type::Summary => {
                let summary = metric.get_summary();
                let quantiles: Vec<(f64, f64)> =
                    summary.get_quantile().iter().map(|it| (it.quantile(), it.value())).collect();
                let summary = Summary {
                    quantiles: &quantiles,
                    count: summary.sample_count(),
                    sum: summary.sample_sum(),
                };
                sink.summary(&series, &summary);
            }
            Type::Counter => sink.number(&series, Number::Float(metric.get_counter().value())),
            Type::Gauge | Type::Info => {
                sink.number(&series, Number::Float(metric.get_gauge().value()));
            }
        }
    }
    !seen.twice
}

/// A label as it may leave.
fn shown<'a>(head: &Head<'_>, pair: &'a proto::LabelPair) -> Told<'a> {
    let masked = gate::foreign_label(head.name, pair.name(), pair.value());
    (pair.name(), masked.map_or(Cow::Borrowed(pair.value()), Cow::Owned))
}

/// A label as all formats tell it.
type Told<'a> = (&'a str, Cow<'a, str>);

/// The series of a family that were handed over.
struct Seen<'a> {
    /// The last one: the registry sorts them, so that those of the same labels are neighbours.
    last: Option<Vec<(&'a str, &'a str)>>,
    /// All of them, where a value is not told as it is: others may then be told like it.
    told: Option<HashSet<Vec<Told<'a>>>>,
    twice: bool,
}

impl<'a> Seen<'a> {
    fn of(shown: &[Vec<Told<'a>>]) -> Seen<'a> {
        let is_changed =
            |(_, value): &Told<'a>| matches!(value, Cow::Owned(_)) || write::told(value) != **value;
        let told = shown.iter().flatten().any(is_changed).then(HashSet::new);
        Seen { last: None, told, twice: false }
    }

    fn is_new(&mut self, labels: &[(&'a str, &'a str)]) -> bool {
        let is_new = match &mut self.told {
            None => self.last.as_deref() != Some(labels),
            Some(told) => told
                .insert(labels.iter().map(|(name, value)| (*name, write::told(value))).collect()),
        };
        self.last = Some(labels.to_vec());
        self.twice |= !is_new;
        is_new
    }
}

/// Theirs are cumulative, ours are not. What falls does not: a count is never negative.
fn histogram(histogram: &proto::Histogram, series: &Series<'_>, sink: &mut dyn Sink) {
    let finite = histogram.get_bucket().iter().filter(|it| it.upper_bound() < f64::INFINITY);
    let (mut bounds, mut counts, mut below) = (Vec::new(), Vec::new(), 0);
    for bucket in finite {
        bounds.push(bucket.upper_bound());
        counts.push(bucket.cumulative_count().saturating_sub(below));
        below = below.max(bucket.cumulative_count());
    }
    counts.push(histogram.get_sample_count().saturating_sub(below));
    let sum = histogram.get_sample_sum();
    let histogram =
        Histogram { bounds: &bounds, counts: &counts, sum, native: None, examples: &[] };
    sink.histogram(series, &histogram);
}

fn kind(family: &MetricFamily) -> Option<Type> {
    match family.get_field_type() {
        MetricType::COUNTER => Some(Type::Counter),
        MetricType::GAUGE => Some(Type::Gauge),
        MetricType::HISTOGRAM => Some(Type::Histogram),
        MetricType::SUMMARY => Some(Type::Summary),
        _ => None,
    }
}

fn has_names(family: &MetricFamily) -> bool {
    let is_name = |text: &str, colon: bool| {
        !text.is_empty()
            && !text.starts_with(|first: char| first.is_ascii_digit())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || (colon && byte == b':'))
    };
    // What the page itself writes beside them.
    let ours = match family.get_field_type() {
        MetricType::HISTOGRAM => "le",
        MetricType::SUMMARY => "quantile",
        _ => "__name__",
    };
    let is_label = |name: &str| is_name(name, false) && name != ours && name != "__name__";
    is_name(family.name(), true)
        && family.get_metric().iter().map(proto::Metric::get_label).all(|labels| {
            labels.iter().enumerate().all(|(index, label)| {
                let before = labels.iter().take(index);
                is_label(label.name()) && before.into_iter().all(|it| it.name() != label.name())
            })
        })
}

fn has_buckets(family: &MetricFamily) -> bool {
    family.get_metric().iter().all(|metric| {
        let bounds = metric.get_histogram().get_bucket().iter().map(proto::Bucket::upper_bound);
        let bounds: Vec<f64> = bounds.collect();
        bounds.iter().all(|bound| !bound.is_nan()) && bounds.is_sorted_by(|low, high| low < high)
    })
}

/// The value of a counter or gauge.
///
/// The `prometheus` crate calls it `get_value` without its feature `protobuf` and `value` with it,
/// and another crate of the program may switch that on. Inherent functions win over a trait's, so
/// that each of the two stands in for the one that is missing.
#[allow(dead_code, reason = "which of the two is called depends on that feature")]
trait Reading {
    fn value(&self) -> f64;
    fn get_value(&self) -> f64;
}

impl Reading for proto::Counter {
    fn value(&self) -> f64 {
        proto::Counter::get_value(self)
    }
    fn get_value(&self) -> f64 {
        proto::Counter::value(self)
    }
}

impl Reading for proto::Gauge {
    fn value(&self) -> f64 {
        proto::Gauge::get_value(self)
    }
    fn get_value(&self) -> f64 {
        proto::Gauge::value(self)
    }
}
