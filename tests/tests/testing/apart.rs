//! What one test records is in its capture, and in no other; nor is it on the page of the process.

use super::*;

/// Each loop as long as its number: what another test has recorded would be seen.
fn count_apart(number: u64) {
    let telemetry = testing::capture();
    telemetry.assert_calls("place_order").nothing_else();
    for round in 0..50 * number {
        place_order(if round % 10 == 0 { 7 } else { 2 * (round % 3) + 10 }).ok();
        CARTS.observe(number as f64);
        STOCK.with(Tier::Gold).add(1.0);
    }
    let (all, failed) = (50 * number, 5 * number);
    telemetry
        .assert_calls("place_order")
        .ok(all - failed)
        .error("OutOfStock", failed)
        .nothing_else();
    telemetry.assert_calls("check").ok(all - failed).errors(failed).nothing_else();
    telemetry.assert_counter("orders_total", &[("tier", "gold")]).is((all - failed) as f64);
    telemetry.assert_counter("orders_total", &[("tier", "free")]).is(0);
    let is_small = if number == 1 { all } else { 0 };
    telemetry
        .assert_histogram("cart_items", &[])
        .count(all)
        .sum((all * number) as f64)
        .within(1, is_small)
        .within(100, all);
    telemetry.assert_gauge("stock_items", &[("tier", "gold")]).is(all as f64);
    telemetry.assert_gauge("orders_in_work", &[]).is(0);
    assert_eq!(telemetry.spans().named("place_order").len() as u64, all);
}

macro_rules! side_by_side {
    ($($name:ident $number:literal;)*) => {
        $(#[test]
        fn $name() {
            count_apart($number);
        })*
    };
}

side_by_side! {
    counts_01 1; counts_02 2; counts_03 3; counts_04 4; counts_05 5; counts_06 6; counts_07 7;
    counts_08 8; counts_09 9; counts_10 10; counts_11 11; counts_12 12; counts_13 13; counts_14 14;
    counts_15 15; counts_16 16;
}

