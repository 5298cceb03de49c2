//! `ret` in an expression: what the function returned.
//!
//! Looks at tokens only. A parameter of that name hides it, as a variable hides another. Called by
//! `plan`, and by `observe` before the function is wrapped: a body whose value is looked at is
//! wrapped in another way than one whose value tells nothing.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Expr, Member};

use super::args::Args;
use crate::function::Function;

/// The word.
const WORD: &str = "ret";

/// A metric among these takes something from what the function returned.
pub(crate) fn is_read(all: &[Args], function: &Function) -> bool {
    let mut expressions = all.iter().flat_map(Args::expressions);
    expressions.any(|one| word(one.to_token_stream()).is_some()) && !is_hidden(function)
}

/// The first `ret` in what a metric takes, unless a parameter hides it.
pub(super) fn of(args: &Args, function: &Function) -> Option<Ident> {
    let found = args.expressions().find_map(|one| word(one.to_token_stream()))?;
    (!is_hidden(function)).then_some(found)
}

fn is_hidden(function: &Function) -> bool {
    function.parameters().iter().any(|parameter| parameter.name == WORD)
}

/// The word in these tokens, where it is no field, path or call.
fn word(tokens: TokenStream) -> Option<Ident> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |at: Option<usize>, char: char| {
        let token = at.and_then(|at| tokens.get(at));
        matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == char)
    };
    tokens.iter().enumerate().find_map(|(at, token)| match token {
        TokenTree::Ident(ident) if ident == WORD => {
            let (before, before_that) = (at.checked_sub(1), at.checked_sub(2));
            let is_field = is(before, '.') && !is(before_that, '.');
            let is_path = is(before, ':') || is(Some(at + 1), ':') && is(Some(at + 2), ':');
            (!is_field && !is_path).then(|| ident.clone())
        }
        TokenTree::Group(group) => word(group.stream()),
        _ => None,
    })
}

/// The name that an expression ends in: `email` of `&customer.email` and of `email.as_str()`.
pub(super) fn tail(expression: &Expr) -> Option<Ident> {
    /// What gives the same text in another form.
    #[rustfmt::skip]
    const SAME: [&str; 9] = [
        "as_str", "as_ref", "as_deref", "borrow", "clone", "to_owned", "to_string", "trim",
        "to_lowercase",
    ];
    match expression {
        Expr::Path(path) => path.path.segments.last().map(|last| last.ident.clone()),
        Expr::Field(field) => match &field.member {
            Member::Named(name) => Some(name.clone()),
            Member::Unnamed(_) => None,
        },
        Expr::Reference(reference) => tail(&reference.expr),
        Expr::Paren(paren) => tail(&paren.expr),
        Expr::Group(group) => tail(&group.expr),
        Expr::Unary(unary) => tail(&unary.expr),
        Expr::MethodCall(call) if call.args.is_empty() => {
            match SAME.iter().any(|same| call.method == same) {
                true => tail(&call.receiver),
                false => Some(call.method.clone()),
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{tail, word};

    #[test]
    fn the_word_is_a_variable() {
        for (tokens, found) in [
            ("ret.total", true),
            ("ret", true),
            ("f(&ret, a)", true),
            ("[0..ret]", true),
            ("order.ret", false),
            ("ret::X", false),
            ("m::ret", false),
            ("retry", false),
        ] {
            assert_eq!(word(tokens.parse().expect(tokens)).is_some(), found, "{tokens}");
        }
    }

    #[test]
    fn an_expression_ends_in_a_name() {
        for (text, name) in [
            ("&customer.email", Some("email")),
            ("email.as_str()", Some("email")),
            ("(*order.customer()).email.clone()", Some("email")),
            ("customer.email()", Some("email")),
            ("email.domain()", Some("domain")),
            ("m::EMAIL", Some("EMAIL")),
            ("f(email)", None),
        ] {
            let found = tail(&syn::parse_str(text).expect(text)).map(|name| name.to_string());
            assert_eq!(found.as_deref(), name, "{text}");
        }
    }
}
