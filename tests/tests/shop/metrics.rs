//! What a real Prometheus gets from the shop's page, and what it can then be asked.

use std::collections::BTreeSet;

use plimsoll_tests::page::{Format, Page};
use plimsoll_tests::prometheus::{self, Prometheus};
use plimsoll_tests::rotel::Rotel;
use plimsoll_tests::shop::{
    BROKEN_CARD, DECLINED_CARD, Opening, PANIC_CARD, SLOW_CARD, Shop, TOKEN,
};
use plimsoll_tests::wait;

#[test]
fn a_prometheus_sees_every_outcome_duration_and_route() {
    let Some(rotel) = Rotel::start() else { return };
    let shop = Opening::quiet().tells(&rotel).open();
    let target = shop.metrics.trim_start_matches("http://").trim_end_matches("/metrics");
    let Some(prometheus) = Prometheus::start(target, TOKEN) else {
        return;
    };
    prometheus.until("up{job=\"app\"}", |up| (up.first()?.1 == 1.0).then_some(()));
    // Two scrapes before the first call, so that rates know where they started.
    prometheus.scrapes(2);
    let zero = prometheus.query("sum(function_calls_total{function=\"authorize\"})");
    assert_eq!(zero[0].1, 0.0, "the series exists before the first call");

    trouble(&shop);
    let outcomes = "sum by (outcome) (function_calls_total{function=\"authorize\"})";
    let counted = |outcome: &str, count: f64| {
        prometheus.until(outcomes, |series| {
            let one = series.iter().find(|(labels, _)| labels["outcome"] == outcome)?;
            (one.1 == count).then_some(())
        });
    };
    counted("ok", 3.0);
    counted("error", 3.0);
    counted("cancelled", 1.0);
    counted("panic", 1.0);
    let kinds =
        "sum by (error_type) (function_calls_total{function=\"authorize\",outcome=\"error\"})";
    let kinds = prometheus.query(kinds);
    let kind = |name: &str| {
        kinds
            .iter()
            .find(|(labels, _)| labels.get("error_type").is_some_and(|own| own == name))
            .map(|(_, value)| *value)
    };
    assert_eq!((kind("Declined"), kind("Unreachable")), (Some(2.0), Some(1.0)), "{kinds:?}");

    prometheus.scrapes(1);
    let quantile = "histogram_quantile(0.5, sum by (le) \
                    (rate(function_duration_seconds_bucket{function=\"authorize\"}[1m])))";
    let median = prometheus.until(quantile, |series| series.first().map(|one| one.1));
    assert!((0.005..0.1).contains(&median), "the median payment takes {median} s");

    let in_flight = "sum(function_in_flight)";
    prometheus.until(in_flight, |series| (series.first()?.1 == 0.0).then_some(()));
    let active = "sum(http_server_active_requests)";
    prometheus.until(active, |series| (series.first()?.1 == 0.0).then_some(()));

    let routes = "sum by (http_route, http_response_status_code) \
                  (http_server_request_duration_seconds_count)";
    let routes = prometheus.query(routes);
    let route = |route: &str, status: &str| {
        let labels = [("http_route", route), ("http_response_status_code", status)];
        let found = routes.iter().find(|(own, _)| {
            labels.iter().all(|(name, value)| own.get(*name).is_some_and(|label| label == value))
        });
        found.map(|(_, value)| *value)
    };
    let checkout = "/checkout/{customer}";
    assert_eq!(route(checkout, "201"), Some(3.0), "{routes:?}");
    assert_eq!(route(checkout, "402"), Some(2.0), "{routes:?}");
    assert_eq!(route(checkout, "502"), Some(1.0), "{routes:?}");
    assert_eq!(route(checkout, "500"), Some(1.0), "{routes:?}");
    assert_eq!(route("/customers", "201"), Some(8.0), "{routes:?}");

    let value = prometheus.query("sum(order_value_usd_sum)");
    assert!((value[0].1 - 3.0 * 9.9).abs() < 1e-6, "three orders of 9.90: {value:?}");
    let signups = prometheus.query("signups_total{tier=\"plus\",source=\"friend\"}");
    assert_eq!(signups[0].1, 8.0);

    exemplars_lead_to_traces(&prometheus, &rotel);
    let stranger = prometheus.targets().into_iter().find(|target| target.job == "stranger");
    let stranger = stranger.unwrap();
    assert_eq!(stranger.health, "down");
    assert!(stranger.error.contains("401"), "{}", stranger.error);
}

