//! `display = "order {id} of {email}"`: a `Display` whose parts go through their decisions.
//!
//! Reads the text against the fields of its struct or variant. A part that nothing is left of is
//! refused, and so is a format of a part: what it looks like, its decision says.

use syn::LitStr;
use syn::ext::IdentExt as _;

use super::plan::Field;
use crate::diagnostics::{Diagnostics, all_of, did_you_mean};

/// A piece of the text.
pub(crate) enum Piece {
    /// What stands between the parts.
    Text(String),
    /// A field, by its place.
    Field(usize),
}

/// Reads a template; mistakes in it are reported, and left out.
pub(super) fn read(
    template: &LitStr,
    fields: &[Field<'_>],
    diagnostics: &mut Diagnostics,
) -> Vec<Piece> {
    let text = template.value();
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text.chars().peekable();
    while let Some(char) = rest.next() {
        match char {
            '{' if rest.next_if_eq(&'{').is_some() => plain.push('{'),
            '}' if rest.next_if_eq(&'}').is_some() => plain.push('}'),
            '}' => {
                diagnostics.error(template, "a `}` closes nothing; a brace is written `}}`");
                return pieces;
            }
            '{' => {
                let mut name = String::new();
                let closed = rest.by_ref().any(|next| {
                    let is_end = next == '}';
                    if !is_end {
                        name.push(next);
                    }
                    is_end
                });
                if !closed {
                    diagnostics.error(template, "a `{` is not closed; a brace is written `{{`");
                    return pieces;
                }
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                }
                match part(&name, fields) {
                    Ok(at) => pieces.push(Piece::Field(at)),
                    Err(message) => diagnostics.error(template, message),
                }
            }
            char => plain.push(char),
        }
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    pieces
}

/// The place of the field that is named in braces.
fn part(name: &str, fields: &[Field<'_>]) -> Result<usize, String> {
    let names = || fields.iter().map(|field| field.name.as_str());
    if name.trim().is_empty() {
        return Err(String::from("name the field between the braces: `{id}`"));
    }
    if let Some((name, _)) = name.split_once(':') {
        return Err(format!(
            "a template takes no formats; write `{{{name}}}`, as the field's own decision says \
             how it looks"
        ));
    }
    if let Some((first, _)) = name.split_once(['.', '(']) {
        return Err(format!(
            "a template takes fields, and no expressions; write `{{{first}}}`, or give that type a \
             `display` of its own"
        ));
    }
    let name = name.trim().trim_start_matches("r#");
    let Some(at) = names().position(|known| known == name) else {
        let near = did_you_mean(name, names());
        let there_are = match fields {
            [] => String::from("there are none"),
            _ => format!("there is {}", all_of(names())),
        };
        return Err(format!("there is no field `{name}`{near} ({there_are})"));
    };
    let field = &fields[at];
    if field.decision.hides() {
        return Err(format!(
            "`{name}` is hidden, so that there is nothing of it to show; leave it out of the \
             template, or give the field a strategy that leaves something"
        ));
    }
    if !field.cfg.is_empty() {
        return Err(format!("`{name}` is not always there, as it has a `#[cfg]`; leave it out"));
    }
    Ok(at)
}

/// The name of a member, without `r#`.
pub(super) fn name(member: &syn::Member) -> String {
    match member {
        syn::Member::Named(name) => name.unraw().to_string(),
        syn::Member::Unnamed(index) => index.index.to_string(),
    }
}
