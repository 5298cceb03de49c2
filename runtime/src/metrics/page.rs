//! The metrics page: everything that the program counts, as one text.
//!
//! Puts the sections together: the catalogue's own, HTTP, plimsoll's, then what is registered with
//! the `prometheus` crate. Called by the admin server on its thread; never by the program's.

use std::sync::{Mutex, OnceLock, PoisonError};

use super::foreign::{self, LeftOut};
use super::layout::{Figures, Layout};
use super::own;
use super::write::{self, Format, Type};
use crate::catalog;
use crate::record;

/// The families of all observed functions.
const FUNCTIONS: [(&str, Type); 4] = [
    ("function_calls_total", Type::Counter),
    ("function_duration_seconds", Type::Histogram),
    ("function_item_duration_seconds", Type::Histogram),
    ("function_in_flight", Type::Gauge),
];

/// Writes the whole page at the end of `out`.
pub(crate) fn render(format: Format, out: &mut Vec<u8>) {
    static TEXT: OnceLock<Layout> = OnceLock::new();
    static OPEN: OnceLock<Layout> = OnceLock::new();
    // One page is made at a time, with room for what the last one took.
    static LENGTH: Mutex<usize> = Mutex::new(0);

    let mut length = LENGTH.lock().unwrap_or_else(PoisonError::into_inner);
    out.reserve(*length);
    let begin = out.len();

    let mut left_out = LeftOut::default();
    let mut families = foreign::gather(foreign::registry(), &mut left_out);
    foreign::admit(&mut families, names(), &mut left_out);

    if let Some(catalog) = catalog::get() {
        let layout = match format {
            Format::Text => &TEXT,
            Format::OpenMetrics => &OPEN,
        };
        let figures =
            Figures { words: record::merge(&catalog.floats), errors: record::error_types() };
        let layout = layout.get_or_init(|| {
            let metrics = catalog.metrics.iter().copied();
            let metrics = metrics.filter(|metric| !is_reserved(metric.name));
            Layout::new(&catalog.functions, metrics, format)
        });
        layout.render(&figures, out);
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
    *length = (out.len() - begin) * 9 / 8;
}

/// True for a name that plimsoll's own families have on the page, so that no metric can bear it.
pub(crate) fn is_reserved(name: &str) -> bool {
    own_names().any(|(own, _)| own == name)
}

/// All families that are on the page before registered ones come.
fn names() -> impl Iterator<Item = (&'static str, Type)> {
    let declared = catalog::get().into_iter().flat_map(|catalog| &catalog.metrics);
    own_names().chain(declared.map(|metric| (metric.name, Type::of(metric.kind))))
}

fn own_names() -> impl Iterator<Item = (&'static str, Type)> {
    let own = own::FAMILIES.into_iter();
    #[cfg(feature = "tower")]
    let own = own.chain(super::http::FAMILIES);
    FUNCTIONS.into_iter().chain(own.map(|(name, kind, _)| (name, kind)))
}
