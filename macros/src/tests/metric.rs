//! What `#[metric]` makes of functions and statics.
//!
//! The expected expansions stand in `expanded/`.

use expect_test::expect_file;

use super::expanded;
use crate::metric::metric;

macro_rules! metered {
    ($file:literal, $args:literal, $item:literal) => {
        expect_file![concat!("../../expanded/", $file, ".rs")]
            .assert_eq(&expanded(metric, $args, $item))
    };
}

#[test]
fn a_metric_alone_makes_no_span() {
    metered!(
        "metric_function",
        "histogram, help = \"How long a search takes\"",
        "pub fn search(query: &Query) -> Vec<Hit> { find(query) }"
    );
}

#[test]
fn labels_are_parameters_or_expressions() {
    metered!(
        "metric_labels",
        "counter, budget = 2000, labels(
            tier,
            region: Region = order.address.region,
            tenant: open(500) = order.tenant,
            source = \"web\",
        )",
        "/// Orders placed, however they end.
         ///
         /// More text.
         async fn place(order: &Order, tier: &Tier) -> io::Result<()> { Ok(()) }"
    );
}

#[test]
fn what_is_returned_is_looked_at_behind_the_body() {
    metered!(
        "metric_returned",
        "counter, name = \"sold_items\", help = \"Items\", value = ret.items, labels(tier: Tier = ret.tier)",
        "#[metric(summary, name = \"order_value_usd\", help = \"Value\", value = order.total, when = always)]
         #[metric(histogram, help = \"Time\", buckets = exponential(0.001, 4, 6), when = error)]
         fn place(order: &Order) -> Receipt { charge(order) }"
    );
}

#[test]
fn a_callback_stays_what_it_is() {
    metered!(
        "metric_callback",
        "gauge, callback, help = \"Idle\", labels(pool: Pool, busy: bool)",
        "#[cfg(feature = \"pool\")]
         fn connections() -> Vec<((Pool, bool), usize)> { count() }"
    );
}

#[test]
fn a_static_gets_its_value() {
    metered!(
        "metric_static",
        "gauge, name = \"websocket_active_connections\", help = \"Open connections\"",
        "pub static ACTIVE: plimsoll::Gauge;"
    );
}

#[test]
fn a_static_with_labels_takes_their_types_from_its_own() {
    metered!(
        "metric_static_labels",
        "counter, name = \"revenue_usd\", labels(tenant: open(500), product)",
        "/// Sold
         static REVENUE: plimsoll::Counter<(plimsoll::Open, Product)>;"
    );
}

#[test]
fn an_info_names_its_labels() {
    metered!(
        "metric_static_info",
        "info, name = \"feature_flags\", help = \"Flags\", labels(dark_mode, cohort)",
        "static FLAGS: plimsoll::Info<2>;"
    );
}