fn exemplars_lead_to_traces(prometheus: &Prometheus, rotel: &Rotel) {
    for selector in [
        "function_duration_seconds_bucket{function=\"authorize\"}",
        "http_server_request_duration_seconds_bucket{http_route=\"/checkout/{customer}\"}",
    ] {
        let exemplars = wait::until(&format!("exemplars of {selector}"), || {
            Some(prometheus.exemplars(selector)).filter(|found| !found.is_empty())
        });
        for (labels, value) in exemplars {
            let span = rotel.span(&format!("the example {labels:?}"), |span| {
                span.trace_id == labels["trace_id"] && span.span_id == labels["span_id"]
            });
            let seconds = (span.end - span.start) as f64 / 1e9;
            assert!((seconds - value).abs() < 1e-3, "{value} is not the {seconds} s of its span");
        }
    }
}

#[test]
fn all_series_of_functions_exist_before_the_first_call() {
    let shop = Opening::quiet().open();
    let before = shop.page(Format::Text);
    let names = function_series(&before);
    for function in ["check_out", "authorize", "send_receipt", "select_customer", "commit"] {
        let labels = [("function", function)];
        for outcome in ["ok", "error", "cancelled", "panic"] {
            let labels = [("function", function), ("outcome", outcome)];
            assert_eq!(before.sum("function_calls_total", &labels), 0.0);
        }
        assert_eq!(before.sum("function_duration_seconds_count", &labels), 0.0);
        assert_eq!(before.sum("function_in_flight", &labels), 0.0);
    }
    assert_eq!(before.sum("order_value_usd_count", &[]), 0.0);
    assert_eq!(before.find("order_value_usd_count", &[]).len(), 3, "one for each tier");
    assert_eq!(before.find("signups_total", &[]).len(), 9, "one for each tier and source");
    assert_eq!(before.sum("payment_requests_total", &[]), 0.0);

    trouble(&shop);
    let after = wait::until("eight payments, and nothing in flight", || {
        let page = shop.page(Format::Text);
        let over = page.sum("function_in_flight", &[]) == 0.0;
        (over && page.sum("payment_requests_total", &[]) == 8.0).then_some(page)
    });
    assert_eq!(function_series(&after), names, "the load adds no function and no outcome");
}

#[test]
fn both_formats_keep_their_rules_and_promtool_accepts_the_page() {
    let shop = Opening::quiet().open();
    trouble(&shop);
    let text = shop.page(Format::Text);
    let open = shop.page(Format::OpenMetrics);
    // OpenMetrics names a family without the suffix of its samples.
    let names = |page: &Page| {
        let bare =
            |name: &str| name.trim_end_matches("_total").trim_end_matches("_info").to_owned();
        page.families.iter().map(|family| bare(&family.name)).collect::<BTreeSet<String>>()
    };
    assert_eq!(names(&text), names(&open), "both formats tell the same");
    let mut answer = shop.scrape(Format::Text);
    assert!(answer.header("content-type").unwrap().contains("version=0.0.4"));
    if let Some(said) = prometheus::promtool(&answer.body) {
        assert_eq!(said, "", "promtool complains");
    }
    answer = shop.scrape(Format::OpenMetrics);
    assert!(answer.header("content-type").unwrap().contains("version=1.0.0"));
}

/// Every way a payment can end: three good, two declined, one broken, one panic, one walks off.
fn trouble(shop: &Shop) {
    for _ in 0..3 {
        assert_eq!(shop.buy(&shop.customer()).status, 201);
    }
    for _ in 0..2 {
        assert_eq!(shop.buy(&shop.customer_with(DECLINED_CARD)).status, 402);
    }
    assert_eq!(shop.buy(&shop.customer_with(BROKEN_CARD)).status, 502);
    assert_eq!(shop.buy(&shop.customer_with(PANIC_CARD)).status, 500);
    shop.walk_off(&shop.customer_with(SLOW_CARD));
}

/// Which functions and outcomes a page tells of.
fn function_series(page: &Page) -> BTreeSet<String> {
    let all = page.families.iter().flat_map(|family| &family.samples);
    all.filter(|sample| sample.name.starts_with("function_"))
        .map(|sample| {
            let label = |name: &str| sample.labels.get(name).cloned().unwrap_or_default();
            [&sample.name, &label("module"), &label("function"), &label("outcome"), &label("le")]
                .map(String::as_str)
                .join(" ")
        })
        .collect()
}
