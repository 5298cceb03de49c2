//! What rotel received, read back from the text that it prints.
//!
//! Pure: text in, spans, log records and metric points out. `rotel.rs` runs the server. The text holds
//! everything that the tests need, links and resources included; lines that it prints for its own
//! sake are skipped.

use std::collections::BTreeMap;
use std::rc::Rc;

/// Attributes by key; each value is the text within rotel's `Str(..)`, `Int(..)` and so on.
pub type Attributes = BTreeMap<String, String>;

/// One span as it arrived.
#[derive(Clone, Debug, Default)]
pub struct ReceivedSpan {
    /// 32 hex digits.
    pub trace_id: String,
    /// 16 hex digits.
    pub span_id: String,
    /// 16 hex digits, or empty for a root.
    pub parent_id: String,
    /// What it is called.
    pub name: String,
    /// `INTERNAL`, `SERVER`, `CLIENT`, `PRODUCER` or `CONSUMER`.
    pub kind: String,
    /// `UNSET`, `OK` or `ERROR`.
    pub status: String,
    /// What the status says besides.
    pub status_message: String,
    /// Nanoseconds since 1970.
    pub start: u64,
    /// Nanoseconds since 1970.
    pub end: u64,
    /// Its own attributes.
    pub attributes: Attributes,
    /// Trace and span ids of what it is linked to.
    pub links: Vec<(String, String)>,
    /// The attributes of whoever sent it.
    pub resource: Rc<Attributes>,
}

/// One log record as it arrived.
#[derive(Clone, Debug, Default)]
pub struct ReceivedLog {
    /// The trace it belongs to, or empty.
    pub trace_id: String,
    /// The span it belongs to, or empty.
    pub span_id: String,
    /// `INFO`, `ERROR`, ...
    pub severity: String,
    /// The message.
    pub body: String,
    /// Its own attributes.
    pub attributes: Attributes,
    /// The attributes of whoever sent it.
    pub resource: Rc<Attributes>,
}

/// One data point of a metric as it arrived.
#[derive(Clone, Debug, Default)]
pub struct ReceivedPoint {
    /// The metric's name.
    pub name: String,
    /// The metric's unit.
    pub unit: String,
    /// `Gauge`, `Sum`, `Histogram`, `ExponentialHistogram` or `Summary`.
    pub kind: String,
    /// `DELTA`, `CUMULATIVE`, or empty.
    pub temporality: String,
    /// It only grows.
    pub monotonic: bool,
    /// Nanoseconds since 1970.
    pub start: u64,
    /// Nanoseconds since 1970.
    pub time: u64,
    /// Of a gauge or sum.
    pub value: f64,
    /// Of a histogram or summary.
    pub count: u64,
    /// Of a histogram or summary.
    pub sum: f64,
    /// Its own attributes.
    pub attributes: Attributes,
    /// The attributes of whoever sent it.
    pub resource: Rc<Attributes>,
}

/// All that one text holds.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// In the order of arrival.
    pub spans: Vec<ReceivedSpan>,
    /// In the order of arrival.
    pub logs: Vec<ReceivedLog>,
    /// In the order of arrival.
    pub points: Vec<ReceivedPoint>,
}

impl Received {
    /// Reads rotel's standard output.
    pub fn read(text: &str) -> Received {
        let mut reader = Reader::default();
        for line in text.lines() {
            reader.line(line);
        }
        reader.received
    }

    /// The spans of one trace.
    pub fn trace(&self, trace_id: &str) -> Vec<&ReceivedSpan> {
        self.spans.iter().filter(|span| span.trace_id == trace_id).collect()
    }
}

/// What the lines that begin with an arrow belong to.
#[derive(Clone, Copy, Default, PartialEq)]
enum Part {
    #[default]
    Other,
    Resource,
    Span,
    Log,
    Link,
    /// What is said of a metric as a whole.
    Metric,
    Point,
}

