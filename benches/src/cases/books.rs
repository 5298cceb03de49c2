//! What several peers' books are read with: a tally for sinks, and sums over a metrics page.

use std::sync::atomic::{AtomicU64, Ordering};

use super::{Failure, Made, expect};

/// Counts what a peer hands to its sink. One locked instruction each, for sinks that do no more.
#[derive(Debug, Default)]
pub(super) struct Tally(AtomicU64);

impl Tally {
    pub(super) const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    #[inline(always)]
    pub(super) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The sum of the series of a page in Prometheus' text format with this name, and with this text
/// among the labels.
pub(super) fn sum(page: &str, name: &str, label: &str) -> Result<u64, Failure> {
    let mut sum = None;
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let Some((series, value)) = line.rsplit_once(' ') else {
            continue;
        };
        let (known, labels) = series.split_once('{').unwrap_or((series, ""));
        if known == name && labels.contains(label) {
            *sum.get_or_insert(0.0) += value.parse::<f64>()?;
        }
    }
    sum.map(|sum| sum as u64).ok_or_else(|| format!("{name} is not on the page").into())
}

/// The page of a peer whose counter has the label `outcome`, with the values `ok` and `error`.
pub(super) fn outcomes(
    page: &str,
    counter: &str,
    histogram: &str,
    made: Made,
) -> Result<String, Failure> {
    expect("ok", sum(page, counter, "\"ok\"")?, made.calls - made.failed)?;
    expect("errors", sum(page, counter, "\"error\"")?, made.failed)?;
    expect("histogram", sum(page, histogram, "")?, made.calls)?;
    Ok(String::new())
}
