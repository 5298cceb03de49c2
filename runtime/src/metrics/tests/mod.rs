//! The page as a scraper reads it.

mod protobuf;
pub(crate) mod strict;

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};

use prometheus::core::{Collector, Desc};
use prometheus::proto::{LabelPair, MetricFamily, MetricType};
use prometheus::{GaugeVec, HistogramOpts, HistogramVec, IntCounter, Opts, Registry};

use super::family::{Head, Histogram, Number, Series, Sink, Summary, Type};
use super::foreign::{self, LeftOut};
use super::layout::Layout;
use super::names::Names;
use super::text::Text;
use super::walk::{self, Figures};
use super::write::Format;
use crate::catalog::{Catalog, Function};
use crate::model::NO_CELLS;
use crate::model::{Example, Measure, Metric, Objective, Values};
use crate::record::cell;

const BOTH: [Format; 2] = [Format::Text, Format::OpenMetrics];

fn layout() -> Layout {
    static CALLS: Metric = Metric::counter("orders_total", "Orders.")
        .labels(
            &["tier", "region"],
            &[Values::Closed(&["free", "paid"]), Values::Closed(&["eu", "us", "a\"\\\n"])],
        )
        .of("place", "shop", Measure::Calls);
    static VALUE: Metric = Metric::histogram("order_value_usd", "Worth.", &[1.0, 10.0, 1e6]).of(
        "place",
        "shop",
        Measure::Value,
    );
    static OPEN: Metric = Metric::gauge("open_carts", "Say \"open\"\nand \\.");
    static RUNNING: Metric =
        Metric::gauge("place_in_flight", "Now.").of("place", "shop", Measure::InFlight);
    static SUM: Metric = Metric::counter("spent_seconds_total", "Spent.").unit("seconds").of(
        "place",
        "shop",
        Measure::Value,
    );
    CALLS.assign(48);
    VALUE.assign(72);
    RUNNING.assign(77);
    SUM.assign(79);
    let functions = [
        Function {
            function: "Shop::place",
            module: "shop",
            cells: 0,
            items: NO_CELLS,
            objective: Objective::NONE,
        },
        Function {
            function: "pay",
            module: "shop::bank",
            cells: 24,
            items: NO_CELLS,
            objective: Objective::NONE,
        },
    ];
    Layout::new(&functions, [&OPEN, &VALUE, &CALLS, &RUNNING, &SUM].into_iter())
}

fn render(figures: &Figures, format: Format) -> String {
    let mut out = Vec::new();
    layout().render(format, figures, &mut out);
    if format == Format::OpenMetrics {
        out.extend_from_slice(b"# EOF\n");
    }
    String::from_utf8(out).unwrap()
}

fn figures() -> Figures {
    Figures { words: vec![0; 80], ..Figures::NONE }
}

#[test]
fn every_series_is_there_before_the_first_call() {
    for format in BOTH {
        let page = strict::read(&render(&figures(), format), format).unwrap();
        assert_eq!(page.all("function_calls_total").count(), 2 * 4);
        assert_eq!(page.all("function_duration_seconds_bucket").count(), 2 * 15);
        assert_eq!(page.all("function_in_flight").count(), 2);
        assert_eq!(page.all("orders_total").count(), 2 * 3 * 4);
        assert!(page.samples.iter().all(|sample| sample.value == 0.0));
        let hostile = [("tier", "paid"), ("region", "a\"\\\n"), ("outcome", "panic")];
        assert_eq!(
            page.all("orders_total")
                .filter(|it| {
                    hostile.iter().all(|(name, value)| {
                        it.labels.contains(&((*name).to_owned(), (*value).to_owned()))
                    })
                })
                .count(),
            1
        );
    }
}

