//! Where tokens come in and go out: the only place that knows `proc_macro` and writes errors.
//!
//! Whatever a mark does, even if it panics, the item that bears it comes out, without our marks.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::TokenStream;
use quote::quote;

use crate::diagnostics::Diagnostics;
use crate::siblings;

/// What a mark makes of an item: the new item, and the mistakes that it found.
pub(crate) type Output = (TokenStream, Diagnostics);

/// Runs an attribute.
pub(crate) fn attribute(
    mark: &str,
    args: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
    run: fn(TokenStream, TokenStream) -> Output,
) -> proc_macro::TokenStream {
    let (args, item) = (TokenStream::from(args), TokenStream::from(item));
    let copy = item.clone();
    guarded(&format!("#[{mark}]"), || siblings::strip(copy), || run(args, item)).into()
}

/// Runs a derive; the item itself stays with the compiler.
pub(crate) fn derive(
    name: &str,
    item: proc_macro::TokenStream,
    run: fn(TokenStream) -> Output,
) -> proc_macro::TokenStream {
    let item = TokenStream::from(item);
    guarded(&format!("#[derive({name})]"), TokenStream::new, || run(item)).into()
}

/// Runs a macro that stands in the place of an expression.
pub(crate) fn expression(
    name: &str,
    tokens: proc_macro::TokenStream,
    run: fn(TokenStream) -> Output,
) -> proc_macro::TokenStream {
    let tokens = TokenStream::from(tokens);
    let block = guarded(&format!("{name}!"), TokenStream::new, || run(tokens));
    quote!({ #block }).into()
}

/// Runs a mark and puts item and errors together; after a panic, `rescue` gives the item.
pub(crate) fn guarded(
    mark: &str,
    rescue: impl FnOnce() -> TokenStream,
    run: impl FnOnce() -> Output,
) -> TokenStream {
    // Nothing that the closure touches is looked at after it unwound.
    let (item, diagnostics) = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let mut diagnostics = Diagnostics::about(mark, "");
        diagnostics.error(
            TokenStream::new(),
            "the macro itself failed on this item; leave the mark out, and report the item as a \
             bug of plimsoll",
        );
        (rescue(), diagnostics)
    });
    // The item first: tools take the first token of a span for the meaning of the span.
    let errors = diagnostics.into_tokens();
    quote!(#item #errors)
}
