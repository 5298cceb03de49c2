//! Cases by what is done, which their names say.

use serde_json::Value;

/// One heading of the table of cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    AllSignals,
    Spans,
    NotSampled,
    Metrics,
    Arguments,
    Async,
    TwoThreads,
    ManyFunctions,
    Off,
    Floor,
}

/// In the order of the page.
pub(super) const GROUPS: &[Group] = &[
    Group::AllSignals,
    Group::Spans,
    Group::NotSampled,
    Group::Metrics,
    Group::Arguments,
    Group::Async,
    Group::TwoThreads,
    Group::ManyFunctions,
    Group::Off,
    Group::Floor,
];

impl Group {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::AllSignals => "Spans and metrics, recorded",
            Self::Spans => "Spans without metrics",
            Self::NotSampled => "Not sampled",
            Self::Metrics => "Metrics only",
            Self::Arguments => "With arguments, or failing",
            Self::Async => "Futures",
            Self::TwoThreads => "Two threads, the same function",
            Self::ManyFunctions => "500 functions in turn",
            Self::Off => "Switched off",
            Self::Floor => "The function alone, and the clocks",
        }
    }

    /// The first that fits; what is special about a case counts before whose it is.
    pub(super) fn of(name: &str) -> Self {
        let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
        let begins = |parts: &[&str]| parts.iter().any(|part| name.starts_with(part));
        if has(&["500 functions"]) {
            Self::ManyFunctions
        } else if has(&["two threads"]) {
            Self::TwoThreads
        } else if has(&["async"]) {
            Self::Async
        } else if begins(&["bare", "floor"]) {
            Self::Floor
        } else if has(&["plimsoll off", "no subscriber", "no reporter"]) {
            Self::Off
        } else if has(&["not sampled"]) {
            Self::NotSampled
        } else if has(&["argument", "number", "string", "fails"]) {
            Self::Arguments
        } else if has(&["metrics only"])
            || begins(&["prometheus", "autometrics", "metri", "measured", "hotpath"])
            || begins(&["opentelemetry metrics"])
        {
            Self::Metrics
        } else if begins(&["fastrace", "opentelemetry spans", "tracing", "emit"]) {
            Self::Spans
        } else {
            Self::AllSignals
        }
    }
}

/// The cases of a group, quickest first. A case that ran in several batches is there once.
pub(super) fn cases(all: &Value, group: Group) -> Vec<&Value> {
    let mut found: Vec<&Value> = Vec::new();
    for case in all["cases"].as_array().into_iter().flatten() {
        let new = found.iter().all(|other| other["name"] != case["name"]);
        if Group::of(name(case)) == group && new {
            found.push(case);
        }
    }
    found.sort_by(|a, b| time(a).total_cmp(&time(b)));
    found
}

pub(super) fn name(case: &Value) -> &str {
    case["name"].as_str().unwrap_or_default()
}

/// Nanoseconds a call, the least of all rounds.
pub(super) fn time(case: &Value) -> f64 {
    case["min_ns"].as_f64().unwrap_or(f64::INFINITY)
}

pub(super) fn is_ours(case: &Value) -> bool {
    name(case).starts_with("plimsoll")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_of_today_is_where_a_reader_looks_for_it() {
        for (name, group) in [
            ("plimsoll all signals: sync", Group::AllSignals),
            ("usual stack: sync", Group::AllSignals),
            ("leanest by hand: not sampled", Group::NotSampled),
            ("fastrace: 64 spans under a root", Group::Spans),
            ("fastrace: no reporter", Group::Off),
            ("opentelemetry metrics, 2 attributes: sync", Group::Metrics),
            ("metrique, queued: sync", Group::Metrics),
            ("plimsoll metrics only: two threads", Group::TwoThreads),
            ("plimsoll off: async moved", Group::Async),
            ("usual stack: every call fails", Group::Arguments),
            ("bare: 500 functions", Group::ManyFunctions),
            ("floor: two counter reads", Group::Floor),
        ] {
            assert_eq!(Group::of(name), group, "{name}");
        }
    }
}
