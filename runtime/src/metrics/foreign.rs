//! What the program registered with the `prometheus` crate, on the same page and in the same form.
//!
//! Reads the families as the registry gathers them. A family whose name is on the page already is
//! left out and counted: a scraper would refuse the whole page.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use prometheus::proto::{self, MetricFamily, MetricType};

use super::family::{Head, Type};
use super::write::{self, Format};

/// The registry that is on the page: the `prometheus` crate's default one, so that what
/// `prometheus::register_*` made is there without a further line.
pub fn registry() -> &'static prometheus::Registry {
    prometheus::default_registry()
}

/// Families that did not come onto the page, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// plimsoll, or an earlier family, has a series of this name.
    pub(crate) name_taken: u64,
    /// The name of the family or of a label is not one.
    pub(crate) name_invalid: u64,
    /// Neither counter, gauge, histogram nor summary.
    pub(crate) type_unknown: u64,
    /// 1 when a collector panicked, and so nothing could be gathered.
    pub(crate) collector_panicked: u64,
}

/// Gathers what is registered; a collector's panic ends nothing but this.
pub(crate) fn gather(registry: &prometheus::Registry, left_out: &mut LeftOut) -> Vec<MetricFamily> {
    catch_unwind(AssertUnwindSafe(|| registry.gather())).unwrap_or_else(|_| {
        left_out.collector_panicked = 1;
        Vec::new()
    })
}

/// Leaves the families that can stand on the page beside plimsoll's own.
pub(crate) fn admit<'a>(
    families: &mut Vec<MetricFamily>,
    own: impl Iterator<Item = (&'a str, Type)>,
    left_out: &mut LeftOut,
) {
    if families.is_empty() {
        return;
    }
    let mut taken: HashSet<String> = own.flat_map(|(name, kind)| names(name, kind)).collect();
    families.retain(|family| {
        let Some(kind) = kind(family) else {
            left_out.type_unknown += 1;
            return false;
        };
        if !is_valid(family) {
            left_out.name_invalid += 1;
            return false;
        }
        let names = names(family.name(), kind);
        if names.iter().any(|name| taken.contains(name)) {
            left_out.name_taken += 1;
            return false;
        }
        taken.extend(names);
        true
    });
}

/// Writes a family that was admitted.
pub(crate) fn write(out: &mut Vec<u8>, format: Format, family: &MetricFamily) {
    let (Some(kind), name) = (kind(family), family.name()) else {
        return;
    };
    let unit = ["seconds", "bytes", "ratio"].into_iter().find(|unit| {
        let base = name.strip_suffix("_total").unwrap_or(name);
        base.strip_suffix(unit).is_some_and(|before| before.ends_with('_'))
    });
    let head = Head { name, kind, help: family.help(), unit: unit.unwrap_or_default() };
    write::header(out, format, &head);
    for metric in family.get_metric() {
        let pairs = metric.get_label().iter().map(|pair| (pair.name(), pair.value()));
        let labels = write::labels(pairs);
        let line = |out: &mut Vec<u8>, suffix: &str, more: Option<(&str, f64)>, value: f64| {
            let more = more.map(|(label, bound)| (label, write::bound(bound)));
            let more = more.as_ref().map(|(label, bound)| (*label, bound.as_str()));
            write::series(out, name, suffix, &labels, more);
            write::float(out, value);
            time(out, format, metric.timestamp_ms());
            out.push(b'\n');
        };
        match kind {
            Type::Histogram => {
                let histogram = metric.get_histogram();
                let count = histogram.get_sample_count() as f64;
                let finite =
                    histogram.get_bucket().iter().filter(|it| it.upper_bound() < f64::INFINITY);
                for bucket in finite {
                    let more = Some(("le", bucket.upper_bound()));
                    line(out, "_bucket", more, bucket.cumulative_count() as f64);
                }
                line(out, "_bucket", Some(("le", f64::INFINITY)), count);
                line(out, "_sum", None, histogram.get_sample_sum());
                line(out, "_count", None, count);
            }
            Type::Summary => {
                let summary = metric.get_summary();
                for quantile in summary.get_quantile() {
                    line(out, "", Some(("quantile", quantile.quantile())), quantile.value());
                }
                line(out, "_sum", None, summary.sample_sum());
                line(out, "_count", None, summary.sample_count() as f64);
            }
            Type::Counter => line(out, "", None, metric.get_counter().value()),
            Type::Gauge | Type::Info => line(out, "", None, metric.get_gauge().value()),
        }
    }
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

/// Text counts milliseconds, OpenMetrics seconds.
fn time(out: &mut Vec<u8>, format: Format, millis: i64) {
    match format {
        _ if millis == 0 => {}
        Format::Text => write::put(out, &[" ", &millis.to_string()]),
        Format::OpenMetrics => write::put(out, &[" ", &(millis as f64 / 1000.0).to_string()]),
    }
}

/// All names that a family has on the page, in whichever format.
fn names(name: &str, kind: Type) -> Vec<String> {
    let suffixes: &[&str] = match kind {
        Type::Histogram => &["_bucket", "_sum", "_count"],
        Type::Summary => &["_sum", "_count"],
        _ => &[],
    };
    let base = match kind {
        Type::Counter => name.strip_suffix("_total"),
        Type::Info => name.strip_suffix("_info"),
        _ => None,
    };
    let with = suffixes.iter().map(|suffix| format!("{name}{suffix}"));
    with.chain(base.map(str::to_owned)).chain([name.to_owned()]).collect()
}

fn is_valid(family: &MetricFamily) -> bool {
    let name = |text: &str, colon: bool| {
        !text.is_empty()
            && !text.starts_with(|first: char| first.is_ascii_digit())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || (colon && byte == b':'))
    };
    name(family.name(), true)
        && family
            .get_metric()
            .iter()
            .flat_map(|metric| metric.get_label())
            .all(|label| name(label.name(), false))
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
