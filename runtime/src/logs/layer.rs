//! The `tracing` layer: an event anywhere in the program becomes a log line.
//!
//! Looks at no span: whose request an event belongs to is known from the record path. Spans of
//! libraries are another layer's. Added by an application to a subscriber of its own; where there
//! is none, `subscriber` does the same for less.

use std::cell::Cell;

use tracing_core::subscriber::Interest;
use tracing_core::{Event, LevelFilter, Metadata, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Filter, Layer};
use tracing_subscriber::registry::LookupSpan;

use crate::map::foreign;
use crate::model::Level;

thread_local! {
    static SILENT: Cell<bool> = const { Cell::new(false) };
}

/// The layer, for events that the filter lets through. Other layers see what they see.
pub(crate) fn layer<S>(filter: Targets) -> impl Layer<S> + Send + Sync + 'static
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    layer_to(filter, super::event)
}

/// The layer, with somebody else to take the events.
pub(super) fn layer_to<S>(
    filter: Targets,
    take: fn(&Event<'_>),
) -> impl Layer<S> + Send + Sync + 'static
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    Lines { take }.with_filter(Events(filter))
}

/// Makes this thread's events no entries: exporters would otherwise export what exporting logs.
pub(crate) fn silence() {
    SILENT.with(|silent| silent.set(true));
}

/// True on a thread that is silent.
#[inline]
pub(super) fn is_silent() -> bool {
    SILENT.try_with(Cell::get).unwrap_or(false)
}

struct Lines {
    take: fn(&Event<'_>),
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        (self.take)(event);
    }
}

/// Lets events through that the targets name, and no span.
pub(super) struct Events(pub(super) Targets);

impl Events {
    pub(super) fn wants(&self, metadata: &Metadata<'_>) -> bool {
        !metadata.is_span() && self.0.would_enable(metadata.target(), metadata.level())
    }

    /// The answer for a callsite never changes. What is let through is in the data map.
    pub(super) fn interest(&self, metadata: &'static Metadata<'static>) -> Interest {
        if !self.wants(metadata) {
            return Interest::never();
        }
        foreign::see(metadata);
        Interest::always()
    }
}

impl<S> Filter<S> for Events {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        self.wants(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.interest(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Filter::<S>::max_level_hint(&self.0)
    }
}

/// The level as plimsoll names it.
pub(super) fn level(level: tracing_core::Level) -> Level {
    match level {
        tracing_core::Level::ERROR => Level::Error,
        tracing_core::Level::WARN => Level::Warn,
        tracing_core::Level::INFO => Level::Info,
        tracing_core::Level::DEBUG => Level::Debug,
        tracing_core::Level::TRACE => Level::Trace,
    }
}
