//! A `static` without a value, as metrics of one's own are declared.
//!
//! Takes it apart so far that the value can be written behind the type. Called by `own`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Token, Type, Visibility};

use crate::item::Item;

/// The static.
pub(super) struct Static {
    /// Everything up to and with the type, as written.
    pub(super) head: TokenStream,
    /// The type, which stays what the user wrote.
    pub(super) kind: Type,
    /// `mut`, which it may not have.
    pub(super) mutable: Option<Token![mut]>,
    /// The `=` of a value, which it may not have.
    pub(super) equals: Option<Token![=]>,
}

impl Static {
    /// Parses an item whose keyword is `static`.
    pub(super) fn new(item: &Item) -> syn::Result<Static> {
        let ends = |token: &&TokenTree| match token {
            TokenTree::Punct(punct) => matches!(punct.as_char(), ';' | '='),
            _ => false,
        };
        let head = item.rest.iter().take_while(|token| !ends(token)).cloned().collect();
        let parse = |input: ParseStream<'_>| {
            input.parse::<Visibility>()?;
            input.parse::<Token![static]>()?;
            let mutable = input.parse()?;
            input.call(Ident::parse_any)?;
            input.parse::<Token![:]>()?;
            let kind = input.parse()?;
            let equals = input.parse()?;
            input.parse::<TokenStream>()?;
            Ok(Static { head, kind, mutable, equals })
        };
        parse.parse2(item.rest.iter().cloned().collect())
    }
}
