//! The figures of one metric in a capture, found by name and labels, and assertions on them.

use std::collections::BTreeSet;
use std::fmt;

use super::Capture;
use super::figures::{self, Family, Figure, Series};
use crate::catalog;
use crate::metrics::family::Type;
use crate::model::Values;

/// A histogram in a capture.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Histogram {
    /// All observations.
    pub count: u64,
    /// Their sum.
    pub sum: f64,
    /// Each upper bound with the observations that are not above it, the last one infinite: `le` and
    /// value of the page's buckets.
    pub buckets: Vec<(f64, u64)>,
}

impl Histogram {
    /// The observations that are at most `le`, which is one of the upper bounds.
    ///
    /// # Panics
    /// When it is none: how many there are is not known then.
    #[track_caller]
    pub fn within(&self, le: f64) -> u64 {
        match self.buckets.iter().find(|(bound, _)| *bound == le) {
            Some((_, count)) => *count,
            None => {
                let bounds = self.buckets.iter().map(|(bound, _)| format!("{bound:?}"));
                let bounds = bounds.collect::<Vec<_>>().join(", ");
                panic!("{le:?} is no bound of this histogram; its bounds are {bounds}")
            }
        }
    }
}

impl fmt::Display for Histogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} observations, sum {}", self.count, self.sum)?;
        let mut before = 0;
        for (bound, count) in &self.buckets {
            if *count > before {
                write!(f, ", {count} within {bound:?}")?;
            }
            before = *count;
        }
        Ok(())
    }
}

#[track_caller]
pub(super) fn counter(families: &[Family], name: &str, labels: &[(&str, &str)]) -> f64 {
    find(families, name, Type::Counter, labels).map(Series::number).sum()
}

#[track_caller]
pub(super) fn gauge(families: &[Family], name: &str, labels: &[(&str, &str)]) -> f64 {
    find(families, name, Type::Gauge, labels).map(Series::number).sum()
}

#[track_caller]
pub(super) fn histogram(families: &[Family], name: &str, labels: &[(&str, &str)]) -> Histogram {
    let all: Vec<&Series> = find(families, name, Type::Histogram, labels).collect();
    add(all.iter().copied())
}

/// Series of one family, added up.
pub(super) fn add<'a>(all: impl Iterator<Item = &'a Series>) -> Histogram {
    let mut whole = Histogram { count: 0, sum: 0.0, buckets: Vec::new() };
    for series in all {
        let Figure::Histogram { bounds, counts, sum } = &series.figure else { continue };
        if whole.buckets.is_empty() {
            let bounds = bounds.iter().copied().chain([f64::INFINITY]);
            whole.buckets = bounds.map(|bound| (bound, 0)).collect();
        }
        let mut below = 0;
        for ((_, bucket), count) in whole.buckets.iter_mut().zip(counts) {
            below += count;
            *bucket += below;
        }
        whole.count += below;
        whole.sum += sum;
    }
    whole
}

/// The series of a family that have these labels.
#[track_caller]
pub(super) fn find<'a>(
    families: &'a [Family],
    name: &str,
    kind: Type,
    labels: &'a [(&'a str, &'a str)],
) -> impl Iterator<Item = &'a Series> + use<'a> {
    let Some(family) = figures::find(families, name) else {
        let names = families.iter().filter(|family| family.kind == kind);
        let names = names.map(|family| family.name.as_str());
        panic!("there is no {} `{name}`; there are:{}", word(kind), list(names));
    };
    if family.kind != kind {
        panic!("`{name}` is a {}, no {}", word(family.kind), word(kind));
    }
    for (label, value) in labels {
        check_label(family, label, value);
    }
    family.series.iter().filter(|series| series.has(labels))
}

