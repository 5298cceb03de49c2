//! The page as others read it: Python's parsers, promtool, and a real Prometheus by protobuf.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use plimsoll::{Counter, Gauge, Histogram, Info, Label, Open, metric, observe};
use plimsoll_tests::live::{Ends, Live};
use plimsoll_tests::page::{Format, Page};
use plimsoll_tests::prometheus::{self, Prometheus};
use plimsoll_tests::{http, parsers, wait};
use prometheus_library::core::{Collector, Desc};
use prometheus_library::proto::{self, LabelPair, MetricFamily, MetricType};
use prometheus_library::{GaugeVec, HistogramOpts, HistogramVec, IntCounterVec, Opts};

#[derive(Clone, Copy, Debug, Label)]
enum Shelf {
    Books,
    GardenTools,
}

#[metric(gauge, name = "shelf_items", help = "Items \"on\" a shelf\\, \u{1b}[2Jé", labels(shelf))]
static ITEMS: Gauge<Shelf>;

#[metric(info, name = "mode", help = "Mode.", labels(colour, place))]
static MODE: Info<2>;

#[metric(counter, name = "sold", help = "Sold.", labels(tenant: open(20)))]
static SOLD: Counter<Open>;

#[metric(gauge, name = "shelf_load_ratio", help = "Load.", callback)]
fn load() -> f64 {
    0.75
}

#[metric(histogram, name = "walk_seconds", help = "Walks", buckets = [0.5, 1, 2e6])]
static WALK: Histogram;

/// Ends in each of the ways that a test can wait for.
#[observe]
fn lift(weight: u32) -> Result<u32, std::fmt::Error> {
    match weight {
        0..10 => Ok(weight),
        10..20 => Err(std::fmt::Error),
        _ => panic!("too heavy"),
    }
}

/// What label values can be made of.
const HOSTILE: [&str; 9] = [
    "\"",
    "\\",
    "\\n",
    "a\nb",
    "} 1\n# EOF",
    " # {a=\"b\"} 1 2",
    "é🦀",
    "trailing\\",
    "a=\"b\",c=\"d",
];
/// The same for what acts on terminals, and what is told in its place.
const ACTING: (&str, &str) = ("\0\u{1b}[2J\r\u{2028}", "\u{fffd}\u{fffd}[2J\u{fffd}\u{fffd}");

/// Gives what the crate's own metrics can't.
struct Odd(Desc);

impl Collector for Odd {
    fn desc(&self) -> Vec<&Desc> {
        vec![&self.0]
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let mut quantile = proto::Quantile::default();
        quantile.set_quantile(0.99);
        quantile.set_value(0.25);
        let mut summary = proto::Summary::default();
        summary.set_sample_count(7);
        summary.set_sample_sum(1.75);
        summary.set_quantile(vec![quantile]);
        let mut metric = proto::Metric::from_label(vec![pair("queue", HOSTILE[4])]);
        metric.set_summary(summary);
        let mut families = vec![family("odd_wait_seconds", MetricType::SUMMARY, metric)];
        for (name, label) in
            [("odd name", "a"), ("odd_label", "a b"), ("odd_none", ""), ("odd_nul", "a\0")]
        {
            let metric = proto::Metric::from_label(vec![pair(label, "x")]);
            families.push(family(name, MetricType::GAUGE, metric));
        }
        families
    }
}

fn pair(name: &str, value: &str) -> LabelPair {
    let mut pair = LabelPair::default();
    pair.set_name(name.to_owned());
    pair.set_value(value.to_owned());
    pair
}

fn family(name: &str, kind: MetricType, metric: proto::Metric) -> MetricFamily {
    let mut family = MetricFamily::default();
    family.set_name(name.to_owned());
    family.set_help("Odd.".to_owned());
    family.set_field_type(kind);
    family.set_metric(vec![metric]);
    family
}

