//! A start that fails says what to change, and leaves nothing behind: the next one works.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use plimsoll::{Counter, Error, metric, observe};
use plimsoll_tests::lines::Lines;
use plimsoll_tests::page::Page;
use plimsoll_tests::{http, remains, sink, tools, wait};
use tracing::subscriber::with_default;

#[metric(counter, name = "pings", help = "Pings, by hand")]
static PINGS: Counter;

#[observe]
fn charge() {
    PINGS.inc();
    tracing::info!("charged");
}

#[test]
fn a_failed_start_leaves_nothing_behind_and_the_next_one_works() {
    let port = tools::free_port();
    let (here, everywhere) = (Ipv4Addr::LOCALHOST, Ipv4Addr::UNSPECIFIED);
    let address = SocketAddr::from((here, port));
    let occupant = TcpListener::bind((here, 0)).unwrap();
    let taken = occupant.local_addr().unwrap();
    let (receiver, lines) = (sink::start(), Lines::default());
    let settings = |service: &str| {
        let settings = plimsoll::builder().service(service).admin(address).otlp(&receiver);
        settings.log_output(lines.clone())
    };
    let nothing_is_left = |after: &str| {
        wait::until("no thread is left", || remains::threads().is_empty().then_some(()));
        assert!(remains::is_free(address), "somebody listens after {after}");
        assert!(!tracing::enabled!(tracing::Level::ERROR), "a subscriber after {after}");
        charge();
    };

    // A subscriber that was there for a while does not count as one.
    with_default(tracing_subscriber::registry(), charge);
    nothing_is_left("no start");
    let refused = [
        (settings("a").sample_ratio(2.0), "write a number from 0 to 1"),
        (settings("b").admin((everywhere, port).into()), "set PLIMSOLL_ADMIN_TOKEN"),
        (settings("c").admin(taken), "OTEL_EXPORTER_PROMETHEUS_PORT"),
        (settings("d").otlp("https://collector:4318"), "send to a Collector near by over http://"),
    ];
    for (settings, remedy) in refused {
        let told = settings.init().unwrap_err().to_string();
        assert!(told.contains(remedy), "{told}");
        nothing_is_left(&told);
    }

    let (telemetry, line) = (settings("shop").init().unwrap(), line!());
    if cfg!(target_os = "linux") {
        let ours = ["plimsoll-admin", "plimsoll-export", "plimsoll-log", "plimsoll-signal"];
        wait::until("all threads run", || (remains::threads() == ours).then_some(()));
    }
    assert_eq!(telemetry.admin_addr(), Some(address));
    charge();
    let page = Page::of(&http::get(&format!("http://{address}/metrics")));
    let calls = |outcome| {
        page.value("function_calls_total", &[("function", "charge"), ("outcome", outcome)])
    };
    // Of calls before there is nothing, and nothing of the settings that were refused.
    assert_eq!([calls("ok"), calls("error")], [1.0, 0.0]);
    assert_eq!(page.value("pings_total", &[]), 1.0);
    assert_eq!(page.value("target_info", &[("service_name", "shop")]), 1.0);

    let again = settings("again").init().unwrap_err();
    assert!(matches!(again, Error::AlreadyInitialised(_)), "{again:?}");
    let place = format!("{}:{line}:", file!());
    assert!(again.to_string().contains(&place), "{again} does not say {place}");

    let report = telemetry.shutdown(Duration::from_secs(20));
    assert!(report.is_complete(), "{report}");
    assert_eq!((report.spans.made, report.spans.exported), (1, 1), "{report}");
    let charged: Vec<_> =
        lines.all().into_iter().filter(|line| line["message"] == "charged").collect();
    assert_eq!(charged.len(), 1, "{charged:?}");
    assert_eq!(charged[0]["service"], "shop");
    assert!(remains::is_free(address), "the admin server listens after the end");
}
