//! What libraries record through the API, as it is on the page.

use std::sync::Once;
use std::sync::atomic::AtomicBool;

use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::metrics::{Aggregation, Instrument, Stream};

use super::*;
use crate::metrics::family::{Histogram, Summary};
use crate::metrics::names::{Distinct, Names};

fn begin() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(start);
}

/// Each family as one line, each series as one more.
#[derive(Default)]
struct Lines(Vec<String>, String);

impl Lines {
    fn line(&mut self, series: &Series<'_>, what: &str) {
        let labels: Vec<String> =
            series.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.0.push(format!("{}{{{}}} {what}", self.1, labels.join(",")));
    }
}

impl Sink for Lines {
    fn family(&mut self, head: &Head<'_>) {
        self.1 = head.name.to_owned();
        self.0.push(format!("{} {:?} [{}] {}", head.name, head.kind, head.unit, head.help));
    }

    fn number(&mut self, series: &Series<'_>, value: Number) {
        self.line(series, &format!("{value:?}"));
    }

    fn histogram(&mut self, series: &Series<'_>, histogram: &Histogram<'_>) {
        let Histogram { bounds, counts, sum, native, .. } = histogram;
        let native = native.map(|native| format!(" {:?}", native.positive)).unwrap_or_default();
        self.line(series, &format!("{bounds:?} {counts:?} {sum}{native}"));
    }

    fn summary(&mut self, _: &Series<'_>, _: &Summary<'_>) {
        unreachable!("the API has no summaries");
    }
}

/// The lines of the families whose names begin so.
fn page(prefix: &str) -> Vec<String> {
    let mut lines = Lines::default();
    visit(&mut lines);
    lines.0.into_iter().filter(|line| line.starts_with(prefix)).collect()
}

fn lost(reason: &str) -> u64 {
    let at = REASONS.iter().position(|known| *known == reason).unwrap();
    LOST[at].load(Ordering::Relaxed)
}

#[test]
fn every_instrument_is_told_by_its_prometheus_name() {
    begin();
    let scope = InstrumentationScope::builder("kinds.lib")
        .with_version("1.2")
        .with_attributes([KeyValue::new("a.b", "c")])
        .build();
    let meter = global::meter_with_scope(scope);
    let calls = meter.u64_counter("kinds.calls").with_description("Calls.").with_unit("{call}");
    let calls = calls.build();
    calls.add(3, &[KeyValue::new("http.route", "/a"), KeyValue::new("le", 7)]);
    calls.add(4, &[]);
    meter.f64_counter("kinds.read").with_unit("By").build().add(1.5, &[]);
    meter.i64_up_down_counter("kinds.depth").build().add(-2, &[]);
    meter.u64_gauge("kinds.load").with_unit("1").build().record(9, &[]);
    let wait = meter.f64_histogram("kinds.wait").with_unit("s").with_boundaries(vec![0.5, 1.0]);
    let wait = wait.build();
    wait.record(0.5, &[]);
    wait.record(3.0, &[]);
    meter.u64_histogram("kinds.plain").with_boundaries(vec![]).build().record(3, &[]);
    meter.i64_observable_gauge("kinds.asked").with_callback(|it| it.observe(5, &[])).build();

    let scope = "otel_scope_name=kinds.lib,otel_scope_version=1.2,otel_scope_a_b=c";
    let mut told = page("kinds_");
    told.sort();
    let mut expected = [
        "kinds_calls_total Counter [] Calls.".to_owned(),
        format!("kinds_calls_total{{{scope},http_route=/a,key_le=7}} Integer(3)"),
        format!("kinds_calls_total{{{scope}}} Integer(4)"),
        "kinds_read_bytes_total Counter [bytes] Not described.".to_owned(),
        format!("kinds_read_bytes_total{{{scope}}} Float(1.5)"),
        "kinds_depth Gauge [] Not described.".to_owned(),
        format!("kinds_depth{{{scope}}} Float(-2.0)"),
        "kinds_load_ratio Gauge [ratio] Not described.".to_owned(),
        format!("kinds_load_ratio{{{scope}}} Integer(9)"),
        "kinds_wait_seconds Histogram [seconds] Not described.".to_owned(),
        format!("kinds_wait_seconds{{{scope}}} [0.5, 1.0] [1, 0, 1] 3.5"),
        "kinds_plain Histogram [] Not described.".to_owned(),
        format!("kinds_plain{{{scope}}} [] [1] 3"),
        "kinds_asked Gauge [] Not described.".to_owned(),
        format!("kinds_asked{{{scope}}} Integer(5)"),
    ];
    expected.sort();
    assert_eq!(told, expected);
    assert_eq!(page("kinds_").len(), expected.len(), "totals stay at the next visit");
}

