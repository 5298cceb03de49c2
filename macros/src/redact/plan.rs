//! What the marks on a type mean: every decision and every check.
//!
//! Comes out as plain data that borrows from the type, or not at all, with the mistakes in the
//! diagnostics.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Data, DeriveInput, Fields, Generics, Ident, Member, Path, Token, Type, parse_quote,
};

use super::args::Args;
use crate::diagnostics::Diagnostics;
use crate::paths::Private;
use crate::strategy::Strategy;

/// Everything that the implementations are made from.
pub(crate) struct Plan<'a> {
    /// The path of the runtime's private module.
    pub(crate) p: Private,
    pub(crate) name: &'a Ident,
    /// The generics, with the bounds that the fields need.
    pub(crate) generics: Generics,
    /// Of a struct one, of an enum one for each variant.
    pub(crate) shapes: Vec<Shape<'a>>,
}

/// A struct, or one variant.
pub(crate) struct Shape<'a> {
    /// The variant; none for a struct.
    pub(crate) variant: Option<&'a Ident>,
    /// What it is called when it is shown.
    pub(crate) name: String,
    pub(crate) cfg: Vec<&'a Attribute>,
    /// A struct around one unnamed value, which is shown in its place.
    pub(crate) newtype: bool,
    pub(crate) fields: Vec<Field<'a>>,
}

/// One field.
pub(crate) struct Field<'a> {
    pub(crate) member: Member,
    /// What it is called when it is shown.
    pub(crate) name: String,
    pub(crate) kind: &'a Type,
    pub(crate) cfg: Vec<&'a Attribute>,
    /// How it is hidden; shown without.
    pub(crate) strategy: Option<&'a Strategy>,
}

/// Decides everything; `None` for what can have no implementation.
pub(crate) fn plan<'a>(
    args: &'a Args,
    input: &'a DeriveInput,
    diagnostics: &mut Diagnostics,
) -> Option<Plan<'a>> {
    check_derives(&input.attrs, diagnostics);
    let mut strategies = args.fields.iter();
    let shapes = match &input.data {
        Data::Struct(data) => {
            if data.fields.is_empty() {
                diagnostics.error(
                    &input.ident,
                    "there is no value to redact here; write `#[derive(Debug)]`",
                );
            }
            let newtype =
                matches!(&data.fields, Fields::Unnamed(fields) if fields.unnamed.len() == 1);
            vec![Shape {
                variant: None,
                name: input.ident.unraw().to_string(),
                cfg: Vec::new(),
                newtype,
                fields: fields(&data.fields, &mut strategies),
            }]
        }
        Data::Enum(data) => data
            .variants
            .iter()
            .map(|variant| Shape {
                variant: Some(&variant.ident),
                name: variant.ident.unraw().to_string(),
                cfg: conditions(&variant.attrs),
                newtype: false,
                fields: fields(&variant.fields, &mut strategies),
            })
            .collect(),
        Data::Union(data) => {
            diagnostics.error(
                data.union_token,
                "nobody knows which field of a `union` holds a value; use an `enum`",
            );
            return None;
        }
    };
    let p = Private::new(args.krate.get());
    let generics = bounded(&input.generics, &shapes, &p);
    Some(Plan { p, name: &input.ident, generics, shapes })
}

fn fields<'a>(
    fields: &'a Fields,
    strategies: &mut impl Iterator<Item = &'a Option<Strategy>>,
) -> Vec<Field<'a>> {
    let planned = fields.members().zip(fields).zip(strategies);
    planned
        .filter(|((_, field), strategy)| strategy.is_some() || !is_phantom(&field.ty))
        .map(|((member, field), strategy)| Field {
            name: match &member {
                Member::Named(name) => name.unraw().to_string(),
                Member::Unnamed(index) => index.index.to_string(),
            },
            member,
            kind: &field.ty,
            cfg: conditions(&field.attrs),
            strategy: strategy.as_ref(),
        })
        .collect()
}

/// A field without a value: there is nothing to show.
fn is_phantom(kind: &Type) -> bool {
    match kind {
        Type::Path(path) => {
            path.path.segments.last().is_some_and(|last| last.ident == "PhantomData")
        }
        _ => false,
    }
}

/// The `#[cfg]`s, which an attribute macro sees before they are decided.
fn conditions(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect()
}

/// A derive that does not go with ours, as far as it can be seen from here.
fn check_derives(attributes: &[Attribute], diagnostics: &mut Diagnostics) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        let Ok(derives) =
            attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
        else {
            continue;
        };
        for derive in &derives {
            let is = |name: &str| derive.segments.last().is_some_and(|last| last.ident == name);
            if is("Debug") {
                diagnostics.error(
                    derive,
                    "`Debug` would print every field in the clear; remove it here, as \
                     `#[redact]` writes one that does not",
                );
            } else if is("Label") {
                diagnostics.error(
                    derive,
                    "`Label` says already that every value may be seen; leave `#[redact]` out, and \
                     derive `Debug` as well",
                );
            }
        }
    }
}

/// The generics, with bounds on the parameters that shown and hidden fields are made of.
fn bounded(generics: &Generics, shapes: &[Shape<'_>], p: &Private) -> Generics {
    let mut bounded = generics.clone();
    for parameter in generics.type_params() {
        let parameter = &parameter.ident;
        let of_it: Vec<&Field<'_>> = shapes
            .iter()
            .flat_map(|shape| &shape.fields)
            .filter(|field| mentions(field.kind.to_token_stream(), parameter))
            .collect();
        let clause = bounded.make_where_clause();
        if of_it.iter().any(|field| field.strategy.is_none()) {
            clause.predicates.push(parse_quote!(#parameter: #p::Loggable));
        }
        if of_it
            .iter()
            .any(|field| field.strategy.is_some_and(|strategy| *strategy != Strategy::Full))
        {
            clause.predicates.push(parse_quote!(#parameter: #p::Redactable));
        }
    }
    bounded
}

fn mentions(kind: TokenStream, parameter: &Ident) -> bool {
    kind.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == *parameter,
        TokenTree::Group(group) => mentions(group.stream(), parameter),
        _ => false,
    })
}
