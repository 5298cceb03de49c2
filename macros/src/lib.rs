//! The macros of plimsoll: [`observe`], [`metric`], [`redact`], [`ErrorKind`] and [`Label`], and
//! [`event!`] with its levels.
//!
//! Use them through the crate `plimsoll`, which exports all of them beside the runtime that their
//! expansions call. Each works in three steps: `args` reads what was written, `plan` decides what
//! it means and reports every mistake, `expand` writes it down and cannot fail. Whatever happens,
//! the marked item comes out as it went in, so that one slip causes one error.

mod angles;
mod args;
mod diagnostics;
mod duration;
mod entry;
mod event;
mod function;
mod item;
mod items;
mod kind;
mod label;
mod map;
mod metric;
mod names;
mod observe;
mod parameters;
mod paths;
mod reason;
mod recorded;
mod redact;
mod siblings;
mod site;
mod strategy;
mod template;
#[cfg(test)]
mod tests;
mod units;

use proc_macro::TokenStream;

#[doc = include_str!("observe/observe.md")]
#[proc_macro_attribute]
pub fn observe(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::attribute("observe", args, item, observe::observe)
}

#[doc = include_str!("metric/metric.md")]
#[proc_macro_attribute]
pub fn metric(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::attribute("metric", args, item, metric::metric)
}

#[doc = include_str!("redact/redact.md")]
#[proc_macro_attribute]
pub fn redact(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::attribute("redact", args, item, redact::redact)
}

#[doc = include_str!("kind/kind.md")]
#[proc_macro_derive(ErrorKind, attributes(kind))]
pub fn error_kind(item: TokenStream) -> TokenStream {
    entry::derive("ErrorKind", item, kind::error_kind)
}

#[doc = include_str!("label/label.md")]
#[proc_macro_derive(Label, attributes(label))]
pub fn label(item: TokenStream) -> TokenStream {
    entry::derive("Label", item, label::label)
}

#[doc = include_str!("event/event.md")]
#[proc_macro]
pub fn event(tokens: TokenStream) -> TokenStream {
    entry::expression("event", tokens, event::event)
}

/// An event of the level `error`: `error!("order placed", order.id)`. See [`event!`].
#[proc_macro]
pub fn error(tokens: TokenStream) -> TokenStream {
    entry::expression("error", tokens, event::error)
}

/// An event of the level `warn`: `warn!("order placed", order.id)`. See [`event!`].
#[proc_macro]
pub fn warn(tokens: TokenStream) -> TokenStream {
    entry::expression("warn", tokens, event::warn)
}

/// An event of the level `info`: `info!("order placed", order.id)`. See [`event!`].
#[proc_macro]
pub fn info(tokens: TokenStream) -> TokenStream {
    entry::expression("info", tokens, event::info)
}

/// An event of the level `debug`: `debug!("order placed", order.id)`. See [`event!`].
#[proc_macro]
pub fn debug(tokens: TokenStream) -> TokenStream {
    entry::expression("debug", tokens, event::debug)
}

/// An event of the level `trace`: `trace!("order placed", order.id)`. See [`event!`].
#[proc_macro]
pub fn trace(tokens: TokenStream) -> TokenStream {
    entry::expression("trace", tokens, event::trace)
}
