//! The metrics page: everything that the program counts, as one text.
//!
//! Puts the sections together: what is laid out, then all other sources. Called by the admin server on
//! its thread, and by programs that serve the page themselves.

use std::sync::{Mutex, OnceLock, PoisonError};

use super::layout::Layout;
use super::negotiate::negotiate;
use super::sources;
use super::text::Text;
use super::walk::Figures;
use super::write::{self, Format};
use super::{callback, limits};
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
    static LAST: Mutex<(Figures, usize)> = Mutex::new((Figures::NONE, 0));

    // The program's own code: not while others would wait for it.
    let answers = catalog::get().map(callback::ask).unwrap_or_default();
    {
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        let (figures, length) = &mut *last;
        out.reserve(length.saturating_sub(out.len()));
        if let Some(catalog) = catalog::get() {
            let layout = LAYOUT
                .get_or_init(|| Layout::new(&catalog.functions, catalog.metrics.iter().copied()));
            figures.gather(catalog, &answers);
            layout.render(format, figures, out);
            limits::visit(catalog, figures, &mut Text::new(out, format));
        } else {
            out.clear();
        }
    }
    // The program's own collectors are among them: nobody waits for those.
    sources::others(&mut Text::new(out, format));
    if format == Format::OpenMetrics {
        write::put(out, &["# EOF\n"]);
    }
    LAST.lock().unwrap_or_else(PoisonError::into_inner).1 = out.len() * 9 / 8;
}
