//! `#[observe]` on an `impl`, a trait or an inline module: every function inside bears the mark.
//!
//! Takes the block apart into its items, hands each function to `function`, and puts it together
//! again; nothing else in it is touched. What the mark of the block says is what its functions say,
//! unless they say otherwise; `#[observe(skip)]` exempts one of them, or a block inside.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote_spanned};

use super::args::Args;
use super::{Marks, function};
use crate::angles::Angles;
use crate::diagnostics::{Diagnostics, did_you_mean};
use crate::entry::Output;
use crate::function::Function;
use crate::item::Item;
use crate::items::items;
use crate::recorded::Recorded;
use crate::siblings::Attribute;

/// What a block tells its functions.
#[derive(Clone, Default)]
pub(super) struct Around {
    /// The type or trait whose methods they are; nothing in a module.
    pub(super) owner: Option<String>,
    /// What they say unless they say otherwise; nothing outside any marked block.
    pub(super) defaults: Option<Args>,
}

/// Marks all of a block that bears these marks, inside another or not.
pub(super) fn block(marks: &Marks, item: Item, around: &Around) -> Output {
    let mut owner = None;
    let mut subject = item.name();
    if let Some(keyword) = item.keyword() {
        if keyword == "impl" {
            owner = body(&item).and_then(|(_, head)| implementor(head));
            subject = owner.as_ref().map(|name| format!("impl {name}")).unwrap_or_default();
        } else if keyword == "trait" {
            owner = Some(item.name());
        }
    }
    let mut diagnostics = Diagnostics::about("#[observe]", &subject);
    let mut args = marks.observe(&mut diagnostics).unwrap_or_default();
    if args.skip.get().is_some() {
        return (item.into_token_stream(), diagnostics);
    }
    let Some((inside, head)) = body(&item) else {
        let message =
            "what is in this module stands in another file; put the mark on what is in it";
        diagnostics.error(item.keyword(), message);
        return (item.into_token_stream(), diagnostics);
    };
    if let Some(name) = args.name.key() {
        let message = "all functions of the block would have one name; give each its own";
        diagnostics.error(name, message);
    }
    if let Some(slo) = args.slo.key() {
        let message = "every function of the block would have an objective of its own, and an alarm \
                       with it; put `slo(..)` on those that somebody waits for";
        diagnostics.error(slo, message);
    }
    if let Some(outer) = &around.defaults {
        args = args.under(outer, |_| true);
    }
    let inner = Around { owner, defaults: Some(args) };
    let mut found = Found::default();
    let (mut content, pieces) = items(inside.stream());
    for piece in pieces {
        content.extend(inner.mark(piece, &mut found, &mut diagnostics));
    }
    if found.functions == 0 && around.defaults.is_none() {
        let message = "no function with a body stands inside; mark the block where they have one";
        diagnostics.error(item.keyword(), message);
    }
    inner.check_used(&found, around, &mut diagnostics);
    let mut braces = Group::new(Delimiter::Brace, content);
    braces.set_span(inside.span());
    let mut whole = TokenStream::new();
    item.attributes.iter().for_each(|attribute| attribute.to_tokens(&mut whole));
    whole.extend(head.iter().cloned());
    whole.extend([TokenTree::from(braces)]);
    (whole, diagnostics)
}

/// What was met inside a block.
#[derive(Default)]
struct Found {
    /// How many functions are observed.
    functions: usize,
    /// The names of their parameters.
    parameters: Vec<String>,
}

impl Around {
    /// What `#[observe]` says of a function, its own mark and the block's together; nothing if it
    /// bears none, or is exempt.
    pub(super) fn observe(&self, own: Option<Args>, function: &Function) -> Option<Args> {
        if own.as_ref().is_some_and(|own| own.skip.get().is_some()) {
            return None;
        }
        let Some(defaults) = &self.defaults else { return own };
        let parameters = match defaults.recorded.is_empty() {
            true => Vec::new(),
            false => function.parameters(),
        };
        let fits = |recorded: &Recorded| match &recorded.place {
            Some(place) => parameters.iter().any(|one| one.name == place.root),
            None => true,
        };
        Some(own.unwrap_or_default().under(defaults, fits))
    }

    /// One item of the block, marked if it is to be.
    fn mark(&self, piece: TokenStream, found: &mut Found, all: &mut Diagnostics) -> TokenStream {
        let item = Item::new(piece);
        match item.keyword().map(Ident::to_string).as_deref() {
            Some("fn") => self.function(item, found, all),
            Some("impl" | "trait" | "mod") => self.block(item, found, all),
            _ => item.into_token_stream(),
        }
    }

    fn function(&self, mut item: Item, found: &mut Found, all: &mut Diagnostics) -> TokenStream {
        let marked = item.attributes.iter().any(|attribute| attribute.is("observe"));
        if !marked && is_left_alone(&item) {
            return item.into_token_stream();
        }
        found.functions += 1;
        if self.defaults.iter().any(|defaults| !defaults.recorded.is_empty()) {
            let parameters = Function::new(&item).map(|function| function.parameters());
            let names = parameters.into_iter().flatten().map(|one| one.name.to_string());
            found.parameters.extend(names);
        }
        let marks = Marks { observe: item.absorb("observe"), ..Marks::default() };
        let (output, diagnostics) = function(marks, item, self);
        all.absorb(diagnostics);
        output
    }

