//! How sensitive a value is said to be: one of the four words, or a constant of the program's own.
//!
//! Of a word the rank is known here; what a constant is worth, only the compiler finds out, by a
//! check that `expand` writes beside the type.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::Path;
use syn::parse::ParseStream;

use crate::args;
use crate::diagnostics::{did_you_mean, one_of};
use crate::paths::Private;

/// The words, and the runtime's constants for them, in the order of their ranks.
const WORDS: [(&str, &str); 4] =
    [("public", "PUBLIC"), ("internal", "INTERNAL"), ("pii", "PII"), ("secret", "SECRET")];

/// The rank from which on a value is shown only for a reason.
pub(crate) const PII: u8 = 2;
/// The highest.
pub(crate) const SECRET: u8 = 3;

/// A class, as it was written.
#[derive(Clone)]
pub(crate) enum Class {
    /// One of plimsoll's, by its rank.
    Known(u8),
    /// A constant of the program's.
    Own(Path),
}

impl Class {
    /// Reads `= word` or `= path`.
    pub(crate) fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Class> {
        let path: Path = args::value(key, input, "pii").map_err(|error| {
            // What is no path is said better than by the parser.
            let message = "`class` takes a word or the path of a constant: write `class = pii`";
            match error.to_string().starts_with('`') {
                true => error,
                false => syn::Error::new(error.span(), message),
            }
        })?;
        let Some(word) = path.get_ident().map(Ident::to_string) else {
            return Ok(Class::Own(path));
        };
        if let Some(rank) = WORDS.iter().position(|(known, _)| *known == word) {
            return Ok(Class::Known(rank as u8));
        }
        if !word.starts_with(|first: char| first.is_lowercase()) {
            return Ok(Class::Own(path));
        }
        let words = || WORDS.iter().map(|(word, _)| *word);
        let near = did_you_mean(&word, words());
        let message = format!(
            "unknown class `{word}`{near} (it is {}, or the path of a constant: \
             `class = crate::PHI`)",
            one_of(words())
        );
        Err(syn::Error::new_spanned(path, message))
    }

    /// Its place in the order, where it is known here.
    pub(crate) fn rank(&self) -> Option<u8> {
        match self {
            Class::Known(rank) => Some(*rank),
            Class::Own(_) => None,
        }
    }

    /// As it was written.
    pub(crate) fn text(&self) -> String {
        match self {
            Class::Known(rank) => WORDS[usize::from(*rank).min(3)].0.to_owned(),
            Class::Own(path) => path.to_token_stream().to_string().replace(' ', ""),
        }
    }

    /// The runtime's value.
    pub(crate) fn tokens(&self, p: &Private) -> TokenStream {
        let here = Span::mixed_site();
        match self {
            Class::Known(rank) => {
                let constant = Ident::new(WORDS[usize::from(*rank).min(3)].1, here);
                quote_spanned!(here=> #p::Class::#constant)
            }
            Class::Own(path) => path.to_token_stream(),
        }
    }
}
