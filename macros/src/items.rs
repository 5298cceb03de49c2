//! The inside of a block, divided into items; nothing in them is understood. Of a function's body,
//! the items that it begins with.
//!
//! Every token comes out, in order: what is half written goes with the item before it.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::angles::Angles;
use crate::item::Item;

/// The inner attributes at the start, and the items.
pub(crate) fn items(inside: TokenStream) -> (TokenStream, Vec<TokenStream>) {
    let mut tokens: Vec<TokenTree> = inside.into_iter().collect();
    let mut start = TokenStream::new();
    while let [TokenTree::Punct(pound), TokenTree::Punct(bang), TokenTree::Group(_), ..] =
        tokens.as_slice()
    {
        if pound.as_char() != '#' || bang.as_char() != '!' {
            break;
        }
        start.extend(tokens.drain(..3));
    }
    let mut items = Vec::new();
    while !tokens.is_empty() {
        let length = length(&tokens);
        items.push(tokens.drain(..length).collect());
    }
    (start, items)
}

/// The items that a body begins with, and the rest. Statements of ours go between the two: items
/// that stand behind statements are found bad style.
pub(crate) fn leading(body: TokenStream) -> (TokenStream, TokenStream) {
    const ITEMS: [&str; 9] =
        ["use", "fn", "struct", "enum", "type", "impl", "trait", "mod", "macro_rules"];
    let mut tokens: Vec<TokenTree> = body.into_iter().collect();
    let mut items = TokenStream::new();
    loop {
        let length = length(&tokens);
        let Some(piece) = tokens.get(..length).filter(|piece| !piece.is_empty()) else { break };
        let item = Item::new(piece.iter().cloned().collect());
        let is_item = item.keyword().is_some_and(|word| {
            let named = word == "const" || word == "static";
            // `const {}` and `static ||` are expressions.
            ITEMS.iter().any(|known| word == known) || named && !item.name().is_empty()
        });
        if !is_item {
            break;
        }
        items.extend(tokens.drain(..length));
    }
    (items, tokens.into_iter().collect())
}

/// How many tokens the first item has: up to its `;` or its braces.
fn length(tokens: &[TokenTree]) -> usize {
    let attributes = tokens.iter().enumerate().find(|(index, token)| {
        let pound = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == '#');
        let before = index.checked_sub(1).and_then(|before| tokens.get(before));
        !pound(token) && !before.is_some_and(pound)
    });
    let start = attributes.map_or(tokens.len(), |(index, _)| index);
    let (_, rest) = tokens.split_at(start);
    let by_semicolon = ends_with_semicolon(rest);
    let mut angles = Angles::default();
    for (index, token) in rest.iter().enumerate() {
        let open = angles.pass(token);
        let ends = match token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => {
                let braces = match group.delimiter() {
                    Delimiter::Brace => true,
                    // A whole item that a `macro_rules!` was given, or a body.
                    Delimiter::None => ends_in_braces(group.stream()),
                    _ => false,
                };
                braces && !open && !by_semicolon
            }
            _ => false,
        };
        if ends {
            return start + index + 1;
        }
    }
    tokens.len()
}

/// `use`, `type`, `static`, and `const` but for `const fn`, may have braces on the way.
fn ends_with_semicolon(item: &[TokenTree]) -> bool {
    let item = Item { attributes: Vec::new(), rest: item.to_vec() };
    item.keyword()
        .is_some_and(|word| ["use", "type", "static", "const"].iter().any(|known| word == known))
}

fn ends_in_braces(inside: TokenStream) -> bool {
    match inside.into_iter().last() {
        Some(TokenTree::Group(group)) => match group.delimiter() {
            Delimiter::Brace => true,
            Delimiter::None => ends_in_braces(group.stream()),
            _ => false,
        },
        Some(TokenTree::Punct(punct)) => punct.as_char() == ';',
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::items;

    #[test]
    fn every_item_ends_where_it_ends() {
        for block in [
            &["fn a() {}", "pub fn b(&self) -> [u8; { 2 }] where u8: Copy {}", "fn c();"][..],
            &["const A: u8 = { 1 };", "const fn d() {}", "static B: [u8; 1] = [{ 1 }];"],
            &["use a::{b, c};", "fn e() -> Foo<{ N + 1 }> {}", "type T = u8;", "mod m;"],
            &["fn f<const N: usize>() -> impl Fn(u8) -> Vec<Vec<u8>> {}", "struct S(u8);"],
            &["foo! { a }", "bar!(b);", "macro_rules! m { () => {} }", "struct R { a: u8 }"],
            &["#[a] #[b(c)] /// text\n fn g() {}", "unsafe impl<T> A for B<{ 1 }> { fn h() {} }"],
            &["extern \"C\" { fn i(); }", "pub(in a::b) mod j { }", "enum E { A { b: u8 } }"],
        ] {
            let (start, found) = items(block.concat().parse().expect("tokens"));
            assert!(start.is_empty());
            let text = |tokens: &str| {
                tokens.parse::<proc_macro2::TokenStream>().expect("tokens").to_string()
            };
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            let expected: Vec<String> = block.iter().map(|item| text(item)).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn only_items_lead() {
        for (body, count) in [
            ("const A: u8 = { 1 }; #[inline] fn f() {} f()", 2),
            ("use a::{b}; struct S { a: u8 } macro_rules! m { () => {} } m!()", 3),
            ("let a = 1; const A: u8 = 1;", 0),
            ("const { 1 }", 0),
            ("unsafe { a }", 0),
            ("async move { a }", 0),
            ("static || 1", 0),
            ("a.b()", 0),
            ("", 0),
        ] {
            let (items, rest) = super::leading(body.parse().expect(body));
            let all = format!("{items} {rest}");
            let expected: proc_macro2::TokenStream = body.parse().expect(body);
            assert_eq!(all.trim(), expected.to_string(), "{body}");
            assert_eq!(super::items(items).1.len(), count, "{body}");
        }
    }

    #[test]
    fn what_is_half_written_is_kept() {
        for block in ["#![a] #![b] fn", "fn a", "#[a]", "pub", "fn a() fn b() {} x", "#"] {
            let (start, found) = items(block.parse().expect("tokens"));
            let all: proc_macro2::TokenStream = [start].into_iter().chain(found).collect();
            let expected: proc_macro2::TokenStream = block.parse().expect("tokens");
            assert_eq!(all.to_string(), expected.to_string());
        }
    }
}
