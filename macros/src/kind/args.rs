//! What was written in `#[kind(..)]` on a type, its variants and its fields.
//!
//! Reads the form of each key; `plan` says which keys may stand where.

use syn::{Attribute, LitStr, Meta, Path};

use crate::args::{self, Slot};
use crate::diagnostics::Diagnostics;
use crate::observe::LEVELS;
use crate::reason;

/// The arguments of one `#[kind(..)]`.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) transparent: Slot<()>,
    pub(crate) expected: Slot<()>,
    pub(crate) retryable: Slot<()>,
    pub(crate) level: Slot<&'static str>,
    pub(crate) name: Slot<LitStr>,
    pub(crate) message: Slot<LitStr>,
    /// The reason why everything is shown.
    pub(crate) allow: Slot<LitStr>,
    pub(crate) krate: Slot<Path>,
}

impl Args {
    /// Reads all `#[kind]` among these attributes; `keys` are those that may stand there.
    pub(crate) fn read(
        attributes: &[Attribute],
        keys: &[&str],
        diagnostics: &mut Diagnostics,
    ) -> Args {
        let mut read = Args::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("kind")) {
            let Meta::List(list) = &attribute.meta else {
                diagnostics
                    .error(&attribute.meta, "`#[kind]` says something: write `#[kind(expected)]`");
                continue;
            };
            args::read(list.tokens.clone(), keys, diagnostics, |key, input, diagnostics| {
                let word = key.to_string();
                if !keys.contains(&word.as_str()) {
                    return Ok(false);
                }
                match word.as_str() {
                    "transparent" => {
                        args::flag(key, input)?;
                        read.transparent.set(key, (), diagnostics);
                    }
                    "expected" => {
                        args::flag(key, input)?;
                        read.expected.set(key, (), diagnostics);
                    }
                    "retryable" => {
                        args::flag(key, input)?;
                        read.retryable.set(key, (), diagnostics);
                    }
                    "level" => read.level.set(key, args::word(key, input, &LEVELS)?, diagnostics),
                    "name" => {
                        let name = args::text(key, input, "\"out_of_stock\"")?;
                        read.name.set(key, name, diagnostics);
                    }
                    "message" => {
                        let message = args::text(key, input, "\"out of stock\"")?;
                        read.message.set(key, message, diagnostics);
                    }
                    "allow" => read.allow.set(key, reason::read(key, input)?, diagnostics),
                    _ => read.krate.set(key, args::value(key, input, "::plimsoll")?, diagnostics),
                }
                Ok(true)
            });
        }
        read
    }
}
