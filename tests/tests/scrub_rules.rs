//! What a program's own rules and names find is masked in lines, spans and labels, and counted by its
//! name; a rule that can't be used is told of before anything runs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use plimsoll::scrub::Rule;
use plimsoll::{Counter, Open, metric, observe};
use plimsoll_tests::lines::Lines;
use plimsoll_tests::page::Page;
use plimsoll_tests::{http, sink};

const BADGE: &str = "B-1234";
const MARKED: &str = "[redacted:badge]";

#[metric(counter, name = "rules_seen", help = "Seen.", labels(door: open(10)))]
static SEEN: Counter<Open>;

#[metric(counter, name = "rules_kept", help = "Kept.", labels(dossier: open(10)))]
static KEPT: Counter<Open>;

#[observe(log(public(note)))]
fn observed(note: &str) {
    tracing::info!(note, employee_dossier = "of Ada", "says {note}");
    tracing::info!("{{\"dossier\":\"of Ada\"}} seat 17F");
    let _entered = tracing::info_span!("foreign", dossier = true).entered();
}

#[test]
fn rules_and_names_of_the_program_reach_every_sink() {
    for (pattern, says) in [
        ("B-(", "unclosed group"),
        ("x*", "matches an empty text"),
        (r"B-(?=\d)", "look-around"),
        (r"(\w{1,900}){1,900}", "bound its repeats"),
    ] {
        let refused = plimsoll::builder().scrub_rule(Rule::new("badge", pattern)).init();
        let error = refused.err().unwrap_or_else(|| panic!("{pattern} is taken")).to_string();
        assert!(error.contains("`badge`") && error.contains(says), "{error}");
    }
    assert!(plimsoll::builder().sensitive_name("-").init().is_err());

    let (lines, handed) = (Lines::default(), Arc::new(Mutex::new(String::new())));
    let taken = Arc::clone(&handed);
    let telemetry = plimsoll::builder()
        .service("tests")
        .otlp(sink::start())
        .admin(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .log_filter("info")
        .log_output(lines.clone())
        .scrub_rule(Rule::new("badge", r"\bB-\d{4}\b"))
        .scrub_rule(Rule::new("seat", r"seat (\w+)"))
        // Backtracking would take years over this one.
        .scrub_rule(Rule::new("slow", "(a+)+(b|!)c"))
        .sensitive_name("dossier")
        .on_span(move |span| {
            let fields = span.fields().map(|(key, value)| format!("{key}={value:?}"));
            taken.lock().unwrap().push_str(&fields.collect::<Vec<_>>().join(" "));
        })
        .init()
        .unwrap();
    observed(&format!("the badge {BADGE}!"));
    observed(&"a".repeat(8_000));
    SEEN.with(format!("door of {BADGE}")).add(1.0);
    KEPT.with("of Ada").add(1.0);
    let page = Page::of(&http::get(&format!("http://{}/metrics", telemetry.admin_addr().unwrap())));
    telemetry.shutdown(Duration::from_secs(20));

    let told = lines.all();
    let line = told.iter().find(|line| line["message"] == format!("says the badge {MARKED}!"));
    let line = line.unwrap_or_else(|| panic!("{told:?}"));
    assert_eq!(line["fields"]["note"], format!("the badge {MARKED}!"));
    assert_eq!(line["fields"]["employee_dossier"], "[redacted]");
    let message = "{\"dossier\":\"[redacted:name]\"} seat [redacted:seat]";
    assert!(told.iter().any(|line| line["message"] == message), "{told:?}");
    let handed = handed.lock().unwrap();
    assert!(handed.contains(&format!("note=Str(\"the badge {MARKED}!\")")), "{handed}");
    assert!(handed.contains("dossier=Str(\"[redacted]\")"), "{handed}");
    let door = format!("door of {MARKED}");
    assert_eq!(page.value("rules_seen_total", &[("door", &door)]), 1.0);
    assert_eq!(page.value("rules_kept_total", &[("dossier", "[redacted]")]), 1.0);
    let shown = told.iter().map(ToString::to_string).collect::<String>() + &handed;
    assert!(!shown.contains(BADGE) && !shown.contains("of Ada"), "{shown}");
    for sink in ["log", "label"] {
        let labels = [("rule", "badge"), ("sink", sink)];
        assert!(page.value("plimsoll_scrub_hits_total", &labels) >= 1.0, "{sink}");
    }
}
