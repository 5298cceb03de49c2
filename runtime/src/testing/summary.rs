//! A summary in a capture: its quantiles are of all that the capture holds.

use std::sync::Arc;

use super::figures::{Family, Figure};
use super::metric;
use crate::metrics::family::{Exponential, Type};
use crate::metrics::sources;
use crate::record::capture::Capture;

/// A summary in a capture.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Summary {
    /// All observations.
    pub count: u64,
    /// Their sum.
    pub sum: f64,
    observed: Exponential,
}

impl Summary {
    /// The value that this share of the observations is at most, such as 0.99: of all in the
    /// capture, where the page's are of the last minutes. Off by 2.2 % at most; NaN when there are
    /// none.
    pub fn quantile(&self, share: f64) -> f64 {
        self.observed.quantile(share)
    }
}

/// All series of a summary that have these labels, added up.
#[track_caller]
pub(super) fn read(
    capture: &Arc<Capture>,
    families: &[Family],
    name: &str,
    labels: &[(&str, &str)],
) -> Summary {
    let sums = metric::find(families, name, Type::Summary, labels);
    let sum = sums.map(|series| match series.figure {
        Figure::Summary { sum, .. } => sum,
        Figure::Number(_) | Figure::Histogram { .. } => 0.0,
    });
    let sum = sum.sum();
    let observed = sources::captured_summary(capture, name, labels);
    Summary { count: observed.total(), sum, observed }
}
