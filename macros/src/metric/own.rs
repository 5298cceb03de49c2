//! `#[metric]` on a `static`: a metric that the program sets by hand.
//!
//! The user writes the type, which stays as it is; the macro writes the value behind it. What was
//! wrong gets a value too, so that code which uses the static has nothing to complain of.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::{GenericArgument, PathArguments, Type};

use super::args::Args;
use super::labels;
use super::plan::Family;
use crate::diagnostics::Diagnostics;
use crate::entry::Output;
use crate::item::{Item, Static};
use crate::names::MetricKind;
use crate::{paths, site};

/// What the mark means.
struct Plan {
    family: Family,
    /// The names of the labels, and the types that hold their values.
    labels: Vec<(String, Type)>,
}

pub(crate) fn metric(args: TokenStream, mut item: Item) -> Output {
    let mut diagnostics = Diagnostics::about("#[metric]", &item.name());
    for _ in item.absorb("metric") {
        diagnostics.error(
            TokenStream::new(),
            "the mark stands here twice; a static is one metric",
        );
    }
    for _ in item.absorb("observe") {
        diagnostics.error(
            TokenStream::new(),
            "a static does not run; remove `#[observe]`",
        );
    }
    let args = Args::read(args, &mut diagnostics);
    let declared = match Static::new(&item) {
        Ok(declared) => declared,
        Err(error) => {
            diagnostics.parser(error);
            return (item.into_token_stream(), diagnostics);
        }
    };
    let p = paths::private(args.krate.get());
    let plan = plan(&args, &declared, &item, &mut diagnostics);
    if declared.equals.is_some() {
        return (item.into_token_stream(), diagnostics);
    }
    let value = match plan.filter(|_| diagnostics.is_empty()) {
        Some(plan) => expand(&plan, &p),
        None => stand_in(args.kind.get().copied(), &declared, &p),
    };
    let (attributes, head) = (&item.attributes, &declared.head);
    let tokens = quote_spanned!(Span::mixed_site()=> #(#attributes)* #head = #value;);
    (tokens, diagnostics)
}

fn plan(
    args: &Args,
    declared: &Static,
    item: &Item,
    diagnostics: &mut Diagnostics,
) -> Option<Plan> {
    if let Some(mutable) = &declared.mutable {
        diagnostics.error(mutable, "a metric is changed through `&self`; remove `mut`");
    }
    if let Some(equals) = &declared.equals {
        diagnostics.error(
            equals,
            "the value is written by the macro; end the line behind the type: `static ..: ..;`",
        );
    }
    if let Some(key) = args.value.key() {
        diagnostics.error(key, "`value` belongs on functions; a static is set by hand");
    }
    let family = Family::new(args, None, false, &item.attributes, diagnostics);
    let written = handle(&declared.kind);
    if let (Some(kind), Some((word, _))) = (args.kind.get(), &written) {
        if of_word(word).is_some_and(|of_type| of_type != *kind) {
            diagnostics.error(
                word,
                format_args!("the mark says `{kind}`, the type says `{word}`; make them agree"),
            );
        }
    }
    let names = args.labels.get().map_or(&[][..], Vec::as_slice);
    labels::check_names(names, diagnostics);
    if let Some((kind, _)) = names.iter().find_map(|label| label.source.as_ref()) {
        diagnostics.error(
            kind,
            "the labels of a static have their types in its type, and their values at each use; write only their names",
        );
        return None;
    }
    let kinds = written.map(|(_, kinds)| kinds).unwrap_or_default();
    if kinds.len() != names.len() {
        let message = match names {
            [] => String::from("the type has labels that have no names; write `labels(..)`"),
            _ => format!(
                "{} labels are named, but the type holds {}; write it as `{}`",
                names.len(),
                kinds.len(),
                example(names.len()),
            ),
        };
        match names.first() {
            None => diagnostics.error(&declared.kind, message),
            Some(_) => diagnostics.error(&declared.kind, message),
        }
        return None;
    }
    let labels = names
        .iter()
        .map(|label| label.name.to_string())
        .zip(kinds)
        .collect();
    Some(Plan {
        family: family?,
        labels,
    })
}

fn example(labels: usize) -> String {
    let types = ["Tier", "Region", "Channel", "Source"]
        .iter()
        .cycle()
        .take(labels);
    let types = types.copied().collect::<Vec<_>>().join(", ");
    if labels == 1 {
        format!("Counter<{types}>")
    } else {
        format!("Counter<({types})>")
    }
}

/// The last name of the static's type, and the types of the labels that it holds.
fn handle(kind: &Type) -> Option<(Ident, Vec<Type>)> {
    let Type::Path(path) = kind else { return None };
    let last = path.path.segments.last()?;
    let mut kinds = Vec::new();
    if let PathArguments::AngleBracketed(arguments) = &last.arguments {
        for argument in &arguments.args {
            match argument {
                GenericArgument::Type(Type::Tuple(tuple)) => {
                    kinds.extend(tuple.elems.iter().cloned())
                }
                GenericArgument::Type(one) => kinds.push(one.clone()),
                _ => {}
            }
        }
    }
    Some((last.ident.clone(), kinds))
}

fn of_word(word: &Ident) -> Option<MetricKind> {
    match word.to_string().as_str() {
        "Counter" => Some(MetricKind::Counter),
        "Gauge" => Some(MetricKind::Gauge),
        "Histogram" => Some(MetricKind::Histogram),
        _ => None,
    }
}

fn expand(plan: &Plan, p: &TokenStream) -> TokenStream {
    let here = Span::mixed_site();
    let constructor = plan.family.constructor(p);
    let (names, kinds): (Vec<_>, Vec<_>) = plan.labels.iter().cloned().unzip();
    let labels = (!names.is_empty())
        .then(|| quote_spanned!(here=> .labels(&[#(#names),*], &[#(#p::values::<#kinds>()),*])));
    let metric = site::metric(
        p,
        plan.family.kind,
        &quote_spanned!(here=> #constructor #labels),
    );
    let handle = Ident::new(word_of(plan.family.kind), here);
    quote_spanned!(here=> { #metric #p::#handle::new(&METRIC) })
}

/// A value of the written type that is in no catalogue.
fn stand_in(kind: Option<MetricKind>, declared: &Static, p: &TokenStream) -> TokenStream {
    let here = Span::mixed_site();
    let written = handle(&declared.kind).and_then(|(word, _)| of_word(&word));
    let handle = Ident::new(word_of(written.or(kind).unwrap_or(MetricKind::Gauge)), here);
    quote_spanned!(here=> {
        static METRIC: #p::Metric = #p::Metric::gauge("", "");
        #p::#handle::new(&METRIC)
    })
}

fn word_of(kind: MetricKind) -> &'static str {
    match kind {
        MetricKind::Counter => "Counter",
        MetricKind::Gauge => "Gauge",
        MetricKind::Histogram => "Histogram",
    }
}
