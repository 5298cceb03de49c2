//! What the marks on an error type mean: every decision and every check.
//!
//! Always comes out with a plan, so that the type has an implementation whatever is wrong with its
//! marks.

use std::collections::HashSet;

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Attribute, Data, DeriveInput, Fields, Generics, Member, parse_quote};

use super::args::Args;
use super::message::{self, Message};
use crate::diagnostics::Diagnostics;
use crate::names;
use crate::paths::Private;

const OF_A_KIND: [&str; 7] =
    ["transparent", "expected", "retryable", "level", "name", "message", "allow"];
const OF_ALL: [&str; 7] = ["expected", "retryable", "level", "name", "message", "allow", "crate"];

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
    /// What may be seen of its text.
    pub(crate) message: Message,
}

/// Decides everything; what has mistakes comes out as if nothing had been said about it.
pub(crate) fn plan<'a>(input: &'a DeriveInput, diagnostics: &mut Diagnostics) -> Plan<'a> {
    let mut kinds = Vec::new();
    let krate = match &input.data {
        Data::Struct(data) => {
            let args = Args::read(&input.attrs, &OF_ALL, diagnostics);
            check_fields(&data.fields, diagnostics);
            let mut kind = kind(None, &input.ident, &args, diagnostics);
            let thiserror = message::of_thiserror(&input.attrs, &data.fields);
            kind.message = shown(&args, thiserror, &data.fields, diagnostics);
            kinds.push(kind);
            args.krate
        }
        Data::Enum(data) => {
            let of_all = of_enum(&input.attrs, diagnostics);
            let mut names = HashSet::new();
            for variant in &data.variants {
                let args = Args::read(&variant.attrs, &OF_A_KIND, diagnostics);
                check_fields(&variant.fields, diagnostics);
                let mut kind = kind(Some(&variant.ident), &variant.ident, &args, diagnostics);
                kind.of_field = transparent(&variant.fields, &args, diagnostics);
                let thiserror = message::of_thiserror(&variant.attrs, &variant.fields)
                    .or_else(|| message::of_thiserror(&input.attrs, &variant.fields));
                kind.message = match (&kind.of_field, of_all.allow.get()) {
                    (_, Some(reason)) if args.allow.get().is_none() => {
                        Message::Whole(reason.value())
                    }
                    (Some(_), _) => thiserror
                        .or_else(|| message::of_only(&variant.fields))
                        .unwrap_or(Message::Nothing),
                    _ => shown(&args, thiserror, &variant.fields, diagnostics),
                };
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
            of_all.krate
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
    let misplaced = [
        args.expected.key(),
        args.retryable.key(),
        args.level.key(),
        args.name.key(),
        args.message.key(),
    ];
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
        message: Message::Nothing,
    }
}

/// What may be seen of a kind's text.
fn shown(
    args: &Args,
    thiserror: Option<Message>,
    fields: &Fields,
    diagnostics: &mut Diagnostics,
) -> Message {
    let written = args.message.get().map(|text| message::written(text, fields, diagnostics));
    match (args.allow.get(), args.message.key()) {
        (Some(reason), key) => {
            if let Some(key) = key {
                let message = "`allow` shows all that the error displays, and `message` a part of \
                               it; keep one";
                diagnostics.error(key, message);
            }
            Message::Whole(reason.value())
        }
        _ => written.or(thiserror).unwrap_or(Message::Nothing),
    }
}

/// The only field of a variant that is called transparent.
fn transparent(
    fields: &Fields,
    args: &Args,
    diagnostics: &mut Diagnostics,
) -> Option<(Member, Span)> {
    let key = args.transparent.key()?;
    let others = [
        args.expected.key(),
        args.retryable.key(),
        args.level.key(),
        args.name.key(),
        args.message.key(),
        args.allow.key(),
    ];
    for other in others.into_iter().flatten() {
        diagnostics.error(
            other,
            format_args!("`{other}` is the field's to say beside `transparent`; leave it out"),
        );
    }
    let (Some(field), Some(member)) = (fields.iter().next(), message::only(fields)) else {
        diagnostics.error(
            key,
            "`transparent` asks the only field for its kind; this variant has another number of \
             fields, so say `expected`, `retryable`, `level` or `name` instead",
        );
        return None;
    };
    Some((member, field.ty.span()))
}

fn check_fields(fields: &Fields, diagnostics: &mut Diagnostics) {
    let attributes = fields.iter().flat_map(|field| &field.attrs);
    let is_misplaced =
        |attribute: &&Attribute| attribute.path().is_ident("kind") && !message::is_note(attribute);
    for misplaced in attributes.filter(is_misplaced) {
        diagnostics.error(&misplaced.meta, "a field has no kind; write it on the variant");
    }
}
