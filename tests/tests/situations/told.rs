//! What plimsoll told of the situations: the metrics page, the log lines and, with rotel, spans.
//!
//! A theme looks at each of its functions through `Told::of`. `Told::nothing_else` finds what no
//! theme looked at: a function, a field that nobody asked for, a line too much.

use std::cell::RefCell;
use std::collections::BTreeMap;

use plimsoll_tests::live::Ends;
use plimsoll_tests::page::Page;
use plimsoll_tests::received::{Received, ReceivedSpan};
use serde_json::Value;

/// What every span of a function says of itself.
const OF_ALL: [&str; 5] =
    ["code.file.path", "code.function.name", "code.line.number", "error.type", "outcome"];

/// Ended well so many times, and in no other way.
pub(crate) const fn ok(times: u64) -> Ends {
    ends(times, 0, 0, 0)
}

/// Ended in all these ways.
pub(crate) const fn ends(ok: u64, error: u64, cancelled: u64, panic: u64) -> Ends {
    Ends { ok, error, cancelled, panic }
}

/// All that left the process.
pub(crate) struct Told {
    page: Page,
    lines: Vec<Value>,
    received: Option<Received>,
    /// The functions that were looked at, and at what of them.
    seen: RefCell<BTreeMap<String, Seen>>,
}

#[derive(Clone, Copy, Default)]
struct Seen {
    fields: bool,
    lines: bool,
}

/// A theme's part of it.
#[derive(Clone, Copy)]
pub(crate) struct Part<'a> {
    told: &'a Told,
    module: &'a str,
}

/// What was told of one function.
#[derive(Clone)]
pub(crate) struct Function<'a> {
    told: &'a Told,
    module: &'a str,
    name: &'a str,
    /// In the order of their beginnings; none without rotel.
    spans: Option<Vec<&'a ReceivedSpan>>,
}

impl Told {
    pub(crate) fn new(page: Page, lines: Vec<Value>, received: Option<Received>) -> Told {
        Told { page, lines, received, seen: RefCell::default() }
    }

    /// What the functions of one module did.
    pub(crate) fn part<'a>(&'a self, module: &'a str) -> Part<'a> {
        Part { told: self, module }
    }

    /// Panics if something was told that no theme looked at.
    pub(crate) fn nothing_else(&self, krate: &str) {
        let seen = self.seen.borrow();
        let of = |path: &str| seen.get(path).copied().unwrap_or_default();
        for sample in self.page.find("function_in_flight", &[]) {
            let path = format!("{}::{}", sample.labels["module"], sample.labels["function"]);
            assert!(seen.contains_key(&path), "nobody looks at {path}");
            assert_eq!(sample.value, 0.0, "{path} is in flight");
        }
        for line in self.lines.iter().filter(|line| is_end(line)) {
            let path = format!("{}::{}", text(&line["target"]), text(&line["fields"]["function"]));
            assert!(of(&path).lines, "nobody expects the line {line}");
        }
        for span in self.received.iter().flat_map(|received| &received.spans) {
            let Some(path) = span.attributes.get("code.function.name") else { continue };
            assert!(path.starts_with(krate), "{span:?}");
            assert!(of(path).fields || fields(span).is_empty(), "nobody expects fields: {span:?}");
            let bad = ["error", "panic"].contains(&span.attributes["outcome"].as_str());
            assert_eq!(span.status == "ERROR", bad, "{span:?}");
        }
    }

    fn see(&self, function: &Function<'_>, what: impl FnOnce(&mut Seen)) {
        what(self.seen.borrow_mut().entry(function.path()).or_default());
    }
}

