//! The protobuf page, as somebody else's decoder reads it.
//!
//! The messages are written down from `client_model`'s `metrics.proto`, not from the writer.

use std::collections::BTreeMap;

use proptest::prelude::*;
use prost::Message;

use super::strict::{self, Labels};
use crate::metrics::exemplar::Exemplar;
use crate::metrics::family::{
    Exponential, Head, Histogram, Number, Series, Sink, Summary as SummaryData, Type,
};
use crate::metrics::proto::Proto;
use crate::metrics::text::Text;
use crate::metrics::write::{self, Format};

#[derive(Clone, PartialEq, Message)]
struct MetricFamily {
    #[prost(string, optional, tag = "1")]
    name: Option<String>,
    #[prost(string, optional, tag = "2")]
    help: Option<String>,
    #[prost(int32, optional, tag = "3")]
    kind: Option<i32>,
    #[prost(message, repeated, tag = "4")]
    metric: Vec<Metric>,
    #[prost(string, optional, tag = "5")]
    unit: Option<String>,
}

#[derive(Clone, PartialEq, Message)]
struct Metric {
    #[prost(message, repeated, tag = "1")]
    label: Vec<Label>,
    #[prost(message, optional, tag = "2")]
    gauge: Option<Value>,
    #[prost(message, optional, tag = "3")]
    counter: Option<Value>,
    #[prost(message, optional, tag = "4")]
    summary: Option<Summary>,
    #[prost(int64, optional, tag = "6")]
    timestamp_ms: Option<i64>,
    #[prost(message, optional, tag = "7")]
    histogram: Option<Buckets>,
}

#[derive(Clone, PartialEq, Message)]
struct Label {
    #[prost(string, optional, tag = "1")]
    name: Option<String>,
    #[prost(string, optional, tag = "2")]
    value: Option<String>,
}

#[derive(Clone, PartialEq, Message)]
struct Value {
    #[prost(double, optional, tag = "1")]
    value: Option<f64>,
}

#[derive(Clone, PartialEq, Message)]
struct Summary {
    #[prost(uint64, optional, tag = "1")]
    sample_count: Option<u64>,
    #[prost(double, optional, tag = "2")]
    sample_sum: Option<f64>,
    #[prost(message, repeated, tag = "3")]
    quantile: Vec<Quantile>,
}

#[derive(Clone, PartialEq, Message)]
struct Quantile {
    #[prost(double, optional, tag = "1")]
    quantile: Option<f64>,
    #[prost(double, optional, tag = "2")]
    value: Option<f64>,
}

#[derive(Clone, PartialEq, Message)]
struct Buckets {
    #[prost(uint64, optional, tag = "1")]
    sample_count: Option<u64>,
    #[prost(double, optional, tag = "2")]
    sample_sum: Option<f64>,
    #[prost(message, repeated, tag = "3")]
    bucket: Vec<Bucket>,
    #[prost(sint32, optional, tag = "5")]
    schema: Option<i32>,
    #[prost(double, optional, tag = "6")]
    zero_threshold: Option<f64>,
    #[prost(uint64, optional, tag = "7")]
    zero_count: Option<u64>,
    #[prost(message, repeated, tag = "9")]
    negative_span: Vec<Span>,
    #[prost(sint64, repeated, tag = "10")]
    negative_delta: Vec<i64>,
    #[prost(message, repeated, tag = "12")]
    positive_span: Vec<Span>,
    #[prost(sint64, repeated, tag = "13")]
    positive_delta: Vec<i64>,
}

#[derive(Clone, PartialEq, Message)]
struct Bucket {
    #[prost(uint64, optional, tag = "1")]
    cumulative_count: Option<u64>,
    #[prost(double, optional, tag = "2")]
    upper_bound: Option<f64>,
    #[prost(message, optional, tag = "3")]
    exemplar: Option<Example>,
}

#[derive(Clone, PartialEq, Message)]
struct Span {
    #[prost(sint32, optional, tag = "1")]
    offset: Option<i32>,
    #[prost(uint32, optional, tag = "2")]
    length: Option<u32>,
}

#[derive(Clone, PartialEq, Message)]
struct Example {
    #[prost(message, repeated, tag = "1")]
    label: Vec<Label>,
    #[prost(double, optional, tag = "2")]
    value: Option<f64>,
    #[prost(message, optional, tag = "3")]
    timestamp: Option<Timestamp>,
}

#[derive(Clone, PartialEq, Message)]
struct Timestamp {
    #[prost(int64, optional, tag = "1")]
    seconds: Option<i64>,
    #[prost(int32, optional, tag = "2")]
    nanos: Option<i32>,
}

fn families(mut page: &[u8]) -> Vec<MetricFamily> {
    let mut families = Vec::new();
    while !page.is_empty() {
        families.push(MetricFamily::decode_length_delimited(&mut page).unwrap());
    }
    families
}

/// The names of the families of a page.
pub(crate) fn names(page: &[u8]) -> Vec<String> {
    families(page).iter().map(|family| family.name().to_owned()).collect()
}

