//! `event!` and its levels: a log entry with typed fields, made where something happened.
//!
//! The fields are written in the words of `log(..)` and `redact(..)`. Decides nothing about where
//! the entry goes, and whether anybody wants it: that is the runtime's.

mod args;
mod expand;
mod plan;

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use crate::entry::Output;

/// `event!(Level::Info, ..)`.
pub(crate) fn event(tokens: TokenStream) -> Output {
    made("event", None, tokens)
}

/// `error!(..)`.
pub(crate) fn error(tokens: TokenStream) -> Output {
    made("error", Some("Error"), tokens)
}

/// `warn!(..)`.
pub(crate) fn warn(tokens: TokenStream) -> Output {
    made("warn", Some("Warn"), tokens)
}

/// `info!(..)`.
pub(crate) fn info(tokens: TokenStream) -> Output {
    made("info", Some("Info"), tokens)
}

/// `debug!(..)`.
pub(crate) fn debug(tokens: TokenStream) -> Output {
    made("debug", Some("Debug"), tokens)
}

/// `trace!(..)`.
pub(crate) fn trace(tokens: TokenStream) -> Output {
    made("trace", Some("Trace"), tokens)
}

fn made(name: &str, level: Option<&'static str>, tokens: TokenStream) -> Output {
    let mut diagnostics = Diagnostics::about(&format!("{name}!"), "");
    let args = args::Args::read(name, level.is_none(), tokens, &mut diagnostics);
    let plan = plan::plan(level, args, &mut diagnostics);
    match diagnostics.is_empty() {
        true => (expand::event(&plan), diagnostics),
        false => (expand::nothing(&plan), diagnostics),
    }
}