impl<'a> Part<'a> {
    /// One function of the theme, which ended in these ways: on the page, and in its spans.
    #[track_caller]
    pub(crate) fn of(&self, name: &'a str, expected: Ends) -> Function<'a> {
        let mut function = Function { told: self.told, module: self.module, name, spans: None };
        function.told.see(&function, |_| {});
        let found = Ends {
            ok: function.ended("ok"),
            error: function.ended("error"),
            cancelled: function.ended("cancelled"),
            panic: function.ended("panic"),
        };
        assert_eq!(found, expected, "{name} on the page");
        let timed = function.counted("function_duration_seconds_count", &[]);
        assert_eq!(timed, expected.total(), "{name}: each call is timed once");
        if let Some(received) = &self.told.received {
            let path = function.path();
            let own = |span: &&ReceivedSpan| {
                span.attributes.get("code.function.name").is_some_and(|name| *name == path)
            };
            let mut spans: Vec<_> = received.spans.iter().filter(own).collect();
            spans.sort_by_key(|span| span.start);
            assert_eq!(Ends::of(spans.iter().copied(), name), expected, "{name} in its spans");
            function.spans = Some(spans);
        }
        function
    }

    /// The log lines that the bodies wrote: level, message and fields, and the span they stand in.
    #[track_caller]
    pub(crate) fn wrote(&self, expected: &[&str]) {
        self.lines(self.module, expected, |line| {
            let fields = line["fields"].as_object().into_iter().flatten();
            let fields: String = fields.map(|(key, value)| format!(" {key}={value}")).collect();
            format!("{} {}{fields}", text(&line["level"]), text(&line["message"]))
        });
    }

    /// The log lines of all panics: what they say, and the span they began in.
    #[track_caller]
    pub(crate) fn panicked(&self, expected: &[&str]) {
        self.lines("plimsoll::panic", expected, |line| text(&line["fields"]["panic"]).to_owned());
    }

    /// Compares the lines under a target; ` in span` at their ends only where spans are known.
    #[track_caller]
    fn lines<'e>(&self, target: &str, expected: &[&'e str], show: impl Fn(&Value) -> String) {
        let own = |line: &&Value| line["target"] == target && !is_end(line);
        let spans = self.told.received.as_ref().map(|received| &received.spans);
        let place = |line: &Value| {
            let own = |span: &&ReceivedSpan| line["span_id"] == *span.span_id;
            spans?.iter().find(own).map(|span| format!(" in {}", span.name))
        };
        let show = |line| format!("{}{}", show(line), place(line).unwrap_or_default());
        let found: Vec<String> = self.told.lines.iter().filter(own).map(show).collect();
        let without = |line: &&'e str| match spans {
            Some(_) => *line,
            None => line.rsplit_once(" in ").map_or(*line, |(line, _)| line),
        };
        assert_eq!(found, expected.iter().map(without).collect::<Vec<_>>());
    }

    /// A span that is no function's: of a host's, by `tracing`.
    #[track_caller]
    pub(crate) fn foreign(&self, name: &str) -> Option<&'a ReceivedSpan> {
        let spans = &self.told.received.as_ref()?.spans;
        let mut found = spans.iter().filter(|span| span.name == name);
        let first = found.next().unwrap_or_else(|| panic!("no span {name}"));
        assert!(found.next().is_none(), "{name} twice");
        Some(first)
    }

    /// What the functions of another module did.
    pub(crate) fn part(&self, module: &'a str) -> Part<'a> {
        self.told.part(module)
    }

    /// The page.
    pub(crate) fn page(&self) -> &'a Page {
        &self.told.page
    }
}

impl<'a> Function<'a> {
    fn path(&self) -> String {
        format!("{}::{}", self.module, self.name)
    }

    #[track_caller]
    fn counted(&self, metric: &str, labels: &[(&str, &str)]) -> u64 {
        let own = [("module", self.module), ("function", self.name)];
        self.told.page.sum(metric, &[&own, labels].concat()) as u64
    }

    #[track_caller]
    fn ended(&self, outcome: &str) -> u64 {
        self.counted("function_calls_total", &[("outcome", outcome)])
    }

    /// So many of its errors had this type.
    #[track_caller]
    pub(crate) fn error(self, error_type: &str, times: usize) -> Self {
        let labels = [("outcome", "error"), ("error_type", error_type)];
        assert_eq!(self.counted("function_calls_total", &labels), times as u64, "{error_type}");
        if let Some(spans) = &self.spans {
            let of_type = |span: &&&ReceivedSpan| {
                span.attributes.get("error.type").is_some_and(|own| own == error_type)
            };
            let spans = spans.iter().filter(of_type);
            let messages: Vec<_> = spans.map(|span| span.status_message.as_str()).collect();
            assert_eq!(messages, vec![error_type; times], "{}", self.name);
        }
        self
    }

    /// The log lines about its calls, and no others: level, what happened, error type and text.
    #[track_caller]
    pub(crate) fn logged(self, expected: &[&str]) -> Self {
        self.told.see(&self, |seen| seen.lines = true);
        let own = |line: &&Value| {
            let is_own = line["fields"]["function"] == self.name && is_end(line);
            is_own && line["target"] == self.module
        };
        let lines: Vec<_> = self.told.lines.iter().filter(own).collect();
        let found: Vec<String> = lines.iter().map(|line| short(line, self.name)).collect();
        assert_eq!(found, expected, "{} in the log", self.name);
        for line in lines.iter().filter(|_| self.spans.is_some()) {
            let spans = self.spans.iter().flatten();
            let count = spans.filter(|span| line["span_id"] == *span.span_id).count();
            assert_eq!(count, 1, "the line belongs to a span of the function: {line}");
        }
        self
    }

