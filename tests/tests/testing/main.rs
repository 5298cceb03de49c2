//! Tests that look at their own telemetry, side by side in one process, as `cargo test` runs them.
//!
//! Nobody sets anything up here: each test takes a capture, and asserts exact counts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

mod apart;
mod kinds;
mod tasks;
mod told;
mod values;

use std::fmt;
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Barrier, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use plimsoll::testing::{self, Capture};
use plimsoll::{
    Counter, ErrorKind, Gauge, Histogram, Info, Label, Open, Outcome, Summary, Value, metric,
    observe,
};

#[derive(Clone, Copy, Label)]
enum Tier {
    Free,
    Gold,
}

#[metric(counter, name = "orders", help = "Orders", labels(tier))]
static ORDERS: Counter<Tier>;

#[metric(histogram, name = "cart_items", unit = "items", help = "Sizes of carts", buckets = [1, 10, 100])]
static CARTS: Histogram;

#[metric(counter, name = "revenue_usd", help = "Revenue", labels(tenant: open(2), tier))]
static REVENUE: Counter<(Open, Tier)>;

#[metric(gauge, name = "queued_jobs", help = "Jobs", labels(tenant: open(10)))]
static JOBS: Gauge<Open>;

#[metric(gauge, name = "idle_connections", help = "Connections that nobody uses", callback)]
fn idle_connections() -> usize {
    3
}

#[metric(gauge, name = "open_carts", help = "Carts that are open")]
static OPEN: Gauge;

#[metric(gauge, name = "stock_items", help = "What is in stock", labels(tier))]
static STOCK: Gauge<Tier>;

#[derive(Debug, ErrorKind)]
enum OrderError {
    #[kind(expected)]
    OutOfStock,
    Payment,
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no order")
    }
}

impl std::error::Error for OrderError {}

#[observe(log(number))]
#[metric(histogram, name = "order_value_usd", value = number * 10, buckets = [10, 100, 1000], help = "Values")]
#[metric(gauge, name = "last_order_number", value = number, help = "The last one")]
#[metric(gauge, name = "orders_in_work", help = "Orders in work")]
fn place_order(number: u64) -> Result<u64, OrderError> {
    check(number)?;
    ORDERS
        .with(match number % 2 {
            0 => Tier::Gold,
            _ => Tier::Free,
        })
        .inc();
    Ok(number)
}

#[observe]
fn check(number: u64) -> Result<(), OrderError> {
    match number {
        7 => Err(OrderError::OutOfStock),
        8 => Err(OrderError::Payment),
        9 => panic!("a number that nobody likes"),
        _ => Ok(()),
    }
}

#[observe]
async fn restock(rounds: u32) {
    for _ in 0..rounds {
        tokio::task::yield_now().await;
    }
}

#[observe]
async fn wait_for_ever() {
    let _tracked = OPEN.track();
    pending::<()>().await;
}

#[observe]
async fn begun_outside() {
    pending::<()>().await;
}

#[observe]
fn only_captured() {}

#[observe]
async fn caller() {
    plimsoll::spawn(restock(1)).await.unwrap();
}

mod one {
    #[plimsoll::observe]
    pub(crate) fn twice() {}
}

mod two {
    #[plimsoll::observe]
    pub(crate) fn twice() {}
}

/// What a failed assertion says.
fn message(failing: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(failing)).expect_err("it should fail");
    panic.downcast::<String>().map_or_else(|_| "no text".to_owned(), |text| *text)
}

fn poll<F: Future + ?Sized>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// The value of a series on the page of the whole process.
fn plimsoll_page(series: &str) -> Option<String> {
    let mut page = Vec::new();
    plimsoll::metrics_page("", &mut page);
    let page = String::from_utf8(page).unwrap();
    page.lines().find_map(|line| line.strip_prefix(series)).map(|value| value.trim().to_owned())
}
