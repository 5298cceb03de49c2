//! What plimsoll promises of its cost, held against one run's figures.
//!
//! The promises are ratios and differences of times, so they mean the same on any machine. Minima
//! decide, for noise only adds; what the medians say stands beside them. A promise whose cases did
//! not run is not judged. Called by `main`, printed by `table`.

use crate::cases::{BARE, BY_HAND, METRICS_ONLY, OFF, PLIMSOLL, RECORDED, USUAL};
use crate::driver::Figures;

/// One promise and what this run says to it.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) what: &'static str,
    pub(crate) value: f64,
    pub(crate) by_medians: f64,
    pub(crate) limit: f64,
    /// What stands after the numbers.
    pub(crate) unit: &'static str,
}

impl Claim {
    pub(crate) fn holds(&self) -> bool {
        self.value <= self.limit
    }
}

/// All promises that the figures suffice for.
pub(crate) fn judge(figures: &[Figures]) -> Vec<Claim> {
    let of = |name| figures.iter().find(|figure| figure.name == name);
    let ratio = |what, ours, theirs, limit| {
        let (ours, theirs) = (of(ours)?, of(theirs)?);
        let value = ours.minimum / theirs.minimum;
        let by_medians = ours.median / theirs.median;
        Some(Claim { what, value, by_medians, limit, unit: "" })
    };
    let over = |what, ours, bare, limit| {
        let (ours, bare) = (of(ours)?, of(bare)?);
        let value = ours.minimum - bare.minimum;
        let by_medians = ours.median - bare.median;
        Some(Claim { what, value, by_medians, limit, unit: " ns" })
    };
    let allocations = figures
        .iter()
        .filter(|figure| figure.name.starts_with(PLIMSOLL))
        .map(|figure| figure.allocations)
        .reduce(f64::max);
    [
        ratio("all signals, recorded / usual stack", RECORDED, USUAL, 1.0 / 15.0),
        ratio("metrics only / prometheus by hand", METRICS_ONLY, BY_HAND, 0.5),
        over("not initialised - bare call", OFF, BARE, 1.0),
        allocations.map(|value| Claim {
            what: "allocations a call, most of any plimsoll case",
            value,
            by_medians: value,
            limit: 0.0,
            unit: "",
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}
