//! What a receiver gets of the metrics, and what the account says, however the receiver behaves.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsPartialSuccess, ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Figure;

use super::*;
use crate::config::{Push, Temporality};
use crate::metrics::family::{Head, Histogram, Number, Series, Sink, Type};

/// Series of each of the two families.
const SERIES: u64 = 10;

/// A program that counts.
#[derive(Debug, Default)]
struct Program {
    steps: AtomicU64,
    /// A collector does not come back while this is set.
    stuck: AtomicBool,
    panics: AtomicBool,
}

impl Program {
    fn step(&self) {
        self.steps.fetch_add(1, Ordering::Relaxed);
    }

    fn visit(&self, sink: &mut dyn Sink) {
        while self.stuck.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(!self.panics.load(Ordering::Relaxed), "a collector panics");
        let steps = self.steps.load(Ordering::Relaxed);
        sink.family(&Head { name: "steps_total", kind: Type::Counter, help: "", unit: "" });
        each(|series, index| sink.number(series, Number::Integer(steps * index)));
        let (name, kind) = ("wait_seconds", Type::Histogram);
        sink.family(&Head { name, kind, help: "", unit: "seconds" });
        each(|series, index| {
            let counts = &[steps, steps * index];
            let sum = (steps * index) as f64;
            let bounds = &[1.0];
            sink.histogram(series, &Histogram { bounds, counts, sum, native: None, examples: &[] });
        });
    }

    /// What the last visit would say.
    fn totals(&self) -> Totals {
        let steps = self.steps.load(Ordering::Relaxed);
        let mut totals = Totals::new();
        for index in 0..SERIES {
            totals.insert(format!("steps_total {index}"), steps * index);
            totals.insert(format!("wait_seconds {index}"), steps + steps * index);
            totals.insert(format!("wait_seconds sum {index}"), steps * index);
        }
        totals
    }
}

