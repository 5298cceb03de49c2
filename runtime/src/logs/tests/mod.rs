//! What a reader of the lines sees, from event to JSON.

mod lanes;
mod scrubbed;
mod writer;

use std::cell::RefCell;
use std::fmt;

use serde_json::Value as Json;
use tracing_core::Event;
use tracing_subscriber::prelude::*;

use super::json::Frame;
use super::{Entry, entry, event, fill, filter, json, layer, subscriber};
use crate::model::{Level, Value};
use crate::record::Current;

thread_local! {
    static LINES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

fn json_of(entry: &Entry) -> Vec<u8> {
    let mut desk = event::Desk::default();
    json::line(entry, &Frame::new("shop"), &mut desk);
    desk.line.as_bytes().to_vec()
}

fn report(entry: &Entry) {
    let line = json_of(entry);
    LINES.with_borrow_mut(|lines| lines.extend_from_slice(&line));
}

/// Takes an event the short way, as far as that goes.
fn take(event: &Event<'_>) {
    let Some(head) = event::head(event) else { return take_entry(event) };
    let line = event::at_desk(|desk| {
        event::write(event, head, &Frame::new("shop"), desk);
        desk.line.as_bytes().to_vec()
    });
    LINES.with_borrow_mut(|lines| lines.extend_from_slice(&line));
}

/// Takes an event by way of an entry.
fn take_entry(event: &Event<'_>) {
    fill::entry(event, report);
}

/// The lines that `log` writes, parsed strictly. Whoever takes the event, they are the same.
fn lines_of(rust_log: &str, log: impl Fn()) -> Vec<Json> {
    let filter = || filter(rust_log).0;
    let registry = tracing_subscriber::registry;
    let ways: [fn(&Event<'_>); 2] = [take, take_entry];
    let mut texts = Vec::new();
    for way in ways {
        tracing::subscriber::with_default(registry().with(layer::layer_to(filter(), way)), &log);
        texts.push(String::from_utf8(LINES.take()).expect("UTF-8"));
        let straight = subscriber::subscriber_to(filter(), Some(registry()), way);
        tracing::subscriber::with_default(straight, &log);
        texts.push(String::from_utf8(LINES.take()).expect("UTF-8"));
    }
    let untimed = |text: &str| -> Vec<String> {
        let from = "{\"time\":\"2023-11-14T22:13:20.000001Z\"".len();
        text.lines().map(|line| line[from..].to_owned()).collect()
    };
    for text in &texts {
        assert_eq!(untimed(text), untimed(&texts[0]));
    }
    texts[0].lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

fn line_of(log: impl Fn()) -> Json {
    let mut lines = lines_of("", log);
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines.remove(0)
}

/// The line of an entry that did not come from `tracing`.
fn text_of(fill: impl FnOnce(&mut Entry)) -> String {
    entry::with(Level::Warn, "shop::orders", |entry| {
        fill(entry);
        String::from_utf8(json_of(entry)).unwrap()
    })
}

#[test]
fn keys_have_an_order_and_values_their_types() {
    let line = text_of(|entry| {
        entry.unix_nanos = 1_700_000_000_123_456_789;
        entry.ids = Some(Current { trace_id: 0xabc, span_id: 0xd, sampled: true });
        entry.bind("request_id", "r-1");
        entry.bind("service", "hers");
        entry.set_message(&"it rains");
        entry.set("count", Value::U64(3));
        entry.set("share", Value::F64(0.5));
        entry.set("gone", Value::F64(f64::NAN));
        entry.set("tiny", Value::F64(1e-300));
        entry.set("net", Value::I64(-1));
        entry.set("gift", Value::Bool(true));
        entry.set("count", Value::U64(4));
    });
    assert_eq!(
        line,
        concat!(
            r#"{"time":"2023-11-14T22:13:20.123456Z","level":"WARN","target":"shop::orders","#,
            r#""message":"it rains","trace_id":"00000000000000000000000000000abc","#,
            r#""span_id":"000000000000000d","request_id":"r-1","service_":"hers","#,
            r#""service":"shop","fields":{"count":4,"share":0.5,"gone":null,"tiny":1e-300,"#,
            r#""net":-1,"gift":true}}"#,
            "\n"
        )
    );
}

#[test]
fn an_event_is_one_line() {
    let line = line_of(|| {
        let items = 3_usize;
        tracing::info!(target: "shop::cart", items, user = ?Some("x"), open = true, "added {items}");
    });
    assert_eq!((&line["level"], &line["target"]), (&"INFO".into(), &"shop::cart".into()));
    assert_eq!((&line["message"], &line["service"]), (&"added 3".into(), &"shop".into()));
    assert_eq!(line["fields"]["items"], 3);
    assert_eq!(line["fields"]["user"], "Some(\"x\")");
    assert_eq!(line["fields"]["open"], true);
    assert!(line.get("trace_id").is_none(), "outside of any trace");
}

#[test]
fn no_text_breaks_out_of_its_line() {
    let hostile = "\"}\r\n{\"level\":\"ERROR\"}\u{0}\u{1b}[31m\u{7f}\\ \u{2028} ü\t";
    let line = text_of(|entry| {
        entry.set_message(&hostile);
        entry.set("quo\"te\n", Value::Str(hostile));
        entry.bind("request_id", hostile);
    });
    let (content, end) = line.split_at(line.len() - 1);
    assert_eq!(end, "\n");
    assert!(!content.contains(|letter: char| letter.is_ascii_control()), "{content}");
    let parsed: Json = serde_json::from_str(content).unwrap();
    assert_eq!(parsed["message"], hostile);
    assert_eq!(parsed["request_id"], hostile);
    assert_eq!(parsed["fields"]["quo\"te\n"], hostile);
}

#[test]
fn odd_events_have_the_same_line_either_way() {
    let lines = lines_of("", || {
        tracing::info!("only words");
        tracing::info!(alone = 1);
        tracing::info!(late = 1, message = "comes second");
        tracing::info!(message = 7, "number" = u64::MAX, low = i64::MIN, share = -0.25);
        tracing::info!(name: "named", { "quo\"te" = true, "time" = 3 }, "text {}", 1);
        tracing::info!(huge = i128::MAX, none = Option::<u64>::None, some = Some(1_u8), "x");
    });
    let fields: Vec<_> = lines.iter().map(|line| line["fields"].clone()).collect();
    assert_eq!(fields[0], serde_json::json!({}));
    assert_eq!((&lines[1]["message"], &fields[1]), (&"".into(), &serde_json::json!({"alone":1})));
    assert_eq!(lines[2]["message"], "comes second");
    assert_eq!(fields[2], serde_json::json!({"late":1}));
    assert_eq!(fields[3]["number"], u64::MAX);
    assert_eq!((&fields[3]["low"], &fields[3]["share"]), (&i64::MIN.into(), &(-0.25).into()));
    assert_eq!((&lines[4]["message"], &fields[4]["quo\"te"]), (&"text 1".into(), &true.into()));
    assert_eq!(fields[5]["huge"], i128::MAX.to_string());
    assert_eq!((&fields[5]["none"], &fields[5]["some"]), (&Json::Null, &1.into()));
}

proptest::proptest! {
    #[test]
    fn any_texts_and_numbers_come_out_as_they_went_in(
        text: String, controls in "[\\x00-\\x7f]{0,40}", number: i64, share: f64, flag: bool,
    ) {
        let line = line_of(|| {
            tracing::warn!(text, controls, shown = %text, debugged = ?controls, number, share, flag, "{text}");
        });
        let fields = &line["fields"];
        assert_eq!((&line["message"], &fields["text"]), (&text.as_str().into(), &text.as_str().into()));
        assert_eq!((&fields["controls"], &fields["shown"]), (&controls.as_str().into(), &text.as_str().into()));
        assert_eq!(fields["debugged"], format!("{controls:?}"));
        assert_eq!((&fields["number"], &fields["flag"]), (&number.into(), &flag.into()));
        assert_eq!(fields["share"].is_null(), !share.is_finite());
    }
}

struct Endless;

impl fmt::Debug for Endless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        loop {
            f.write_str("äöü")?;
        }
    }
}

/// Goes on although it is told to stop.
struct Stubborn;

impl fmt::Display for Stubborn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for _ in 0..100_000 {
            let _ = f.write_str("äöü");
        }
        Ok(())
    }
}

