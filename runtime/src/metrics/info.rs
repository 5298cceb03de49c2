//! Facts about the program that a scraper finds as labels: flags, versions, modes.

use std::borrow::Cow;
use std::fmt;

use super::label::masked;
use crate::model::Metric;

/// `N` facts that hold at the moment, as the labels of one series with the value 1. Declare it with
/// `#[metric(info, ..)]` on a `static`.
///
/// ```
/// use plimsoll::{Info, metric};
///
/// #[metric(info, name = "feature_flags", help = "Flags in force", labels(dark_mode, cohort))]
/// static FLAGS: Info<2>;
///
/// FLAGS.set(["on", "b"]);
/// ```
///
/// Facts that change often make a new series each time, for which a database pays: use a gauge with
/// labels for those.
pub struct Info<const N: usize> {
    metric: &'static Metric,
}

impl<const N: usize> Info<N> {
    #[doc(hidden)]
    pub const fn new(metric: &'static Metric) -> Info<N> {
        Info { metric }
    }

    /// Says what holds from now on, in the order of the labels. There is no series before.
    ///
    /// What the [scrubber](crate::scrub) finds in a text is masked; then it is cut to 128 bytes, and its
    /// control characters become U+FFFD.
    pub fn set(&self, facts: [&str; N]) {
        let mut label = 0;
        let facts = facts.map(|fact| {
            label += 1;
            masked(self.metric, label - 1, fact).map_or(Cow::Borrowed(fact), Cow::Owned)
        });
        self.metric.state().set_facts(&facts);
    }
}

impl<const N: usize> fmt::Debug for Info<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Info").field(&self.metric.name).finish()
    }
}