#[test]
fn outcomes_add_up_and_typed_errors_are_errors() {
    let mut figures = figures();
    figures.words[cell::STARTED] = 12;
    figures.words[cell::BUCKETS + 3] = 6;
    figures.words[cell::BUCKETS + 14] = 4;
    figures.words[cell::ERROR] = 5;
    figures.words[cell::CANCELLED] = 1;
    figures.words[cell::PANIC] = 2;
    figures.errors = vec![(0, "OutOfStock", 3), (0, "Declined", 1)];
    for format in BOTH {
        let page = strict::read(&render(&figures, format), format).unwrap();
        let calls = |labels: &[(&str, &str)]| {
            let function = [("function", "Shop::place")];
            page.sum("function_calls_total", &[&function, labels].concat())
        };
        assert_eq!(calls(&[]), 10.0);
        assert_eq!(calls(&[("outcome", "ok")]), 2.0);
        assert_eq!(calls(&[("outcome", "error")]), 5.0);
        assert_eq!(calls(&[("outcome", "error"), ("error_type", "")]), 1.0);
        assert_eq!(calls(&[("error_type", "OutOfStock")]), 3.0);
        assert_eq!(calls(&[("outcome", "cancelled")]), 1.0);
        assert_eq!(calls(&[("outcome", "panic")]), 2.0);
        assert_eq!(page.sum("function_in_flight", &[("function", "Shop::place")]), 2.0);
        let place = [("function", "Shop::place")];
        assert_eq!(page.sum("function_duration_seconds_count", &place), 10.0);
        let up_to_a_second = [place[0], ("le", "1.0")];
        assert_eq!(page.sum("function_duration_seconds_bucket", &up_to_a_second), 6.0);
    }
}

#[test]
fn an_edge_falls_on_the_latency_objective() {
    let objective = Objective::new(0, 300_000_000, 990_000);
    let pay = Function { function: "pay", module: "shop", cells: 0, items: 24, objective };
    let layout = Layout::new(&[pay], std::iter::empty());
    let catalog = Catalog {
        functions: vec![pay],
        metrics: Vec::new(),
        cells: 48,
        floats: vec![false; 48],
        native: None,
    };
    let mut figures = figures();
    figures.words[cell::STARTED] = 20;
    figures.words[cell::BUCKETS + 10] = 7; // up to 250 ms
    figures.words[cell::BUCKETS + 11] = 5; // up to the objective, 300 ms
    figures.words[cell::BEYOND] = 3; // up to 500 ms
    figures.words[cell::BUCKETS + 12] = 1; // up to a second
    // On the page, and for any other sink.
    for (format, is_page) in BOTH.into_iter().flat_map(|format| [(format, true), (format, false)]) {
        let mut text = Vec::new();
        if is_page {
            layout.render(format, &figures, &mut text);
        } else {
            walk::visit(&catalog, &figures, &mut Text::new(&mut text, format));
        }
        let mut text = String::from_utf8(text).unwrap();
        text.push_str(if format == Format::OpenMetrics { "# EOF\n" } else { "" });
        let page = strict::read(&text, format).unwrap();
        // Items of the stream have nothing to do with it.
        assert_eq!(page.all("function_item_duration_seconds_bucket").count(), 15);
        assert_eq!(page.all("function_duration_seconds_bucket").count(), 16);
        let pay = ("function", "pay");
        let bucket = |le| page.sum("function_duration_seconds_bucket", &[pay, ("le", le)]);
        let counts = ["0.25", "0.3", "0.5", "1.0", "+Inf"].map(bucket);
        assert_eq!(counts, [7.0, 12.0, 15.0, 16.0, 16.0], "{format:?}");
        assert_eq!(page.sum("function_duration_seconds_count", &[pay]), 16.0);
        assert_eq!(page.sum("function_calls_total", &[pay]), 16.0);
        assert_eq!(page.sum("function_in_flight", &[pay]), 4.0);
    }
}

