//! The `tracing` layer for spans: translates, and records nothing itself.
//!
//! Marked functions are not seen here: once plimsoll is initialised they are no `tracing` spans.
//! Fields of foreign spans have no privacy decision, so only numbers and truth values are recorded,
//! and texts under the keys that OpenTelemetry's conventions call harmless. Added by `init`, or by
//! an application with `plimsoll::layer()`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use tracing_core::field::{Field, Visit};
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::subscriber::Interest;
use tracing_core::{Metadata, Subscriber, callsite};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, Filter, Layer};
use tracing_subscriber::registry::LookupSpan;

use crate::map::foreign;
use crate::model::{Level, Site, Value};
use crate::record::{Before, Branch};
use crate::redact::Fields;

thread_local! {
    /// What ran before each foreign span that is entered on this thread.
    static ENTERED: RefCell<Vec<(Id, Before)>> = const { RefCell::new(Vec::new()) };
}

/// Callsites, and the sites that stand for them. As many as the program has in its source.
static SITES: Mutex<Option<HashMap<callsite::Identifier, &'static Site>>> = Mutex::new(None);

/// Transports whose spans are no part of a service's story.
const NOISY: [&str; 8] =
    ["h2", "hyper", "hyper_util", "reqwest", "rustls", "tonic", "tower", "tokio"];

/// Texts of foreign spans that are recorded: names of operations and systems, by convention.
const HARMLESS: [&str; 9] = [
    "db.system",
    "db.system.name",
    "db.operation",
    "db.operation.name",
    "http.request.method",
    "http.route",
    "rpc.method",
    "rpc.service",
    "messaging.system",
];

/// The layer. What it sees does not depend on `RUST_LOG`.
pub(crate) fn layer<S>() -> impl Layer<S> + Send + Sync + 'static
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let targets = Targets::new()
        .with_default(LevelFilter::INFO)
        .with_targets(NOISY.map(|target| (target, LevelFilter::OFF)));
    Spans.with_filter(Only(targets))
}

/// Lets spans through that the targets name, and no event: those stay as cheap as `RUST_LOG` says.
struct Only(Targets);

impl<S> Filter<S> for Only {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        metadata.is_span() && self.0.would_enable(metadata.target(), metadata.level())
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        // The answer for a callsite never changes.
        if metadata.is_span() && self.0.would_enable(metadata.target(), metadata.level()) {
            foreign::see(metadata);
            Interest::always()
        } else {
            Interest::never()
        }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Filter::<S>::max_level_hint(&self.0)
    }
}

struct Spans;

impl<S> Layer<S> for Spans
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let parent = attributes
            .parent()
            .and_then(|parent| context.span(parent))
            .and_then(|parent| parent.extensions().get::<Branch>().map(Branch::current));
        let Some(mut branch) = Branch::open(site(attributes.metadata()), parent) else { return };
        branch.record(&mut |fields| attributes.record(&mut Fill(fields)));
        span.extensions_mut().insert(branch);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut extensions = span.extensions_mut();
        if let Some(branch) = extensions.get_mut::<Branch>() {
            branch.record(&mut |fields| values.record(&mut Fill(fields)));
        }
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let Some(before) = span.extensions().get::<Branch>().map(Branch::enter) else { return };
        let _ = ENTERED.try_with(|entered| entered.borrow_mut().push((id.clone(), before)));
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        // Spans may be left in any order; the last entry of this one is what was entered here.
        let before = ENTERED.try_with(|entered| {
            let mut entered = entered.borrow_mut();
            let at = entered.iter().rposition(|(known, _)| known == id)?;
            Some(entered.remove(at).1)
        });
        let Some(span) = context.span(id) else { return };
        if let (Ok(Some(before)), Some(branch)) = (before, span.extensions().get::<Branch>()) {
            branch.leave(before);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let branch = span.extensions_mut().remove::<Branch>();
        if let Some(branch) = branch {
            branch.close();
        }
    }
}

/// The site that stands for a callsite: made once, and kept.
fn site(metadata: &'static Metadata<'static>) -> &'static Site {
    let mut sites = SITES.lock().unwrap_or_else(PoisonError::into_inner);
    let sites = sites.get_or_insert_default();
    sites.entry(metadata.callsite()).or_insert_with(|| {
        let site = Site::new(metadata.name(), metadata.target()).level(level(metadata.level()));
        Box::leak(Box::new(site))
    })
}

fn level(level: &tracing_core::Level) -> Level {
    match *level {
        tracing_core::Level::ERROR => Level::Error,
        tracing_core::Level::WARN => Level::Warn,
        tracing_core::Level::INFO => Level::Info,
        tracing_core::Level::DEBUG => Level::Debug,
        tracing_core::Level::TRACE => Level::Trace,
    }
}

struct Fill<'a>(&'a mut dyn Fields);

impl Visit for Fill<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.0.put(field.name(), Value::F64(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.put(field.name(), Value::I64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.put(field.name(), Value::U64(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.put(field.name(), Value::Bool(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if HARMLESS.contains(&field.name()) {
            self.0.put(field.name(), Value::Str(value));
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if HARMLESS.contains(&field.name()) {
            self.0.text(field.name(), &format_args!("{value:?}"));
        }
    }
}
