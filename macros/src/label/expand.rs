//! Writes the implementation of `Label`, and that of `Loggable`: a closed set of words that stand in
//! the source is public. Cannot fail.
//!
//! Called with the plan, also with that of a type that has mistakes, so that metrics which use the
//! label have nothing to complain of.

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote_spanned;

use super::plan::Plan;

/// The implementations; of a type with mistakes those with a single value.
pub(crate) fn implementation(plan: &Plan<'_>) -> TokenStream {
    let here = Span::mixed_site();
    let Plan { p, name, generics, values } = plan;
    let (impls, types, bounds) = generics.split_for_impl();
    let (variants, texts): (Vec<_>, Vec<_>) = values.iter().cloned().unzip();
    let (texts, index) = if variants.is_empty() {
        (vec![String::new()], quote_spanned!(here=> 0))
    } else {
        let indices = (0..variants.len()).map(Literal::usize_unsuffixed);
        (texts, quote_spanned!(here=> match self { #(Self::#variants => #indices,)* }))
    };
    quote_spanned!(here=>
        #[automatically_derived]
        impl #impls #p::Label for #name #types #bounds {
            const VALUES: &'static [&'static #p::core::primitive::str] = &[#(#texts),*];

            fn index(&self) -> #p::core::primitive::usize {
                #index
            }
        }

        #[automatically_derived]
        impl #impls #p::Loggable for #name #types #bounds {
            const CLASS: #p::Class = #p::Class::PUBLIC;

            fn log(&self, out: &mut #p::Out<'_>) {
                #p::log_label(self, out);
            }
        }
    )
}
