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
        "counter, labels(tier, region: Region = order.address.region)",
        "/// Orders placed, however they end.
         ///
         /// More text.
         async fn place(order: &Order, tier: &Tier) -> io::Result<()> { Ok(()) }"
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
        "counter, name = \"signups_total\", labels(tier, source)",
        "/// Sign-ups
         static SIGNUPS: plimsoll::Counter<(Tier, Source)>;"
    );
}