#[derive(Default)]
struct Reader {
    received: Received,
    resource: Rc<Attributes>,
    /// Span or log record: whose lines are read now.
    item: Part,
    part: Part,
    /// What the points of the metric that is read now have in common.
    metric: ReceivedPoint,
    /// The attribute whose text may go on in the next line.
    open: Option<String>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        if self.heading(line) || self.id(line) || self.plain(line) {
            self.open = None;
        } else if let Some(rest) = line.strip_prefix("     -> ") {
            self.arrow(rest);
        } else if let Some(key) = self.open.clone() {
            self.append(&key, line);
        }
    }

    fn heading(&mut self, line: &str) -> bool {
        let known = [
            "ResourceSpans #",
            "ResourceLog #",
            "ResourceMetrics #",
            "Resource SchemaURL:",
            "Resource attributes:",
            "ScopeSpans",
            "ScopeLogs",
            "ScopeMetrics",
            "Span #",
            "LogRecord #",
            "Attributes:",
            "Links:",
            "SpanLink #",
            "Events:",
            "SpanEvent #",
            "Metric #",
            "Descriptor:",
            "NumberDataPoints #",
            "HistogramDataPoints #",
            "ExponentialHistogramDataPoints #",
            "SummaryDataPoints #",
            "Data point attributes:",
            "Exemplars:",
            "Exemplar #",
            "InstrumentationScope ",
            "{\"v\":0,",
        ];
        let Some(heading) = known.into_iter().find(|heading| line.starts_with(heading)) else {
            return false;
        };
        self.part = match heading {
            "Resource attributes:" => {
                self.resource = Rc::default();
                Part::Resource
            }
            "Span #" => {
                self.received.spans.push(ReceivedSpan {
                    // What is not set is not printed either.
                    status: "UNSET".to_owned(),
                    resource: Rc::clone(&self.resource),
                    ..ReceivedSpan::default()
                });
                self.item = Part::Span;
                Part::Other
            }
            "LogRecord #" => {
                let resource = Rc::clone(&self.resource);
                self.received.logs.push(ReceivedLog { resource, ..ReceivedLog::default() });
                self.item = Part::Log;
                Part::Other
            }
            "Attributes:" => self.item,
            "Metric #" => {
                let resource = Rc::clone(&self.resource);
                self.metric = ReceivedPoint { resource, ..ReceivedPoint::default() };
                self.item = Part::Metric;
                Part::Other
            }
            "Descriptor:" => Part::Metric,
            "NumberDataPoints #"
            | "HistogramDataPoints #"
            | "ExponentialHistogramDataPoints #"
            | "SummaryDataPoints #" => {
                self.received.points.push(self.metric.clone());
                self.item = Part::Point;
                Part::Other
            }
            "Data point attributes:" => Part::Point,
            // What follows is no point's own.
            "Exemplars:" | "Exemplar #" => {
                self.item = Part::Other;
                Part::Other
            }
            "SpanLink #" => {
                if let Some(span) = self.received.spans.last_mut() {
                    span.links.push((String::new(), String::new()));
                }
                Part::Link
            }
            _ => Part::Other,
        };
        true
    }

    /// `    Trace ID       : ..` and the like, four spaces deep and a wide colon.
    fn id(&mut self, line: &str) -> bool {
        let Some((key, value)) = line.strip_prefix("    ").and_then(|rest| rest.split_once(':'))
        else {
            return false;
        };
        let value = value.trim().to_owned();
        let word = |text: &str, prefix: &str| text.trim_start_matches(prefix).to_owned();
        match (self.item, self.received.spans.last_mut(), self.received.logs.last_mut()) {
            (Part::Span, Some(span), _) => match key.trim_end() {
                "Trace ID" => span.trace_id = value,
                "Parent ID" => span.parent_id = value,
                "ID" => span.span_id = value,
                "Name" => span.name = value,
                "Kind" => span.kind = word(&value, "SPAN_KIND_"),
                "Status code" => span.status = word(&value, "STATUS_CODE_"),
                "Status message" => span.status_message = value,
                _ => return false,
            },
            (Part::Log, _, Some(log)) => match key.trim_end() {
                "Trace ID" => log.trace_id = value,
                "Span ID" => log.span_id = value,
                _ => return false,
            },
            _ => return false,
        }
        true
    }

    /// The lines that begin at the margin.
    fn plain(&mut self, line: &str) -> bool {
        let Some((key, value)) = line.split_once(": ") else {
            return false;
        };
        match (self.item, self.received.spans.last_mut(), self.received.logs.last_mut()) {
            (Part::Span, Some(span), _) => match key {
                "Start time" => span.start = value.parse().unwrap_or_default(),
                "End time" => span.end = value.parse().unwrap_or_default(),
                _ => return false,
            },
            (Part::Log, _, Some(log)) => match key {
                "SeverityText" => log.severity = value.to_owned(),
                "Body" => log.body = inner(value).to_owned(),
                "ObservedTimestamp" | "Timestamp" | "SeverityNumber" | "Flags" => {}
                _ => return false,
            },
            (Part::Point, ..) => return self.point(key, value),
            _ => return false,
        }
        true
    }

    /// One line of a data point.
    fn point(&mut self, key: &str, value: &str) -> bool {
        let Some(point) = self.received.points.last_mut() else {
            return false;
        };
        match key {
            "StartTimestamp" => point.start = value.parse().unwrap_or_default(),
            "Timestamp" => point.time = value.parse().unwrap_or_default(),
            "Value" => point.value = value.parse().unwrap_or_default(),
            "Count" => point.count = value.parse().unwrap_or_default(),
            "Sum" => point.sum = value.parse().unwrap_or_default(),
            _ => return false,
        }
        true
    }

    /// One line of what is said of a metric.
    fn descriptor(&mut self, key: &str, value: &str) {
        let metric = &mut self.metric;
        match key {
            "Name" => metric.name = value.to_owned(),
            "Unit" => metric.unit = value.to_owned(),
            "DataType" => metric.kind = value.to_owned(),
            "IsMonotonic" => metric.monotonic = value == "true",
            "AggregationTemporality" => {
                metric.temporality =
                    value.trim_start_matches("AGGREGATION_TEMPORALITY_").to_owned();
            }
            _ => {}
        }
    }

    fn arrow(&mut self, rest: &str) {
        self.open = None;
        let Some((key, value)) = rest.split_once(": ") else {
            return;
        };
        if self.part == Part::Metric {
            return self.descriptor(key, value);
        }
        if self.part == Part::Link {
            let link = self.received.spans.last_mut().and_then(|span| span.links.last_mut());
            match (key, link) {
                ("Trace ID", Some(link)) => link.0 = value.to_owned(),
                ("ID", Some(link)) => link.1 = value.to_owned(),
                _ => {}
            }
            return;
        }
        let value = inner(value).to_owned();
        if let Some(attributes) = self.attributes() {
            attributes.insert(key.to_owned(), value);
            self.open = Some(key.to_owned());
        }
    }

    /// One more line of a text that holds line breaks. Its last line ends with the bracket.
    fn append(&mut self, key: &str, line: &str) {
        if let Some(value) = self.attributes().and_then(|attributes| attributes.get_mut(key)) {
            value.push('\n');
            value.push_str(line.strip_suffix(')').unwrap_or(line));
        }
    }

    fn attributes(&mut self) -> Option<&mut Attributes> {
        match self.part {
            Part::Resource => Rc::get_mut(&mut self.resource),
            Part::Span => self.received.spans.last_mut().map(|span| &mut span.attributes),
            Part::Log => self.received.logs.last_mut().map(|log| &mut log.attributes),
            Part::Point => self.received.points.last_mut().map(|point| &mut point.attributes),
            Part::Other | Part::Link | Part::Metric => None,
        }
    }
}

