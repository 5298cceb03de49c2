//! The figures: there before anything happens, exact afterwards, and right while calls run.

use std::time::Instant;

use plimsoll::{Counter, Label, metric, observe};
use plimsoll_tests::live::Live;
use plimsoll_tests::page::Page;
use plimsoll_tests::polling::{block_on, pause, poll};

use crate::told::{Part, ends, ok};

const MODULE: &str = "situations::counted";

#[derive(Clone, Copy, Label)]
enum Tier {
    Free,
    Gold,
}

#[observe]
#[expect(dead_code, reason = "it is the situation")]
fn never_called() -> Result<(), String> {
    Ok(())
}

#[metric(counter, name = "situation_signups", help = "Sign-ups.", labels(tier))]
static SIGNUPS: Counter<Tier>;

#[observe]
fn signs_up(tier: Tier) {
    SIGNUPS.with(tier).inc();
}

/// Orders that are placed.
#[observe(log(cents))]
#[metric(counter, name = "situation_orders", labels(tier))]
#[metric(
    histogram,
    name = "situation_order_seconds",
    help = "What an order takes.",
    buckets = [0.001, 3600]
)]
#[metric(gauge, name = "situation_orders_in_flight", help = "Orders that are being placed.")]
#[metric(
    histogram,
    name = "situation_value_cents",
    unit = "cents",
    help = "What orders are worth.",
    value = cents,
    labels(tier),
    buckets = [100, 1000]
)]
fn orders(cents: u64, tier: Tier) -> Result<u64, &'static str> {
    if cents == 0 { Err("nothing to pay") } else { Ok(cents) }
}

/// Sees itself and all those around it.
#[observe]
fn sees_how_many_run(live: &Live, more: u32) -> Vec<f64> {
    let mut seen = vec![in_flight(&live.page(), "sees_how_many_run")];
    if more > 0 {
        seen.extend(sees_how_many_run(live, more - 1));
    }
    seen
}

#[observe]
async fn runs_beside_others() {
    pause().await;
}

#[observe(slow = "1ns")]
fn exceeds_its_budget() {
    let begin = Instant::now();
    while begin.elapsed().is_zero() {}
}

#[observe(slow = "1h")]
fn keeps_to_its_budget() {}

fn in_flight(page: &Page, function: &str) -> f64 {
    page.value("function_in_flight", &[("module", MODULE), ("function", function)])
}

pub(crate) fn run(live: &Live) {
    all_is_there_at_the_start(&live.page());
    [Tier::Gold, Tier::Gold].into_iter().for_each(signs_up);
    assert_eq!((orders(50, Tier::Free), orders(500, Tier::Gold)), (Ok(50), Ok(500)));
    assert!(orders(0, Tier::Gold).is_err());
    assert_eq!(sees_how_many_run(live, 2), [1.0, 2.0, 3.0]);
    runs(live);
    exceeds_its_budget();
    keeps_to_its_budget();
}

fn all_is_there_at_the_start(page: &Page) {
    for outcome in ["ok", "error", "cancelled", "panic"] {
        let labels = [("module", MODULE), ("function", "never_called"), ("outcome", outcome)];
        assert_eq!(page.value("function_calls_total", &labels), 0.0);
    }
    for tier in ["free", "gold"] {
        assert_eq!(page.value("situation_signups_total", &[("tier", tier)]), 0.0);
        assert_eq!(page.sum("situation_orders_total", &[("tier", tier)]), 0.0);
        assert_eq!(page.value("situation_value_cents_count", &[("tier", tier)]), 0.0);
    }
    assert_eq!(page.sum("target_info", &[("service_name", "tests")]), 1.0);
}

/// Three at once, one of which is given up.
fn runs(live: &Live) {
    let mut futures = [(); 3].map(|()| Box::pin(runs_beside_others()));
    for (before, future) in futures.iter_mut().enumerate() {
        assert_eq!(in_flight(&live.page(), "runs_beside_others"), before as f64);
        assert!(poll(future.as_mut()).is_pending());
    }
    let [one, two, three] = futures;
    block_on(one);
    assert_eq!(in_flight(&live.page(), "runs_beside_others"), 2.0);
    drop(two);
    assert_eq!(in_flight(&live.page(), "runs_beside_others"), 1.0);
    block_on(three);
}

pub(crate) fn look(told: &Part<'_>) {
    told.of("never_called", ok(0));
    told.of("signs_up", ok(2));
    told.of("orders", ends(2, 1, 0, 0))
        .fields(&["cents=50", "cents=500", "cents=0"])
        .logged(&["ERROR failed: &str"]);
    told.of("sees_how_many_run", ok(3)).nested();
    told.of("runs_beside_others", ends(2, 0, 1, 0)).logged(&["INFO was cancelled: cancelled"]);
    told.of("exceeds_its_budget", ok(1)).logged(&["WARN took longer than 1ns"]);
    told.of("keeps_to_its_budget", ok(1)).logged(&[]);

    let value = |name: &str, labels: &[(&str, &str)]| told.page().value(name, labels);
    assert_eq!(value("situation_signups_total", &[("tier", "gold")]), 2.0);
    assert_eq!(value("situation_orders_total", &[("tier", "free"), ("outcome", "ok")]), 1.0);
    assert_eq!(value("situation_orders_total", &[("tier", "gold"), ("outcome", "ok")]), 1.0);
    assert_eq!(value("situation_orders_total", &[("tier", "gold"), ("outcome", "error")]), 1.0);
    assert_eq!(value("situation_order_seconds_count", &[]), 3.0, "however it ended");
    assert_eq!(value("situation_orders_in_flight", &[]), 0.0);
    // A value counts where the call was `ok`.
    assert_eq!(value("situation_value_cents_sum", &[("tier", "gold")]), 500.0);
    assert_eq!(value("situation_value_cents_count", &[("tier", "gold")]), 1.0);
    let buckets = told.page().find("situation_order_seconds_bucket", &[]);
    assert_eq!(buckets.len(), 3, "two of its own, and the rest");
}
