//! What an independent decoder reads of the points.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::metrics::v1::exemplar::Value as ExampleValue;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Figure;
use opentelemetry_proto::tonic::metrics::v1::{Metric, NumberDataPoint};
use prost::Message;

use super::super::resource;
use super::*;

const BEGUN: u64 = 1_000;
const NOW: u64 = 5_000_000_000;

fn visit(
    temporality: Temporality,
    exponential: bool,
    deltas: &mut Deltas,
    now: u64,
    source: impl Fn(&mut dyn Sink),
) -> Points {
    let mut encoder = Encoder::new(temporality, exponential, BEGUN, now, deltas);
    source(&mut encoder);
    encoder.points
}

fn decode(points: &Points) -> Vec<Metric> {
    let mut metrics = Vec::new();
    for range in points.portions().iter().rev() {
        let batch = points.batch(range);
        let head = resource::Head::new(&[("service.name".to_owned(), "shop".to_owned())]);
        let mut request = head.before(batch.items.len());
        request.extend_from_slice(&batch.items);
        let request = ExportMetricsServiceRequest::decode(request.as_slice()).unwrap();
        let [resource] = &request.resource_metrics[..] else { panic!("one resource") };
        let [scope] = &resource.scope_metrics[..] else { panic!("one scope") };
        assert_eq!(scope.scope.as_ref().unwrap().name, "plimsoll");
        metrics.extend(scope.metrics.clone());
    }
    metrics
}

fn cumulative(source: impl Fn(&mut dyn Sink)) -> Vec<Metric> {
    decode(&visit(Temporality::Cumulative, false, &mut Deltas::default(), NOW, source))
}

fn head<'a>(name: &'a str, kind: Type, unit: &'a str) -> Head<'a> {
    Head { name, kind, help: "What it is.", unit }
}

fn labels<'a>(labels: &'a [(&'a str, &'a str)]) -> Series<'a> {
    Series { labels, unix_millis: 0 }
}

fn attributes(point: &NumberDataPoint) -> Vec<(String, String)> {
    let text = |value: &Option<Any>| match value {
        Some(Any::StringValue(text)) => text.clone(),
        other => panic!("{other:?}"),
    };
    let pairs = point.attributes.iter();
    pairs.map(|it| (it.key.clone(), text(&it.value.as_ref().unwrap().value))).collect()
}

#[test]
fn numbers_read_back_as_they_were() {
    let metrics = cumulative(|sink| {
        sink.family(&head("orders_total", Type::Counter, ""));
        sink.number(&labels(&[("tier", "pl\"us"), ("none", "")]), Number::Integer(3));
        sink.number(&labels(&[]), Number::Float(0.25));
        sink.family(&head("queue_bytes", Type::Gauge, "bytes"));
        sink.number(&Series { labels: &[], unix_millis: 7 }, Number::Float(-1.5));
        sink.number(&labels(&[]), Number::Integer(u64::MAX));
        sink.family(&head("flags_info", Type::Info, ""));
        sink.number(&labels(&[("dark", "on")]), Number::Integer(1));
        sink.family(&head("target_info", Type::Info, ""));
        sink.number(&labels(&[("service_name", "shop")]), Number::Integer(1));
        sink.family(&head("nobody_total", Type::Counter, ""));
    });
    let [orders, queue, flags] = &metrics[..] else { panic!("{metrics:?}") };
    assert_eq!(
        (orders.name.as_str(), orders.description.as_str()),
        ("orders_total", "What it is.")
    );
    let Some(Data::Sum(sum)) = &orders.data else { panic!("{orders:?}") };
    assert_eq!((sum.is_monotonic, sum.aggregation_temporality), (true, 2));
    let [first, second] = &sum.data_points[..] else { panic!("{sum:?}") };
    assert_eq!((first.start_time_unix_nano, first.time_unix_nano), (BEGUN, NOW));
    assert_eq!(first.value, Some(Figure::AsInt(3)));
    assert_eq!(attributes(first)[0], ("tier".to_owned(), "pl\"us".to_owned()));
    assert_eq!(attributes(first)[1], ("none".to_owned(), String::new()));
    assert_eq!(second.value, Some(Figure::AsDouble(0.25)));

    let Some(Data::Gauge(gauge)) = &queue.data else { panic!("{queue:?}") };
    assert_eq!(queue.unit, "By");
    let [first, second] = &gauge.data_points[..] else { panic!("{gauge:?}") };
    assert_eq!((first.start_time_unix_nano, first.time_unix_nano), (0, 7_000_000));
    assert_eq!(first.value, Some(Figure::AsDouble(-1.5)));
    assert_eq!(second.value, Some(Figure::AsDouble(u64::MAX as f64)));

    let Some(Data::Sum(sum)) = &flags.data else { panic!("{flags:?}") };
    assert_eq!((sum.is_monotonic, sum.aggregation_temporality), (false, 2));
    assert_eq!(flags.metadata[0].key, "prometheus.type");
}

