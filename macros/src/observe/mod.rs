//! `#[observe]`, and every mark on a function: all that stand on one become one wrapper.
//!
//! `metric` comes here too when it stands on a function, so that the outermost mark, whichever it
//! is, does the work for all.

mod args;
mod block;
mod captured;
mod expand;
mod future;
mod plan;
pub(crate) mod sensitive;
mod shape;
mod slo;

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};

use crate::args::Slot;
use crate::diagnostics::Diagnostics;
use crate::entry::Output;
use crate::function::Function;
use crate::item::Item;
use crate::metric;
use crate::paths::Private;
use crate::siblings::Mark;
use args::Args;
use block::Around;
use plan::Plan;

pub(crate) use args::LEVELS;
pub(crate) use plan::no_parameter;
pub(crate) use slo::Slo;

/// The marks on one function.
#[derive(Default)]
pub(crate) struct Marks {
    /// Each `#[observe]`; there should be at most one.
    pub(crate) observe: Vec<Mark>,
    /// Each `#[metric]`.
    pub(crate) metric: Vec<Mark>,
}

/// The attribute `#[observe]`.
pub(crate) fn observe(args: TokenStream, item: TokenStream) -> Output {
    let mut item = Item::new(item);
    let keyword = item.keyword().cloned();
    let outermost = Mark { args, ..Mark::default() };
    let mut marks = Marks { observe: vec![outermost], ..Marks::default() };
    match keyword.as_ref().map(Ident::to_string).as_deref() {
        Some("fn") => return function(marks, item, &Around::default()),
        Some("impl" | "trait" | "mod") => {
            marks.observe.extend(item.absorb("observe"));
            return block::block(&marks, item, &Around::default());
        }
        _ => {}
    }
    let mut diagnostics = Diagnostics::about("#[observe]", &item.name());
    diagnostics.error(&keyword, misplaced(keyword.as_ref()));
    item.absorb("metric");
    (item.into_token_stream(), diagnostics)
}

/// All marks of a function outside any marked block: the outermost one in `marks`, the others
/// still on it.
pub(crate) fn alone(marks: Marks, item: Item) -> Output {
    function(marks, item, &Around::default())
}

/// The same, with what a block around it says.
fn function(mut marks: Marks, mut item: Item, around: &Around) -> Output {
    marks.observe.extend(item.absorb("observe"));
    marks.metric.extend(item.absorb("metric"));
    let name = item.name();
    let owner = around.owner.clone();
    let subject = match &owner {
        Some(owner) => format!("{owner}::{name}"),
        None => name,
    };
    let mark = if marks.observe.is_empty() && around.defaults.is_none() {
        "#[metric]"
    } else {
        "#[observe]"
    };
    let mut diagnostics = Diagnostics::about(mark, &subject);
    let Some(mut function) = Function::new(&item) else {
        diagnostics.error(item.keyword(), "the signature of the function cannot be read");
        return (item.into_token_stream(), diagnostics);
    };

    function.owner = owner;

    let own = marks.observe(&mut diagnostics);
    let observe = around.observe(own, &function);
    let mut about_metrics = Diagnostics::about("#[metric]", &subject);
    let metric = marks.metric.iter();
    let metric = metric.map(|mark| metric::Args::read(mark.args.clone(), &mut about_metrics));
    let metric: Vec<metric::Args> = metric.collect();
    let krates = observe.iter().map(|args| &args.krate);
    let mut krates = krates.chain(metric.iter().map(|args| &args.krate));
    let p = Private::new(krates.find_map(Slot::get));
    let callbacks = metric::callbacks(&metric, &function, &item.attributes, &mut about_metrics);
    let wraps = |args: &metric::Args| args.callback.get().is_none();
    if observe.is_none() && !metric.iter().any(wraps) {
        diagnostics.absorb(about_metrics);
        let paths = marks.paths();
        let callbacks = beside(&callbacks, &p, &paths, &item, &diagnostics);
        return (quote!(#item #callbacks), diagnostics);
    }

    let looked_at = metric::reads_returned(&metric, &function);
    let plan = Plan::new(observe, p.clone(), marks.paths(), &function, looked_at, &mut diagnostics);
    let metrics = metric::of_function(&metric, &function, &item.attributes, &mut about_metrics);
    let plan = plan.map(|plan| plan.fed(metrics, &mut about_metrics));
    diagnostics.absorb(about_metrics);
    let (Some(plan), true) = (plan, diagnostics.is_empty()) else {
        return (item.into_token_stream(), diagnostics);
    };
    let callbacks = beside(&callbacks, &p, &[], &item, &diagnostics);
    let (attributes, head, body) = (&item.attributes, &function.head, expand::function(&plan));
    (quote!(#(#attributes)* #head #body #callbacks), diagnostics)
}

/// What stands beside a function that is read at each scrape; nothing if something is wrong.
fn beside(
    callbacks: &[metric::Callback],
    p: &Private,
    absorbed: &[TokenStream],
    item: &Item,
    diagnostics: &Diagnostics,
) -> TokenStream {
    if !diagnostics.is_empty() {
        return TokenStream::new();
    }
    let conditions = item.attributes.iter().filter(|attribute| attribute.is("cfg"));
    let conditions: Vec<TokenStream> = conditions.map(|one| one.to_token_stream()).collect();
    callbacks.iter().map(|callback| callback.tokens(p, &conditions, absorbed)).collect()
}

impl Marks {
    /// What the one `#[observe]` says.
    fn observe(&self, diagnostics: &mut Diagnostics) -> Option<Args> {
        let (first, doubled) = self.observe.split_first()?;
        let said = first.args.to_string();
        // Macros that make several functions of one, as `rstest` does, may copy the mark twice.
        for doubled in doubled.iter().filter(|doubled| doubled.args.to_string() != said) {
            diagnostics.error(&doubled.path, "the mark stands here twice; keep one");
        }
        Some(Args::read(first.args.clone(), diagnostics))
    }

    /// How those that were absorbed are written, each once; said by us, where they stand.
    fn paths(&self) -> Vec<TokenStream> {
        let mut seen = HashSet::new();
        let paths = self.observe.iter().chain(&self.metric).map(|mark| mark.path.clone());
        let paths = paths.filter(|path| !path.is_empty() && seen.insert(path.to_string()));
        let ours = |mut token: TokenTree| {
            token.set_span(token.span().resolved_at(Span::mixed_site()));
            token
        };
        paths.map(|path| path.into_iter().map(ours).collect()).collect()
    }
}

fn misplaced(keyword: Option<&Ident>) -> &'static str {
    match keyword.map(Ident::to_string).as_deref() {
        Some("struct" | "enum" | "union") => {
            "the mark belongs on functions and blocks of them; a type is marked with `#[redact]`"
        }
        Some("static") => {
            "the mark belongs on functions and blocks of them; a metric of one's own is a static with `#[metric(..)]`"
        }
        _ => "the mark belongs on functions and blocks of them, and this is neither",
    }
}
