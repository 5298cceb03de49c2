//! The copy of a type that reads: serde's derive makes values of the type itself with it (`remote`), and
//! its errors are replaced by constant ones. `serial` decides whether there is one.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::{Attribute, DeriveInput, GenericParam, Lifetime, LitStr, Path, Token, Type, parse_quote};

use super::decision::is_phantom;
use super::serial::{each_attributes, each_field};
use crate::paths::Private;

/// What is made of `#[derive(Deserialize)]`.
pub(super) struct Reader {
    pub(super) item: DeriveInput,
    pub(super) derive: Path,
}

impl Reader {
    pub(super) fn tokens(&self, p: &Private) -> TokenStream {
        let here = Span::mixed_site();
        let Reader { item, derive } = self;
        let name = &item.ident;
        let reader = format_ident!("__Reader", span = here);
        let mut copy = item.clone();
        copy.ident = reader.clone();
        let whole = takes_the_rest_from_a_default(&mut copy.attrs);
        let remote = name.to_string();
        let mut renamed = false;
        each_key(&item.attrs, |key, _| renamed |= key == "rename");
        let unraw = name.unraw().to_string();
        let rename = (!renamed).then(|| quote_spanned!(here=> , rename = #unraw));

        let mut generics = item.generics.clone();
        let de: Lifetime = Lifetime::new("'__de", here);
        let parameters: Vec<Ident> =
            generics.type_params().map(|parameter| parameter.ident.clone()).collect();
        let lifetimes: Vec<Lifetime> =
            generics.lifetimes().map(|parameter| parameter.lifetime.clone()).collect();
        for parameter in &parameters {
            let [read, made] = asked(item, parameter);
            let clause = generics.make_where_clause();
            if read {
                clause.predicates.push(parse_quote!(#parameter: #p::serde::Deserialize<#de>));
            }
            if made {
                clause.predicates.push(parse_quote!(#parameter: #p::core::default::Default));
            }
        }
        let (_, types, _) = item.generics.split_for_impl();
        let turbofish = types.as_turbofish();
        if whole && !item.generics.params.is_empty() {
            let made = quote_spanned!(here=> #name #types: #p::core::default::Default);
            for generics in [&mut generics, &mut copy.generics] {
                generics.make_where_clause().predicates.push(parse_quote!(#made));
            }
        }
        generics.params.insert(0, GenericParam::Lifetime(parse_quote!(#de #(: #lifetimes)+*)));
        if lifetimes.is_empty() {
            generics.params[0] = parse_quote!(#de);
        }
        let (impls, _, bounds) = generics.split_for_impl();
        let names = said(item);
        quote_spanned!(here=>
            const _: () = {
                #[derive(#derive)]
                #[serde(remote = #remote #rename)]
                #[allow(dead_code)]
                #copy

                #[automatically_derived]
                impl #impls #p::serde::Deserialize<#de> for #name #types #bounds {
                    fn deserialize<__D: #p::serde::Deserializer<#de>>(
                        __deserializer: __D,
                    ) -> #p::core::result::Result<Self, __D::Error> {
                        #p::core::result::Result::map_err(
                            #reader #turbofish::deserialize(__deserializer),
                            |__error| #p::serial::quiet(__error, &[#(#names),*]),
                        )
                    }
                }
            };
        )
    }
}

/// The names that an error of serde's may speak of: those of the fields, and what is written in
/// attributes, which is the names that they are read by, and that of a tag.
fn said(item: &DeriveInput) -> Vec<String> {
    let mut names = Vec::new();
    let of_serde = |attributes: &[Attribute], names: &mut Vec<String>| {
        for attribute in attributes.iter().filter(|one| one.path().is_ident("serde")) {
            texts(attribute.meta.to_token_stream(), names);
        }
    };
    of_serde(&item.attrs, &mut names);
    each_field(&mut item.clone(), |field| {
        names.extend(field.ident.as_ref().map(|name| name.unraw().to_string()));
        of_serde(&field.attrs, &mut names);
    });
    names
}

/// The literal texts among tokens.
fn texts(tokens: TokenStream, found: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => texts(group.stream(), found),
            TokenTree::Literal(literal) => {
                found.extend(syn::parse_str::<LitStr>(&literal.to_string()).map(|it| it.value()));
            }
            _ => {}
        }
    }
}

/// The type without anything but its fields and what serde says of them.
pub(super) fn reader(input: &DeriveInput) -> DeriveInput {
    let mut copy = input.clone();
    copy.vis = syn::Visibility::Inherited;
    each_attributes(&mut copy, |attributes| {
        attributes.retain(|attribute| {
            ["serde", "cfg"].iter().any(|kept| attribute.path().is_ident(kept))
        });
    });
    let (name, (_, types, _)) = (&input.ident, input.generics.split_for_impl());
    let own = quote!(#name #types);
    each_field(&mut copy, |field| {
        let kind = without_self(field.ty.to_token_stream(), &own);
        // It was a type, and another stands in its place.
        if let Ok(kind) = syn::parse2::<Type>(kind) {
            field.ty = kind;
        }
    });
    copy
}

/// `Self` in the copy would be the copy.
fn without_self(tokens: TokenStream, own: &TokenStream) -> TokenStream {
    let replaced = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(word) if word == "Self" => own.clone(),
        TokenTree::Group(group) => {
            let mut inside = Group::new(group.delimiter(), without_self(group.stream(), own));
            inside.set_span(group.span());
            TokenTree::from(inside).into()
        }
        other => other.into(),
    });
    replaced.collect()
}

/// `#[serde(default)]` on a type means a default of that very type, which the copy has not: it is
/// written as the path of a function, of which serde asks for the type that is read. True if it
/// stood there.
fn takes_the_rest_from_a_default(attributes: &mut [Attribute]) -> bool {
    let mut found = false;
    for attribute in attributes.iter_mut().filter(|one| one.path().is_ident("serde")) {
        let Ok(list) = attribute.meta.require_list() else { continue };
        let items = commas(list.tokens.clone()).into_iter().map(|item| {
            match item.to_string() == "default" {
                true => {
                    found = true;
                    quote!(default = "::core::default::Default::default")
                }
                false => item,
            }
        });
        *attribute = parse_quote!(#[serde(#(#items),*)]);
    }
    found
}

/// What stands between commas.
fn commas(tokens: TokenStream) -> Vec<TokenStream> {
    let mut items = vec![TokenStream::new()];
    for token in tokens {
        match (&token, items.last_mut()) {
            (TokenTree::Punct(comma), _) if comma.as_char() == ',' => {
                items.push(TokenStream::new());
            }
            (_, Some(item)) => item.extend([token]),
            (_, None) => {}
        }
    }
    items.retain(|item| !item.is_empty());
    items
}

/// What serde's derive asks of a parameter: that it can be read, and that it has a default.
fn asked(item: &DeriveInput, parameter: &Ident) -> [bool; 2] {
    let mut asked = [false; 2];
    each_field(&mut item.clone(), |field| {
        if is_phantom(&field.ty) || !mentions(field.ty.to_token_stream(), parameter) {
            return;
        }
        let (mut read, mut made) = (true, false);
        each_key(&field.attrs, |key, has_value| match key {
            "skip" | "skip_deserializing" => (read, made) = (false, true),
            "default" => made = !has_value,
            "with" | "deserialize_with" => read = false,
            _ => {}
        });
        asked = [asked[0] || read, asked[1] || made];
    });
    asked
}

/// Shows the keys in `#[serde(..)]`, and whether they have a value.
fn each_key(attributes: &[Attribute], mut see: impl FnMut(&str, bool)) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // What is wrong with it, serde itself will say.
        let _ = attribute.parse_nested_meta(|meta| {
            let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            see(&key, !meta.input.is_empty() && !meta.input.peek(Token![,]));
            while !meta.input.is_empty() && !meta.input.peek(Token![,]) {
                meta.input.parse::<TokenTree>()?;
            }
            Ok(())
        });
    }
}

fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == *name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}
