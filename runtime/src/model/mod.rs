//! What an annotation leaves behind: plain constant data, and nothing that acts.
//!
//! The macros write these as statics; every other part of the crate reads them. Depends on nothing
//! else in the crate, but for the atomics of `record::sync`.

mod budget;
mod examples;
mod metric;
mod open;
mod outcome;
mod site;
mod state;
pub(crate) mod text;
mod value;

pub(crate) use examples::Example;
#[cfg(plimsoll_loom)]
#[cfg(test)]
pub(crate) use examples::Examples;
pub use metric::{Measure, Metric, Read, Values, When};
pub(crate) use metric::{MetricKind, UNTOUCHED};
#[cfg(plimsoll_loom)]
#[cfg(test)]
pub(crate) use open::Table;
pub use outcome::Outcome;
pub(crate) use site::Exemplars;
pub use site::{Kind, Level, Objective, Site};
pub(crate) use state::State;
pub use value::Value;

/// The offset of something that has no cells: it is not registered, or never counts.
pub(crate) const NO_CELLS: u32 = u32::MAX;

/// Added to the offset of what is counted in fine buckets, too: no shard is so large, so that who
/// looks there finds nothing, and goes the longer way.
pub(crate) const FINE: u32 = 1 << 31;