#[test]
fn huge_values_are_cut_and_marked() {
    let line = line_of(|| {
        tracing::error!(a = ?Endless, b = %Stubborn, c = "ä".repeat(1 << 20), d = 1, "{Stubborn}");
    });
    let fields = &line["fields"];
    for text in [&line["message"], &fields["a"], &fields["b"], &fields["c"]] {
        let text = text.as_str().unwrap();
        assert!(text.len() <= 4 * 1024 + 3 && text.len() > 4000 && text.ends_with('…'));
    }
    assert_eq!(line["fields"]["d"], 1);
}

struct Panics;

impl fmt::Debug for Panics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("half of \"")?;
        panic!("in Debug");
    }
}

#[test]
fn a_debug_that_panics_leaves_a_whole_line() {
    let lines = lines_of("", || {
        tracing::info!(before = 1, bad = ?Panics, after = 2, "{Panics:?}");
        tracing::info!("the next");
    });
    assert_eq!(lines[0]["message"], "<panicked>");
    assert_eq!(lines[0]["fields"], serde_json::json!({"before":1,"bad":"<panicked>","after":2}));
    assert_eq!(lines[1]["message"], "the next");
}

struct Logs;

impl fmt::Debug for Logs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As an event would, which a subscriber that is no global one does not see from here.
        entry::with(Level::Warn, "inner", |entry| {
            entry.set_message(&"from Debug");
            entry.set("inner", Value::U64(1));
            report(entry);
        });
        f.write_str("said")
    }
}

