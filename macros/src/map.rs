//! What a mark leaves for the data map: a text in a section of its own, which says what leaves.
//!
//! Read from the program, or from its file, by the runtime's `map`. The text is put together by
//! `concat!`, so that the compiler has no work with each of its bytes. A mark without fields leaves
//! none. Called by `site`, `metric` and `redact`; decides nothing.
//!
//! ```text
//! U+001E {"function":"place","module":"shop::orders","line":12,"fields":[..]} U+001F src/orders.rs LF
//! ```
//!
//! Behind the line feed stand the classes that only the compiler knows, 24 bytes each; a field says
//! which is its own by a number. The name of the file comes last because it can't be escaped here.

use std::fmt::Write as _;

use proc_macro2::{Delimiter, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{Attribute, Path, Type};

use crate::paths::Private;
use crate::site::section;

/// One thing that leaves. What is empty is not written.
#[derive(Clone, Default)]
pub(crate) struct Field {
    /// The key that it goes by; for a type's field its name.
    pub(crate) key: String,
    /// The type, as [`spelled`] gives it; of the parameter, where a path leads from one.
    pub(crate) kind: String,
    /// The way from the parameter to the value: `address.city`.
    pub(crate) path: String,
    /// The strategy, or `shown`, `public`, `allowed`, `closed`, `open(500)`.
    pub(crate) how: String,
    /// The class, where the mark says it.
    pub(crate) class: String,
    /// The class, where only the compiler knows it: [`of_type`], or [`of_constant`].
    pub(crate) of: Option<TokenStream>,
    /// Why it may be seen.
    pub(crate) reason: String,
    /// A `#[cfg(..)]` that the field is under.
    pub(crate) cfg: Vec<TokenStream>,
}

/// What a record is about, beside its fields.
pub(crate) struct Subject<'a> {
    /// `function`, `metric`, `type`, `error` or `event`.
    pub(crate) kind: &'static str,
    pub(crate) name: &'a str,
    /// Further members, such as `class`; empty texts are left out.
    pub(crate) more: Vec<(&'static str, String)>,
    /// The class, where only the compiler knows it.
    pub(crate) of: Option<TokenStream>,
}

/// The fields of a marked function; nothing where there are none.
pub(crate) fn of_function(p: &Private, name: &str, fields: &[Field]) -> Option<TokenStream> {
    plain(p, "function", name, fields)
}

/// The labels of a metric; nothing where there are none.
pub(crate) fn of_metric(p: &Private, name: &str, labels: &[Field]) -> Option<TokenStream> {
    plain(p, "metric", name, labels)
}

fn plain(p: &Private, kind: &'static str, name: &str, fields: &[Field]) -> Option<TokenStream> {
    let subject = Subject { kind, name, more: Vec::new(), of: None };
    (!fields.is_empty()).then(|| record(p, &subject, fields))
}

/// The statements that write records. Must stand in a block of its own, or in `const _: () = {}`.
///
/// What is under a `#[cfg(..)]` gets a record of its own: `concat!` takes no attributes.
pub(crate) fn record(p: &Private, subject: &Subject<'_>, fields: &[Field]) -> TokenStream {
    let (conditional, always): (Vec<&Field>, Vec<&Field>) =
        fields.iter().partition(|field| !field.cfg.is_empty());
    let mut tokens = one(p, subject, &always);
    for field in conditional {
        let here = Span::mixed_site();
        let (cfg, record) = (&field.cfg, one(p, subject, &[field]));
        tokens.extend(quote_spanned!(here=> #(#cfg)* const _: () = { #record };));
    }
    tokens
}

fn one(p: &Private, subject: &Subject<'_>, fields: &[&Field]) -> TokenStream {
    let here = Span::mixed_site();
    let mut classes: Vec<&TokenStream> = Vec::new();
    let mut head = format!("\u{1e}{{\"{}\":{}", subject.kind, text(subject.name));
    for (key, value) in subject.more.iter().filter(|(_, value)| !value.is_empty()) {
        member(&mut head, key, value);
    }
    known(&mut head, subject.of.as_ref(), &mut classes);
    head.push_str(",\"module\":\"");
    let mut tail = String::from(",\"fields\":[");
    for (at, field) in fields.iter().enumerate() {
        tail.push_str(if at == 0 { "{\"key\":" } else { ",{\"key\":" });
        tail.push_str(&text(&field.key));
        let Field { kind, path, how, class, reason, .. } = field;
        let members =
            [("type", kind), ("path", path), ("how", how), ("class", class), ("reason", reason)];
        for (key, value) in members.into_iter().filter(|(_, value)| !value.is_empty()) {
            member(&mut tail, key, value);
        }
        known(&mut tail, field.of.as_ref(), &mut classes);
        tail.push('}');
    }
    tail.push_str("]}\u{1f}");
    let section = section("plimsoll_map", "plimsoll_map", ".plimd$b");
    let bytes = quote_spanned!(here=> #p::core::primitive::u8);
    let said = quote_spanned!(here=>
        const __TEXT: &#p::core::primitive::str = #p::concat!(
            #head, #p::module_path!(), "\",\"line\":", #p::line!(), #tail, #p::file!(), "\n"
        );
        #section
    );
    if classes.is_empty() {
        return quote_spanned!(here=>
            #said
            static __MAP: [#bytes; __TEXT.len()] = #p::text(__TEXT);
        );
    }
    let count = Literal::usize_unsuffixed(classes.len());
    quote_spanned!(here=>
        #said
        static __MAP: #p::Mapped<{ __TEXT.len() }, #count> = {
            use #p::ByType as _;
            #p::mapped(__TEXT, [#(#classes),*])
        };
    )
}

fn member(out: &mut String, key: &str, value: &str) {
    // Writing to a String cannot fail.
    let _ = write!(out, ",\"{key}\":{}", text(value));
}

fn known<'a>(out: &mut String, of: Option<&'a TokenStream>, classes: &mut Vec<&'a TokenStream>) {
    if let Some(of) = of {
        let _ = write!(out, ",\"of\":{}", classes.len());
        classes.push(of);
    }
}

/// A text of JSON, quotes included.
fn text(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if control.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// Types that are longer are cut: nobody reads on.
const LONGEST: usize = 120;

/// A type as people write it.
pub(crate) fn spelled(kind: &impl ToTokens) -> String {
    let mut out = String::new();
    spell(kind.to_token_stream(), &mut out);
    if let Some((at, _)) = out.char_indices().nth(LONGEST) {
        out.truncate(at);
        out.push_str("..");
    }
    out
}

fn spell(tokens: TokenStream, out: &mut String) {
    let is_word = |out: &str| out.ends_with(|last: char| last.is_alphanumeric() || last == '_');
    let mut after_tick = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                out.push_str(open);
                spell(group.stream(), out);
                out.push_str(close);
            }
            TokenTree::Punct(punct) => match punct.as_char() {
                '\'' if is_word(out) => out.push_str(" '"),
                ',' => out.push_str(", "),
                ';' => out.push_str("; "),
                '+' => out.push_str(" + "),
                char => out.push(char),
            },
            word => {
                if is_word(out) && !after_tick {
                    out.push(' ');
                }
                out.push_str(&word.to_string());
                after_tick = false;
                continue;
            }
        }
        after_tick = out.ends_with('\'');
    }
}

