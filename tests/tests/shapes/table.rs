//! The tables of the families, compared with what plimsoll counted and with the spans it sent.
//!
//! Nothing may be missing on either side: a marked function that no table names is a mistake too.

use std::collections::BTreeMap;

use plimsoll_tests::live::{Ends, Live};
use plimsoll_tests::page::Page;
use plimsoll_tests::received::Received;
use plimsoll_tests::wait;

/// One file of shapes.
pub(crate) struct Family {
    /// The path of its module.
    pub(crate) module: &'static str,
    /// Calls all its functions.
    pub(crate) run: fn(),
    /// How often each of them ended in which way, by its path from the module.
    pub(crate) ends: &'static [(&'static str, Ends)],
}

/// Modules whose functions are called by others than a family, or not on every machine.
const UNCOUNTED: [&str; 2] = ["::as_tests::", "::vectors::"];

/// Functions that are called more often than a ring holds spans: not all of those are sent.
const CROWDED: [&str; 1] = ["down_early"];

/// Ended well so many times, and in no other way.
pub(crate) const fn ok(times: u64) -> Ends {
    ends(times, 0, 0, 0)
}

/// Ended in all these ways.
pub(crate) const fn ends(ok: u64, error: u64, cancelled: u64, panic: u64) -> Ends {
    Ends { ok, error, cancelled, panic }
}

/// Compares the tables with the page; what the spans of each name have to say.
pub(crate) fn on_page(page: &Page, families: &[Family]) -> BTreeMap<String, Ends> {
    let counted = counted(page);
    let mut by_name = BTreeMap::<String, Ends>::new();
    for family in families {
        let within = format!("{}::", family.module);
        let mut expected: BTreeMap<String, Ends> = BTreeMap::new();
        for (function, ends) in family.ends {
            let twice = expected.insert(format!("{within}{function}"), *ends);
            assert_eq!(twice, None, "{within}{function} stands in the table twice");
        }
        let found = counted.iter().filter(|(path, _)| path.starts_with(&within));
        let found: BTreeMap<String, Ends> =
            found.map(|(path, (_, ends))| (path.clone(), *ends)).collect();
        for (path, ends) in &expected {
            assert_eq!(found.get(path), Some(ends), "{path} on the page");
        }
        for path in found.keys() {
            assert!(expected.contains_key(path), "{path} stands in no table");
            let (name, ends) = &counted[path];
            add(by_name.entry(name.clone()).or_default(), *ends);
        }
    }
    by_name
}

/// Waits until each span so far was sent, or is lost.
pub(crate) fn wait_until_sent(live: &Live) {
    wait::until("the spans are sent", || {
        let page = live.page();
        let of = |name: &str| {
            let name = format!("plimsoll_telemetry_{name}_total");
            whole(page.sum(&name, &[("signal", "spans")]))
        };
        (of("made") == of("exported") + of("lost")).then_some(())
    });
}

/// Compares the spans with what the page said.
pub(crate) fn in_spans(received: &Received, by_name: &BTreeMap<String, Ends>) {
    for (name, ends) in by_name {
        if !CROWDED.contains(&name.as_str()) {
            assert_eq!(Ends::of(&received.spans, name), *ends, "{name} in its spans");
        }
    }
    for span in &received.spans {
        let bad = ["error", "panic"].contains(&span.attributes["outcome"].as_str());
        assert_eq!(span.status == "ERROR", bad, "{span:?}");
    }
}

/// Name and ends of each function on the page, by its path.
fn counted(page: &Page) -> BTreeMap<String, (String, Ends)> {
    let mut functions = BTreeMap::<String, (String, Ends)>::new();
    let mut timed = BTreeMap::<String, u64>::new();
    for family in &page.families {
        for sample in &family.samples {
            let label = |name: &str| sample.labels.get(name).cloned().unwrap_or_default();
            let (name, path) =
                (label("function"), format!("{}::{}", label("module"), label("function")));
            if UNCOUNTED.iter().any(|module| path.contains(module)) {
                continue;
            }
            match sample.name.as_str() {
                "function_calls_total" => {
                    let (_, ends) =
                        functions.entry(path).or_insert_with(|| (name, Ends::default()));
                    add(ends, one(&label("outcome"), sample.value));
                }
                "function_duration_seconds_count" => {
                    *timed.entry(path).or_default() += whole(sample.value);
                }
                "function_in_flight" => assert_eq!(whole(sample.value), 0, "{path} is in flight"),
                _ => {}
            }
        }
    }
    for (path, (_, ends)) in &functions {
        assert_eq!(timed[path], ends.total(), "{path}: each call is timed once");
    }
    functions
}

fn one(outcome: &str, value: f64) -> Ends {
    let times = whole(value);
    match outcome {
        "ok" => ok(times),
        "error" => ends(0, times, 0, 0),
        "cancelled" => ends(0, 0, times, 0),
        "panic" => ends(0, 0, 0, times),
        other => panic!("the outcome `{other}` is on the page"),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts are whole")]
fn whole(value: f64) -> u64 {
    value as u64
}

fn add(sum: &mut Ends, more: Ends) {
    sum.ok += more.ok;
    sum.error += more.error;
    sum.cancelled += more.cancelled;
    sum.panic += more.panic;
}