/// A declared histogram of two series, with an example in the last bucket of the first and in the
/// middle one of the second. What the third example stands for is not among the figures yet.
fn with_examples() -> (Catalog, Figures) {
    static SIZES: Metric = Metric::histogram("sizes_items", "Sizes.", &[1.0, 10.0])
        .unit("items")
        .labels(&["hall"], &[Values::Closed(&["north", "south"])]);
    SIZES.assign(0);
    let examples = SIZES.examples().unwrap();
    for (bucket, value) in [(2, 1e15 + 0.5), (4, 1e-7), (3, 1.0)] {
        let (trace_id, span_id) = ([7, 8], 9);
        let unix_nanos = 1_700_000_000_250_000_000;
        examples.offer(bucket, 1, || Example { value, trace_id, span_id, unix_nanos });
    }
    let metrics = vec![&SIZES];
    let floats = vec![false; 8];
    let catalog = Catalog { functions: Vec::new(), metrics, cells: 0, floats, native: None };
    (catalog, Figures { words: vec![0, 2, 2, 2, 0, 0, 2, 2], ..Figures::NONE })
}

/// The same for any sink.
pub(crate) fn visit_with_examples(sink: &mut dyn Sink) {
    let (catalog, figures) = with_examples();
    walk::visit(&catalog, &figures, sink);
}

#[test]
fn declared_histograms_have_their_examples_on_open_pages() {
    let (catalog, figures) = with_examples();
    let layout = Layout::new(&[], catalog.metrics.iter().copied());
    for (format, is_page) in BOTH.into_iter().flat_map(|format| [(format, true), (format, false)]) {
        let mut text = Vec::new();
        if is_page {
            layout.render(format, &figures, &mut text);
        } else {
            walk::visit(&catalog, &figures, &mut Text::new(&mut text, format));
        }
        let mut text = String::from_utf8(text).unwrap();
        text.push_str(if format == Format::OpenMetrics { "# EOF\n" } else { "" });
        let page = strict::read(&text, format).unwrap();
        let found: Vec<_> = page.exemplars().collect();
        if format == Format::Text {
            assert!(found.is_empty(), "{text}");
            continue;
        }
        let label = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let trace = || format!("{:016x}{:016x}", 7, 8);
        let expected = [
            (&vec![label("hall", "north"), label("le", "+Inf")], trace()),
            (&vec![label("hall", "south"), label("le", "10.0")], trace()),
        ];
        assert_eq!(found, expected, "{text}");
        // As they were observed, whatever their size.
        let value = |sample: &strict::Sample| Some(sample.exemplar.as_ref()?.1);
        let values: Vec<f64> = page.samples.iter().filter_map(value).collect();
        assert_eq!(values, [1e15 + 0.5, 1e-7]);
    }
}

#[test]
fn a_torn_read_is_never_negative() {
    let mut figures = figures();
    figures.words[cell::STARTED] = 1;
    figures.words[cell::BUCKETS] = 2;
    figures.words[cell::ERROR] = 3;
    figures.errors = vec![(0, "Late", 9)];
    let text = render(&figures, Format::Text);
    let page = strict::read(&text, Format::Text).unwrap();
    assert!(page.samples.iter().all(|sample| sample.value >= 0.0), "{text}");
    // Words that are missing read as zero: a page of another size is no panic.
    figures.words.clear();
    render(&figures, Format::OpenMetrics);
}

#[test]
fn declared_metrics_show_their_words() {
    let mut figures = figures();
    figures.words[48 + 4 * 4 + 1] = 7; // paid, us, error
    figures.words[72] = 12.5f64.to_bits();
    figures.words[73] = 1;
    figures.words[76] = 2;
    figures.words[77] = 5;
    figures.words[78] = 3;
    figures.words[79] = 0.75f64.to_bits();
    for format in BOTH {
        let page = strict::read(&render(&figures, format), format).unwrap();
        let labels = [("tier", "paid"), ("region", "us"), ("outcome", "error")];
        assert_eq!(page.sum("orders_total", &labels), 7.0);
        assert_eq!(page.sum("orders_total", &[]), 7.0);
        assert_eq!(page.sum("order_value_usd_sum", &[]), 12.5);
        assert_eq!(page.sum("order_value_usd_bucket", &[("le", "1e+06")]), 1.0);
        assert_eq!(page.sum("order_value_usd_count", &[]), 3.0);
        assert_eq!(page.sum("place_in_flight", &[]), 2.0);
        assert_eq!(page.sum("spent_seconds_total", &[]), 0.75);
    }
    let open = render(&figures, Format::OpenMetrics);
    assert!(open.contains("# TYPE spent_seconds counter\n# UNIT spent_seconds seconds\n"));
}