#[test]
fn a_panic_of_a_callback_loses_that_visit_of_it() {
    static PANICS: AtomicBool = AtomicBool::new(true);
    begin();
    let meter = global::meter("panicky");
    let asked = meter.u64_observable_gauge("panicky.asked").with_callback(|it| {
        it.observe(1, &[]);
        assert!(!PANICS.load(Ordering::Relaxed), "a callback panics");
        // One that makes an instrument must not wait for itself.
        global::meter("panicky").u64_counter("panicky.made").build().add(1, &[]);
    });
    asked.build();
    meter.u64_observable_gauge("panicky.other").with_callback(|it| it.observe(2, &[])).build();
    let before = lost("callback_panicked");
    assert_eq!(
        page("panicky_").last().unwrap(),
        "panicky_other{otel_scope_name=panicky} Integer(2)"
    );
    assert!(page("panicky_asked").is_empty(), "half an answer is none");
    assert!(lost("callback_panicked") >= before + 2);
    PANICS.store(false, Ordering::Relaxed);
    assert_eq!(page("panicky_asked").len(), 2);
    assert_eq!(page("panicky_made").len(), 2);
    PANICS.store(true, Ordering::Relaxed);
    assert!(page("panicky_asked").is_empty(), "nor is an old one");
}

#[test]
fn scopes_share_a_family_unless_they_disagree() {
    begin();
    global::meter("shared.a").u64_counter("shared.jobs").build().add(1, &[]);
    global::meter("shared.b").u64_counter("shared.jobs").build().add(2, &[]);
    global::meter("shared.c").u64_gauge("shared.jobs_total").build().record(3, &[]);
    let before = lost("type_taken");
    let told = page("shared_");
    assert!(lost("type_taken") > before);
    // The SDK gives scopes in no order, so either kind may come first.
    let series = told.iter().filter(|line| line.contains('{')).count();
    let is_counter = told[0] == "shared_jobs_total Counter [] Not described.";
    assert_eq!((told.len(), series), if is_counter { (3, 2) } else { (2, 1) }, "{told:?}");
}

#[test]
fn what_becomes_one_series_is_told_once() {
    begin();
    let meter = global::meter("same");
    let keys = ["a.b", "a_b"].map(|key| [KeyValue::new(key, "c")]);
    // By their names, and by the keys of their attributes.
    for (name, count) in [("same.jobs", 1), ("same_jobs", 2)] {
        let jobs = meter.u64_counter(name).build();
        keys.iter().for_each(|key| jobs.add(count, key));
        let wait = meter.f64_histogram(name.replace("jobs", "wait"));
        wait.with_boundaries(vec![1.0]).build().record(f64::from(count as u32), &[]);
        meter.u64_gauge(name.replace("jobs", "level")).build().record(count, &[]);
    }
    let before = lost("series_twice");
    let mut told = page("same_");
    assert!(lost("series_twice") > before);
    told.retain(|line| line.contains('{') && !line.starts_with("same_level{"));
    assert_eq!(
        told,
        [
            "same_jobs_total{otel_scope_name=same,a_b=c} Integer(6)",
            "same_wait{otel_scope_name=same} [1.0] [1, 1] 3",
        ]
    );
    assert_eq!(page("same_level{").len(), 1);
}

#[test]
fn a_name_that_is_taken_is_left_out_and_counted() {
    begin();
    global::meter("taken").u64_counter("taken.names").build().add(1, &[]);
    let mut names = Names::default();
    names.take("taken_names_total", Type::Counter);
    let mut lines = Lines::default();
    let mut distinct = Distinct::new(&mut lines, names, Vec::new());
    visit(&mut distinct);
    assert!(distinct.clashed >= 1);
    assert!(!lines.0.iter().any(|line| line.starts_with("taken_names")), "{:?}", lines.0);
}

#[test]
fn a_provider_of_the_programs_own_is_read_with_its_views() {
    let view = |instrument: &Instrument| {
        let aggregation = Aggregation::Base2ExponentialHistogram {
            max_size: 160,
            max_scale: 6,
            record_min_max: false,
        };
        let stream = Stream::builder().with_aggregation(aggregation);
        (instrument.name() == "viewed.wait").then(|| stream.build().ok()).flatten()
    };
    let provider = SdkMeterProvider::builder().with_reader(reader()).with_view(view).build();
    use opentelemetry::metrics::MeterProvider as _;
    let wait = provider.meter("viewed").f64_histogram("viewed.wait").with_unit("s").build();
    // In (1, 2^(1/16)] of our scale both, and 2 is the upper end of its own.
    wait.record(1.01, &[]);
    wait.record(1.02, &[]);
    wait.record(2.0, &[]);
    let told = page("viewed_");
    assert!(told[1].contains("[] [3]") && told[1].ends_with("[(0, 2), (15, 1)]"), "{told:?}");
    drop(wait);
    drop(provider);
    assert!(page("viewed_").is_empty(), "it is gone");
}