#[test]
fn units_are_ucum_and_never_change_a_name() {
    for (name, unit, ucum) in [
        ("wait_seconds", "seconds", "s"),
        ("load_ratio", "ratio", "1"),
        ("room_celsius", "celsius", "Cel"),
        // Translators leave what is in braces away.
        ("value_usd", "usd", "{usd}"),
        ("cart_items", "items", "{items}"),
        ("connections", "", ""),
    ] {
        let metrics = cumulative(|sink| {
            sink.family(&head(name, Type::Gauge, unit));
            sink.number(&labels(&[]), Number::Integer(1));
        });
        assert_eq!((metrics[0].name.as_str(), metrics[0].unit.as_str()), (name, ucum));
    }
}

fn examples() -> [Option<Exemplar>; 3] {
    let example = |unix_nanos| Exemplar { value: 0.3, trace_id: 7, span_id: 8, unix_nanos };
    [None, Some(example(NOW - 10)), Some(example(BEGUN - 1))]
}

#[test]
fn histograms_read_back_with_their_examples() {
    let examples = examples();
    let histogram = Histogram {
        bounds: &[0.1, 1.0],
        counts: &[1, 2, 3],
        sum: 4.5,
        native: None,
        examples: &examples,
    };
    let metrics = cumulative(|sink| {
        sink.family(&head("wait_seconds", Type::Histogram, "seconds"));
        sink.histogram(&labels(&[("a", "b")]), &histogram);
        sink.family(&head("size_seconds", Type::Summary, "seconds"));
        let quantiles = &[(0.5, 1.0), (0.99, f64::NAN)];
        sink.summary(&labels(&[]), &Summary { quantiles, count: 5, sum: 6.5 });
    });
    let Some(Data::Histogram(data)) = &metrics[0].data else { panic!("{metrics:?}") };
    assert_eq!(data.aggregation_temporality, 2);
    let point = &data.data_points[0];
    assert_eq!((point.count, point.sum), (6, Some(4.5)));
    assert_eq!(
        (&point.bucket_counts[..], &point.explicit_bounds[..]),
        (&[1, 2, 3][..], &[0.1, 1.0][..])
    );
    assert_eq!((point.start_time_unix_nano, point.time_unix_nano), (BEGUN, NOW));
    assert_eq!(point.attributes[0].key, "a");
    let [example] = &point.exemplars[..] else { panic!("the fresh one: {point:?}") };
    assert_eq!(example.trace_id, 7_u128.to_be_bytes());
    assert_eq!(example.span_id, 8_u64.to_be_bytes());
    assert_eq!(example.time_unix_nano, NOW - 10);

    let Some(Data::Summary(data)) = &metrics[1].data else { panic!("{metrics:?}") };
    let point = &data.data_points[0];
    assert_eq!((point.count, point.sum), (5, 6.5));
    assert_eq!((point.quantile_values[0].quantile, point.quantile_values[0].value), (0.5, 1.0));
    assert!(point.quantile_values[1].value.is_nan());
}

#[test]
fn declared_histograms_have_their_examples() {
    let metrics = cumulative(crate::metrics::tests::visit_with_examples);
    let sizes = metrics.iter().find(|metric| metric.name == "sizes_items").unwrap();
    let Some(Data::Histogram(data)) = &sizes.data else { panic!("{sizes:?}") };
    let examples = data.data_points.iter().flat_map(|point| &point.exemplars);
    let expected = [1e15 + 0.5, 1e-7];
    for (example, value) in examples.clone().zip(expected) {
        assert_eq!(example.value, Some(ExampleValue::AsDouble(value)));
        assert_eq!(example.trace_id, (7_u128 << 64 | 8).to_be_bytes());
        assert_eq!(example.span_id, 9_u64.to_be_bytes());
    }
    assert_eq!(examples.count(), 2);
}

