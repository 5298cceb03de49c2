//! One thing that a call records: an item of `log(..)` or of `redact(..)`.
//!
//! Reads the item. Whether its name is a parameter, and may leave in the clear, `plan` decides.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _, discouraged::Speculative as _};
use syn::{Expr, LitStr, Token, token};

use crate::strategy::{self, Strategy};

/// What fields take beside the strategies.
const ON_FIELDS: [&str; 7] = ["skip", "with", "each", "keys", "values", "class", "allow"];

/// A value, the key that it goes by, and how it leaves.
#[derive(Clone)]
pub(crate) struct Recorded {
    /// The key.
    pub(crate) key: String,
    /// Where the key stands.
    pub(crate) written: TokenStream,
    /// The value is named by a path from a parameter, and the key is its text.
    pub(crate) place: Option<Place>,
    /// The value, when it is not a place.
    pub(crate) value: TokenStream,
    /// How it leaves.
    pub(crate) how: How,
}

/// How a value leaves the process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// As its type says.
    Logged,
    /// As it prints: somebody said that it is public.
    Public,
    /// Through a strategy.
    Redacted(Strategy),
}

/// `order.customer.id`: a parameter, and the way from it.
#[derive(Clone)]
pub(crate) struct Place {
    /// The parameter.
    pub(crate) root: Ident,
    /// The names and numbers behind it.
    pub(crate) fields: Vec<String>,
    tokens: TokenStream,
}

impl Place {
    fn read(input: ParseStream<'_>) -> syn::Result<Place> {
        let root = input.call(Ident::parse_any)?;
        let mut place = Place { tokens: root.to_token_stream(), root, fields: Vec::new() };
        while input.peek(Token![.]) {
            place.tokens.extend(input.parse::<Token![.]>()?.into_token_stream());
            if let Ok(name) = input.call(Ident::parse_any) {
                place.fields.push(name.unraw().to_string());
                name.to_tokens(&mut place.tokens);
            } else {
                // `pair.0`, and `pair.0.1`, which is one number to the lexer.
                let number: Literal = input.parse()?;
                place.fields.extend(number.to_string().split('.').map(str::to_owned));
                number.to_tokens(&mut place.tokens);
            }
        }
        Ok(place)
    }

    /// The place that an expression is, if it is one and nothing more.
    pub(crate) fn of(value: &TokenStream) -> Option<Place> {
        Place::read.parse2(value.clone()).ok()
    }

    /// Its text, which is its key.
    pub(crate) fn text(&self) -> String {
        let mut text = self.root.unraw().to_string();
        for field in &self.fields {
            text.push('.');
            text.push_str(field);
        }
        text
    }
}

impl ToTokens for Place {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.tokens.clone());
    }
}

/// Reads `path`, `key = expression`, `"key" = expression`, and both forms of `public(..)`.
pub(crate) fn logged(input: ParseStream<'_>) -> syn::Result<Recorded> {
    if let Some((inside, _)) = public(input)? {
        return bare(&inside, inside.span(), How::Public);
    }
    if input.peek(LitStr) {
        let key: LitStr = input.parse()?;
        let text = key.value();
        return keyed(input, text, key.into_token_stream());
    }
    let ahead = input.fork();
    match Place::read(&ahead) {
        Ok(place) if ahead.peek(Token![=]) && !ahead.peek(Token![==]) => {
            input.advance_to(&ahead);
            keyed(input, place.text(), place.into_token_stream())
        }
        _ => bare(input, input.span(), How::Logged),
    }
}

/// Reads `path = strategy`.
pub(crate) fn redacted(input: ParseStream<'_>) -> syn::Result<Recorded> {
    let place = Place::read(input)?;
    if !input.peek(Token![=]) {
        let message = format!("say how `{0}` is hidden: write `{0} = full`", place.text());
        return Err(syn::Error::new_spanned(&place, message));
    }
    input.parse::<Token![=]>()?;
    let word = input.span();
    let strategy = match input.fork().call(Ident::parse_any) {
        Ok(word) if ON_FIELDS.iter().any(|known| word == known) => {
            let message = format!(
                "`{word}` is for the fields of a `#[redact]` type; an argument takes a strategy, or \
                 is left out"
            );
            return Err(syn::Error::new(word.span(), message));
        }
        _ => Strategy::read(input)?,
    };
    if strategy == Strategy::Hash(None) {
        return Err(strategy::missing_domain(word));
    }
    Ok(Recorded {
        key: place.text(),
        written: place.to_token_stream(),
        value: place.to_token_stream(),
        place: Some(place),
        how: How::Redacted(strategy),
    })
}