/// Whatever a user puts into label values and help texts, the page can be read, and says it again.
#[test]
fn hostile_texts_survive_the_page() {
    let hostile = [
        "",
        "\"",
        "\\",
        "\\\"",
        "\\n",
        "a\nb",
        "} 1\n# EOF",
        "{x=\"y\"}",
        " # {a=\"b\"} 1 2",
        "é🦀",
        "trailing\\",
        ",",
        "a=\"b\",c=\"d",
    ];
    let registry = Registry::new();
    let gauge = GaugeVec::new(Opts::new("hostile", "h\\e\"l\np"), &["text"]).unwrap();
    registry.register(Box::new(gauge.clone())).unwrap();
    for (index, text) in hostile.iter().enumerate() {
        gauge.with_label_values(&[text]).set(index as f64 + 0.5);
    }
    gauge.with_label_values(&["\0\u{1b}[2J\r\u{2028}"]).set(100.0);
    for format in BOTH {
        let page = strict::read(&foreign_page(&registry, &[], format).0, format).unwrap();
        for (index, text) in hostile.iter().enumerate().skip(1) {
            assert_eq!(page.sum("hostile", &[("text", text)]), index as f64 + 0.5, "{text}");
        }
        let made_safe = "\u{fffd}\u{fffd}[2J\u{fffd}\u{fffd}";
        assert_eq!(page.sum("hostile", &[("text", made_safe)]), 100.0);
    }
}

proptest::proptest! {
    #[test]
    fn any_text_survives_the_page(value in ".*", help in ".*") {
        let registry = Registry::new();
        // The registry wants a help text, and leaves spaces as they are.
        let gauge = GaugeVec::new(Opts::new("any", format!("h{help}")), &["text"]).unwrap();
        registry.register(Box::new(gauge.clone())).unwrap();
        gauge.with_label_values(&[value.as_str()]).set(1.0);
        let safe = |letter: char| {
            let acts = letter.is_control() && letter != '\n';
            if acts || ['\u{2028}', '\u{2029}'].contains(&letter) { '\u{fffd}' } else { letter }
        };
        let shown: String = value.chars().map(safe).collect();
        for format in BOTH {
            let page = strict::read(&foreign_page(&registry, &[], format).0, format).unwrap();
            assert_eq!(page.sum("any", &[("text", &shown)]), 1.0);
        }
    }
}

fn foreign_page(registry: &Registry, own: &[(&str, Type)], format: Format) -> (String, LeftOut) {
    let (families, mut left_out) = foreign::gather(registry);
    let mut names = Names::default();
    for (name, kind) in own {
        assert!(names.take(name, *kind));
    }
    let mut out = Vec::new();
    foreign::visit(&families, &mut names, &mut left_out, &mut Text::new(&mut out, format));
    if format == Format::OpenMetrics {
        out.extend_from_slice(b"# EOF\n");
    }
    (String::from_utf8(out).unwrap(), left_out)
}

#[test]
fn registered_metrics_are_on_the_page_in_both_formats() {
    let registry = Registry::new();
    let counter = IntCounter::new("theirs_total", "Theirs.").unwrap();
    let bare = IntCounter::new("no_suffix", "A counter by another name.").unwrap();
    let options = HistogramOpts::new("wait_seconds", "Wait.").buckets(vec![0.1, 1.0]);
    let wait = HistogramVec::new(options, &["queue"]).unwrap();
    registry.register(Box::new(counter.clone())).unwrap();
    registry.register(Box::new(bare.clone())).unwrap();
    registry.register(Box::new(wait.clone())).unwrap();
    counter.inc_by(1 << 40);
    bare.inc();
    wait.with_label_values(&["a"]).observe(0.5);
    for format in BOTH {
        let (text, left_out) = foreign_page(&registry, &[], format);
        let page = strict::read(&text, format).unwrap();
        assert_eq!(left_out, LeftOut::default());
        assert!(text.contains("\ntheirs_total 1099511627776\n"), "{text}");
        assert_eq!(page.sum("no_suffix", &[]), 1.0);
        let bucket = "wait_seconds_bucket";
        assert_eq!(page.sum(bucket, &[("queue", "a"), ("le", "0.1")]), 0.0);
        assert_eq!(page.sum(bucket, &[("queue", "a"), ("le", "1.0")]), 1.0);
        assert_eq!(page.sum("wait_seconds_sum", &[]), 0.5);
    }
}

