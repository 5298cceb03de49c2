//! Each bucket of a declared histogram names a trace that left, and one in which it was observed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::collections::BTreeMap;
use std::future::{Future, ready};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use plimsoll::{Histogram, Open, metric, observe};
use plimsoll_tests::http;
use plimsoll_tests::page::{Exemplar, Format, Page};

const BATCHES: u32 = 200;

#[metric(
    histogram,
    name = "batch_items",
    help = "Size.",
    unit = "items",
    buckets = [10, 100],
    labels(batch: open(500))
)]
static SIZE: Histogram<Open>;

#[metric(histogram, name = "spread_ratio", help = "Spread.", buckets = [0.25, 0.5])]
static SPREAD: Histogram;

/// Another declaration of the same metric has the same examples.
#[metric(histogram, name = "spread_ratio", help = "Spread.", buckets = [0.25, 0.5])]
static SPREAD_TOO: Histogram;

#[metric(histogram, name = "nothing_bytes", help = "Nothing.", buckets = [1])]
static NOTHING: Histogram;

#[observe(log(batch))]
#[metric(
    histogram,
    name = "packed_grams",
    help = "Weight.",
    value = 2.5,
    buckets = [1, 5],
    labels(packed: open(500) = batch)
)]
fn pack(batch: u32) {
    SIZE.with(batch).observe(batch);
    SPREAD.observe(0.1);
    SPREAD_TOO.observe(0.7);
    weigh(batch);
}

/// Has no span: the observation belongs to its caller's.
#[metric(
    histogram,
    name = "weighing_seconds",
    help = "Time.",
    buckets = [60],
    labels(weighed: open(500) = batch)
)]
fn weigh(batch: u32) {
    std::hint::black_box(batch);
}

#[observe(log(batch))]
#[metric(
    histogram,
    name = "refused_seconds",
    help = "Time.",
    buckets = [60],
    when = error,
    labels(refused: open(500) = batch)
)]
fn refuse(batch: u32) -> Result<(), std::fmt::Error> {
    Err(std::fmt::Error)
}

#[observe(log(batch))]
#[metric(
    histogram,
    name = "sent_grams",
    help = "Weight.",
    value = 3,
    buckets = [1, 5],
    labels(sent: open(500) = batch)
)]
async fn send(batch: u32) {
    let mut first = true;
    std::future::poll_fn(|_| match std::mem::take(&mut first) {
        true => Poll::Pending,
        false => Poll::Ready(()),
    })
    .await;
    ready(()).await;
}

fn run(future: impl Future) {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    while future.as_mut().poll(&mut context).is_pending() {}
}

/// The trace and the span of each call that left, by function and batch.
type Left = BTreeMap<(&'static str, u32), (String, String)>;

#[test]
fn examples_lead_to_traces_that_left() {
    // SAFETY: no other thread of this process reads the environment now.
    unsafe { std::env::set_var("OTEL_TRACES_EXPORTER", "none") };
    let left = Arc::new(Mutex::new(Left::new()));
    let sink = Arc::clone(&left);
    let telemetry = plimsoll::builder()
        .service("tests")
        .sample_ratio(0.5)
        .admin(SocketAddr::from(([127, 0, 0, 1], 0)))
        .no_log_lines()
        .on_span(move |span| {
            let batch = span.fields().find_map(|(key, value)| {
                let digits: String =
                    format!("{value:?}").chars().filter(char::is_ascii_digit).collect();
                // `U64(7)`.
                (key == "batch").then(|| digits[2..].parse().unwrap())
            });
            let ids = (format!("{:032x}", span.trace_id()), format!("{:016x}", span.span_id()));
            sink.lock().unwrap().insert((span.name(), batch.unwrap()), ids);
        })
        .init()
        .unwrap();
    for batch in 0..BATCHES {
        pack(batch);
        let _ = refuse(batch);
        run(send(batch));
        // In no trace.
        SPREAD.observe(0.3);
        NOTHING.observe(batch);
    }
    let text = page(&telemetry, Format::Text);
    let page = page(&telemetry, Format::OpenMetrics);
    assert_eq!(text.series(), page.series());
    telemetry.shutdown(Duration::from_secs(10));

    let left = left.lock().unwrap();
    let kept = left.keys().filter(|(name, _)| *name == "pack").count();
    assert!((20..180).contains(&kept), "{kept} of {BATCHES}");
    let bucket = |batch: u32| {
        if batch <= 10 {
            "10.0"
        } else if batch <= 100 {
            "100.0"
        } else {
            "+Inf"
        }
    };
    for batch in 0..BATCHES {
        for (metric, label, function, le, value) in [
            ("batch_items", "batch", "pack", bucket(batch), Some(f64::from(batch))),
            ("packed_grams", "packed", "pack", "5.0", Some(2.5)),
            ("weighing_seconds", "weighed", "pack", "60.0", None),
            ("refused_seconds", "refused", "refuse", "60.0", None),
            ("sent_grams", "sent", "send", "5.0", Some(3.0)),
        ] {
            let found = examples(&page, metric, &[(label, &batch.to_string())]);
            let ids = found.iter().map(|(_, example)| ids(example)).collect::<Vec<_>>();
            let expected = left.get(&(function, batch));
            assert_eq!(ids, Vec::from_iter(expected.cloned()), "{metric} of {batch}");
            for (at, example) in found {
                assert_eq!(at, le, "{metric} of {batch}");
                assert!(value.is_none_or(|value| value == example.value), "{example:?}");
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
                assert!((now - 60.0..=now).contains(&example.time.unwrap()), "{example:?}");
            }
        }
        // The tail keeps what went wrong.
        assert!(left.contains_key(&("refuse", batch)));
    }
    let spread = examples(&page, "spread_ratio", &[]);
    let values: Vec<_> = spread.iter().map(|(le, example)| (*le, example.value)).collect();
    assert_eq!(values, [("0.25", 0.1), ("+Inf", 0.7)], "both declarations, and only in traces");
    assert!(spread.iter().all(|(_, it)| left.values().any(|known| *known == ids(it))));
    assert!(examples(&page, "nothing_bytes", &[]).is_empty());
}

fn page(telemetry: &plimsoll::Telemetry, format: Format) -> Page {
    let url = format!("http://{}/metrics", telemetry.admin_addr().unwrap());
    Page::of(&http::get_with(&url, &[("accept", format.accept())]))
}

/// The examples of a series, each with its bucket.
fn examples<'a>(
    page: &'a Page,
    name: &str,
    labels: &[(&str, &str)],
) -> Vec<(&'a str, &'a Exemplar)> {
    let buckets = page.find(&format!("{name}_bucket"), labels);
    assert!(!buckets.is_empty(), "{name} has series");
    let of = |sample: &'a plimsoll_tests::page::Sample| {
        Some((sample.labels["le"].as_str(), sample.exemplar.as_ref()?))
    };
    buckets.into_iter().filter_map(of).collect()
}

fn ids(example: &Exemplar) -> (String, String) {
    (example.labels["trace_id"].clone(), example.labels["span_id"].clone())
}
