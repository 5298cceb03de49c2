//! What plimsoll itself weighs: the memory it holds, the marks it knows, and what its pages cost.
//!
//! A source, and the books that others keep for it: `page` says what a page took, `sources` counts
//! each source's series. The CPU of plimsoll's threads is `usage::threads`'. Called by `sources`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::family::{Head, Histogram, Number, Series, Sink, Summary, Type};
use crate::model::{Measure, MetricKind, NO_CELLS, Outcome};
use crate::{catalog, record};

const MEMORY: Head<'static> = own(
    "plimsoll_memory_bytes",
    Type::Gauge,
    "bytes",
    "Memory that plimsoll has set aside. Of counts and spans the system gives what is touched.",
);
const SHARDS: Head<'static> = own(
    "plimsoll_shards",
    Type::Gauge,
    "",
    "Shares of the counts: used by a thread each, or idle until the next thread begins.",
);
const MARKS: Head<'static> =
    own("plimsoll_catalogue_marks", Type::Gauge, "", "Marks in this program, by what they make.");
const MOST: Head<'static> = own(
    "plimsoll_catalogue_series",
    Type::Gauge,
    "",
    "Series that the marks can have at most, but for types of errors; a histogram is one.",
);
const PAGES: Head<'static> =
    own("plimsoll_pages_total", Type::Counter, "", "Metrics pages that were made.");
const PAGE_SECONDS: Head<'static> =
    own("plimsoll_page_seconds_total", Type::Counter, "seconds", "How long making them took.");
const PAGE_BYTES: Head<'static> =
    own("plimsoll_page_bytes", Type::Gauge, "bytes", "Size of the last page, uncompressed.");
const PAGE_SERIES: Head<'static> = own(
    "plimsoll_page_series",
    Type::Gauge,
    "",
    "Series that were last handed over beside the marks' own, by where they come from.",
);

const fn own(
    name: &'static str,
    kind: Type,
    unit: &'static str,
    help: &'static str,
) -> Head<'static> {
    Head { name, kind, help, unit }
}

static MADE: AtomicU64 = AtomicU64::new(0);
static NANOS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

/// Takes note of a page: how long it took, and how long it is.
pub(crate) fn made(time: Duration, bytes: usize) {
    MADE.fetch_add(1, Ordering::Relaxed);
    NANOS.fetch_add(time.as_nanos() as u64, Ordering::Relaxed);
    BYTES.store(bytes as u64, Ordering::Relaxed);
}

/// Where series come from that are no mark's.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source {
    Http,
    Plimsoll,
    Usage,
    Objectives,
    Registered,
}

const SOURCES: [&str; 5] = ["http", "plimsoll", "usage", "objectives", "registered"];
static SERIES: [AtomicU64; SOURCES.len()] = [const { AtomicU64::new(0) }; SOURCES.len()];

/// Lets a source hand its families to `sink`, and counts its series.
pub(crate) fn counted(source: Source, sink: &mut dyn Sink, visit: impl FnOnce(&mut dyn Sink)) {
    let mut counting = Counting { sink, series: 0 };
    visit(&mut counting);
    if let Some(series) = SERIES.get(source as usize) {
        series.store(counting.series, Ordering::Relaxed);
    }
}

/// Hands over what plimsoll weighs.
pub(crate) fn visit(sink: &mut dyn Sink) {
    let held = record::held();
    sink.family(&MEMORY);
    memory(sink, "counts", held.counts);
    memory(sink, "spans", held.rings);
    memory(sink, "label_values", tables());
    #[cfg(feature = "logs")]
    memory(sink, "log_lines", crate::logs::held());
    #[cfg(feature = "otlp")]
    for (signal, bytes) in crate::export::held() {
        memory(sink, signal, bytes);
    }
    sink.family(&SHARDS);
    count(sink, ("state", "used"), held.shards - held.idle);
    count(sink, ("state", "idle"), held.idle);

    if let Some(catalog) = catalog::get() {
        sink.family(&MARKS);
        count(sink, ("mark", "function"), catalog.functions.len());
        count(sink, ("mark", "metric"), catalog.metrics.len());
        sink.family(&MOST);
        sink.number(&Series::default(), Number::Integer(most_series(catalog)));
    }

    #[cfg(feature = "prometheus")]
    pages(sink);
    sink.family(&PAGE_SERIES);
    for (source, series) in SOURCES.iter().zip(&SERIES) {
        count(sink, ("source", source), series.load(Ordering::Relaxed) as usize);
    }
}