#[test]
fn captures_on_many_threads_at_once_see_only_their_own() {
    let start = Arc::new(Barrier::new(16));
    let threads: Vec<_> = (1..=16)
        .map(|number| {
            let start = Arc::clone(&start);
            thread::spawn(move || {
                start.wait();
                for _ in 0..20 {
                    count_apart(number);
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

#[test]
fn a_test_that_panics_leaves_its_counts_behind() {
    let outer = testing::capture();
    let panicked = catch_unwind(|| {
        let telemetry = testing::capture();
        assert!(catch_unwind(|| place_order(9)).is_err());
        telemetry.assert_calls("place_order").panic(1).nothing_else();
        telemetry.assert_calls("check").panic(1).nothing_else();
        OPEN.set(5.0);
        panic!("the test fails");
    });
    assert!(panicked.is_err());
    outer.assert_calls("place_order").nothing_else();
    outer.assert_gauge("open_carts", &[]).is(0);
    place_order(1).unwrap();
    outer.assert_calls("place_order").ok(1).nothing_else();
}

#[test]
fn the_innermost_capture_records() {
    let outer = testing::capture();
    place_order(1).unwrap();
    {
        let inner = testing::capture();
        place_order(2).unwrap();
        place_order(2).unwrap();
        inner.assert_calls("place_order").ok(2).nothing_else();
        assert_eq!(inner.spans().len(), 4);
    }
    place_order(3).unwrap();
    outer.assert_calls("place_order").ok(2).nothing_else();
    outer.assert_counter("orders_total", &[]).is(2);
    outer.assert_counter("orders_total", &[("tier", "gold")]).is(0);
    assert_eq!(outer.spans().len(), 4);
}

#[test]
fn captures_may_be_dropped_in_any_order() {
    let first = testing::capture();
    let second = testing::capture();
    drop(first);
    place_order(1).unwrap();
    second.assert_calls("place_order").ok(1);
    drop(second);
    let third = testing::capture();
    third.assert_calls("place_order").nothing_else();
}

#[test]
fn gauges_are_apart() {
    let outside = plimsoll_page("stock_items{tier=\"free\"}");
    let telemetry = testing::capture();
    let stock = STOCK.with(Tier::Free);
    stock.set(10.0);
    stock.sub(3.0);
    let tracked = STOCK.with(Tier::Gold).track();
    place_order(5).unwrap();
    telemetry.assert_gauge("stock_items", &[("tier", "free")]).is(7);
    telemetry.assert_gauge("stock_items", &[]).is(8);
    telemetry.assert_gauge("last_order_number", &[]).is(5);
    thread::spawn(|| STOCK.with(Tier::Free).set(0.0)).join().unwrap();
    telemetry.assert_gauge("stock_items", &[("tier", "free")]).is(7);
    let inner = testing::capture();
    inner.assert_gauge("stock_items", &[]).is(0);
    drop(tracked);
    inner.assert_gauge("stock_items", &[]).is(0);
    drop(inner);
    telemetry.assert_gauge("stock_items", &[("tier", "gold")]).is(0);
    assert_eq!(plimsoll_page("stock_items{tier=\"free\"}"), outside);
}

#[test]
fn open_labels_are_apart_but_for_their_texts() {
    let first = testing::capture();
    REVENUE.with(("acme", Tier::Gold)).add(2.5);
    REVENUE.with(("acme", Tier::Free)).add(1.0);
    REVENUE.with(("initech", Tier::Free)).add(4.0);
    JOBS.with("acme").add(2.0);
    first.assert_counter("revenue_usd_total", &[("tenant", "acme")]).is(3.5);
    first.assert_counter("revenue_usd_total", &[("tenant", "initech"), ("tier", "free")]).is(4);
    first.assert_counter("revenue_usd_total", &[("tenant", "initech"), ("tier", "gold")]).is(0);
    first.assert_gauge("queued_jobs", &[("tenant", "acme")]).is(2);
    let second = testing::capture();
    assert_eq!(second.to_string(), "  idle_connections 3\n");
    // A text that nobody has used has no series, and one too many is counted with others.
    second.assert_counter("revenue_usd_total", &[("tenant", "hooli")]).is(0);
    REVENUE.with(("hooli", Tier::Gold)).add(8.0);
    second.assert_counter("revenue_usd_total", &[("tenant", "_OTHER"), ("tier", "gold")]).is(8);
    second.assert_gauge("queued_jobs", &[]).is(0);
    let other = [("metric", "revenue_usd_total"), ("label", "tenant")];
    second.assert_counter("plimsoll_label_overflow_total", &other).is(1);
    first.assert_counter("plimsoll_label_overflow_total", &other).is(0);
}

#[test]
fn the_page_of_the_process_does_not_see_a_capture() {
    let telemetry = testing::capture();
    only_captured();
    telemetry.assert_calls("only_captured").ok(1);
    let line = "function_calls_total{function=\"only_captured\",module=\"testing\",outcome=\"ok\"}";
    assert_eq!(plimsoll_page(line), Some("0".to_owned()));
    drop(telemetry);
    only_captured();
    assert_eq!(plimsoll_page(line), Some("1".to_owned()));
}

#[test]
fn init_inside_a_capture_starts_nothing() {
    let telemetry = testing::capture();
    for _ in 0..3 {
        let inside = plimsoll::init().unwrap();
        assert_eq!(inside.admin_addr(), None);
        place_order(2).unwrap();
        assert!(inside.shutdown(Duration::from_secs(1)).is_complete());
    }
    assert!(plimsoll::builder().sample_ratio(2.0).init().is_err());
    telemetry.assert_calls("place_order").ok(3).nothing_else();
    assert_eq!(telemetry.spans().len(), 6);
}
