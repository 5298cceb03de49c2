//! The CPU that plimsoll's own threads spend.
//!
//! `thread` knows which they are; here the kernel is asked, one small file for each. Linux only.

use super::files::Files;
use super::{counter, many};
use crate::metrics::family::{Head, Number, Sink};

pub(super) const FAMILIES: [Head<'static>; 1] = [counter(
    "plimsoll_thread_cpu_seconds_total",
    "seconds",
    "CPU time that the threads of plimsoll's own have spent.",
)];

pub(super) fn visit(files: &Files, sink: &mut dyn Sink) {
    #[cfg(any(feature = "admin", feature = "logs", feature = "otlp"))]
    {
        let threads = crate::thread::running();
        let [cpu] = &FAMILIES;
        let rows = threads.iter().map(|(name, task)| {
            ([("thread", name.as_str())], spent(files, task).map(Number::Float))
        });
        many(sink, cpu, rows);
    }
}

/// Seconds on a CPU. The first number is nanoseconds; not every kernel is built to tell them.
fn spent(files: &Files, task: &str) -> Option<f64> {
    let text = files.text(&format!("proc/{task}/schedstat"))?;
    let nanos: u64 = text.split_ascii_whitespace().next()?.parse().ok()?;
    Some(nanos as f64 / 1e9)
}
