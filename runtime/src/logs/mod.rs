//! Log entries: events of `tracing`, calls that ended badly, and plimsoll's own words.
//!
//! An entry becomes one JSON line for standard output and, when OTLP logs are on, one log record.
//! `init` starts and stops this part; before the start and after the end an entry goes nowhere.
//!
//! ```text
//! event ─▶ subscriber, layer ─▶ event ───────▶ writer ─▶ standard output
//!                          └──▶ entry ─▶ json ───┘
//! call ─▶ ended ──▶ say ─────────┤ └▶ export::log ─▶ OTLP
//! event! ─────────▶ said ────────┘
//! ```
//!
//! An event becomes an entry only when somebody but the line wants it.

mod ended;
pub(crate) mod entry;
mod event;
mod fill;
mod filter;
mod heads;
mod json;
mod lane;
mod layer;
mod line;
mod number;
mod subscriber;
mod time;
mod writer;

#[cfg(test)]
mod tests;

use std::fmt;
use std::io::Write;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tracing_core::Event;
use tracing_subscriber::filter::Targets;

use crate::error::Error;
use crate::event::{self as typed, Said};
use crate::model::{Level, Value};
use crate::report::{Flow, Report};
use crate::thread::Waiting;

pub(crate) use ended::ended;
pub(crate) use entry::Entry;
pub(crate) use filter::parse as filter;
pub(crate) use layer::{layer, silence};
pub(crate) use subscriber::subscriber;
pub(crate) use writer::Writer;

static LINES: OnceLock<Lines> = OnceLock::new();

/// Where lines go, and what stands on each.
#[derive(Debug)]
struct Lines {
    /// Nothing when lines are off.
    writer: Option<Writer>,
    /// For entries that do not come from `tracing`, whose layer has its own.
    filter: Targets,
    frame: json::Frame,
    /// The process's subscriber is plimsoll's: typed events need not go through it.
    straight: bool,
}

/// Where lines go.
#[derive(Default)]
pub(crate) enum Output {
    /// Nowhere; OTLP has them all the same.
    Off,
    /// Standard output.
    #[default]
    Standard,
    /// Anything else.
    Other(Box<dyn Write + Send>),
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Output::Off => "Off",
            Output::Standard => "Standard",
            Output::Other(_) => "Other",
        })
    }
}

/// Makes ready to write lines, unless they are off.
pub(crate) fn prepare(output: Output) -> Result<Option<Waiting<Writer>>, Error> {
    match output {
        Output::Off => Ok(None),
        Output::Standard => Writer::prepare(writer::standard_output()).map(Some),
        Output::Other(output) => Writer::prepare(output).map(Some),
    }
}

/// Starts to take entries. Called once; `straight` if the subscriber is plimsoll's.
pub(crate) fn start(
    service: &str,
    filter: Targets,
    writer: Option<Waiting<Writer>>,
    straight: bool,
) {
    let writer = writer.map(Waiting::go);
    let _ = LINES.set(Lines { writer, filter, frame: json::Frame::new(service), straight });
    typed::reconsider();
}

/// Whether a typed event becomes an entry; `None` where it goes through a subscriber of the host's.
pub(crate) fn wants(target: &str, level: Level) -> Option<bool> {
    let lines = LINES.get().filter(|lines| lines.straight)?;
    Some(filter::allows(&lines.filter, target, level))
}

/// Takes a typed event, which somebody wants.
pub(crate) fn said(event: &'static typed::Event, fill: &mut dyn FnMut(&mut Said<'_>)) {
    if layer::is_silent() {
        return;
    }
    entry::with(event.level, event.target, |entry| {
        entry.place = Some(event.location);
        entry.set_message(&event.message);
        Said::entry(entry).fill(fill);
        report(entry);
    });
}

/// Takes an event of `tracing` that the filter lets through. Never waits for an output.
pub(crate) fn event(event: &Event<'_>) {
    let Some(lines) = LINES.get() else { return };
    if layer::is_silent() {
        return;
    }
    #[cfg(feature = "otlp")]
    if crate::export::takes_logs() {
        return fill::entry(event, report);
    }
    let Some(writer) = &lines.writer else { return };
    let Some(head) = event::head(event) else { return fill::entry(event, report) };
    event::at_desk(|desk| {
        event::write(event, head, &lines.frame, desk);
        writer.push(desk.line.as_bytes());
    });
    if head.level == Level::Error {
        writer.hurry();
    }
}

/// Writes an entry to all that want it. Never waits for an output.
pub(crate) fn report(entry: &Entry) {
    let Some(lines) = LINES.get() else { return };
    event::at_desk(|desk| {
        if let Some(writer) = &lines.writer {
            json::line(entry, &lines.frame, desk);
            writer.push(desk.line.as_bytes());
            if entry.level == Level::Error {
                writer.hurry();
            }
        }
        // What the export thread says of itself does not go the way that it speaks of.
        #[cfg(feature = "otlp")]
        if !layer::is_silent() {
            crate::export::log(entry, desk.line.scratch());
        }
    });
}

/// Takes an entry that does not come from `tracing`, if `RUST_LOG` wants it.
pub(crate) fn say(level: Level, target: &str, fill: impl FnOnce(&mut Entry)) {
    if LINES.get().is_some_and(|lines| filter::allows(&lines.filter, target, level)) {
        entry::with(level, target, |entry| {
            fill(entry);
            report(entry);
        });
    }
}

/// Writes the last line: what the shutdown flushed, and what was lost.
pub(crate) fn last(report: &Report) {
    let level = if report.is_complete() { Level::Info } else { Level::Warn };
    entry::with(level, "plimsoll", |entry| {
        entry.set_message(&"telemetry shut down");
        for (keys, flow) in [
            (["spans_made", "spans_exported", "spans_lost", "spans_lost_by"], &report.spans),
            (["logs_made", "logs_exported", "logs_lost", "logs_lost_by"], &report.logs),
            (
                ["metrics_made", "metrics_exported", "metrics_lost", "metrics_lost_by"],
                &report.metrics,
            ),
        ] {
            let [made, exported, lost, by] = keys;
            entry.set(made, Value::U64(flow.made));
            entry.set(exported, Value::U64(flow.exported));
            entry.set(lost, Value::U64(flow.lost_total()));
            if !flow.lost.is_empty() {
                let reasons = flow.lost.iter().map(|(reason, count)| format!("{reason}={count}"));
                entry.set_text(by, &reasons.collect::<Vec<_>>().join(","));
            }
        }
        // It can't be exported any more: not by `report`.
        if let Some((lines, writer)) =
            LINES.get().and_then(|lines| Some((lines, lines.writer.as_ref()?)))
        {
            event::at_desk(|desk| {
                json::line(entry, &lines.frame, desk);
                writer.push(desk.line.as_bytes());
            });
        }
    });
}

/// Writes what waits, for so long at most.
pub(crate) fn flush(time: Duration) {
    if let Some(writer) = writer() {
        writer.flush(Instant::now() + time);
    }
}

/// Writes what waits, until the deadline. Later lines are counted as lost.
pub(crate) fn shutdown(deadline: Instant) -> Flow {
    writer().map(|writer| writer.shutdown(deadline)).unwrap_or_default()
}

/// The memory of lines that wait.
pub(crate) fn held() -> usize {
    writer().map(Writer::held).unwrap_or_default()
}

/// The account of lines so far.
pub(crate) fn flow() -> Flow {
    writer().map(Writer::flow).unwrap_or_default()
}

fn writer() -> Option<&'static Writer> {
    LINES.get().and_then(|lines| lines.writer.as_ref())
}
