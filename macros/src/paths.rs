//! Every path into the runtime. Generated code names `<crate>::__private`, and nothing else.
//!
//! Made once for each expansion, from `crate = path`, and interpolated wherever a path begins. It
//! does
//! not look whether the path leads anywhere; the compiler does.

use proc_macro2::{Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Path;

/// The private module of the runtime, wherever the runtime is.
#[derive(Clone)]
pub(crate) struct Private(Vec<TokenTree>);

impl Private {
    /// In `::plimsoll`, or in what `crate = path` says.
    pub(crate) fn new(krate: Option<&Path>) -> Private {
        let here = Span::mixed_site();
        let colons = [Punct::new(':', Spacing::Joint), Punct::new(':', Spacing::Alone)];
        let colons = colons.map(TokenTree::from);
        let mut path: Vec<TokenTree> = match krate {
            Some(krate) => krate.to_token_stream().into_iter().collect(),
            None => colons.iter().cloned().chain([Ident::new("plimsoll", here).into()]).collect(),
        };
        path.extend(colons);
        path.push(Ident::new("__private", here).into());
        Private(path)
    }

    /// The same, where the compiler is to point at what stands in this place.
    pub(crate) fn located_at(&self, place: Span) -> TokenStream {
        let located = |mut token: TokenTree| {
            token.set_span(token.span().located_at(place));
            token
        };
        self.0.iter().cloned().map(located).collect()
    }
}

impl ToTokens for Private {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().cloned());
    }
}
