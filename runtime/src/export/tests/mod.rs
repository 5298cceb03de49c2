//! What a receiver gets, and what the account says, however the receiver behaves.

mod metrics;
mod receiver;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::logs::v1::{
    ExportLogsPartialSuccess, ExportLogsServiceRequest, ExportLogsServiceResponse,
};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use prost::Message;

use super::otlp::queue::Queue;
use super::{Handle, prepare};
use crate::config::{Endpoint, Otlp, Push, Secret, Temporality};
use crate::logs::entry;
use crate::model::{Level, Value};
use crate::record::Current;
use crate::report::Flow;
use receiver::{Fake, Reply, Request, ok};

fn settings(url: &str) -> Otlp {
    Otlp {
        traces: None,
        logs: Some(Endpoint {
            url: url.to_owned(),
            headers: vec![("x-api-key".to_owned(), Secret::new("k"))],
            timeout: Duration::from_millis(500),
        }),
        metrics: None,
        push: Push {
            interval: 60 * SECOND,
            timeout: 30 * SECOND,
            temporality: Temporality::Cumulative,
            exponential: false,
        },
        delay: Duration::from_millis(20),
        batch_spans: 2048,
        backlog_bytes: 8 << 20,
    }
}

fn start(url: &str) -> Handle {
    launch(&settings(url), &[("service.name".into(), "shop".into())])
}

fn launch(settings: &Otlp, resource: &[(String, String)]) -> Handle {
    prepare(settings, resource, None, Box::new(|_| {})).unwrap().go()
}

impl Handle {
    fn queue(&self) -> Arc<Queue> {
        Arc::clone(&self.exporter.logs.as_ref().unwrap().queue)
    }

    fn log(&self, message: &str) {
        let mut record = Vec::new();
        entry::with(Level::Warn, "shop::orders", |entry| {
            entry.set_message(&message);
            entry.ids = Some(Current { trace_id: 7, span_id: 8, sampled: true });
            entry.bind("request_id", "r-1");
            entry.set("items", Value::U64(3));
            entry.set("request_id", Value::Bool(true));
            super::otlp::records::encode(entry, &mut record);
        });
        self.queue().push(&record, 1);
    }

    /// Waits until the queue is empty.
    fn settle(&self) -> Flow {
        let begun = Instant::now();
        while self.queue().waiting() > 0 {
            assert!(begun.elapsed() < Duration::from_secs(10), "nothing moves");
            std::thread::sleep(Duration::from_millis(5));
        }
        self.queue().flow()
    }

    fn stop(&self, within: Duration) -> Flow {
        let flow = self.shutdown(Instant::now() + within).logs;
        assert_eq!(flow.made, flow.exported + flow.lost_total(), "{flow}");
        flow
    }
}

