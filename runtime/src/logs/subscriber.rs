//! The subscriber that `init` installs where the program has none of its own.
//!
//! An event goes straight to its line: no filter of a layer is asked, and no registry. Spans go to
//! the registry as everywhere. Whatever has a subscriber of its own uses `layer` instead, which says
//! the same.

use tracing_core::span::{Attributes, Current, Id, Record};
use tracing_core::subscriber::Interest;
use tracing_core::{Dispatch, Event, LevelFilter, Metadata, Subscriber};
use tracing_subscriber::filter::Targets;

use super::layer::Events;

/// A subscriber for events that the filter lets through, and for all spans that `spans` wants.
pub(crate) fn subscriber<S: Subscriber>(filter: Targets, spans: Option<S>) -> impl Subscriber {
    subscriber_to(filter, spans, super::event)
}

/// The same, with somebody else to take the events.
pub(super) fn subscriber_to<S: Subscriber>(
    filter: Targets,
    spans: Option<S>,
    take: fn(&Event<'_>),
) -> impl Subscriber {
    let level = LevelFilter::max(
        tracing_subscriber::layer::Filter::<S>::max_level_hint(&filter)
            .unwrap_or(LevelFilter::TRACE),
        spans
            .as_ref()
            .map_or(LevelFilter::OFF, |spans| spans.max_level_hint().unwrap_or(LevelFilter::TRACE)),
    );
    Straight { events: Events(filter), spans, level, take }
}

struct Straight<S> {
    events: Events,
    spans: Option<S>,
    level: LevelFilter,
    take: fn(&Event<'_>),
}

impl<S: Subscriber> Subscriber for Straight<S> {
    fn on_register_dispatch(&self, dispatch: &Dispatch) {
        if let Some(spans) = &self.spans {
            spans.on_register_dispatch(dispatch);
        }
    }

    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        match &self.spans {
            _ if !metadata.is_span() => self.events.interest(metadata),
            Some(spans) => spans.register_callsite(metadata),
            None => Interest::never(),
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        match &self.spans {
            _ if !metadata.is_span() => self.events.wants(metadata),
            Some(spans) => spans.enabled(metadata),
            None => false,
        }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn event(&self, event: &Event<'_>) {
        (self.take)(event);
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        // Nobody asks when no span is enabled.
        self.spans.as_ref().map_or_else(|| Id::from_u64(1), |spans| spans.new_span(span))
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        if let Some(spans) = &self.spans {
            spans.record(span, values);
        }
    }

    fn record_follows_from(&self, span: &Id, follows: &Id) {
        if let Some(spans) = &self.spans {
            spans.record_follows_from(span, follows);
        }
    }

    fn enter(&self, span: &Id) {
        if let Some(spans) = &self.spans {
            spans.enter(span);
        }
    }

    fn exit(&self, span: &Id) {
        if let Some(spans) = &self.spans {
            spans.exit(span);
        }
    }

    fn clone_span(&self, span: &Id) -> Id {
        self.spans.as_ref().map_or_else(|| span.clone(), |spans| spans.clone_span(span))
    }

    fn try_close(&self, span: Id) -> bool {
        self.spans.as_ref().is_some_and(|spans| spans.try_close(span))
    }

    fn current_span(&self) -> Current {
        self.spans.as_ref().map_or_else(Current::none, Subscriber::current_span)
    }
}