#[test]
fn a_name_that_is_taken_is_left_out_and_counted() {
    let registry = Registry::new();
    for name in ["orders_total", "wait_seconds_count", "target", "mine_total"] {
        registry.register(Box::new(IntCounter::new(name, "x").unwrap())).unwrap();
    }
    let own = [
        ("orders_total", Type::Counter),
        ("wait_seconds", Type::Histogram),
        ("target_info", Type::Info),
    ];
    let (text, left_out) = foreign_page(&registry, &own, Format::OpenMetrics);
    let page = strict::read(&text, Format::OpenMetrics).unwrap();
    assert_eq!(left_out, LeftOut { name_taken: 3, ..LeftOut::default() });
    assert_eq!(page.samples.len(), 1);
    assert_eq!(page.all("mine_total").count(), 1);
}

/// Two series that read the same spoil a page as much as two families do.
#[test]
fn series_that_read_the_same_are_there_once() {
    let registry = Registry::new();
    let gauge = GaugeVec::new(Opts::new("level", "x"), &["text"]).unwrap();
    registry.register(Box::new(gauge.clone())).unwrap();
    for (index, text) in ["\u{1}", "a", "\u{fffd}", "\u{2}"].iter().enumerate() {
        gauge.with_label_values(&[text]).set(index as f64 + 1.0);
    }
    for format in BOTH {
        let (text, left_out) = foreign_page(&registry, &[], format);
        let page = strict::read(&text, format).unwrap();
        assert_eq!(page.all("level").count(), 2, "{text}");
        assert_eq!(page.sum("level", &[("text", "\u{fffd}")]), 1.0);
        assert_eq!(left_out, LeftOut { series_twice: 1, ..LeftOut::default() });
    }
    let mut left_out = LeftOut::default();
    let mut family = family("same", MetricType::GAUGE, "a");
    let metric = family.get_metric()[0].clone();
    family.set_metric(vec![metric.clone(), metric]);
    let mut page = Vec::new();
    let sink = &mut Text::new(&mut page, Format::Text);
    foreign::visit(&[family], &mut Names::default(), &mut left_out, sink);
    strict::read(std::str::from_utf8(&page).unwrap(), Format::Text).unwrap();
    assert_eq!(left_out.series_twice, 1);
}

/// A collector that does what the crate's own ones can't.
struct Odd(fn() -> Vec<MetricFamily>);

impl Collector for Odd {
    fn desc(&self) -> Vec<&Desc> {
        Vec::new()
    }
    fn collect(&self) -> Vec<MetricFamily> {
        (self.0)()
    }
}

fn family(name: &str, kind: MetricType, label: &str) -> MetricFamily {
    let mut pair = LabelPair::default();
    pair.set_name(label.to_owned());
    pair.set_value("x".to_owned());
    let mut family = MetricFamily::default();
    family.set_name(name.to_owned());
    family.set_field_type(kind);
    family.set_metric(vec![prometheus::proto::Metric::from_label(vec![pair])]);
    family
}

fn twice(mut family: MetricFamily) -> MetricFamily {
    let labels = family.get_metric()[0].get_label().to_vec();
    family
        .set_metric(vec![prometheus::proto::Metric::from_label([labels.clone(), labels].concat())]);
    family
}

fn with_bounds(bounds: &[f64]) -> MetricFamily {
    let bucket = |bound: &f64| {
        let mut bucket = prometheus::proto::Bucket::default();
        bucket.set_upper_bound(*bound);
        bucket
    };
    let mut histogram = prometheus::proto::Histogram::default();
    histogram.set_bucket(bounds.iter().map(bucket).collect());
    let mut family = family("odd_buckets", MetricType::HISTOGRAM, "a");
    let mut metric = prometheus::proto::Metric::from_label(Vec::new());
    metric.set_histogram(histogram);
    family.set_metric(vec![metric]);
    family
}