fn records(request: &Request) -> Vec<LogRecord> {
    let logs = ExportLogsServiceRequest::decode(request.body.as_slice()).unwrap();
    assert_eq!((logs.resource_logs.len(), logs.resource_logs[0].scope_logs.len()), (1, 1));
    logs.resource_logs[0].scope_logs[0].log_records.clone()
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn records_arrive_whole() {
    let fake = Fake::start(vec![ok()]);
    let handle = start(&fake.url("/v1/logs"));
    handle.log("it rains");
    handle.log("it pours");
    let request = fake.request();
    assert_eq!(request.path, "/v1/logs");
    let header = |name: &str| {
        request.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    };
    assert_eq!(header("content-type"), Some("application/x-protobuf"));
    assert_eq!(header("x-api-key"), Some("k"));
    assert_eq!(header("user-agent"), Some(concat!("plimsoll/", env!("CARGO_PKG_VERSION"))));
    let records = records(&request);
    assert_eq!(records.len(), 2);
    let record = &records[0];
    assert_eq!((record.severity_number, record.severity_text.as_str()), (13, "WARN"));
    assert_eq!(record.trace_id, 7_u128.to_be_bytes());
    assert_eq!((&record.span_id[..], record.flags), (&8_u64.to_be_bytes()[..], 1));
    assert!(format!("{:?}", record.body).contains("it rains"));
    let keys: Vec<_> = record.attributes.iter().map(|attribute| &attribute.key[..]).collect();
    assert_eq!(keys, ["target", "request_id", "items", "fields.request_id"]);
    let flow = handle.stop(SECOND);
    assert_eq!((flow.made, flow.exported, flow.lost), (2, 2, vec![]));
}

#[test]
fn a_busy_receiver_is_asked_again_when_it_said() {
    let busy = Reply::Say("429 Too Many Requests\r\nretry-after: 1", Vec::new());
    let fake = Fake::start(vec![busy, ok()]);
    let handle = start(&fake.url("/"));
    handle.log("a");
    let (first, second) = (fake.request(), fake.request());
    let waited = second.at - first.at;
    assert!(waited >= Duration::from_millis(990) && waited < 2 * SECOND, "{waited:?}");
    assert_eq!(first.body, second.body);
    assert_eq!(handle.settle().exported, 1);
    assert_eq!(handle.stop(SECOND).lost, []);
}

#[test]
fn what_is_refused_is_not_sent_again() {
    for status in ["400 Bad Request", "401 Unauthorized", "404 Not Found", "500 Oops"] {
        let fake = Fake::start(vec![Reply::Say(status, Vec::new())]);
        let handle = start(&fake.url("/"));
        handle.log("a");
        assert_eq!(handle.settle().lost, [("refused", 1)]);
        fake.request();
        assert!(fake.is_idle(), "{status}");
        assert!(handle.exporter.trouble.now().unwrap().contains(&status[..3]));
        handle.stop(SECOND);
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Fake::start(vec![ok()]);
    let to = format!("307 Temporary Redirect\r\nlocation: {}", elsewhere.url("/"));
    let fake = Fake::start(vec![Reply::Say(to.leak(), Vec::new())]);
    let handle = start(&fake.url("/"));
    handle.log("a");
    assert_eq!(handle.settle().lost, [("refused", 1)]);
    assert!(elsewhere.is_idle());
    handle.stop(SECOND);
}

#[test]
fn a_strange_body_of_a_good_answer_changes_nothing() {
    for reply in [Reply::Say("200 OK", b"<html>\xff".to_vec()), Reply::Flood] {
        let fake = Fake::start(vec![reply]);
        let handle = start(&fake.url("/"));
        handle.log("a");
        handle.log("b");
        assert_eq!(handle.settle().exported, 2);
        fake.request();
        assert!(fake.is_idle());
        handle.stop(SECOND);
    }
}

#[test]
fn what_a_receiver_rejects_is_counted_and_not_sent_again() {
    let response = ExportLogsServiceResponse {
        partial_success: Some(ExportLogsPartialSuccess {
            rejected_log_records: 2,
            error_message: "too old".to_owned(),
        }),
    };
    let fake = Fake::start(vec![Reply::Say("200 OK", response.encode_to_vec()), ok()]);
    let handle = start(&fake.url("/"));
    (0..5).for_each(|_| handle.log("a"));
    let flow = handle.settle();
    assert_eq!((flow.exported, &flow.lost[..]), (3, &[("rejected", 2)][..]));
    assert!(handle.exporter.trouble.now().unwrap().contains("too old"));
    handle.log("b");
    handle.settle();
    assert_eq!(handle.exporter.trouble.now(), None, "it is well again");
    handle.stop(SECOND);
}

#[test]
fn a_receiver_that_takes_less_gets_halves() {
    let too_big = Reply::Say("413 Content Too Large", Vec::new());
    let fake = Fake::start(vec![too_big.clone(), ok(), too_big.clone(), ok(), too_big]);
    let handle = start(&fake.url("/"));
    (0..5).for_each(|number| handle.log(&number.to_string()));
    let flow = handle.settle();
    // 5 are too many, 2 are not; 3 are too many, 1 is not; neither are 2, nor 1 and 1.
    assert_eq!((flow.exported, &flow.lost[..]), (3, &[("too_big", 2)][..]));
    let sizes: Vec<_> = (0..7).map(|_| records(&fake.request()).len()).collect();
    assert_eq!(sizes, [5, 2, 3, 1, 2, 1, 1]);
    handle.stop(SECOND);
}

#[test]
fn broken_connections_and_silence_are_tried_again() {
    for reply in [Reply::Close, Reply::Silence] {
        let fake = Fake::start(vec![reply, ok()]);
        let handle = start(&fake.url("/"));
        handle.log("a");
        fake.request();
        fake.request();
        assert_eq!(handle.settle().exported, 1);
        handle.stop(SECOND);
    }
}

#[test]
fn what_was_made_while_nobody_listened_arrives_later() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let handle = start(&format!("http://{address}/v1/logs"));
    std::thread::sleep(Duration::from_millis(100));
    let trouble = handle.exporter.trouble.now().expect("the probe found nobody");
    assert!(trouble.contains("refused") && trouble.contains("/v1/logs"), "{trouble}");
    handle.log("early");
    std::thread::sleep(Duration::from_millis(100));
    let fake = Fake::on(TcpListener::bind(address).unwrap(), vec![ok()]);
    assert_eq!(records(&fake.request()).len(), 1);
    assert_eq!(handle.settle().exported, 1);
    assert_eq!(handle.exporter.trouble.now(), None);
    handle.stop(SECOND);
}

#[test]
fn the_end_sends_what_is_left() {
    let fake = Fake::start(vec![ok()]);
    let handle = launch(&Otlp { delay: 60 * SECOND, ..settings(&fake.url("/")) }, &[]);
    (0..5000).for_each(|_| handle.log("a"));
    let flow = handle.stop(5 * SECOND);
    assert_eq!((flow.made, flow.exported, flow.lost), (5000, 5000, vec![]));
    let sizes: Vec<_> = (0..3).map(|_| records(&fake.request()).len()).collect();
    assert_eq!(sizes, [2048, 2048, 904]);
    handle.log("late");
    assert_eq!(handle.queue().flow().lost, [("after_shutdown", 1)]);
}

#[test]
fn the_end_is_bounded_and_everything_is_accounted_for() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let silent = Fake::start(vec![Reply::Silence]);
    let busy = Fake::start(vec![Reply::Say("503 Busy", Vec::new())]);
    for (url, within, most, reason) in [
        // Nobody was there before: no use in waiting five seconds.
        (format!("http://{nobody}/"), 5 * SECOND, 2 * SECOND, "unreachable"),
        (silent.url("/"), SECOND, 2 * SECOND, "unreachable"),
        (busy.url("/"), SECOND, 2 * SECOND, "deadline"),
    ] {
        let handle = start(&url);
        (0..3000).for_each(|_| handle.log("a"));
        std::thread::sleep(Duration::from_millis(600));
        let begun = Instant::now();
        let flow = handle.stop(within);
        assert!(begun.elapsed() < most, "{url}: {:?}", begun.elapsed());
        assert_eq!((flow.exported, flow.lost), (0, vec![(reason, 3000)]), "{url}");
    }
}

#[test]
fn a_full_backlog_blocks_nobody() {
    let silent = Fake::start(vec![Reply::Silence]);
    let handle = launch(&Otlp { backlog_bytes: 10_000, ..settings(&silent.url("/")) }, &[]);
    let begun = Instant::now();
    (0..10_000).for_each(|_| handle.log("a"));
    assert!(begun.elapsed() < 2 * SECOND);
    let flow = handle.stop(Duration::from_millis(50));
    let full = flow.lost.iter().find(|(reason, _)| *reason == "queue_full").unwrap().1;
    assert!(full > 9_800 && full < 10_000, "{flow}");
}
