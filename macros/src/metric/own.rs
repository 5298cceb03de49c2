//! `#[metric]` on a `static`: a metric that the program sets by hand.
//!
//! The user writes the type, which stays as it is; the macro writes the value behind it. What was
//! wrong gets a value too, so that code which uses the static has nothing to complain of.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::Type;

use super::args::{self, Args};
use super::declared::Static;
use super::handle::Handle;
use super::plan::Family;
use super::{expand, labels};
use crate::diagnostics::Diagnostics;
use crate::entry::Output;
use crate::item::Item;
use crate::names::{self, MetricKind};
use crate::paths::Private;

/// The type of a handle holds the types of at most so many labels.
const MOST_LABELS: usize = 4;

/// What the mark means.
pub(super) struct Own {
    pub(super) family: Family,
    /// The names of the labels, and the types that hold their values.
    pub(super) labels: Vec<(String, Type)>,
}

/// The attribute on a static.
pub(super) fn metric(args: TokenStream, mut item: Item) -> Output {
    let mut diagnostics = Diagnostics::about("#[metric]", &item.name());
    for doubled in item.absorb("metric") {
        diagnostics.error(doubled.path, "the mark stands here twice; a static is one metric");
    }
    for misplaced in item.absorb("observe") {
        diagnostics.error(misplaced.path, "a static does not run; remove `#[observe]`");
    }
    let args = Args::read(args, &mut diagnostics);
    let declared = match Static::new(&item) {
        Ok(declared) => declared,
        Err(error) => {
            diagnostics.parser(error);
            return (item.into_token_stream(), diagnostics);
        }
    };
    let p = Private::new(args.krate.get());
    let handle = Handle::new(&declared.kind);
    let own = plan(&args, &declared, handle.as_ref(), &item, &mut diagnostics);
    if declared.equals.is_some() {
        return (item.into_token_stream(), diagnostics);
    }
    let value = match own.filter(|_| diagnostics.is_empty()) {
        Some(own) => expand::own(&own, &p),
        None => {
            let kind = handle.as_ref().and_then(Handle::kind).or(args.kind.get().copied());
            expand::stand_in(kind.unwrap_or(MetricKind::Gauge), &p)
        }
    };
    let (attributes, head) = (&item.attributes, &declared.head);
    let tokens = quote_spanned!(Span::mixed_site()=> #(#attributes)* #head = #value;);
    (tokens, diagnostics)
}

fn plan(
    args: &Args,
    declared: &Static,
    handle: Option<&Handle>,
    item: &Item,
    diagnostics: &mut Diagnostics,
) -> Option<Own> {
    if let Some(mutable) = &declared.mutable {
        diagnostics.error(mutable, "a metric changes through `&self`; remove `mut`");
    }
    if let Some(equals) = &declared.equals {
        diagnostics.error(equals, "the macro writes the value; end the line behind the type");
    }
    if let Some(key) = args.value.key() {
        diagnostics.error(key, "`value` belongs on functions; a static is set by hand");
    }
    let family = Family::new(args, None, false, &item.attributes, diagnostics);
    if let (Some(kind), Some(handle)) = (args.kind.get(), handle) {
        if handle.kind().is_some_and(|of_type| of_type != *kind) {
            let message =
                format!("the mark says `{kind}`, the type says `{}`; make them agree", handle.word);
            diagnostics.error(&handle.word, message);
        }
    }
    let names = args.labels.get().map_or(&[][..], Vec::as_slice);
    labels::check_names(names, diagnostics);
    if let Some((kind, _)) = names.iter().find_map(|label| label.source.as_ref()) {
        diagnostics.error(
            kind,
            "the labels of a static have their types in its type, and their values at each use; \
             write only their names",
        );
        return None;
    }
    if let Some(first_too_many) = names.get(MOST_LABELS) {
        let message = format!("a static has at most {MOST_LABELS} labels");
        diagnostics.error(&first_too_many.name, message);
        return None;
    }
    let kinds = handle.map_or(&[][..], |handle| &handle.labels);
    if kinds.len() != names.len() {
        diagnostics.error(&declared.kind, disagreement(args, names, kinds));
        return None;
    }
    let names = names.iter().map(|label| label.name.to_string());
    Some(Own { family: family?, labels: names.zip(kinds.iter().cloned()).collect() })
}

/// The names say one number of labels, the type says another.
fn disagreement(args: &Args, names: &[args::Label], kinds: &[Type]) -> String {
    if names.is_empty() {
        let kinds = kinds.iter().map(|kind| names::snake(&kind.to_token_stream().to_string()));
        let names = kinds.collect::<Vec<_>>().join(", ");
        return format!(
            "the labels in the type have no names; write `labels({names})` in the mark"
        );
    }
    let handle = args.kind.get().copied().unwrap_or(MetricKind::Counter).handle();
    let kinds = names.iter().map(|label| names::camel(&label.name.to_string()));
    let kinds = kinds.collect::<Vec<_>>().join(", ");
    let kinds = if names.len() == 1 { kinds } else { format!("({kinds})") };
    format!("the type holds the types of all labels; write it like `{handle}<{kinds}>`")
}
