//! What plimsoll promises of its cost, held against one run's figures.
//!
//! The promises are ratios and differences of times, so they mean the same on any machine. Minima
//! decide, for other load on the machine only ever adds; what the medians say stands beside them.
//! All figures of a promise are taken from one batch. A promise whose cases did not run has no
//! figure, and is neither kept nor broken. The floor is the same ratio with two readings of the
//! processor's counter in plimsoll's place: no recorder that measures time can go below it.
//! Called by `main` and `driver`, printed by `table`; the type serves all sub-commands.

use serde_json::{Value, json};

use crate::cases::{BARE, BY_HAND, COUNTING, METRICS_ONLY, OFF, PLIMSOLL, RECORDED, USUAL};
use crate::driver::Figures;

/// Cases that every batch has.
pub(crate) const REFERENCES: &[&str] = &[BARE, FLOOR, RECORDED];

const FLOOR: &str = "floor: two counter reads";
const LEANEST: &str = "leanest by hand: sync";
const LEANEST_NOT_SAMPLED: &str = "leanest by hand: not sampled";
const USUAL_NOT_SAMPLED: &str = "usual stack: not sampled";
const NOT_SAMPLED: &str = "plimsoll not sampled: sync";
const UNDER_A_ROOT: &str = "plimsoll all signals: 64 under a root";
const FASTRACE: &str = "fastrace: 64 spans under a root";
const TWO_THREADS: &str = "plimsoll all signals: two threads";
const METRICS_TWO_THREADS: &str = "plimsoll metrics only: two threads";
const ASYNC: &str = "plimsoll all signals: async";

/// A promise about the cases of one batch.
struct Promise {
    what: &'static str,
    kind: Kind,
    limit: f64,
}

enum Kind {
    /// Our time through theirs.
    Ratio(&'static str, &'static str),
    /// CPU time of all threads, ours through theirs.
    CpuRatio(&'static str, &'static str),
    /// Nanoseconds that one of so many things adds to the second case.
    Each(&'static str, &'static str, f64),
    /// One case through another of our own; no floor.
    Own(&'static str, &'static str),
}

use Kind::{CpuRatio, Each, Own, Ratio};

const fn promise(what: &'static str, kind: Kind, limit: f64) -> Promise {
    Promise { what, kind, limit }
}

const PROMISES: &[Promise] = &[
    promise("recorded / usual stack", Ratio(RECORDED, USUAL), 1.0 / 28.0),
    promise("recorded / leanest by hand", Ratio(RECORDED, LEANEST), 1.0 / 10.0),
    promise("span under a root / fastrace's, no metrics", Ratio(UNDER_A_ROOT, FASTRACE), 0.7),
    promise("not sampled / usual stack's", Ratio(NOT_SAMPLED, USUAL_NOT_SAMPLED), 1.0 / 28.0),
    promise("not sampled / leanest's", Ratio(NOT_SAMPLED, LEANEST_NOT_SAMPLED), 1.0 / 8.0),
    promise("metrics only / prometheus by hand", Ratio(METRICS_ONLY, BY_HAND), 0.3),
    promise(
        "500 in turn, recorded / usual stack",
        Ratio("plimsoll all signals: 500 functions", "usual stack: 500 functions"),
        1.0 / 28.0,
    ),
    promise(
        "500 in turn, metrics only / prometheus by hand",
        Ratio("plimsoll metrics only: 500 functions", "prometheus by hand: 500 functions"),
        0.3,
    ),
    promise("off / tracing's", Own(OFF, "tracing, no subscriber: sync"), 1.5 / 1.2),
    promise(
        "off, async inlined / tracing's",
        Own("plimsoll off: async inlined", "tracing, no subscriber: async inlined"),
        1.0,
    ),
    promise(
        "off, async moved / tracing's",
        Own("plimsoll off: async moved", "tracing, no subscriber: async moved"),
        1.0,
    ),
    promise("async / sync, recorded", Own(ASYNC, RECORDED), 1.4),
    promise("two threads / one, recorded", Own(TWO_THREADS, RECORDED), 1.3),
    promise("two threads / one, metrics only", Own(METRICS_TWO_THREADS, METRICS_ONLY), 1.3),
    promise("a recorded number", Each("plimsoll all signals: 1 number", RECORDED, 1.0), 3.0),
    promise("each of 3 numbers", Each("plimsoll all signals: 3 numbers", RECORDED, 3.0), 3.0),
    promise("a short string", Each("plimsoll all signals: 1 string", RECORDED, 1.0), 6.0),
    promise("in bursts, all CPU before encoding / fastrace's", CpuRatio(COUNTING, FASTRACE), 1.0),
];

const ALLOCATIONS: &str = "allocations a call, most of any plimsoll case";

/// One promise and what a run says to it.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) what: String,
    /// None if what it needs was not measured.
    pub(crate) value: Option<f64>,
    pub(crate) by_medians: Option<f64>,
    /// What two counter reads alone would make of it.
    pub(crate) floor: Option<f64>,
    pub(crate) limit: f64,
    /// Whether more is better.
    pub(crate) at_least: bool,
    /// What stands after the numbers.
    pub(crate) unit: &'static str,
}

impl Claim {
    /// A promise that the value is no more than the limit.
    pub(crate) fn at_most(what: &str, value: Option<f64>, limit: f64, unit: &'static str) -> Self {
        let what = what.to_owned();
        Self { what, value, by_medians: None, floor: None, limit, at_least: false, unit }
    }

