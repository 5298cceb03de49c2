//! What was written in `#[metric(..)]`, with its spans; nothing is judged but its form.
//!
//! Called for a function and for a static alike. What belongs only on one of them is told apart in
//! `plan` and in `own`.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Expr, LitStr, Path, Token, Type};

use super::buckets::{self, Bucket};
use crate::args::{self, Slot};
use crate::diagnostics::Diagnostics;
use crate::names::MetricKind;

const KEYS: [&str; 9] =
    ["histogram", "counter", "gauge", "name", "help", "buckets", "value", "labels", "crate"];

/// The arguments of one `#[metric]`.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) kind: Slot<MetricKind>,
    pub(crate) name: Slot<LitStr>,
    pub(crate) help: Slot<LitStr>,
    pub(crate) buckets: Slot<Vec<Bucket>>,
    pub(crate) value: Slot<Expr>,
    pub(crate) krate: Slot<Path>,
    pub(crate) labels: Slot<Vec<Label>>,
    /// All of it, as a place for what is missing.
    pub(crate) written: TokenStream,
    /// Something was wrong with the form already.
    pub(crate) malformed: bool,
}

/// One item of `labels(..)`: `name`, or `name: Type = value`.
pub(crate) struct Label {
    pub(crate) name: Ident,
    pub(crate) source: Option<(Type, Expr)>,
}

impl Args {
    /// Reads as much as can be read.
    pub(crate) fn read(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Args {
        let mut read = Args { written: tokens.clone(), ..Args::default() };
        let before = diagnostics.len();
        args::read(tokens, &KEYS, diagnostics, |key, input, diagnostics| {
            match key.to_string().as_str() {
                "histogram" | "counter" | "gauge" => {
                    args::flag(key, input)?;
                    read.kind.set(key, kind(key), diagnostics);
                }
                "name" => {
                    let name = args::text(key, input, "\"orders_total\"")?;
                    read.name.set(key, name, diagnostics);
                }
                "help" => {
                    let help = args::text(key, input, "\"What it counts\"")?;
                    read.help.set(key, help, diagnostics);
                }
                "buckets" => {
                    let list = args::value(key, input, "[0.1, 1, 10]")?;
                    read.buckets.set(key, buckets::read(list, diagnostics)?, diagnostics);
                }
                "value" => {
                    let value = args::value(key, input, "order.total")?;
                    read.value.set(key, value, diagnostics);
                }
                "crate" => {
                    read.krate.set(key, args::value(key, input, "::plimsoll")?, diagnostics);
                }
                "labels" => {
                    let mut labels = Vec::new();
                    args::items(key, input, diagnostics, |item, _| {
                        labels.push(label(item)?);
                        Ok(())
                    })?;
                    read.labels.set(key, labels, diagnostics);
                }
                _ => return Ok(false),
            }
            Ok(true)
        });
        read.malformed = diagnostics.len() > before;
        read
    }
}

fn kind(word: &Ident) -> MetricKind {
    match word.to_string().as_str() {
        "histogram" => MetricKind::Histogram,
        "counter" => MetricKind::Counter,
        _ => MetricKind::Gauge,
    }
}

fn label(input: ParseStream<'_>) -> syn::Result<Label> {
    let Ok(name) = input.call(Ident::parse_any) else {
        let message = "expected a label: `parameter`, or `name: Type = value`";
        return Err(syn::Error::new(input.span(), message));
    };
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(Label { name, source: None });
    }
    if input.peek(Token![=]) || input.peek(Token![.]) {
        let message =
            format!("the type of a label must be seen: write `{0}: Type = value`", name.unraw());
        return Err(syn::Error::new(name.span(), message));
    }
    input.parse::<Token![:]>()?;
    let kind: Type = input.parse()?;
    if !input.peek(Token![=]) {
        let message = format!("the label has no value: write `{}: Type = value`", name.unraw());
        return Err(syn::Error::new_spanned(kind, message));
    }
    input.parse::<Token![=]>()?;
    Ok(Label { name, source: Some((kind, input.parse()?)) })
}
