//! What the data map says of a redacted type: its class, its serialised form, and each field.
//!
//! Called by `expand`; says what was decided, and decides nothing.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::GenericParam;
use syn::ext::IdentExt as _;

use super::class::Class;
use super::decision::Decision;
use super::plan::{Field, Plan, Shape};
use super::serial::Form;
use crate::map::{self, Subject};

/// The item that writes the record; nothing where there are no fields.
pub(super) fn mapped(plan: &Plan<'_>) -> Option<TokenStream> {
    let here = Span::mixed_site();
    let Plan { p, name, generics, class, shapes, serialize, allows, .. } = plan;
    let generics = generics.params.iter().filter_map(|parameter| match parameter {
        GenericParam::Type(parameter) => Some(&parameter.ident),
        GenericParam::Const(parameter) => Some(&parameter.ident),
        GenericParam::Lifetime(_) => None,
    });
    let generics: Vec<&Ident> = generics.collect();
    let own = |class: Option<&Class>| match class {
        Some(Class::Own(path)) => map::of_constant(p, path, &generics),
        _ => None,
    };
    let known = |class: Option<&Class>, otherwise: &str| match class {
        Some(Class::Own(_)) => String::new(),
        Some(known) => known.text(),
        None => otherwise.to_owned(),
    };
    let (form, reason) = match serialize {
        Some(Form::Raw(reason)) => ("raw", reason.value()),
        Some(Form::Masked) => ("masked", String::new()),
        None => ("", String::new()),
    };
    let subject = Subject {
        kind: "type",
        name: &name.unraw().to_string(),
        more: vec![
            // What the trait says where a type says nothing.
            ("class", known(class.as_ref(), "internal")),
            ("serialize", form.to_owned()),
            ("reason", reason),
        ],
        of: own(class.as_ref()),
    };
    let field = |shape: &Shape<'_>, field: &Field<'_>| {
        let Field { name, kind, cfg, decision, class, reason, .. } = field;
        let shown = matches!(decision, Decision::Shown) && class.is_none();
        map::Field {
            key: match shape.variant {
                Some(variant) => format!("{}.{name}", variant.unraw()),
                None => name.clone(),
            },
            kind: map::spelled(kind),
            how: decision.text(),
            class: known(class.as_ref(), if shown { "" } else { "pii" }),
            of: match shown {
                true => map::of_type(p, kind, &generics),
                false => own(class.as_ref()),
            },
            reason: reason.clone().unwrap_or_default(),
            cfg: shape.cfg.iter().chain(cfg).map(|cfg| cfg.to_token_stream()).collect(),
            ..map::Field::default()
        }
    };
    let fields = shapes.iter().flat_map(|shape| {
        let field = &field;
        shape.fields.iter().map(move |one| field(shape, one))
    });
    let fields: Vec<map::Field> = fields.collect();
    if fields.is_empty() {
        return None;
    }
    let record = map::record(p, &subject, &fields);
    Some(quote_spanned!(here=> #(#[allow(#allows)])* const _: () = { #record };))
}
