//! Metrics by push: rotel and VictoriaMetrics get what the program counted, as totals and as deltas,
//! and so does VictoriaMetrics where it scrapes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

mod program;

use plimsoll_tests::page::{Format, Page};
use plimsoll_tests::received::{Received, ReceivedPoint};
use plimsoll_tests::rotel::Rotel;
use plimsoll_tests::victoria::Victoria;
use plimsoll_tests::{http, sink};

use program::{Counted, Packer};

const TOKEN: &str = "a-token-for-tests";

/// A series, and its figure at the end.
type Expected = (&'static str, &'static [(&'static str, &'static str)], f64);

/// What is asked of every receiver, and what the program says to it.
fn expectations(counted: Counted) -> Vec<Expected> {
    vec![
        ("function_calls_total", &[("function", "pack"), ("outcome", "ok")], counted.ok),
        (
            "function_calls_total",
            &[("function", "pack"), ("error_type", "TooHeavy")],
            counted.errors,
        ),
        ("function_calls_total", &[("function", "pack"), ("outcome", "panic")], 0.0),
        ("function_in_flight", &[("function", "pack")], 0.0),
        ("parcels_total", &[("size", "small")], counted.small / 2.0),
        ("parcels_total", &[("size", "large")], (counted.ok - counted.small) / 2.0),
        ("shelves", &[], 3.0),
        (
            "belt_moved_grams_total",
            &[("belt_side", "left"), ("otel_scope_name", "belt")],
            counted.grams,
        ),
        ("belt_speed_meters_per_second", &[("otel_scope_name", "belt")], 1.5),
    ]
}

const AGGREGATION: &str = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";
const EXPLICIT: &str = "explicit_bucket_histogram";
const EXPONENTIAL: &str = "base2_exponential_bucket_histogram";

#[test]
fn rotel_has_the_totals_of_the_program_and_deltas_add_up_to_them() {
    for (temporality, aggregation) in [
        ("cumulative", EXPLICIT),
        ("delta", EXPLICIT),
        ("lowmemory", EXPLICIT),
        ("cumulative", EXPONENTIAL),
        ("delta", EXPONENTIAL),
    ] {
        let Some(rotel) = Rotel::start() else { return };
        let mut packer = Packer::start(&[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", rotel.endpoint()),
            ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", temporality),
            (AGGREGATION, aggregation),
        ]);
        let counted = packer.counted();
        let (made, exported, lost) = packer.ended();
        assert_eq!((made, lost), (exported, 0), "{temporality}");
        let received = rotel.settled();
        assert_eq!(received.points.len() as u64, exported, "{temporality}: each point arrived");

        for (name, labels, expected) in expectations(counted) {
            let value = |point: &ReceivedPoint| point.value;
            assert_eq!(total(&received, name, labels, value), expected, "{temporality}: {name}");
        }
        let count = |point: &ReceivedPoint| point.count as f64;
        let sum = |point: &ReceivedPoint| point.sum;
        let weights = "parcel_weight_grams";
        assert_eq!(total(&received, weights, &[], count), counted.ok, "{temporality}");
        assert_eq!(total(&received, weights, &[], sum), counted.grams, "{temporality}");
        let durations =
            total(&received, "function_duration_seconds", &[("function", "pack")], count);
        assert_eq!(durations, counted.ok + counted.errors, "{temporality}");

        let parcels: Vec<_> =
            received.points.iter().filter(|point| point.name == "parcels_total").collect();
        let is_delta = parcels.iter().all(|point| point.temporality == "DELTA");
        assert_eq!(is_delta, temporality != "cumulative");
        assert!(parcels.iter().all(|point| point.monotonic && point.start <= point.time));
        assert!(parcels.len() > 2, "{temporality}: several pushes were made");
        let weight = received.points.iter().find(|point| point.name == weights).unwrap();
        let kind = if aggregation == EXPLICIT { "Histogram" } else { "ExponentialHistogram" };
        assert_eq!((weight.unit.as_str(), weight.kind.as_str()), ("g", kind));
        assert_eq!(weight.resource["service.name"], "packer");
    }
}

