//! A function of the program's own gets every kept span, with and without OTLP, and the account
//! adds up when it panics.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use plimsoll::{FinishedSpan, Outcome, observe};

#[derive(Debug, PartialEq)]
struct Seen {
    name: &'static str,
    trace_id: u128,
    span_id: u64,
    parent_id: Option<u64>,
    outcome: Outcome,
    error_type: Option<&'static str>,
    fields: String,
}

impl Seen {
    fn of(span: &FinishedSpan<'_>) -> Seen {
        assert_eq!(span.module(), "on_span");
        assert!(span.start() <= SystemTime::now() + Duration::from_millis(50));
        assert!(span.start() + span.duration() > SystemTime::now() - Duration::from_secs(60));
        let fields: Vec<_> = span.fields().map(|(key, value)| format!("{key}={value:?}")).collect();
        Seen {
            name: span.name(),
            trace_id: span.trace_id(),
            span_id: span.span_id(),
            parent_id: span.parent_id(),
            outcome: span.outcome(),
            error_type: span.error_type(),
            fields: fields.join(" "),
        }
    }
}

#[observe(log(order, public(region)))]
fn lone(order: u64, region: &str) {
    let _ = (order, region);
}

#[observe(log(order))]
fn leaf(order: i8) -> Result<(), std::fmt::Error> {
    if order < 0 { Err(std::fmt::Error) } else { Ok(()) }
}

#[observe]
fn root() {
    let _ = leaf(-5);
    let _ = leaf(7);
}

#[observe]
fn poisoned() {}

#[test]
fn every_span_is_handed_over_and_counted() {
    // SAFETY: no other thread of this process reads the environment now.
    unsafe { std::env::set_var("OTEL_TRACES_EXPORTER", "none") };
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let telemetry = plimsoll::builder()
        .service("tests")
        .no_admin()
        .no_log_lines()
        .on_span(move |span| {
            assert_ne!(span.name(), "poisoned", "the program's function panics here");
            // What it observes itself is not recorded.
            lone(0, "none");
            sink.lock().unwrap().push(Seen::of(span));
        })
        .init()
        .unwrap();
    lone(1, "eu-west");
    root();
    poisoned();
    lone(2, "a region whose name is as long as no region's name ever was");
    let report = telemetry.shutdown(Duration::from_secs(5));

    let seen = seen.lock().unwrap();
    let names: Vec<_> = seen.iter().map(|span| span.name).collect();
    assert_eq!(names, ["lone", "leaf", "leaf", "root", "lone"]);
    assert_eq!(seen[0].fields, r#"order=U64(1) region=Str("eu-west")"#);
    assert_eq!(seen[0].parent_id, None);
    assert_eq!((seen[1].outcome, seen[1].error_type), (Outcome::Error, Some("Error")));
    assert_eq!(seen[1].fields, "order=I64(-5)");
    assert_eq!((seen[2].outcome, seen[2].fields.as_str()), (Outcome::Ok, "order=I64(7)"));
    for leaf in &seen[1..3] {
        assert_eq!((leaf.parent_id, leaf.trace_id), (Some(seen[3].span_id), seen[3].trace_id));
    }
    assert!(seen[4].fields.ends_with(r#"ever was")"#), "{}", seen[4].fields);

    assert_eq!(report.spans.made, 6, "{report}");
    assert_eq!(report.spans.exported, 5, "{report}");
    assert_eq!(report.spans.lost, [("exporter_panic", 1)]);
}