#[test]
fn a_debug_that_logs_makes_a_line_of_its_own() {
    let lines = lines_of("", || tracing::info!(first = 1, logs = ?Logs, last = 3, "outer"));
    assert_eq!(
        (&lines[0]["message"], &lines[0]["fields"]["inner"]),
        (&"from Debug".into(), &1.into())
    );
    assert_eq!(lines[1]["fields"], serde_json::json!({"first":1,"logs":"said","last":3}));
}

#[derive(Debug)]
struct Failed(Option<Box<Failed>>, &'static str);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.1)
    }
}

impl std::error::Error for Failed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.as_deref().map(|source| source as _)
    }
}

#[test]
fn an_error_shows_its_chain() {
    let refused = Failed(None, "connection refused");
    let error = Failed(Some(Box::new(refused)), "payment failed");
    let line = line_of(|| {
        tracing::error!(error = &error as &dyn std::error::Error, "no order");
    });
    assert_eq!(line["fields"]["error"], "payment failed: connection refused");
}

#[test]
fn the_filter_hides_events_from_lines_only() {
    #[derive(Default)]
    struct Others(std::sync::atomic::AtomicUsize);
    static OTHERS: Others = Others(std::sync::atomic::AtomicUsize::new(0));
    struct Counting;
    impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Counting {
        fn on_event(&self, _: &Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
            OTHERS.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
        fn on_new_span(
            &self,
            _: &tracing_core::span::Attributes<'_>,
            _: &tracing_core::span::Id,
            _: tracing_subscriber::layer::Context<'_, S>,
        ) {
            OTHERS.0.fetch_add(100, std::sync::atomic::Ordering::Relaxed);
        }
    }
    let ours = layer::layer_to(filter("warn").0, take);
    let subscriber = tracing_subscriber::registry().with(ours).with(Counting);
    tracing::subscriber::with_default(subscriber, || {
        let _span = tracing::info_span!("kept").entered();
        tracing::info!("hidden from lines");
        tracing::warn!("a line");
    });
    assert_eq!(OTHERS.0.load(std::sync::atomic::Ordering::Relaxed), 102);
    let text = String::from_utf8(LINES.take()).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
}