#[test]
fn exponential_histograms_are_sent_where_they_are_kept_and_wanted() {
    let native = Exponential { zero: 2, positive: vec![(-16, 1), (31, 4)], negative: vec![(3, 5)] };
    let examples = examples();
    let with = Histogram {
        bounds: &[1.0],
        counts: &[8, 4],
        sum: 9.0,
        native: Some(&native),
        examples: &examples,
    };
    let without = Histogram { native: None, ..with };
    let source = |sink: &mut dyn Sink| {
        sink.family(&head("wait_seconds", Type::Histogram, "seconds"));
        sink.histogram(&labels(&[("kept", "yes")]), &with);
        sink.histogram(&labels(&[("kept", "no")]), &without);
    };
    let mut deltas = Deltas::default();
    let wanted = decode(&visit(Temporality::Delta, true, &mut deltas, NOW, source));
    let [exponential, explicit] = &wanted[..] else { panic!("{wanted:?}") };
    assert_eq!(exponential.name, explicit.name);
    let Some(Data::ExponentialHistogram(data)) = &exponential.data else { panic!("{wanted:?}") };
    assert_eq!(data.aggregation_temporality, 1);
    let point = &data.data_points[0];
    assert_eq!((point.count, point.sum, point.zero_count), (12, Some(9.0), 2));
    assert_eq!(point.scale, i32::from(Exponential::SCALE));
    assert_eq!(point.zero_threshold, Exponential::ZERO);
    let positive = point.positive.as_ref().unwrap();
    assert_eq!((positive.offset, positive.bucket_counts.len()), (-16, 48));
    assert_eq!((positive.bucket_counts[0], positive.bucket_counts[47]), (1, 4));
    assert_eq!(point.negative.as_ref().unwrap().bucket_counts, [5]);
    assert_eq!(point.exemplars.len(), 1);
    assert!(matches!(&explicit.data, Some(Data::Histogram(_))));

    let [one] = &cumulative(source)[..] else { panic!("one metric") };
    assert!(matches!(&one.data, Some(Data::Histogram(data)) if data.data_points.len() == 2));
}

#[test]
fn low_memory_keeps_what_is_read_and_gauges_never_change() {
    let source = |sink: &mut dyn Sink| {
        for (name, kind) in [
            (crate::metrics::CALLS, Type::Counter),
            ("foreign_total", Type::Counter),
            ("depth", Type::Gauge),
            ("flags_info", Type::Info),
        ] {
            sink.family(&head(name, kind, ""));
            sink.number(&labels(&[]), Number::Integer(1));
        }
        sink.family(&head("wait_seconds", Type::Histogram, "seconds"));
        let (counts, bounds) = (&[1], &[]);
        let histogram = Histogram { bounds, counts, sum: 1.0, native: None, examples: &[] };
        sink.histogram(&labels(&[]), &histogram);
    };
    let kinds = |temporality| -> Vec<i32> {
        let metrics = decode(&visit(temporality, false, &mut Deltas::default(), NOW, source));
        let of = |metric: &Metric| match &metric.data {
            Some(Data::Sum(sum)) => sum.aggregation_temporality,
            Some(Data::Histogram(data)) => data.aggregation_temporality,
            _ => 0,
        };
        metrics.iter().map(of).collect()
    };
    assert_eq!(kinds(Temporality::Cumulative), [2, 2, 0, 2, 2]);
    assert_eq!(kinds(Temporality::Delta), [1, 1, 0, 2, 1]);
    // Without a catalogue no counter is fed by marks.
    assert_eq!(kinds(Temporality::LowMemory), [2, 2, 0, 2, 1]);
}

#[test]
fn labels_that_look_alike_are_not_mixed_up() {
    let mut deltas = Deltas::default();
    let look = |deltas: &mut Deltas, first: u64, second: u64| {
        let mut points = visit(Temporality::Delta, false, deltas, NOW, |sink| {
            sink.family(&head("a_total", Type::Counter, ""));
            sink.number(&labels(&[("a", "bc")]), Number::Integer(first));
            sink.number(&labels(&[("ab", "c")]), Number::Integer(second));
        });
        let metrics = decode(&points);
        points.taken(0..points.len()).for_each(|next| deltas.settle(next));
        metrics.first().map(|metric| match &metric.data {
            Some(Data::Sum(sum)) => sum.data_points.iter().map(|it| it.value).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        })
    };
    let int = |value| Some(Figure::AsInt(value));
    assert_eq!(look(&mut deltas, 5, 7), Some(vec![int(5), int(7)]));
    assert_eq!(look(&mut deltas, 6, 9), Some(vec![int(1), int(2)]));
    assert_eq!(look(&mut deltas, 6, 9), None, "nothing came");
}
