//! `#[derive(ErrorKind)]`: the closed set of kinds that an error type has, for `error_type`.
//!
//! Reads the type as every derive does, and thiserror's attribute on it for what may be seen of an
//! error's text. Whether a kind is an alarm, and how it is logged, is decided in the runtime from
//! what is written here.

mod args;
mod expand;
mod mapped;
mod message;
mod plan;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::diagnostics::Diagnostics;
use crate::entry::Output;

/// The derive `ErrorKind`.
pub(crate) fn error_kind(item: TokenStream) -> Output {
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => {
            let mut diagnostics = Diagnostics::about("#[derive(ErrorKind)]", "");
            diagnostics.parser(error);
            return (TokenStream::new(), diagnostics);
        }
    };
    let mut diagnostics = Diagnostics::about("#[derive(ErrorKind)]", &input.ident.to_string());
    let plan = plan::plan(&input, &mut diagnostics);
    let implementation = expand::implementation(&plan);
    let mapped = diagnostics.is_empty().then(|| mapped::mapped(&plan, &input));
    (quote!(#implementation #mapped), diagnostics)
}
