//! The mistakes that were found: collected, so that all of one mark are seen at once.
//!
//! Holds the wording that every message shares: which mark on which item, "did you mean", lists of
//! words. It decides nothing; `entry` alone turns it into `compile_error!`.

use std::fmt::Display;

use proc_macro2::{Delimiter, Group, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};

/// The errors of one mark, each beginning with the mark and the item that bears it.
pub(crate) struct Diagnostics {
    subject: String,
    mistakes: Vec<Mistake>,
}

/// One error: from the first to the last wrong token.
struct Mistake {
    start: Span,
    end: Span,
    subject: String,
    message: String,
}

impl Diagnostics {
    /// For a mark as it is written, such as `#[observe]`, on an item of this name.
    pub(crate) fn about(mark: &str, item: &str) -> Diagnostics {
        let subject =
            if item.is_empty() { format!("`{mark}`") } else { format!("`{mark}` on `{item}`") };
        Diagnostics { subject, mistakes: Vec::new() }
    }

    /// Reports a mistake at these tokens.
    pub(crate) fn error(&mut self, at: impl ToTokens, message: impl Display) {
        let mut tokens = at.into_token_stream().into_iter().map(|token| token.span());
        let start = tokens.next().unwrap_or_else(Span::call_site);
        let end = tokens.last().unwrap_or(start);
        self.push(start, end, message);
    }

    /// Reports a mistake at a place where no token stands, such as the end of a list.
    pub(crate) fn error_at(&mut self, span: Span, message: impl Display) {
        self.push(span, span, message);
    }

    fn push(&mut self, start: Span, end: Span, message: impl Display) {
        let (subject, message) = (self.subject.clone(), message.to_string());
        self.mistakes.push(Mistake { start, end, subject, message });
    }

    /// Reports what a parser said.
    pub(crate) fn parser(&mut self, error: syn::Error) {
        for error in error {
            // How far an error reaches is not told, but printed.
            self.error(error.to_compile_error(), error);
        }
    }

    /// Takes over what was reported of another mark, or of another function of the same block: a
    /// mistake in what the block says is reported once.
    pub(crate) fn absorb(&mut self, other: Diagnostics) {
        for mistake in other.mistakes {
            if !self.mistakes.iter().any(|known| known.is_same(&mistake)) {
                self.mistakes.push(mistake);
            }
        }
    }

    /// How many mistakes were found so far.
    pub(crate) fn len(&self) -> usize {
        self.mistakes.len()
    }

    /// No mistake was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.mistakes.is_empty()
    }

    /// One `compile_error!` for each mistake.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.mistakes.iter().map(ToTokens::into_token_stream).collect()
    }
}

impl Mistake {
    fn is_same(&self, other: &Mistake) -> bool {
        // All that a span tells of its place is how it prints.
        let place = |mistake: &Mistake| format!("{:?}", mistake.start);
        self.message == other.message && place(self) == place(other)
    }
}

impl ToTokens for Mistake {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let mut message = Literal::string(&format!("{}: {}", self.subject, self.message));
        message.set_span(self.end);
        let mut braces = Group::new(Delimiter::Brace, TokenTree::from(message).into());
        braces.set_span(self.end);
        tokens.extend(quote_spanned!(self.start=> ::core::compile_error! #braces));
    }
}

/// "; did you mean `buckets`?" when one of the words is near, else nothing.
pub(crate) fn did_you_mean<'a>(written: &str, words: impl IntoIterator<Item = &'a str>) -> String {
    let written = written.to_lowercase();
    let nearest = words
        .into_iter()
        .map(|word| match written.starts_with(word) && word.len() > 2 {
            true => (1, word),
            false => (distance(&written, word), word),
        })
        .filter(|(distance, word)| *distance <= (word.len().max(written.len()) / 3).max(1))
        .filter(|(distance, word)| *distance < word.len())
        .min_by_key(|(distance, _)| *distance);
    match nearest {
        Some((_, word)) => format!("; did you mean `{word}`?"),
        None => String::new(),
    }
}

/// "`a`, `b` or `c`".
pub(crate) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    listed(words, "or")
}

/// "`a`, `b` and `c`".
pub(crate) fn all_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    listed(words, "and")
}

fn listed<'a>(words: impl IntoIterator<Item = &'a str>, joint: &str) -> String {
    let mut words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match (words.pop(), words.is_empty()) {
        (None, _) => String::from("nothing"),
        (Some(only), true) => only,
        (Some(last), false) => format!("{} {joint} {last}", words.join(", ")),
    }
}

/// How many letters must be changed, put in, left out or swapped to make one word the other.
fn distance(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    let mut rows = vec![(0..=other.len()).collect::<Vec<usize>>()];
    for i in 1..=one.len() {
        let mut row = vec![i];
        for j in 1..=other.len() {
            let changed = rows[i - 1][j - 1] + usize::from(one[i - 1] != other[j - 1]);
            let mut least = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            let swapped =
                i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
            if swapped {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}
