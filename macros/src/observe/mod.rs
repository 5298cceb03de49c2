//! `#[observe]`, and every mark on a function: all that stand on one become one wrapper.
//!
//! `metric` comes here too when it stands on a function, so that the outermost mark, whichever it
//! is, does the work for all.

mod args;
mod expand;
mod plan;
mod recorded;
mod sensitive;
mod shape;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};

use crate::args::Slot;
use crate::diagnostics::Diagnostics;
use crate::entry::Output;
use crate::item::{Function, Item};
use crate::{metric, paths};
use args::Args;
use plan::Plan;

pub(crate) use args::LEVELS;
pub(crate) use plan::no_parameter;
pub(crate) use recorded::operand;

/// What stands on one function, as tokens: the arguments of each mark.
#[derive(Default)]
pub(crate) struct Marks {
    /// Of each `#[observe]`; there should be at most one.
    pub(crate) observe: Vec<TokenStream>,
    /// Of each `#[metric]`.
    pub(crate) metric: Vec<TokenStream>,
}

/// The attribute `#[observe]`.
pub(crate) fn observe(args: TokenStream, item: TokenStream) -> Output {
    let mut item = Item::new(item);
    let mut marks = Marks {
        observe: vec![args],
        metric: Vec::new(),
    };
    if item.keyword() == "fn" {
        return function(marks, item);
    }
    let keyword = item.keyword();
    let name = if keyword == "impl" {
        String::new()
    } else {
        item.name()
    };
    let mut diagnostics = Diagnostics::about("#[observe]", &name);
    diagnostics.error(TokenStream::new(), misplaced(&keyword));
    marks.metric.extend(item.absorb("metric"));
    (item.into_token_stream(), diagnostics)
}

/// All marks of a function: the outermost one's arguments in `marks`, the others still on it.
pub(crate) fn function(mut marks: Marks, mut item: Item) -> Output {
    marks.observe.extend(item.absorb("observe"));
    marks.metric.extend(item.absorb("metric"));
    let name = item.name();
    let mark = if marks.observe.is_empty() {
        "#[metric]"
    } else {
        "#[observe]"
    };
    let mut diagnostics = Diagnostics::about(mark, &name);
    let function = match Function::new(&item) {
        Ok(function) => function,
        Err(error) => {
            diagnostics.parser(error);
            return (item.into_token_stream(), diagnostics);
        }
    };

    if marks.observe.len() > 1 {
        diagnostics.error(
            &function.signature.ident,
            "the mark stands here twice; keep one",
        );
    }
    let observe = marks.observe.into_iter().next();
    let observe = observe.map(|tokens| Args::read(tokens, &mut diagnostics));
    let mut about_metrics = Diagnostics::about("#[metric]", &name);
    let metric = marks
        .metric
        .into_iter()
        .map(|tokens| metric::Args::read(tokens, &mut about_metrics));
    let metric: Vec<metric::Args> = metric.collect();
    let krates = observe.iter().map(|args| &args.krate);
    let mut krates = krates.chain(metric.iter().map(|args| &args.krate));
    let p = paths::private(krates.find_map(Slot::get));

    let plan = Plan::new(observe, p, &function, &mut diagnostics);
    let metrics = metric::of_function(&metric, &function, &item.attributes, &mut about_metrics);
    let plan = plan.map(|plan| plan.fed(metrics, &mut about_metrics));
    diagnostics.absorb(about_metrics);
    let (Some(plan), true) = (plan, diagnostics.is_empty()) else {
        return (item.into_token_stream(), diagnostics);
    };
    let (attributes, head, body) = (&item.attributes, &function.head, expand::function(&plan));
    (quote!(#(#attributes)* #head #body), diagnostics)
}

fn misplaced(keyword: &str) -> String {
    let what = match keyword {
        "impl" => "stands on functions; mark the methods of this `impl` block, each by itself",
        "mod" => "stands on functions; mark the functions of this module, each by itself",
        "trait" => "stands on functions; mark the methods where they have a body",
        "struct" | "enum" | "union" => "stands on functions; a type is marked with `#[redact]`",
        "static" => "stands on functions; a metric of one's own is a static with `#[metric(..)]`",
        _ => "stands on functions, and this is none",
    };
    String::from(what)
}
