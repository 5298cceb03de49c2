//! `#[metric(.., callback)]`: a function that is asked for the figures at each scrape.
//!
//! The function stays as it is; a constant beside it puts the metric into the catalogue. Called by
//! `observe` with all marks of a function.

use proc_macro2::Ident;
use quote::ToTokens as _;
use syn::ext::IdentExt as _;

use super::args::{self, Args};
use super::family::{Default, Family};
use super::labels::{self, Label, Labels, MOST_IN_TYPE, Values};
use crate::diagnostics::Diagnostics;
use crate::function::Function;
use crate::names::MetricKind;
use crate::siblings::Attribute;

/// One metric that is read.
pub(crate) struct Callback {
    pub(super) family: Family,
    pub(super) labels: Labels,
    /// The function.
    pub(super) function: Ident,
}

/// Decides those of a function that are read; leaves out those that have mistakes.
pub(crate) fn of_function(
    all: &[Args],
    function: &Function,
    attributes: &[Attribute],
    diagnostics: &mut Diagnostics,
) -> Vec<Callback> {
    let callbacks = all.iter().filter(|args| args.callback.get().is_some());
    let callbacks = callbacks.filter_map(|args| {
        let before = diagnostics.len();
        check_function(args, function, diagnostics);
        check(args, diagnostics);
        let labels = labels(args, function, diagnostics);
        let default = Default::Named(function.name());
        let family = Family::new(args, &default, attributes, diagnostics);
        (diagnostics.len() == before).then_some(())?;
        Some(Callback {
            family: family?,
            labels: Labels::new(args, labels),
            function: function.ident.clone(),
        })
    });
    callbacks.collect()
}

/// The function is called by plimsoll, which knows nothing to give it.
fn check_function(args: &Args, function: &Function, diagnostics: &mut Diagnostics) {
    let inputs = function.inputs();
    if !inputs.is_empty() {
        let message = "a callback is called at each scrape, and nobody gives it arguments; take \
                       what it needs from a static, or set a `static` gauge by `read_from`";
        diagnostics.error(inputs, message);
        return;
    }
    let remedy = if function.is_async {
        "it is called by no executor; remove `async`, and give what is there without waiting"
    } else if !function.generics().is_empty() {
        "it is one series, not one for each type; remove the generics"
    } else if function.owner.is_some() {
        "it can't be named from beside a method; make it a function outside of the block"
    } else if function.is_unsafe || function.body.is_none() {
        "it is called by nobody who knows what it needs; mark a safe function with a body"
    } else {
        return;
    };
    diagnostics
        .error(args.callback.key(), format_args!("a callback is read at each scrape: {remedy}"));
}

fn check(args: &Args, diagnostics: &mut Diagnostics) {
    let kind = args.kind.get().copied();
    if let Some(kind) = kind.filter(|kind| !matches!(kind, MetricKind::Counter | MetricKind::Gauge))
    {
        let message = format!(
            "a callback gives one figure at a time, so it is a `gauge` or a `counter`, not a {kind}"
        );
        diagnostics.error(args.kind.key(), message);
    }
    for key in [args.value.key(), args.when.key()].into_iter().flatten() {
        let message = format!("the figure of a callback is what it returns; remove `{key}`");
        diagnostics.error(key, message);
    }
}

/// The labels: their names and types, as the function gives their values beside the figure.
fn labels(args: &Args, function: &Function, diagnostics: &mut Diagnostics) -> Vec<Label> {
    labels::check(args, diagnostics);
    if let Some(first_too_many) = args.labels().get(MOST_IN_TYPE) {
        let message = format!("a callback has at most {MOST_IN_TYPE} labels");
        diagnostics.error(&first_too_many.name, message);
    }
    let labels = args.labels().iter().filter_map(|label| {
        let name = label.name.unraw().to_string();
        let form = format!("write `{name}: Type`, and return pairs of labels and figure");
        let (at, message) = match (&label.values, &label.value) {
            (args::Values::Type(kind), None) => {
                let kind = labels::nameable(&name, kind, &function.generics(), diagnostics)?;
                return Some(Label {
                    name,
                    written: label.name.clone(),
                    values: Values::closed(kind),
                    value: proc_macro2::TokenStream::new(),
                });
            }
            (args::Values::Open { written, .. }, _) => (
                written.clone(),
                format!(
                    "the labels of a callback are closed, as nothing counts what it returns; {form}"
                ),
            ),
            (args::Values::Unsaid, None) => {
                (label.name.to_token_stream(), format!("the label has no type; {form}"))
            }
            (_, value) => {
                let at =
                    value.as_ref().map_or(label.name.to_token_stream(), |it| it.to_token_stream());
                (at, format!("a callback returns the values of its labels; {form}"))
            }
        };
        diagnostics.error(at, message);
        None
    });
    labels.collect()
}
