//! `#[derive(Label)]`: an enum whose variants are all the values that a metric's label can have.
//!
//! Reads the type as every derive does. How many series the labels of a metric make together is not
//! looked at here: no macro sees all of them.

mod args;
mod expand;
mod plan;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::diagnostics::Diagnostics;
use crate::entry::Output;

/// The derive `Label`.
pub(crate) fn label(item: TokenStream) -> Output {
    let input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => {
            let mut diagnostics = Diagnostics::about("#[derive(Label)]", "");
            diagnostics.parser(error);
            return (TokenStream::new(), diagnostics);
        }
    };
    let mut diagnostics = Diagnostics::about("#[derive(Label)]", &input.ident.to_string());
    let plan = plan::plan(&input, &mut diagnostics);
    (expand::implementation(&plan), diagnostics)
}
