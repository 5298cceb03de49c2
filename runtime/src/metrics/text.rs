//! Families as lines: a sink that writes text 0.0.4 or OpenMetrics 1.0.
//!
//! For what can't be laid out at `init`: that is `layout`'s, which is faster. Knows no source and no
//! metric; the letters are `write`'s. Made by `page`.

use super::family::{Head, Histogram, Number, Series, Sink, Summary, Type};
use super::write::{self, Format};

/// Writes what it is handed to the end of a page.
#[derive(Debug)]
pub(crate) struct Text<'a> {
    page: &'a mut Vec<u8>,
    format: Format,
    /// The family that series belong to.
    name: String,
    kind: Type,
    /// Those of the series that is being written.
    labels: Vec<u8>,
}

impl<'a> Text<'a> {
    pub(crate) fn new(page: &'a mut Vec<u8>, format: Format) -> Text<'a> {
        Text { page, format, name: String::new(), kind: Type::Gauge, labels: Vec::new() }
    }

    fn begin(&mut self, series: &Series<'_>) {
        self.labels.clear();
        for (name, value) in series.labels {
            write::label(&mut self.labels, name, value);
        }
    }

    /// A line up to its value.
    fn head(&mut self, suffix: &str, more: Option<(&str, f64)>) {
        let more = more.map(|(label, bound)| (label, write::bound(bound)));
        let more = more.as_ref().map(|(label, bound)| (*label, bound.as_str()));
        write::series(self.page, &self.name, suffix, &self.labels, more);
    }

    fn line(&mut self, series: &Series<'_>, suffix: &str, value: Number) {
        self.head(suffix, None);
        self.value(value);
        self.end(series);
    }

    fn value(&mut self, value: Number) {
        match value {
            Number::Integer(value) => write::integer(self.page, value),
            Number::Float(value) => write::float(self.page, value),
        }
    }

    fn end(&mut self, series: &Series<'_>) {
        write::time(self.page, self.format, series.unix_millis);
        self.page.push(b'\n');
    }
}

impl Sink for Text<'_> {
    fn family(&mut self, head: &Head<'_>) {
        self.name.clear();
        self.name.push_str(head.name);
        self.kind = head.kind;
        write::header(self.page, self.format, head);
    }

    fn number(&mut self, series: &Series<'_>, value: Number) {
        // No OpenMetrics counter is negative, or no number.
        let is_odd = matches!(value, Number::Float(value) if value.is_nan() || value < 0.0);
        if self.kind == Type::Counter && self.format == Format::OpenMetrics && is_odd {
            return;
        }
        self.begin(series);
        self.line(series, "", value);
    }

    fn histogram(&mut self, series: &Series<'_>, histogram: &Histogram<'_>) {
        self.begin(series);
        let bounds = histogram.bounds.iter().copied().chain([f64::INFINITY]);
        let mut count = 0u64;
        for (index, bound) in bounds.enumerate() {
            count = count.wrapping_add(histogram.counts.get(index).copied().unwrap_or(0));
            self.head("_bucket", Some(("le", bound)));
            self.value(Number::Integer(count));
            write::time(self.page, self.format, series.unix_millis);
            if self.format == Format::OpenMetrics {
                write::example(self.page, histogram.examples.get(index).copied().flatten());
            }
            self.page.push(b'\n');
        }
        if write::has_sum(self.format, histogram.bounds.first().copied(), histogram.sum) {
            self.line(series, "_sum", Number::Float(histogram.sum));
            self.line(series, "_count", Number::Integer(count));
        }
    }

    fn summary(&mut self, series: &Series<'_>, summary: &Summary<'_>) {
        self.begin(series);
        let can_be_negative = self.format == Format::Text;
        let quantiles = summary.quantiles.iter();
        for (quantile, value) in
            quantiles.filter(|(_, it)| can_be_negative || it.is_nan() || *it >= 0.0)
        {
            self.head("", Some(("quantile", *quantile)));
            self.value(Number::Float(*value));
            self.end(series);
        }
        if write::has_sum(self.format, None, summary.sum) {
            self.line(series, "_sum", Number::Float(summary.sum));
        }
        self.line(series, "_count", Number::Integer(summary.count));
    }
}
