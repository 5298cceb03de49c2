//! What the data map says of an error: the fields that its messages show, and the reason where one
//! shows everything.
//!
//! Whether a field is shown is found out from its type: `probed` becomes `shown` or `safe` where the
//! map is read, by the class that the compiler knows or does not.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::ext::IdentExt as _;
use syn::{Data, DeriveInput, Fields, Member};

use super::message::{Message, Part};
use super::plan::{Kind, Plan};
use crate::map::{self, Field, Subject};

/// The item that writes the record; nothing where only kinds are shown.
pub(super) fn mapped(plan: &Plan<'_>, input: &DeriveInput) -> Option<TokenStream> {
    let here = Span::mixed_site();
    let Plan { p, name, kinds, generics } = plan;
    let generics: Vec<&Ident> = generics
        .type_params()
        .map(|parameter| &parameter.ident)
        .chain(generics.const_params().map(|parameter| &parameter.ident))
        .collect();
    let shown = |kind: &Kind<'_>, member: &Member, how: &str| {
        let declared = fields(input, kind.variant)?;
        let (_, field) = declared.members().zip(declared).find(|(known, _)| known == member)?;
        let field_name = match member {
            Member::Named(name) => name.unraw().to_string(),
            Member::Unnamed(index) => index.index.to_string(),
        };
        Some(Field {
            key: key(kind, &field_name),
            kind: map::spelled(&field.ty),
            how: how.to_owned(),
            of: map::of_type(p, &field.ty, &generics),
            ..Field::default()
        })
    };
    let mut all: Vec<Field> = Vec::new();
    for kind in kinds {
        match &kind.message {
            Message::Nothing => {}
            Message::OfField(member) => all.extend(shown(kind, member, "probed")),
            Message::Parts(parts, source) => {
                let members = parts.iter().filter_map(|part| match part {
                    Part::Field(member) => Some(member),
                    Part::Text(_) | Part::Hidden => None,
                });
                let members = members.chain(source);
                all.extend(members.filter_map(|member| shown(kind, member, "probed")));
            }
            Message::Whole(reason) => all.push(Field {
                key: key(kind, "(display)"),
                how: String::from("allow"),
                reason: reason.clone(),
                ..Field::default()
            }),
        }
    }
    if all.is_empty() {
        return None;
    }
    let name = name.unraw().to_string();
    let subject = Subject { kind: "error", name: &name, more: Vec::new(), of: None };
    let record = map::record(p, &subject, &all);
    let allows = map::allows(&input.attrs);
    Some(quote_spanned!(here=> #(#[allow(#allows)])* const _: () = { #record };))
}

fn key(kind: &Kind<'_>, field: &str) -> String {
    match kind.variant {
        Some(variant) => format!("{}.{field}", variant.unraw()),
        None => field.to_owned(),
    }
}

fn fields<'a>(input: &'a DeriveInput, variant: Option<&Ident>) -> Option<&'a Fields> {
    match &input.data {
        Data::Struct(data) => Some(&data.fields),
        Data::Enum(data) => {
            let variant = data.variants.iter().find(|one| Some(&one.ident) == variant)?;
            Some(&variant.fields)
        }
        Data::Union(_) => None,
    }
}
