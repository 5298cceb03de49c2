//! A key stands in every text that no type guards, and comes to no sink: not to lines, log records,
//! spans, labels, the resource, the program's own function or the admin server.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use plimsoll::{Counter, Info, Open, metric, observe};
use plimsoll_tests::lines::Lines;
use plimsoll_tests::page::Page;
use plimsoll_tests::rotel::Rotel;
use plimsoll_tests::{http, sink};
use prometheus_library::{IntCounterVec, Opts};

/// Of AWS's published format, and nobody's.
const KEY: &str = "AKIAQ2W3E4R5T6Y7U2I3";
const HIDDEN: &str = "[redacted]";
const MARKED: &str = "[redacted:aws-key]";
/// Of the card schemes' published format, and nobody's.
const CARD: u64 = 4_539_578_763_621_486;
/// Where spans and lines cut their texts.
const CUT: usize = 4096;

#[metric(counter, name = "scrubbed_sold", help = "Sold.", labels(tenant: open(10)))]
static SOLD: Counter<Open>;

#[metric(info, name = "scrubbed_flags", help = "Flags.", labels(flag))]
static FLAGS: Info<1>;

#[observe(log(public(note), public(token)))]
fn observed(note: &str, token: &str) {
    let _ = (note, token);
    let span = tracing::info_span!(
        "foreign",
        tenant = note,
        other = note,
        shown = 1,
        password = 7_001,
        dossier = true,
        card_number = CARD
    );
    let _entered = span.entered();
    tracing::info!(note, list = ?[note], pin = 7_001, dossier = "of nobody", "says {note}");
    tracing::info!(number = CARD, order = 17, "charged");
}

