//! Native histograms and summaries: a real Prometheus reads quantiles that are close to the exact
//! ones, while threads go on counting.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use futures_util::stream::{self, Stream, StreamExt as _};
use plimsoll::{Histogram, Label, Summary, metric, observe};
use plimsoll_tests::live::{Ends, Live};
use plimsoll_tests::polling::block_on;
use plimsoll_tests::prometheus::Prometheus;

#[derive(Clone, Copy, Label)]
enum Size {
    Small,
    Large,
}

#[metric(histogram, name = "parcel_weight_grams", help = "Parcels", buckets = [10, 100], labels(size))]
static WEIGHT: Histogram<Size>;

#[metric(summary, name = "queue_wait_seconds", help = "Waits")]
static WAIT: Summary;

/// Each value is of a call's own: of one that ends in an error there is none.
#[observe(slow = "1h", slo(success = 99, latency = "300ms", target = 99))]
#[metric(summary, name = "order_value_usd", help = "Worth", value = total, labels(size))]
#[metric(histogram, name = "order_seconds", help = "Time", buckets = [0.1, 1])]
fn order(total: f64, size: Size) -> Result<f64, std::fmt::Error> {
    if total < 0.0 { Err(std::fmt::Error) } else { Ok(total) }
}

#[observe]
fn busy() {}

#[observe]
fn boom() {
    panic!("on purpose");
}

#[observe]
fn items(count: u32) -> impl Stream<Item = u32> + Unpin {
    stream::iter(0..count)
}

/// Sizes over several powers of ten, the same each time.
fn sizes(seed: u64) -> impl Iterator<Item = f64> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (1.0 - (state >> 11) as f64 / (1u64 << 53) as f64).powf(-1.5)
    })
}

const THREADS: u64 = 4;
const EACH: usize = 5000;

/// Every thread observes; all that they observed, sorted.
fn observe_all() -> Vec<f64> {
    let threads = (1..=THREADS).map(|seed| {
        std::thread::spawn(move || {
            let values: Vec<f64> = sizes(seed * 0x9E37_79B9).take(EACH).collect();
            for value in &values {
                WEIGHT.with(Size::Small).observe(*value);
                WEIGHT.with(Size::Large).observe(-value * 1000.0);
                WAIT.observe(value / 1000.0);
                order(*value, Size::Large).unwrap();
            }
            values
        })
    });
    let threads: Vec<_> = threads.collect();
    let mut all: Vec<f64> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    all.sort_by(f64::total_cmp);
    all
}

fn exact(sorted: &[f64], share: f64) -> f64 {
    sorted[((share * sorted.len() as f64).ceil() as usize).clamp(1, sorted.len()) - 1]
}

#[track_caller]
fn close(found: f64, exact: f64, error: f64) {
    assert!((found / exact - 1.0).abs() <= error, "{found} is not {exact}");
}

#[test]
fn quantiles_are_close_to_exact_ones() {
    // SAFETY: nothing else runs in this process that looks at the environment.
    unsafe { std::env::set_var("PLIMSOLL_NATIVE_HISTOGRAMS", "true") };
    let live = Live::start();
    let sorted = observe_all();
    for _ in 0..3 {
        order(-1.0, Size::Small).unwrap_err();
        let _ = catch_unwind(AssertUnwindSafe(boom));
    }
    assert_eq!(block_on(items(7).count()), 7);
    let count = (THREADS as usize * EACH) as f64;

    // What stands in lines is what it is without native histograms.
    let page = live.page();
    assert_eq!(Ends::on(&page, "order"), Ends { ok: count as u64, error: 3, ..Ends::default() });
    assert_eq!(Ends::on(&page, "boom"), Ends { panic: 3, ..Ends::default() });
    assert_eq!(page.sum("function_item_duration_seconds_count", &[("function", "items")]), 7.0);
    assert_eq!(page.sum("parcel_weight_grams_count", &[]), 2.0 * count);
    assert_eq!(page.sum("order_seconds_count", &[]), count + 3.0);
    for (name, labels, scale) in
        [("queue_wait_seconds", &[][..], 0.001), ("order_value_usd", &[("size", "large")][..], 1.0)]
    {
        assert_eq!(page.sum(&format!("{name}_count"), labels), count);
        let sum = sorted.iter().sum::<f64>() * scale;
        close(page.sum(&format!("{name}_sum"), labels), sum, 1e-9);
        for quantile in ["0.5", "0.9", "0.95", "0.99"] {
            let found = page.value(name, &[labels, &[("quantile", quantile)]].concat());
            close(found, exact(&sorted, quantile.parse().unwrap()) * scale, 0.023);
        }
    }
    assert_eq!(page.value("order_value_usd_count", &[("size", "small")]), 0.0);
    assert!(page.value("order_value_usd", &[("size", "small"), ("quantile", "0.5")]).is_nan());

    let Some(server) = Prometheus::start_native(&live.address().to_string(), "none") else {
        return;
    };
    // Whoever counts meanwhile must not make a page that contradicts itself: it would be refused.
    let (stop, calls) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    busy();
                    calls.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        server.scrapes(3);
        stop.store(true, Ordering::Relaxed);
    });
    server.scrapes(2);
    let of = |expression: &str| {
        let found = server.query(expression);
        assert_eq!(found.len(), 1, "{expression}: {found:?}");
        found[0].1
    };
    assert_eq!(of("min_over_time(up{job=\"app\"}[1h])"), 1.0);
    let duration = |function: &str| {
        of(&format!(
            "histogram_count(function_duration_seconds{{job=\"app\",function=\"{function}\"}})"
        ))
    };
    assert_eq!(duration("busy"), calls.load(Ordering::Relaxed) as f64);
    assert_eq!(duration("order"), count + 3.0);
    assert_eq!(duration("boom"), 3.0);
    assert_eq!(
        of("histogram_count(function_item_duration_seconds{job=\"app\",function=\"items\"})"),
        7.0
    );
    assert_eq!(of("histogram_count(order_seconds{job=\"app\"})"), count + 3.0);
    for share in [0.1, 0.5, 0.9, 0.95, 0.99, 0.999] {
        let quantile = |size: &str, share: f64| {
            of(&format!(
                "histogram_quantile({share}, parcel_weight_grams{{job=\"app\",size=\"{size}\"}})"
            ))
        };
        close(quantile("small", share), exact(&sorted, share), 0.05);
        close(quantile("large", 1.0 - share), -1000.0 * exact(&sorted, share), 0.05);
    }
    let seconds =
        of("histogram_quantile(0.5, function_duration_seconds{job=\"app\",function=\"busy\"})");
    assert!(seconds > 0.0 && seconds < 0.001, "{seconds}");
}
