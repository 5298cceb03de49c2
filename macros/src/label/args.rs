//! What was written in `#[label(..)]` on an enum and its variants.
//!
//! Reads the form of each key; the enum takes another one than its variants do.

use syn::{Attribute, LitStr, Meta, Path};

use crate::args::{self, Slot};
use crate::diagnostics::Diagnostics;

/// The arguments of one `#[label(..)]`.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) name: Slot<LitStr>,
    pub(crate) krate: Slot<Path>,
}

impl Args {
    /// Reads all `#[label]` among these attributes; `key` is the one that may stand there.
    pub(crate) fn read(attributes: &[Attribute], key: &str, diagnostics: &mut Diagnostics) -> Args {
        let allowed = key;
        let mut read = Args::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("label")) {
            let Meta::List(list) = &attribute.meta else {
                diagnostics.error(
                    &attribute.meta,
                    "`#[label]` says something: write `#[label(name = \"..\")]`",
                );
                continue;
            };
            args::read(list.tokens.clone(), &[allowed], diagnostics, |key, input, diagnostics| {
                if key != allowed {
                    return Ok(false);
                }
                if allowed == "name" {
                    read.name.set(key, args::text(key, input, "\"gold\"")?, diagnostics);
                } else {
                    read.krate.set(key, args::value(key, input, "::plimsoll")?, diagnostics);
                }
                Ok(true)
            });
        }
        read
    }
}