    /// A promise that the value is no less than the limit.
    pub(crate) fn at_least(what: &str, value: Option<f64>, limit: f64, unit: &'static str) -> Self {
        Self { at_least: true, ..Self::at_most(what, value, limit, unit) }
    }

    /// Nothing if there is no figure.
    pub(crate) fn holds(&self) -> Option<bool> {
        let value = self.value.filter(|value| value.is_finite())?;
        Some(if self.at_least { value >= self.limit } else { value <= self.limit })
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "what": self.what,
            "value": self.value,
            "value_by_medians": self.by_medians,
            "floor": self.floor,
            "limit": self.limit,
            "at_least": self.at_least,
            "unit": self.unit,
            "holds": self.holds(),
        })
    }
}

impl Promise {
    fn cases(&self) -> Vec<&'static str> {
        match self.kind {
            Ratio(ours, theirs) => vec![FLOOR, ours, theirs],
            CpuRatio(ours, theirs) | Each(ours, theirs, _) | Own(ours, theirs) => {
                vec![ours, theirs]
            }
        }
    }

    /// What the figures of a batch say to it, if they suffice.
    fn judged(&self, batch: &[&Figures]) -> Option<Claim> {
        let of = |name: &str| batch.iter().copied().find(|figure| figure.name == name);
        let mut claim = Claim::at_most(self.what, None, self.limit, "");
        let both = |ours, theirs, how: fn(f64, f64) -> f64| {
            let (ours, theirs) = (of(ours)?, of(theirs)?);
            Some((how(ours.minimum, theirs.minimum), how(ours.median, theirs.median)))
        };
        let through: fn(f64, f64) -> f64 = |ours, theirs| ours / theirs;
        let (value, by_medians) = match self.kind {
            Ratio(ours, theirs) => {
                claim.floor = of(FLOOR).zip(of(theirs)).map(|(f, t)| f.minimum / t.minimum);
                both(ours, theirs, through)?
            }
            Own(ours, theirs) => both(ours, theirs, through)?,
            Each(ours, without, times) => {
                claim.unit = "ns";
                let (minimum, median) = both(ours, without, |ours, without| ours - without)?;
                (minimum / times, median / times)
            }
            CpuRatio(ours, theirs) => {
                claim.value = Some(of(ours)?.cpu / of(theirs)?.cpu);
                return Some(claim);
            }
        };
        claim.value = Some(value);
        claim.by_medians = Some(by_medians);
        Some(claim)
    }
}

/// The cases that have to share a batch.
pub(crate) fn together() -> Vec<Vec<&'static str>> {
    PROMISES.iter().map(Promise::cases).collect()
}

/// All promises, those without a figure too.
pub(crate) fn judge(figures: &[Figures]) -> Vec<Claim> {
    let last = figures.iter().map(|figure| figure.batch).max().unwrap_or(0);
    let batches: Vec<Vec<&Figures>> = (0..=last)
        .map(|batch| figures.iter().filter(|figure| figure.batch == batch).collect())
        .collect();
    let mut claims: Vec<_> = PROMISES
        .iter()
        .map(|promise| {
            let judged = batches.iter().find_map(|batch| promise.judged(batch));
            judged.unwrap_or_else(|| Claim::at_most(promise.what, None, promise.limit, ""))
        })
        .collect();
    let allocations = figures
        .iter()
        // A failed call is told to the log, with an error's text.
        .filter(|figure| figure.name.starts_with(PLIMSOLL) && !figure.name.contains("fails"))
        .map(|figure| figure.allocations)
        .reduce(f64::max);
    claims.push(Claim::at_most(ALLOCATIONS, allocations, 0.0, ""));
    claims
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(name: &'static str, batch: usize, minimum: f64) -> Figures {
        Figures { minimum, median: 2.0 * minimum, ..Figures::named(name, batch) }
    }

    fn claim(claims: &[Claim], what: &str) -> Claim {
        claims.iter().find(|claim| claim.what == what).unwrap().clone()
    }

    #[test]
    fn a_ratio_is_made_of_one_batch() {
        let figures = [
            figure(RECORDED, 0, 1.0),
            figure(RECORDED, 1, 30.0),
            figure(USUAL, 1, 840.0),
            figure(FLOOR, 1, 21.0),
        ];
        let claim = claim(&judge(&figures), "recorded / usual stack");
        assert_eq!(claim.value, Some(30.0 / 840.0));
        assert_eq!(claim.floor, Some(21.0 / 840.0));
        assert_eq!(claim.holds(), Some(true));
    }

    #[test]
    fn what_did_not_run_is_not_judged() {
        let claim = claim(&judge(&[figure(RECORDED, 0, 1.0)]), "recorded / usual stack");
        assert_eq!((claim.value, claim.holds()), (None, None));
    }

    #[test]
    fn three_numbers_are_divided_by_three() {
        let figures =
            [figure(RECORDED, 0, 20.0), figure("plimsoll all signals: 3 numbers", 0, 32.0)];
        let claim = claim(&judge(&figures), "each of 3 numbers");
        assert_eq!(
            (claim.value, claim.by_medians, claim.holds()),
            (Some(4.0), Some(8.0), Some(false))
        );
    }

    #[test]
    fn one_allocation_breaks_the_promise() {
        let mut figures = [figure(OFF, 0, 1.0), figure(RECORDED, 0, 1.0)];
        assert_eq!(claim(&judge(&figures), ALLOCATIONS).holds(), Some(true));
        figures[0].allocations = 0.01;
        assert_eq!(claim(&judge(&figures), ALLOCATIONS).holds(), Some(false));
    }
}
