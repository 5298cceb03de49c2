//! A sink where the scrubber only reports shows everything, and says so; one where it is off does not
//! even look; what the builder says wins over the environment.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use plimsoll::scrub::Mode;
use plimsoll::{Counter, Open, Sink, metric, observe};
use plimsoll_tests::lines::Lines;
use plimsoll_tests::page::Page;
use plimsoll_tests::{http, sink};

/// Of AWS's published format, and nobody's.
const KEY: &str = "AKIAQ2W3E4R5T6Y7U2I3";

#[metric(counter, name = "modes_sold", help = "Sold.", labels(tenant: open(10)))]
static SOLD: Counter<Open>;

#[observe(log(public(note)))]
fn observed(note: &str) {
    tracing::info!(note, "says {note}");
}

#[test]
fn each_sink_does_what_its_mode_says() {
    // SAFETY: no other thread of this process reads the environment now.
    unsafe { std::env::set_var("PLIMSOLL_SCRUB", "off,label=mask,span=mask") };
    let (lines, handed) = (Lines::default(), Arc::new(Mutex::new(String::new())));
    let taken = Arc::clone(&handed);
    let telemetry = plimsoll::builder()
        .service("tests")
        .otlp(sink::start())
        .admin(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .log_filter("info")
        .log_output(lines.clone())
        .scrub_sink(Sink::Log, Mode::Report)
        .scrub_sink(Sink::Span, Mode::Off)
        .on_span(move |span| {
            let fields: Vec<_> = span.fields().map(|(_, value)| format!("{value:?}")).collect();
            taken.lock().unwrap().push_str(&fields.join(" "));
        })
        .init()
        .unwrap();
    for _ in 0..3 {
        observed(KEY);
    }
    SOLD.with(KEY).add(1.0);
    let page = Page::of(&http::get(&format!("http://{}/metrics", telemetry.admin_addr().unwrap())));
    telemetry.shutdown(Duration::from_secs(20));

    let told = lines.all();
    let says: Vec<_> = told.iter().filter(|line| line["fields"]["note"] == KEY).collect();
    assert_eq!(says.len(), 3, "{told:?}");
    assert!(says.iter().all(|line| line["message"] == format!("says {KEY}")));
    let warning = told.iter().find(|line| line["level"] == "WARN").unwrap();
    let warning = warning["message"].as_str().unwrap();
    assert!(warning.contains("off (span, resource, admin) and report (log)"), "{warning}");
    assert_eq!(handed.lock().unwrap().matches(KEY).count(), 3);

    assert_eq!(page.value("modes_sold_total", &[("tenant", "[redacted:aws-key]")]), 1.0);
    let hits =
        |sink| page.find("plimsoll_scrub_hits_total", &[("rule", "aws-key"), ("sink", sink)]);
    // Each of them, also those of a text that came before.
    assert_eq!(hits("log")[0].value, 6.0);
    assert!(hits("span").is_empty());
    for (sink, mode) in [("log", "report"), ("span", "off"), ("label", "mask"), ("admin", "off")] {
        assert_eq!(page.value("plimsoll_scrub_mode", &[("sink", sink), ("mode", mode)]), 1.0);
    }
}
