//! What leaves the process by OTLP, on a thread of plimsoll's own.
//!
//! `init` starts it and shuts it down; the record path fills it with spans, `logs` with records; of
//! metrics it asks all sources itself.
//! It may drop, but it counts: for each signal, what was made is what was exported, what was lost
//! by reason, and what still waits. Nothing on its thread is traced, or logged by the libraries
//! that it uses.

mod examples;
mod otlp;
mod scrubbed;
mod sink;
mod worker;

#[cfg(test)]
mod tests;

use std::sync::atomic::AtomicBool;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::config::{Endpoint, Otlp};
use crate::error::Error;
use crate::record;
use crate::report::{Flow, Report};
use crate::thread::Waiting;
use otlp::client::Client;
use otlp::metrics::push::{Families, Pusher};
use otlp::queue::Queue;
use otlp::resource::Head;
use otlp::sender::Sender;
use otlp::trouble::Trouble;
pub use sink::FinishedSpan;
use sink::Handed;
pub(crate) use sink::Sink;

static EXPORTER: OnceLock<Arc<Exporter>> = OnceLock::new();

/// What a push sends.
const METRICS: &str = "metric points";

/// What the thread may take longer than its deadline to close the accounts.
const GRACE: Duration = Duration::from_millis(250);

/// The exact account of each signal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flows {
    pub(crate) spans: Flow,
    pub(crate) logs: Flow,
    pub(crate) metrics: Flow,
}

impl Flows {
    /// Puts them into a report.
    pub(crate) fn report(self, report: &mut Report) {
        report.spans = self.spans;
        report.logs = self.logs;
        report.metrics = self.metrics;
    }
}

/// What the thread and those who feed it share.
#[derive(Debug)]
struct Exporter {
    spans: Option<Arc<Sender>>,
    logs: Option<Arc<Sender>>,
    metrics: Option<Pusher>,
    /// What the program's own function was handed, if it has one.
    handed: Option<Handed>,
    trouble: Arc<Trouble>,
    /// A batch that is not full is sent after this time.
    delay: Duration,
    wake: Notify,
    /// Set once: until when the thread may go on.
    stop: OnceLock<Instant>,
}

/// Stops the thread.
#[derive(Debug)]
pub(crate) struct Handle {
    exporter: Arc<Exporter>,
    /// Hangs up when the thread ends.
    ended: Mutex<Receiver<()>>,
}

/// Starts to export. Called once.
pub(crate) fn start(prepared: Waiting<Handle>) -> Handle {
    let _ = EXPORTER.set(Arc::clone(&prepared.part().exporter));
    record::on_pressure(wake);
    prepared.go()
}

/// Checks the settings and makes the thread ready. `resource` says who sends.
pub(crate) fn prepare(
    settings: &Otlp,
    resource: &[(String, String)],
    sink: Option<Sink>,
    families: Families,
) -> Result<Waiting<Handle>, Error> {
    let head = Arc::new(Head::new(resource));
    let trouble = Arc::new(Trouble::default());
    let sender = |name, endpoint: &Option<Endpoint>| -> Result<_, Error> {
        let Some(endpoint) = endpoint else {
            return Ok(None);
        };
        let queue = Queue::new(settings.batch_spans, settings.backlog_bytes);
        Ok(Some(Arc::new(Sender {
            name,
            renews: name == METRICS,
            queue: Arc::new(queue),
            client: Client::new(endpoint)?,
            head: Arc::clone(&head),
            trouble: Arc::clone(&trouble),
            absent: AtomicBool::new(false),
        })))
    };
    let metrics = sender(METRICS, &settings.metrics)?;
    let exporter = Arc::new(Exporter {
        metrics: metrics.map(|sender| Pusher::new(sender, settings.push, families)),
        spans: sender("spans", &settings.traces)?,
        logs: sender("log records", &settings.logs)?,
        handed: sink.is_some().then(Handed::default),
        trouble: Arc::clone(&trouble),
        delay: settings.delay,
        wake: Notify::new(),
        stop: OnceLock::new(),
    });
    worker::prepare(exporter, sink)
}

