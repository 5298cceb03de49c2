//! What the program counts, as plain data that any format can be written from.
//!
//! Sources (`walk`, `http`, `own`, `foreign` and their like) hand their families to a [`Sink`]; text,
//! protobuf and OTLP are sinks. Decides nothing and knows no format.

use super::exemplar::Exemplar;
pub(crate) use crate::record::native::Exponential;

/// What a family is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Counter,
    Gauge,
    Histogram,
    Summary,
    /// Constant facts as labels, with the value 1.
    Info,
}

/// What is said of a family as a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head<'a> {
    /// The whole name: `_total` and `_info` are part of it.
    pub(crate) name: &'a str,
    pub(crate) kind: Type,
    pub(crate) help: &'a str,
    /// The unit that the name ends in, before `_total`; empty when it has none.
    pub(crate) unit: &'a str,
}

/// What tells a series from others of its family.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Series<'a> {
    pub(crate) labels: &'a [(&'a str, &'a str)],
    /// When the figure was taken, in milliseconds since 1970; 0 is now.
    pub(crate) unix_millis: i64,
}

impl<'a> Series<'a> {
    /// The one with these labels, as it is now.
    pub(crate) const fn of(labels: &'a [(&'a str, &'a str)]) -> Series<'a> {
        Series { labels, unix_millis: 0 }
    }
}

/// A figure, as exact as it was counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    Integer(u64),
    Float(f64),
}

/// One series of a histogram.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Histogram<'a> {
    /// Upper bounds, rising, without `+Inf`.
    pub(crate) bounds: &'a [f64],
    /// Observations of each bucket by itself: one more than there are bounds.
    pub(crate) counts: &'a [u64],
    pub(crate) sum: f64,
    /// The same observations in finer buckets, where they are kept.
    pub(crate) native: Option<&'a Exponential>,
    /// By bucket; may be shorter.
    pub(crate) examples: &'a [Option<Exemplar>],
}

/// One series of a summary.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Summary<'a> {
    /// Each quantile with its value.
    pub(crate) quantiles: &'a [(f64, f64)],
    pub(crate) count: u64,
    pub(crate) sum: f64,
}

/// Takes families, one after the other, each with its series.
pub(crate) trait Sink {
    /// A family begins. What follows are its series.
    fn family(&mut self, head: &Head<'_>);

    /// A series of a counter, gauge or info.
    fn number(&mut self, series: &Series<'_>, value: Number);

    /// A series of a histogram.
    fn histogram(&mut self, series: &Series<'_>, histogram: &Histogram<'_>);

    /// A series of a summary.
    fn summary(&mut self, series: &Series<'_>, summary: &Summary<'_>);
}
