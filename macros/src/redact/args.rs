//! What was written in `#[redact(..)]` on a type and on its fields; the attributes are taken off.
//!
//! Taken off, because the compiler knows no attribute `redact` on fields. What is read goes to
//! `plan`
//! beside the type.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{Attribute, Data, DeriveInput, Field, LitStr, Meta, Path};

use crate::args::{self, Slot};
use crate::diagnostics::Diagnostics;
use crate::strategy::{self, Strategy};

/// The arguments of all `#[redact]` of a type.
pub(crate) struct Args {
    pub(crate) krate: Slot<Path>,
    /// For each field, variant by variant, its strategy; `None` for a bare one.
    pub(crate) fields: Vec<Option<Strategy>>,
}

impl Args {
    /// Reads the container's arguments, and takes the attributes off the fields.
    pub(crate) fn take(
        container: TokenStream,
        input: &mut DeriveInput,
        diagnostics: &mut Diagnostics,
    ) -> Args {
        let mut read = Args { krate: Slot::default(), fields: Vec::new() };
        args::read(container, &["crate"], diagnostics, |key, input, diagnostics| {
            if key == "crate" {
                read.krate.set(key, args::value(key, input, "::plimsoll")?, diagnostics);
                return Ok(true);
            }
            let message = format!(
                "unknown key `{key}` (a type takes only `crate`; how a value is hidden is \
                 written on its field)"
            );
            Err(syn::Error::new(key.span(), message))
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
                    for misplaced in ours(&mut variant.attrs) {
                        let message = match variant.fields.is_empty() {
                            true => {
                                "there is no value to redact here; the name of a variant is \
                                 always shown"
                            }
                            false => "a variant as a whole is not redacted; mark its fields",
                        };
                        diagnostics.error(
                            misplaced.path(),
                            format_args!("`{}`: {message}", variant.ident),
                        );
                    }
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

    fn fields<'a>(
        &mut self,
        fields: impl Iterator<Item = &'a mut Field>,
        diagnostics: &mut Diagnostics,
    ) {
        for field in fields {
            let mut slot = Slot::default();
            for attribute in ours(&mut field.attrs) {
                one(&attribute, &mut slot, diagnostics);
            }
            self.fields.push(slot.get().cloned());
        }
    }
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

/// Reads one attribute of a field.
fn one(attribute: &Attribute, slot: &mut Slot<Strategy>, diagnostics: &mut Diagnostics) {
    let list = match &attribute.meta {
        Meta::Path(path) => {
            if let Some(word) = path.segments.last() {
                slot.set(&word.ident, Strategy::Full, diagnostics);
            }
            return;
        }
        Meta::List(list) => list,
        Meta::NameValue(pair) => {
            let value = pair.value.to_token_stream().to_string();
            let value = value.trim_matches('"');
            diagnostics.error(
                &pair.value,
                format_args!("a strategy stands in parentheses: write `#[redact({value})]`"),
            );
            return;
        }
    };
    let mut keys = strategy::WORDS.to_vec();
    keys.push("domain");
    let mut domain: Slot<LitStr> = Slot::default();
    let mut hash = None;
    args::read(list.tokens.clone(), &keys, diagnostics, |key, input, diagnostics| {
        if key == "domain" {
            domain.set(key, args::text(key, input, "\"customer\"")?, diagnostics);
            return Ok(true);
        }
        let strategy = Strategy::named(key, input)?;
        if strategy == Strategy::Hash(None) {
            hash = Some(key.clone());
        } else {
            slot.set(key, strategy, diagnostics);
        }
        Ok(true)
    });
    match (hash, domain.get(), domain.key()) {
        (Some(hash), Some(domain), _) => match strategy::checked_domain(domain) {
            Ok(domain) => slot.set(&hash, Strategy::Hash(Some(domain)), diagnostics),
            Err(error) => diagnostics.parser(error),
        },
        (Some(hash), None, _) => diagnostics.parser(strategy::missing_domain(hash.span())),
        (None, _, Some(key)) if slot.get().is_some() => {
            diagnostics.error(key, "`domain` belongs to `hash`; no other strategy has one");
        }
        _ => {}
    }
}
