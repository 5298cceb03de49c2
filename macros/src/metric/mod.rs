//! `#[metric]`: a metric of the calls of a function, or one of the program's own on a `static`.
//!
//! On a function it works in the wrapper that `observe` writes, or beside the function where that is
//! a callback; on a static it writes the value.

mod args;
mod buckets;
mod callback;
mod declared;
mod expand;
mod family;
mod handle;
mod labels;
mod own;
mod plan;
mod returned;
mod unit;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens as _;

use crate::diagnostics::Diagnostics;
use crate::entry::Output;
use crate::item::Item;
use crate::observe::{self, Marks};
use crate::siblings::Mark;

pub(crate) use args::Args;
pub(crate) use callback::{Callback, of_function as callbacks};
pub(crate) use plan::{Plan, of_function};
pub(crate) use returned::is_read as reads_returned;

/// The attribute `#[metric]`.
pub(crate) fn metric(args: TokenStream, item: TokenStream) -> Output {
    let item = Item::new(item);
    let keyword = item.keyword().cloned();
    let message = match keyword.as_ref().map(Ident::to_string).as_deref() {
        Some("fn") => {
            let outermost = Mark { args, ..Mark::default() };
            return observe::alone(Marks { metric: vec![outermost], ..Marks::default() }, item);
        }
        Some("static") => return own::metric(args, item),
        Some("impl") => {
            "the mark belongs on functions and statics; mark the methods of this `impl` block, \
             each by itself"
        }
        Some("enum") => {
            "the mark belongs on functions and statics; an enum becomes a label by \
             `#[derive(Label)]`"
        }
        Some("const") => "a metric is a `static`; a `const` would be another metric at each use",
        _ => "the mark belongs on functions and statics, and this is neither",
    };
    let mut diagnostics = Diagnostics::about("#[metric]", &item.name());
    diagnostics.error(keyword, message);
    (item.into_token_stream(), diagnostics)
}
