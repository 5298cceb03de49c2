//! What a mark is when plimsoll is not initialised: a plain `tracing` span for the host.
//!
//! A library that marks its functions shows them to whatever subscriber the program has. The
//! callsite is made when a subscriber first listens, and costs two loads until then.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

use tracing::Span;
use tracing_core::callsite::{self, Callsite};
use tracing_core::field::FieldSet;
use tracing_core::metadata::Kind;
use tracing_core::subscriber::Interest;
use tracing_core::{LevelFilter, Metadata, dispatcher, identify_callsite};

use super::field::PANICKED;
use super::guard::{ASYNC, Guard};
use crate::model::text::Capped;
use crate::model::{Level, Site};
use crate::redact::{Out, Sink};

const NEVER: u8 = 0;
const SOMETIMES: u8 = 1;
const ALWAYS: u8 = 2;

/// One site, as `tracing` knows it.
struct Host {
    metadata: OnceLock<Metadata<'static>>,
    interest: AtomicU8,
}

impl Callsite for Host {
    fn set_interest(&self, interest: Interest) {
        let interest = if interest.is_never() {
            NEVER
        } else if interest.is_always() {
            ALWAYS
        } else {
            SOMETIMES
        };
        self.interest.store(interest, Ordering::Relaxed);
    }

    fn metadata(&self) -> &Metadata<'_> {
        // Filled before the callsite is registered, which is before anybody asks.
        self.metadata.get_or_init(|| metadata(&ANONYMOUS, &UNKNOWN))
    }
}

static ANONYMOUS: Site = Site::new("unknown", "plimsoll");
static UNKNOWN: Host = Host { metadata: OnceLock::new(), interest: AtomicU8::new(NEVER) };

/// The level as `tracing` names it.
pub(crate) fn level(level: Level) -> tracing::Level {
    match level {
        Level::Error => tracing::Level::ERROR,
        Level::Warn => tracing::Level::WARN,
        Level::Info => tracing::Level::INFO,
        Level::Debug => tracing::Level::DEBUG,
        Level::Trace => tracing::Level::TRACE,
    }
}

fn metadata(site: &'static Site, host: &'static Host) -> Metadata<'static> {
    Metadata::new(
        site.function,
        site.module,
        level(site.level),
        Some(site.location.file()),
        Some(site.location.line()),
        Some(site.module),
        FieldSet::new(site.fields, identify_callsite!(host)),
        Kind::SPAN,
    )
}

#[cold]
fn register(site: &'static Site) -> &'static Host {
    let host: &'static Host =
        Box::leak(Box::new(Host { metadata: OnceLock::new(), interest: AtomicU8::new(SOMETIMES) }));
    let _ = host.metadata.set(metadata(site, host));
    let made = std::ptr::from_ref(host).cast_mut().cast::<()>();
    let slot = site.host();
    match slot.compare_exchange(std::ptr::null_mut(), made, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => {
            callsite::register(host);
            host
        }
        // SAFETY: only this function stores here, and it stores leaked hosts.
        Err(theirs) => unsafe { &*theirs.cast::<Host>() },
    }
}

fn of(site: &'static Site) -> &'static Host {
    let host = site.host().load(Ordering::Acquire);
    if host.is_null() {
        return register(site);
    }
    // SAFETY: only `register` stores here, and it stores leaked hosts.
    unsafe { &*host.cast::<Host>() }
}

/// Opens a span, if the host's subscriber wants it.
pub(super) fn open(site: &'static Site) -> Option<Span> {
    if !site.observed || level(site.level) > LevelFilter::current() {
        return None;
    }
    let host = of(site);
    let metadata = host.metadata.get()?;
    let wanted = match host.interest.load(Ordering::Relaxed) {
        NEVER => false,
        ALWAYS => true,
        _ => dispatcher::get_default(|dispatch| dispatch.enabled(metadata)),
    };
    wanted.then(|| Span::new(metadata, &metadata.fields().value_set(&[])))
}

/// Makes it the current span of the host's.
pub(super) fn enter(span: &Span) {
    span.with_subscriber(|(id, dispatch)| dispatch.enter(id));
}

/// Makes the one before it the current span again.
pub(super) fn exit(span: &Span) {
    span.with_subscriber(|(id, dispatch)| dispatch.exit(id));
}

/// Records a field, as text.
pub(super) fn record(span: &Span, key: &'static str, write: &mut dyn FnMut(&mut Out<'_>)) {
    let mut text = Capped::default();
    // As in a span of our own, its panic is not the call's.
    let mut write = || write(&mut Out::text_to(&mut text, Sink::Span));
    let is_whole = catch_unwind(AssertUnwindSafe(&mut write)).is_ok();
    let text = if is_whole { text.as_str() } else { PANICKED };
    span.record(key, tracing::field::display(text));
}

/// Ends the host's span.
pub(super) fn close(guard: &mut Guard<'_>) {
    if let Some((span, mode)) = guard.take_host() {
        if mode & ASYNC == 0 {
            exit(&span);
        }
    }
}
