//! What `#[observe]` makes of each kind of function.
//!
//! The expected expansions stand in `expanded/`. That they compile and behave is tested in
//! `tests/` of
//! the workspace.

use expect_test::expect_file;

use super::expanded;
use crate::metric::metric;
use crate::observe::observe;

macro_rules! observed {
    ($file:literal, $args:literal, $item:literal) => {
        expect_file![concat!("../../expanded/", $file, ".rs")]
            .assert_eq(&expanded(observe, $args, $item))
    };
}

#[test]
fn a_function_becomes_a_site_a_guard_and_its_body() {
    observed!(
        "observe_sync",
        "log(order.id), kind = client, level = \"debug\", slow = \"2s\"",
        "/// Places it.
         #[inline]
         pub fn place_order(order: &Order) -> Result<Receipt, OrderError> {
             let receipt = charge(order)?;
             Ok(receipt)
         }"
    );
}

#[test]
fn every_way_to_record() {
    observed!(
        "observe_fields",
        "log(order.id, self.region, retries = attempt + 1, \"http.route\" = public(route), public(pair.0.name)),
         redact(email = email, card = last(4), user.id = hash(\"user\"), note = full)",
        "fn f(&self, order: &Order, attempt: u32, route: &str, pair: Pair, email: &str, card: &str, user: &User, note: &str) -> u32 {
             1
         }"
    );
}

#[test]
fn an_async_function_says_first_what_it_gives() {
    observed!(
        "observe_async",
        "log(id)",
        "async fn load<'a>(&'a self, id: u64) -> Result<&'a str, Error> { self.rows.get(id).await }"
    );
}

#[test]
fn unit_and_impl_trait_stay_in_place() {
    observed!("observe_in_place", "log(n)", "fn tick(n: u32) { count(n); }");
}

#[test]
fn a_function_that_never_returns_is_only_guarded() {
    observed!("observe_never", "", "fn serve() -> ! { loop { step() } }");
}

#[test]
fn what_async_trait_writes_is_wrapped_inside() {
    observed!(
        "observe_async_trait",
        "log(self.id)",
        "fn load<'life0, 'async_trait>(&'life0 self) -> ::core::pin::Pin<Box<dyn ::core::future::Future<Output = Result<u8, E>> + ::core::marker::Send + 'async_trait>>
         where 'life0: 'async_trait, Self: 'async_trait
         { Box::pin(async move { let __self = self; __self.read().await }) }"
    );
}

#[test]
fn a_future_made_elsewhere_is_wrapped_around() {
    observed!(
        "observe_future",
        "",
        "fn load(&self) -> impl Future<Output = u8> + Send + '_ { self.inner.load() }"
    );
}

#[test]
fn an_async_block_at_the_end_is_wrapped_inside() {
    observed!(
        "observe_async_block",
        "log(id)",
        "fn load(&self, id: u64) -> impl Future<Output = u8> { let pool = self.pool.clone(); async move { pool.get(id).await } }"
    );
}

#[test]
fn all_marks_become_one_wrapper_in_either_order() {
    let one = expanded(
        observe,
        "log(order.id)",
        "#[metric(histogram, name = \"order_value_usd\", help = \"Value of an order\", value = order.total, buckets = [1, 10, 100])]
         #[plimsoll::metric(counter, labels(tier))]
         /// Places it.
         fn place_order(order: &Order, tier: &Tier) -> Result<Receipt, OrderError> { charge(order) }",
    );
    let other = expanded(
        metric,
        "histogram, name = \"order_value_usd\", help = \"Value of an order\", value = order.total, buckets = [1, 10, 100]",
        "#[metric(counter, labels(tier))]
         #[observe(log(order.id))]
         /// Places it.
         fn place_order(order: &Order, tier: &Tier) -> Result<Receipt, OrderError> { charge(order) }",
    );
    expect_file!["../../expanded/observe_metrics.rs"].assert_eq(&one);
    // They differ only in which of the marks was absorbed.
    let wrapper = |text: &str| {
        let lines = text.lines().filter(|line| !line.trim().starts_with("use "));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(wrapper(&one), wrapper(&other));
}

#[test]
fn error_if_judges_the_value() {
    observed!(
        "observe_error_if",
        "error_if = |out: &u16| *out >= 500, name = \"http.get\"",
        "fn get() -> u16 { 500 }"
    );
}

#[test]
fn a_block_marks_its_functions() {
    observed!(
        "observe_impl",
        "level = debug, log(id), slow = \"1s\"",
        "impl<T: Clone> Store for Orders<T> {
             const LIMIT: u8 = { 3 };
             fn get(&self, id: u64) -> Option<Order> { self.rows.get(id) }
             #[observe(name = \"count\", level = info)]
             fn len(&self) -> usize { self.rows.len() }
             #[observe(skip)]
             fn capacity(&self) -> usize { 8 }
         }"
    );
}

#[test]
fn a_stream_is_watched_item_by_item() {
    observed!(
        "observe_stream",
        "error_if = Row::is_bad",
        "fn rows(&self) -> impl Stream<Item = Row> + '_ { self.pool.rows() }"
    );
}

#[test]
fn an_objective_stands_in_the_site_in_millionths() {
    observed!(
        "observe_slo",
        "slo(success = 99.95, latency = \"300ms\", target = 95)",
        "fn pay(order: &Order) -> Result<Receipt, PayError> { charge(order) }"
    );
    for (written, objective) in [
        ("success = 99", "(990000u32 , 0u64 , 0u32)"),
        ("latency = \"1us\"", "(0u32 , 1000u64 , 990000u32)"),
        ("latency = \"1h\", target = 99.9999", "(0u32 , 3600000000000u64 , 999999u32)"),
        ("success = 1.0001", "(10001u32 , 0u64 , 0u32)"),
    ] {
        let args = format!("slo({written})").parse().expect(written);
        let (item, _) = observe(args, "fn f() {}".parse().expect("tokens"));
        assert!(item.to_string().contains(objective), "{written}: {item}");
    }
}

#[test]
fn what_is_ok_is_asked_before_what_is_an_error() {
    observed!(
        "observe_ok_if",
        "ok_if = is_missing, error_if = |row| row.is_empty()",
        "async fn find() -> io::Result<Row> { read().await }"
    );
}
