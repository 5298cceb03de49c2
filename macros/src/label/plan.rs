//! What the marks on a label enum mean: every decision and every check.
//!
//! Always comes out with a plan: without values when something was wrong.

use std::collections::HashSet;

use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::{Data, DeriveInput, Generics};

use super::args::Args;
use crate::diagnostics::Diagnostics;
use crate::names;
use crate::paths::Private;

/// Everything that the implementation is made from.
pub(crate) struct Plan<'a> {
    /// The path of the runtime's private module.
    pub(crate) p: Private,
    pub(crate) name: &'a Ident,
    pub(crate) generics: &'a Generics,
    /// Each variant, with the value that it is; none when something was wrong.
    pub(crate) values: Vec<(&'a Ident, String)>,
}

/// Decides everything.
pub(crate) fn plan<'a>(input: &'a DeriveInput, diagnostics: &mut Diagnostics) -> Plan<'a> {
    let args = Args::read(&input.attrs, "crate", diagnostics);
    let mut values = Vec::new();
    match &input.data {
        Data::Enum(data) => {
            if data.variants.is_empty() {
                diagnostics.error(&input.ident, "a label needs at least one variant");
            }
            let mut seen = HashSet::new();
            for variant in &data.variants {
                let args = Args::read(&variant.attrs, "name", diagnostics);
                let written = args.name.get().map(syn::LitStr::value);
                let value =
                    written.unwrap_or_else(|| names::snake(&variant.ident.unraw().to_string()));
                if !variant.fields.is_empty() {
                    diagnostics.error(
                        &variant.fields,
                        format_args!(
                            "the variant `{}` holds data, so that its values cannot be counted; \
                             a label has only variants without data",
                            variant.ident
                        ),
                    );
                } else if !seen.insert(value.clone()) {
                    let message = format!(
                        "two variants are called `{value}`; give one another \
                     `name`"
                    );
                    match args.name.get() {
                        Some(name) => diagnostics.error(name, message),
                        None => diagnostics.error(&variant.ident, message),
                    }
                }
                values.push((&variant.ident, value));
            }
        }
        Data::Struct(data) => diagnostics.error(
            data.struct_token,
            "a label is an `enum` without data, as all its values must be known when the program \
             is built",
        ),
        Data::Union(data) => diagnostics.error(
            data.union_token,
            "a label is an `enum` without data, as all its values must be known when the program \
             is built",
        ),
    }
    if !diagnostics.is_empty() {
        values.clear();
    }
    Plan {
        p: Private::new(args.krate.get()),
        name: &input.ident,
        generics: &input.generics,
        values,
    }
}