#[test]
fn a_key_in_any_text_comes_to_no_sink() {
    // SAFETY: no other thread of this process reads the environment now.
    unsafe {
        std::env::set_var("OTEL_RESOURCE_ATTRIBUTES", format!("deployment.note=a%20{KEY}"));
        std::env::set_var("PLIMSOLL_FOREIGN_FIELDS", "tenant, db.namespace");
        std::env::set_var("PLIMSOLL_SCRUB", "mask,spam=off");
    }
    let theirs = IntCounterVec::new(Opts::new("scrubbed_theirs", "Theirs."), &["note"]).unwrap();
    prometheus_library::register(Box::new(theirs.clone())).unwrap();
    let rotel = Rotel::start();
    let endpoint = rotel.as_ref().map_or_else(sink::start, |rotel| rotel.endpoint().to_owned());
    let (lines, handed) = (Lines::default(), Arc::new(Mutex::new(Vec::new())));
    let taken = Arc::clone(&handed);
    let telemetry = plimsoll::builder()
        .service("tests")
        .otlp(endpoint)
        .admin(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
        .log_filter("info")
        .log_output(lines.clone())
        .sensitive_name("dossier")
        .on_span(move |span| {
            let fields: Vec<_> =
                span.fields().map(|(key, value)| format!("{key}={value:?}")).collect();
            taken.lock().unwrap().push(format!("{} {}", span.name(), fields.join(" ")));
        })
        .init()
        .unwrap();

    observed(&format!("the key {KEY}!"), "a public token");
    for at in CUT - 22..CUT + 2 {
        observed(&format!("{} {KEY}", "a".repeat(at)), "");
    }
    SOLD.with(format!("tenant {KEY}")).add(1.0);
    SOLD.with(format!("tenant {KEY}")).add(2.0);
    FLAGS.set([&format!("flag {KEY}")]);
    theirs.with_label_values(&[KEY]).inc();

    let address = telemetry.admin_addr().unwrap();
    let answer = http::get(&format!("http://{address}/metrics"));
    let page = Page::of(&answer);
    let found = http::get(&format!("http://{address}/scrub"));
    let report = telemetry.shutdown(Duration::from_secs(20));
    let told = lines.all();
    let handed = handed.lock().unwrap().join("\n");
    let received = rotel.as_ref().map(|rotel| (rotel.settled(), rotel.text()));

    let text = told.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let mut sinks = vec![
        ("lines", &text),
        ("page", &answer.body),
        ("/scrub", &found.body),
        ("on_span", &handed),
    ];
    if let Some((_, text)) = &received {
        sinks.push(("rotel", text));
    }
    for (sink, text) in sinks {
        assert!(text.len() > 500, "{sink} is worth a search: {text}");
        for part in [KEY, &KEY[..8], &KEY[..4], "of nobody", "4539578763621486"] {
            assert!(!text.contains(part), "{part} is in {sink}");
        }
    }

    // What is not the key's is there.
    let line = told.iter().find(|line| line["fields"]["note"] == format!("the key {MARKED}!"));
    let line = line.unwrap_or_else(|| panic!("{text}"));
    assert_eq!(line["message"], format!("says the key {MARKED}!"));
    assert_eq!(line["fields"]["list"], format!("[\"the key {MARKED}!\"]"));
    assert_eq!(
        (&line["fields"]["pin"], &line["fields"]["dossier"]),
        (&HIDDEN.into(), &HIDDEN.into())
    );
    assert!(text.contains("PLIMSOLL_SCRUB has `spam=off` in it"), "{text}");
    let note = format!(r#"observed note=Str("the key {MARKED}!") token=Str("a public token")"#);
    assert!(handed.contains(&note), "{handed}");
    let hidden = format!(r#"password=Str("{HIDDEN}") dossier=Str("{HIDDEN}")"#);
    let foreign = format!(r#"foreign tenant=Str("the key {MARKED}!") shown=I64(1) {hidden}"#);
    assert!(handed.contains(&foreign), "{handed}");
    let tenant = format!("tenant {MARKED}");
    assert_eq!(page.value("scrubbed_sold_total", &[("tenant", &tenant)]), 3.0);
    assert_eq!(page.value("scrubbed_flags_info", &[("flag", &format!("flag {MARKED}"))]), 1.0);
    assert_eq!(page.value("scrubbed_theirs", &[("note", MARKED)]), 1.0);
    let info = [("deployment_note", &*format!("a {MARKED}"))];
    assert_eq!(page.value("target_info", &info), 1.0);

    // Counted, by sink and where it comes from.
    for (sink, least) in [("log", 3.0 * 25.0), ("label", 2.0), ("resource", 1.0)] {
        let labels = [("rule", "aws-key"), ("sink", sink)];
        assert!(page.value("plimsoll_scrub_hits_total", &labels) >= least, "{sink}");
    }
    assert_eq!(page.value("plimsoll_scrub_mode", &[("sink", "log"), ("mode", "mask")]), 1.0);
    assert_eq!(page.value("plimsoll_scrub_mode", &[("sink", "log"), ("mode", "off")]), 0.0);
    assert_eq!(page.value("plimsoll_scrub_hits_total", &[("rule", "error"), ("sink", "log")]), 0.0);
    let found = found.json();
    let callsites = found["callsites"].as_array().unwrap();
    let of = |field: &str, sink: &str| {
        callsites.iter().find(|it| it["field"] == field && it["sink"] == sink).unwrap_or_else(
            || {
                panic!("{field} {sink}: {found:#}");
            },
        )
    };
    assert!(of("message", "log")["file"].as_str().unwrap().ends_with("scrubbed.rs"));
    assert_eq!(of("note", "log")["module"], "scrubbed");
    assert_eq!(of("tenant", "label")["name"], "scrubbed_sold_total");
    assert_eq!(found["modes"]["span"], "mask");

    assert!(report.is_complete(), "{report}");
    if let Some((received, _)) = received {
        let span = received.spans.iter().find(|span| span.name == "observed").unwrap();
        assert_eq!(span.attributes["note"], format!("the key {MARKED}!"));
        assert_eq!(span.resource["deployment.note"], format!("a {MARKED}"));
        let log = received.logs.iter().find(|log| log.attributes.contains_key("note")).unwrap();
        assert_eq!(log.body, format!("says the key {MARKED}!"));
        assert!(received.spans.iter().all(|span| !span.attributes.contains_key("other")));
    }
}
