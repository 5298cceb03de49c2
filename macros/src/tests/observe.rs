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
