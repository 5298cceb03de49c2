//! The metrics page: everything that the program counts, as one text.
//!
//! Puts the sections together: the catalogue's own, HTTP, plimsoll's, then what is registered with
//! the `prometheus` crate. Called by the admin server on its thread, and by programs that serve the
//! page themselves.

use std::sync::{Mutex, OnceLock, PoisonError};

use super::family::Type;
use super::foreign::{self, LeftOut};
use super::layout::Layout;
use super::negotiate::negotiate;
use super::own;
use super::walk::Figures;
use super::walk::{self, FUNCTIONS};
use super::write::{self, Format};
use crate::catalog;
use crate::record;

/// Writes the metrics page into `page`, in place of what it held, and says what its content type is.
///
/// It is what the admin server answers to `GET /metrics`; call it where a router of your own serves
/// the page, or where it is to be pushed. `accept` is the value of the request's `Accept` header
/// (of several, joined by commas; `""` if there is none): who names OpenMetrics and likes it no less
/// gets OpenMetrics 1.0, everybody else Prometheus's text format 0.0.4.
///
/// The page of a thousand functions is some two megabytes and takes a fraction of a millisecond;
/// keep the buffer, as it is, for the next one: it need not be taken from the system again. Before
/// [`init`](crate::init) no function has a series. Collectors of the [`registry`](crate::registry)
/// run on the calling thread, and what they do is not observed. Who may see the page is up to you.
///
/// ```
/// let mut page = Vec::new();
/// let content_type = plimsoll::metrics_page("text/plain", &mut page);
/// assert_eq!(content_type, "text/plain; version=0.0.4; charset=utf-8");
/// assert!(page.ends_with(b"\n"));
/// ```
pub fn metrics_page(accept: &str, page: &mut Vec<u8>) -> &'static str {
    let format = negotiate(std::iter::once(accept));
    record::suppress(|| render(format, page));
    format.content_type()
}

/// Writes the whole page into `out`, in place of what it held. What it held saves filling it.
pub(crate) fn render(format: Format, out: &mut Vec<u8>) {
    static LAYOUT: OnceLock<Layout> = OnceLock::new();
    /// One page is made at a time, with the figures' memory and the length of the one before.
    static LAST: Mutex<(Figures, usize)> =
        Mutex::new((Figures { words: Vec::new(), errors: Vec::new() }, 0));

    // The program's own collectors: not while others would wait for them.
    let mut left_out = LeftOut::default();
    let mut families = foreign::gather(foreign::registry(), &mut left_out);
    foreign::admit(&mut families, names(), &mut left_out);

    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let (figures, length) = &mut *last;
    out.reserve(length.saturating_sub(out.len()));
    if let Some(catalog) = catalog::get() {
        let layout = LAYOUT.get_or_init(|| {
            let metrics = catalog.metrics.iter().copied();
            Layout::new(&catalog.functions, metrics.filter(|metric| !is_reserved(metric.name)))
        });
        record::merge(catalog.cells, &catalog.floats, &mut figures.words);
        figures.errors = record::error_types();
        layout.render(format, figures, out);
    } else {
        out.clear();
    }
    #[cfg(feature = "tower")]
    super::http::render(out, format);
    own::render(out, format, left_out);
    for family in &families {
        foreign::write(out, format, family);
    }
    if format == Format::OpenMetrics {
        write::put(out, &["# EOF\n"]);
    }
    *length = out.len() * 9 / 8;
}

/// True for a name that plimsoll's own families have on the page, so that no metric can bear it.
pub(crate) fn is_reserved(name: &str) -> bool {
    own_names().any(|(own, _)| own == name)
}

/// All families that are on the page before registered ones come.
fn names() -> impl Iterator<Item = (&'static str, Type)> {
    let declared = catalog::get().into_iter().flat_map(|catalog| &catalog.metrics);
    own_names().chain(declared.map(|metric| (metric.name, walk::head(metric).kind)))
}

fn own_names() -> impl Iterator<Item = (&'static str, Type)> {
    let own = own::FAMILIES.into_iter();
    #[cfg(feature = "tower")]
    let own = own.chain(super::http::FAMILIES);
    let functions = FUNCTIONS.iter().map(|head| (head.name, head.kind));
    functions.chain(own.map(|(name, kind, _)| (name, kind)))
}
