//! The objectives' series, for any sink.

use super::Aim;
use super::burn::{Judged, WINDOWS};
use crate::metrics::family::{Head, Number, Series, Sink, Type};

const fn gauge(name: &'static str, unit: &'static str, help: &'static str) -> Head<'static> {
    Head { name, kind: Type::Gauge, help, unit }
}

const fn counter(name: &'static str, help: &'static str) -> Head<'static> {
    Head { name, kind: Type::Counter, help, unit: "" }
}

/// The families, in the order in which they are handed over.
pub(crate) const FAMILIES: [Head<'static>; 6] = [
    counter(
        "slo_events_total",
        "Calls that an objective judges: for success all but the cancelled, for latency those that \
         ended ok or in an expected error.",
    ),
    counter("slo_good_events_total", "Calls that were as the objective says."),
    gauge("slo_objective_ratio", "ratio", "The share of calls that is to be good."),
    gauge(
        "slo_latency_threshold_seconds",
        "seconds",
        "The time within which a call is good for its latency objective.",
    ),
    gauge(
        "slo_burn_rate",
        "",
        "How many times as fast as it may the error budget burnt over a window, or since the start \
         of the process where that is shorter.",
    ),
    gauge(
        "slo_error_budget_remaining_ratio",
        "ratio",
        "The part of the error budget that is left of 30 days, or since the start of the process; \
         below zero when it is overspent.",
    ),
];

/// Hands all families over.
pub(super) fn visit(judged: &[Judged], sink: &mut dyn Sink) {
    let [events, good, objective, threshold, burn, remaining] = &FAMILIES;
    let integer = |of: fn(&Judged) -> u64| move |one: &Judged| Some(Number::Integer(of(one)));
    each(events, judged, sink, integer(|one| one.count.total));
    each(good, judged, sink, integer(|one| one.count.good));
    each(objective, judged, sink, |one| Some(Number::Float(f64::from(one.goal.target) / 1e6)));
    if judged.iter().any(|one| one.goal.aim != Aim::Success) {
        each(threshold, judged, sink, |one| match one.goal.aim {
            Aim::Success => None,
            Aim::Latency { seconds } => Some(Number::Float(seconds)),
        });
    }
    sink.family(burn);
    for one in judged {
        for ((name, _), window) in WINDOWS.iter().zip(&one.windows) {
            let [function, module, objective] = labels(one);
            let labels = [function, module, objective, ("window", *name)];
            let series = Series::of(&labels);
            sink.number(&series, Number::Float(window.burn));
        }
    }
    each(remaining, judged, sink, |one| Some(Number::Float(one.remaining)));
}

fn each(
    head: &Head<'_>,
    judged: &[Judged],
    sink: &mut dyn Sink,
    figure: impl Fn(&Judged) -> Option<Number>,
) {
    sink.family(head);
    for one in judged {
        if let Some(figure) = figure(one) {
            let labels = labels(one);
            sink.number(&Series::of(&labels), figure);
        }
    }
}

fn labels(one: &Judged) -> [(&'static str, &'static str); 3] {
    let goal = &one.goal;
    [("function", goal.function), ("module", goal.module), ("objective", goal.aim.as_str())]
}