    /// A block inside, which may have a mark of its own.
    fn block(&self, mut item: Item, found: &mut Found, all: &mut Diagnostics) -> TokenStream {
        let marked = item.attributes.iter().any(|attribute| attribute.is("observe"));
        let for_tests = item.attributes.iter().any(Attribute::is_for_tests);
        if !marked && (for_tests || body(&item).is_none()) {
            return item.into_token_stream();
        }
        found.functions += 1;
        let marks = Marks { observe: item.absorb("observe"), ..Marks::default() };
        let (output, diagnostics) = block(&marks, item, self);
        all.absorb(diagnostics);
        let paths = marks.paths();
        quote_spanned!(Span::mixed_site()=> #(const _: () = { use #paths as _; };)* #output)
    }

    /// What the block records must be something of one of its functions.
    fn check_used(&self, found: &Found, around: &Around, mark: &mut Diagnostics) {
        let of_around = |key: &str| {
            let outer = around.defaults.as_ref().map(|outer| outer.recorded.as_slice());
            outer.unwrap_or_default().iter().any(|outer| outer.key == key)
        };
        for recorded in self.defaults.iter().flat_map(|args| &args.recorded) {
            let Some(place) = &recorded.place else { continue };
            let name = place.root.to_string();
            if !of_around(&recorded.key) && !found.parameters.contains(&name) {
                let near = did_you_mean(&name, found.parameters.iter().map(String::as_str));
                let message = format!("no function of the block has a parameter `{name}`{near}");
                mark.error(&place.root, message);
            }
        }
    }
}

/// Functions that a block's mark passes over: those that run in the compiler, are tests or only
/// declared, and those whose own mark depends on a `cfg_attr`.
fn is_left_alone(item: &Item) -> bool {
    let mut words = item.rest.iter().take_while(|token| !is(token, "fn"));
    let declared = !matches!(item.rest.last(), Some(TokenTree::Group(_)));
    let elsewhere = |attribute: &Attribute| attribute.may_be("observe") || attribute.is_for_tests();
    words.any(|token| is(token, "const")) || declared || item.attributes.iter().any(elsewhere)
}

fn is(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

/// The braces of a block, and everything between its attributes and them.
fn body(item: &Item) -> Option<(&Group, &[TokenTree])> {
    match item.rest.split_last()? {
        (TokenTree::Group(group), head) if group.delimiter() == Delimiter::Brace => {
            Some((group, head))
        }
        _ => None,
    }
}

/// The name of the type that an `impl` is for; of the trait, where the type is a parameter.
fn implementor(head: &[TokenTree]) -> Option<String> {
    let after = head.iter().position(|token| is(token, "impl"))? + 1;
    let head = head.get(after..)?;
    let mut angles = Angles::default();
    let generics = head.iter().take_while(|token| angles.pass(token)).count();
    // The last `>` opens nothing.
    let (generics, rest) = head.split_at(if generics == 0 { 0 } else { generics + 1 });
    let end = rest.iter().position(|token| is(token, "where")).unwrap_or(rest.len());
    let rest = rest.get(..end)?;
    // `for<'a>` begins a type; `for Type` ends the trait.
    let split = rest.iter().enumerate().rposition(|(index, token)| {
        let next = rest.get(index + 1);
        let lifetimes = matches!(next, Some(TokenTree::Punct(open)) if open.as_char() == '<');
        is(token, "for") && !lifetimes
    });
    let (of_trait, kind) = match split {
        Some(split) => (rest.get(..split), rest.get(split + 1..)?),
        None => (None, rest),
    };
    let name = type_name(kind)?;
    let parameter = generics.iter().any(|token| is(token, &name));
    match of_trait.and_then(type_name) {
        Some(of_trait) if parameter => Some(of_trait),
        _ => Some(name),
    }
}

/// `Orders` for `&'a mut crate::shop::Orders<T>`; what has no name is called as it is written,
/// without references.
fn type_name(kind: &[TokenTree]) -> Option<String> {
    let mut last = None;
    let mut tokens = kind.iter();
    let mut rest = tokens.clone();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word == "mut" || word == "dyn" || word == "const" => {}
            TokenTree::Ident(word) if word == "for" || word == "fn" => break,
            TokenTree::Ident(word) => last = Some(word.to_string()),
            TokenTree::Punct(punct) => match punct.as_char() {
                '\'' => {
                    tokens.next();
                    rest = tokens.clone();
                }
                '&' => rest = tokens.clone(),
                '*' | ':' | '!' => {}
                _ => break,
            },
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                last = type_name(&inside).or(last);
            }
            _ => break,
        }
    }
    let written = || rest.cloned().collect::<TokenStream>().to_string();
    let name = last.unwrap_or_else(written);
    Some(name.trim_start_matches("r#").to_owned()).filter(|name| !name.is_empty())
}