/// `v` of `Str(v)`.
fn inner(value: &str) -> &str {
    let Some((_, text)) = value.split_once('(') else {
        return value;
    };
    text.strip_suffix(')').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = include_str!("received/rotel.txt");

    #[test]
    fn spans_come_with_parent_attributes_links_and_resource() {
        let received = Received::read(TEXT);
        assert_eq!(received.spans.len(), 3);
        let [inner, outer, job] = &received.spans[..] else { panic!("three spans") };
        assert_eq!(inner.parent_id, outer.span_id);
        assert_eq!((inner.status.as_str(), inner.status_message.as_str()), ("ERROR", "boom: {x}"));
        assert_eq!((outer.kind.as_str(), outer.parent_id.as_str()), ("SERVER", ""));
        assert_eq!(outer.attributes["k"], "v");
        assert_eq!(outer.attributes["i"], "3");
        assert_eq!(outer.attributes["paren"], "a) b(");
        assert!(outer.attributes["multi"].starts_with("line one\nline two"));
        assert!(outer.end > outer.start && outer.start > 0);
        assert_eq!(job.links, [(outer.trace_id.clone(), outer.span_id.clone())]);
        assert_eq!(job.resource["service.name"], "probe");
        assert!(job.attributes.is_empty());
    }

    #[test]
    fn log_records_come_with_their_ids() {
        let received = Received::read(TEXT);
        assert_eq!(received.logs.len(), 2);
        assert_eq!(received.logs[0].body, "hello from probe");
        assert_eq!(received.logs[0].severity, "INFO");
        assert_eq!(received.logs[0].span_id, received.spans[0].span_id);
        assert_eq!(received.logs[1].attributes["exception.type"], "ValueError");
        assert_eq!(received.trace(&received.logs[1].trace_id).len(), 2);
    }
}
