//! Metrics of every kind in captures: summaries, infos, open labels, and what is judged by objectives.

use super::*;

#[metric(summary, name = "answer_seconds", help = "Answers", labels(tier))]
static ANSWERS: Summary<Tier>;

#[metric(summary, name = "upload_bytes", help = "Uploads", labels(tenant: open(4)))]
static UPLOADS: Summary<Open>;

#[metric(gauge, name = "parked_cars", help = "Cars", labels(place: open(2)))]
static PARKED: Gauge<Open>;

#[metric(info, name = "feature_flags", help = "Flags", labels(dark_mode))]
static FLAGS: Info<1>;

#[observe]
#[metric(summary, name = "parcel_grams", value = grams, help = "Parcels")]
fn pack(grams: u32) {
    let _ = grams;
}

fn is_about(found: f64, expected: f64) {
    assert!((found / expected - 1.0).abs() < 0.023, "{found} is not {expected}");
}

fn observe_apart(number: u64) {
    let telemetry = testing::capture();
    assert_eq!(telemetry.summary("answer_seconds", &[]).count, 0);
    assert!(telemetry.summary("answer_seconds", &[]).quantile(0.5).is_nan());
    for value in 1..=100 {
        ANSWERS.with(Tier::Free).observe(value as f64 * number as f64);
        ANSWERS.with(Tier::Gold).observe(-0.001 * number as f64);
        pack(number as u32);
    }
    let free = telemetry.summary("answer_seconds", &[("tier", "free")]);
    assert_eq!((free.count, free.sum), (100, 5050.0 * number as f64));
    is_about(free.quantile(0.5), 50.0 * number as f64);
    is_about(free.quantile(0.99), 99.0 * number as f64);
    let both = telemetry.summary("answer_seconds", &[]);
    assert_eq!(both.count, 200);
    is_about(both.quantile(0.25), -0.001 * number as f64);
    is_about(both.quantile(1.0), 100.0 * number as f64);
    let parcels = telemetry.summary("parcel_grams", &[]);
    assert_eq!((parcels.count, parcels.sum), (100, (100 * number) as f64));
    is_about(parcels.quantile(0.0), number as f64);
}

#[test]
fn summaries_of_captures_are_apart() {
    let threads = (1..=8).map(|number| {
        thread::spawn(move || {
            for _ in 0..20 {
                observe_apart(number);
            }
        })
    });
    threads.collect::<Vec<_>>().into_iter().for_each(|thread| thread.join().unwrap());
}

#[test]
fn a_summary_is_of_all_threads_of_its_capture() {
    let telemetry = testing::capture();
    UPLOADS.with("acme").observe(10);
    let handle = telemetry.handle();
    let other = thread::spawn(move || {
        let _in = handle.attach();
        UPLOADS.with("acme").observe(1000);
        UPLOADS.with("initech").observe(5);
    });
    other.join().unwrap();
    let acme = telemetry.summary("upload_bytes", &[("tenant", "acme")]);
    assert_eq!((acme.count, acme.sum), (2, 1010.0));
    is_about(acme.quantile(0.5), 10.0);
    is_about(acme.quantile(0.95), 1000.0);
    assert_eq!(telemetry.summary("upload_bytes", &[]).count, 3);
    let recorded = telemetry.to_string();
    let line = "  upload_bytes{tenant=\"acme\"} 2 observations, sum 1010\n";
    assert!(recorded.contains(line), "{recorded}");
    let wrong = message(|| drop(telemetry.summary("upload_bytes", &[("tier", "gold")])));
    assert!(wrong.contains("`upload_bytes` has no label `tier`"), "{wrong}");
    let wrong = message(|| drop(telemetry.summary("cart_items", &[])));
    assert_eq!(wrong, "`cart_items` is a histogram, no summary");
}

#[test]
fn what_is_read_of_a_capture_does_not_move_the_window_of_the_process() {
    #[metric(summary, name = "ride_meters", help = "Rides")]
    static RIDES: Summary;
    testing::capture();
    RIDES.observe(8);
    for number in 1..=3 {
        let telemetry = testing::capture();
        RIDES.observe(500 * number);
        let page = telemetry.page();
        let own = telemetry.summary("ride_meters", &[]).quantile(0.5);
        assert!(page.contains(&format!("ride_meters{{quantile=\"0.5\"}} {own}\n")), "{page}");
        assert!(page.contains("ride_meters_count 1\n"), "{page}");
    }
    let median = plimsoll_page("ride_meters{quantile=\"0.5\"}").unwrap();
    is_about(median.parse().unwrap(), 8.0);
    assert_eq!(plimsoll_page("ride_meters_count"), Some("1".to_owned()));
}

#[test]
fn the_page_of_a_capture_has_every_kind() {
    let telemetry = testing::capture();
    FLAGS.set(["on"]);
    UPLOADS.with("acme").observe(3);
    REVENUE.with(("acme", Tier::Gold)).add(2.5);
    for place in ["north", "south", "west"] {
        PARKED.with(place).set(4);
    }
    let page = telemetry.page();
    for line in [
        "# TYPE feature_flags_info gauge",
        "feature_flags_info{dark_mode=\"on\"} 1",
        "# TYPE upload_bytes summary",
        "upload_bytes_sum{tenant=\"acme\"} 3",
        "upload_bytes_count{tenant=\"acme\"} 1",
        "answer_seconds{tier=\"free\",quantile=\"0.5\"} NaN",
        "revenue_usd_total{tenant=\"acme\",tier=\"gold\"} 2.5",
        "idle_connections 3",
        "function_calls_total{function=\"pack\",module=\"testing::kinds\",outcome=\"ok\"} 0",
    ] {
        assert!(page.lines().any(|known| known == line), "{line} is not in\n{page}");
    }
    // One place too many, in this capture alone.
    telemetry.assert_gauge("parked_cars", &[("place", "_OTHER")]).is(4);
    let full = [("metric", "parked_cars"), ("label", "place")];
    telemetry.assert_counter("plimsoll_label_overflow_total", &full).is(1);
    let next = testing::capture();
    next.assert_counter("plimsoll_label_overflow_total", &full).is(0);
    let line = "plimsoll_label_overflow_total{metric=\"parked_cars\",label=\"place\"}";
    assert_eq!(plimsoll_page(line), Some("0".to_owned()));
}
