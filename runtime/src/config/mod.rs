//! The settings of every part, as plain structs.
//!
//! `env` reads them from the environment, the builder overrides them, `init` hands each part its
//! own. Nothing here starts anything.

mod env;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::redact::Key;

pub(crate) use env::{COMMIT, read};

use crate::scrub::Modes;

/// Everything that `init` needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// `service.name`, `service.version` and what `OTEL_RESOURCE_ATTRIBUTES` adds.
    pub(crate) resource: Vec<(String, String)>,
    pub(crate) traces: Traces,
    pub(crate) otlp: Otlp,
    pub(crate) logs: Logs,
    /// Histograms have exponential buckets, too.
    pub(crate) native_histograms: bool,
    /// Messages of panics that were formatted are shown.
    pub(crate) panic_messages: bool,
    pub(crate) admin: Option<Admin>,
    /// Handle SIGTERM and Ctrl-C.
    pub(crate) signals: bool,
    /// Where the key of `hash` pseudonyms is; without one there are none.
    pub(crate) hash_key: Option<HashKey>,
    /// What the scrubber does at each sink.
    pub(crate) scrub: Modes,
    /// Fields of foreign spans whose texts are recorded.
    pub(crate) foreign_fields: Vec<String>,
    /// What was odd in the environment; logged once, after the start.
    pub(crate) warnings: Vec<String>,
    /// `OTEL_SDK_DISABLED`: nothing is recorded or sent, the admin server stays.
    pub(crate) disabled: bool,
}

/// Which traces are kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Traces {
    /// Spans are recorded at all.
    pub(crate) on: bool,
    /// A caller's decision in `traceparent` is followed.
    pub(crate) parent_based: bool,
    /// The share of new traces that is kept, 0 to 1.
    pub(crate) ratio: f64,
}

/// Where traces, logs and metrics are sent by OTLP.
#[derive(Clone, Debug)]
pub(crate) struct Otlp {
    pub(crate) traces: Option<Endpoint>,
    pub(crate) logs: Option<Endpoint>,
    pub(crate) metrics: Option<Endpoint>,
    pub(crate) push: Push,
    /// A batch that is not full is sent after this time.
    pub(crate) delay: Duration,
    /// Spans in a batch at most.
    pub(crate) batch_spans: usize,
    /// Encoded bytes of a signal that may wait at most.
    pub(crate) backlog_bytes: usize,
}

impl Otlp {
    /// Sends all signals, as far as they are sent, to one receiver.
    pub(crate) fn send_to(&mut self, base: &str) {
        for (endpoint, path) in [
            (&mut self.traces, TRACES_PATH),
            (&mut self.logs, LOGS_PATH),
            (&mut self.metrics, METRICS_PATH),
        ] {
            if let Some(endpoint) = endpoint {
                endpoint.url = join(base, path);
            }
        }
    }
}

/// The paths of the signals below a receiver's address, by OTLP's specification.
const TRACES_PATH: &str = "v1/traces";
const LOGS_PATH: &str = "v1/logs";
const METRICS_PATH: &str = "v1/metrics";

/// How metrics are pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Push {
    /// From one push to the next.
    pub(crate) interval: Duration,
    /// For one push, the visit to all that counts included.
    pub(crate) timeout: Duration,
    pub(crate) temporality: Temporality,
    /// Histograms are exponential ones, where they are kept so.
    pub(crate) exponential: bool,
}

/// Whether a push says what came since the start, or since the last push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Temporality {
    /// Everything since the start.
    Cumulative,
    /// Counters and histograms since the last push.
    Delta,
    /// The same without counters that are read instead of fed.
    LowMemory,
}

fn join(base: &str, path: &str) -> String {
    format!("{}/{path}", base.trim_end_matches('/'))
}

/// One OTLP endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    /// The whole URL, path included.
    pub(crate) url: String,
    /// Headers of each request; their values may be credentials.
    pub(crate) headers: Vec<(String, Secret)>,
    /// For one request.
    pub(crate) timeout: Duration,
}

/// Where the key of `hash` pseudonyms is.
#[derive(Clone, Debug)]
pub(crate) enum HashKey {
    /// Here.
    Value(Key),
    /// In a file, which is read again as the program runs.
    File {
        path: PathBuf,
        /// The program can't start without a key in it.
        required: bool,
    },
}

/// The lines on standard output.
#[derive(Clone, Debug)]
pub(crate) struct Logs {
    /// Lines are written.
    pub(crate) on: bool,
    /// `RUST_LOG`, or `info`.
    pub(crate) filter: String,
}

/// The admin server.
#[derive(Clone, Debug)]
pub(crate) struct Admin {
    pub(crate) address: SocketAddr,
    /// Guards `/metrics`; required when the address is not loopback.
    pub(crate) token: Option<Secret>,
    /// There is a `/metrics`.
    pub(crate) page: bool,
}

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The text itself, for the one place that sends or compares it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Sets one attribute, in place of one with the same key.
pub(crate) fn set(attributes: &mut Vec<(String, String)>, key: &str, value: String) {
    match attributes.iter_mut().find(|(known, _)| known == key) {
        Some((_, old)) => *old = value,
        None => attributes.push((key.to_owned(), value)),
    }
}
