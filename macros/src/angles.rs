//! Counts `<` against `>`, which are no brackets to the lexer.
//!
//! For heads of items only: inside bodies a `<` may compare.

use proc_macro2::TokenTree;

/// How many `<` are open after the tokens passed so far.
#[derive(Default)]
pub(crate) struct Angles {
    depth: usize,
    /// The mark before, to tell the `>` of `->`, which closes nothing.
    before: Option<char>,
}

impl Angles {
    /// Passes a token; whether any `<` is open behind it.
    pub(crate) fn pass(&mut self, token: &TokenTree) -> bool {
        let mark = match token {
            TokenTree::Punct(punct) => Some(punct.as_char()),
            _ => None,
        };
        match mark {
            Some('<') => self.depth += 1,
            Some('>') if self.before != Some('-') => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.before = mark;
        self.depth > 0
    }
}
