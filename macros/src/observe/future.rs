//! Functions that return futures without being `async`: what their signatures and bodies tell.
//!
//! `async_trait` writes such functions, and people do. A body that ends in an `async` block can be
//! wrapped inside it; any other future only from outside.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{
    AngleBracketedGenericArguments, GenericArgument, PathArguments, PathSegment, Type,
    TypeParamBound,
};

use super::shape::{is_comma, without_impl};

/// A future that a signature promises.
pub(super) struct Promised {
    /// `Pin<Box<..>>`, not `impl Future`.
    pub(super) boxed: bool,
    /// What it gives, if the signature says so.
    pub(super) output: Option<TokenStream>,
}

/// Reads a return type; `None` if it is no future, as far as its spelling tells.
pub(super) fn promised(returned: &[TokenTree]) -> Option<Promised> {
    // Parsing costs; most functions return something else.
    let mut words = returned.iter().map(ToString::to_string);
    if !words.any(|word| ["Future", "BoxFuture", "LocalBoxFuture"].contains(&word.as_str())) {
        return None;
    }
    match syn::parse2(returned.iter().cloned().collect()).ok()? {
        Type::ImplTrait(future) => {
            Some(Promised { boxed: false, output: future_output(&future.bounds)? })
        }
        boxed => Some(Promised { boxed: true, output: boxed_output(&boxed)? }),
    }
}

/// Of a body that ends in `async {..}` or `Box::pin(async {..})`: the tokens before the block, its
/// braces, and the parentheses around.
pub(super) struct AsyncBlock {
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

/// The output of `impl Future<Output = T>`: none if there is no such bound, and none inside if the
/// bound does not say.
fn future_output<'a>(
    bounds: impl IntoIterator<Item = &'a TypeParamBound>,
) -> Option<Option<TokenStream>> {
    bounds.into_iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else {
            return None;
        };
        let segment = bound.path.segments.last().filter(|segment| segment.ident == "Future")?;
        let output = arguments(segment).and_then(|arguments| {
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::AssocType(output) if output.ident == "Output" => {
                    Some(without_impl(output.ty.to_token_stream()))
                }
                _ => None,
            })
        });
        Some(output)
    })
}

/// The same for `Pin<Box<dyn Future<Output = T>>>`, and for the `BoxFuture<T>` of `futures`.
fn boxed_output(kind: &Type) -> Option<Option<TokenStream>> {
    let segment = last_segment(kind)?;
    let types = |segment| {
        arguments(segment).into_iter().flat_map(|arguments| &arguments.args).filter_map(
            |argument| match argument {
                GenericArgument::Type(kind) => Some(kind),
                _ => None,
            },
        )
    };
    if segment.ident == "BoxFuture" || segment.ident == "LocalBoxFuture" {
        return Some(types(segment).next().map(|output| output.to_token_stream()));
    }
    let boxed = types(Some(segment).filter(|segment| segment.ident == "Pin")?).next()?;
    let boxed = last_segment(boxed).filter(|segment| segment.ident == "Box")?;
    match types(boxed).next()? {
        Type::TraitObject(object) => future_output(&object.bounds),
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
