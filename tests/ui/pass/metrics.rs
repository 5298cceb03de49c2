//! Every form of `#[metric]`, in a program that is never initialised: nothing is counted, and nothing
//! gets in the way.
#![deny(warnings)]

use std::borrow::Cow;
use std::time::Duration;

use plimsoll::{Counter, Gauge, Histogram, Info, Label, Open, Summary, metric, observe};

#[derive(Clone, Copy, Debug, Label)]
enum Tier {
    Free,
    Gold,
}

#[derive(Debug)]
struct Order {
    total: f64,
    tenant: String,
    tier: Tier,
}

#[derive(Debug)]
struct Receipt {
    items: u64,
    tier: Tier,
}

#[metric(counter, name = "revenue_usd", help = "Sold", labels(tenant: open(400), tier))]
static REVENUE: Counter<(Open, Tier)>;

#[metric(gauge, name = "queue_items", unit = "items", help = "Queued", labels(queue: open(10)))]
static QUEUED: Gauge<Open>;

#[metric(histogram, name = "sent_bytes", help = "Sent", buckets = bytes)]
static SENT: Histogram;

#[metric(histogram, name = "wait_seconds", help = "Waits", buckets = exponential(0.001, 2, 10))]
static WAITS: Histogram;

#[metric(summary, name = "answer_seconds", help = "Answers", labels(tier))]
static ANSWERS: Summary<Tier>;

#[metric(info, name = "feature_flags", help = "Flags in force", labels(dark_mode, cohort))]
static FLAGS: Info<2>;

/// Orders.
#[observe(log(order.total))]
#[metric(counter, labels(tier: Tier = order.tier, tenant: open(50) = order.tenant, source = "web"))]
#[metric(counter, name = "sold_items", help = "Items", value = ret.items, labels(tier: Tier = ret.tier))]
#[metric(histogram, name = "order_value_usd", help = "Value", value = order.total, when = always,
    buckets = linear(10, 10, 5))]
fn place(order: &Order) -> Receipt {
    Receipt { items: order.total as u64, tier: order.tier }
}

/// Queries, timed in a window.
#[metric(summary, labels(tier))]
#[metric(summary, name = "row_bytes", help = "Rows", value = ret.len(), when = always)]
fn query(tier: Tier) -> &'static str {
    if matches!(tier, Tier::Free) { "" } else { "gold" }
}

/// Orders, and what they give, also where they are left early.
#[metric(counter, name = "found", help = "Found", value = ret.is_ok(), when = always)]
#[metric(counter, name = "failed", help = "Failed", when = error)]
#[metric(gauge, help = "That run", labels(term: open(5)))]
fn find(term: &str) -> Result<usize, std::num::ParseIntError> {
    let number: usize = term.parse()?;
    if number == 0 {
        return Ok(1);
    }
    Ok(number)
}

#[observe]
#[metric(counter, name = "loaded_items", help = "Items", value = ret.len())]
#[metric(counter, name = "loads", help = "Loads", labels(empty: bool = ret.is_empty()))]
async fn load(owner: String, ids: Vec<u64>) -> Vec<u64> {
    std::future::ready(()).await;
    drop(owner);
    ids
}

/// The body may borrow what it returns.
#[metric(counter, name = "longest_bytes", help = "Bytes", value = ret.len())]
fn longest<'a>(one: &'a mut String, other: &'a mut String) -> &'a mut String {
    if one.len() > other.len() { one } else { other }
}

#[metric(gauge, name = "last_length", help = "Length", value = ret.len())]
fn numbers(ret_of_other: usize) -> impl ExactSizeIterator<Item = usize> {
    0..ret_of_other
}

/// A parameter of that name is what it is.
#[metric(counter, name = "doubled", help = "Doubled", value = ret)]
fn double(ret: u64) -> u64 {
    ret * 2
}

#[metric(counter, name = "tags", help = "Tags", labels(
    text: open(5), owned: open(5), cow: open(5), number: open(5), flag: open(5)
), budget = 10_000)]
fn tag(text: &str, owned: String, cow: Cow<'_, str>, number: u32, flag: bool) -> usize {
    text.len() + owned.len() + cow.len() + number as usize + usize::from(flag)
}

/// Idle connections.
#[metric(gauge, callback)]
fn idle_connections() -> usize {
    3
}

/// Connections by what they do, read at each scrape.
#[metric(gauge, name = "connections", callback, labels(tier: Tier, busy: bool))]
#[metric(counter, name = "connections_made", callback, labels(tier: Tier, busy: bool))]
fn connections() -> impl IntoIterator<Item = ((Tier, bool), u32)> {
    [((Tier::Free, true), 1), ((Tier::Gold, false), 2)]
}

#[cfg(any())]
#[metric(gauge, callback)]
fn not_there() -> usize {
    nothing
}

#[observe]
#[metric(counter, callback, help = "Ticks of the clock")]
fn ticks() -> usize {
    #[metric(gauge, help = "Nested", callback, labels(tier: Tier))]
    fn nested() -> Vec<(Tier, Duration)> {
        vec![(Tier::Gold, Duration::from_secs(1))]
    }
    nested().len()
}

fn is_send<T: Send>(value: T) -> T {
    value
}

fn main() {
    let order = Order { total: 3.0, tenant: String::from("acme"), tier: Tier::Gold };
    assert_eq!(place(&order).items, 3);
    assert_eq!(find("0"), Ok(1));
    assert_eq!(find("7"), Ok(7));
    assert!(find("x").is_err());
    drop(is_send(load(String::new(), vec![1])));
    let (mut one, mut other) = (String::from("a"), String::from("bc"));
    longest(&mut one, &mut other).push('d');
    assert_eq!(other, "bcd");
    assert_eq!(numbers(3).len(), 3);
    assert_eq!(double(4), 8);
    assert_eq!(query(order.tier), "gold");
    assert_eq!(tag("a", String::from("b"), Cow::Borrowed("c"), 1, true), 5);
    assert_eq!(ticks(), 1);
    assert_eq!(connections().into_iter().count() + idle_connections(), 5);
    REVENUE.with((order.tenant.as_str(), Tier::Gold)).add(9.5);
    REVENUE.with((&order.tenant, order.tier)).inc();
    QUEUED.with(7).set(1.0);
    SENT.observe(1.0);
    WAITS.observe(1.0);
    ANSWERS.with(order.tier).observe(0.25);
    FLAGS.set(["on", "b"]);
}
