//! Functions that return futures or streams without being `async`: what signature and body tell.
//!
//! `async_trait` writes such functions, and people do. A body that ends in an `async` block can be
//! wrapped inside it; any other future only from outside.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote_spanned};
use syn::{
    AngleBracketedGenericArguments, GenericArgument, PathArguments, PathSegment, Type,
    TypeParamBound,
};

use super::shape::{is_comma, without_impl};
use crate::paths::Private;

/// A future or a stream that a signature promises.
pub(crate) struct Promised {
    /// It gives many items, not one value.
    pub(super) is_stream: bool,
    /// `Pin<Box<..>>`, not `impl Future`.
    pub(super) is_boxed: bool,
    /// Nothing is promised that a wrapper of ours would not keep.
    pub(super) can_be_wrapped: bool,
    /// What it gives.
    pub(super) output: Output,
}

/// What a future or a stream gives, as far as the signature tells.
pub(crate) enum Output {
    Unsaid,
    Said(TokenStream),
    /// What a future of this type gives: it goes by a name that may be anybody's.
    OfFuture(TokenStream),
    /// What a stream of this type gives.
    OfStream(TokenStream),
}

impl Output {
    /// The type.
    pub(super) fn tokens(&self, p: &Private) -> Option<TokenStream> {
        let here = Span::mixed_site();
        match self {
            Output::Unsaid => None,
            Output::Said(kind) => Some(kind.clone()),
            Output::OfFuture(kind) => {
                Some(quote_spanned!(here=> <#kind as #p::core::future::Future>::Output))
            }
            Output::OfStream(kind) => Some(quote_spanned!(here=> <#kind as #p::Stream>::Item)),
        }
    }
}

/// Reads a return type; `None` if it is no future and no stream, as far as its spelling tells.
pub(super) fn promised(returned: &[TokenTree]) -> Option<Promised> {
    // Parsing costs; most functions return something else.
    let mut words = returned.iter().map(ToString::to_string);
    if !words.any(|word| word.ends_with("Future") || word.ends_with("Stream")) {
        return None;
    }
    match syn::parse2(returned.iter().cloned().collect()).ok()? {
        Type::ImplTrait(kind) => {
            let kept = |bound: &TypeParamBound| match bound {
                TypeParamBound::Trait(bound) => bound
                    .path
                    .segments
                    .last()
                    .is_some_and(|last| KEPT.iter().any(|kept| last.ident == kept)),
                _ => true,
            };
            let can_be_wrapped = kind.bounds.iter().all(kept);
            Some(Promised { can_be_wrapped, ..among(&kind.bounds)? })
        }
        boxed => Some(Promised { is_boxed: true, ..boxed_output(&boxed)? }),
    }
}

/// The traits that a future or stream of ours has when the one inside has them.
#[rustfmt::skip]
const KEPT: [&str; 9] = [
    "Future", "FusedFuture", "Stream", "FusedStream", "Send", "Sync", "Unpin", "UnwindSafe",
    "RefUnwindSafe",
];

/// Of a body that ends in `async {..}` or `Box::pin(async {..})`: the tokens before the block, its
/// braces, and the parentheses around.
pub(crate) struct AsyncBlock {
    /// Statements, `Box::pin` where the block is boxed, and nothing of the block.
    pub(super) before: TokenStream,
    /// `async`, or `async move`.
    pub(super) keywords: TokenStream,
    /// The braces of the block.
    pub(super) block: Group,
    /// The parentheses of `Box::pin(..)`.
    pub(super) around: Option<Group>,
}

/// Takes such a body apart, if it is one, and cannot return before it comes to the block.
pub(super) fn split_async_block(body: TokenStream) -> Option<AsyncBlock> {
    let mut tokens: Vec<TokenTree> = body.into_iter().collect();
    let TokenTree::Group(last) = tokens.pop()? else {
        return None;
    };
    let (split, path) = match last.delimiter() {
        Delimiter::Brace => {
            let keywords = split_keywords(&mut tokens)?;
            (AsyncBlock { before: TokenStream::new(), keywords, block: last, around: None }, 0)
        }
        Delimiter::Parenthesis => {
            let mut inside: Vec<TokenTree> = last.stream().into_iter().collect();
            if inside.last().is_some_and(is_comma) {
                inside.pop();
            }
            let TokenTree::Group(block) = inside.pop()? else {
                return None;
            };
            let keywords = split_keywords(&mut inside)?;
            let path = path_length(&tokens);
            if path == 0 || !inside.is_empty() || block.delimiter() != Delimiter::Brace {
                return None;
            }
            (AsyncBlock { before: TokenStream::new(), keywords, block, around: Some(last) }, path)
        }
        _ => return None,
    };
    let (statements, _) = tokens.split_at(tokens.len() - path);
    let begins_expression = match statements.last() {
        None => true,
        Some(TokenTree::Punct(punct)) => punct.as_char() == ';',
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
        Some(_) => false,
    };
    if !begins_expression || returns(statements.iter().cloned()) {
        return None;
    }
    Some(AsyncBlock { before: tokens.into_iter().collect(), ..split })
}

/// Takes `async` or `async move` off the end.
fn split_keywords(tokens: &mut Vec<TokenTree>) -> Option<TokenStream> {
    let is =
        |token: &TokenTree, word: &str| matches!(token, TokenTree::Ident(ident) if ident == word);
    let length = match tokens.as_slice() {
        [.., block, moved] if is(block, "async") && is(moved, "move") => 2,
        [.., block] if is(block, "async") => 1,
        _ => return None,
    };
    Some(tokens.drain(tokens.len() - length..).collect())
}

/// How many tokens of `Box::pin`, however qualified, the list ends in.
fn path_length(tokens: &[TokenTree]) -> usize {
    let length = tokens
        .iter()
        .rev()
        .take_while(|token| match token {
            TokenTree::Ident(_) => true,
            TokenTree::Punct(punct) => punct.as_char() == ':',
            _ => false,
        })
        .count();
    let path: String = tokens.iter().skip(tokens.len() - length).map(ToString::to_string).collect();
    if path == "Box::pin" || path.ends_with("::Box::pin") { length } else { 0 }
}

/// The statements can leave the function before its last expression.
fn returns(mut tokens: impl Iterator<Item = TokenTree>) -> bool {
    tokens.any(|token| match token {
        TokenTree::Ident(word) => word == "return",
        TokenTree::Group(group) => returns(group.stream().into_iter()),
        _ => false,
    })
}

/// What is promised by `impl Future<Output = T>` or `impl Stream<Item = T>`; nothing if there is no
/// such bound.
fn among<'a>(bounds: impl IntoIterator<Item = &'a TypeParamBound>) -> Option<Promised> {
    bounds.into_iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else {
            return None;
        };
        let segment = bound.path.segments.last()?;
        let is = |name: &str| segment.ident == name;
        let is_stream = is("Stream") || is("FusedStream");
        if !is_stream && !is("Future") && !is("FusedFuture") {
            return None;
        }
        let given = if is_stream { "Item" } else { "Output" };
        let mut output = Output::Unsaid;
        for argument in arguments(segment).into_iter().flat_map(|arguments| &arguments.args) {
            match argument {
                GenericArgument::AssocType(kind) if kind.ident == given => {
                    output = Output::Said(without_impl(kind.ty.to_token_stream()));
                }
                // A trait of the same name: that of the first version of `futures` has an `Error`.
                _ => return None,
            }
        }
        // A stream of unsaid items is of no use: this is another trait of that name.
        let is_other = is_stream && matches!(output, Output::Unsaid);
        (!is_other).then_some(Promised { is_stream, is_boxed: false, can_be_wrapped: true, output })
    })
}

/// The same for `Pin<Box<dyn Future<Output = T>>>`, and for the `BoxFuture` of `futures` and of others
/// who call theirs so.
fn boxed_output(kind: &Type) -> Option<Promised> {
    let segment = last_segment(kind)?;
    let types = |segment| {
        arguments(segment).into_iter().flat_map(|arguments| &arguments.args).filter_map(
            |argument| match argument {
                GenericArgument::Type(kind) => Some(kind),
                _ => None,
            },
        )
    };
    let is_stream = ["BoxStream", "LocalBoxStream"].iter().any(|name| segment.ident == name);
    if is_stream || segment.ident == "BoxFuture" || segment.ident == "LocalBoxFuture" {
        let kind = kind.to_token_stream();
        let output = if is_stream { Output::OfStream(kind) } else { Output::OfFuture(kind) };
        return Some(Promised { is_stream, is_boxed: true, can_be_wrapped: true, output });
    }
    let boxed = types(Some(segment).filter(|segment| segment.ident == "Pin")?).next()?;
    let boxed = last_segment(boxed).filter(|segment| segment.ident == "Box")?;
    match types(boxed).next()? {
        Type::TraitObject(object) => among(&object.bounds),
        _ => None,
    }
}

fn last_segment(kind: &Type) -> Option<&PathSegment> {
    match kind {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

fn arguments(segment: &PathSegment) -> Option<&AngleBracketedGenericArguments> {
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(arguments),
        _ => None,
    }
}
