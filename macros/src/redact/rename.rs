//! What `#[serde(..)]` says of names, for the serialised form that `#[redact(serialize)]` writes.
//!
//! `rename`, `rename_all` and `skip` are followed. What would make another form of it is refused;
//! what only concerns reading is none of our business.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, Data, DeriveInput, Fields, LitStr};

use super::template;
use crate::diagnostics::Diagnostics;

/// The names of a struct, or of one variant.
#[derive(Default)]
pub(crate) struct Names {
    /// Of the variant, where it is another.
    pub(crate) shape: Option<String>,
    pub(crate) fields: Vec<Name>,
}

/// The name of one field.
#[derive(Default)]
pub(crate) struct Name {
    /// Where it is another.
    pub(crate) name: Option<String>,
    /// It is not written.
    pub(crate) skip: bool,
}

/// The cases of `rename_all`.
const CASES: [&str; 8] = [
    "lowercase",
    "UPPERCASE",
    "PascalCase",
    "camelCase",
    "snake_case",
    "SCREAMING_SNAKE_CASE",
    "kebab-case",
    "SCREAMING-KEBAB-CASE",
];

/// What concerns reading only.
#[rustfmt::skip]
const OF_READING: [&str; 11] = [
    "default", "alias", "deny_unknown_fields", "deserialize_with", "skip_deserializing", "borrow",
    "from", "try_from", "other", "crate", "expecting",
];

/// The names of all shapes, in their order.
pub(crate) fn names(input: &DeriveInput, diagnostics: &mut Diagnostics) -> Vec<Names> {
    let container = Said::read(&input.attrs, diagnostics);
    match &input.data {
        Data::Struct(data) => {
            vec![Names {
                shape: None,
                fields: fields(&data.fields, container.all.as_deref(), diagnostics),
            }]
        }
        Data::Enum(data) => data
            .variants
            .iter()
            .map(|variant| {
                let said = Said::read(&variant.attrs, diagnostics);
                let all = said.all.or_else(|| container.all_fields.clone());
                let own = variant.ident.to_string();
                let cased = container.all.as_deref().map(|case| of_variant(&own, case));
                Names {
                    shape: said.name.or(cased),
                    fields: fields(&variant.fields, all.as_deref(), diagnostics),
                }
            })
            .collect(),
        Data::Union(_) => Vec::new(),
    }
}

fn fields(fields: &Fields, case: Option<&str>, diagnostics: &mut Diagnostics) -> Vec<Name> {
    let is_named = matches!(fields, Fields::Named(_));
    let named = fields.members().zip(fields).map(|(member, field)| {
        let said = Said::read(&field.attrs, diagnostics);
        let own = template::name(&member);
        let cased = case.filter(|_| is_named).map(|case| of_field(&own, case));
        Name { name: said.name.or(cased), skip: said.skip }
    });
    named.collect()
}

/// What the attributes of one place say.
#[derive(Default)]
struct Said {
    name: Option<String>,
    all: Option<String>,
    all_fields: Option<String>,
    skip: bool,
}

impl Said {
    fn read(attributes: &[Attribute], diagnostics: &mut Diagnostics) -> Said {
        let mut said = Said::default();
        for attribute in attributes.iter().filter(|one| one.path().is_ident("serde")) {
            if let Err(error) = attribute.parse_nested_meta(|meta| said.one(&meta)) {
                diagnostics.parser(error);
            }
        }
        said
    }

