//! Writes the implementation of `ErrorKind`. Cannot fail.
//!
//! Called with the plan, also with that of a type that has mistakes, so that code which uses the
//! implementation has nothing to complain of.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::plan::{Kind, Plan};
use crate::paths::Private;

/// The implementation.
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
    quote_spanned!(here=>
        #[automatically_derived]
        impl #impls #p::ErrorKind for #name #types #bounds {
            const KINDS: &'static [&'static #p::core::primitive::str] = &[#(#names),*];

            fn kind(&self) -> #p::KindInfo {
                #body
            }
        }
    )
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