fn register() {
    let registry = plimsoll::registry();
    let texts = Opts::new("texts_total", "h\\e\"l\np\r");
    let texts = IntCounterVec::new(texts, &["text"]).unwrap();
    let level = GaugeVec::new(Opts::new("level_ratio", "Level."), &["text"]).unwrap();
    let wait = HistogramOpts::new("wait_seconds", "Wait.").buckets(vec![0.1, 1.0]);
    let wait = HistogramVec::new(wait, &["text"]).unwrap();
    registry.register(Box::new(texts.clone())).unwrap();
    registry.register(Box::new(level.clone())).unwrap();
    registry.register(Box::new(wait.clone())).unwrap();
    let desc = Desc::new("odd".into(), "Odd.".into(), vec![], Default::default()).unwrap();
    registry.register(Box::new(Odd(desc))).unwrap();
    for (index, text) in HOSTILE.into_iter().chain([ACTING.0]).enumerate() {
        texts.with_label_values(&[text]).inc_by(index as u64 + 1);
        level.with_label_values(&[text]).set(index as f64 + 0.5);
        wait.with_label_values(&[text]).observe(0.5);
    }
}

#[test]
fn what_others_read_is_what_was_counted() {
    register();
    let live = Live::start();
    for weight in [1, 2, 3, 11, 12, 20] {
        let _ = catch_unwind(AssertUnwindSafe(|| lift(weight)));
    }
    ITEMS.with(Shelf::Books).set(12.5);
    ITEMS.with(Shelf::GardenTools).sub(3.0);
    MODE.set(["dark", HOSTILE[4]]);
    for (index, text) in HOSTILE.into_iter().chain([ACTING.0]).enumerate() {
        SOLD.with(text).add(index as f64 + 0.25);
    }
    for seconds in [0.25, 1.5, 1e7] {
        WALK.observe(seconds);
    }
    wait::until("an example of a call", || {
        let page = page(&live, Format::OpenMetrics);
        let found = page.0.find("function_duration_seconds_bucket", &[("function", "lift")]);
        found.iter().any(|sample| sample.exemplar.is_some()).then_some(())
    });

    let mut series = Vec::new();
    for format in [Format::Text, Format::OpenMetrics] {
        let (page, text) = page(&live, format);
        counted(&page);
        if let Some(families) = parsers::read(&text, format) {
            as_parsed(&page, &families, format);
        }
        // What counts itself differs from page to page.
        series.push(page.series());
    }
    assert_eq!(series[0], series[1], "a series is the same in both formats");
    let (_, text) = page(&live, Format::Text);
    if let Some(said) = prometheus::promtool(&text) {
        assert_eq!(said, "", "promtool complains");
    }
    by_protobuf(&live, &series[0]);
    live.end();
}

#[track_caller]
fn page(live: &Live, format: Format) -> (Page, String) {
    let url = format!("http://{}/metrics", live.address());
    let answer = http::get_with(&url, &[("accept", format.accept())]);
    (Page::of(&answer), answer.body)
}

#[track_caller]
fn counted(page: &Page) {
    assert_eq!(Ends::on(page, "lift"), Ends { ok: 3, error: 2, cancelled: 0, panic: 1 });
    assert_eq!(page.value("shelf_items", &[("shelf", "books")]), 12.5);
    assert_eq!(page.value("shelf_items", &[("shelf", "garden_tools")]), -3.0);
    for (le, count) in [("0.5", 1.0), ("1.0", 1.0), ("2e+06", 2.0), ("+Inf", 3.0)] {
        assert_eq!(page.value("walk_seconds_bucket", &[("le", le)]), count);
    }
    let told = HOSTILE.into_iter().chain([ACTING.1]);
    for (index, text) in told.enumerate() {
        let labels = [("text", text)];
        assert_eq!(page.value("texts_total", &labels), index as f64 + 1.0);
        assert_eq!(page.value("level_ratio", &labels), index as f64 + 0.5);
        assert_eq!(page.value("wait_seconds_count", &labels), 1.0);
        assert_eq!(page.value("sold_total", &[("tenant", text)]), index as f64 + 0.25);
    }
    assert_eq!(page.value("mode_info", &[("colour", "dark"), ("place", HOSTILE[4])]), 1.0);
    assert_eq!(page.value("shelf_load_ratio", &[]), 0.75);
    let queue = ("queue", HOSTILE[4]);
    assert_eq!(page.value("odd_wait_seconds", &[queue, ("quantile", "0.99")]), 0.25);
    assert_eq!(page.value("odd_wait_seconds_count", &[queue]), 7.0);
    let invalid = page.value("plimsoll_page_families_left_out", &[("reason", "name_invalid")]);
    assert_eq!(invalid, 4.0);
}