impl Handle {
    /// Sends what is left, until the deadline, and closes the accounts. No span may be made any
    /// more; log records that come later are counted as lost.
    pub(crate) fn shutdown(&self, deadline: Instant) -> Flows {
        let _ = self.exporter.stop.set(deadline);
        self.exporter.wake.notify_one();
        let left = deadline.saturating_duration_since(Instant::now()) + GRACE;
        // Nothing is ever sent: this ends when the thread does, or when it takes too long.
        let _ = self.ended.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(left);
        self.exporter.close();
        let mut flows = self.exporter.flows();
        let rest = flows.spans.made - flows.spans.exported - flows.spans.lost_total();
        flows.spans.lose("deadline", rest);
        flows
    }
}

/// True when log entries are exported.
#[cfg(feature = "logs")]
#[inline]
pub(crate) fn takes_logs() -> bool {
    EXPORTER.get().is_some_and(|exporter| exporter.logs.is_some())
}

/// Takes a log entry that is to be exported. `scratch` is any buffer; its content is lost.
#[cfg(feature = "logs")]
pub(crate) fn log(entry: &crate::logs::Entry, scratch: &mut Vec<u8>) {
    if let Some(logs) = EXPORTER.get().and_then(|exporter| exporter.logs.as_ref()) {
        scratch.clear();
        otlp::records::encode(entry, scratch);
        logs.queue.push(scratch, 1);
    }
}

/// The accounts so far.
pub(crate) fn flows() -> Flows {
    EXPORTER.get().map(|exporter| exporter.flows()).unwrap_or_default()
}

/// Bytes that wait to be sent, by what they are.
pub(crate) fn held() -> [(&'static str, usize); 3] {
    let exporter = EXPORTER.get();
    let held = |sender: Option<&Arc<Sender>>| sender.map_or(0, |sender| sender.queue.held());
    [
        ("otlp_spans", held(exporter.and_then(|exporter| exporter.spans.as_ref()))),
        ("otlp_log_records", held(exporter.and_then(|exporter| exporter.logs.as_ref()))),
        (
            "otlp_metrics",
            held(exporter.and_then(|exporter| exporter.metrics.as_ref()).map(Pusher::sender)),
        ),
    ]
}

/// One sentence on what is wrong with the export now, if anything is.
pub(crate) fn trouble() -> Option<String> {
    EXPORTER.get().and_then(|exporter| exporter.trouble.now())
}

/// Asks the thread to come before its time. Never blocks.
pub(crate) fn wake() {
    if let Some(exporter) = EXPORTER.get() {
        exporter.wake.notify_one();
    }
}

impl Exporter {
    fn senders(&self) -> impl Iterator<Item = &Arc<Sender>> {
        let metrics = self.metrics.as_ref().map(Pusher::sender);
        [self.spans.as_ref(), self.logs.as_ref(), metrics].into_iter().flatten()
    }

    /// Whatever still waits is lost now.
    fn close(&self) {
        for sender in self.senders() {
            let reason = if sender.is_absent() { "unreachable" } else { "deadline" };
            sender.queue.abandon(reason);
        }
    }

    fn flows(&self) -> Flows {
        let flow = |sender: Option<&Arc<Sender>>| {
            sender.map(|sender| sender.queue.flow()).unwrap_or_default()
        };
        let mut flows = Flows {
            spans: flow(self.spans.as_ref()),
            logs: flow(self.logs.as_ref()),
            metrics: flow(self.metrics.as_ref().map(Pusher::sender)),
        };
        if let (None, Some(handed)) = (&self.spans, &self.handed) {
            flows.spans = handed.flow();
        }
        if self.spans.is_some() || self.handed.is_some() {
            let counts = record::counts();
            let lost = counts.full + counts.crowded + counts.refused;
            // Spans that wait in a ring have not come to the queue yet.
            flows.spans.made = counts.kept.max(flows.spans.made + lost);
            flows.spans.lose("ring_full", counts.full);
            flows.spans.lose("trace_too_long", counts.crowded);
            flows.spans.lose("too_many_traces", counts.refused);
        }
        flows
    }
}