/// A path that is its own key.
fn bare(input: ParseStream<'_>, start: Span, how: How) -> syn::Result<Recorded> {
    no_sigil(input, start)?;
    let ahead = input.fork();
    match Place::read(&ahead) {
        Ok(place) if ahead.is_empty() || ahead.peek(Token![,]) => {
            input.advance_to(&ahead);
            Ok(Recorded {
                key: place.text(),
                written: place.to_token_stream(),
                value: place.to_token_stream(),
                place: Some(place),
                how,
            })
        }
        _ => {
            let expression: Expr = input.parse()?;
            let message = "an expression needs a key: write `key = ..`";
            Err(syn::Error::new_spanned(expression, message))
        }
    }
}

/// Refuses what `tracing` writes before values.
fn no_sigil(input: ParseStream<'_>, start: Span) -> syn::Result<()> {
    if !input.peek(Token![%]) && !input.peek(Token![?]) {
        return Ok(());
    }
    let message = "`%` and `?` are not used here; write `public(..)` around what may be seen as it \
     prints";
    Err(syn::Error::new(start, message))
}

/// What follows a key.
fn keyed(input: ParseStream<'_>, key: String, written: TokenStream) -> syn::Result<Recorded> {
    if !input.peek(Token![=]) {
        return Err(syn::Error::new_spanned(
            written,
            "a key needs a value: write `\"key\" = value`",
        ));
    }
    input.parse::<Token![=]>()?;
    no_sigil(input, input.span())?;
    let (value, how): (Expr, How) = match public(input)? {
        Some((inside, _)) => (inside.parse()?, How::Public),
        None => (input.parse()?, How::Logged),
    };
    if let Some(method) = exposed(value.to_token_stream()) {
        let message = format!(
            "`{method}()` takes a secret out of its wrapper, and what is recorded leaves the \
             process; leave it out, or record the argument by a strategy: `redact(argument = full)`"
        );
        return Err(syn::Error::new(method.span(), message));
    }
    Ok(Recorded { key, written, place: None, value: operand(&value), how })
}

/// The first call that takes a secret out of its wrapper, by the names that wrappers give it.
fn exposed(value: TokenStream) -> Option<Ident> {
    const NAMES: [&str; 7] = [
        "expose_secret",
        "expose_secret_mut",
        "expose_secret_vec",
        "declassify",
        "declassify_ref",
        "declassify_into",
        "unredact",
    ];
    value.into_iter().find_map(|token| match token {
        TokenTree::Ident(word) => NAMES.iter().any(|name| word == name).then_some(word),
        TokenTree::Group(group) => exposed(group.stream()),
        _ => None,
    })
}

/// The inside of `public(..)`, if that is what follows.
fn public<'a>(input: ParseStream<'a>) -> syn::Result<Option<(syn::parse::ParseBuffer<'a>, Ident)>> {
    let ahead = input.fork();
    let word = ahead.call(Ident::parse_any);
    if !matches!(&word, Ok(word) if word == "public") || !ahead.peek(token::Paren) {
        return Ok(None);
    }
    let word = input.call(Ident::parse_any)?;
    let inside;
    syn::parenthesized!(inside in input);
    Ok(Some((inside, word)))
}

/// A reference to a value; errors about its type point at the value.
pub(crate) fn reference(value: &TokenStream) -> TokenStream {
    let first = value.clone().into_iter().next();
    let at = first.map_or_else(Span::mixed_site, |first| first.span());
    quote_spanned!(at=> &#value)
}

/// The expression, in parentheses where `&` in front of it would take only a part of it.
pub(crate) fn operand(value: &Expr) -> TokenStream {
    match value {
        Expr::Path(_)
        | Expr::Field(_)
        | Expr::Call(_)
        | Expr::MethodCall(_)
        | Expr::Lit(_)
        | Expr::Macro(_)
        | Expr::Index(_)
        | Expr::Paren(_) => value.to_token_stream(),
        other => {
            let mut parentheses = Group::new(Delimiter::Parenthesis, other.to_token_stream());
            parentheses.set_span(Span::mixed_site());
            TokenTree::from(parentheses).into()
        }
    }
}
