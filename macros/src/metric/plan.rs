//! What the `#[metric]`s on a function mean: every decision and every check.
//!
//! Comes out as plain data, with the mistakes in the diagnostics. `Family`, which does not depend
//! on who
//! feeds a metric, is shared with statics.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::Expr;

use super::args::Args;
use super::buckets::Bucket;
use super::labels::{self, Label};
use crate::diagnostics::Diagnostics;
use crate::function::Function;
use crate::names::{self, MetricKind};
use crate::siblings::{Attribute, summary};

/// One metric of a function.
pub(crate) struct Plan {
    pub(crate) family: Family,
    /// The function that feeds it.
    pub(crate) function: String,
    /// What each call gives; without, the call itself is measured.
    pub(crate) value: Option<Expr>,
    pub(crate) labels: Vec<Label>,
}

/// What a metric is, whoever feeds it.
pub(crate) struct Family {
    pub(crate) kind: MetricKind,
    pub(crate) name: String,
    pub(crate) help: String,
    /// The bounds of a histogram; none for those of durations.
    pub(crate) buckets: Option<Vec<Bucket>>,
}

impl Plan {
    /// The runtime's variant for what is measured.
    pub(crate) fn measure(&self) -> &'static str {
        match (&self.value, self.family.kind) {
            (Some(_), _) => "Value",
            (None, MetricKind::Histogram) => "Duration",
            (None, MetricKind::Counter) => "Calls",
            (None, MetricKind::Gauge) => "InFlight",
        }
    }

    /// The first thing that it reads from the arguments.
    pub(crate) fn reads(&self) -> Option<TokenStream> {
        let label = self.labels.first().map(|label| label.written.to_token_stream());
        self.value.as_ref().map(Expr::to_token_stream).or(label)
    }
}

/// Decides all metrics of a function; leaves out those that have mistakes.
pub(crate) fn of_function(
    all: &[Args],
    function: &Function,
    attributes: &[Attribute],
    diagnostics: &mut Diagnostics,
) -> Vec<Plan> {
    let mut names = HashSet::new();
    let mut plans = Vec::new();
    for args in all {
        let times = args.value.get().is_none();
        let default = times.then(|| function.name());
        let labels = args.labels.get().map_or(&[][..], Vec::as_slice);
        let labels = labels::of_function(labels, function, diagnostics);
        let Some(family) = Family::new(args, default, times, attributes, diagnostics) else {
            continue;
        };
        if !names.insert(family.name.clone()) {
            let message =
                format!("two metrics here are named `{}`; give one another `name`", family.name);
            match args.name.get() {
                Some(name) => diagnostics.error(name, message),
                None => diagnostics.error(args.kind.key(), message),
            }
        }
        plans.push(Plan {
            family,
            function: function.label(),
            value: args.value.get().cloned(),
            labels,
        });
    }
    plans
}

impl Family {
    /// Decides kind, name, help and buckets. `default` is the function to take a name from;
    /// `times` says that durations of calls are measured.
    pub(crate) fn new(
        args: &Args,
        default: Option<String>,
        times: bool,
        attributes: &[Attribute],
        diagnostics: &mut Diagnostics,
    ) -> Option<Family> {
        let Some(kind) = args.kind.get().copied() else {
            if !args.malformed {
                let message = "say what it is: write `#[metric(histogram)]`, \
                 `#[metric(counter)]` or `#[metric(gauge)]`";
                diagnostics.error(&args.written, message);
            }
            return None;
        };
        let before = diagnostics.len();
        let times = times && kind == MetricKind::Histogram;
        let name = name(args, kind, default, times, diagnostics);
        let help = args.help.get().map(syn::LitStr::value).or_else(|| summary(attributes));
        if help.is_none() {
            diagnostics.error(
                args.kind.key(),
                "`help` is missing; write `help = \"..\"`, or a doc comment above",
            );
        }
        let in_seconds = name.as_ref().is_some_and(|name| name.ends_with("_seconds"));
        match (kind, args.buckets.key()) {
            (MetricKind::Histogram, None) if name.is_some() && !in_seconds => diagnostics.error(
                args.kind.key(),
                "no buckets fit every unit; write `buckets = [..]`, from the smallest value that \
                 matters to the largest",
            ),
            (MetricKind::Histogram, _) | (_, None) => {}
            (kind, Some(key)) => {
                diagnostics.error(
                    key,
                    format_args!(
                        "a {kind} has no buckets; remove them, or \
                 make it a `histogram`"
                    ),
                );
            }
        }
        if args.malformed || diagnostics.len() > before {
            return None;
        }
        Some(Family { kind, name: name?, help: help?, buckets: args.buckets.get().cloned() })
    }
}

fn name(
    args: &Args,
    kind: MetricKind,
    default: Option<String>,
    times: bool,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    if let Some(written) = args.name.get() {
        let name = written.value();
        return match names::metric(&name, kind, times) {
            Ok(()) => Some(name),
            Err(message) => {
                diagnostics.error(written, message);
                None
            }
        };
    }
    let Some(function) = default else {
        let unit = if kind == MetricKind::Counter { "_total" } else { "" };
        diagnostics.error(
            args.kind.key(),
            format_args!(
                "a {kind} of values of its own needs a name: write `name = \"orders_placed{unit}\"`"
            ),
        );
        return None;
    };
    let name = names::of_calls(kind, &function);
    if names::metric(&name, kind, times).is_err() {
        diagnostics.error(
            args.kind.key(),
            format_args!("no name can be made from `{function}`; write `name = \"..\"`"),
        );
        return None;
    }
    Some(name)
}