fn page(hand_over: impl Fn(&mut dyn Sink)) -> Vec<MetricFamily> {
    let mut page = Vec::new();
    let mut sink = Proto::new(&mut page);
    hand_over(&mut sink);
    sink.end();
    families(&page)
}

fn lines(hand_over: impl Fn(&mut dyn Sink), format: Format) -> strict::Page {
    let mut page = Vec::new();
    hand_over(&mut Text::new(&mut page, format));
    if format == Format::OpenMetrics {
        page.extend_from_slice(b"# EOF\n");
    }
    strict::read(std::str::from_utf8(&page).unwrap(), format).unwrap()
}

/// The series that a scraper makes of the families: name and labels, with the value's bits.
fn series(families: &[MetricFamily]) -> BTreeMap<(String, Labels), u64> {
    let mut all = BTreeMap::new();
    for family in families {
        for metric in &family.metric {
            let labels: Labels = metric.label.iter().map(pair).collect();
            let mut add = |suffix: &str, more: Option<(&str, f64)>, value: f64| {
                let mut labels = labels.clone();
                labels.extend(more.map(|(name, bound)| (name.to_owned(), write::bound(bound))));
                labels.sort();
                let name = format!("{}{suffix}", family.name());
                assert_eq!(all.insert((name, labels), value.to_bits()), None);
            };
            match family.kind() {
                0 => add("", None, metric.counter.as_ref().unwrap().value()),
                1 => add("", None, metric.gauge.as_ref().unwrap().value()),
                2 => {
                    let summary = metric.summary.as_ref().unwrap();
                    for it in &summary.quantile {
                        add("", Some(("quantile", it.quantile())), it.value());
                    }
                    add("_sum", None, summary.sample_sum());
                    add("_count", None, summary.sample_count() as f64);
                }
                4 => {
                    let histogram = metric.histogram.as_ref().unwrap();
                    for bucket in &histogram.bucket {
                        let le = Some(("le", bucket.upper_bound()));
                        add("_bucket", le, bucket.cumulative_count() as f64);
                    }
                    add("_sum", None, histogram.sample_sum());
                    add("_count", None, histogram.sample_count() as f64);
                }
                other => panic!("no such type: {other}"),
            }
        }
    }
    all
}

fn pair(label: &Label) -> (String, String) {
    (label.name().to_owned(), label.value().to_owned())
}

const HOSTILE: &str = "a\"} 1\nb\\c\r\u{1b}[2J\0\u{2028}é";

/// One family of each kind.
fn everything(sink: &mut dyn Sink) {
    let head = |name, kind, unit| Head { name, kind, help: HOSTILE, unit };
    let labels = [("tenant", HOSTILE), ("product", "book")];
    let series = Series { labels: &labels, unix_millis: 0 };
    let plain = Series::default();
    sink.family(&head("paid_usd_total", Type::Counter, "usd"));
    sink.number(&series, Number::Float(12.5));
    sink.number(&plain, Number::Integer(1 << 60));
    sink.family(&head("empty_total", Type::Counter, ""));
    sink.family(&head("temperature_celsius", Type::Gauge, "celsius"));
    sink.number(&plain, Number::Float(-0.0));
    sink.number(&series, Number::Float(f64::NAN));
    sink.family(&head("flags_info", Type::Info, ""));
    sink.number(&series, Number::Integer(1));
    sink.family(&head("wait_seconds", Type::Summary, "seconds"));
    let summary = SummaryData { quantiles: &[(0.5, 0.25), (0.99, 7.0)], count: 300, sum: 75.5 };
    sink.summary(&series, &summary);
    sink.family(&head("took_seconds", Type::Histogram, "seconds"));
    let example = Exemplar {
        value: 0.02,
        trace_id: 0xabc,
        span_id: 7,
        unix_nanos: 1_700_000_000_250_000_000,
    };
    let histogram = Histogram {
        bounds: &[0.0001, 0.1, 2e6],
        counts: &[1, 200, 0, 3],
        sum: 9.75,
        native: None,
        examples: &[None, Some(example)],
    };
    sink.histogram(&series, &histogram);
    sink.histogram(&Series { unix_millis: 1_700_000_000_250, ..plain }, &histogram);
}

/// A series must be the same in whichever form it is scraped.
#[test]
fn protobuf_says_what_the_lines_say() {
    let proto = series(&page(everything));
    for format in [Format::Text, Format::OpenMetrics] {
        let lines = lines(everything, format).samples.into_iter();
        let lines: BTreeMap<_, _> = lines
            .map(|sample| {
                let mut labels = sample.labels;
                labels.sort();
                ((sample.name, labels), sample.value.to_bits())
            })
            .collect();
        assert_eq!(proto, lines, "{format:?}");
    }
}

