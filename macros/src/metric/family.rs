//! What a metric is, whoever feeds it: kind, name, help, unit and buckets.
//!
//! Shared by the metrics of functions, statics and callbacks; decides nothing about labels.

use super::args::Args;
use super::buckets::Buckets;
use super::unit;
use crate::diagnostics::Diagnostics;
use crate::names::{self, MetricKind};
use crate::siblings::{Attribute, summary};

/// One family.
pub(crate) struct Family {
    pub(crate) kind: MetricKind,
    /// The full name, with what the kind adds.
    pub(crate) name: String,
    pub(crate) help: String,
    /// What the name says of the unit; empty if nothing.
    pub(crate) unit: String,
    /// The bounds of a histogram, in brackets; none for those of durations.
    pub(crate) buckets: Option<proc_macro2::TokenStream>,
}

/// Where the name comes from if the mark has none.
pub(super) enum Default {
    /// From the name of a function whose calls are measured.
    Calls(String),
    /// This.
    Named(String),
    /// From nowhere.
    None,
}

impl Family {
    /// Decides everything, or reports what is wrong. `attributes` are those of the item.
    pub(super) fn new(
        args: &Args,
        default: &Default,
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
        let times = matches!(default, Default::Calls(_)) && kind.is_distribution();
        let name = name(args, kind, default, diagnostics);
        let help = args.help.get().map(syn::LitStr::value).or_else(|| summary(attributes));
        if help.is_none() {
            diagnostics.error(
                args.kind.key(),
                "`help` is missing; write `help = \"..\"`, or a doc comment above",
            );
        }
        let unit = name.as_ref().and_then(|name| unit::of(args, kind, name, times, diagnostics));
        check_buckets(args, kind, unit.as_deref(), diagnostics);
        if args.malformed || diagnostics.len() > before {
            return None;
        }
        Some(Family {
            kind,
            name: names::full(&name?, kind),
            help: help?,
            unit: unit?,
            buckets: args.buckets.get().map(quote::ToTokens::to_token_stream),
        })
    }
}

/// Buckets belong to histograms, and must be in their unit.
fn check_buckets(args: &Args, kind: MetricKind, unit: Option<&str>, diagnostics: &mut Diagnostics) {
    match (kind, args.buckets.get()) {
        (MetricKind::Histogram, None) if unit.is_some_and(|unit| unit != "seconds") => {
            let remedy = match unit {
                Some("bytes") => "write `buckets = bytes`, or a list of your own",
                _ => "write `buckets = [..]`, from the smallest value that matters to the largest",
            };
            let message = format!("no buckets fit every unit; {remedy}");
            diagnostics.error(args.kind.key(), message);
        }
        (MetricKind::Histogram, Some(Buckets { preset: Some((preset, of)), written, .. })) => {
            if let Some(unit) = unit.filter(|unit| unit != of) {
                let message =
                    format!("the buckets of `{preset}` are {of}, but the values are {unit}");
                diagnostics.error(written, message);
            }
        }
        (MetricKind::Histogram, _) | (_, None) => {}
        (kind, Some(_)) => {
            let message = format!("a {kind} has no buckets; remove them, or make it a `histogram`");
            diagnostics.error(args.buckets.key(), message);
        }
    }
}

/// The name without what the kind adds.
fn name(
    args: &Args,
    kind: MetricKind,
    default: &Default,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    if let Some(written) = args.name.get() {
        let name = written.value();
        return match names::metric(&name, kind) {
            Ok(()) => Some(name),
            Err(message) => {
                diagnostics.error(written, message);
                None
            }
        };
    }
    let (name, function) = match default {
        Default::Calls(function) => (names::of_calls(kind, function), function),
        Default::Named(function) => (function.clone(), function),
        Default::None => {
            let (kind, example) = match kind {
                MetricKind::Info => ("an info", "feature_flags"),
                MetricKind::Counter => ("a counter of values of its own", "sold_items"),
                MetricKind::Gauge => ("a gauge of values of its own", "queue_items"),
                MetricKind::Histogram => ("a histogram of values of its own", "order_value_usd"),
                MetricKind::Summary => ("a summary of values of its own", "order_value_usd"),
            };
            diagnostics.error(
                args.kind.key(),
                format_args!("{kind} needs a name: write `name = \"{example}\"`"),
            );
            return None;
        }
    };
    if names::metric(&name, kind).is_err() {
        diagnostics.error(
            args.kind.key(),
            format_args!("no name can be made from `{function}`; write `name = \"..\"`"),
        );
        return None;
    }
    Some(name)
}