#[cfg(feature = "prometheus")]
fn pages(sink: &mut dyn Sink) {
    let load = |number: &AtomicU64| number.load(Ordering::Relaxed);
    let one = |sink: &mut dyn Sink, head: &Head<'_>, value| {
        sink.family(head);
        sink.number(&Series::default(), value);
    };
    one(sink, &PAGES, Number::Integer(load(&MADE)));
    one(sink, &PAGE_SECONDS, Number::Float(load(&NANOS) as f64 / 1e9));
    one(sink, &PAGE_BYTES, Number::Integer(load(&BYTES)));
}

fn memory(sink: &mut dyn Sink, part: &str, bytes: usize) {
    count(sink, ("part", part), bytes);
}

fn count(sink: &mut dyn Sink, label: (&str, &str), count: usize) {
    sink.number(&Series { labels: &[label], ..Series::default() }, Number::Integer(count as u64));
}

/// Bytes of the texts that open labels have had, and of the tables that find them.
fn tables() -> usize {
    let metrics = catalog::get().into_iter().flat_map(|catalog| catalog.metrics.iter().copied());
    let states = metrics.filter_map(|metric| Some((metric, metric.known_state()?)));
    states
        .flat_map(|(metric, state)| (0..metric.labels.len()).filter_map(|at| state.table(at)))
        .map(|table| table.bytes())
        .sum()
}

fn most_series(catalog: &catalog::Catalog) -> u64 {
    let of_functions = catalog.functions.iter().map(|function| {
        // Calls by outcome, how long they took, and how many there are now.
        Outcome::ALL.len() + 2 + usize::from(function.items != NO_CELLS)
    });
    let of_metrics = catalog.metrics.iter().map(|metric| {
        let by_outcome = metric.kind == MetricKind::Counter && metric.measure == Measure::Calls;
        let outcomes = || Outcome::ALL.into_iter().filter(|it| metric.when.takes(*it)).count();
        metric.combinations() * if by_outcome { outcomes() } else { 1 }
    });
    of_functions.chain(of_metrics).sum::<usize>() as u64
}

/// Hands everything on, and counts series.
struct Counting<'a> {
    sink: &'a mut dyn Sink,
    series: u64,
}

impl Sink for Counting<'_> {
    fn family(&mut self, head: &Head<'_>) {
        self.sink.family(head);
    }

    fn number(&mut self, series: &Series<'_>, value: Number) {
        self.series += 1;
        self.sink.number(series, value);
    }

    fn histogram(&mut self, series: &Series<'_>, histogram: &Histogram<'_>) {
        self.series += 1;
        self.sink.histogram(series, histogram);
    }

    fn summary(&mut self, series: &Series<'_>, summary: &Summary<'_>) {
        self.series += 1;
        self.sink.summary(series, summary);
    }
}

#[cfg(test)]
#[cfg(feature = "prometheus")]
mod tests {
    use super::*;
    use crate::metrics::text::Text;
    use crate::metrics::write::Format;

    fn text(visit: impl FnOnce(&mut dyn Sink)) -> String {
        let mut out = Vec::new();
        visit(&mut Text::new(&mut out, Format::Text));
        String::from_utf8(out).unwrap()
    }

    fn value(text: &str, series: &str) -> f64 {
        let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {series} in {text}")).parse().unwrap()
    }

    #[test]
    fn a_page_is_counted_with_its_time_and_size() {
        let before = text(visit);
        made(Duration::from_millis(250), 4711);
        let after = text(visit);
        let more = |series| value(&after, series) - value(&before, series);
        assert!(more("plimsoll_pages_total") >= 1.0);
        assert!(more("plimsoll_page_seconds_total") > 0.249);
        assert!(value(&after, "plimsoll_page_bytes") > 0.0);
    }

    #[test]
    fn series_are_counted_and_handed_on() {
        let number = |sink: &mut dyn Sink, value| {
            sink.number(&Series::default(), Number::Integer(value));
        };
        let head = own("three", Type::Gauge, "", "Three.");
        let handed = text(|sink| {
            counted(Source::Objectives, sink, |sink| {
                sink.family(&head);
                (0..3).for_each(|value| number(sink, value));
            });
        });
        assert_eq!(handed.lines().filter(|line| line.starts_with("three ")).count(), 3);
        assert_eq!(value(&text(visit), "plimsoll_page_series{source=\"objectives\"}"), 3.0);
    }
}
