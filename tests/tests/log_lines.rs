//! Events become lines that say where they happened: whole, in order, and none lost.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::collections::HashMap;
use std::thread;
use std::time::Duration;

use plimsoll::observe;
use plimsoll_tests::lines::Lines;
use plimsoll_tests::sink;
use serde_json::Value;

const THREADS: u64 = 4;
const LINES: u64 = 2000;

#[observe(log(thread))]
fn works(thread: u64) {
    for number in 0..LINES {
        if number % 2 == 0 {
            tracing::info!(thread, number, text = "tab\t", "at work");
        } else {
            let _span = tracing::info_span!("inner", number).entered();
            tracing::warn!(thread, number, text = ?"quo\"te", "at work");
        }
    }
}

#[test]
fn lines_of_many_threads_are_whole_in_order_and_in_their_spans() {
    // SAFETY: nothing else runs in this process that looks at the environment.
    unsafe { std::env::set_var("OTEL_LOGS_EXPORTER", "none") };
    let lines = Lines::default();
    let telemetry = plimsoll::builder()
        .service("tests")
        .otlp(sink::start())
        .no_admin()
        .log_filter("info")
        .log_output(lines.clone())
        .init()
        .unwrap();
    tracing::debug!("not wanted");
    tracing::error!("outside");
    let threads: Vec<_> = (0..THREADS).map(|thread| thread::spawn(move || works(thread))).collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let report = telemetry.shutdown(Duration::from_secs(20));
    tracing::error!("too late");

    let all = lines.all();
    assert_eq!(report.lines.exported, all.len() as u64, "{report}");
    assert_eq!(report.lines.made, report.lines.exported, "{report}");
    assert!(!all.iter().any(|line| line["message"] == "not wanted"));
    let outside = all.iter().find(|line| line["message"] == "outside").unwrap();
    assert!(outside.get("trace_id").is_none(), "{outside}");

    let mut by_thread: HashMap<u64, Vec<&Value>> = HashMap::new();
    for line in all.iter().filter(|line| line["message"] == "at work") {
        by_thread.entry(line["fields"]["thread"].as_u64().unwrap()).or_default().push(line);
    }
    assert_eq!(by_thread.len() as u64, THREADS);
    for lines in by_thread.values() {
        let numbers: Vec<_> = lines.iter().map(|line| line["fields"]["number"].as_u64()).collect();
        assert_eq!(numbers, (0..LINES).map(Some).collect::<Vec<_>>());
        let times = lines.windows(2).map(|two| (two[0]["time"].as_str(), two[1]["time"].as_str()));
        assert!(times.into_iter().all(|(first, second)| first <= second));
        for line in lines {
            assert_eq!(line["trace_id"], lines[0]["trace_id"], "one call is one trace");
            let inner = line["fields"]["number"].as_u64().unwrap() % 2 == 1;
            assert_eq!(line["span_id"] != lines[0]["span_id"], inner, "{line}");
            let (level, text) = if inner { ("WARN", "\"quo\\\"te\"") } else { ("INFO", "tab\t") };
            assert_eq!((&line["level"], &line["fields"]["text"]), (&level.into(), &text.into()));
        }
    }
}
