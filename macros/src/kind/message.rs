//! What may be seen of an error's text: the literal parts of its message, and some of its fields.
//!
//! The message is that of `#[kind(message = "..")]`, or else of thiserror's `#[error("..")]`. Reads
//! the latter as thiserror does, and leaves what is wrong with it to thiserror. Which fields are
//! shown is decided by their types, in the runtime.

use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Expr, Field, Fields, LitStr, Member, Meta, Token};

use crate::diagnostics::{Diagnostics, all_of, did_you_mean};
use crate::observe::sensitive::is_secret;
use crate::template::{Segment, segments};

/// What may be seen of one kind of error.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Message {
    /// Nothing but its kind.
    Nothing,
    /// These parts, and what may be seen of the field that is behind it.
    Parts(Vec<Part>, Option<Member>),
    /// What may be seen of this field.
    OfField(Member),
    /// All that it displays, and all that is behind it, for this reason.
    Whole(String),
}

/// One part of a message.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Part {
    Text(String),
    /// A field, if its type says how it is shown.
    Field(Member),
    /// A value that is not shown, whatever it is.
    Hidden,
}

/// The message of `#[kind(message = "..")]`.
pub(super) fn written(text: &LitStr, fields: &Fields, diagnostics: &mut Diagnostics) -> Message {
    let segments = match segments(&text.value()) {
        Ok(segments) => segments,
        Err(message) => {
            diagnostics.error(text, message);
            return Message::Nothing;
        }
    };
    let mut parts = Vec::new();
    for segment in segments {
        let name = match segment {
            Segment::Text(text) => {
                parts.push(Part::Text(text));
                continue;
            }
            Segment::Hole(name) => name,
        };
        match member(&name, fields) {
            _ if name.is_empty() => {
                diagnostics.error(text, "name the field that stands here: `{field}`, or `{0}`");
            }
            None => diagnostics.error(text, no_field(&name, fields)),
            Some((member, field)) => {
                if is_secret(&name, &field.ty) {
                    let message = format!(
                        "`{name}` looks like a secret and would be shown in the clear; leave it out"
                    );
                    diagnostics.error(text, message);
                }
                parts.push(match is_hidden(field) {
                    true => Part::Hidden,
                    false => Part::Field(member),
                });
            }
        }
    }
    with_source(parts, fields)
}

/// The message of thiserror's attribute, if there is one with a text.
pub(super) fn of_thiserror(attributes: &[Attribute], fields: &Fields) -> Option<Message> {
    let attribute = attributes.iter().find(|attribute| attribute.path().is_ident("error"))?;
    let Meta::List(list) = &attribute.meta else { return None };
    let read = |input: ParseStream<'_>| {
        if input.peek(LitStr) {
            let text: LitStr = input.parse()?;
            return Ok(Some((text, Given::read(input)?)));
        }
        let transparent = input.call(Ident::parse_any)? == "transparent" && input.is_empty();
        input.parse::<TokenStream>()?;
        if transparent { Ok(None) } else { Err(input.error("another form")) }
    };
    let Some((text, given)) = read.parse2(list.tokens.clone()).ok()? else {
        return of_only(fields);
    };
    let mut next = 0..;
    let parts = segments(&text.value()).ok()?.into_iter().map(|segment| match segment {
        Segment::Text(text) => Part::Text(text),
        Segment::Hole(name) => given.part(&name, &mut next, fields).unwrap_or(Part::Hidden),
    });
    Some(with_source(parts.collect(), fields))
}

/// What stands behind the text of `#[error("..", ..)]`: the fields that are meant by it, and nothing
/// for any other expression.
struct Given {
    by_place: Vec<Option<String>>,
    by_name: Vec<(String, Option<String>)>,
}

impl Given {
    fn read(input: ParseStream<'_>) -> syn::Result<Given> {
        let mut given = Given { by_place: Vec::new(), by_name: Vec::new() };
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            if input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
                let name = input.call(Ident::parse_any)?.unraw().to_string();
                input.parse::<Token![=]>()?;
                given.by_name.push((name, value(input)?));
            } else {
                given.by_place.push(value(input)?);
            }
        }
        Ok(given)
    }

    fn part(
        &self,
        name: &str,
        next: &mut impl Iterator<Item = usize>,
        fields: &Fields,
    ) -> Option<Part> {
        if let Some((_, given)) = self.by_name.iter().find(|(known, _)| known == name) {
            return part(given.as_ref()?, fields);
        }
        if name.is_empty() {
            return part(self.by_place.get(next.next()?)?.as_ref()?, fields);
        }
        if member(name, fields).is_some() {
            return part(name, fields);
        }
        part(self.by_place.get(name.parse::<usize>().ok()?)?.as_ref()?, fields)
    }
}

