//! Everybody who can read the shop's figures reads the same: two ways of Prometheus's, VictoriaMetrics'
//! own scraper, what is pushed to it, and the page itself.

use plimsoll_tests::page::{Format, Page};
use plimsoll_tests::prometheus::Prometheus;
use plimsoll_tests::rotel::Rotel;
use plimsoll_tests::shop::{
    BROKEN_CARD, Customer, DECLINED_CARD, Opening, PANIC_CARD, Shop, TOKEN,
};
use plimsoll_tests::victoria::Victoria;
use plimsoll_tests::wait;
use serde_json::json;

/// Carts that are bought, enough for quantiles.
const SALES: usize = 120;

/// What is asked of everybody, by labels.
const TOTALS: [(&str, &str); 6] = [
    ("function_calls_total", ""),
    ("function_calls_total", "outcome=\"panic\""),
    ("function_calls_total", "function=\"authorize\",outcome=\"error\""),
    ("revenue_usd_total", "tenant=\"harbour\""),
    ("signups_total", ""),
    ("payment_requests_total", "outcome=\"ok\""),
];

/// Histograms: their counts and sums.
const HISTOGRAMS: [(&str, &str); 4] = [
    ("function_duration_seconds", "function=\"check_out\""),
    ("http_server_request_duration_seconds", "http_route=\"/checkout/{customer}\""),
    ("order_value_usd", "tier=\"plus\""),
    ("cart_size_items", ""),
];

#[test]
fn all_readers_have_the_totals_of_the_shop() {
    let (Some(rotel), Some(pushed)) = (Rotel::start(), Victoria::start()) else { return };
    let shop = Opening::quiet()
        .tells(&rotel)
        .set("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", &pushed.otlp())
        .set("OTEL_METRIC_EXPORT_INTERVAL", "500")
        .set("PLIMSOLL_NATIVE_HISTOGRAMS", "true")
        .open();
    let target = shop.metrics.trim_start_matches("http://").trim_end_matches("/metrics");
    let (Some(lines), Some(native), Some(scraped)) = (
        Prometheus::start(target, TOKEN),
        Prometheus::start_native(target, TOKEN),
        Victoria::scraping(target, TOKEN),
    ) else {
        return;
    };
    sell(&shop);
    let page = settled(&shop);
    lines.scrapes(2);
    native.scrapes(2);

    for (name, labels) in TOTALS {
        let counted = page.sum(name, &pairs(labels));
        assert!(counted > 0.0, "{name}{{{labels}}} has counted");
        let scraper = joined(labels, "job=\"app\"");
        assert_close(&lines.query(&format!("sum({name}{{{scraper}}})")), counted, name);
        assert_close(&native.query(&format!("sum({name}{{{scraper}}})")), counted, name);
        victoria(&scraped, &format!("sum({name}{{{scraper}}})"), counted);
        victoria(&pushed, &format!("sum({name}{{{labels}}})"), counted);
    }
    for (name, labels) in HISTOGRAMS {
        let scraper = joined(labels, "job=\"app\"");
        for suffix in ["count", "sum"] {
            let counted = page.sum(&format!("{name}_{suffix}"), &pairs(labels));
            assert!(counted > 0.0, "{name}_{suffix}{{{labels}}} has counted");
            let series = format!("sum({name}_{suffix}{{{scraper}}})");
            assert_close(&lines.query(&series), counted, name);
            victoria(&scraped, &series, counted);
            victoria(&pushed, &format!("sum({name}_{suffix}{{{labels}}})"), counted);
            // A native histogram is one sample.
            let series = format!("sum(histogram_{suffix}({name}{{{scraper}}}))");
            assert_close(&native.query(&series), counted, name);
        }
    }
    quantiles_are_those_of_the_spans(&native, &rotel);
}

/// Of `authorize`, each call of which is a span too.
fn quantiles_are_those_of_the_spans(native: &Prometheus, rotel: &Rotel) {
    let mut exact: Vec<f64> = wait::until("all payments as spans", || {
        let spans = rotel.received().spans;
        let took = spans.iter().filter(|span| span.name == "authorize");
        let took: Vec<f64> = took.map(|span| (span.end - span.start) as f64 / 1e9).collect();
        (took.len() == SALES + 4).then_some(took)
    });
    exact.sort_by(f64::total_cmp);
    for quantile in [0.25, 0.5, 0.9, 0.95] {
        let series = "function_duration_seconds{job=\"app\",function=\"authorize\"}";
        let told = native.query(&format!("histogram_quantile({quantile}, {series})"))[0].1;
        let rank = (quantile * exact.len() as f64).ceil() as usize;
        let (told, exact) = (told, exact[rank - 1]);
        assert!((told / exact - 1.0).abs() < 0.05, "{quantile}: {told} for {exact}");
    }
}

/// A fixed load: all sales, and four payments that go wrong.
fn sell(shop: &Shop) {
    let customers: Vec<Customer> = (0..4).map(|_| shop.customer()).collect();
    for number in 0..SALES {
        let customer = &customers[number % customers.len()];
        shop.fill_cart(customer);
        let path = format!("/checkout/{}", customer.id);
        let tenant = ["harbour", "marina"][number % 2];
        assert_eq!(shop.post_with(&path, &[("x-tenant", tenant)], &json!({})).status, 201);
    }
    for card in [DECLINED_CARD, DECLINED_CARD, BROKEN_CARD, PANIC_CARD] {
        assert_ne!(shop.buy(&shop.customer_with(card)).status, 201);
    }
}

/// The page once nothing runs any more: all receipts are sent.
fn settled(shop: &Shop) -> Page {
    wait::until("all receipts are sent", || {
        let page = shop.page(Format::Text);
        let sent = [("function", "send_receipt"), ("outcome", "ok")];
        let is_over = page.sum("function_calls_total", &sent) == SALES as f64
            && page.sum("function_in_flight", &[]) == 0.0;
        is_over.then_some(page)
    })
}

fn joined(labels: &str, more: &str) -> String {
    if labels.is_empty() { more.to_owned() } else { format!("{labels},{more}") }
}

fn pairs(labels: &str) -> Vec<(&str, &str)> {
    labels
        .split(',')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').expect("a label has a value");
            (name, value.trim_matches('"'))
        })
        .collect()
}

#[track_caller]
fn assert_close(series: &[(plimsoll_tests::prometheus::Labels, f64)], counted: f64, name: &str) {
    let [(_, told)] = series else { panic!("{name}: {series:?}") };
    assert!((told / counted - 1.0).abs() < 1e-9, "{name}: {told} for {counted}");
}

#[track_caller]
fn victoria(server: &Victoria, expression: &str, counted: f64) {
    let mut last = None;
    wait::until(&format!("VictoriaMetrics says {counted} to {expression}"), || {
        last = server.figure(expression);
        last.filter(|told| (told / counted - 1.0).abs() < 1e-9)
    });
}