    fn one(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match key.as_str() {
            "rename" => {
                if let Some(name) = written(meta)? {
                    if name.value().contains('.') {
                        let message = "a dot in a name means a nested value to `serialize`; choose \
                                       a name without";
                        return Err(syn::Error::new(name.span(), message));
                    }
                    self.name = Some(name.value());
                }
            }
            "rename_all" | "rename_all_fields" => {
                if let Some(case) = written(meta)? {
                    // What it does not know, serde itself reports where it reads as well.
                    if CASES.contains(&case.value().as_str()) {
                        let slot =
                            if key == "rename_all" { &mut self.all } else { &mut self.all_fields };
                        *slot = Some(case.value());
                    }
                }
            }
            "skip" | "skip_serializing" => self.skip = true,
            "bound" => pass(meta)?,
            key if OF_READING.contains(&key) => pass(meta)?,
            key => {
                let message = format!(
                    "`serialize` writes what is logged, in its form, and can't follow `{key}`; \
                     remove it, or write `serialize = raw(reason = \"..\")` and derive \
                     `Serialize`"
                );
                return Err(meta.error(message));
            }
        }
        Ok(())
    }
}

/// The text of `key = ".."`, or that of `serialize` in `key(serialize = "..", deserialize = "..")`.
fn written(meta: &ParseNestedMeta<'_>) -> syn::Result<Option<LitStr>> {
    if !meta.input.peek(syn::token::Paren) {
        return meta.value()?.parse().map(Some);
    }
    let mut found = None;
    meta.parse_nested_meta(|side| {
        let text: LitStr = side.value()?.parse()?;
        if side.path.is_ident("serialize") {
            found = Some(text);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Passes over the value of a key that is not looked at.
fn pass(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    while !meta.input.is_empty() && !meta.input.peek(syn::Token![,]) {
        meta.input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}

/// A field's name, which is in snake case, in another.
fn of_field(name: &str, case: &str) -> String {
    match case {
        "PascalCase" => pascal(name),
        "camelCase" => lower_first(&pascal(name)),
        "UPPERCASE" | "SCREAMING_SNAKE_CASE" => name.to_ascii_uppercase(),
        "kebab-case" => name.replace('_', "-"),
        "SCREAMING-KEBAB-CASE" => name.to_ascii_uppercase().replace('_', "-"),
        _ => name.to_owned(),
    }
}

/// A variant's name, which is in Pascal case, in another.
fn of_variant(name: &str, case: &str) -> String {
    match case {
        "lowercase" => name.to_ascii_lowercase(),
        "UPPERCASE" => name.to_ascii_uppercase(),
        "camelCase" => lower_first(name),
        "snake_case" => snake(name),
        "SCREAMING_SNAKE_CASE" => snake(name).to_ascii_uppercase(),
        "kebab-case" => snake(name).replace('_', "-"),
        "SCREAMING-KEBAB-CASE" => snake(name).to_ascii_uppercase().replace('_', "-"),
        _ => name.to_owned(),
    }
}

fn pascal(name: &str) -> String {
    let mut cased = String::new();
    let mut capital = true;
    for char in name.chars() {
        match char {
            '_' => capital = true,
            char if capital => {
                cased.push(char.to_ascii_uppercase());
                capital = false;
            }
            char => cased.push(char),
        }
    }
    cased
}

fn lower_first(name: &str) -> String {
    let mut chars = name.chars();
    let first = chars.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(chars).collect()
}

fn snake(name: &str) -> String {
    let mut cased = String::new();
    for (at, char) in name.char_indices() {
        if at > 0 && char.is_uppercase() {
            cased.push('_');
        }
        cased.push(char.to_ascii_lowercase());
    }
    cased
}

#[cfg(test)]
mod tests {
    use super::{CASES, of_field, of_variant};

    /// As serde's own documentation of `rename_all` has them.
    #[test]
    fn cases_are_those_of_serde() {
        let fields = CASES.map(|case| of_field("card_number", case)).join(" ");
        assert_eq!(
            fields,
            "card_number CARD_NUMBER CardNumber cardNumber card_number CARD_NUMBER card-number \
             CARD-NUMBER"
        );
        let variants = CASES.map(|case| of_variant("VeryTasty", case)).join(" ");
        assert_eq!(
            variants,
            "verytasty VERYTASTY VeryTasty veryTasty very_tasty VERY_TASTY very-tasty VERY-TASTY"
        );
    }
}
