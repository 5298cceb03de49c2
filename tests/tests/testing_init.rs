//! Captures beside an initialised process: `init` before them, after them and between them; and the
//! memory of thousands of captures. One test, since a process is initialised once.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use plimsoll::{Error, Gauge, Summary, metric, observe, testing};
use plimsoll_tests::page::Page;
use plimsoll_tests::{http, remains, wait};

#[metric(gauge, name = "open_orders", help = "Orders that are open")]
static OPEN: Gauge;

#[metric(summary, name = "order_value_usd", help = "Values of orders")]
static VALUES: Summary;

#[observe(log(number), slo(success = 99.9, latency = "1h"))]
fn place_order(number: u64) {
    OPEN.add(1.0);
    VALUES.observe(number);
    VALUES.observe(-1.5);
    if number > 9 {
        check();
    }
}

#[observe]
fn check() {}

#[test]
fn captures_work_before_beside_and_after_init() {
    OPEN.set(7.0);
    place_order(1);

    // Before: the first capture switches recording on, and nothing else.
    let before = testing::capture();
    place_order(12);
    before.assert_calls("place_order").ok(1).nothing_else();
    before.assert_gauge("open_orders", &[]).is(1);
    assert_eq!(before.spans().to_string(), "  place_order ok {number=12}\n    check ok\n");
    assert!(remains::threads().is_empty(), "{:?}", remains::threads());
    assert!(!tracing::enabled!(tracing::Level::ERROR), "there is a subscriber");
    // On this thread, it is the capture's: nothing starts.
    let inside = plimsoll::init().unwrap();
    assert!(remains::threads().is_empty(), "{:?}", remains::threads());
    drop(inside);

    // Elsewhere it is what it always is, although recording is on.
    let spans = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&spans);
    let telemetry = thread::spawn(move || {
        plimsoll::builder()
            .service("shop")
            .admin(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
            .no_log_lines()
            .sample_ratio(0.0)
            .on_span(move |span| sink.lock().unwrap().push(span.name()))
            .init()
            .unwrap()
    })
    .join()
    .unwrap();
    let again = thread::spawn(|| plimsoll::builder().no_admin().init().unwrap_err());
    assert!(matches!(again.join().unwrap(), Error::AlreadyInitialised(_)));
    let address = telemetry.admin_addr().unwrap();
    let page = || Page::of(&http::get(&format!("http://{address}/metrics")));
    let calls = |page: &Page| {
        let labels = [("function", "place_order"), ("outcome", "ok")];
        page.value("function_calls_total", &labels)
    };

    // Beside it: what is captured does not leave, what is not does.
    place_order(2);
    assert_eq!(before.spans().named("place_order").len(), 2);
    thread::spawn(|| place_order(3)).join().unwrap();
    let now = page();
    assert_eq!((calls(&now), now.value("open_orders", &[])), (1.0, 9.0));
    wait::until("the span of the process left", || {
        (*spans.lock().unwrap() == ["place_order"]).then_some(())
    });
    drop(before);
    place_order(4);
    assert_eq!(calls(&page()), 2.0);

    // Objectives judge what the process did, and so do summaries.
    let captured = testing::capture();
    (0..10).for_each(place_order);
    assert_eq!(captured.summary("order_value_usd", &[]).count, 20);
    drop(captured);
    let now = page();
    for objective in ["success", "latency"] {
        let of = [("function", "place_order"), ("objective", objective)];
        assert_eq!(now.value("slo_events_total", &of), 2.0);
    }
    assert_eq!(now.value("order_value_usd_count", &[]), 4.0);

    // After it has ended, tests still see their spans.
    let after = testing::capture();
    telemetry.shutdown(Duration::from_secs(20));
    place_order(5);
    after.assert_calls("place_order").ok(1).nothing_else();
    assert_eq!(after.spans().len(), 1);
    drop(after);
    assert_eq!(*spans.lock().unwrap(), ["place_order", "place_order"]);

    memory_of_many_captures_is_bounded();
}

fn memory_of_many_captures_is_bounded() {
    let round = || {
        place_order(2);
        let telemetry = testing::capture();
        let handle = telemetry.handle();
        for number in 0..50 {
            place_order(number);
        }
        let other = thread::spawn(move || {
            handle.attach_for_good();
            place_order(1);
        });
        other.join().unwrap();
        telemetry.assert_calls("place_order").ok(51).nothing_else();
        assert_eq!(telemetry.spans().named("check").len(), 40);
    };
    for _ in 0..200 {
        round();
    }
    let before = resident();
    for _ in 0..3000 {
        round();
    }
    if let (Some(before), Some(after)) = (before, resident()) {
        assert!(after < before + (1 << 20), "from {before} to {after} bytes");
    }
}

/// The memory of this process, where the system tells it.
fn resident() -> Option<u64> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    pages.split_whitespace().nth(1)?.parse::<u64>().ok().map(|pages| pages * 4096)
}
