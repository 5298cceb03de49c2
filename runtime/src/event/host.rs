//! An event for the host's own subscriber: a plain event of `tracing`.
//!
//! Where plimsoll is not initialised, or only a layer of the host's. The callsite is made when a
//! subscriber first listens.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Once, OnceLock};

use tracing::Value;
use tracing_core::callsite::{self, Callsite};
use tracing_core::field::{FieldSet, display};
use tracing_core::metadata::Kind;
use tracing_core::subscriber::Interest;
use tracing_core::{LevelFilter, Metadata, dispatcher, identify_callsite};

use super::Event;
use super::said::{Owned, Said};
use crate::record::host_level;

const NEVER: u8 = 0;
const SOMETIMES: u8 = 1;
const ALWAYS: u8 = 2;

/// The event as `tracing` knows it.
pub(super) struct Host {
    metadata: OnceLock<Metadata<'static>>,
    interest: AtomicU8,
    registered: Once,
}

impl Host {
    pub(super) const fn new() -> Host {
        Host {
            metadata: OnceLock::new(),
            interest: AtomicU8::new(SOMETIMES),
            registered: Once::new(),
        }
    }
}

impl Callsite for Event {
    fn set_interest(&self, interest: Interest) {
        let interest = if interest.is_never() {
            NEVER
        } else if interest.is_always() {
            ALWAYS
        } else {
            SOMETIMES
        };
        self.host.interest.store(interest, Ordering::Relaxed);
    }

    fn metadata(&self) -> &Metadata<'_> {
        // Filled before the callsite is registered, which is before anybody asks.
        self.host.metadata.get_or_init(|| metadata(&ANONYMOUS))
    }
}

static ANONYMOUS: Event = Event::new(crate::model::Level::Trace, "", "plimsoll", &["message"]);

fn metadata(event: &'static Event) -> Metadata<'static> {
    Metadata::new(
        "event",
        event.target,
        host_level(event.level),
        Some(event.location.file()),
        Some(event.location.line()),
        Some(event.target),
        FieldSet::new(event.fields, identify_callsite!(event)),
        Kind::EVENT,
    )
}

fn registered(event: &'static Event) -> &'static Metadata<'static> {
    let known = event.host.metadata.get_or_init(|| metadata(event));
    event.host.registered.call_once(|| callsite::register(event));
    known
}

/// True when the host's subscriber wants it now.
pub(super) fn wants(event: &'static Event) -> bool {
    if host_level(event.level) > LevelFilter::current() {
        return false;
    }
    let metadata = registered(event);
    match event.host.interest.load(Ordering::Relaxed) {
        NEVER => false,
        ALWAYS => true,
        _ => dispatcher::get_default(|dispatch| dispatch.enabled(metadata)),
    }
}

/// Hands it to the host's subscriber.
pub(super) fn say(event: &'static Event, fill: &mut dyn FnMut(&mut Said<'_>)) {
    let metadata = registered(event);
    let mut owned = Vec::with_capacity(event.fields.len());
    Said::host(&mut owned).fill(fill);
    let message = display(event.message);
    let mut values: Vec<Option<&dyn Value>> = Vec::with_capacity(event.fields.len());
    values.push(Some(&message));
    values.extend(owned.iter().map(|value: &Owned| Some(value.as_value())));
    // One that panicked has left the rest out.
    values.resize(event.fields.len(), None);
    let fields = metadata.fields();
    tracing_core::Event::dispatch(metadata, &fields.value_set_all(&values));
}