/// Refuses a label, or a value of one, that this family can't have: a test that asserts its absence
/// would hold for ever.
#[track_caller]
fn check_label(family: &Family, label: &str, value: &str) {
    let name = &family.name;
    let declared = catalog::get().into_iter().flat_map(|catalog| &catalog.metrics);
    let declared = declared.copied().find(|metric| metric.name == *name);
    let of_metric = declared.and_then(|metric| {
        let at = metric.labels.iter().position(|known| *known == label)?;
        metric.values.get(at)
    });
    let seen: BTreeSet<&str> =
        family.series.iter().filter_map(|series| series.label(label)).collect();
    match of_metric {
        Some(Values::Open(_)) => {}
        Some(Values::Closed(values)) if values.contains(&value) => {}
        Some(Values::Closed(values)) => {
            panic!(
                "the label `{label}` of `{name}` is never `{value}`; it is one of:{}",
                list(values.iter().copied())
            )
        }
        // The types of a function's errors are known only as they occur.
        None if label == "error_type" && declared.is_none() => {}
        None if seen.is_empty() => {
            let labels = family.series.iter().flat_map(|series| &series.labels);
            let labels = labels.map(|(label, _)| label.as_str());
            let of_metric = declared.map_or(&[][..], |metric| metric.labels).iter().copied();
            let labels: BTreeSet<&str> = labels.chain(of_metric).collect();
            panic!("`{name}` has no label `{label}`; its labels are:{}", list(labels))
        }
        None if seen.contains(value) => {}
        None => panic!(
            "the label `{label}` of `{name}` is never `{value}`; it is one of:{}",
            list(seen)
        ),
    }
}

fn word(kind: Type) -> &'static str {
    match kind {
        Type::Counter => "counter",
        Type::Gauge => "gauge",
        Type::Histogram => "histogram",
        Type::Summary => "summary",
        Type::Info => "info",
    }
}

/// Texts, a line each.
fn list<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let lines: String = texts.into_iter().map(|text| format!("\n  {text}")).collect();
    if lines.is_empty() { " none".to_owned() } else { lines }
}

/// A metric as a test names it.
fn named(name: &str, labels: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        labels.iter().map(|(label, value)| format!("{label}={value:?}")).collect();
    if pairs.is_empty() { name.to_owned() } else { format!("{name}{{{}}}", pairs.join(",")) }
}

/// Two floats are one figure: sums of floats depend on the order.
fn is_near(left: f64, right: f64) -> bool {
    left == right || (left - right).abs() <= left.abs().max(right.abs()) * 1e-9
}

/// Asserts the value of a counter or a gauge; made by [`Capture::assert_counter`] and
/// [`Capture::assert_gauge`].
#[derive(Debug)]
pub struct AssertNumber<'a> {
    capture: &'a Capture,
    named: String,
    found: f64,
}

impl<'a> AssertNumber<'a> {
    pub(super) fn new(
        capture: &'a Capture,
        name: &str,
        labels: &[(&str, &str)],
        found: f64,
    ) -> AssertNumber<'a> {
        AssertNumber { capture, named: named(name, labels), found }
    }

    /// It is this, but for the rounding of sums.
    ///
    /// # Panics
    /// When it is not, with all that was recorded.
    #[track_caller]
    pub fn is(self, expected: impl Into<f64>) {
        let (expected, found) = (expected.into(), self.found);
        if !is_near(expected, found) {
            panic!(
                "`{}`: expected {expected}, found {found}\nall that was recorded:\n{}",
                self.named, self.capture
            );
        }
    }
}

/// Asserts what a histogram has observed; made by [`Capture::assert_histogram`].
///
/// Each method panics, with all that was recorded, when it is not as it says.
#[derive(Debug)]
pub struct AssertHistogram<'a> {
    capture: &'a Capture,
    named: String,
    found: Histogram,
}

impl<'a> AssertHistogram<'a> {
    pub(super) fn new(
        capture: &'a Capture,
        name: &str,
        labels: &[(&str, &str)],
        found: Histogram,
    ) -> AssertHistogram<'a> {
        AssertHistogram { capture, named: named(name, labels), found }
    }

    /// So many observations.
    #[track_caller]
    pub fn count(self, expected: u64) -> AssertHistogram<'a> {
        let found = self.found.count;
        self.check(found == expected, &format!("{expected} observations, found {found}"))
    }

    /// Their sum is this, but for the rounding of sums.
    #[track_caller]
    pub fn sum(self, expected: impl Into<f64>) -> AssertHistogram<'a> {
        let (expected, found) = (expected.into(), self.found.sum);
        self.check(is_near(expected, found), &format!("a sum of {expected}, found {found}"))
    }

    /// So many observations are at most `le`, which is one of the bounds.
    #[track_caller]
    pub fn within(self, le: impl Into<f64>, expected: u64) -> AssertHistogram<'a> {
        let le = le.into();
        let found = self.found.within(le);
        let what = format!("{expected} observations within {le:?}, found {found}");
        self.check(found == expected, &what)
    }

    #[track_caller]
    fn check(self, holds: bool, what: &str) -> AssertHistogram<'a> {
        if !holds {
            panic!(
                "`{}`: expected {what}\n  {}\nall that was recorded:\n{}",
                self.named, self.found, self.capture
            );
        }
        self
    }
}