#[test]
fn families_have_their_unit_and_examples_their_span() {
    let families = page(everything);
    let of = |name: &str| families.iter().find(|family| family.name() == name).unwrap();
    let units = families.iter().map(|family| (family.name(), family.unit()));
    assert_eq!(
        units.collect::<Vec<_>>(),
        [
            ("paid_usd_total", "usd"),
            ("empty_total", ""),
            ("temperature_celsius", "celsius"),
            ("flags_info", ""),
            ("wait_seconds", "seconds"),
            ("took_seconds", "seconds"),
        ]
    );
    assert_eq!(of("empty_total").metric, []);
    assert_eq!(of("flags_info").help(), "a\"} 1\nb\\c\u{fffd}\u{fffd}[2J\u{fffd}\u{fffd}é");
    let took = &of("took_seconds").metric;
    assert_eq!((took[0].timestamp_ms, took[1].timestamp_ms()), (None, 1_700_000_000_250));
    let buckets = &took[0].histogram.as_ref().unwrap().bucket;
    let with: Vec<_> = buckets.iter().map(|bucket| bucket.exemplar.is_some()).collect();
    assert_eq!(with, [false, true, false, false]);
    let example = buckets[1].exemplar.as_ref().unwrap();
    let labels: Labels = example.label.iter().map(pair).collect();
    let hex = |text: &str, digits: &str| (text.to_owned(), digits.to_owned());
    let (trace, span) = (format!("{:032x}", 0xabc), format!("{:016x}", 7));
    assert_eq!(labels, [hex("trace_id", &trace), hex("span_id", &span)]);
    let time = example.timestamp.as_ref().unwrap();
    assert_eq!((example.value(), time.seconds(), time.nanos()), (0.02, 1_700_000_000, 250_000_000));
}

#[test]
fn declared_histograms_have_their_examples() {
    let families = page(super::visit_with_examples);
    let sizes = families.iter().find(|family| family.name() == "sizes_items").unwrap();
    let examples = sizes.metric.iter().map(|series| {
        let buckets = &series.histogram.as_ref().unwrap().bucket;
        let with = |(at, bucket): (usize, &Bucket)| {
            let example = bucket.exemplar.as_ref()?;
            Some((at, example.value(), pair(&example.label[0]).1))
        };
        buckets.iter().enumerate().filter_map(with).collect::<Vec<_>>()
    });
    let trace = || format!("{:016x}{:016x}", 7, 8);
    let expected = [vec![(2, 1e15 + 0.5, trace())], vec![(1, 1e-7, trace())]];
    assert_eq!(examples.collect::<Vec<_>>(), expected);
}

/// What a reader makes of spans and deltas: a count for each bucket, by Prometheus's numbers.
fn spread(spans: &[Span], deltas: &[i64]) -> Vec<(i32, u64)> {
    let (mut next, mut count, mut deltas) = (0, 0i64, deltas.iter());
    let mut buckets = Vec::new();
    for span in spans {
        next += span.offset();
        for _ in 0..span.length() {
            count += deltas.next().unwrap();
            buckets.push((next, u64::try_from(count).unwrap()));
            next += 1;
        }
    }
    assert_eq!(deltas.next(), None);
    buckets.retain(|(_, count)| *count > 0);
    buckets
}

fn native(exponential: &Exponential) -> Buckets {
    let families = page(|sink| {
        sink.family(&Head { name: "x_seconds", kind: Type::Histogram, help: "", unit: "" });
        let histogram = Histogram {
            bounds: &[1.0, 2.0],
            // Read a moment later: there is one observation more.
            counts: &[u64::from(u32::MAX), 1, 1],
            sum: 1.0,
            native: Some(exponential),
            examples: &[],
        };
        sink.histogram(&Series::default(), &histogram);
    });
    families[0].metric[0].histogram.clone().unwrap()
}

#[test]
fn a_native_histogram_without_observations_is_none_the_less_native() {
    let empty = native(&Exponential::default());
    assert_eq!((empty.schema(), empty.sample_count(), empty.zero_count()), (4, 0, 0));
    assert!(empty.zero_threshold() > 0.0);
    assert!(empty.bucket.iter().all(|bucket| bucket.cumulative_count() == 0));
}

proptest! {
    #[test]
    fn native_buckets_are_read_as_they_were_counted(
        zero in 0..1000u64,
        positive in prop::collection::btree_map(-600..600i32, 1..1u64 << 40, 0..40),
        negative in prop::collection::btree_map(-20..20i32, 1..1000u64, 0..20),
    ) {
        let exponential = Exponential {
            zero,
            positive: positive.iter().map(|(index, count)| (*index, *count)).collect(),
            negative: negative.iter().map(|(index, count)| (*index, *count)).collect(),
        };
        let read = native(&exponential);
        // A bucket that ends at base^i is number i.
        let expected = |buckets: &BTreeMap<i32, u64>| -> Vec<_> {
            buckets.iter().map(|(index, count)| (index + 1, *count)).collect()
        };
        prop_assert_eq!(spread(&read.positive_span, &read.positive_delta), expected(&positive));
        prop_assert_eq!(spread(&read.negative_span, &read.negative_delta), expected(&negative));
        prop_assert_eq!(read.zero_count(), zero);
        // Prometheus refuses a histogram whose buckets are not its count.
        let all = zero + positive.values().chain(negative.values()).sum::<u64>();
        prop_assert_eq!(read.sample_count(), all);
        let below: Vec<u64> = read.bucket.iter().map(Bucket::cumulative_count).collect();
        prop_assert!(below.is_sorted());
        prop_assert_eq!(below[2], all);
    }
}