    /// What its spans recorded, one text for each call: `key=value` in the order of the keys.
    #[track_caller]
    pub(crate) fn fields(self, expected: &[&str]) -> Self {
        self.told.see(&self, |seen| seen.fields = true);
        if let Some(spans) = &self.spans {
            let found: Vec<String> = spans.iter().map(|span| fields(span)).collect();
            assert_eq!(found, expected, "{}", self.name);
        }
        self
    }

    /// The role of its spans.
    #[track_caller]
    pub(crate) fn kind(self, kind: &str) -> Self {
        for span in self.spans.iter().flatten() {
            assert_eq!(span.kind, kind, "{}", self.name);
        }
        self
    }

    /// Each of its calls began in a call of the other function.
    #[track_caller]
    pub(crate) fn within(self, outer: &Function<'_>) -> Self {
        for span in self.spans.iter().flatten() {
            let is_outer = |outer: &&&ReceivedSpan| outer.span_id == span.parent_id;
            let outer = outer.spans.iter().flatten().find(is_outer);
            let Some(outer) = outer else { panic!("its parent is another: {span:?}") };
            assert_eq!(span.trace_id, outer.trace_id, "{}", self.name);
        }
        self
    }

    /// Each of its calls began in this span.
    #[track_caller]
    pub(crate) fn inside(self, outer: Option<&ReceivedSpan>) -> Self {
        for (span, outer) in self.spans.iter().flatten().zip(outer) {
            assert_eq!(span.parent_id, outer.span_id, "{}", self.name);
            assert_eq!(span.trace_id, outer.trace_id, "{}", self.name);
        }
        self
    }

    /// Its one call was around this span.
    #[track_caller]
    pub(crate) fn holds(self, inner: Option<&ReceivedSpan>) -> Self {
        for (span, inner) in self.spans.iter().flatten().zip(inner) {
            assert_eq!((&span.span_id, &span.trace_id), (&inner.parent_id, &inner.trace_id));
        }
        self
    }

    /// Each of its calls but the first began in the one before.
    #[track_caller]
    pub(crate) fn nested(self) -> Self {
        for pair in self.spans.iter().flat_map(|spans| spans.windows(2)) {
            assert_eq!(pair[1].parent_id, pair[0].span_id, "{}", self.name);
        }
        self
    }

    /// Each of its calls began a trace of its own.
    #[track_caller]
    pub(crate) fn alone(self) -> Self {
        let mut spans: Vec<_> = self.spans.iter().flatten().collect();
        for span in &spans {
            assert_eq!(span.parent_id, "", "{}", self.name);
        }
        let count = spans.len();
        spans.sort_by_key(|span| &span.trace_id);
        spans.dedup_by_key(|span| &span.trace_id);
        assert_eq!(spans.len(), count, "{}: each is a trace of its own", self.name);
        self
    }

    /// Each of its calls began a trace of its own, linked to one call of the other function.
    #[track_caller]
    pub(crate) fn linked(self, cause: &Function<'_>) -> Self {
        let cause = cause.spans.iter().flatten().next();
        for (span, cause) in self.spans.iter().flatten().zip(cause) {
            assert_eq!(span.links, [(cause.trace_id.clone(), cause.span_id.clone())]);
        }
        self.alone()
    }
}

/// What a span recorded beside what every span says.
fn fields(span: &ReceivedSpan) -> String {
    let own = span.attributes.iter().filter(|(key, _)| !OF_ALL.contains(&key.as_str()));
    own.map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" ")
}

/// `ERROR failed: Declined: the card was declined`
fn short(line: &Value, function: &str) -> String {
    let message = text(&line["message"]);
    let happened = message.strip_prefix(function).unwrap_or(message);
    let fields = ["error.type", "error.message"].map(|key| &line["fields"][key]);
    let rest = fields.into_iter().filter_map(Value::as_str).map(|text| format!(": {text}"));
    format!("{}{happened}{}", text(&line["level"]), rest.collect::<String>())
}

/// The line tells of the end of a call; not of what a body wrote.
fn is_end(line: &Value) -> bool {
    line["fields"]["duration_seconds"].is_number()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
