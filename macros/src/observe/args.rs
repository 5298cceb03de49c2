//! What was written in `#[observe(..)]`, with its spans; nothing is judged but its form.
//!
//! Called for the one `#[observe]` of a function, whether the compiler called it or another mark
//! absorbed it, and for that of a block, whose arguments are defaults for its functions.

use proc_macro2::TokenStream;
use syn::{Expr, LitStr, Path, token};

use super::slo::Slo;
use crate::args::{self, Slot};
use crate::diagnostics::Diagnostics;
use crate::duration;
use crate::recorded::{self, Recorded};

#[rustfmt::skip]
const KEYS: [&str; 11] = [
    "name", "level", "kind", "log", "redact", "error_if", "ok_if", "slow", "slo", "skip",
    "crate",
];

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

/// What the marks of others take, and what takes its place here.
#[rustfmt::skip]
const ELSEWHERE: [(&str, &str); 11] = [
    ("skip_all", "no argument is recorded unless `log(..)` names it; leave `skip_all` out"),
    ("skip", "no argument is recorded unless `log(..)` names it; leave `skip(..)` out"),
    ("fields", "what is recorded is written `log(key = value)`"),
    ("properties", "what is recorded is written `log(key = value)`"),
    ("err", "errors are recorded by themselves, by their types; leave `err` out"),
    ("ret", "what is returned is not recorded; log what you need of it in the body"),
    ("target", "a span bears the module that it stands in; leave `target` out"),
    ("parent", "the parent is the span that runs; carry it elsewhere with `plimsoll::carry`"),
    ("follows_from", "a link to another trace is made where the work begins, by `Context::link`"),
    ("enter_on_poll", "a future's span is entered at each poll; leave `enter_on_poll` out"),
    ("track_concurrency", "calls that run are counted by themselves; leave it out"),
];

/// The arguments of one `#[observe]`.
#[derive(Clone, Default)]
pub(crate) struct Args {
    pub(crate) name: Slot<LitStr>,
    pub(crate) level: Slot<&'static str>,
    pub(crate) kind: Slot<&'static str>,
    pub(crate) slow: Slot<u64>,
    pub(crate) slo: Slot<Option<Slo>>,
    pub(crate) error_if: Slot<Expr>,
    pub(crate) ok_if: Slot<Expr>,
    pub(crate) skip: Slot<()>,
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
                "slo" => {
                    let slo = Slo::read(key, input, diagnostics)?;
                    read.slo.set(key, slo, diagnostics);
                }
                "error_if" => {
                    let judge = args::value(key, input, "|out: &Out| out.is_empty()")?;
                    read.error_if.set(key, judge, diagnostics);
                }
                "ok_if" => {
                    let judge = args::value(key, input, "|out: &Out| out.is_empty()")?;
                    read.ok_if.set(key, judge, diagnostics);
                }
                "skip" if !input.peek(token::Paren) => {
                    args::flag(key, input)?;
                    read.skip.set(key, (), diagnostics);
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
                word => match ELSEWHERE.iter().find(|(known, _)| *known == word) {
                    Some((_, remedy)) => return Err(syn::Error::new(key.span(), remedy)),
                    None => return Ok(false),
                },
            }
            Ok(true)
        });
        if let (Some(skip), true) = (read.skip.key(), read.says_more()) {
            let message = "`skip` exempts what bears the mark; leave it out, or everything else";
            diagnostics.error(skip, message);
        }
        read
    }

    /// It has more than `skip`.
    fn says_more(&self) -> bool {
        let Args { name, level, kind, slow, slo, error_if, ok_if, skip: _, krate, recorded } = self;
        let words = level.key().or(kind.key()).or(slow.key()).or(slo.key()).or(name.key());
        let judges = error_if.key().or(ok_if.key()).or(krate.key());
        words.or(judges).is_some() || !recorded.is_empty()
    }

    /// With the defaults of the block around; what is recorded is joined, and the function's own
    /// item wins over the block's of the same key. What does not fit is left out.
    pub(crate) fn under(self, block: &Args, fits: impl Fn(&Recorded) -> bool) -> Args {
        let Args { name, level, kind, slow, slo, error_if, ok_if, skip, krate, recorded } = self;
        // Whoever judges one way has judged.
        let judges = error_if.get().is_some() || ok_if.get().is_some();
        let judge = |own: Slot<Expr>, of_block| if judges { own } else { own.or(of_block) };
        let inherited = block.recorded.iter().filter(|one| {
            let is_own = |own: &Recorded| own.key == one.key;
            fits(one) && !recorded.iter().any(is_own)
        });
        Args {
            name,
            level: level.or(&block.level),
            kind: kind.or(&block.kind),
            slow: slow.or(&block.slow),
            slo,
            error_if: judge(error_if, &block.error_if),
            ok_if: judge(ok_if, &block.ok_if),
            skip,
            krate: krate.or(&block.krate),
            recorded: inherited.chain(&recorded).cloned().collect(),
        }
    }
}
