//! Where metrics met their bounds: values that found no room in an open label, and callbacks that
//! panicked.
//!
//! The series are there from the start, for each metric that has such a bound. Called by `walk` and by
//! `page`.

use super::callback;
use super::family::{Head, Number, Series, Sink, Type};
use super::walk::Figures;
use crate::catalog::Catalog;
use crate::model::{Metric, MetricKind, Values};
use crate::record;

const OVERFLOW: Head<'static> = Head {
    name: "plimsoll_label_overflow_total",
    kind: Type::Counter,
    help: "Records in the series `_OTHER`: the label had as many values as its mark has room for.",
    unit: "",
};

const PANICS: Head<'static> = Head {
    name: "plimsoll_callback_panics_total",
    kind: Type::Counter,
    help: "Panics of what the program gave to be asked for a metric's figures.",
    unit: "",
};

/// What this writes.
pub(super) const FAMILIES: [Head<'static>; 2] = [OVERFLOW, PANICS];

/// Hands both families over, if the program has metrics that they are about.
pub(super) fn visit(catalog: &Catalog, figures: &Figures, sink: &mut dyn Sink) {
    let metrics = || catalog.metrics.iter().copied();
    let mut open = metrics().flat_map(open_labels).peekable();
    if open.peek().is_some() {
        sink.family(&OVERFLOW);
    }
    for (metric, label, name) in open {
        let labels = [("metric", metric.name), ("label", name)];
        let series = Series::of(&labels);
        sink.number(&series, Number::Integer(overflow(metric, label, figures)));
    }
    let mut asked = metrics().filter(|metric| callback::is_asked(metric)).peekable();
    if asked.peek().is_some() {
        sink.family(&PANICS);
    }
    for metric in asked {
        let panics = metric.known_state().map_or(0, |state| state.panics());
        let labels = [("metric", metric.name)];
        let series = Series::of(&labels);
        sink.number(&series, Number::Integer(panics));
    }
}

/// The open labels of a metric, by number and name.
fn open_labels(
    metric: &'static Metric,
) -> impl Iterator<Item = (&'static Metric, usize, &'static str)> {
    let labels = metric.labels.iter().zip(metric.values).enumerate();
    labels.filter_map(move |(label, (name, values))| {
        let is_open = matches!(values, Values::Open(_)) && metric.kind != MetricKind::Info;
        is_open.then_some((metric, label, *name))
    })
}

/// The records that found no room in this label.
fn overflow(metric: &Metric, label: usize, figures: &Figures) -> u64 {
    match metric.overflow(label) {
        Some(at) => figures.word(at),
        None => {
            let at = metric.combinations() + label;
            record::read_gauge(metric, at, callback::is_asked).unwrap_or(0)
        }
    }
}
