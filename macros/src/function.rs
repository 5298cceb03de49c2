//! A function that bears a mark, taken apart only as far as a mark must see.
//!
//! Head and body are kept as tokens, so that a body which is half written still expands. Nothing is
//! parsed that nobody asks for: every marked function pays for it, each time it is compiled.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::{GenericParam, Generics};

use crate::angles::Angles;
use crate::item::{Item, ungrouped};
use crate::parameters::{self, Owned, Parameter};
use crate::siblings::Attribute;

/// A function or method.
pub(crate) struct Function {
    /// Visibility, qualifiers, name, generics, arguments, return type and bounds, as written.
    pub(crate) head: TokenStream,
    /// `const`, if it is.
    pub(crate) constness: Option<Ident>,
    /// It is an `async fn`.
    pub(crate) is_async: bool,
    /// It is an `unsafe fn`.
    pub(crate) is_unsafe: bool,
    /// It knows the place where it is called, which a closure in it would not.
    pub(crate) tracks_caller: bool,
    /// The name, as written.
    pub(crate) ident: Ident,
    /// The type or trait whose method it is, if it stands in a marked block.
    pub(crate) owner: Option<String>,
    /// The type behind `->`; nothing for `()`.
    pub(crate) output: Vec<TokenTree>,
    /// The braces; none for a declaration in a trait or an `extern` block.
    pub(crate) body: Option<Group>,
    generics: Vec<TokenTree>,
    inputs: Group,
}

impl Function {
    /// Takes an item apart whose keyword is `fn`; `None` for what is no function after all.
    pub(crate) fn new(item: &Item) -> Option<Function> {
        let (last, head) = item.rest.split_last()?;
        let body = match last {
            TokenTree::Group(group) => braces(group.clone()),
            _ => None,
        };
        let mut tokens = head.iter();
        let qualifiers = tokens.by_ref().take_while(|token| !is_word(token, "fn"));
        let qualifiers: Vec<&TokenTree> = qualifiers.collect();
        let constness = qualifiers.iter().find_map(|token| match token {
            TokenTree::Ident(word) if word == "const" => Some(word.clone()),
            _ => None,
        });
        let is_async = qualifiers.iter().any(|token| is_word(token, "async"));
        let is_unsafe = qualifiers.iter().any(|token| is_word(token, "unsafe"));
        let TokenTree::Ident(ident) = tokens.next()? else { return None };
        let mut generics = Vec::new();
        let mut angles = Angles::default();
        let mut open = false;
        let inputs = loop {
            match tokens.next()? {
                TokenTree::Group(group) if !open => break group.clone(),
                token => {
                    open = angles.pass(token);
                    generics.push(token.clone());
                }
            }
        };
        // What is left begins with `->`, or with `where`, or not at all.
        let output = tokens.take_while(|token| !is_word(token, "where")).skip(2);
        Some(Function {
            head: head.iter().cloned().collect(),
            constness,
            is_async,
            is_unsafe,
            tracks_caller: item.attributes.iter().any(Attribute::tracks_caller),
            ident: ident.clone(),
            owner: None,
            output: ungrouped(output.cloned().collect()).into_iter().collect(),
            body,
            generics,
            inputs,
        })
    }

    /// The name, without `r#`.
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// The label `function`: `Type::method`, or the name.
    pub(crate) fn label(&self) -> String {
        match &self.owner {
            Some(owner) => format!("{owner}::{}", self.name()),
            None => self.name(),
        }
    }

    /// What stands between the parentheses.
    pub(crate) fn inputs(&self) -> TokenStream {
        self.inputs.stream()
    }

    /// The names that the arguments bind.
    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        parameters::parameters(self.inputs.stream())
    }

    /// The names that own what they bind, in the order in which the function drops them.
    pub(crate) fn owned(&self) -> Vec<Owned> {
        parameters::owned(self.inputs.stream())
    }

    /// The names of its generic types and constants.
    pub(crate) fn generics(&self) -> Vec<Ident> {
        let generics: TokenStream = self.generics.iter().cloned().collect();
        let generics: Generics = syn::parse2(generics).unwrap_or_default();
        let names = generics.params.into_iter().filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(parameter.ident),
            GenericParam::Const(parameter) => Some(parameter.ident),
            GenericParam::Lifetime(_) => None,
        });
        names.collect()
    }
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

/// The braces, also when a `macro_rules!` handed them over in invisible brackets.
fn braces(group: Group) -> Option<Group> {
    match group.delimiter() {
        Delimiter::Brace => Some(group),
        Delimiter::None => {
            let mut inside = group.stream().into_iter();
            match (inside.next(), inside.next()) {
                (Some(TokenTree::Group(group)), None) => braces(group),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Function;
    use crate::item::Item;

    fn function(text: &str) -> Function {
        let item = Item::new(text.parse().expect(text));
        Function::new(&item).expect(text)
    }

    fn output(text: &str) -> String {
        function(text).output.into_iter().map(|token| token.to_string() + " ").collect()
    }

    #[test]
    fn heads_are_read_without_being_parsed() {
        for (head, returned) in [
            ("fn f()", ""),
            ("pub(crate) unsafe extern \"C\" fn f() -> u8", "u8 "),
            ("fn f<F: Fn(u8) -> Vec<u8>>(f: F) -> F where F: Clone", "F "),
            ("fn f<const N: usize>() -> [u8; N] where [(); { N }]: Sized", "[u8 ; N] "),
            ("fn f() -> impl Fn(u8) -> u8 where", "impl Fn (u8) - > u8 "),
            ("default fn f(self: Box<Self>) where Self: Sized", ""),
        ] {
            assert_eq!(output(&format!("{head} {{}}")), returned, "{head}");
            assert_eq!(output(&format!("{head};")), returned, "{head}");
        }
    }

    #[test]
    fn what_is_no_function_is_not_read_as_one() {
        for text in ["fn", "fn f", "fn f<", "struct F;"] {
            assert!(Function::new(&Item::new(text.parse().expect(text))).is_none(), "{text}");
        }
    }
}
