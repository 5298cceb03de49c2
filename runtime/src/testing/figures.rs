//! The families of one capture as values that can be searched.
//!
//! A sink for `metrics::sources`; it decides nothing. Called by all that reads a capture.

use std::sync::Arc;

use crate::metrics::family::{self, Head, Number, Sink, Type};
use crate::metrics::sources;
use crate::record::capture::Capture;

/// A family with all of its series.
#[derive(Debug)]
pub(super) struct Family {
    pub(super) name: String,
    pub(super) kind: Type,
    pub(super) help: String,
    pub(super) unit: String,
    pub(super) series: Vec<Series>,
}

#[derive(Debug)]
pub(super) struct Series {
    pub(super) labels: Vec<(String, String)>,
    pub(super) figure: Figure,
}

#[derive(Debug)]
pub(super) enum Figure {
    Number(Number),
    Histogram {
        bounds: Vec<f64>,
        /// Of each bucket by itself.
        counts: Vec<u64>,
        sum: f64,
    },
    Summary {
        quantiles: Vec<(f64, f64)>,
        count: u64,
        sum: f64,
    },
}

impl Series {
    /// The value of a label.
    pub(super) fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Has all of these labels.
    pub(super) fn has(&self, labels: &[(&str, &str)]) -> bool {
        labels.iter().all(|(name, value)| self.label(name) == Some(value))
    }

    /// The value of what is a number.
    pub(super) fn number(&self) -> f64 {
        match self.figure {
            Figure::Number(Number::Integer(value)) => value as f64,
            Figure::Number(Number::Float(value)) => value,
            Figure::Histogram { .. } | Figure::Summary { .. } => 0.0,
        }
    }
}

/// The family of this name.
pub(super) fn find<'a>(families: &'a [Family], name: &str) -> Option<&'a Family> {
    families.iter().find(|family| family.name == name)
}

/// All families of the catalogue, as they are in a capture.
pub(super) fn gather(capture: &Arc<Capture>) -> Vec<Family> {
    let mut gathered = Gathered::default();
    sources::captured(capture, &mut gathered);
    gathered.0
}

#[derive(Default)]
struct Gathered(Vec<Family>);

impl Gathered {
    fn push(&mut self, series: &family::Series<'_>, figure: Figure) {
        if let Some(family) = self.0.last_mut() {
            let labels = series.labels.iter();
            let labels = labels.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            family.series.push(Series { labels: labels.collect(), figure });
        }
    }
}

impl Sink for Gathered {
    fn family(&mut self, head: &Head<'_>) {
        self.0.push(Family {
            name: head.name.to_owned(),
            kind: head.kind,
            help: head.help.to_owned(),
            unit: head.unit.to_owned(),
            series: Vec::new(),
        });
    }

    fn number(&mut self, series: &family::Series<'_>, value: Number) {
        self.push(series, Figure::Number(value));
    }

    fn histogram(&mut self, series: &family::Series<'_>, histogram: &family::Histogram<'_>) {
        let figure = Figure::Histogram {
            bounds: histogram.bounds.to_vec(),
            counts: histogram.counts.to_vec(),
            sum: histogram.sum,
        };
        self.push(series, figure);
    }

    fn summary(&mut self, series: &family::Series<'_>, summary: &family::Summary<'_>) {
        let figure = Figure::Summary {
            quantiles: summary.quantiles.to_vec(),
            count: summary.count,
            sum: summary.sum,
        };
        self.push(series, figure);
    }
}