/// Every family and every sample, and nothing else.
#[track_caller]
fn as_parsed(page: &Page, families: &[parsers::Read], format: Format) {
    let ours = page.families.iter().flat_map(|family| &family.samples);
    let ours: BTreeMap<_, _> =
        ours.map(|sample| ((&sample.name, &sample.labels), sample.value.to_bits())).collect();
    let theirs = families.iter().flat_map(|family| &family.samples);
    let theirs: BTreeMap<_, _> =
        theirs.map(|(name, labels, value)| ((name, labels), *value)).collect();
    assert_eq!(ours, theirs, "{format:?}");

    let kinds = |name: &str| families.iter().find(|family| family.name == name).unwrap();
    // This parser calls a counter by its name without the suffix in both formats.
    assert_eq!(kinds("texts").kind, "counter");
    assert_eq!(kinds("odd_wait_seconds").kind, "summary");
    assert_eq!(kinds("shelf_items").help, "Items \"on\" a shelf\\, \u{fffd}[2Jé");
    assert_eq!(kinds("texts").help, "h\\e\"l\np\u{fffd}");
    let duration = kinds("function_duration_seconds");
    let (unit, exemplars) = (duration.unit.as_str(), duration.exemplars > 0);
    match format {
        Format::Text => assert_eq!((unit, exemplars), ("", false)),
        Format::OpenMetrics => assert_eq!((unit, exemplars), ("seconds", true)),
    }
}

/// Prometheus with native histograms asks for protobuf, and stores the same series.
fn by_protobuf(live: &Live, lines: &BTreeSet<String>) {
    let Some(server) = Prometheus::start_native(&live.address().to_string(), "none") else {
        return;
    };
    server.until("up{job=\"app\"}", |up| (up.first()?.1 == 1.0).then_some(()));
    // Only lines know of infos.
    assert_eq!(server.kind("target_info"), "gauge");
    let of = |expression: &str| server.query(expression).first().map(|one| one.1);
    let lifted = |outcome| {
        format!("function_calls_total{{job=\"app\",function=\"lift\",outcome=\"{outcome}\"}}")
    };
    assert_eq!(of(&lifted("ok")), Some(3.0));
    assert_eq!(of(&lifted("panic")), Some(1.0));
    assert_eq!(of("walk_seconds_bucket{job=\"app\",le=\"2e+06\"}"), Some(2.0));
    assert_eq!(of("walk_seconds_sum{job=\"app\"}"), Some(10_000_001.75));
    let texts = server.query("texts_total{job=\"app\"}");
    for text in HOSTILE.into_iter().chain([ACTING.1]) {
        let found = texts.iter().filter(|(labels, _)| labels["text"] == text);
        assert_eq!(found.count(), 1, "{text:?} in {texts:?}");
    }
    // The same series as on the page in lines.
    let ours = server.query("{job=\"app\",__name__!~\"up|scrape_.*\"}");
    let scraped: BTreeSet<String> = ours
        .into_iter()
        .map(|(mut labels, _)| {
            labels.remove("job");
            labels.remove("instance");
            let name = labels.remove("__name__").unwrap();
            format!("{name}{labels:?}")
        })
        .collect();
    assert_eq!(&scraped, lines);
    let exemplars = server.exemplars("function_duration_seconds_bucket{function=\"lift\"}");
    assert!(exemplars.iter().any(|(labels, _)| labels["trace_id"].len() == 32), "{exemplars:?}");
}
