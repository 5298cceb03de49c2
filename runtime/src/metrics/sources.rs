//! Everything that is counted in the process, in the order of the page.
//!
//! The one list of who counts. Called for each page and for each push; a source knows nothing of the
//! others.

use std::sync::{Mutex, PoisonError};

use super::family::Sink;
use super::walk::Figures;
use super::{usage, walk};
use crate::{catalog, record};

/// Hands every family to `sink`: those of the catalogue, then all others.
pub(crate) fn visit(sink: &mut dyn Sink) {
    if let Some(catalog) = catalog::get() {
        static FIGURES: Mutex<Figures> =
            Mutex::new(Figures { words: Vec::new(), errors: Vec::new() });
        let mut figures = FIGURES.lock().unwrap_or_else(PoisonError::into_inner);
        record::merge(catalog.cells, &catalog.floats, &mut figures.words);
        figures.errors = record::error_types();
        walk::visit(catalog, &figures, sink);
    }
    others(sink);
}

/// Those that are not the catalogue's.
pub(crate) fn others(sink: &mut dyn Sink) {
    usage::visit(sink);
    #[cfg(feature = "runtime")]
    crate::objectives::visit(sink);
}
