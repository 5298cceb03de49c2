//! Expansions as people would read them, and the wording of mistakes, without the compiler.
//!
//! `UPDATE_EXPECT=1 cargo test -p plimsoll-macros` writes the files in `expanded/` anew.

mod edges;
mod errors;
mod event;
mod kind;
mod label;
mod metric;
mod observe;
mod redact;

use std::str::FromStr as _;

use proc_macro2::{Group, TokenStream, TokenTree};

use crate::entry::Output;

fn tokens(text: &str) -> TokenStream {
    TokenStream::from_str(text).expect(text)
}

/// Runs an attribute that must find nothing wrong, and lays the result out.
fn expanded(run: fn(TokenStream, TokenStream) -> Output, args: &str, item: &str) -> String {
    let (item, diagnostics) = run(tokens(args), tokens(item));
    assert_eq!(messages(diagnostics.into_tokens()), [""; 0]);
    pretty(item)
}

/// Runs a derive that must find nothing wrong, and lays the result out.
fn derived(run: fn(TokenStream) -> Output, item: &str) -> String {
    let (item, diagnostics) = run(tokens(item));
    assert_eq!(messages(diagnostics.into_tokens()), [""; 0]);
    pretty(item)
}

/// What an attribute finds wrong.
fn mistakes(run: fn(TokenStream, TokenStream) -> Output, args: &str, item: &str) -> Vec<String> {
    let (_, diagnostics) = run(tokens(args), tokens(item));
    messages(diagnostics.into_tokens())
}

/// The header of each file in `expanded/`.
const HEADER: &str = "// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.\n";

fn pretty(item: TokenStream) -> String {
    let short = without_sections(item).to_string().replace(":: plimsoll :: __private", "p");
    let file = syn::parse_str(&short).unwrap_or_else(|error| panic!("{error}: {short}"));
    format!("{HEADER}{}", prettyplease::unparse(&file))
}

/// Without `#[cfg_attr(.., unsafe(link_section = ..))]`, which `site` tests by itself.
fn without_sections(item: TokenStream) -> TokenStream {
    let mut tokens = item.into_iter().peekable();
    let mut kept = TokenStream::new();
    while let Some(token) = tokens.next() {
        let section = tokens
            .next_if(|next| token.to_string() == "#" && next.to_string().contains("link_section"));
        if section.is_some() {
            continue;
        }
        kept.extend([match token {
            TokenTree::Group(group) => {
                TokenTree::Group(Group::new(group.delimiter(), without_sections(group.stream())))
            }
            other => other,
        }]);
    }
    kept
}

fn messages(tokens: TokenStream) -> Vec<String> {
    let mut messages = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => messages.extend(messages_in(group.stream())),
            _ => continue,
        }
    }
    messages
}

fn messages_in(braces: TokenStream) -> Option<String> {
    let message: syn::LitStr = syn::parse2(braces).ok()?;
    Some(message.value())
}
