//! The descriptor of one marked function, or of any other place where spans begin.

use std::fmt;
use std::panic::{Location, RefUnwindSafe};
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

use super::{FINE, NO_CELLS};

/// The role of a span towards others, as OpenTelemetry names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Work inside the service.
    #[default]
    Internal = 1,
    /// Answers a request from elsewhere.
    Server = 2,
    /// Asks another service and waits for it.
    Client = 3,
    /// Hands work to a queue.
    Producer = 4,
    /// Takes work from a queue.
    Consumer = 5,
}

/// How important a span is to a `tracing` subscriber of the host's, and an error to the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Level {
    /// `tracing::Level::ERROR`.
    Error,
    /// `tracing::Level::WARN`.
    Warn,
    /// `tracing::Level::INFO`.
    Info,
    /// `tracing::Level::DEBUG`.
    Debug,
    /// `tracing::Level::TRACE`.
    Trace,
}

/// Takes the trace of a kept span as an example for the histogram that the span was counted in.
pub trait Exemplars: Sync + RefUnwindSafe {
    /// Called off the hot path, once for each exported span of the site.
    fn keep(&self, seconds: f64, trace_id: u128, span_id: u64, unix_nanos: u64);
}

/// What a function is to achieve: `slo(..)` of its mark. Shares are in millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Objective {
    /// The share of calls that end well; 0 if none is promised.
    pub success: u32,
    /// Calls that take no longer than this many nanoseconds are in time; 0 if none is promised.
    pub latency_nanos: u64,
    /// The share of calls that are in time.
    pub target: u32,
}

impl Objective {
    /// Nothing is promised.
    pub(crate) const NONE: Objective = Objective::new(0, 0, 0);

    /// What the mark says; 0 for what it does not.
    pub const fn new(success: u32, latency_nanos: u64, target: u32) -> Objective {
        Objective { success, latency_nanos, target }
    }
}

/// One marked function: constant, but for the places that `init` fills in.
///
/// The macros write it into the catalogue of the program; integrations and foreign `tracing`
/// callsites leak one of their own.
#[repr(C)]
pub struct Site {
    /// The `function` label and the name of the span: `Type::method`, or the function's name.
    pub function: &'static str,
    /// The `module` label: the path of the module that the function stands in.
    pub module: &'static str,
    /// Where it stands in the source.
    pub location: &'static Location<'static>,
    /// The keys of the fields that `log(..)` and `redact(..)` record.
    pub fields: &'static [&'static str],
    /// Who wants to know of kept spans, if not the function's own histogram.
    pub exemplars: Option<&'static dyn Exemplars>,
    /// A call longer than this many nanoseconds is kept whatever the sampler said; 0 is never.
    pub slow_nanos: u64,
    /// What it is to achieve.
    pub objective: Objective,
    /// The role of the span.
    pub kind: Kind,
    /// The level of the span for a host's own subscriber.
    pub level: Level,
    /// False for a function that only bears `#[metric(..)]`: no span, no `function_*` series.
    pub observed: bool,
    /// The function returns a stream, whose items are timed too.
    pub is_stream: bool,
    cells: AtomicU32,
    items: AtomicU32,
    limit: AtomicU64,
    host: AtomicPtr<()>,
    budget_ticks: AtomicU64,
    latency_ticks: AtomicU64,
}

impl Site {
    /// A function with nothing but its name. The location is the caller's.
    #[track_caller]
    pub const fn new(function: &'static str, module: &'static str) -> Site {
        Site {
            function,
            module,
            location: Location::caller(),
            fields: &[],
            exemplars: None,
            slow_nanos: 0,
            objective: Objective::NONE,
            kind: Kind::Internal,
            level: Level::Info,
            observed: true,
            is_stream: false,
            cells: AtomicU32::new(NO_CELLS),
            items: AtomicU32::new(NO_CELLS),
            limit: AtomicU64::new(u64::MAX),
            host: AtomicPtr::new(std::ptr::null_mut()),
            budget_ticks: AtomicU64::new(u64::MAX),
            latency_ticks: AtomicU64::new(u64::MAX),
        }
    }

