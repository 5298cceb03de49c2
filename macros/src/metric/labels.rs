//! The labels of a function's metric: which type each has, and where its value comes from.
//!
//! The values themselves are known to the type, and counted by the runtime. Called by `plan` for
//! functions; `own` shares the rules for names.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Type;
use syn::ext::IdentExt as _;

use super::args;
use crate::diagnostics::Diagnostics;
use crate::function::Function;
use crate::names;
use crate::observe;
use crate::parameters::Parameter;

/// Each further label multiplies the series.
const MOST: usize = 8;

/// One label: its values are those of its type.
pub(crate) struct Label {
    /// The name.
    pub(crate) name: String,
    /// Where the name was written.
    pub(crate) written: Ident,
    /// The type, without references.
    pub(crate) kind: Type,
    /// The expression for the value.
    pub(crate) value: TokenStream,
}

/// Decides the labels of a metric on a function.
pub(crate) fn of_function(
    labels: &[args::Label],
    function: &Function,
    diagnostics: &mut Diagnostics,
) -> Vec<Label> {
    if labels.is_empty() {
        return Vec::new();
    }
    check_names(labels, diagnostics);
    let parameters = function.parameters();
    let generics = function.generics();
    labels
        .iter()
        .filter_map(|label| {
            let name = label.name.unraw().to_string();
            names::label(&name).ok()?;
            let (kind, value) = match &label.source {
                Some((kind, value)) => (kind, observe::operand(value)),
                None => (spelled(label, &parameters, diagnostics)?, label.name.to_token_stream()),
            };
            let kind = referent(kind);
            if let Some((word, message)) = not_nameable(kind, &generics) {
                diagnostics.error(
                    word,
                    format_args!("the label `{name}` {message}; write `{name}: Type = value`"),
                );
                return None;
            }
            Some(Label { name, written: label.name.clone(), kind: kind.clone(), value })
        })
        .collect()
}

/// Checks the names of labels, and that each stands once.
pub(crate) fn check_names(labels: &[args::Label], diagnostics: &mut Diagnostics) {
    let mut seen = HashSet::new();
    for label in labels {
        let name = label.name.unraw().to_string();
        if let Err(message) = names::label(&name) {
            diagnostics.error(&label.name, message);
        } else if !seen.insert(name) {
            diagnostics.error(
                &label.name,
                format_args!("the label `{}` stands twice; keep one", label.name),
            );
        }
    }
    if let Some(first_too_many) = labels.get(MOST) {
        diagnostics.error(
            &first_too_many.name,
            format_args!(
                "{} labels are too many, as each multiplies the series; at most {MOST} are allowed",
                labels.len()
            ),
        );
    }
}

/// The type of the parameter that a label names.
fn spelled<'a>(
    label: &args::Label,
    parameters: &'a [Parameter],
    diagnostics: &mut Diagnostics,
) -> Option<&'a Type> {
    let name = label.name.unraw();
    let Some(parameter) = parameters.iter().find(|parameter| parameter.name == label.name) else {
        diagnostics.error(
            &label.name,
            observe::no_parameter(&name.to_string(), parameters, &format!("{name}: Type = value")),
        );
        return None;
    };
    if parameter.kind.is_none() {
        diagnostics.error(
            &label.name,
            format_args!(
                "the type of `{name}` is not spelled in the signature; write `{name}: Type = value`"
            ),
        );
    }
    parameter.kind.as_ref()
}

/// The type behind references.
fn referent(kind: &Type) -> &Type {
    match kind {
        Type::Reference(reference) => referent(&reference.elem),
        Type::Paren(paren) => referent(&paren.elem),
        Type::Group(group) => referent(&group.elem),
        other => other,
    }
}

/// What of a type cannot stand in a static, and why.
fn not_nameable(kind: &Type, generics: &[Ident]) -> Option<(TokenStream, &'static str)> {
    let mut tokens: Vec<TokenTree> = kind.to_token_stream().into_iter().collect();
    while let Some(token) = tokens.pop() {
        let word = match token {
            TokenTree::Ident(word) => word,
            TokenTree::Group(group) => {
                tokens.extend(group.stream());
                continue;
            }
            _ => continue,
        };
        let message = match word.to_string().as_str() {
            "Self" => "has the type `Self`; a catalogue needs its name",
            "impl" => {
                "has the type `impl ..`, but its values must be known when the program is built"
            }
            "_" => "has no type",
            _ if generics.contains(&word) => {
                "has a generic type, but its values must be known when the program is built"
            }
            _ => continue,
        };
        return Some((word.into_token_stream(), message));
    }
    None
}
