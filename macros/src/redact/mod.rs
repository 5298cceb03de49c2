//! `#[redact]`: a type whose `Debug` and log fields show only what its fields say.
//!
//! The type comes out as it went in. Beside it stand an implementation of `Loggable` and of
//! `Debug`, also when something was wrong, so that one slip causes one error.

mod args;
mod bounds;
mod class;
mod decision;
mod expand;
mod field;
mod mapped;
mod plan;
mod reader;
mod rename;
mod serial;
mod template;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote};
use syn::{DeriveInput, Path, parse_quote};

use crate::diagnostics::Diagnostics;
use crate::entry::Output;
use crate::item::Item;
use crate::paths::Private;
use args::Args;
pub(crate) use decision::misfit;
use field::Written;
use serial::Serial;

/// Leaves on each hidden field a note for `#[derive(ErrorKind)]`, whose messages may name it.
fn note_hidden(args: &Args, input: &mut DeriveInput) {
    let is_kind = |path: &Path| path.segments.last().is_some_and(|last| last.ident == "ErrorKind");
    if !plan::derives(&input.attrs).iter().any(is_kind) {
        return;
    }
    let mut written = args.fields.iter();
    serial::each_field(input, |field| {
        if written.next().is_some_and(Written::hides) {
            field.attrs.push(parse_quote!(#[kind(hidden)]));
        }
    });
}

/// The attribute `#[redact]`.
pub(crate) fn redact(args: TokenStream, item: TokenStream) -> Output {
    let item = Item::new(item);
    let mut diagnostics = Diagnostics::about("#[redact]", &item.name());
    let keyword = item.keyword().map(Ident::to_string).unwrap_or_default();
    if !matches!(keyword.as_str(), "struct" | "enum" | "union") {
        let message = match keyword.as_str() {
            "fn" => {
                "the mark belongs on types; hide an argument by `#[observe(redact(argument = \
                 full))]`"
            }
            "type" => {
                "an alias is the type that it stands for; mark that type, or make this a `struct`"
            }
            _ => "the mark belongs on structs and enums, and this is neither",
        };
        diagnostics.error(item.keyword(), message);
        return (item.into_token_stream(), diagnostics);
    }
    let mut input: DeriveInput = match syn::parse2(item.to_token_stream()) {
        Ok(input) => input,
        Err(error) => {
            diagnostics.parser(error);
            return (crate::siblings::strip(item.into_token_stream()), diagnostics);
        }
    };
    let args = Args::take(args, &mut input, &mut diagnostics);
    let serial = Serial::take(&args, &mut input, &mut diagnostics);
    let plan = plan::plan(&args, &serial, &input, &mut diagnostics);
    let hides = plan.as_ref().is_some_and(|plan| plan.hidden().is_some());
    let p = Private::new(args.krate.get());
    let impls = match plan.filter(|_| diagnostics.is_empty()) {
        Some(plan) => expand::impls(&plan),
        None => expand::stand_in(&args, &input),
    };
    let reader = serial.reader(&p);
    let undecided = (hides && diagnostics.is_empty()).then(|| serial::undecided(&args, &input));
    let undecided = undecided.flatten();
    note_hidden(&args, &mut input);
    (quote!(#input #impls #reader #undecided), diagnostics)
}