/// The field of `.field`; nothing for any other expression.
fn value(input: ParseStream<'_>) -> syn::Result<Option<String>> {
    if !input.peek(Token![.]) {
        input.parse::<Expr>()?;
        return Ok(None);
    }
    input.parse::<Token![.]>()?;
    let name = match input.call(Ident::parse_any) {
        Ok(name) => name.unraw().to_string(),
        Err(_) => input.parse::<Literal>()?.to_string(),
    };
    let is_all = input.is_empty() || input.peek(Token![,]);
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(is_all.then_some(name))
}

/// The field of this name, unless its name says that it is a secret, or `#[redact]` that it is hidden.
fn part(name: &str, fields: &Fields) -> Option<Part> {
    let (member, field) = member(name, fields)?;
    (!is_secret(name, &field.ty) && !is_hidden(field)).then_some(Part::Field(member))
}

/// `#[redact]` has decided about the field: it leaves `#[kind(hidden)]` for derives below it, and
/// derives above it see the mark itself.
pub(super) fn is_hidden(field: &Field) -> bool {
    field.attrs.iter().any(|attribute| {
        let is_mark = attribute.path().segments.last().is_some_and(|last| last.ident == "redact");
        let first = match &attribute.meta {
            Meta::List(list) => list.tokens.clone().into_iter().next(),
            _ => None,
        };
        let first = first.map(|first| first.to_string()).unwrap_or_default();
        is_note(attribute) || is_mark && first != "allow"
    })
}

/// What `#[redact]` leaves on a field that it hides.
pub(super) fn is_note(attribute: &Attribute) -> bool {
    let is_hidden = |list: &syn::MetaList| list.tokens.to_string() == "hidden";
    attribute.path().is_ident("kind") && attribute.meta.require_list().is_ok_and(is_hidden)
}

/// The message of the only field.
pub(super) fn of_only(fields: &Fields) -> Option<Message> {
    let member = only(fields)?;
    Some(match fields.iter().any(is_hidden) {
        true => Message::Nothing,
        false => Message::OfField(member),
    })
}

fn member<'a>(name: &str, fields: &'a Fields) -> Option<(Member, &'a Field)> {
    let mut members = fields.members().zip(fields);
    members.find(|(member, _)| match member {
        Member::Named(known) => known.unraw() == name,
        Member::Unnamed(index) => index.index.to_string() == name,
    })
}

/// The only field, if there is one.
pub(super) fn only(fields: &Fields) -> Option<Member> {
    match fields.len() {
        1 => fields.members().next(),
        _ => None,
    }
}

/// With the field that thiserror takes for the source, unless it is shown already.
fn with_source(parts: Vec<Part>, fields: &Fields) -> Message {
    let is_source = |field: &Field| {
        let marked = |attribute: &Attribute| {
            attribute.path().is_ident("source") || attribute.path().is_ident("from")
        };
        field.attrs.iter().any(marked) || field.ident.as_ref().is_some_and(|name| name == "source")
    };
    let source = fields.members().zip(fields).find(|(_, field)| is_source(field));
    let source = source.filter(|(_, field)| !is_hidden(field));
    let source = source.map(|(member, _)| member);
    let source = source.filter(|member| !parts.contains(&Part::Field(member.clone())));
    Message::Parts(parts, source)
}

fn no_field(name: &str, fields: &Fields) -> String {
    let names: Vec<String> = fields
        .members()
        .map(|member| match member {
            Member::Named(name) => name.unraw().to_string(),
            Member::Unnamed(index) => index.index.to_string(),
        })
        .collect();
    let near = did_you_mean(name, names.iter().map(String::as_str));
    let there_are = match names.as_slice() {
        [] => String::from("it has none"),
        names => format!("it has {}", all_of(names.iter().map(String::as_str))),
    };
    format!("there is no field `{name}`{near} ({there_are})")
}
