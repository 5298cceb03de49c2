//! The metrics page: everything that the program counts, as one text.
//!
//! Puts the sections together: what is laid out, then all other sources. Called by the admin server on
//! its thread, and by programs that serve the page themselves.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::layout::Layout;
use super::negotiate::negotiate;
use super::proto::Proto;
use super::text::Text;
use super::walk::Detail;
use super::write::{self, Format};
use super::{limits, sources, weight};
use crate::catalog;
use crate::record;

/// The forms of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// One of the two that can be read.
    Lines(Format),
    /// Prometheus's protobuf, which alone has native histograms.
    Protobuf,
}

impl Form {
    /// The header that announces it.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Form::Lines(format) => format.content_type(),
            Form::Protobuf => {
                "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; \
                 encoding=delimited"
            }
        }
    }
}

/// Writes the metrics page into `page`, in place of what it held, and says what its content type is.
///
/// It is what the admin server answers to `GET /metrics`; call it where a router of your own serves
/// the page, or where it is to be pushed. `accept` is the value of the request's `Accept` header
/// (of several, joined by commas; `""` if there is none). Who names it and likes it no less than
/// others gets Prometheus's protobuf (`io.prometheus.client.MetricFamily`, delimited), which alone has
/// native histograms, or OpenMetrics 1.0; everybody else gets Prometheus's text format 0.0.4.
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
    let form = negotiate(std::iter::once(accept));
    record::suppress(|| render(form, page));
    form.content_type()
}

/// Writes the whole page into `out`, in place of what it held. What it held saves filling it.
pub(crate) fn render(form: Form, out: &mut Vec<u8>) {
    /// How long a page was lately.
    static LENGTH: AtomicUsize = AtomicUsize::new(0);

    let begun = Instant::now();
    out.reserve(LENGTH.load(Ordering::Relaxed).saturating_sub(out.len()));
    match form {
        Form::Lines(format) => lines(format, out),
        Form::Protobuf => {
            out.clear();
            let mut sink = Proto::new(out);
            sources::visit(&mut sink);
            sink.end();
        }
    }
    LENGTH.store(out.len() * 9 / 8, Ordering::Relaxed);
    weight::made(begun.elapsed(), out.len());
}

fn lines(format: Format, out: &mut Vec<u8>) {
    static LAYOUT: OnceLock<Layout> = OnceLock::new();

    if let Some(catalog) = catalog::get() {
        let layout =
            LAYOUT.get_or_init(|| Layout::new(&catalog.functions, catalog.metrics.iter().copied()));
        sources::with_figures(catalog, Detail::Classic, |figures| {
            layout.render(format, figures, out);
            limits::visit(catalog, figures, &mut Text::new(out, format));
        });
    } else {
        out.clear();
    }
    sources::others(&mut Text::new(out, format));
    if format == Format::OpenMetrics {
        write::put(out, &["# EOF\n"]);
    }
}
