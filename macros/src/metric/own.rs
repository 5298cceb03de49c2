//! `#[metric]` on a `static`: a metric that the program sets by hand.
//!
//! The user writes the type, which stays as it is; the macro writes the value behind it. What was
//! wrong gets a value too, so that code which uses the static has nothing to complain of.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::Type;
use syn::ext::IdentExt as _;

use super::args::{self, Args};
use super::declared::Static;
use super::expand;
use super::family::{Default, Family};
use super::handle::{self, Handle};
use super::labels::{self, Label, Labels, MOST_IN_TYPE, Values};
use crate::diagnostics::Diagnostics;
use crate::entry::Output;
use crate::item::Item;
use crate::names::{self, MetricKind};
use crate::paths::Private;

/// What the mark means.
pub(super) struct Own {
    pub(super) family: Family,
    pub(super) labels: Labels,
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
    let misplaced = [
        (args.value.key(), "`value` belongs on functions; a static is set by hand"),
        (
            args.when.key(),
            "`when` belongs on functions; a static is set by hand, and knows no calls",
        ),
        (
            args.callback.key(),
            "`callback` belongs on functions; a static reads a closure, if told so at start-up by \
             `read_from`",
        ),
    ];
    for (key, message) in misplaced {
        if let Some(key) = key {
            diagnostics.error(key, message);
        }
    }
    let family = Family::new(args, &Default::None, &item.attributes, diagnostics);
    if let (Some(kind), Some(handle)) = (args.kind.get(), handle) {
        if handle.kind().is_some_and(|of_type| of_type != *kind) {
            let message =
                format!("the mark says `{kind}`, the type says `{}`; make them agree", handle.word);
            diagnostics.error(&handle.word, message);
            return None;
        }
    }
    labels::check(args, diagnostics);
    let labels = match args.kind.get() {
        Some(MetricKind::Info) => of_info(args, declared, handle, diagnostics)?,
        _ => of_handle(args, declared, handle, diagnostics)?,
    };
    Some(Own { family: family?, labels: Labels::new(args, labels) })
}

/// The labels of an info: their names; the program sets the values.
fn of_info(
    args: &Args,
    declared: &Static,
    handle: Option<&Handle>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Label>> {
    let labels = args.labels();
    if args.labels.key().is_none() {
        diagnostics.error(
            args.kind.key(),
            "an info says something by its labels: write `labels(version, commit)`",
        );
        return None;
    }
    if let Some(budget) = args.budget.key() {
        diagnostics.error(budget, "an info is one series; remove `budget`");
    }
    let before = diagnostics.len();
    for label in labels {
        let written = match (&label.values, &label.value) {
            (args::Values::Open { written, .. }, _) => written.clone(),
            (args::Values::Type(kind), _) => kind.to_token_stream(),
            (args::Values::Text(_), _) => label.name.to_token_stream(),
            (args::Values::Unsaid, None) => {
                labels::check_open(label, diagnostics);
                continue;
            }
            (args::Values::Unsaid, Some(value)) => value.to_token_stream(),
        };
        let name = label.name.unraw();
        let message =
            format!("an info has one value for each label, which `set` is given; write `{name}`");
        diagnostics.error(written, message);
    }
    let written = handle.map(|handle| (handle.count, handle.labels.len()));
    if let Some((Some(count), _)) = written.filter(|(count, _)| *count != Some(labels.len())) {
        let message = format!(
            "the type holds {count} labels, the mark names {}; write `Info<{}>`",
            labels.len(),
            labels.len()
        );
        diagnostics.error(&declared.kind, message);
    } else if let Some((None, 0)) = written.filter(|_| handle.is_some_and(|it| it.kind().is_some()))
    {
        let message =
            format!("the type says how many labels there are; write `Info<{}>`", labels.len());
        diagnostics.error(&declared.kind, message);
    }
    (diagnostics.len() == before).then_some(())?;
    let label = |label: &args::Label| Label {
        name: label.name.unraw().to_string(),
        written: label.name.clone(),
        values: Values::Set,
        value: TokenStream::new(),
    };
    Some(labels.iter().map(label).collect())
}

/// The labels of all others: their names, and the types that the type of the static holds.
fn of_handle(
    args: &Args,
    declared: &Static,
    handle: Option<&Handle>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Label>> {
    let names = args.labels();
    let before = diagnostics.len();
    for label in names {
        let written = match (&label.values, &label.value) {
            (args::Values::Type(kind), _) => kind.to_token_stream(),
            (args::Values::Text(_), _) => label.name.to_token_stream(),
            (_, Some(value)) => value.to_token_stream(),
            _ => continue,
        };
        diagnostics.error(
            written,
            "the labels of a static have their types in its type, and their values at each use; \
             write only their names",
        );
    }
    if let Some(first_too_many) = names.get(MOST_IN_TYPE) {
        let message = format!("a static has at most {MOST_IN_TYPE} labels");
        diagnostics.error(&first_too_many.name, message);
    }
    (diagnostics.len() == before).then_some(())?;
    let kinds = handle.map_or(&[][..], |handle| &handle.labels);
    if kinds.len() != names.len() {
        diagnostics.error(&declared.kind, disagreement(args, names, kinds));
        return None;
    }
    let labels = names.iter().zip(kinds).filter_map(|(label, kind)| {
        let name = label.name.unraw().to_string();
        let values = match (&label.values, handle::is_open(kind)) {
            (args::Values::Open { most, .. }, true) => Values::Open(*most),
            (args::Values::Open { written, .. }, false) => {
                let message = format!(
                    "the mark says that `{name}` is open, the type says which values it has; \
                     write `plimsoll::Open` in the type, or only `{name}` here"
                );
                diagnostics.error(written, message);
                return None;
            }
            (_, true) => {
                let message = format!(
                    "the type says that `{name}` is open, but not to how many values; write \
                     `{name}: open(500)`"
                );
                diagnostics.error(&label.name, message);
                return None;
            }
            (_, false) => Values::closed(kind),
        };
        Some(Label { name, written: label.name.clone(), values, value: TokenStream::new() })
    });
    Some(labels.collect())
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
    let kinds = names.iter().map(|label| match label.values {
        args::Values::Open { .. } => String::from("plimsoll::Open"),
        _ => names::camel(&label.name.to_string()),
    });
    let kinds = kinds.collect::<Vec<_>>().join(", ");
    let kinds = if names.len() == 1 { kinds } else { format!("({kinds})") };
    format!("the type holds the types of all labels; write it like `{handle}<{kinds}>`")
}
