//! The item that bears a mark, taken apart only as far as a mark must see.
//!
//! What comes out must be what went in, so tokens are kept as they were. Decides nothing about
//! marks.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;

use crate::siblings::{Attribute, Mark};

/// Any item: its attributes, and what follows them.
pub(crate) struct Item {
    /// The outer attributes, doc comments included.
    pub(crate) attributes: Vec<Attribute>,
    /// Everything behind them.
    pub(crate) rest: Vec<TokenTree>,
}

impl Item {
    /// Takes the attributes off; cannot fail.
    pub(crate) fn new(tokens: TokenStream) -> Item {
        let mut tokens = ungrouped(tokens).into_iter().peekable();
        let attributes = Attribute::take(&mut tokens);
        Item { attributes, rest: tokens.collect() }
    }

    /// Takes the attributes of this name out.
    pub(crate) fn absorb(&mut self, name: &str) -> Vec<Mark> {
        let all = std::mem::take(&mut self.attributes).into_iter();
        let (ours, theirs): (Vec<_>, Vec<_>) = all.partition(|attribute| attribute.is(name));
        self.attributes = theirs;
        ours.iter().map(Attribute::mark).collect()
    }

    /// The keyword that says what it is: `fn`, `struct`, `impl`, `static`, ...
    pub(crate) fn keyword(&self) -> Option<&Ident> {
        const QUALIFIERS: [&str; 6] = ["pub", "default", "async", "unsafe", "safe", "extern"];
        let is_qualifier = |word: &&Ident| QUALIFIERS.iter().any(|qualifier| *word == qualifier);
        let mut words = self.words().skip_while(is_qualifier);
        let first = words.next()?;
        // `const fn` is a function, `const X` is not.
        let after = words.find(|word| !is_qualifier(word)).filter(|after| *after == "fn");
        if first == "const" { after.or(Some(first)) } else { Some(first) }
    }

    /// The name behind the keyword; an `impl` has none.
    pub(crate) fn name(&self) -> String {
        let Some(keyword) = self.keyword().filter(|keyword| *keyword != "impl") else {
            return String::new();
        };
        let mut words = self.words().skip_while(|word| *word != keyword).skip(1);
        words.find(|word| *word != "mut").map(|name| name.unraw().to_string()).unwrap_or_default()
    }

    fn words(&self) -> impl Iterator<Item = &Ident> {
        self.rest.iter().filter_map(|token| match token {
            TokenTree::Ident(word) => Some(word),
            _ => None,
        })
    }
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.attributes.iter().for_each(|attribute| attribute.to_tokens(tokens));
        tokens.extend(self.rest.iter().cloned());
    }
}

/// Without the invisible brackets that a `macro_rules!` puts around a fragment.
pub(crate) fn ungrouped(tokens: TokenStream) -> TokenStream {
    let mut copy = tokens.clone().into_iter();
    match (copy.next(), copy.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::None => {
            ungrouped(group.stream())
        }
        _ => tokens,
    }
}
