//! What was written in `#[observe(..)]`, with its spans; nothing is judged but its form.
//!
//! Called for the one `#[observe]` of a function, whether the compiler called it or another mark
//! absorbed it.

use proc_macro2::TokenStream;
use syn::{Expr, LitStr, Path};

use super::recorded::{self, Recorded};
use crate::args::{self, Slot};
use crate::diagnostics::Diagnostics;
use crate::duration;

const KEYS: [&str; 8] = ["name", "level", "kind", "log", "redact", "error_if", "slow", "crate"];

/// The roles of a span, and the runtime's variants for them.
const KINDS: [(&str, &str); 5] = [
    ("client", "Client"),
    ("server", "Server"),
    ("producer", "Producer"),
    ("consumer", "Consumer"),
    ("internal", "Internal"),
];

/// The levels, and the runtime's variants for them.
pub(crate) const LEVELS: [(&str, &str); 5] = [
    ("error", "Error"),
    ("warn", "Warn"),
    ("info", "Info"),
    ("debug", "Debug"),
    ("trace", "Trace"),
];

/// The arguments of one `#[observe]`.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) name: Slot<LitStr>,
    pub(crate) level: Slot<&'static str>,
    pub(crate) kind: Slot<&'static str>,
    pub(crate) slow: Slot<u64>,
    pub(crate) error_if: Slot<Expr>,
    pub(crate) krate: Slot<Path>,
    /// From `log(..)` and `redact(..)`, in the order of writing.
    pub(crate) recorded: Vec<Recorded>,
}

impl Args {
    /// Reads as much as can be read.
    pub(crate) fn read(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Args {
        let mut read = Args::default();
        let mut lists: [Slot<()>; 2] = Default::default();
        args::read(tokens, &KEYS, diagnostics, |key, input, diagnostics| {
            match key.to_string().as_str() {
                "name" => {
                    read.name.set(key, args::text(key, input, "\"checkout\"")?, diagnostics);
                }
                "level" => read.level.set(key, args::word(key, input, &LEVELS)?, diagnostics),
                "kind" => read.kind.set(key, args::word(key, input, &KINDS)?, diagnostics),
                "slow" => {
                    let text = args::text(key, input, "\"2s\"")?;
                    let slow = duration::nanoseconds(&text.value()).map_err(|message| {
                        syn::Error::new(text.span(), format!("`slow`: {message}"))
                    })?;
                    read.slow.set(key, slow, diagnostics);
                }
                "error_if" => {
                    let judge = args::value(key, input, "|out: &Out| out.is_empty()")?;
                    read.error_if.set(key, judge, diagnostics);
                }
                "crate" => {
                    read.krate.set(key, args::value(key, input, "::plimsoll")?, diagnostics);
                }
                "log" => {
                    lists[0].set(key, (), diagnostics);
                    args::items(key, input, diagnostics, |item, _| {
                        read.recorded.push(recorded::logged(item)?);
                        Ok(())
                    })?;
                }
                "redact" => {
                    lists[1].set(key, (), diagnostics);
                    args::items(key, input, diagnostics, |item, _| {
                        read.recorded.push(recorded::redacted(item)?);
                        Ok(())
                    })?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        });
        read
    }
}
