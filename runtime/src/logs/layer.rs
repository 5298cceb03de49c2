//! The `tracing` layer: an event anywhere in the program becomes a log entry.
//!
//! Looks at no span: whose request an event belongs to is known from the record path. Spans of
//! libraries are another layer's. Added by `init`, or by an application to a subscriber of its own.

use std::cell::Cell;
use std::error::Error;
use std::fmt;

use tracing_core::field::{Field, Visit};
use tracing_core::subscriber::Interest;
use tracing_core::{Event, LevelFilter, Metadata, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Filter, Layer};
use tracing_subscriber::registry::LookupSpan;

use super::entry::{self, Entry};
use crate::model::Level;
use crate::record::Value;

/// Errors behind an error that a field shows at most.
const CHAIN: usize = 16;

thread_local! {
    static SILENT: Cell<bool> = const { Cell::new(false) };
}

/// The layer, for events that the filter lets through. Other layers see what they see.
pub(crate) fn layer<S>(filter: Targets) -> impl Layer<S> + Send + Sync + 'static
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    layer_to(filter, super::report)
}

/// The layer, with somebody else to take the entries.
pub(super) fn layer_to<S>(
    filter: Targets,
    report: fn(&Entry),
) -> impl Layer<S> + Send + Sync + 'static
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    Lines { report }.with_filter(Events(filter))
}

/// Makes this thread's events no entries: exporters would otherwise export what exporting logs.
pub(crate) fn silence() {
    SILENT.with(|silent| silent.set(true));
}

/// True on a thread that is silent.
pub(super) fn is_silent() -> bool {
    SILENT.try_with(Cell::get).unwrap_or(false)
}

struct Lines {
    report: fn(&Entry),
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if is_silent() {
            return;
        }
        let metadata = event.metadata();
        entry::with(level(*metadata.level()), metadata.target(), |entry| {
            event.record(&mut Fill(entry));
            (self.report)(entry);
        });
    }
}

/// Lets events through that the targets name, and no span.
struct Events(Targets);

impl<S> Filter<S> for Events {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        !metadata.is_span() && self.0.would_enable(metadata.target(), metadata.level())
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        // The answer for a callsite never changes.
        if !metadata.is_span() && self.0.would_enable(metadata.target(), metadata.level()) {
            Interest::always()
        } else {
            Interest::never()
        }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Filter::<S>::max_level_hint(&self.0)
    }
}

fn level(level: tracing_core::Level) -> Level {
    match level {
        tracing_core::Level::ERROR => Level::Error,
        tracing_core::Level::WARN => Level::Warn,
        tracing_core::Level::INFO => Level::Info,
        tracing_core::Level::DEBUG => Level::Debug,
        tracing_core::Level::TRACE => Level::Trace,
    }
}

/// Takes the fields of an event into an entry.
struct Fill<'a>(&'a mut Entry);

impl Fill<'_> {
    fn text(&mut self, field: &Field, text: &dyn fmt::Display) {
        match field.name() {
            "message" => self.0.set_message(text),
            name => self.0.set_text(name, text),
        }
    }
}

impl Visit for Fill<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.text(field, &format_args!("{value:?}"));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.text(field, &Chain(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.0.set_message(&value),
            name => self.0.set(name, Value::Str(value)),
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.set(field.name(), Value::Bool(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.set(field.name(), Value::I64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.set(field.name(), Value::U64(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.set(field.name(), Value::F64(value));
    }
}

/// An error and what is behind it: `payment failed: connection refused`.
pub(super) struct Chain<'a>(pub(super) &'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let sources = std::iter::successors(self.0.source(), |error| (*error).source());
        sources.take(CHAIN).try_for_each(|source| write!(f, ": {source}"))
    }
}