/// To OpenMetrics a sum is a counter; the text tells what is there.
#[test]
fn what_can_fall_is_no_counter() {
    static BELOW: Metric = Metric::histogram("frost_celsius", "Frost.", &[-10.0, 10.0]);
    static ABOVE: Metric = Metric::histogram("heat_celsius", "Heat.", &[10.0]);
    BELOW.assign(0);
    ABOVE.assign(4);
    let layout = Layout::new(&[], [&BELOW, &ABOVE].into_iter());
    let mut figures = Figures { words: vec![0; 8], ..Figures::NONE };
    for (at, sum) in [(0, 5.0f64), (4, -1.0)] {
        figures.words[at] = sum.to_bits();
        figures.words[at + 1] = 1;
    }
    let odd = |sink: &mut dyn Sink| {
        let plain = Series::default();
        let head = |name, kind| Head { name, kind, help: "Odd.", unit: "" };
        sink.family(&head("odd_total", Type::Counter));
        sink.number(&plain, Number::Float(-1.0));
        sink.number(&Series { labels: &[("a", "b")], unix_millis: 0 }, Number::Float(f64::NAN));
        sink.family(&head("odd_celsius", Type::Summary));
        let quantiles = [(0.5, -1.0), (0.9, 1.0), (0.99, f64::NAN)];
        sink.summary(&plain, &Summary { quantiles: &quantiles, count: 3, sum: f64::NAN });
        sink.family(&head("odd_seconds", Type::Histogram));
        let histogram =
            Histogram { bounds: &[1.0], counts: &[1, 0], sum: -1.0, native: None, examples: &[] };
        sink.histogram(&plain, &histogram);
    };
    for (format, samples) in
        [(Format::Text, 5 + 4 + 2 + 5 + 4), (Format::OpenMetrics, 3 + 2 + 3 + 2)]
    {
        let mut out = Vec::new();
        layout.render(format, &figures, &mut out);
        odd(&mut Text::new(&mut out, format));
        if format == Format::OpenMetrics {
            out.extend_from_slice(b"# EOF\n");
        }
        let text = String::from_utf8(out).unwrap();
        let page = strict::read(&text, format).unwrap();
        assert_eq!(page.samples.len(), samples, "{text}");
    }
}

#[test]
fn odd_collectors_do_not_spoil_the_page() {
    let gather = |families: fn() -> Vec<MetricFamily>| {
        let mut left_out = LeftOut::default();
        let mut page = Vec::new();
        let sink = &mut Text::new(&mut page, Format::Text);
        foreign::visit(&families(), &mut Names::default(), &mut left_out, sink);
        let page = String::from_utf8(page).unwrap();
        (strict::read(&page, Format::Text).unwrap().types.len(), left_out)
    };
    assert_eq!(
        gather(|| vec![
            family("new\nline", MetricType::GAUGE, "a"),
            family("fine", MetricType::GAUGE, "b ad"),
            family("9lives", MetricType::GAUGE, "a"),
            family("", MetricType::GAUGE, "a"),
            family("whatever", MetricType::UNTYPED, "a"),
            family("fine_too", MetricType::SUMMARY, "a"),
            family("bounds", MetricType::HISTOGRAM, "le"),
            family("of_mass", MetricType::SUMMARY, "quantile"),
            family("a_name", MetricType::GAUGE, "__name__"),
            twice(family("twice", MetricType::GAUGE, "a")),
            with_bounds(&[1.0, 0.5]),
            with_bounds(&[f64::NAN]),
        ]),
        (1, LeftOut { name_invalid: 8, type_unknown: 1, buckets_invalid: 2, ..LeftOut::default() })
    );

    let registry = Registry::new();
    if registry.register(Box::new(Odd(|| panic!("on purpose")))).is_ok() {
        let (text, left_out) = foreign_page(&registry, &[], Format::Text);
        assert_eq!((text.as_str(), left_out.collector_panicked), ("", 1));
    }
}

