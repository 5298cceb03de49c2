//! Writes the implementations of `ErrorKind` and `SafeError`. Cannot fail.
//!
//! Called with the plan, also with that of a type that has mistakes, so that code which uses the
//! implementation has nothing to complain of.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::Member;

use super::message::{Message, Part};
use super::plan::{Kind, Plan};
use crate::paths::Private;

/// The implementations.
pub(crate) fn implementation(plan: &Plan<'_>) -> TokenStream {
    let here = Span::mixed_site();
    let Plan { p, name, generics, kinds } = plan;
    let (impls, types, bounds) = generics.split_for_impl();
    let names = kinds.iter().filter(|kind| kind.of_field.is_none()).map(|kind| &kind.name);
    let body = match kinds.as_slice() {
        [] => quote_spanned!(here=> match *self {}),
        [only @ Kind { variant: None, .. }] => info(0, only, p),
        kinds => {
            let mut index = 0;
            let arms = kinds.iter().map(|kind| {
                let variant = kind.variant;
                if let Some((member, place)) = &kind.of_field {
                    // Where the field's type is no such error, the compiler points at it.
                    let ask = quote_spanned!(place.resolved_at(here)=> #p::ErrorKind::kind(field));
                    return quote_spanned!(here=> Self::#variant { #member: field } => #ask,);
                }
                let info = info(index, kind, p);
                index += 1;
                quote_spanned!(here=> Self::#variant { .. } => #info,)
            });
            quote_spanned!(here=> match self { #(#arms)* })
        }
    };
    let safe = safe(plan);
    quote_spanned!(here=>
        #[automatically_derived]
        impl #impls #p::ErrorKind for #name #types #bounds {
            const KINDS: &'static [&'static #p::core::primitive::str] = &[#(#names),*];

            fn kind(&self) -> #p::KindInfo {
                #body
            }

            fn safe_message(&self, __out: &mut #p::Out<'_>) {
                #p::SafeError::safe(self, __out);
            }
        }

        #[automatically_derived]
        impl #impls #p::SafeError for #name #types #bounds {
            fn safe(&self, __out: &mut #p::Out<'_>) {
                #safe
            }
        }
    )
}

/// Writes what may be seen of each kind.
fn safe(plan: &Plan<'_>) -> TokenStream {
    let here = Span::mixed_site();
    let p = &plan.p;
    if plan.kinds.is_empty() {
        return quote_spanned!(here=> match *self {});
    }
    let asks = |kind: &Kind<'_>| match &kind.message {
        Message::Parts(parts, source) => {
            source.is_some() || parts.iter().any(|part| matches!(part, Part::Field(_)))
        }
        Message::OfField(_) => true,
        Message::Nothing | Message::Whole(_) => false,
    };
    let imports = plan.kinds.iter().any(asks).then(|| quote_spanned!(here=> use #p::shown::*;));
    let is_silent = |kind: &Kind<'_>| matches!(kind.message, Message::Nothing);
    let rest = plan.kinds.iter().any(is_silent).then(|| quote_spanned!(here=> _ => {}));
    let arms = plan.kinds.iter().filter(|kind| !is_silent(kind)).map(|kind| {
        let variant = kind.variant.map(|variant| quote_spanned!(here=> ::#variant));
        let (members, write) = shown(&kind.message, p);
        let names = (0..).map(bound);
        quote_spanned!(here=> Self #variant { #(#members: #names,)* .. } => #write,)
    });
    quote_spanned!(here=> #imports match self { #(#arms)* #rest })
}

/// The fields that a message shows, and what writes it.
fn shown<'a>(message: &'a Message, p: &Private) -> (Vec<&'a Member>, TokenStream) {
    let here = Span::mixed_site();
    let mut members: Vec<&Member> = Vec::new();
    let mut field = |member: &'a Member| {
        let known = members.iter().position(|known| *known == member);
        let at = known.unwrap_or_else(|| {
            members.push(member);
            members.len() - 1
        });
        bound(at)
    };
    let piece = |field: Ident| quote_spanned!(here=> (&&&#p::Shown(#field)).plimsoll_piece());
    let source = |field: Ident| quote_spanned!(here=> (&&#p::Shown(#field)).plimsoll_source());
    let write = match message {
        Message::Nothing => quote_spanned!(here=> {}),
        Message::Whole(_) => quote_spanned!(here=> #p::whole(__out, self)),
        Message::OfField(member) => {
            let source = source(field(member));
            quote_spanned!(here=> #p::message(__out, &[], #source))
        }
        Message::Parts(parts, None) if matches!(parts.as_slice(), [Part::Text(_)]) => {
            let text = parts.iter().find_map(|part| match part {
                Part::Text(text) => Some(text),
                _ => None,
            });
            quote_spanned!(here=> #p::Out::name(__out, #text))
        }
        Message::Parts(parts, behind) => {
            let parts: Vec<_> = parts
                .iter()
                .map(|part| match part {
                    Part::Text(text) => quote_spanned!(here=> #p::Piece::Text(#text)),
                    Part::Field(member) => piece(field(member)),
                    Part::Hidden => quote_spanned!(here=> #p::Piece::Hidden),
                })
                .collect();
            let source = match behind {
                Some(member) => source(field(member)),
                None => quote_spanned!(here=> #p::Piece::Hidden),
            };
            quote_spanned!(here=> #p::message(__out, &[#(#parts),*], #source))
        }
    };
    (members, write)
}

/// The name that a field is bound to.
fn bound(at: usize) -> Ident {
    Ident::new(&format!("__field{at}"), Span::mixed_site())
}

fn info(index: usize, kind: &Kind<'_>, p: &Private) -> TokenStream {
    let here = Span::mixed_site();
    let Kind { name, expected, retryable, level, .. } = kind;
    let index = proc_macro2::Literal::usize_unsuffixed(index);
    let expected = expected.then(|| quote_spanned!(here=> .expected()));
    let retryable = retryable.then(|| quote_spanned!(here=> .retryable()));
    let level = level.map(|level| {
        let level = Ident::new(level, here);
        quote_spanned!(here=> .level(#p::Level::#level))
    });
    quote_spanned!(here=> #p::KindInfo::new(#index, #name) #expected #retryable #level)
}
