//! The `tracing` layer for spans: translates, and records nothing itself.
//!
//! Marked functions are not seen here: once plimsoll is initialised they are no `tracing` spans.
//! Fields of foreign spans have no privacy decision, so only numbers and truth values are recorded,
//! and texts under the keys that OpenTelemetry's conventions call harmless or that the operator
//! allows; those are looked at when the span leaves. What has a secret's name is hidden here. Added by
//! `init`, or by an application with `plimsoll::layer()`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};

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
use crate::redact::{Fields, Sink};
use crate::scrub::hits::Origin;
use crate::scrub::{Form, gate};

thread_local! {
    /// What ran before each foreign span that is entered on this thread.
    static ENTERED: RefCell<Vec<(Id, Before)>> = const { RefCell::new(Vec::new()) };
}

/// Callsites, and what stands for them. As many as the program has in its source.
static FOREIGN: Mutex<Option<HashMap<callsite::Identifier, &'static Foreign>>> = Mutex::new(None);

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
        let foreign = of(attributes.metadata());
        let Some(mut branch) = Branch::open(&foreign.site, parent) else { return };
        branch.record(&mut |fields| attributes.record(&mut Fill { fields, foreign }));
        span.extensions_mut().insert(branch);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut extensions = span.extensions_mut();
        if let Some(branch) = extensions.get_mut::<Branch>() {
            let foreign = of(span.metadata());
            branch.record(&mut |fields| values.record(&mut Fill { fields, foreign }));
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

/// What stands for a callsite.
struct Foreign {
    metadata: &'static Metadata<'static>,
    site: Site,
    /// By the number of the field; known when the first span is recorded, which is after `init`.
    fields: OnceLock<Box<[Known]>>,
}

/// What is known of a field by its name.
#[derive(Clone, Copy)]
struct Known {
    form: Form,
    /// Its texts are recorded.
    is_allowed: bool,
}

/// What stands for a callsite: made once, and kept.
fn of(metadata: &'static Metadata<'static>) -> &'static Foreign {
    let mut all = FOREIGN.lock().unwrap_or_else(PoisonError::into_inner);
    let all = all.get_or_insert_default();
    all.entry(metadata.callsite()).or_insert_with(|| {
        let site = Site::new(metadata.name(), metadata.target()).level(level(metadata.level()));
        Box::leak(Box::new(Foreign { metadata, site, fields: OnceLock::new() }))
    })
}

impl Foreign {
    fn known(&self, field: &Field) -> Known {
        let fields = self.fields.get_or_init(|| {
            let known = |name: &str| Known {
                form: gate::form(name),
                is_allowed: HARMLESS.contains(&name) || gate::allows_foreign(name),
            };
            self.metadata.fields().iter().map(|field| known(field.name())).collect()
        });
        let unknown = Known { form: Form::Text, is_allowed: false };
        fields.get(field.index()).copied().unwrap_or(unknown)
    }

    fn origin(&self, field: &Field) -> Origin<'static> {
        Origin::of(self.metadata, field.name())
    }
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

struct Fill<'a> {
    fields: &'a mut dyn Fields,
    foreign: &'static Foreign,
}

impl Fill<'_> {
    /// Records that there is a value, if it must not be seen because of its name.
    fn hides(&mut self, field: &Field, known: Known) -> bool {
        let hides = known.form == Form::Secret
            && gate::is_on(Sink::Span)
            && gate::hides(Sink::Span, || self.foreign.origin(field));
        if hides {
            self.fields.put(field.name(), Value::Str(gate::HIDDEN));
        }
        hides
    }

    /// Records a value that is no text.
    fn value(&mut self, field: &Field, value: Value<'_>) {
        let known = self.foreign.known(field);
        if self.hides(field, known) {
            return;
        }
        let magnitude = match value {
            Value::I64(value) => value.unsigned_abs(),
            Value::U64(value) => value,
            _ => 0,
        };
        if gate::is_long(magnitude) && gate::is_on(Sink::Span) {
            let origin = || self.foreign.origin(field);
            if let Some(masked) = gate::integer(Sink::Span, known.form, magnitude, origin) {
                return self.fields.put(field.name(), Value::Str(&masked));
            }
        }
        self.fields.put(field.name(), value);
    }

    /// Records a text, if it may be recorded at all.
    fn text(&mut self, field: &Field, write: impl FnOnce(&mut dyn Fields)) {
        let known = self.foreign.known(field);
        if known.is_allowed && !self.hides(field, known) {
            write(self.fields);
        }
    }
}

impl Visit for Fill<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.value(field, Value::F64(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.value(field, Value::I64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.value(field, Value::U64(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.value(field, Value::Bool(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, |fields| fields.put(field.name(), Value::Str(value)));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.text(field, |fields| fields.text(field.name(), &format_args!("{value:?}")));
    }
}
