//! `allow(reason = "..")`: something is shown against the rule, and the source says why.
//!
//! Only the form is read here; what is allowed by it, the macro says that has the key.

use proc_macro2::Ident;
use syn::LitStr;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;

use crate::args;

/// The text of `allow(reason = "..")`, and of `raw(reason = "..")`.
pub(crate) fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<LitStr> {
    let missing = || {
        let message = format!(
            "`{key}` needs a reason, which the data map shows: write `{key}(reason = \"..\")`"
        );
        syn::Error::new(key.span(), message)
    };
    if !input.peek(syn::token::Paren) {
        return Err(missing());
    }
    let inside;
    syn::parenthesized!(inside in input);
    match inside.call(Ident::parse_any) {
        Ok(word) if word == "reason" => {
            let text = args::text(&word, &inside, "\"..\"")?;
            inside.parse::<Option<syn::Token![,]>>()?;
            match inside.is_empty() {
                true => Ok(text),
                false => Err(inside.error(format!("`{key}` takes a reason and nothing else"))),
            }
        }
        Ok(word) => {
            let message = format!("`{key}` takes a reason: write `{key}(reason = \"..\")`");
            Err(syn::Error::new(word.span(), message))
        }
        Err(_) => Err(missing()),
    }
}
