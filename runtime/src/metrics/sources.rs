//! Everything that is counted in the process, in the order of the page.
//!
//! The one list of who counts. Called for each page and for each push; a source knows nothing of the
//! others.

use std::sync::{Mutex, PoisonError};

#[cfg(feature = "testing")]
use super::family::Exponential;
use super::family::Sink;
use super::names::{Distinct, Names};
#[cfg(feature = "runtime")]
use super::usage;
#[cfg(feature = "testing")]
pub(crate) use super::walk::{CALLS, DURATION, IN_FLIGHT, ITEMS};
use super::walk::{Detail, Figures};
use super::{callback, walk};
use crate::catalog::{self, Catalog};

/// Hands every family to `sink`: those of the catalogue, then all others.
pub(crate) fn visit(sink: &mut dyn Sink) {
    if let Some(catalog) = catalog::get() {
        with_figures(catalog, Detail::Native, |figures| walk::visit(catalog, figures, sink));
    }
    others(sink);
}

/// Reads with what all threads have counted by now, and what the program answers when it is asked.
pub(super) fn with_figures(catalog: &'static Catalog, detail: Detail, read: impl FnOnce(&Figures)) {
    /// One reader at a time, with the figures' memory.
    static FIGURES: Mutex<Figures> = Mutex::new(Figures::NONE);

    // The program's own code: not while others would wait for it.
    let answers = callback::ask(catalog);
    let mut figures = FIGURES.lock().unwrap_or_else(PoisonError::into_inner);
    figures.gather(catalog, detail, &answers);
    read(&figures);
}

/// Hands the catalogue's families over with the figures of one test alone.
#[cfg(feature = "testing")]
pub(crate) fn captured(
    capture: &std::sync::Arc<crate::record::capture::Capture>,
    sink: &mut dyn Sink,
) {
    let Some(catalog) = catalog::get() else { return };
    let answers = callback::ask(catalog);
    let mut figures = Figures { errors: capture.error_types(), ..Figures::NONE };
    capture.merge(catalog.cells, &catalog.floats, &mut figures.words);
    figures.put(&answers);
    capture.while_read(|| walk::visit(catalog, &figures, sink));
}

/// What the series of a summary that have these labels hold in one test, added up.
#[cfg(feature = "testing")]
pub(crate) fn captured_summary(
    capture: &crate::record::capture::Capture,
    name: &str,
    labels: &[(&str, &str)],
) -> Exponential {
    let mut sum = Exponential::default();
    let metrics = catalog::get().into_iter().flat_map(|catalog| catalog.metrics.iter().copied());
    for metric in metrics.filter(|metric| metric.name == name) {
        for index in 0..metric.combinations() {
            let known = walk::combination(metric, index).unwrap_or_default();
            if labels.iter().all(|label| known.contains(label)) {
                sum.add(&capture.fine_of(metric.fine() as usize + index));
            }
        }
    }
    sum
}

/// Those that are not the catalogue's, each name once. A collector of the program's that asks for
/// them gets those of plimsoll's own.
pub(crate) fn others(sink: &mut dyn Sink) {
    #[cfg(any(feature = "prometheus", feature = "opentelemetry"))]
    let asking = callback::Asking::begin();
    #[cfg(feature = "prometheus")]
    let (registered, mut left_out) = match asking {
        Some(_) => super::foreign::gather(super::foreign::registry()),
        None => Default::default(),
    };
    #[cfg(feature = "prometheus")]
    let theirs = super::foreign::preferred(&registered);
    #[cfg(not(feature = "prometheus"))]
    let theirs = Vec::new();

    let mut distinct = Distinct::new(sink, Names::of_catalog(), theirs);
    ours(&mut distinct);
    #[cfg(feature = "opentelemetry")]
    if asking.is_some() {
        super::opentelemetry::visit(&mut distinct);
    }
    #[cfg(any(feature = "prometheus", feature = "opentelemetry"))]
    drop(asking);

    #[cfg(feature = "prometheus")]
    {
        let Distinct { mut names, clashed, .. } = distinct;
        left_out.name_taken += clashed;
        super::weight::counted(super::weight::Source::Registered, sink, |sink| {
            super::foreign::visit(&registered, &mut names, &mut left_out, sink);
        });
        left_out.visit(sink);
    }
}

/// Those of plimsoll's own.
pub(crate) fn ours(sink: &mut dyn Sink) {
    #[cfg(feature = "runtime")]
    {
        use super::weight::{Source, counted};
        #[cfg(feature = "tower")]
        counted(Source::Http, sink, super::http::visit);
        counted(Source::Plimsoll, sink, |sink| {
            super::own::visit(sink);
            super::weight::visit(sink);
        });
        counted(Source::Usage, sink, usage::visit);
        counted(Source::Objectives, sink, crate::objectives::visit);
    }
    #[cfg(feature = "opentelemetry")]
    super::opentelemetry::account(sink);
}
