//! Writes what a redacted type implements: `Loggable`, `Debug`, and if asked `Display` and
//! `Serialize`. Cannot fail.
//!
//! All look at the fields in one place, by what was decided of each: `Debug` prints what `Loggable`
//! shows, and a template's parts are what `Loggable` shows of them. Variables begin with
//! underscores, and methods are called by their paths, as a constant or a trait of the user's may
//! have any other name.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote_spanned};
use syn::ext::IdentExt as _;
use syn::{DeriveInput, Generics};

use super::args::Args;
use super::decision::{Check, Decision};
use super::field::Side;
use super::mapped;
use super::plan::{self, Field, Plan, Shape};
use super::serial;
use super::template::Piece;
use crate::paths::Private;
use crate::strategy::Strategy;

/// All implementations, and the checks beside them.
pub(crate) fn impls(plan: &Plan<'_>) -> TokenStream {
    let here = Span::mixed_site();
    let Plan { p, name, generics, class, shapes, checks, writes, .. } = plan;
    let class = class.as_ref().map(|class| {
        let class = class.tokens(p);
        quote_spanned!(here=> const CLASS: #p::Class = #class;)
    });
    let loggable =
        loggable(p, name, generics, class, &matched(shapes, |shape| arm(shape, Form::Logged, p)));
    let debug = debug(p, name, generics, &quote_spanned!(here=> #p::debug(self, __f)));
    let display = shapes.iter().any(|shape| shape.display.is_some()).then(|| {
        let body = matched(shapes, |shape| shown(shape, p));
        written(&quote_spanned!(here=> #p::core::fmt::Display), p, name, generics, &body)
    });
    let serialize = writes.then(|| serialize(plan));
    let checks = checks.iter().map(|check| self::check(check, name, p));
    let mapped = mapped::mapped(plan);
    quote_spanned!(here=> #loggable #debug #display #serialize #(#checks)* #mapped)
}

/// `Serialize`, of what is logged.
fn serialize(plan: &Plan<'_>) -> TokenStream {
    let here = Span::mixed_site();
    let Plan { p, name, generics, shapes, .. } = plan;
    let as_logged = shapes.iter().all(|shape| {
        let as_logged = |field: &Field<'_>| field.serial.as_ref() == Some(&field.name);
        shape.serial == shape.name && shape.fields.iter().all(as_logged)
    });
    let log = match as_logged {
        true => quote_spanned!(here=> #p::Loggable::log(self, __out)),
        false => matched(shapes, |shape| arm(shape, Form::Serial, p)),
    };
    serialized(p, name, generics, &log)
}

fn serialized(p: &Private, name: &Ident, generics: &Generics, log: &TokenStream) -> TokenStream {
    let here = Span::mixed_site();
    let (impls, types, bounds) = generics.split_for_impl();
    quote_spanned!(here=>
        #[automatically_derived]
        impl #impls #p::serde::Serialize for #name #types #bounds {
            fn serialize<__S: #p::serde::Serializer>(
                &self,
                __serializer: __S,
            ) -> #p::core::result::Result<__S::Ok, __S::Error> {
                #p::serial::masked::<Self, __S>(&|__out| #log, __serializer)
            }
        }
    )
}

/// What keeps other code compiling when something was wrong: the name of the type, no field.
pub(crate) fn stand_in(args: &Args, input: &DeriveInput) -> TokenStream {
    let here = Span::mixed_site();
    let p = Private::new(args.krate.get());
    let name = input.ident.to_string();
    let text = quote_spanned!(here=> __f.write_str(#name));
    let derived = plan::derives(&input.attrs);
    let derives = |word: &str| {
        derived.iter().any(|path| path.segments.last().is_some_and(|last| last.ident == word))
    };
    let named = quote_spanned!(here=> __out.name(#name));
    let (ident, generics) = (&input.ident, &input.generics);
    let loggable = (!derives("Label")).then(|| loggable(&p, ident, generics, None, &named));
    let debug = (!derives("Debug")).then(|| debug(&p, ident, generics, &text));
    let is_shown = args.displays.iter().chain([&args.display]).any(|text| text.key().is_some());
    let display = is_shown.then(|| {
        written(&quote_spanned!(here=> #p::core::fmt::Display), &p, ident, generics, &text)
    });
    let writes = matches!(args.serialize.get(), Some(serial::Form::Masked));
    let serialize =
        (writes && !derives("Serialize")).then(|| serialized(&p, ident, generics, &named));
    quote_spanned!(here=> #loggable #debug #display #serialize)
}

fn loggable(
    p: &Private,
    name: &Ident,
    generics: &Generics,
    class: Option<TokenStream>,
    body: &TokenStream,
) -> TokenStream {
    let here = Span::mixed_site();
    let (impls, types, bounds) = generics.split_for_impl();
    quote_spanned!(here=>
        #[automatically_derived]
        impl #impls #p::Loggable for #name #types #bounds {
            #class
            fn log(&self, __out: &mut #p::Out<'_>) {
                #body
            }
        }
    )
}

fn debug(p: &Private, name: &Ident, generics: &Generics, body: &TokenStream) -> TokenStream {
    written(&quote_spanned!(Span::mixed_site()=> #p::core::fmt::Debug), p, name, generics, body)
}

/// An implementation of one of the traits of `fmt`.
fn written(
    of: &TokenStream,
    p: &Private,
    name: &Ident,
    generics: &Generics,
    body: &TokenStream,
) -> TokenStream {
    let here = Span::mixed_site();
    let (impls, types, bounds) = generics.split_for_impl();
    quote_spanned!(here=>
        #[automatically_derived]
        impl #impls #of for #name #types #bounds {
            fn fmt(&self, __f: &mut #p::core::fmt::Formatter<'_>) -> #p::core::fmt::Result {
                #body
            }
        }
    )
}

/// An assertion that the compiler makes about a class whose rank is not known here.
fn check(check: &Check, name: &Ident, p: &Private) -> TokenStream {
    let here = Span::mixed_site();
    let Check { class, below, message } = check;
    let message = format!("`#[redact]` on `{}`: {message}", name.unraw());
    // All of the call stands where the class does, or its error would point at the mark.
    let start = class.to_token_stream().into_iter().next();
    let at = start.map_or(here, |first| here.located_at(first.span()));
    let p = p.located_at(at);
    quote_spanned!(at=> const _: () = #p::below(#p::Class::rank(#class), #below, #message);)
}

fn matched(shapes: &[Shape<'_>], arm: impl Fn(&Shape<'_>) -> TokenStream) -> TokenStream {
    let here = Span::mixed_site();
    if shapes.is_empty() {
        return quote_spanned!(here=> match *self {});
    }
    let arms = shapes.iter().map(arm);
    quote_spanned!(here=> match self { #(#arms)* })
}

/// The pattern of a shape, which binds those fields that are looked at.
fn pattern(shape: &Shape<'_>, looks: impl Fn(usize, &Field<'_>) -> bool) -> TokenStream {
    let here = Span::mixed_site();
    let variant = shape.variant.map(|variant| quote_spanned!(here=> ::#variant));
    let seen = shape.fields.iter().enumerate().filter(|(at, field)| looks(*at, field));
    let bindings = seen.map(|(at, field)| {
        let (Field { member, cfg, .. }, binding) = (field, binding(at, here));
        quote_spanned!(here=> #(#cfg)* #member: #binding,)
    });
    quote_spanned!(here=> Self #variant { #(#bindings)* .. })
}

/// By which names a value is described.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Logged,
    Serial,
}

/// One arm of `log`, or of the serialised form.
fn arm(shape: &Shape<'_>, form: Form, p: &Private) -> TokenStream {
    let here = Span::mixed_site();
    let Shape { name, serial, cfg, newtype, fields, .. } = shape;
    let name = if form == Form::Serial { serial } else { name };
    let is_out = |field: &Field<'_>| {
        matches!(field.decision, Decision::Skip) || form == Form::Serial && field.serial.is_none()
    };
    let pattern = pattern(shape, |_, field| field.decision.looks() && !is_out(field));
    let body = match fields.as_slice() {
        fields if fields.iter().all(is_out) => quote_spanned!(here=> __out.name(#name)),
        [only] if *newtype => in_its_place(0, only, p),
        fields => {
            let fields = fields.iter().enumerate().filter(|(_, field)| !is_out(field));
            let fields = fields.map(|(at, field)| {
                let serial = field.serial.as_ref().filter(|_| form == Form::Serial);
                record(at, serial.unwrap_or(&field.name), field, p)
            });
            quote_spanned!(here=> {
                let mut __record = __out.record(#name);
                #(#fields)*
                #p::Record::finish(__record);
            })
        }
    };
    quote_spanned!(here=> #(#cfg)* #pattern => #body,)
}

/// One arm of `Display`.
fn shown(shape: &Shape<'_>, p: &Private) -> TokenStream {
    let here = Span::mixed_site();
    let cfg = &shape.cfg;
    let pieces = shape.display.as_deref().unwrap_or_default();
    let named =
        |at: usize| pieces.iter().any(|piece| matches!(piece, Piece::Field(of) if *of == at));
    let pattern = pattern(shape, |at, _| named(at));
    let pieces = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => quote_spanned!(here=> __f.write_str(#text)?;),
        Piece::Field(at) => {
            let show = in_its_place(*at, &shape.fields[*at], p);
            quote_spanned!(here=> #p::show::<Self>(__f, &|__out| #show)?;)
        }
    });
    quote_spanned!(here=> #(#cfg)* #pattern => {
        #(#pieces)*
        #p::core::fmt::Result::Ok(())
    })
}

fn binding(at: usize, span: Span) -> Ident {
    format_ident!("__f{at}", span = span)
}

/// The bound value of a field, so that errors about its type point at the type.
fn value(at: usize, field: &Field<'_>) -> TokenStream {
    let here = Span::mixed_site();
    let mut tokens = field.kind.to_token_stream().into_iter();
    let start = tokens.next().map_or(here, |first| here.located_at(first.span()));
    let end = tokens.last().map_or(start, |last| here.located_at(last.span()));
    let binding = binding(at, end);
    // What is taken as a trait object must have a size, which a reference has.
    let reference = matches!(field.decision, Decision::Allowed).then(|| quote_spanned!(start=> &));
    quote_spanned!(start=> #reference &*#binding)
}

/// What is shown of a field where the whole value is expected.
fn in_its_place(at: usize, field: &Field<'_>, p: &Private) -> TokenStream {
    let here = Span::mixed_site();
    let value = value(at, field);
    match &field.decision {
        Decision::Shown => match &field.class {
            None => quote_spanned!(here=> __out.value(#value)),
            Some(class) => {
                let class = class.tokens(p);
                quote_spanned!(here=> __out.classed(#class, #value))
            }
        },
        Decision::Allowed => quote_spanned!(here=> __out.text(#value)),
        Decision::By(Strategy::Full) | Decision::Skip => quote_spanned!(here=> __out.hidden()),
        Decision::By(Strategy::Erase) => quote_spanned!(here=> __out.erased()),
        Decision::By(strategy) => {
            let strategy = strategy.tokens(p);
            quote_spanned!(here=> __out.redacted(#strategy, #value))
        }
        Decision::With(path) => quote_spanned!(here=> __out.with(&|__f| #path(#value, __f))),
        Decision::Each(strategy) => {
            let strategy = strategy.tokens(p);
            quote_spanned!(here=> __out.each(#strategy, #value))
        }
        Decision::Pairs(keys, values) => {
            let (keys, values) = (side(keys, p), side(values, p));
            quote_spanned!(here=> __out.pairs(#value, #keys, #values))
        }
    }
}

/// What is shown of a field under its name.
fn record(at: usize, name: &str, field: &Field<'_>, p: &Private) -> TokenStream {
    let here = Span::mixed_site();
    let cfg = &field.cfg;
    let value = value(at, field);
    let (method, rest) = match &field.decision {
        Decision::Skip => return TokenStream::new(),
        Decision::Shown => match &field.class {
            None => ("field", quote_spanned!(here=> , #value)),
            Some(class) => {
                let class = class.tokens(p);
                ("classed", quote_spanned!(here=> , #class, #value))
            }
        },
        Decision::Allowed => ("allowed", quote_spanned!(here=> , #value)),
        Decision::By(Strategy::Full) => ("hidden", TokenStream::new()),
        Decision::By(Strategy::Erase) => ("erased", TokenStream::new()),
        Decision::By(strategy) => {
            let strategy = strategy.tokens(p);
            ("redacted", quote_spanned!(here=> , #strategy, #value))
        }
        Decision::With(path) => ("with", quote_spanned!(here=> , &|__f| #path(#value, __f))),
        Decision::Each(strategy) => {
            let strategy = strategy.tokens(p);
            ("each", quote_spanned!(here=> , #strategy, #value))
        }
        Decision::Pairs(keys, values) => {
            let (keys, values) = (side(keys, p), side(values, p));
            ("pairs", quote_spanned!(here=> , #value, #keys, #values))
        }
    };
    let method = Ident::new(method, here);
    quote_spanned!(here=> #(#cfg)* #p::Record::#method(&mut __record, #name #rest);)
}

/// What is shown of a key or a value of a map.
fn side(side: &Side, p: &Private) -> TokenStream {
    let here = Span::mixed_site();
    match side {
        Side::Shown => quote_spanned!(here=> &|__out, __side| __out.value(__side)),
        Side::By(Strategy::Full) => quote_spanned!(here=> &|__out, _| __out.hidden()),
        Side::By(Strategy::Erase) => quote_spanned!(here=> &|__out, _| __out.erased()),
        Side::By(strategy) => {
            let strategy = strategy.tokens(p);
            quote_spanned!(here=> &|__out, __side| __out.redacted(#strategy, __side))
        }
    }
}
