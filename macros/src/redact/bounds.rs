//! The bounds that an implementation needs: only those that its fields ask for.
//!
//! As the standard derives do it, a parameter that a field mentions is bounded, and so is each type
//! that is named through one (`T::Id`). Whole field types are not, or types that hold themselves
//! would ask for themselves.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote_spanned};
use syn::{GenericArgument, Generics, Ident, PathArguments, Type, WherePredicate};

use super::decision::{Decision, is_phantom};
use super::field::Side;
use super::plan::{Field, Shape};
use crate::paths::Private;
use crate::strategy::Strategy;

/// The generics, with what the fields need.
pub(super) fn bounded(generics: &Generics, shapes: &[Shape<'_>], p: &Private) -> Generics {
    let mut bounds = Bounds {
        parameters: generics.type_params().map(|parameter| parameter.ident.clone()).collect(),
        found: Vec::new(),
        p,
    };
    let fields = || shapes.iter().flat_map(|shape| &shape.fields);
    if !bounds.parameters.is_empty() {
        fields().for_each(|field| bounds.field(field));
    }
    let mut bounded = generics.clone();
    if !bounds.found.is_empty() {
        let clause = bounded.make_where_clause();
        let predicates = bounds.found.iter().map(|(_, predicate)| predicate.clone());
        // What was made of names and paths is a predicate.
        clause.predicates.extend(
            predicates.filter_map(|predicate| syn::parse2::<WherePredicate>(predicate).ok()),
        );
    }
    bounded
}

struct Bounds<'a> {
    parameters: Vec<Ident>,
    /// Each with its text, as none is written twice.
    found: Vec<(String, TokenStream)>,
    p: &'a Private,
}

impl Bounds<'_> {
    fn field(&mut self, field: &Field<'_>) {
        let (p, here) = (self.p, Span::mixed_site());
        let shown = quote_spanned!(here=> #p::Loggable);
        let redacted = quote_spanned!(here=> #p::Redactable);
        match &field.decision {
            Decision::Shown => self.mentioned(field.kind, &shown),
            Decision::Allowed => {
                self.mentioned(field.kind, &quote_spanned!(here=> #p::core::fmt::Display));
            }
            Decision::By(Strategy::Full | Strategy::Erase) | Decision::Skip | Decision::With(_) => {
            }
            Decision::By(_) => self.mentioned(field.kind, &redacted),
            Decision::Each(_) if self.is_parameter(field.kind) => {
                self.push(field.kind.to_token_stream(), &quote_spanned!(here=> #p::Each));
            }
            Decision::Each(_) => self.mentioned(field.kind, &redacted),
            Decision::Pairs(keys, values) => {
                for (side, kind) in [keys, values].into_iter().zip(sides(field.kind)) {
                    match side {
                        Side::Shown => self.mentioned(kind, &shown),
                        Side::By(Strategy::Full | Strategy::Erase) => {}
                        Side::By(_) => self.mentioned(kind, &redacted),
                    }
                }
            }
        }
    }

    fn is_parameter(&self, kind: &Type) -> bool {
        matches!(kind, Type::Path(path)
            if path.path.get_ident().is_some_and(|name| self.parameters.contains(name)))
    }

    fn push(&mut self, kind: TokenStream, bound: &TokenStream) {
        let predicate = quote_spanned!(Span::mixed_site()=> #kind: #bound);
        let text = predicate.to_string();
        if !self.found.iter().any(|(known, _)| *known == text) {
            self.found.push((text, predicate));
        }
    }

    /// Bounds what a type mentions of the parameters.
    fn mentioned(&mut self, kind: &Type, bound: &TokenStream) {
        if is_phantom(kind) {
            return;
        }
        match kind {
            Type::Reference(reference) => self.mentioned(&reference.elem, bound),
            Type::Paren(paren) => self.mentioned(&paren.elem, bound),
            Type::Group(group) => self.mentioned(&group.elem, bound),
            Type::Slice(slice) => self.mentioned(&slice.elem, bound),
            Type::Array(array) => self.mentioned(&array.elem, bound),
            Type::Tuple(tuple) => tuple.elems.iter().for_each(|kind| self.mentioned(kind, bound)),
            Type::Path(path) if path.qself.is_some() && self.names_one(kind.to_token_stream()) => {
                self.push(kind.to_token_stream(), bound);
            }
            Type::Path(path) => {
                let first = path.path.segments.first();
                if first.is_some_and(|first| self.parameters.contains(&first.ident)) {
                    self.push(kind.to_token_stream(), bound);
                }
                for argument in path.path.segments.iter().flat_map(|one| held(&one.arguments)) {
                    self.mentioned(argument, bound);
                }
            }
            other if self.names_one(other.to_token_stream()) => {
                self.push(other.to_token_stream(), bound);
            }
            _ => {}
        }
    }

    /// A parameter stands somewhere in the tokens.
    fn names_one(&self, kind: TokenStream) -> bool {
        kind.into_iter().any(|token| match token {
            TokenTree::Ident(word) => self.parameters.contains(&word),
            TokenTree::Group(group) => self.names_one(group.stream()),
            _ => false,
        })
    }
}

fn held(arguments: &PathArguments) -> Vec<&Type> {
    match arguments {
        PathArguments::AngleBracketed(held) => held
            .args
            .iter()
            .filter_map(|held| match held {
                GenericArgument::Type(kind) => Some(kind),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The types of keys and values, as far as the spelling tells: of `Map<K, V>` or `Vec<(K, V)>`.
fn sides(kind: &Type) -> Vec<&Type> {
    match kind {
        Type::Reference(reference) => sides(&reference.elem),
        Type::Slice(slice) => sides(&slice.elem),
        Type::Array(array) => sides(&array.elem),
        Type::Tuple(tuple) => tuple.elems.iter().collect(),
        Type::Path(path) => {
            let held = path.path.segments.last().map(|last| held(&last.arguments));
            match held.as_deref() {
                Some([only]) => sides(only),
                Some(held) => held.to_vec(),
                None => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}
