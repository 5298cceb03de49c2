//! What a body takes with it when it moves into a closure or an `async` block.
//!
//! A closure captures the parts that its body names, in the order in which it names them, and drops
//! them in that order: not as a function drops its arguments. Worse, it assigns to its own copy of a
//! part that can be copied, which the `Drop` of the whole then does not see. So the arguments that
//! may have a `Drop` are named once before the body, whole and in the order of their drops.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;

use crate::function::Function;

/// The arguments that a body takes with it.
#[derive(Default)]
pub(crate) struct Captured {
    names: Vec<Ident>,
    /// One is assigned to in part. The compiler does not know that the `Drop` of what a closure
    /// captured reads it.
    assigned: bool,
}

impl Captured {
    /// Looks for the arguments of a function in its body.
    pub(crate) fn of(function: &Function, body: &TokenStream) -> Captured {
        let mut owned = function.owned();
        // An argument that is not used shall be reported as such.
        owned.retain(|owned| {
            let name = owned.name.to_string();
            name.starts_with('_') || name == "self" || mentions(body, &name)
        });
        let assigned =
            owned.iter().any(|owned| owned.mutable && assigns(body, &owned.name.to_string()));
        Captured { names: owned.into_iter().map(|owned| owned.name).collect(), assigned }
    }

    /// The statement in front of the body.
    pub(crate) fn named(&self) -> Option<TokenStream> {
        let here = Span::mixed_site();
        // A name that begins so says that it is not used; we don't, we only take it along.
        let unused = self.names.iter().any(|name| name.to_string().starts_with('_'));
        let allowed =
            unused.then(|| quote_spanned!(here=> #[allow(clippy::used_underscore_binding)]));
        match self.names.as_slice() {
            [] => None,
            [name] => Some(quote_spanned!(here=> #allowed let _ = &#name;)),
            names => Some(quote_spanned!(here=> #allowed let _ = (#(&#names),*);)),
        }
    }

    /// The attribute of the statement around the body.
    pub(crate) fn allowed(&self) -> Option<TokenStream> {
        self.assigned.then(|| quote_spanned!(Span::mixed_site()=> #[allow(unused_assignments)]))
    }
}

/// The name stands in the tokens, or in a literal among them, as `"{name}"` does.
fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        TokenTree::Literal(literal) => has_word(&literal.to_string(), name),
        TokenTree::Punct(_) => false,
    })
}

/// The name stands in the text, and is no part of a longer one.
fn has_word(text: &str, name: &str) -> bool {
    let is_part =
        |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '_');
    text.match_indices(name).any(|(at, _)| {
        let (before, rest) = text.split_at(at);
        let after = rest.strip_prefix(name).and_then(|rest| rest.chars().next());
        !is_part(before.chars().next_back()) && !is_part(after)
    })
}

/// Something like `name.field = ..` or `name.0 += ..` stands in the tokens.
fn assigns(tokens: &TokenStream, name: &str) -> bool {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let is = |at: usize, chars: &str| match tokens.get(at) {
        Some(TokenTree::Punct(punct)) => chars.contains(punct.as_char()),
        _ => false,
    };
    (0..tokens.len()).any(|at| match &tokens[at] {
        TokenTree::Group(group) => assigns(&group.stream(), name),
        TokenTree::Ident(word) if word == name => {
            let mut end = at + 1;
            while is(end, ".") {
                end += 2;
            }
            let simple = is(end, "=") && !is(end + 1, "=>");
            end > at + 1 && (simple || is(end, "+-*/%^&|") && is(end + 1, "="))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::{assigns, mentions};

    #[test]
    fn names_are_found_in_literals_too() {
        for (body, found) in
            [("f(|| [a])", true), (r#"println!("{a:?}")"#, true), (r#"b.c("ab", "_a")"#, false)]
        {
            assert_eq!(mentions(&body.parse().expect(body), "a"), found, "{body}");
        }
    }

    #[test]
    fn only_parts_are_assigned_to() {
        for (body, found) in [
            ("if x { a.done = true; }", true),
            ("a.b.0 += 1", true),
            ("a.b == c", false),
            ("match x { y if a.b => 1 }", false),
            ("a.b <= c", false),
            ("a = b", false),
            ("b.a = c", false),
            ("a.set(b = c)", false),
        ] {
            assert_eq!(assigns(&body.parse().expect(body), "a"), found, "{body}");
        }
    }
}
