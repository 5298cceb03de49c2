//! What the marks on an error type mean: every decision and every check.
//!
//! Always comes out with a plan, so that the type has an implementation whatever is wrong with its
//! marks.

use std::collections::HashSet;

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Attribute, Data, DeriveInput, Fields, Generics, Index, Member, parse_quote};

use super::args::Args;
use crate::diagnostics::Diagnostics;
use crate::names;
use crate::paths::Private;

const OF_A_KIND: [&str; 5] = ["transparent", "expected", "retryable", "level", "name"];
const OF_ALL: [&str; 5] = ["expected", "retryable", "level", "name", "crate"];

/// Everything that the implementation is made from.
pub(crate) struct Plan<'a> {
    /// The path of the runtime's private module.
    pub(crate) p: Private,
    pub(crate) name: &'a Ident,
    /// The generics, with the bound that makes a generic type an error.
    pub(crate) generics: Generics,
    pub(crate) kinds: Vec<Kind<'a>>,
}

/// One kind of error.
pub(crate) struct Kind<'a> {
    /// The variant; none for a struct, which is one kind.
    pub(crate) variant: Option<&'a Ident>,
    /// What telemetry calls it.
    pub(crate) name: String,
    pub(crate) expected: bool,
    pub(crate) retryable: bool,
    pub(crate) level: Option<&'static str>,
    /// The field whose kind it is, and where that field's type stands.
    pub(crate) of_field: Option<(Member, Span)>,
}

/// Decides everything; what has mistakes comes out as if nothing had been said about it.
pub(crate) fn plan<'a>(input: &'a DeriveInput, diagnostics: &mut Diagnostics) -> Plan<'a> {
    let mut kinds = Vec::new();
    let krate = match &input.data {
        Data::Struct(data) => {
            let args = Args::read(&input.attrs, &OF_ALL, diagnostics);
            check_fields(&data.fields, diagnostics);
            kinds.push(kind(None, &input.ident, &args, diagnostics));
            args.krate
        }
        Data::Enum(data) => {
            let args = of_enum(&input.attrs, diagnostics);
            let mut names = HashSet::new();
            for variant in &data.variants {
                let args = Args::read(&variant.attrs, &OF_A_KIND, diagnostics);
                check_fields(&variant.fields, diagnostics);
                let mut kind = kind(Some(&variant.ident), &variant.ident, &args, diagnostics);
                kind.of_field = transparent(&variant.fields, &args, diagnostics);
                if kind.of_field.is_some() {
                    kinds.push(kind);
                    continue;
                }
                if !names.insert(kind.name.clone()) {
                    let message =
                        format!("two variants are called `{}`; give one another `name`", kind.name);
                    match args.name.get() {
                        Some(name) => diagnostics.error(name, message),
                        None => diagnostics.error(&variant.ident, message),
                    }
                }
                kinds.push(kind);
            }
            args.krate
        }
        Data::Union(data) => {
            diagnostics
                .error(data.union_token, "nobody knows which error a `union` holds; use an `enum`");
            let args = Args::read(&input.attrs, &OF_ALL, diagnostics);
            kinds.push(kind(None, &input.ident, &args, diagnostics));
            args.krate
        }
    };
    let p = Private::new(krate.get());
    let mut generics = input.generics.clone();
    if generics.type_params().next().is_some() {
        generics.make_where_clause().predicates.push(parse_quote!(Self: #p::core::error::Error));
    }
    Plan { p, name: &input.ident, generics, kinds }
}

/// On the enum itself stands only what concerns all of it.
fn of_enum(attributes: &[Attribute], diagnostics: &mut Diagnostics) -> Args {
    let args = Args::read(attributes, &OF_ALL, diagnostics);
    let misplaced = [args.expected.key(), args.retryable.key(), args.level.key(), args.name.key()];
    for key in misplaced.into_iter().flatten() {
        diagnostics
            .error(key, format_args!("`{key}` says something of one kind; write it on a variant"));
    }
    args
}

fn kind<'a>(
    variant: Option<&'a Ident>,
    ident: &Ident,
    args: &Args,
    diagnostics: &mut Diagnostics,
) -> Kind<'a> {
    let name = match args.name.get() {
        None => ident.unraw().to_string(),
        Some(name) => {
            if let Err(message) = names::field(&name.value()) {
                diagnostics.error(name, message);
            }
            name.value()
        }
    };
    Kind {
        variant,
        name,
        expected: args.expected.get().is_some(),
        retryable: args.retryable.get().is_some(),
        level: args.level.get().copied(),
        of_field: None,
    }
}

/// The only field of a variant that is called transparent.
fn transparent(
    fields: &Fields,
    args: &Args,
    diagnostics: &mut Diagnostics,
) -> Option<(Member, Span)> {
    let key = args.transparent.key()?;
    let others = [args.expected.key(), args.retryable.key(), args.level.key(), args.name.key()];
    for other in others.into_iter().flatten() {
        diagnostics.error(
            other,
            format_args!("`{other}` is the field's to say beside `transparent`; leave it out"),
        );
    }
    let mut fields = fields.iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        diagnostics.error(
            key,
            "`transparent` asks the only field for its kind; this variant has another number of \
             fields, so say `expected`, `retryable`, `level` or `name` instead",
        );
        return None;
    };
    let member = field.ident.clone().map_or(Member::Unnamed(Index::from(0)), Member::Named);
    Some((member, field.ty.span()))
}

fn check_fields(fields: &Fields, diagnostics: &mut Diagnostics) {
    let attributes = fields.iter().flat_map(|field| &field.attrs);
    for misplaced in attributes.filter(|attribute| attribute.path().is_ident("kind")) {
        diagnostics.error(&misplaced.meta, "a field has no kind; write it on the variant");
    }
}
