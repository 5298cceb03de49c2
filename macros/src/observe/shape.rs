//! What kind of function it is: how its body must be wrapped, and what it gives at the end.
//!
//! Looks at the signature, and at the last expression of the body as far as its tokens tell.

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};
use quote::quote_spanned;

use super::future::{self, AsyncBlock, Output, Promised, split_async_block};
use crate::angles::Angles;
use crate::function::Function;

/// The forms of a wrapper.
pub(crate) enum Shape {
    /// A function that returns a value, from anywhere in its body; the type for the closure that
    /// the body becomes, if it can be spelled there.
    Plain(Option<TokenStream>),
    /// The same with a body that stays where it is: it is left only at its end, or by `?` where a
    /// closure would hide the caller.
    Straight {
        /// The type of the value, if it can be spelled.
        kind: Option<TokenStream>,
        /// It may be left by `return`, too: nobody knows with what.
        may_return: bool,
    },
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
    /// into the block. What the future gives.
    Block(AsyncBlock, Output),
    /// A function that returns a future or stream made elsewhere.
    Returned {
        /// The type of it, if it can be spelled.
        returned: Option<TokenStream>,
        /// What the signature promises.
        promised: Promised,
    },
}

impl Shape {
    /// The shape of a function with this body; `judged` says that its value is looked at whatever
    /// it is.
    pub(crate) fn of(function: &Function, body: &Group, judged: bool) -> Shape {
        let returned = function.output.as_slice();
        let never = matches!(returned, [TokenTree::Punct(bang)] if bang.as_char() == '!');
        if function.is_async {
            return if never { Shape::AsyncNever } else { Shape::Async(spelled(returned)) };
        }
        if never {
            return Shape::Never;
        }
        if let Some(future) = Shape::future(function, body) {
            return future;
        }
        if !judged && is_no_result(returned) {
            return Shape::InPlace;
        }
        let kind = match returned.first() {
            Some(TokenTree::Ident(word)) if word == "impl" => None,
            _ => Some(spelled(returned)),
        };
        match exits(body.stream()) {
            Exits::End => Shape::Straight { kind, may_return: false },
            // Rather an early error that is not seen whole than a panic that is said to be elsewhere.
            Exits::Question if function.tracks_caller => {
                Shape::Straight { kind, may_return: false }
            }
            Exits::Return if function.tracks_caller => Shape::Straight { kind, may_return: true },
            Exits::Question | Exits::Return => Shape::Plain(kind),
        }
    }

    /// The shape of a function that returns a future, if the signature tells.
    fn future(function: &Function, body: &Group) -> Option<Shape> {
        let returned = function.output.as_slice();
        let promised = future::promised(returned)?;
        if !promised.is_stream {
            if let Some(block) = split_async_block(body.stream()) {
                return Some(Shape::Block(block, promised.output));
            }
        }
        if !promised.can_be_wrapped || function.tracks_caller {
            return None;
        }
        let returned = promised.is_boxed.then(|| returned.iter().cloned().collect());
        Some(Shape::Returned { returned, promised })
    }
}

/// How a body may be left.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Exits {
    /// At its end only.
    End,
    /// By `?`, too.
    Question,
    /// By `return`, too, or by a macro that we don't know.
    Return,
}

fn exits(body: TokenStream) -> Exits {
    #[rustfmt::skip]
    const HARMLESS: [&str; 29] = [
        "if", "while", "match", "in", "break",
        "assert", "assert_eq", "assert_ne", "concat", "dbg", "debug_assert", "debug_assert_eq",
        "debug_assert_ne", "env", "eprint", "eprintln", "format", "format_args", "matches",
        "panic", "print", "println", "stringify", "todo", "unimplemented", "unreachable", "vec",
        "write", "writeln",
    ];
    let mut most = Exits::End;
    let mut before = None;
    for token in body {
        let exits = match &token {
            TokenTree::Ident(word) if word == "return" => Exits::Return,
            TokenTree::Punct(punct) if punct.as_char() == '?' => Exits::Question,
            // Not that of `!=`.
            TokenTree::Punct(punct)
                if punct.as_char() == '!' && punct.spacing() == Spacing::Alone =>
            {
                match &before {
                    // Behind anything but a name it is "not".
                    Some(TokenTree::Ident(name)) if !HARMLESS.iter().any(|known| name == known) => {
                        Exits::Return
                    }
                    _ => Exits::End,
                }
            }
            TokenTree::Group(group) => exits(group.stream()),
            _ => Exits::End,
        };
        most = most.max(exits);
        before = Some(token);
    }
    most
}

/// The type as it can be written behind the arrow of a closure.
fn spelled(returned: &[TokenTree]) -> TokenStream {
    match returned {
        [] => quote_spanned!(Span::mixed_site()=> ()),
        returned => without_impl(returned.iter().cloned().collect()),
    }
}

/// The type cannot be a `Result` by any name: `()`, a reference, a tuple, a number, ...
fn is_no_result(returned: &[TokenTree]) -> bool {
    #[rustfmt::skip]
    const VALUES: [&str; 19] = [
        "bool", "char", "String", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32",
        "i64", "i128", "isize", "f32", "f64", "Option", "Vec",
    ];
    match returned {
        [] => true,
        [TokenTree::Punct(punct), ..] => matches!(punct.as_char(), '&' | '*'),
        [TokenTree::Group(group)] => match group.delimiter() {
            Delimiter::Bracket => true,
            // With one type and no comma they are mere parentheses.
            Delimiter::Parenthesis => {
                let mut inside = group.stream().into_iter().peekable();
                let mut angles = Angles::default();
                inside.peek().is_none()
                    || inside.any(|token| !angles.pass(&token) && is_comma(&token))
            }
            _ => false,
        },
        [TokenTree::Ident(word)] => VALUES.iter().any(|value| word == value),
        [TokenTree::Ident(word), TokenTree::Punct(open), ..] if open.as_char() == '<' => {
            word == "Option" || word == "Vec"
        }
        [TokenTree::Ident(word), ..] => word == "impl",
        _ => false,
    }
}

pub(super) fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')
}

/// The type with `_` for each `impl Trait` in it, which may stand only in a signature.
pub(super) fn without_impl(kind: TokenStream) -> TokenStream {
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
