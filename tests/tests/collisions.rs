//! A metric whose name clashes with one that was registered before: the start fails and says with
//! what; registered after it, that one is left out of the page and counted.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use plimsoll::{Builder, Error, Gauge, Histogram, metric};
use plimsoll_tests::page::{Format, Page};
use prometheus_library::core::Collector;
use prometheus_library::{HistogramOpts, IntCounter, IntGauge};

#[metric(gauge, name = "open_carts", help = "Carts")]
static OPEN_CARTS: Gauge;

#[metric(histogram, name = "walk_seconds", help = "Walks", buckets = [1])]
static WALK: Histogram;

fn quiet() -> Builder {
    plimsoll::builder().no_traces().no_admin().no_log_lines()
}

/// What the start says while this is registered.
#[track_caller]
fn refusal(collector: impl Collector + Clone + 'static) -> String {
    let registry = plimsoll::registry();
    registry.register(Box::new(collector.clone())).unwrap();
    let refused = quiet().init();
    registry.unregister(Box::new(collector)).unwrap();
    match refused {
        Err(Error::Catalogue(_)) => refused.unwrap_err().to_string(),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn a_name_has_one_family() {
    let counter = |name: &str| IntCounter::new(name, "by hand").unwrap();
    let gauge = |name: &str| IntGauge::new(name, "by hand").unwrap();

    // The same name.
    let told = refusal(gauge("open_carts"));
    for part in ["`open_carts`", &format!("{}:", file!()), "`prometheus` crate", "by hand"] {
        assert!(told.contains(part), "{told} does not tell {part}");
    }
    // Names that come with a histogram, and of another one's series.
    let told = refusal(counter("walk_seconds_count"));
    assert!(told.contains("`walk_seconds`") && told.contains("`walk_seconds_count`"), "{told}");
    assert!(told.contains(file!()), "{told}");
    let options = HistogramOpts::new("open_carts", "by hand");
    refusal(prometheus_library::Histogram::with_opts(options).unwrap());
    // OpenMetrics calls a counter by its name without `_total`.
    refusal(counter("open_carts_total"));
    // plimsoll's own.
    let told = refusal(counter("function_calls_total"));
    assert!(told.contains("plimsoll's own") && told.contains("by hand"), "{told}");
    refusal(gauge("plimsoll_clock_breaks"));
    refusal(gauge("plimsoll_page_families_left_out"));

    // What a process collector tells may be told.
    let registry = plimsoll::registry();
    let threads = gauge("process_threads");
    threads.set(7);
    registry.register(Box::new(threads)).unwrap();
    let telemetry = quiet().init().unwrap();
    registry.register(Box::new(counter("open_carts"))).unwrap();
    registry.register(Box::new(counter("walk_seconds_sum"))).unwrap();
    registry.register(Box::new(counter("walks_total"))).unwrap();
    OPEN_CARTS.set(3.0);
    WALK.observe(0.5);
    for format in [Format::Text, Format::OpenMetrics] {
        let mut page = Vec::new();
        plimsoll::metrics_page(format.accept(), &mut page);
        let page = Page::read(std::str::from_utf8(&page).unwrap(), format);
        assert_eq!(page.value("open_carts", &[]), 3.0);
        assert_eq!(page.value("walk_seconds_sum", &[]), 0.5);
        assert_eq!(page.value("walks_total", &[]), 0.0);
        assert_eq!(page.value("process_threads", &[]), 7.0);
        let left_out = page.value("plimsoll_page_families_left_out", &[("reason", "name_taken")]);
        assert_eq!(left_out, 2.0);
    }
    drop(telemetry);
}
