//! What the `#[metric]`s on a function mean: every decision and every check.
//!
//! Comes out as plain data, with the mistakes in the diagnostics. Those that are read at each scrape
//! are in `callback`.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens as _;
use syn::Expr;

use super::args::Args;
use super::family::{Default, Family};
use super::labels::{self, Labels};
use super::returned;
use crate::diagnostics::Diagnostics;
use crate::function::Function;
use crate::names::MetricKind;
use crate::siblings::Attribute;

/// One metric of a function.
pub(crate) struct Plan {
    pub(crate) family: Family,
    /// The function that feeds it.
    pub(crate) function: String,
    /// What each call gives; without, the call itself is measured.
    pub(crate) value: Option<Expr>,
    /// The runtime's variant for the calls that it takes.
    pub(crate) when: &'static str,
    pub(crate) labels: Labels,
    /// `ret`, where it takes something of what the function returned.
    pub(crate) returned: Option<Ident>,
}

impl Plan {
    /// The runtime's variant for what is measured.
    pub(crate) fn measure(&self) -> &'static str {
        match (&self.value, self.family.kind) {
            (Some(_), _) => "Value",
            (None, MetricKind::Histogram | MetricKind::Summary) => "Duration",
            (None, MetricKind::Gauge) => "InFlight",
            (None, MetricKind::Counter | MetricKind::Info) => "Calls",
        }
    }

    /// The first thing that it reads from the arguments, or from what is returned.
    pub(crate) fn reads(&self) -> Option<TokenStream> {
        let mut labels = self.labels.all.iter();
        let read = labels.find(|label| !label.value.is_empty());
        let label = read.map(|label| label.written.to_token_stream());
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
    for args in all.iter().filter(|args| args.callback.get().is_none()) {
        let default = match args.value.get() {
            None => Default::Calls(function.name()),
            Some(_) => Default::None,
        };
        let labels = labels::of_function(args, function, diagnostics);
        let returned = returned::of(args, function);
        check(args, returned.as_ref(), diagnostics);
        let Some(family) = Family::new(args, &default, attributes, diagnostics) else {
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
        let usual = if args.value.get().is_some() { "Ok" } else { "Always" };
        plans.push(Plan {
            family,
            function: function.label(),
            value: args.value.get().cloned(),
            when: args.when.get().copied().unwrap_or(usual),
            labels: Labels::new(args, labels),
            returned,
        });
    }
    plans
}

/// What can't be asked of the calls of a function.
fn check(args: &Args, returned: Option<&Ident>, diagnostics: &mut Diagnostics) {
    match args.kind.get() {
        Some(MetricKind::Info) => diagnostics.error(
            args.kind.key(),
            "an info is a fact about the whole program; put it on a static: \
             `static FLAGS: plimsoll::Info<1>;`",
        ),
        Some(MetricKind::Gauge) if args.value.get().is_none() => {
            let message = "the gauge counts the calls that run, which have not ended in any way; \
                           give it a `value`, or remove";
            if let Some(when) = args.when.key() {
                diagnostics.error(when, format_args!("{message} `when`"));
            }
            if let Some(returned) = returned {
                diagnostics.error(returned, format_args!("{message} `{returned}`"));
            }
        }
        _ => {}
    }
}
