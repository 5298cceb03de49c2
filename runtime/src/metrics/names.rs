//! Which names a family takes, so that no two families of a page clash.
//!
//! By OpenMetrics 1.0: no two families have the same name, which for a counter is the one without
//! `_total`; and no sample of one can be taken for a sample of another. A page that breaks this is
//! refused as a whole. Used by `sources` for each page and push, and by `collisions` at `init`.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::family::{Head, Histogram, Number, Series, Sink, Summary, Type};
use super::{limits, walk};
use crate::catalog;

/// Names that are taken.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Those that never change.
    fixed: Option<&'static HashSet<String>>,
    more: HashSet<String>,
}

impl Names {
    /// Those of the catalogue's families.
    pub(crate) fn of_catalog() -> Names {
        static FIXED: OnceLock<HashSet<String>> = OnceLock::new();
        let Some(catalog) = catalog::get() else { return Names::default() };
        let fixed = FIXED.get_or_init(|| {
            let declared = catalog.metrics.iter().map(|metric| walk::head(metric));
            let heads = walk::FUNCTIONS.into_iter().chain(limits::FAMILIES).chain(declared);
            heads.flat_map(|head| of(head.name, head.kind)).collect()
        });
        Names { fixed: Some(fixed), more: HashSet::new() }
    }

    /// Takes the names of a family; false, and nothing is taken, when one of them is taken already.
    pub(crate) fn take(&mut self, name: &str, kind: Type) -> bool {
        let names = of(name, kind);
        let is_taken = |name: &String| {
            self.more.contains(name) || self.fixed.is_some_and(|fixed| fixed.contains(name))
        };
        if names.iter().any(is_taken) {
            return false;
        }
        self.more.extend(names);
        true
    }
}

/// All names that a family takes: its own after a `#`, then those that its samples can have.
pub(crate) fn of(name: &str, kind: Type) -> Vec<String> {
    let base = match kind {
        Type::Counter => name.strip_suffix("_total"),
        Type::Info => name.strip_suffix("_info"),
        _ => None,
    };
    let suffixes: &[&str] = match kind {
        Type::Histogram => &["_bucket", "_sum", "_count", "_created"],
        Type::Summary => &["", "_sum", "_count", "_created"],
        Type::Counter | Type::Gauge | Type::Info => &[""],
    };
    let created = base.filter(|_| kind == Type::Counter).map(|base| format!("{base}_created"));
    let samples = suffixes.iter().map(|suffix| format!("{name}{suffix}"));
    std::iter::once(format!("# {}", base.unwrap_or(name))).chain(samples).chain(created).collect()
}

/// Hands families on to a sink, but for those whose name is taken.
pub(crate) struct Distinct<'a> {
    sink: &'a mut dyn Sink,
    pub(crate) names: Names,
    /// Families that somebody else hands over, in our place.
    theirs: Vec<String>,
    passes: bool,
    /// Families that were not handed on, because their names were taken.
    pub(crate) clashed: u64,
}

impl<'a> Distinct<'a> {
    pub(crate) fn new(sink: &'a mut dyn Sink, names: Names, theirs: Vec<String>) -> Distinct<'a> {
        Distinct { sink, names, theirs, passes: true, clashed: 0 }
    }
}

impl Sink for Distinct<'_> {
    fn family(&mut self, head: &Head<'_>) {
        self.passes = false;
        if self.theirs.iter().any(|theirs| theirs == head.name) {
            return;
        }
        self.passes = self.names.take(head.name, head.kind);
        if self.passes {
            self.sink.family(head);
        } else {
            self.clashed += 1;
        }
    }

    fn number(&mut self, series: &Series<'_>, value: Number) {
        if self.passes {
            self.sink.number(series, value);
        }
    }

    fn histogram(&mut self, series: &Series<'_>, histogram: &Histogram<'_>) {
        if self.passes {
            self.sink.histogram(series, histogram);
        }
    }

    fn summary(&mut self, series: &Series<'_>, summary: &Summary<'_>) {
        if self.passes {
            self.sink.summary(series, summary);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_taken_for_another_is_taken() {
        let clash = |first: (&str, Type), second: (&str, Type)| {
            let mut names = Names::default();
            assert!(names.take(first.0, first.1));
            !names.take(second.0, second.1)
        };
        let cases = [
            (("x", Type::Gauge), ("x", Type::Gauge), true),
            (("x_total", Type::Counter), ("x", Type::Gauge), true),
            (("x_total", Type::Counter), ("x_created", Type::Gauge), true),
            (("x_total", Type::Counter), ("x_created_total", Type::Counter), false),
            (("x_seconds", Type::Histogram), ("x_seconds_count", Type::Gauge), true),
            (("x_seconds", Type::Histogram), ("x_seconds_count_total", Type::Counter), false),
            (("x_seconds", Type::Summary), ("x_seconds_sum", Type::Counter), true),
            (("x_info", Type::Info), ("x", Type::Gauge), true),
            (("x_info", Type::Info), ("x_total", Type::Counter), true),
            (("x", Type::Gauge), ("x_y", Type::Gauge), false),
        ];
        for (first, second, expected) in cases {
            assert_eq!(clash(first, second), expected, "{first:?} {second:?}");
            assert_eq!(clash(second, first), expected, "{second:?} {first:?}");
        }
    }
}