fn each(mut take: impl FnMut(&Series<'_>, u64)) {
    for index in 0..SERIES {
        let text = index.to_string();
        take(&Series { labels: &[("index", &text)], unix_millis: 0 }, index);
    }
}

type Totals = BTreeMap<String, u64>;

/// What arrived, by series: deltas added up, or the last of the totals.
#[derive(Debug, Default)]
struct Arrived {
    totals: Totals,
    until: BTreeMap<String, u64>,
}

impl Arrived {
    fn take(&mut self, request: &Request) {
        for (key, count, is_delta, start, time) in figures(request) {
            assert!(start <= time, "{key}");
            let total = self.totals.entry(key.clone()).or_default();
            *total = if is_delta { *total + count } else { count };
            let until = self.until.insert(key.clone(), time).unwrap_or(0);
            assert!(!is_delta || until <= start, "{key}: two points cover the same time");
        }
    }
}

/// Series and figure, whether it is a delta, start and time.
fn figures(request: &Request) -> Vec<(String, u64, bool, u64, u64)> {
    let request = ExportMetricsServiceRequest::decode(request.body.as_slice()).unwrap();
    let mut figures = Vec::new();
    for metric in &request.resource_metrics[0].scope_metrics[0].metrics {
        match metric.data.as_ref().unwrap() {
            Data::Sum(sum) => {
                for point in &sum.data_points {
                    let Some(Figure::AsInt(count)) = point.value else { panic!("{point:?}") };
                    let key = format!("{} {}", metric.name, text(&point.attributes));
                    let is_delta = sum.aggregation_temporality == 1;
                    let (start, time) = (point.start_time_unix_nano, point.time_unix_nano);
                    figures.push((key, count as u64, is_delta, start, time));
                }
            }
            Data::Histogram(data) => {
                for point in &data.data_points {
                    let index = text(&point.attributes);
                    let is_delta = data.aggregation_temporality == 1;
                    let (start, time) = (point.start_time_unix_nano, point.time_unix_nano);
                    assert_eq!(point.count, point.bucket_counts.iter().sum::<u64>());
                    let key = format!("{} {index}", metric.name);
                    figures.push((key, point.count, is_delta, start, time));
                    let key = format!("{} sum {index}", metric.name);
                    figures.push((key, point.sum.unwrap() as u64, is_delta, start, time));
                }
            }
            other => panic!("{other:?}"),
        }
    }
    figures
}

fn text(attributes: &[opentelemetry_proto::tonic::common::v1::KeyValue]) -> String {
    let debug = format!("{:?}", attributes[0].value);
    debug.chars().filter(char::is_ascii_digit).collect()
}

fn points(request: &Request) -> u64 {
    figures(request).iter().filter(|(key, ..)| !key.contains("sum")).count() as u64
}

fn push(url: &str, temporality: Temporality) -> Otlp {
    let settings = settings(url);
    let push = Push {
        interval: Duration::from_millis(50),
        timeout: 5 * SECOND,
        temporality,
        exponential: false,
    };
    Otlp { metrics: settings.logs.clone(), push, ..settings }
}

fn begin(settings: &Otlp, program: &Arc<Program>) -> Handle {
    let program = Arc::clone(program);
    prepare(settings, &[], None, Box::new(move |sink| program.visit(sink))).unwrap().go()
}

fn end(handle: &Handle, within: Duration) -> Flow {
    let flow = handle.shutdown(Instant::now() + within).metrics;
    assert_eq!(flow.made, flow.exported + flow.lost_total(), "{flow}");
    flow
}

/// Waits for trouble.
fn told(handle: &Handle) -> String {
    let begun = Instant::now();
    loop {
        if let Some(trouble) = handle.exporter.trouble.now() {
            return trouble;
        }
        assert!(begun.elapsed() < 10 * SECOND, "nobody is told");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// All requests so far.
fn all(fake: &Fake) -> Vec<Request> {
    let mut requests = Vec::new();
    while let Some(request) = fake.waiting() {
        requests.push(request);
    }
    requests
}

fn busy() -> Reply {
    Reply::Say("503 Busy\r\nretry-after: 0", Vec::new())
}

const BOTH: [Temporality; 2] = [Temporality::Cumulative, Temporality::Delta];

#[test]
fn the_receiver_has_the_same_figures_whatever_happened_on_the_way() {
    let too_big = Reply::Say("413 Content Too Large", Vec::new());
    let refused = Reply::Say("400 Bad Request", Vec::new());
    let replies = [ok(), refused, ok(), busy(), ok(), too_big.clone(), ok(), too_big];
    let replies = replies.into_iter().chain([ok(), Reply::Close, ok()]).collect::<Vec<_>>();
    for temporality in BOTH {
        let fake = Fake::start(replies.clone());
        let program = Arc::new(Program::default());
        let handle = begin(&push(&fake.url("/v1/metrics"), temporality), &program);
        let mut arrived = Arrived::default();
        // Each answer in the order of the replies: what was not taken did not arrive.
        let mut taken = |request: &Request, number: usize| {
            let reply = replies.get(number).unwrap_or(&replies[10]);
            if matches!(reply, Reply::Say("200 OK", _)) {
                arrived.take(request);
                return points(request);
            }
            0
        };
        let mut exported = 0;
        for number in 0..replies.len() + 2 {
            program.step();
            let request = fake.request();
            assert_eq!(request.path, "/v1/metrics");
            exported += taken(&request, number);
        }
        program.step();
        let flow = end(&handle, 5 * SECOND);
        for request in all(&fake) {
            exported += taken(&request, usize::MAX);
        }
        assert_eq!(arrived.totals, program.totals(), "{temporality:?}");
        assert_eq!(flow.exported, exported, "{temporality:?}: {flow}");
        assert_eq!(flow.lost.len(), 1, "{flow}");
        assert_eq!(flow.lost[0].0, "refused");
    }
}

#[test]
fn the_end_tells_the_final_figures() {
    for temporality in BOTH {
        let fake = Fake::start(vec![ok()]);
        let program = Arc::new(Program::default());
        let mut settings = push(&fake.url("/"), temporality);
        settings.push.interval = 60 * SECOND;
        let handle = begin(&settings, &program);
        (0..7).for_each(|_| program.step());
        let flow = end(&handle, 5 * SECOND);
        assert_eq!((flow.made, flow.exported), (2 * SERIES, 2 * SERIES));
        let mut arrived = Arrived::default();
        all(&fake).iter().for_each(|request| arrived.take(request));
        assert_eq!(arrived.totals, program.totals());
    }
}

#[test]
fn a_receiver_that_takes_less_gets_halves_of_a_push() {
    let too_big = Reply::Say("413 Content Too Large", Vec::new());
    let fake = Fake::start(vec![too_big.clone(), ok(), too_big, ok()]);
    let program = Arc::new(Program::default());
    program.step();
    let mut settings = push(&fake.url("/"), Temporality::Cumulative);
    settings.push.interval = 60 * SECOND;
    let handle = begin(&settings, &program);
    let flow = end(&handle, 5 * SECOND);
    assert_eq!((flow.made, flow.exported), (2 * SERIES, 2 * SERIES));
    let sizes: Vec<u64> = all(&fake).iter().map(points).collect();
    assert_eq!(sizes, [20, 10, 10, 5, 5]);
}

#[test]
fn nobody_there_costs_a_push_and_no_delta() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let program = Arc::new(Program::default());
    let mut settings = push(&format!("http://{address}/"), Temporality::Delta);
    settings.push.timeout = Duration::from_millis(100);
    let handle = begin(&settings, &program);
    program.step();
    let begun = Instant::now();
    while handle.exporter.flows().metrics.lost.is_empty() {
        assert!(begun.elapsed() < 10 * SECOND, "nothing is given up");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(told(&handle).contains("the OTLP receiver at"));
    program.step();
    let fake = Fake::on(TcpListener::bind(address).unwrap(), vec![ok()]);
    let mut arrived = Arrived::default();
    arrived.take(&fake.request());
    program.step();
    let flow = end(&handle, 5 * SECOND);
    all(&fake).iter().for_each(|request| arrived.take(request));
    assert_eq!(arrived.totals, program.totals());
    assert_eq!(flow.lost.len(), 1, "{flow}");
    assert_eq!(flow.lost[0].0, "unreachable");
}

#[test]
fn what_a_receiver_rejects_is_lost_and_not_sent_again() {
    let partial = |rejected_data_points| {
        let error_message = "too many series".to_owned();
        let partial_success =
            Some(ExportMetricsPartialSuccess { rejected_data_points, error_message });
        let response = ExportMetricsServiceResponse { partial_success };
        Reply::Say("200 OK", response.encode_to_vec())
    };
    let fake = Fake::start(vec![partial(3), partial(100), ok()]);
    let program = Arc::new(Program::default());
    program.step();
    let handle = begin(&push(&fake.url("/"), Temporality::Delta), &program);
    assert_eq!(points(&fake.request()), 2 * SERIES);
    program.step();
    // All of this one was rejected, whatever the number says: it comes again.
    let second = points(&fake.request());
    let flow = end(&handle, 5 * SECOND);
    assert_eq!(flow.lost, [("rejected", 3 + second)]);
    let mut arrived = Arrived::default();
    all(&fake).iter().for_each(|request| arrived.take(request));
    let index_nine = arrived.totals["steps_total 9"];
    assert_eq!(index_nine, 9, "the second step, which all but three had missed");
}

#[test]
fn a_collector_that_hangs_holds_nobody_up() {
    let fake = Fake::start(vec![ok()]);
    let program = Arc::new(Program::default());
    program.stuck.store(true, Ordering::Relaxed);
    let mut settings = push(&fake.url("/"), Temporality::Delta);
    settings.push.timeout = Duration::from_millis(100);
    let handle = begin(&settings, &program);
    assert!(told(&handle).contains("reading the metrics fails: it takes longer"));
    handle.log("still here");
    assert_eq!(records(&fake.request()).len(), 1);
    // It comes to itself, and all is told.
    program.step();
    program.stuck.store(false, Ordering::Relaxed);
    let mut arrived = Arrived::default();
    arrived.take(&fake.request());
    program.step();
    assert_eq!(end(&handle, 5 * SECOND).lost, []);
    all(&fake).iter().for_each(|request| arrived.take(request));
    assert_eq!(arrived.totals, program.totals());
}

#[test]
fn a_collector_that_hangs_does_not_keep_the_end() {
    let fake = Fake::start(vec![ok()]);
    let program = Arc::new(Program::default());
    program.stuck.store(true, Ordering::Relaxed);
    let handle = begin(&push(&fake.url("/"), Temporality::Cumulative), &program);
    let begun = Instant::now();
    let flow = end(&handle, Duration::from_millis(300));
    assert!(begun.elapsed() < 2 * SECOND, "{:?}", begun.elapsed());
    assert_eq!(flow.made, 0);
    program.stuck.store(false, Ordering::Relaxed);
}

#[test]
fn a_panic_of_a_visit_costs_that_visit() {
    let fake = Fake::start(vec![ok()]);
    let program = Arc::new(Program::default());
    program.panics.store(true, Ordering::Relaxed);
    let handle = begin(&push(&fake.url("/"), Temporality::Delta), &program);
    assert!(told(&handle).contains("reading the metrics fails: it panicked"));
    program.step();
    program.panics.store(false, Ordering::Relaxed);
    let mut arrived = Arrived::default();
    arrived.take(&fake.request());
    end(&handle, 5 * SECOND);
    all(&fake).iter().for_each(|request| arrived.take(request));
    assert_eq!(arrived.totals, program.totals());
    assert_eq!(handle.exporter.trouble.now(), None);
}

#[test]
fn the_end_of_a_push_is_bounded_and_accounted_for() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let silent = Fake::start(vec![Reply::Silence]);
    let busy = Fake::start(vec![Reply::Say("503 Busy", Vec::new())]);
    for url in [format!("http://{nobody}/"), silent.url("/"), busy.url("/")] {
        let program = Arc::new(Program::default());
        let handle = begin(&push(&url, Temporality::Cumulative), &program);
        std::thread::sleep(Duration::from_millis(200));
        let begun = Instant::now();
        let flow = end(&handle, SECOND);
        assert!(begun.elapsed() < 2 * SECOND, "{url}: {:?}", begun.elapsed());
        assert_eq!(flow.exported, 0);
        assert!(flow.made >= 2 * SERIES && flow.made % (2 * SERIES) == 0, "{flow}");
    }
}