    /// With the role of its span.
    pub const fn kind(mut self, kind: Kind) -> Site {
        self.kind = kind;
        self
    }

    /// With the level of its span.
    pub const fn level(mut self, level: Level) -> Site {
        self.level = level;
        self
    }

    /// With the time after which a call is kept and reported as slow.
    pub const fn slow(mut self, nanos: u64) -> Site {
        self.slow_nanos = nanos;
        self
    }

    /// With what it is to achieve.
    pub const fn slo(mut self, objective: Objective) -> Site {
        self.objective = objective;
        self
    }

    /// With the keys of what it records.
    pub const fn fields(mut self, keys: &'static [&'static str]) -> Site {
        self.fields = keys;
        self
    }

    /// Without span and `function_*` series: the function bears only metrics of its own.
    pub const fn metrics_only(mut self) -> Site {
        self.observed = false;
        self
    }

    /// With a stream for its result.
    pub const fn stream(mut self) -> Site {
        self.is_stream = true;
        self
    }

    /// With somebody who wants to know of kept spans.
    pub(crate) const fn exemplars(mut self, exemplars: &'static dyn Exemplars) -> Site {
        self.exemplars = Some(exemplars);
        self
    }

    /// Where its counts begin in a thread's shard, in words; [`NO_CELLS`] before `init`.
    #[inline]
    pub(crate) fn cells(&self) -> u32 {
        self.cells.load(Ordering::Relaxed)
    }

    /// The same for the items of its stream; [`NO_CELLS`] if it gives none. With [`FINE`]
    /// where they are counted in fine buckets, too.
    pub(crate) fn items(&self) -> u32 {
        self.items.load(Ordering::Relaxed)
    }

    /// True for a marked function, false for what an integration made.
    pub(crate) fn is_function(&self) -> bool {
        self.cells() != NO_CELLS
    }

    /// A call of fewer ticks needs no closer look: it is within the budget, in time, and not to be
    /// counted in fine buckets.
    #[inline]
    pub(crate) fn limit(&self) -> u64 {
        self.limit.load(Ordering::Relaxed)
    }

    /// The `slow` budget in clock ticks; the largest number when there is none, or before `init`.
    pub(crate) fn budget_ticks(&self) -> u64 {
        self.budget_ticks.load(Ordering::Relaxed)
    }

    /// The same for the latency objective.
    pub(crate) fn latency_ticks(&self) -> u64 {
        self.latency_ticks.load(Ordering::Relaxed)
    }

    /// Called by `init`, once, for each site of the catalogue.
    pub(crate) fn assign(&self, [cells, items]: [u32; 2], budget_ticks: u64) {
        self.cells.store(cells, Ordering::Relaxed);
        self.items.store(items, Ordering::Relaxed);
        self.budget_ticks.store(budget_ticks, Ordering::Relaxed);
        self.limit.store(budget_ticks.saturating_add(1), Ordering::Relaxed);
    }

    /// Called by `init` after that, for each site whose function has a latency objective.
    pub(crate) fn promise(&self, latency_ticks: u64) {
        self.latency_ticks.store(latency_ticks, Ordering::Relaxed);
        let limit = latency_ticks.saturating_add(1).min(self.limit());
        self.limit.store(limit, Ordering::Relaxed);
    }

    /// Called by `init` after that, where every call is counted in fine buckets, too.
    pub(crate) fn refine(&self) {
        self.limit.store(0, Ordering::Relaxed);
        if self.items() != NO_CELLS {
            self.items.fetch_or(FINE, Ordering::Relaxed);
        }
    }

    /// What the host's subscriber knows of the site; null until it was first asked.
    pub(crate) fn host(&self) -> &AtomicPtr<()> {
        &self.host
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Site({}::{} at {})", self.module, self.function, self.location)
    }
}
