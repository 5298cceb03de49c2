//! The labels of a metric: which values each can have, and where the value of a call comes from.
//!
//! The values of a closed label are known to its type, and counted by the compiler: a macro sees
//! one item. Called by `plan` for functions; `own` and `callback` share the rules for names.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Type;
use syn::ext::IdentExt as _;

use super::args::{self, Args};
use super::returned;
use crate::diagnostics::Diagnostics;
use crate::function::Function;
use crate::names;
use crate::observe::{no_parameter, sensitive};
use crate::parameters::Parameter;
use crate::recorded;

/// Each further label multiplies the series.
const MOST: usize = 8;

/// A tuple of labels, in a type, has at most so many.
pub(super) const MOST_IN_TYPE: usize = 4;

/// The series that the labels of a metric may make, unless the mark says otherwise.
const BUDGET: u32 = 1000;

/// The labels of one metric.
pub(crate) struct Labels {
    pub(crate) all: Vec<Label>,
    /// The series that they may make.
    pub(crate) budget: u32,
    /// Where they stand, for the compiler to say that there are more.
    pub(crate) at: Span,
}

/// One label.
pub(crate) struct Label {
    /// The name.
    pub(crate) name: String,
    /// Where the name was written.
    pub(crate) written: Ident,
    pub(crate) values: Values,
    /// The expression for the value of a call; none where it is not asked for.
    pub(crate) value: TokenStream,
}

/// The values that a label can have.
pub(crate) enum Values {
    /// Those of a type.
    Closed(Box<Type>),
    /// So many texts, and one for all others.
    Open(u32),
    /// One.
    Text(String),
    /// One that the program sets: a label of an info.
    Set,
}

impl Values {
    /// Those of this type.
    pub(super) fn closed(kind: &Type) -> Values {
        Values::Closed(Box::new(kind.clone()))
    }
}

impl Labels {
    /// These labels, with what the mark says of all.
    pub(super) fn new(args: &Args, all: Vec<Label>) -> Labels {
        Labels {
            all,
            budget: args.budget.get().copied().unwrap_or(BUDGET),
            at: args.labels.key().map_or_else(Span::mixed_site, Ident::span),
        }
    }
}

/// Decides the labels of a metric on a function.
pub(super) fn of_function(
    args: &Args,
    function: &Function,
    diagnostics: &mut Diagnostics,
) -> Vec<Label> {
    check(args, diagnostics);
    if args.labels().is_empty() {
        return Vec::new();
    }
    let parameters = function.parameters();
    let generics = function.generics();
    let labels = args.labels().iter().filter_map(|label| {
        let name = label.name.unraw().to_string();
        names::label(&name).ok()?;
        let parameter = || label.name.to_token_stream();
        let said = label.value.as_ref().map(recorded::operand);
        let (values, value) = match (&label.values, said) {
            (args::Values::Text(text), _) => (Values::Text(text.clone()), TokenStream::new()),
            (args::Values::Open { most, .. }, Some(value)) => (Values::Open(*most), value),
            (args::Values::Open { most, .. }, None) => {
                named(label, &parameters, diagnostics)?;
                (Values::Open(*most), parameter())
            }
            (args::Values::Type(kind), Some(value)) => (Values::Closed(kind.clone()), value),
            (args::Values::Type(kind), None) => {
                let message = format!("the label has no value: write `{name}: Type = value`");
                diagnostics.error(kind, message);
                return None;
            }
            (args::Values::Unsaid, _) => {
                (Values::closed(spelled(label, &parameters, diagnostics)?), parameter())
            }
        };
        let values = match values {
            Values::Closed(kind) => Values::closed(nameable(&name, &kind, &generics, diagnostics)?),
            other => other,
        };
        Some(Label { name, written: label.name.clone(), values, value })
    });
    labels.collect()
}

/// Checks what holds for the labels of every metric: their names, that each stands once, that no
/// open one lets out what it should not; and that a budget is one of labels.
pub(super) fn check(args: &Args, diagnostics: &mut Diagnostics) {
    let labels = args.labels();
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
        } else if matches!(label.values, args::Values::Open { .. }) {
            check_open(label, diagnostics);
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
    if let (Some(budget), true) = (args.budget.key(), args.labels.get().is_none()) {
        diagnostics.error(
            budget,
            "`budget` is for the series that labels make, and there are none; leave it out",
        );
    }
}

/// A text in a label is seen by everybody who sees the metrics.
pub(super) fn check_open(label: &args::Label, diagnostics: &mut Diagnostics) {
    let tail = label.value.as_ref().and_then(returned::tail);
    let name = [Some(label.name.clone()), tail].into_iter().flatten().find(sensitive::is_personal);
    if let Some(name) = name {
        let at = if name == label.name { &label.name } else { &name };
        diagnostics.error(
            at,
            format_args!(
                "`{}` looks like a secret or a person's, and a label is seen by all who see the \
                 metrics; leave it out, or divide by something that it belongs to",
                name.unraw()
            ),
        );
    }
}

/// The type behind references, if a static can name it.
pub(super) fn nameable<'a>(
    name: &str,
    kind: &'a Type,
    generics: &[Ident],
    diagnostics: &mut Diagnostics,
) -> Option<&'a Type> {
    let kind = referent(kind);
    if let Some((word, message)) = not_nameable(kind, generics) {
        diagnostics.error(
            word,
            format_args!("the label `{name}` {message}; write `{name}: Type = value`"),
        );
        return None;
    }
    Some(kind)
}

/// The parameter that a label names.
fn named<'a>(
    label: &args::Label,
    parameters: &'a [Parameter],
    diagnostics: &mut Diagnostics,
) -> Option<&'a Parameter> {
    let found = parameters.iter().find(|parameter| parameter.name == label.name);
    if found.is_none() {
        let name = label.name.unraw();
        let other = match &label.values {
            args::Values::Open { written, .. } => format!("{name}: {written} = value"),
            _ => format!("{name}: Type = value"),
        };
        diagnostics.error(
            &label.name,
            no_parameter(&name.to_string(), parameters, &other.replace("open (", "open(")),
        );
    }
    found
}

/// The type of the parameter that a label names.
fn spelled<'a>(
    label: &args::Label,
    parameters: &'a [Parameter],
    diagnostics: &mut Diagnostics,
) -> Option<&'a Type> {
    let parameter = named(label, parameters, diagnostics)?;
    if parameter.kind.is_none() {
        let name = label.name.unraw();
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
