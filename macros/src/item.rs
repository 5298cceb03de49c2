//! The item that bears a mark, taken apart only as far as a mark must see.
//!
//! Attributes, head and body are kept as the tokens that they were, so that what comes out is what
//! went in, and so that a body which is half written still expands. Only a function's signature is
//! parsed. Decides nothing about marks.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{FnArg, Pat, Signature, Token, Type, Visibility};

use crate::siblings::{Attribute, Mark};

/// Any item: its attributes, and what follows them.
pub(crate) struct Item {
    /// The outer attributes, doc comments included.
    pub(crate) attributes: Vec<Attribute>,
    /// Everything behind them.
    pub(crate) rest: Vec<TokenTree>,
}

impl Item {
    /// Takes the attributes off; cannot fail.
    pub(crate) fn new(tokens: TokenStream) -> Item {
        let mut tokens = ungrouped(tokens).into_iter().peekable();
        let attributes = Attribute::take(&mut tokens);
        Item {
            attributes,
            rest: tokens.collect(),
        }
    }

    /// Takes the attributes of this name out.
    pub(crate) fn absorb(&mut self, name: &str) -> Vec<Mark> {
        let all = std::mem::take(&mut self.attributes).into_iter();
        let (ours, theirs): (Vec<_>, Vec<_>) = all.partition(|attribute| attribute.is(name));
        self.attributes = theirs;
        ours.iter().map(Attribute::mark).collect()
    }

    /// The keyword that says what it is: `fn`, `struct`, `impl`, `static`, ...
    pub(crate) fn keyword(&self) -> Option<&Ident> {
        const QUALIFIERS: [&str; 6] = ["pub", "default", "async", "unsafe", "safe", "extern"];
        let is_qualifier = |word: &&Ident| QUALIFIERS.iter().any(|qualifier| *word == qualifier);
        let mut words = self.words().skip_while(is_qualifier);
        let first = words.next()?;
        // `const fn` is a function, `const X` is not.
        let after = words
            .find(|word| !is_qualifier(word))
            .filter(|after| *after == "fn");
        if first == "const" {
            after.or(Some(first))
        } else {
            Some(first)
        }
    }

    /// The name behind the keyword; an `impl` has none.
    pub(crate) fn name(&self) -> String {
        let Some(keyword) = self.keyword().filter(|keyword| *keyword != "impl") else {
            return String::new();
        };
        let mut words = self.words().skip_while(|word| *word != keyword).skip(1);
        words
            .find(|word| *word != "mut")
            .map(|name| name.unraw().to_string())
            .unwrap_or_default()
    }

    fn words(&self) -> impl Iterator<Item = &Ident> {
        self.rest.iter().filter_map(|token| match token {
            TokenTree::Ident(word) => Some(word),
            _ => None,
        })
    }
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.attributes
            .iter()
            .for_each(|attribute| attribute.to_tokens(tokens));
        tokens.extend(self.rest.iter().cloned());
    }
}

/// Without the invisible brackets that a `macro_rules!` puts around a fragment.
fn ungrouped(tokens: TokenStream) -> TokenStream {
    let mut copy = tokens.clone().into_iter();
    match (copy.next(), copy.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::None => {
            ungrouped(group.stream())
        }
        _ => tokens,
    }
}

/// A function or method: head as tokens and parsed, body unread.
pub(crate) struct Function {
    /// Visibility, qualifiers, name, generics, arguments, return type and bounds, as written.
    pub(crate) head: TokenStream,
    /// The same, parsed.
    pub(crate) signature: Signature,
    /// The braces; none for a declaration in a trait or an `extern` block.
    pub(crate) body: Option<Group>,
}

