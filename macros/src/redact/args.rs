//! What was written in `#[redact(..)]` on a type, its variants and its fields; the marks are taken
//! off.
//!
//! Taken off, because the compiler knows no attribute `redact` on fields. What is read goes to
//! `plan` beside the type.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Attribute, Data, DeriveInput, Field, Ident, LitStr, Meta, Path, Variant};

use super::class::Class;
use super::field::Written;
use super::serial::Form;
use crate::args::{self, Slot};
use crate::diagnostics::Diagnostics;

/// What a type takes.
const KEYS: [&str; 5] = ["class", "display", "serialize", "deserialize", "crate"];

/// The arguments of all `#[redact]` of a type.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) krate: Slot<Path>,
    pub(crate) class: Slot<Class>,
    pub(crate) display: Slot<LitStr>,
    pub(crate) serialize: Slot<Form>,
    pub(crate) deserialize: Slot<Form>,
    /// Something was said about `serialize` and `deserialize`, if only by a mistake.
    pub(crate) said: [bool; 2],
    /// For each variant its template.
    pub(crate) displays: Vec<Slot<LitStr>>,
    /// For each field, variant by variant, what was written on it.
    pub(crate) fields: Vec<Written>,
}

impl Args {
    /// Reads the container's arguments, and takes the attributes off the fields.
    pub(crate) fn take(
        container: TokenStream,
        input: &mut DeriveInput,
        diagnostics: &mut Diagnostics,
    ) -> Args {
        let mut read = Args::default();
        args::read(container, &KEYS, diagnostics, |key, input, diagnostics| {
            match key.to_string().as_str() {
                "crate" => {
                    read.krate.set(key, args::value(key, input, "::plimsoll")?, diagnostics);
                }
                "class" => read.class.set(key, Class::read(key, input)?, diagnostics),
                "display" => {
                    let template = args::text(key, input, "\"order {id}\"")?;
                    read.display.set(key, template, diagnostics);
                }
                "serialize" => {
                    read.said[0] = true;
                    read.serialize.set(key, Form::read(key, input)?, diagnostics);
                }
                "deserialize" => {
                    read.said[1] = true;
                    read.deserialize.set(key, Form::read(key, input)?, diagnostics);
                }
                word => return Err(unknown(key, word)),
            }
            Ok(true)
        });
        for doubled in ours(&mut input.attrs) {
            diagnostics.error(doubled.path(), "the mark stands here twice; keep one");
        }
        match &mut input.data {
            Data::Struct(data) => {
                read.fields(data.fields.iter_mut(), diagnostics);
            }
            Data::Enum(data) => {
                for variant in &mut data.variants {
                    read.variant(variant, diagnostics);
                    read.fields(variant.fields.iter_mut(), diagnostics);
                }
            }
            Data::Union(data) => {
                for field in &mut data.fields.named {
                    ours(&mut field.attrs);
                }
            }
        }
        read
    }

    fn variant(&mut self, variant: &mut Variant, diagnostics: &mut Diagnostics) {
        let mut display = Slot::default();
        let (name, is_unit) = (variant.ident.to_string(), variant.fields.is_empty());
        let refused = || match is_unit {
            true => "there is no value to redact here; the name of a variant is always shown",
            false => "a variant as a whole is not redacted; mark its fields",
        };
        for mark in ours(&mut variant.attrs) {
            let Meta::List(list) = &mark.meta else {
                diagnostics.error(mark.path(), format_args!("`{name}`: {}", refused()));
                continue;
            };
            args::read(
                list.tokens.clone(),
                &["display"],
                diagnostics,
                |key, input, diagnostics| {
                    if key != "display" {
                        let message = format!("`{name}`: {}", refused());
                        return Err(syn::Error::new(key.span(), message));
                    }
                    let template = args::text(key, input, "\"paid by card {number}\"")?;
                    display.set(key, template, diagnostics);
                    Ok(true)
                },
            );
        }
        self.displays.push(display);
    }

    fn fields<'a>(
        &mut self,
        fields: impl Iterator<Item = &'a mut Field>,
        diagnostics: &mut Diagnostics,
    ) {
        for field in fields {
            let mut written = Written::default();
            for attribute in ours(&mut field.attrs) {
                written.read(&attribute, diagnostics);
            }
            field.attrs.retain(|attribute| {
                let is_ours =
                    attribute.path().is_ident("cfg_attr") && mentions(attribute.to_token_stream());
                if is_ours {
                    let message = "a decision may not depend on how the program is built; write \
                                   the mark without `cfg_attr`";
                    diagnostics.error(attribute.path(), message);
                }
                !is_ours
            });
            self.fields.push(written);
        }
    }
}

fn unknown(key: &Ident, word: &str) -> syn::Error {
    let near = crate::diagnostics::did_you_mean(word, KEYS);
    let known = crate::diagnostics::one_of(KEYS);
    let message = format!(
        "unknown key `{word}`{near} (a type takes {known}; how a value is hidden is written on \
         its field)"
    );
    syn::Error::new(key.span(), message)
}

/// `redact` stands somewhere in the tokens.
fn mentions(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == "redact",
        TokenTree::Group(group) => mentions(group.stream()),
        _ => false,
    })
}

/// Takes our attributes out.
fn ours(attributes: &mut Vec<Attribute>) -> Vec<Attribute> {
    let is_ours = |attribute: &Attribute| {
        let path = attribute.path();
        let last = path.segments.last().is_some_and(|last| last.ident == "redact");
        let root = path.segments.first().is_some_and(|root| root.ident == "plimsoll");
        last && (root || path.segments.len() == 1)
    };
    let (ours, theirs) = std::mem::take(attributes).into_iter().partition(is_ours);
    *attributes = theirs;
    ours
}
