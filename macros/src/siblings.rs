//! Our own attributes among those of an item: found, taken out, stripped.
//!
//! Stacked marks become one wrapper: the outermost is called by the compiler and absorbs the others
//! from here, however they are written. Works on tokens, so that nothing need parse.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;

/// One outer attribute: `#` and its brackets.
pub(crate) struct Attribute {
    pound: TokenTree,
    brackets: Group,
    /// The names of its path: `plimsoll::metric` is two.
    path: Vec<Ident>,
}

impl Attribute {
    /// Takes the attributes that a list of tokens begins with.
    pub(crate) fn take(
        tokens: &mut std::iter::Peekable<impl Iterator<Item = TokenTree>>,
    ) -> Vec<Attribute> {
        let mut attributes = Vec::new();
        while let Some(pound) = tokens.next_if(is_pound) {
            let Some(TokenTree::Group(brackets)) = tokens.next() else { break };
            attributes.push(Attribute::new(pound, brackets));
        }
        attributes
    }

    fn new(pound: TokenTree, brackets: Group) -> Attribute {
        let mut path = Vec::new();
        for token in brackets.stream() {
            match token {
                TokenTree::Ident(name) => path.push(name),
                TokenTree::Punct(punct) if punct.as_char() == ':' => {}
                _ => break,
            }
        }
        Attribute { pound, brackets, path }
    }

    /// As one of ours: its path and the tokens in its parentheses.
    pub(crate) fn mark(&self) -> Mark {
        let mut args = TokenStream::new();
        let mut path = TokenStream::new();
        for token in self.brackets.stream() {
            match token {
                TokenTree::Group(group) => args = group.stream(),
                other => path.extend([other]),
            }
        }
        Mark { path, args }
    }

    /// It is ours and has this name: `#[metric]` or `#[plimsoll::metric]`. One that goes by
    /// another name is left to the compiler, which calls it afterwards: a wrapper of its own.
    pub(crate) fn is(&self, mark: &str) -> bool {
        match self.path.as_slice() {
            [name] => name == mark,
            [root, .., name] => name == mark && root == "plimsoll",
            [] => false,
        }
    }

    /// It is a `cfg_attr` that may become this mark.
    pub(crate) fn may_be(&self, mark: &str) -> bool {
        self.is_path("cfg_attr") && mentions(self.brackets.stream(), mark)
    }

    /// What bears it is there for tests: `#[test]`, `#[tokio::test]`, `#[cfg(test)]`.
    pub(crate) fn is_for_tests(&self) -> bool {
        let test = self.path.last().is_some_and(|name| name == "test");
        let inside = || self.brackets.stream();
        test || self.is_path("cfg") && mentions(inside(), "test") && !mentions(inside(), "not")
    }

    /// It makes the place of the caller known, perhaps by a `cfg_attr`.
    pub(crate) fn tracks_caller(&self) -> bool {
        self.is_path("track_caller") || self.may_be("track_caller")
    }

    /// What bears it may not be there.
    pub(crate) fn is_cfg(&self) -> bool {
        self.is_path("cfg") || self.is_path("cfg_attr")
    }

    fn is_path(&self, name: &str) -> bool {
        matches!(self.path.as_slice(), [only] if only == name)
    }

    /// The text of a doc comment.
    pub(crate) fn doc(&self) -> Option<String> {
        let mut tokens = self.brackets.stream().into_iter();
        match (tokens.next(), tokens.next(), tokens.next()) {
            (Some(TokenTree::Ident(doc)), Some(_), Some(text)) if doc == "doc" => {
                let text: syn::LitStr = syn::parse2(text.into()).ok()?;
                Some(text.value())
            }
            _ => None,
        }
    }
}

/// One of our attributes.
#[derive(Default)]
pub(crate) struct Mark {
    /// How it was written; nothing for the outermost, which the compiler called.
    pub(crate) path: TokenStream,
    /// What stands in its parentheses.
    pub(crate) args: TokenStream,
}

impl ToTokens for Attribute {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.pound.to_tokens(tokens);
        self.brackets.to_tokens(tokens);
    }
}

/// The first paragraph of the doc comments, as one line.
pub(crate) fn summary(attributes: &[Attribute]) -> Option<String> {
    let lines = attributes.iter().filter_map(Attribute::doc).collect::<Vec<_>>().join("\n");
    let paragraph = lines.trim_start().lines().map(str::trim).take_while(|line| !line.is_empty());
    Some(paragraph.collect::<Vec<_>>().join(" ")).filter(|summary| !summary.is_empty())
}

/// The item without any mark of ours, also on its fields and variants.
pub(crate) fn strip(item: TokenStream) -> TokenStream {
    let mut tokens = item.into_iter().peekable();
    let mut stripped = TokenStream::new();
    while let Some(token) = tokens.next() {
        if is_pound(&token) {
            if let Some(TokenTree::Group(brackets)) = tokens.peek() {
                let attribute = Attribute::new(token.clone(), brackets.clone());
                if ["observe", "metric", "redact"].iter().any(|mark| attribute.is(mark)) {
                    tokens.next();
                    continue;
                }
            }
        }
        stripped.extend([match token {
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), strip(group.stream()));
                inside.set_span(group.span());
                inside.into()
            }
            other => other,
        }]);
    }
    stripped
}

fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}

fn is_pound(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '#')
}
