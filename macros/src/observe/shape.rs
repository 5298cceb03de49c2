//! What kind of function it is: how its body must be wrapped, and what it gives at the end.
//!
//! Looks at the signature, and at the last expression of the body as far as its tokens tell.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote_spanned};
use syn::{
    AngleBracketedGenericArguments, GenericArgument, PathArguments, PathSegment, ReturnType,
    Signature, Type, TypeParamBound,
};

/// The forms of a wrapper.
pub(crate) enum Shape {
    /// A function that returns a value; the type for the closure that the body becomes, if it can
    /// be spelled there.
    Plain(Option<TokenStream>),
    /// A function whose value tells nothing of its outcome, `()` or some `impl Trait`: the body
    /// stays where it was.
    InPlace,
    /// A function that never returns.
    Never,
    /// An `async fn`, and what it gives.
    Async(TokenStream),
    /// An `async fn` that never ends.
    AsyncNever,
    /// A function whose body ends in an `async` block, alone or in `Box::pin(..)`: the wrapper goes
    /// into the block. What the future gives, if the signature says so.
    Block(Option<TokenStream>),
    /// A function that returns a future made elsewhere.
    Future {
        /// The type of the future, if it can be spelled.
        returned: Option<TokenStream>,
        /// It is boxed and pinned.
        boxed: bool,
        /// What the future gives, if the signature says so.
        output: Option<TokenStream>,
    },
}

impl Shape {
    /// The shape of a function with this signature and body; `judged` says that its value is looked
    /// at whatever it is.
    pub(crate) fn of(signature: &Signature, body: &Group, judged: bool) -> Shape {
        let unit = || quote_spanned!(Span::mixed_site()=> ());
        let returned = match &signature.output {
            ReturnType::Default => None,
            ReturnType::Type(_, kind) => Some(&**kind),
        };
        let never = matches!(returned, Some(Type::Never(_)));
        if signature.asyncness.is_some() {
            return match returned {
                _ if never => Shape::AsyncNever,
                None => Shape::Async(unit()),
                Some(kind) => Shape::Async(without_impl(kind.to_token_stream())),
            };
        }
        match returned {
            None if judged => Shape::Plain(Some(unit())),
            None => Shape::InPlace,
            Some(Type::Tuple(unit)) if unit.elems.is_empty() && !judged => Shape::InPlace,
            Some(_) if never => Shape::Never,
            Some(Type::ImplTrait(bounds)) => match future_output(&bounds.bounds) {
                Some(output) => Shape::future(output, None, false, body),
                None if judged => Shape::Plain(None),
                None => Shape::InPlace,
            },
            Some(kind) => match boxed_output(kind) {
                Some(output) => Shape::future(output, Some(kind.to_token_stream()), true, body),
                None => Shape::Plain(Some(without_impl(kind.to_token_stream()))),
            },
        }
    }

    fn future(
        output: Option<TokenStream>,
        returned: Option<TokenStream>,
        boxed: bool,
        body: &Group,
    ) -> Shape {
        if split_async_block(body.stream()).is_some() {
            return Shape::Block(output);
        }
        Shape::Future {
            returned,
            boxed,
            output,
        }
    }
}

/// Of a body that ends in `async {..}` or `Box::pin(async {..})`: the tokens before the block, its
/// braces, and the parentheses around.
pub(crate) struct AsyncBlock {
    /// Statements, `Box::pin` where the block is boxed, and nothing of the block.
    pub(crate) before: TokenStream,
    /// `async`, or `async move`.
    pub(crate) keywords: TokenStream,
    /// The braces of the block.
    pub(crate) block: Group,
    /// The parentheses of `Box::pin(..)`.
    pub(crate) around: Option<Group>,
}

/// Takes such a body apart, if it is one, and cannot return before it comes to the block.
pub(crate) fn split_async_block(body: TokenStream) -> Option<AsyncBlock> {
    let mut tokens: Vec<TokenTree> = body.into_iter().collect();
    let TokenTree::Group(last) = tokens.pop()? else {
        return None;
    };
    let (split, path) = match last.delimiter() {
        Delimiter::Brace => {
            let keywords = split_keywords(&mut tokens)?;
            (
                AsyncBlock {
                    before: TokenStream::new(),
                    keywords,
                    block: last,
                    around: None,
                },
                0,
            )
        }
        Delimiter::Parenthesis => {
            let mut inside: Vec<TokenTree> = last.stream().into_iter().collect();
            if matches!(inside.last(), Some(TokenTree::Punct(comma)) if comma.as_char() == ',') {
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
            (
                AsyncBlock {
                    before: TokenStream::new(),
                    keywords,
                    block,
                    around: Some(last),
                },
                path,
            )
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
    Some(AsyncBlock {
        before: tokens.into_iter().collect(),
        ..split
    })
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
    let path: String = tokens
        .iter()
        .skip(tokens.len() - length)
        .map(ToString::to_string)
        .collect();
    if path == "Box::pin" || path.ends_with("::Box::pin") {
        length
    } else {
        0
    }
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
        let segment = bound
            .path
            .segments
            .last()
            .filter(|segment| segment.ident == "Future")?;
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
        arguments(segment)
            .into_iter()
            .flat_map(|arguments| &arguments.args)
            .filter_map(|argument| match argument {
                GenericArgument::Type(kind) => Some(kind),
                _ => None,
            })
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

/// The type with `_` for each `impl Trait` in it, which may stand only in a signature.
fn without_impl(kind: TokenStream) -> TokenStream {
    let mut rest = kind.into_iter().peekable();
    let mut kept = TokenStream::new();
    while let Some(token) = rest.next() {
        match token {
            TokenTree::Ident(word) if word == "impl" => {
                kept.extend([TokenTree::Ident(Ident::new("_", word.span()))]);
                let mut depth = 0_usize;
                let mut arrow = false;
                while let Some(next) = rest.next_if(|next| match next {
                    TokenTree::Punct(punct) if depth == 0 && !arrow => {
                        !matches!(punct.as_char(), ',' | '>')
                    }
                    _ => true,
                }) {
                    let TokenTree::Punct(punct) = next else {
                        arrow = false;
                        continue;
                    };
                    match punct.as_char() {
                        '<' => depth += 1,
                        '>' if !arrow => depth -= 1,
                        _ => {}
                    }
                    arrow = punct.as_char() == '-';
                }
            }
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), without_impl(group.stream()));
                inside.set_span(group.span());
                kept.extend([TokenTree::Group(inside)]);
            }
            other => kept.extend([other]),
        }
    }
    kept
}
