//! Puts the parts together: the only place that knows them all.
//!
//! `init` prepares what the settings ask for, which may fail and then leaves nothing behind, and
//! begins only when all of it is ready, in an order in which nothing is recorded before it can be
//! counted. `stop` ends it, once, whoever asks first: the guard, a signal, or [`exit`].

use std::fmt;
use std::panic::Location;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use crate::builder::Builder;
use crate::config::{self, Settings};
use crate::error::Error;
use crate::record::{self, METRICS, Sampler, TRACES};
use crate::redact::{Class, Sink};
use crate::report::Report;
use crate::scrub::Mode;
use crate::scrub::gate::Gate;
use crate::thread::Waiting;
use crate::{catalog, ground, redact};

/// Where `init` was called, while it runs or once it has succeeded.
static CALLED: Mutex<Option<&'static Location<'static>>> = Mutex::new(None);
static PARTS: OnceLock<Parts> = OnceLock::new();
/// The report of the first shutdown.
static ENDED: Mutex<Option<Report>> = Mutex::new(None);

/// How long the guard's drop may take.
const DROP: Duration = Duration::from_secs(5);

/// What has to be shut down.
#[derive(Debug)]
struct Parts {
    #[cfg(feature = "otlp")]
    export: Option<crate::export::Handle>,
    #[cfg(feature = "admin")]
    admin: Option<crate::admin::Handle>,
    #[cfg(feature = "admin")]
    health: std::sync::Arc<crate::health::Health>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What these mutexes guard is whole after every step.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts everything that the environment asks for.
///
/// The same as `builder().init()`. Keep the guard until the end of `main`.
///
/// # Errors
/// When a setting can't be used, a port is taken, or plimsoll runs already.
#[track_caller]
pub fn init() -> Result<Telemetry, Error> {
    crate::builder().init()
}

#[track_caller]
pub(crate) fn start(builder: Builder) -> Result<Telemetry, Error> {
    #[cfg(feature = "testing")]
    if record::capture::number() != 0 {
        return check(builder);
    }
    {
        let mut called = lock(&CALLED);
        if let Some(place) = *called {
            return Err(Error::AlreadyInitialised(place.to_string()));
        }
        *called = Some(Location::caller());
    }
    let mut settings = config::read(&|name| std::env::var(name).ok());
    match builder.apply(&mut settings).and_then(|(extras, guards)| run(&settings, extras, guards)) {
        Ok(()) => Ok(Telemetry { ended: false, is_real: true }),
        Err(error) => {
            *lock(&CALLED) = None;
            Err(error)
        }
    }
}

/// What `init` is in a test that records apart from all others: settings are checked, and nothing
/// is started that the tests beside it would share.
#[cfg(feature = "testing")]
fn check(builder: Builder) -> Result<Telemetry, Error> {
    let mut settings = config::read(&|name| std::env::var(name).ok());
    builder.apply(&mut settings)?;
    Ok(Telemetry { ended: true, is_real: false })
}

/// What the builder has that is no setting.
pub(crate) struct Extras {
    /// Install a `tracing` subscriber.
    pub(crate) subscriber: bool,
    /// Leave out the panic hook that is there.
    pub(crate) replace_hook: bool,
    /// Whether burning error budgets matter to `/health/ready`.
    #[cfg(feature = "admin")]
    pub(crate) readiness: crate::health::Readiness,
    /// Who gets kept spans, beside OTLP or in its place.
    #[cfg(feature = "otlp")]
    pub(crate) sink: Option<crate::export::Sink>,
    /// Where log lines go instead of standard output.
    #[cfg(feature = "logs")]
    pub(crate) output: crate::logs::Output,
}

/// The key of pseudonyms.
#[derive(Default)]
struct HashKey {
    first: Option<redact::Key>,
    /// Looks for further ones.
    watch: Option<Waiting<()>>,
    warning: Option<String>,
}

/// What stands before every sink.
pub(crate) struct Guards {
    pub(crate) gate: Gate,
    /// The most sensitive classes of sinks, where they are not the usual ones.
    pub(crate) ceilings: Vec<(Sink, Class)>,
}

impl Guards {
    fn stand(self) {
        self.gate.install();
        for (sink, class) in self.ceilings {
            redact::set_ceiling(sink, class);
        }
    }
}

/// All parts, made and waiting. Dropped, they are gone.
struct Prepared {
    key: HashKey,
    #[cfg(feature = "logs")]
    writer: Option<Waiting<crate::logs::Writer>>,
    #[cfg(feature = "otlp")]
    export: Option<Waiting<crate::export::Handle>>,
    #[cfg(feature = "admin")]
    admin: Option<Waiting<crate::admin::Handle>>,
    #[cfg(feature = "admin")]
    health: std::sync::Arc<crate::health::Health>,
    #[cfg(feature = "admin")]
    signals: Option<Waiting<()>>,
}

fn run(settings: &Settings, extras: Extras, guards: Guards) -> Result<(), Error> {
    let flags = if settings.disabled { 0 } else { flags(settings, &extras) };
    #[cfg(feature = "logs")]
    let ((filter, warning), subscriber, replace_hook) =
        (crate::logs::filter(&settings.logs.filter), extras.subscriber, extras.replace_hook);
    let prepared = prepare(settings, extras, flags)?;
    let plan = catalog::plan()?;
    crate::metrics::collisions::check(plan.declared())?;
    // The last that can fail, because nobody can take a subscriber away again.
    #[cfg(feature = "logs")]
    if subscriber {
        subscribe(&filter, flags & TRACES != 0)?;
    }

    // Before anything leaves.
    guards.stand();
    if let Some(key) = &prepared.key.first {
        redact::set_key(key);
    }
    if let Some(watch) = prepared.key.watch {
        watch.go();
    }
    redact::start();
    crate::panics::set_messages(settings.panic_messages);
    ground::lay(plan, settings.native_histograms);
    crate::objectives::start();
    #[cfg(feature = "logs")]
    {
        crate::logs::start(service(settings), filter, prepared.writer, subscriber);
        record::set_reporter(|ended| {
            // Of a panic the panic hook has told.
            if ended.ending != record::Ending::Bad(crate::Outcome::Panic) {
                crate::logs::ended(ended);
            }
        });
        crate::panics::start(replace_hook);
    }
    crate::metrics::own::start(&settings.resource, accounts);
    #[cfg(feature = "opentelemetry")]
    if !settings.disabled {
        crate::metrics::opentelemetry::start();
    }
    #[cfg(feature = "tokio")]
    crate::metrics::usage::tokio::watch_current();
    let _ = PARTS.set(Parts {
        #[cfg(feature = "otlp")]
        export: prepared.export.map(crate::export::start),
        #[cfg(feature = "admin")]
        admin: prepared.admin.map(Waiting::go),
        #[cfg(feature = "admin")]
        health: prepared.health,
    });
    let traces = settings.traces;
    record::start(flags, Sampler { parent_based: traces.parent_based, ratio: traces.ratio });
    #[cfg(feature = "admin")]
    if let Some(signals) = prepared.signals {
        signals.go();
    }
    #[cfg(feature = "logs")]
    warn(warning.as_slice());
    warn(prepared.key.warning.as_slice());
    warn(&settings.warnings);
    warn(unmasked(settings).as_slice());
    Ok(())
}

fn flags(settings: &Settings, extras: &Extras) -> u8 {
    #[cfg(feature = "otlp")]
    let exported = settings.otlp.traces.is_some() || extras.sink.is_some();
    #[cfg(not(feature = "otlp"))]
    let exported = false;
    if settings.traces.on && exported { METRICS | TRACES } else { METRICS }
}

fn prepare(settings: &Settings, extras: Extras, flags: u8) -> Result<Prepared, Error> {
    #[cfg(feature = "logs")]
    let output = if settings.logs.on { extras.output } else { crate::logs::Output::Off };
    #[cfg(feature = "otlp")]
    let otlp = &settings.otlp;
    #[cfg(feature = "otlp")]
    let exports =
        flags & TRACES != 0 || flags != 0 && (otlp.logs.is_some() || otlp.metrics.is_some());
    #[cfg(feature = "admin")]
    let health = crate::health::Health::new(accounts, extras.readiness);
    #[cfg(feature = "admin")]
    let serve = |admin: &config::Admin| {
        crate::admin::prepare(admin.clone(), std::sync::Arc::clone(&health))
    };
    Ok(Prepared {
        key: hash_key(settings.hash_key.as_ref())?,
        #[cfg(feature = "logs")]
        writer: crate::logs::prepare(output)?,
        #[cfg(feature = "otlp")]
        export: exports
            .then(|| {
                let families = Box::new(crate::metrics::sources::visit);
                crate::export::prepare(otlp, &settings.resource, extras.sink, families)
            })
            .transpose()?,
        #[cfg(feature = "admin")]
        admin: settings.admin.as_ref().map(serve).transpose()?,
        #[cfg(feature = "admin")]
        signals: settings.signals.then(crate::signals::prepare).transpose()?,
        #[cfg(feature = "admin")]
        health,
    })
}

fn hash_key(place: Option<&config::HashKey>) -> Result<HashKey, Error> {
    match place {
        None => Ok(HashKey::default()),
        Some(config::HashKey::Value(key)) => {
            Ok(HashKey { first: Some(key.clone()), ..HashKey::default() })
        }
        Some(config::HashKey::File { path, required }) => {
            let mut file = redact::Watched::new(path);
            let (first, warning) = match file.look() {
                redact::News::Key(key) => (Some(key), None),
                redact::News::Unfit(why) if *required => return Err(Error::Config(why)),
                redact::News::Unfit(why) => (None, Some(why)),
                redact::News::Nothing => (None, None),
            };
            Ok(HashKey { first, watch: Some(file.prepare()?), warning })
        }
    }
}

#[cfg(feature = "logs")]
fn service(settings: &Settings) -> &str {
    let found = settings.resource.iter().find(|(key, _)| key == "service.name");
    found.map_or("", |(_, name)| name)
}

#[cfg(feature = "logs")]
fn subscribe(filter: &tracing_subscriber::filter::Targets, spans: bool) -> Result<(), Error> {
    use tracing_subscriber::layer::SubscriberExt as _;
    let spans = spans.then(|| tracing_subscriber::registry().with(crate::trace::layer()));
    let subscriber = crate::logs::subscriber(filter.clone(), spans);
    tracing::subscriber::set_global_default(subscriber).map_err(|_| Error::Subscriber)
}

fn warn(warnings: &[String]) {
    for warning in warnings {
        tracing::warn!(target: "plimsoll", "{warning}");
    }
}

/// Says where nothing is masked, if there is such a sink.
fn unmasked(settings: &Settings) -> Option<String> {
    let of = |mode: Mode| {
        let sinks = Sink::ALL.into_iter().filter(move |sink| settings.scrub.of(*sink) == mode);
        let sinks: Vec<&str> = sinks.map(Sink::name).collect();
        (!sinks.is_empty()).then(|| format!("{} ({})", mode.name(), sinks.join(", ")))
    };
    let modes: Vec<String> = [Mode::Off, Mode::Report].into_iter().filter_map(of).collect();
    (!modes.is_empty()).then(|| {
        format!(
            "the scrubber masks nothing where its mode is {}: secrets in texts leave as they are",
            modes.join(" and ")
        )
    })
}

/// What has left so far, and what has not.
fn accounts() -> Report {
    let mut report = Report::default();
    #[cfg(feature = "otlp")]
    {
        let flows = crate::export::flows();
        flows.report(&mut report);
    }
    #[cfg(feature = "logs")]
    {
        report.lines = crate::logs::flow();
    }
    report
}

/// Says that the program is about to end: `/health/ready` is 503 from here on.
#[cfg(feature = "admin")]
pub(crate) fn unready() {
    if let Some(parts) = PARTS.get() {
        parts.health.stop();
    }
}

/// Ends everything, at most once; later callers get the same report.
pub(crate) fn stop(timeout: Duration) -> Report {
    let mut ended = lock(&ENDED);
    if let Some(report) = &*ended {
        return report.clone();
    }
    let deadline = Instant::now() + timeout;
    let Some(parts) = PARTS.get() else { return Report::default() };
    #[cfg(feature = "admin")]
    unready();
    record::stop_spans();
    let mut report = accounts();
    #[cfg(feature = "otlp")]
    if let Some(export) = &parts.export {
        let flows = export.shutdown(deadline);
        flows.report(&mut report);
    }
    #[cfg(feature = "logs")]
    {
        crate::logs::last(&report);
        report.lines = crate::logs::shutdown(deadline.max(Instant::now() + LINES));
    }
    #[cfg(feature = "admin")]
    if let Some(admin) = &parts.admin {
        admin.shutdown(deadline);
    }
    *ended = Some(report.clone());
    report
}

/// Log lines get this long even when the receiver took all of the time.
#[cfg(feature = "logs")]
const LINES: Duration = Duration::from_millis(200);

/// Flushes, for at most five seconds, and ends the process.
///
/// Use it in place of `std::process::exit`, which would lose what was recorded last.
pub fn exit(code: i32) -> ! {
    stop(DROP);
    std::process::exit(code)
}

/// Keeps telemetry running; dropping it flushes for up to five seconds.
#[must_use = "dropping the guard ends the telemetry; keep it until the end of `main`"]
pub struct Telemetry {
    ended: bool,
    /// Not that of a test, which has started nothing.
    is_real: bool,
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telemetry").finish_non_exhaustive()
    }
}

