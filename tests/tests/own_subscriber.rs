//! A program with a `tracing` subscriber of its own: plimsoll does not push it aside, says what to
//! do, and then writes the program's events from a layer in that subscriber.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use plimsoll::{Error, observe};
use plimsoll_tests::lines::Lines;
use plimsoll_tests::page::Page;
use plimsoll_tests::{http, remains, sink, tools, wait};
use tracing_subscriber::layer::SubscriberExt;

#[observe]
fn charge() {
    tracing::info!("charged");
    tracing::debug!("in detail");
    plimsoll::info!("typed", number = 7);
    plimsoll::debug!("typed, in detail");
}

#[test]
fn a_subscriber_of_the_programs_own_is_respected_and_used() {
    let host = tracing_subscriber::registry().with(plimsoll::layer("info"));
    tracing::subscriber::set_global_default(host).unwrap();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, tools::free_port()));
    let (receiver, lines) = (sink::start(), Lines::default());
    let settings = || {
        let settings = plimsoll::builder().service("shop").admin(address).otlp(&receiver);
        settings.log_output(lines.clone())
    };

    let refused = settings().init().unwrap_err();
    assert!(matches!(refused, Error::Subscriber), "{refused:?}");
    assert!(refused.to_string().contains("build with `.own_subscriber()`"), "{refused}");
    wait::until("no thread is left", || remains::threads().is_empty().then_some(()));
    assert!(remains::is_free(address), "the admin server listens");
    charge();

    let telemetry = settings().own_subscriber().init().unwrap();
    charge();
    let page = Page::of(&http::get(&format!("http://{address}/metrics")));
    let labels = [("function", "charge"), ("outcome", "ok")];
    assert_eq!(page.value("function_calls_total", &labels), 1.0);
    let report = telemetry.shutdown(Duration::from_secs(20));
    assert!(report.is_complete(), "{report}");
    assert_eq!(report.spans.exported, 1, "{report}");
    let told: Vec<_> = lines.all().iter().map(|line| line["message"].to_string()).collect();
    assert_eq!(told, ["\"charged\"", "\"typed\"", "\"telemetry shut down\""]);
}
