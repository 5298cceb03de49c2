//! `#[metric]`: a metric of the calls of a function, or one of the program's own on a `static`.
//!
//! On a function it works in the wrapper that `observe` writes; on a static it writes the value.

mod args;
mod buckets;
mod expand;
mod labels;
mod own;
mod plan;

use proc_macro2::TokenStream;
use quote::ToTokens as _;

use crate::diagnostics::Diagnostics;
use crate::entry::Output;
use crate::item::Item;
use crate::observe;

pub(crate) use args::Args;
pub(crate) use plan::{Plan, of_function};

/// The attribute `#[metric]`.
pub(crate) fn metric(args: TokenStream, item: TokenStream) -> Output {
    let item = Item::new(item);
    match item.keyword().as_str() {
        "fn" => observe::function(
            observe::Marks {
                observe: Vec::new(),
                metric: vec![args],
            },
            item,
        ),
        "static" => own::metric(args, item),
        keyword => {
            let message = match keyword {
                "impl" => {
                    "stands on functions and statics; mark the methods of this `impl` block, each by itself"
                }
                "struct" | "enum" => {
                    "stands on functions and statics; an enum becomes a label with `#[derive(Label)]`"
                }
                "const" => "a metric is a `static`, as a `const` would be another one at each use",
                _ => "stands on functions and statics, and this is neither",
            };
            let mut diagnostics = Diagnostics::about("#[metric]", &item.name());
            diagnostics.error(TokenStream::new(), message);
            (item.into_token_stream(), diagnostics)
        }
    }
}