impl Telemetry {
    fn parts(&self) -> Option<&'static Parts> {
        PARTS.get().filter(|_| self.is_real)
    }

    /// Flushes everything and stops, within about `timeout`. The report says what was flushed
    /// since the start, and what was lost, by reason.
    pub fn shutdown(mut self, timeout: Duration) -> Report {
        self.ended = true;
        if self.is_real { stop(timeout) } else { Report::default() }
    }

    /// Replaces the key of `hash` pseudonyms, by one that [`Builder::hash_key`] would take. Those that
    /// are made from now on have its name in them.
    ///
    /// For a program that fetches its keys itself. Where a file is named, the next key that is written
    /// to it replaces this one.
    ///
    /// # Errors
    /// When it is no such key; the one before stays.
    pub fn set_hash_key(&self, key: &str) -> Result<(), Error> {
        let refused = |why| Error::Config(format!("the text in set_hash_key(..) {why}"));
        let key = redact::Key::parse(key).map_err(refused)?;
        if self.is_real {
            redact::set_key(&key);
        }
        Ok(())
    }

    /// Where the admin server listens.
    #[cfg(feature = "admin")]
    pub fn admin_addr(&self) -> Option<std::net::SocketAddr> {
        self.parts()?.admin.as_ref().map(crate::admin::Handle::addr)
    }

    /// Shows the metrics of a Tokio runtime, as `runtime="name"`, until another of this name comes.
    ///
    /// The runtime that `init` is called on is shown already, as `main`. At most 16 are shown; one
    /// more is a warning. What is held of a runtime does not keep it running.
    #[cfg(feature = "tokio")]
    pub fn watch_runtime(&self, name: &str, handle: tokio::runtime::Handle) {
        if !crate::metrics::usage::tokio::watch(name, handle) {
            warn(&[format!("the Tokio runtime `{name}` is not shown: 16 others are")]);
        }
    }

    /// Makes `/health/ready` depend on a check, with two seconds for each run of it.
    ///
    /// The check runs on the Tokio runtime that this is called from, so that an executor that is
    /// stuck is not ready either; outside of one, on the admin server's.
    #[cfg(feature = "admin")]
    pub fn ready<C, F, E>(&self, name: &'static str, check: C)
    where
        C: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: fmt::Display,
    {
        self.ready_within(name, crate::health::LIMIT, check);
    }

    /// The same, with a time-out of your own.
    #[cfg(feature = "admin")]
    pub fn ready_within<C, F, E>(&self, name: &'static str, timeout: Duration, check: C)
    where
        C: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: fmt::Display,
    {
        if let Some(parts) = self.parts() {
            parts.health.add(name, timeout, check);
        }
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if !self.ended {
            stop(DROP);
        }
    }
}
