//! Writes the implementations of `Loggable` and `Debug` for a redacted type. Cannot fail.
//!
//! Both look at the fields in one place, the implementation of `Loggable`; `Debug` prints what that
//! shows. Called with the plan, or for a type that has mistakes with its name alone.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote_spanned};
use syn::{DeriveInput, Generics};

use super::args::Args;
use super::plan::{Field, Plan, Shape};
use crate::paths::Private;
use crate::strategy::Strategy;

/// Both implementations.
pub(crate) fn impls(plan: &Plan<'_>) -> TokenStream {
    let here = Span::mixed_site();
    let Plan { p, name, generics, shapes } = plan;
    let log = if shapes.is_empty() {
        quote_spanned!(here=> match *self {})
    } else {
        let arms = shapes.iter().map(|shape| arm(shape, p));
        quote_spanned!(here=> match self { #(#arms)* })
    };
    let loggable = loggable(p, name, generics, &log);
    let debug = debug(p, name, generics, &quote_spanned!(here=> #p::debug(self, f)));
    quote_spanned!(here=> #loggable #debug)
}

/// What keeps other code compiling when something was wrong: the name of the type, no field.
pub(crate) fn stand_in(args: &Args, input: &DeriveInput) -> TokenStream {
    let here = Span::mixed_site();
    let p = Private::new(args.krate.get());
    let name = input.ident.to_string();
    let text = quote_spanned!(here=> f.write_str(#name));
    let derives = |word: &str| {
        input.attrs.iter().any(|attribute| {
            attribute.path().is_ident("derive")
                && attribute.to_token_stream().to_string().contains(word)
        })
    };
    let named = quote_spanned!(here=> out.name(#name));
    let loggable = (!derives("Label")).then(|| loggable(&p, &input.ident, &input.generics, &named));
    let debug = (!derives("Debug")).then(|| debug(&p, &input.ident, &input.generics, &text));
    quote_spanned!(here=> #loggable #debug)
}

fn loggable(p: &Private, name: &Ident, generics: &Generics, body: &TokenStream) -> TokenStream {
    let here = Span::mixed_site();
    let (impls, types, bounds) = generics.split_for_impl();
    quote_spanned!(here=>
        #[automatically_derived]
        impl #impls #p::Loggable for #name #types #bounds {
            fn log(&self, out: &mut #p::Out<'_>) {
                #body
            }
        }
    )
}

fn debug(p: &Private, name: &Ident, generics: &Generics, body: &TokenStream) -> TokenStream {
    let here = Span::mixed_site();
    let (impls, types, bounds) = generics.split_for_impl();
    quote_spanned!(here=>
        #[automatically_derived]
        impl #impls #p::core::fmt::Debug for #name #types #bounds {
            fn fmt(&self, f: &mut #p::core::fmt::Formatter<'_>) -> #p::core::fmt::Result {
                #body
            }
        }
    )
}

/// One arm: the fields that are looked at, and what is done with them.
fn arm(shape: &Shape<'_>, p: &Private) -> TokenStream {
    let here = Span::mixed_site();
    let Shape { variant, name, cfg, newtype, fields } = shape;
    let variant = variant.map(|variant| quote_spanned!(here=> ::#variant));
    let seen =
        fields.iter().enumerate().filter(|(_, field)| field.strategy != Some(&Strategy::Full));
    let bindings = seen.map(|(at, field)| {
        let (Field { member, cfg, .. }, binding) = (field, binding(at, here));
        quote_spanned!(here=> #(#cfg)* #member: #binding,)
    });
    let body = match fields.as_slice() {
        [] => quote_spanned!(here=> out.name(#name)),
        [only] if *newtype => in_its_place(only, p),
        fields => {
            let fields = fields.iter().enumerate().map(|(at, field)| record(at, field, p));
            quote_spanned!(here=> {
                let mut record = out.record(#name);
                #(#fields)*
                record.finish();
            })
        }
    };
    quote_spanned!(here=> #(#cfg)* Self #variant { #(#bindings)* .. } => #body,)
}

fn binding(at: usize, span: Span) -> Ident {
    format_ident!("f{at}", span = span)
}

/// The bound value of a field, so that errors about its type point at the type.
fn value(at: usize, field: &Field<'_>) -> TokenStream {
    let here = Span::mixed_site();
    let mut tokens = field.kind.to_token_stream().into_iter();
    let start = tokens.next().map_or(here, |first| here.located_at(first.span()));
    let end = tokens.last().map_or(start, |last| here.located_at(last.span()));
    let binding = binding(at, end);
    quote_spanned!(start=> &*#binding)
}

fn in_its_place(field: &Field<'_>, p: &Private) -> TokenStream {
    let here = Span::mixed_site();
    let value = value(0, field);
    match field.strategy {
        None => quote_spanned!(here=> out.value(#value)),
        Some(Strategy::Full) => quote_spanned!(here=> out.hidden()),
        Some(strategy) => {
            let strategy = strategy.tokens(p);
            quote_spanned!(here=> out.redacted(#strategy, #value))
        }
    }
}

fn record(at: usize, field: &Field<'_>, p: &Private) -> TokenStream {
    let here = Span::mixed_site();
    let Field { name, cfg, .. } = field;
    let value = value(at, field);
    let statement = match field.strategy {
        None => quote_spanned!(here=> record.field(#name, #value);),
        Some(Strategy::Full) => quote_spanned!(here=> record.hidden(#name);),
        Some(strategy) => {
            let strategy = strategy.tokens(p);
            quote_spanned!(here=> record.redacted(#name, #strategy, #value);)
        }
    };
    quote_spanned!(here=> #(#cfg)* #statement)
}
