//! The arguments of a function, as far as marks look at them.
//!
//! `parameters` is asked when a mark names some; `owned` for each function whose body moves, so it
//! parses only what is no plain name.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{FieldPat, FnArg, Pat, PatIdent, Type};

use crate::angles::Angles;
use crate::args;
use crate::siblings::Attribute;

/// A name that an argument binds.
pub(crate) struct Parameter {
    /// The name, as written.
    pub(crate) name: Ident,
    /// The type; none for `self` and for names inside patterns.
    pub(crate) kind: Option<Type>,
}

/// A name that owns what it binds.
pub(crate) struct Owned {
    /// The name, as written.
    pub(crate) name: Ident,
    /// It may be assigned to.
    pub(crate) mutable: bool,
}

/// The names that the arguments bind, each with its type where the type is spelled. Of one that is
/// half typed, the name: others must not be missed for its sake.
pub(crate) fn parameters(inputs: TokenStream) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    let all = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let name = input.fork().call(Ident::parse_any);
            match (input.parse::<FnArg>(), name) {
                (Ok(argument), _) => bound(argument, &mut parameters),
                (Err(_), Ok(name)) => parameters.push(Parameter { name, kind: None }),
                (Err(_), Err(_)) => {}
            }
            args::skip(input)?;
        }
        Ok(())
    };
    // It reads whatever stands there.
    let _ = all.parse2(inputs);
    parameters
}

fn bound(argument: FnArg, found: &mut Vec<Parameter>) {
    match argument {
        FnArg::Receiver(receiver) => {
            found.push(Parameter { name: receiver.self_token.into(), kind: None });
        }
        FnArg::Typed(argument) => match *argument.pat {
            Pat::Ident(binding) if binding.subpat.is_none() => {
                found.push(Parameter { name: binding.ident, kind: Some(*argument.ty) });
            }
            pattern => {
                let mut bound = Vec::new();
                bindings(&pattern, &|_| true, &mut bound);
                let names = bound.into_iter().map(|binding| binding.ident.clone());
                found.extend(names.map(|name| Parameter { name, kind: None }));
            }
        },
    }
}

/// The names that own what they bind, as far as the spelling of the types tells; in the order in
/// which the function drops them.
pub(crate) fn owned(inputs: TokenStream) -> Vec<Owned> {
    let mut owned = Vec::new();
    for argument in arguments(inputs) {
        let colon = (0..argument.len()).find(|&at| is_single_colon(&argument, at));
        let (pattern, kind) = argument.split_at(colon.unwrap_or(argument.len()));
        // Without a colon it is a receiver, or a type: before 2018 a trait need not name arguments.
        let is_type = colon.is_none() && !is_receiver(pattern);
        if !is_type && !has_no_drop(kind.get(1..).unwrap_or_default()) {
            owned_names(pattern, &mut owned);
        }
    }
    owned.reverse();
    owned
}

/// The arguments that are there for sure, without their attributes.
fn arguments(inputs: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut inputs = inputs.into_iter().peekable();
    let mut arguments = Vec::new();
    while inputs.peek().is_some() {
        let conditional = Attribute::take(&mut inputs).iter().any(Attribute::is_cfg);
        let mut argument = Vec::new();
        let mut angles = Angles::default();
        for token in inputs.by_ref() {
            if !angles.pass(&token) && is_punct(&token, ',') {
                break;
            }
            argument.push(token);
        }
        if !conditional {
            arguments.push(argument);
        }
    }
    arguments
}

fn is_receiver(argument: &[TokenTree]) -> bool {
    matches!(argument.last(), Some(TokenTree::Ident(word)) if word == "self")
}

/// A colon that stands between a pattern and its type, not one of `::`.
fn is_single_colon(tokens: &[TokenTree], at: usize) -> bool {
    let is_colon = |at: usize| tokens.get(at).is_some_and(|token| is_punct(token, ':'));
    is_colon(at) && !is_colon(at + 1) && !(at > 0 && is_colon(at - 1))
}

/// Values of the type need no drop: it is a reference, a pointer, or a number.
fn has_no_drop(kind: &[TokenTree]) -> bool {
    #[rustfmt::skip]
    const COPIED: [&str; 16] = [
        "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64",
        "i128", "isize", "f32", "f64",
    ];
    match kind {
        [TokenTree::Punct(punct), ..] => matches!(punct.as_char(), '&' | '*'),
        [TokenTree::Ident(word)] => COPIED.iter().any(|copied| word == copied),
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::None => {
            has_no_drop(&group.stream().into_iter().collect::<Vec<_>>())
        }
        _ => false,
    }
}

