//! How a value is hidden: the redaction strategies, as `#[redact(..)]` on a field and
//! `redact(argument = ..)` in `#[observe]` both write them.
//!
//! Reads and writes the name of a strategy; what it does to a value is the runtime's.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{LitInt, LitStr, token};

use crate::diagnostics::{did_you_mean, one_of};
use crate::paths::Private;

/// The words for all strategies.
pub(crate) const WORDS: [&str; 4] = ["full", "last", "email", "hash"];

/// The largest number of characters that `last(n)` shows.
const MOST_SHOWN: u8 = 4;

/// One strategy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Strategy {
    /// A constant token, whatever the value.
    Full,
    /// The last characters.
    Last(u8),
    /// The domain and the shape of an e-mail address.
    Email,
    /// A keyed pseudonym, equal for equal values of one domain.
    Hash(Option<String>),
}

impl Strategy {
    /// Reads a strategy: a word, or a word with its parentheses.
    pub(crate) fn read(input: ParseStream<'_>) -> syn::Result<Strategy> {
        let Ok(word) = input.call(Ident::parse_any) else {
            return Err(syn::Error::new(input.span(), format!("expected a strategy: {}", forms())));
        };
        Strategy::named(&word, input)
    }

    /// Reads what follows the word of a strategy.
    pub(crate) fn named(word: &Ident, input: ParseStream<'_>) -> syn::Result<Strategy> {
        match word.to_string().as_str() {
            "full" => Ok(Strategy::Full),
            "email" => Ok(Strategy::Email),
            "last" => last(word, input),
            "hash" => hash(word, input),
            other => {
                let near = did_you_mean(other, WORDS);
                let message = format!("unknown strategy `{other}`{near} (it is {})", forms());
                Err(syn::Error::new(word.span(), message))
            }
        }
    }

    /// The value of the runtime's type; full redaction never gets that far.
    pub(crate) fn tokens(&self, p: &Private) -> TokenStream {
        let here = Span::mixed_site();
        match self {
            Strategy::Full => quote_spanned!(here=> #p::Strategy::Full),
            Strategy::Last(count) => quote_spanned!(here=> #p::Strategy::Last(#count)),
            Strategy::Email => quote_spanned!(here=> #p::Strategy::Email),
            Strategy::Hash(domain) => {
                let domain = domain.as_deref().unwrap_or_default();
                quote_spanned!(here=> #p::Strategy::Hash(#domain))
            }
        }
    }
}

fn forms() -> String {
    one_of(["full", "last(4)", "email", "hash(\"domain\")"])
}

fn last(word: &Ident, input: ParseStream<'_>) -> syn::Result<Strategy> {
    if !input.peek(token::Paren) {
        let message = "`last` needs the number of characters to show: write `last(4)`";
        return Err(syn::Error::new(word.span(), message));
    }
    let inside;
    syn::parenthesized!(inside in input);
    let count: LitInt = inside.parse().map_err(|error| {
        syn::Error::new(
            error.span(),
            "`last` takes the number of characters to show: write `last(4)`",
        )
    })?;
    match count.base10_parse::<u8>() {
        Ok(0) => Err(syn::Error::new(count.span(), "`last(0)` shows nothing; write `full`")),
        Ok(shown) if shown <= MOST_SHOWN => Ok(Strategy::Last(shown)),
        _ => Err(syn::Error::new(
            count.span(),
            format!("`last({count})` shows too much; at most `last({MOST_SHOWN})` is allowed"),
        )),
    }
}

fn hash(word: &Ident, input: ParseStream<'_>) -> syn::Result<Strategy> {
    if !input.peek(token::Paren) {
        return Ok(Strategy::Hash(None));
    }
    let inside;
    syn::parenthesized!(inside in input);
    let domain: LitStr = inside.parse().map_err(|_| missing_domain(word.span()))?;
    checked_domain(&domain).map(Some).map(Strategy::Hash)
}

/// The text of a domain, which names what kind of thing is pseudonymised.
pub(crate) fn checked_domain(domain: &LitStr) -> syn::Result<String> {
    let text = domain.value();
    if text.trim().is_empty() {
        let message =
            "the domain of `hash` is empty; name what the value identifies, such as `\"customer\"`";
        return Err(syn::Error::new(domain.span(), message));
    }
    Ok(text)
}

/// `hash` without a domain.
pub(crate) fn missing_domain(word: Span) -> syn::Error {
    let message = "`hash` needs a domain, within which equal values get equal pseudonyms: write \
     `hash(\"customer\")`";
    syn::Error::new(word, message)
}
