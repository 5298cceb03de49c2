//! Reads what stands in the parentheses of a mark: `key`, `key = value`, `key(list)`.
//!
//! Knows the shapes, not the keys: each mark says which keys it has and takes their values. Unknown
//! keys, keys given twice and values of the wrong shape are reported here, for all marks alike.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseBuffer, ParseStream, Parser as _};
use syn::{LitStr, Token, token};

use crate::diagnostics::{Diagnostics, did_you_mean, one_of};

/// Calls `take` for each key, which reads the value and says whether it knows the key.
///
/// After a mistake, reading goes on behind the next comma.
pub(crate) fn read(
    tokens: TokenStream,
    keys: &[&str],
    diagnostics: &mut Diagnostics,
    mut take: impl FnMut(&Ident, ParseStream<'_>, &mut Diagnostics) -> syn::Result<bool>,
) {
    if tokens.is_empty() {
        return;
    }
    let before = diagnostics.len();
    let all = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let before = diagnostics.len();
            match input.call(Ident::parse_any) {
                Ok(key) => match take(&key, input, diagnostics) {
                    Ok(true) if input.is_empty() || input.peek(Token![,]) => {}
                    Ok(true) if diagnostics.len() > before => {}
                    Ok(true) => diagnostics
                        .error_at(input.span(), format_args!("expected `,` after `{key}`")),
                    Ok(false) => unknown(&key, keys, diagnostics),
                    Err(error) => diagnostics.parser(error),
                },
                Err(_) => diagnostics.error_at(
                    input.span(),
                    format_args!("expected a key: {}", one_of(keys.iter().copied())),
                ),
            }
            skip(input)?;
        }
        Ok(())
    };
    let read = all.parse2(tokens);
    if let Err(error) = read {
        if diagnostics.len() == before {
            diagnostics.parser(error);
        }
    }
}

/// Reads the items of a list in parentheses; `one` reads one of them.
pub(crate) fn items(
    key: &Ident,
    input: ParseStream<'_>,
    diagnostics: &mut Diagnostics,
    mut one: impl FnMut(ParseStream<'_>, &mut Diagnostics) -> syn::Result<()>,
) -> syn::Result<()> {
    let list = list(key, input)?;
    if list.is_empty() {
        diagnostics
            .error(key, format_args!("`{key}(..)` is empty; name something or leave it out"));
    }
    while !list.is_empty() {
        let before = diagnostics.len();
        let read = match list.peek(Token![,]) {
            true => Err(list.error("nothing stands before this `,`")),
            false => one(&list, diagnostics),
        };
        match read {
            Ok(()) if list.is_empty() || list.peek(Token![,]) => {}
            Ok(()) if diagnostics.len() > before => {}
            Ok(()) => {
                diagnostics.error_at(list.span(), format_args!("expected `,` in `{key}(..)`"))
            }
            Err(error) => diagnostics.parser(error),
        }
        skip(&list)?;
    }
    Ok(())
}

/// Passes over everything up to and with the next comma.
pub(crate) fn skip(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    input.parse::<Option<Token![,]>>()?;
    Ok(())
}

fn unknown(key: &Ident, keys: &[&str], diagnostics: &mut Diagnostics) {
    let written = key.to_string();
    let near = did_you_mean(&written, keys.iter().copied());
    let known = one_of(keys.iter().copied());
    diagnostics.error(key, format_args!("unknown key `{written}`{near} (it takes {known})"));
}

/// The value of `key = value`.
pub(crate) fn value<T: Parse>(
    key: &Ident,
    input: ParseStream<'_>,
    example: &str,
) -> syn::Result<T> {
    if !input.peek(Token![=]) {
        let message = format!("`{key}` needs a value: write `{key} = {example}`");
        return Err(syn::Error::new(key.span(), message));
    }
    input.parse::<Token![=]>()?;
    if input.is_empty() || input.peek(Token![,]) {
        let message = format!("`{key}` needs a value: write `{key} = {example}`");
        return Err(syn::Error::new(key.span(), message));
    }
    input.parse()
}

/// The text of `key = "text"`, not empty.
pub(crate) fn text(key: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<LitStr> {
    let text = ungrouped(value(key, input, example)?);
    match &text {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => {
            if text.value().trim().is_empty() {
                let message = format!("`{key}` is empty; write `{key} = {example}`");
                return Err(syn::Error::new(text.span(), message));
            }
            Ok(text.clone())
        }
        other => {
            let message = format!("`{key}` takes a text in quotes: write `{key} = {example}`");
            Err(syn::Error::new_spanned(other, message))
        }
    }
}

/// Without the invisible brackets that a `macro_rules!` puts around a `$x:literal` or `$x:expr`.
pub(crate) fn ungrouped(mut expression: syn::Expr) -> syn::Expr {
    while let syn::Expr::Group(group) = expression {
        expression = *group.expr;
    }
    expression
}

/// One of several words, as a name or in quotes; gives what stands beside it in `words`.
pub(crate) fn word(
    key: &Ident,
    input: ParseStream<'_>,
    words: &[(&str, &'static str)],
) -> syn::Result<&'static str> {
    let example = words.first().map_or("..", |(word, _)| word);
    let token: TokenTree = value(key, input, example)?;
    let written = match syn::parse2::<LitStr>(token.clone().into()) {
        Ok(text) => text.value(),
        Err(_) => token.to_string(),
    };
    if let Some((_, meant)) = words.iter().find(|(word, _)| *word == written) {
        return Ok(meant);
    }
    let all = || words.iter().map(|(word, _)| *word);
    let near = did_you_mean(&written, all());
    let message = format!("unknown {key} `{written}`{near} (it is {})", one_of(all()));
    Err(syn::Error::new(token.span(), message))
}

/// A key that stands for itself.
pub(crate) fn flag(key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    Err(syn::Error::new(input.span(), format!("`{key}` takes no value; write `{key}` alone")))
}

/// The inside of `key(..)`.
pub(crate) fn list<'a>(key: &Ident, input: ParseStream<'a>) -> syn::Result<ParseBuffer<'a>> {
    if !input.peek(token::Paren) {
        let message = format!("`{key}` needs a list in parentheses: write `{key}(..)`");
        return Err(syn::Error::new(key.span(), message));
    }
    let inside;
    syn::parenthesized!(inside in input);
    Ok(inside)
}

/// The place of a value that may be given once.
#[derive(Clone)]
pub(crate) struct Slot<T>(Option<(Ident, T)>);

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Slot(None)
    }
}

impl<T> Slot<T> {
    /// Puts the value in, or reports that there is one.
    pub(crate) fn set(&mut self, key: &Ident, value: T, diagnostics: &mut Diagnostics) {
        match &self.0 {
            None => self.0 = Some((key.clone(), value)),
            Some((first, _)) if first == key => {
                diagnostics.error(key, format_args!("`{key}` is given twice; keep one"));
            }
            Some((first, _)) => diagnostics
                .error(key, format_args!("`{key}` and `{first}` exclude each other; keep one")),
        }
    }

    /// The value, if it was given.
    pub(crate) fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }

    /// The value, to be completed.
    pub(crate) fn get_mut(&mut self) -> Option<&mut T> {
        self.0.as_mut().map(|(_, value)| value)
    }

    /// This value, or the other where none was given.
    pub(crate) fn or(self, other: &Slot<T>) -> Slot<T>
    where
        T: Clone,
    {
        if self.0.is_some() { self } else { other.clone() }
    }

    /// The key that the value was given by.
    pub(crate) fn key(&self) -> Option<&Ident> {
        self.0.as_ref().map(|(key, _)| key)
    }
}