impl Function {
    /// Parses the signature of an item whose keyword is `fn`.
    pub(crate) fn new(item: &Item) -> syn::Result<Function> {
        let mut rest = item.rest.clone();
        let body = match rest.pop() {
            Some(TokenTree::Group(group)) => braces(group),
            _ => None,
        };
        let head: TokenStream = rest.into_iter().collect();
        let signature = (|input: ParseStream<'_>| {
            input.parse::<Visibility>()?;
            if input.peek(syn::Ident) {
                input.parse::<Ident>()?; // `default`
            }
            input.parse::<Signature>()
        })
        .parse2(head.clone())?;
        Ok(Function {
            head,
            signature,
            body,
        })
    }

    /// The name, without `r#`.
    pub(crate) fn name(&self) -> String {
        self.signature.ident.unraw().to_string()
    }

    /// The names that the arguments bind, each with its type where the type is spelled.
    pub(crate) fn parameters(&self) -> Vec<Parameter<'_>> {
        let mut parameters = Vec::new();
        for argument in &self.signature.inputs {
            match argument {
                FnArg::Receiver(receiver) => {
                    parameters.push(Parameter {
                        name: Ident::from(receiver.self_token),
                        kind: None,
                    });
                }
                FnArg::Typed(argument) => match &*argument.pat {
                    Pat::Ident(binding) if binding.subpat.is_none() => {
                        let kind = Some(&*argument.ty);
                        parameters.push(Parameter {
                            name: binding.ident.clone(),
                            kind,
                        });
                    }
                    pattern => bindings(pattern, &mut parameters),
                },
            }
        }
        parameters
    }
}

/// A name that an argument binds.
pub(crate) struct Parameter<'a> {
    /// The name, as written.
    pub(crate) name: Ident,
    /// The type; none for `self` and for names inside patterns.
    pub(crate) kind: Option<&'a Type>,
}

fn bindings(pattern: &Pat, found: &mut Vec<Parameter<'_>>) {
    match pattern {
        Pat::Ident(binding) => {
            found.push(Parameter {
                name: binding.ident.clone(),
                kind: None,
            });
            if let Some((_, inner)) = &binding.subpat {
                bindings(inner, found);
            }
        }
        Pat::Tuple(tuple) => tuple.elems.iter().for_each(|inner| bindings(inner, found)),
        Pat::TupleStruct(tuple) => tuple.elems.iter().for_each(|inner| bindings(inner, found)),
        Pat::Slice(slice) => slice.elems.iter().for_each(|inner| bindings(inner, found)),
        Pat::Struct(record) => {
            record
                .fields
                .iter()
                .for_each(|field| bindings(&field.pat, found));
        }
        Pat::Reference(reference) => bindings(&reference.pat, found),
        Pat::Paren(paren) => bindings(&paren.pat, found),
        Pat::Type(typed) => bindings(&typed.pat, found),
        _ => {}
    }
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

/// A `static` without a value, as metrics of one's own are declared.
pub(crate) struct Static {
    /// Everything up to and with the type, as written.
    pub(crate) head: TokenStream,
    /// The type, which stays what the user wrote.
    pub(crate) kind: Type,
    /// `mut`, which it may not have.
    pub(crate) mutable: Option<Token![mut]>,
    /// The `=` of a value, which it may not have.
    pub(crate) equals: Option<Token![=]>,
}

impl Static {
    /// Parses an item whose keyword is `static`.
    pub(crate) fn new(item: &Item) -> syn::Result<Static> {
        let is_end = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';' || punct.as_char() == '=');
        let head: TokenStream = item
            .rest
            .iter()
            .take_while(|token| !is_end(token))
            .cloned()
            .collect();
        let parse = |input: ParseStream<'_>| {
            input.parse::<Visibility>()?;
            input.parse::<Token![static]>()?;
            let mutable = input.parse()?;
            input.call(Ident::parse_any)?;
            input.parse::<Token![:]>()?;
            let kind = input.parse()?;
            let equals = input.parse()?;
            input.parse::<TokenStream>()?;
            Ok(Static {
                head,
                kind,
                mutable,
                equals,
            })
        };
        parse.parse2(item.rest.iter().cloned().collect())
    }
}