/// A series' figure at the end: the last of its totals, or its deltas added up.
fn total(
    received: &Received,
    name: &str,
    labels: &[(&str, &str)],
    figure: impl Fn(&ReceivedPoint) -> f64,
) -> f64 {
    let mut points = received.points.iter().filter(|point| {
        let has = |(key, value): &(&str, &str)| {
            point.attributes.get(*key).is_some_and(|own| own == value)
        };
        point.name == name && labels.iter().all(has)
    });
    let (mut total, mut time) = (0.0, 0);
    assert!(points.clone().next().is_some(), "no point of {name}");
    points.try_for_each(|point| {
        let is_delta = point.temporality == "DELTA";
        assert!(!is_delta || point.start >= time, "{name}: two deltas of one time");
        time = point.time;
        total = if is_delta { total + figure(point) } else { figure(point) };
        Some(())
    });
    total
}

#[test]
fn victoria_metrics_has_the_same_figures_by_push_and_by_scrape() {
    let Some(pushed) = Victoria::start() else { return };
    let mut packer = Packer::start(&[
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", &pushed.otlp()),
        ("PACKER_STAYS", "1"),
    ]);
    let scraped = Victoria::scraping(&packer.address(), TOKEN).unwrap();
    let counted = packer.counted();
    for (how, victoria) in [("pushed", &pushed), ("scraped", &scraped)] {
        for (name, labels, expected) in expectations(counted) {
            let labels: Vec<String> =
                labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
            victoria.until(&format!("sum({name}{{{}}})", labels.join(",")), expected);
        }
        victoria.until("sum(parcel_weight_grams_count)", counted.ok);
        victoria.until("sum(belt_load_sum)", counted.ok / 2.0);
        victoria.until("sum(parcel_weight_grams_sum)", counted.grams);
        victoria.until("sum(parcel_weight_grams_bucket{le=\"+Inf\"})", counted.ok);
        let least = victoria.figure("parcel_weight_grams_bucket{le=~\"10|10[.]0\"}");
        assert!(least.is_some_and(|least| least > 0.0 && least < counted.ok), "{how}: {least:?}");
    }

    // Whatever is on the page is pushed under the same name, and nothing else is.
    let page = http::get_with(
        &format!("http://{}/metrics", packer.address()),
        &[("authorization", &format!("Bearer {TOKEN}")), ("accept", Format::Text.accept())],
    );
    let page = Page::of(&page);
    let names = |victoria: &Victoria| -> Vec<String> {
        let all = victoria.query("count by (__name__) ({__name__!=\"\"})");
        all.into_iter().map(|(labels, _)| labels["__name__"].clone()).collect()
    };
    let pushed = names(&pushed);
    let samples = || page.families.iter().flat_map(|family| &family.samples);
    for sample in samples() {
        // The resource is no metric in OTLP.
        let is_there = pushed.contains(&sample.name);
        assert_eq!(is_there, sample.name != "target_info", "{}", sample.name);
    }
    for name in pushed {
        assert!(samples().any(|sample| sample.name == name), "{name}");
    }
}

#[test]
fn victoria_metrics_takes_exponential_histograms() {
    let Some(victoria) = Victoria::start() else { return };
    let mut packer = Packer::start(&[
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", &victoria.otlp()),
        (AGGREGATION, EXPONENTIAL),
    ]);
    let counted = packer.counted();
    assert_eq!(packer.ended().2, 0);
    victoria.until("sum(parcel_weight_grams_count)", counted.ok);
    victoria.until("sum(parcel_weight_grams_sum)", counted.grams);
    // Buckets by their ends: all of them together hold everything.
    victoria.until("sum(parcel_weight_grams_bucket{vmrange!=\"\"})", counted.ok);
    let median = "histogram_quantile(0.5, sum by (vmrange) (parcel_weight_grams_bucket))";
    let median = victoria.figure(median).unwrap();
    let off = (median - counted.median).abs() / counted.median;
    assert!(off < 0.05, "{median} is not {}", counted.median);
}

#[test]
fn exporters_are_what_the_list_says() {
    let receiver = sink::start();
    let start = |list| {
        let mut packer = Packer::start(&[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver),
            ("OTEL_METRICS_EXPORTER", list),
        ]);
        let address = packer.address();
        let token = format!("Bearer {TOKEN}");
        let page =
            http::get_with(&format!("http://{address}/metrics"), &[("authorization", &token)]);
        let live = http::get(&format!("http://{address}/health/live"));
        assert_eq!(live.status, 200);
        (page.status, packer.ended().1 > 0)
    };
    assert_eq!(start("otlp,prometheus"), (200, true));
    assert_eq!(start("otlp"), (404, true));
    assert_eq!(start("prometheus"), (200, false));
    assert_eq!(start("none"), (404, false));
}