fn owned_names(pattern: &[TokenTree], owned: &mut Vec<Owned>) {
    match pattern {
        // What most arguments are, without parsing.
        [TokenTree::Ident(name)] if name != "_" => {
            owned.push(Owned { name: name.clone(), mutable: false });
        }
        [TokenTree::Ident(word), TokenTree::Ident(name)] if word == "mut" => {
            owned.push(Owned { name: name.clone(), mutable: true });
        }
        // `_`, and `&self`.
        [TokenTree::Ident(_)] | [TokenTree::Punct(_), ..] => {}
        pattern => {
            let parsed = Pat::parse_single.parse2(pattern.iter().cloned().collect());
            let mut found = Vec::new();
            // A field that may not be there must not be named.
            let there = |field: &FieldPat| !field.attrs.iter().any(is_cfg);
            parsed.iter().for_each(|pattern| bindings(pattern, &there, &mut found));
            owned.extend(found.into_iter().filter(|found| found.by_ref.is_none()).map(|found| {
                Owned { name: found.ident.clone(), mutable: found.mutability.is_some() }
            }));
        }
    }
}

/// The names that a pattern binds, but for the fields that are not `wanted`.
fn bindings<'a>(
    pattern: &'a Pat,
    wanted: &dyn Fn(&FieldPat) -> bool,
    found: &mut Vec<&'a PatIdent>,
) {
    let mut inside = |pattern: &'a Pat| bindings(pattern, wanted, found);
    match pattern {
        Pat::Ident(binding) => {
            found.push(binding);
            if let Some((_, inner)) = &binding.subpat {
                bindings(inner, wanted, found);
            }
        }
        Pat::Tuple(tuple) => tuple.elems.iter().for_each(inside),
        Pat::TupleStruct(tuple) => tuple.elems.iter().for_each(inside),
        Pat::Slice(slice) => slice.elems.iter().for_each(inside),
        Pat::Struct(record) => {
            let fields = record.fields.iter().filter(|field| wanted(field));
            fields.for_each(|field| inside(&field.pat));
        }
        Pat::Reference(reference) => inside(&reference.pat),
        Pat::Paren(paren) => inside(&paren.pat),
        Pat::Type(typed) => inside(&typed.pat),
        _ => {}
    }
}

fn is_cfg(attribute: &syn::Attribute) -> bool {
    ["cfg", "cfg_attr"].iter().any(|name| attribute.path().is_ident(name))
}

fn is_punct(token: &TokenTree, char: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == char)
}

#[cfg(test)]
mod tests {
    use super::{owned, parameters};

    fn names(inputs: &str) -> String {
        let parameters = parameters(inputs.parse().expect(inputs)).into_iter();
        parameters.map(|parameter| parameter.name.to_string()).collect()
    }

    #[test]
    fn every_name_that_is_bound_is_a_parameter() {
        let text = "&mut self, #[cfg(x)] a: u8, mut b: u8, (c, [d, ..]): T, S { e, f: (g, _) }: S, \
                    ref h: u8";
        assert_eq!(names(text), "selfabcdegh");
    }

    #[test]
    fn an_argument_that_is_half_typed_hides_no_other() {
        for (inputs, expected) in [
            ("&self, a: u8, b:, c: u8", "selfabc"),
            ("a: , b: Vec<u8>", "ab"),
            ("a: u8, b", "ab"),
            ("a: u8, : u8, c: &", "ac"),
            ("a: u8,,", "a"),
        ] {
            assert_eq!(names(inputs), expected, "{inputs}");
        }
    }

    #[test]
    fn arguments_are_owned_in_the_order_of_their_drops() {
        for (inputs, expected) in [
            ("&mut self, a: A, mut b: B<C, D>, c: &A, d: u8", "b a"),
            ("mut self: Box<Self>, _a: impl Fn(A) -> B, _: A", "_a self"),
            ("#[cfg(x)] a: A, #[expect(x)] b: HashMap<A, B>", "b"),
            ("S { #[cfg(x)] a, #[cfg(x)] b: (c, d), #[expect(x)] e, f }: S", "f e"),
            ("(a, mut b): (A, B), S { c, d: [ref e, _], .. }: S, f @ F(_): m::F", "f c b a"),
            ("a: *const T, b: (A,), mut c: [A; 2],", "c b"),
            ("self, u8, Vec<u8>, b: B", "b self"),
            ("", ""),
        ] {
            let owned = owned(inputs.parse().expect(inputs)).into_iter();
            let names: Vec<String> = owned.map(|owned| owned.name.to_string()).collect();
            assert_eq!(names.join(" "), expected, "{inputs}");
        }
    }
}