/// A page with every kind of series, letter for letter: what dashboards and scrapers rely on.
#[test]
fn the_page_is_what_it_was() {
    let mut figures = figures();
    let mut value = 1u64;
    for (index, word) in figures.words.iter_mut().enumerate().filter(|(index, _)| *index != 72) {
        *word = value % [10, 1_000, 100_000, 10_000_000_000][index % 4];
        value = value.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407) >> 3;
    }
    figures.words[cell::SUM] = 1_234_567_890_125;
    figures.words[24 + cell::SUM] = 5;
    figures.words[72] = 12.5f64.to_bits();
    figures.words[79] = 0.1234567890123f64.to_bits();
    figures.words[cell::BEYOND] = 0;
    figures.words[24 + cell::BEYOND] = 0;
    figures.errors = vec![(0, "Declined", 1), (0, "OutOfStock", 3)];
    // Ticks are nanoseconds until somebody calibrates the clock, which another test may do.
    let without_sums = |page: &str| {
        let lines = page.lines().filter(|line| !line.starts_with("function_duration_seconds_sum"));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    for (format, page) in [
        (Format::Text, include_str!("text.page")),
        (Format::OpenMetrics, include_str!("openmetrics.page")),
    ] {
        assert_eq!(without_sums(&render(&figures, format)), without_sums(page));
    }
}

#[test]
fn a_program_can_serve_the_page_itself() {
    let mut page = b"the page before".to_vec();
    for (accept, kind, format) in [
        ("", "text/plain; version=0.0.4; charset=utf-8", Format::Text),
        ("text/plain;q=0.1, */*", "text/plain; version=0.0.4; charset=utf-8", Format::Text),
        (
            "application/openmetrics-text; version=1.0.0, text/plain;q=0.5",
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Format::OpenMetrics,
        ),
    ] {
        assert_eq!(crate::metrics_page(accept, &mut page), kind);
        let text = std::str::from_utf8(&page).unwrap();
        assert_eq!(strict::read(text, format).unwrap().all("plimsoll_build_info").count(), 1);
    }
    let protobuf = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;\
        encoding=delimited";
    let kind = crate::metrics_page(protobuf, &mut page);
    assert!(kind.starts_with("application/vnd.google.protobuf; "), "{kind}");
    assert!(protobuf::names(&page).contains(&"plimsoll_build_info".to_owned()));
    // A buffer that is large enough is not exchanged.
    page.reserve(page.len());
    let place = page.as_ptr();
    crate::metrics_page("", &mut page);
    assert_eq!(page.as_ptr(), place);
}

/// Collects how long the page is.
struct Nosy(GaugeVec);

thread_local!(static ASKED: Cell<bool> = const { Cell::new(false) });
/// How often one of them was asked by itself.
static AGAIN: AtomicU32 = AtomicU32::new(0);

impl Collector for Nosy {
    fn desc(&self) -> Vec<&Desc> {
        self.0.desc()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let mut page = Vec::new();
        if ASKED.replace(true) {
            AGAIN.fetch_add(1, Ordering::Relaxed);
        } else {
            crate::metrics_page("", &mut page);
        }
        ASKED.set(false);
        self.0.with_label_values(&["page"]).set(page.len() as f64);
        self.0.collect()
    }
}

#[test]
fn a_collector_that_reads_the_page_is_not_asked_again() {
    let length = GaugeVec::new(Opts::new("nosy_length_bytes", "Length."), &["of"]).unwrap();
    let nosy = || Box::new(Nosy(length.clone()));
    foreign::registry().register(nosy()).unwrap();
    let mut page = Vec::new();
    crate::metrics_page("", &mut page);
    foreign::registry().unregister(nosy()).unwrap();
    let page = String::from_utf8(page).unwrap();
    assert!(page.contains("\nnosy_length_bytes{of=\"page\"} "), "{page}");
    assert_eq!(AGAIN.load(Ordering::Relaxed), 0);
}