/// The class of a type, which the compiler knows; nothing where a static beside the item can't name
/// the type, or where everybody knows its class.
pub(crate) fn of_type(p: &Private, kind: &Type, generics: &[&Ident]) -> Option<TokenStream> {
    let is_plain = matches!(kind, Type::Path(path) if path.path.get_ident().is_some_and(is_number));
    let named = nameable(kind.to_token_stream(), generics).filter(|_| !is_plain)?;
    Some(quote_spanned!(Span::mixed_site()=> <#p::Of<#named>>::CLASS))
}

/// The class that is a constant of the program's own; nothing where it can't be named.
pub(crate) fn of_constant(p: &Private, class: &Path, generics: &[&Ident]) -> Option<TokenStream> {
    let named = nameable(class.to_token_stream(), generics)?;
    Some(quote_spanned!(Span::mixed_site()=> #p::padded(#named)))
}

/// For what names the types of an item's fields again: what its `#[allow(..)]` and `#[expect(..)]` hold, as the first.
pub(crate) fn allows(attributes: &[Attribute]) -> Vec<TokenStream> {
    let lists = attributes.iter().filter_map(|attribute| attribute.meta.require_list().ok());
    let lists = lists.filter(|list| list.path.is_ident("allow") || list.path.is_ident("expect"));
    lists.map(|list| list.tokens.clone()).collect()
}

/// The reader of a map knows these, too.
fn is_number(name: &Ident) -> bool {
    #[rustfmt::skip]
    const NUMBERS: [&str; 15] = [
        "bool", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
        "isize", "f32", "f64",
    ];
    NUMBERS.iter().any(|number| name == number)
}

/// The tokens, if they mean the same in a static beside the item, and naming them can't be wrong: no
/// lifetime, no generic of the item's, nothing that only its place gives a meaning to.
fn nameable(tokens: TokenStream, generics: &[&Ident]) -> Option<TokenStream> {
    let mut left: Vec<TokenTree> = tokens.clone().into_iter().collect();
    while let Some(token) = left.pop() {
        match token {
            TokenTree::Group(group) => left.extend(group.stream()),
            TokenTree::Punct(punct) if matches!(punct.as_char(), '\'' | '!' | '$') => return None,
            TokenTree::Ident(word) => {
                let text = word.to_string();
                let has_no_name = matches!(text.as_str(), "Self" | "impl" | "dyn" | "_" | "$crate");
                if has_no_name || generics.contains(&&word) {
                    return None;
                }
            }
            _ => {}
        }
    }
    Some(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> TokenStream {
        text.parse().expect(text)
    }

    #[test]
    fn types_are_spelled_as_people_write_them() {
        for kind in [
            "&Order",
            "&mut Vec<Option<u8>>",
            "&'a str",
            "[u8; 4]",
            "(u8, String)",
            "Box<dyn Fn(u8)->T + Send>",
            "&'a mut Map<'_, m::K>",
            "impl Into<String>",
            "*const u8",
        ] {
            assert_eq!(spelled(&tokens(kind)), kind);
        }
        assert!(spelled(&tokens(&"A<".repeat(200).replace("A<", "A::"))).chars().count() < 130);
    }

    #[test]
    fn only_what_has_a_name_everywhere_is_named() {
        let generic = Ident::new("T", Span::call_site());
        for (kind, is_nameable) in [
            ("m::Order", true),
            ("Option<Vec<u8>>", true),
            ("[u8; 4]", true),
            ("T", false),
            ("Vec<T>", false),
            ("&'a str", false),
            ("Ref<'_>", false),
            ("Self", false),
            ("impl Into<u8>", false),
            ("Box<dyn Any>", false),
            ("kind!(u8)", false),
            ("(u8, [T; 2])", false),
        ] {
            assert_eq!(nameable(tokens(kind), &[&generic]).is_some(), is_nameable, "{kind}");
        }
    }

    #[test]
    fn texts_are_json() {
        assert_eq!(text("a\"b\\c\n\u{1e}"), r#""a\"b\\c\u000a\u001e""#);
    }
}
