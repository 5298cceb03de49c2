//! The descriptor of one metric that a user declared with `#[metric(..)]`.

mod filled;

use std::fmt;
use std::panic::Location;
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64};

use super::budget;
use super::examples::Examples;
use super::state::State;
use super::{NO_CELLS, Outcome};

/// The bits of a figure that nobody has given yet: not a number, and none that arithmetic makes.
pub(crate) const UNTOUCHED: u64 = 0x7ff8_0000_706c_696d;

/// What a metric is to Prometheus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum MetricKind {
    /// Only grows; its name ends in `_total`.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts observations in buckets.
    Histogram,
    /// Quantiles of the observations of the last minutes.
    Summary,
    /// Constant facts as labels; its name ends in `_info`.
    Info,
}

/// The calls that a metric of a function takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum When {
    /// Those that end `ok`.
    Ok,
    /// Those that end in an error.
    Error,
    /// All, however they end.
    Always,
}

impl When {
    /// Whether calls that ended so are among them.
    #[inline]
    pub(crate) fn takes(self, outcome: Outcome) -> bool {
        match self {
            When::Ok => outcome == Outcome::Ok,
            When::Error => outcome == Outcome::Error,
            When::Always => true,
        }
    }
}

/// The values that one label can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// Words that stand in the source.
    Closed(&'static [&'static str]),
    /// Texts that come up while the program runs: so many, and one for all others.
    Open(u32),
}

impl Values {
    /// How many there can be.
    pub(crate) const fn len(&self) -> usize {
        match self {
            Values::Closed(values) => values.len(),
            Values::Open(cap) => *cap as usize + 1,
        }
    }
}

/// Hands one reading over: the index of each label's value, and the figure.
pub type Read = fn(&mut dyn FnMut(&[u32], f64));

/// What a metric takes from the calls of the function that bears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Measure {
    /// Nothing: the program sets it by hand (a metric on a `static`).
    Own,
    /// The duration of each call, in seconds, whatever its outcome (histogram).
    Duration,
    /// Each call, with its outcome as the label `outcome` (counter).
    Calls,
    /// The calls that run at the moment (gauge).
    InFlight,
    /// `value = ..` of each call that the metric takes: observed, added or set.
    Value,
}

/// One metric: constant, but for the places that `init` fills in.
#[repr(C)]
pub struct Metric {
    /// The full name of the family, unit and `_total` included.
    pub name: &'static str,
    /// The `# HELP` text.
    pub help: &'static str,
    /// The unit that the name ends in, such as `seconds`; empty when it has none.
    pub unit: &'static str,
    /// The upper bounds of the buckets, rising, without `+Inf`; empty but for histograms.
    pub bounds: &'static [f64],
    /// The names of the labels, without `outcome` and `le`.
    pub labels: &'static [&'static str],
    /// The values of each label, in the order of `labels`.
    pub values: &'static [Values],
    /// The function that bears the mark; empty for a static.
    pub function: &'static str,
    /// The module that it stands in.
    pub module: &'static str,
    /// Where it stands in the source.
    pub location: &'static Location<'static>,
    /// What it is to Prometheus.
    pub kind: MetricKind,
    /// What feeds it.
    pub measure: Measure,
    /// The calls that it takes, where a function feeds it.
    pub when: When,
    /// Asked for the figures at each scrape, where the program is not to set them.
    pub read: Option<Read>,
    cells: AtomicU32,
    fine: AtomicU32,
    shared: AtomicPtr<AtomicU64>,
    state: AtomicPtr<State>,
    /// In place of `shared` once there are tests that have values of their own.
    #[cfg(feature = "testing")]
    aside: AtomicPtr<AtomicU64>,
    examples: AtomicPtr<Examples>,
}

impl Metric {
    #[track_caller]
    const fn new(
        kind: MetricKind,
        name: &'static str,
        help: &'static str,
        bounds: &'static [f64],
    ) -> Metric {
        Metric {
            name,
            help,
            unit: "",
            bounds,
            labels: &[],
            values: &[],
            function: "",
            module: "",
            location: Location::caller(),
            kind,
            measure: Measure::Own,
            when: When::Ok,
            read: None,
            cells: AtomicU32::new(NO_CELLS),
            fine: AtomicU32::new(NO_CELLS),
            shared: AtomicPtr::new(std::ptr::null_mut()),
            state: AtomicPtr::new(std::ptr::null_mut()),
            #[cfg(feature = "testing")]
            aside: AtomicPtr::new(std::ptr::null_mut()),
            examples: AtomicPtr::new(std::ptr::null_mut()),
        }
    }

    /// A counter; `name` ends in `_total`.
    #[track_caller]
    pub const fn counter(name: &'static str, help: &'static str) -> Metric {
        Metric::new(MetricKind::Counter, name, help, &[])
    }

    /// A gauge.
    #[track_caller]
    pub const fn gauge(name: &'static str, help: &'static str) -> Metric {
        Metric::new(MetricKind::Gauge, name, help, &[])
    }

    /// A histogram with these upper bounds.
    #[track_caller]
    pub const fn histogram(
        name: &'static str,
        help: &'static str,
        bounds: &'static [f64],
    ) -> Metric {
        Metric::new(MetricKind::Histogram, name, help, bounds)
    }

    /// A summary.
    #[track_caller]
    pub const fn summary(name: &'static str, help: &'static str) -> Metric {
        Metric::new(MetricKind::Summary, name, help, &[])
    }

    /// Constant facts; `name` ends in `_info`.
    #[track_caller]
    pub const fn info(name: &'static str, help: &'static str) -> Metric {
        Metric::new(MetricKind::Info, name, help, &[])
    }

    /// With the unit that its name ends in.
    pub const fn unit(mut self, unit: &'static str) -> Metric {
        self.unit = unit;
        self
    }

    /// Takes calls by their outcome. Stands after [`of`](Metric::of), which says what is usual:
    /// values of calls that end `ok`, and the calls themselves always.
    pub const fn when(mut self, when: When) -> Metric {
        self.when = when;
        self
    }

    /// Asked at each scrape.
    pub const fn read(mut self, read: Read) -> Metric {
        self.read = Some(read);
        self
    }

    /// With labels.
    pub const fn labels(
        mut self,
        labels: &'static [&'static str],
        values: &'static [Values],
    ) -> Metric {
        self.labels = labels;
        self.values = values;
        self
    }

    /// Refuses to build more series than this, `outcome` and `le` not counted.
    #[track_caller]
    pub const fn within(self, budget: usize) -> Metric {
        if !budget::fits(budget::series(self.values), budget) {
            let message = budget::excess(self.name, self.labels, self.values, budget);
            #[expect(clippy::panic, reason = "it runs while the program is built")]
            {
                panic!("{}", message.as_str());
            }
        }
        self
    }

    /// Fed by the calls of a function.
    pub const fn of(
        mut self,
        function: &'static str,
        module: &'static str,
        measure: Measure,
    ) -> Metric {
        self.function = function;
        self.module = module;
        self.measure = measure;
        self.when = match measure {
            Measure::Value => When::Ok,
            _ => When::Always,
        };
        self
    }

    /// How many series the labels make, `outcome` and `le` not counted.
    pub(crate) fn combinations(&self) -> usize {
        budget::series(self.values)
    }

    /// Whether a label has values that come up while the program runs.
    pub(crate) fn is_open(&self) -> bool {
        self.values.iter().any(|values| matches!(values, Values::Open(_)))
    }

    /// All words that it takes in a shard: those of its combinations, and behind them one for each
    /// label, for the records that found no room there.
    pub(crate) fn size(&self) -> usize {
        match self.combinations() * self.words() {
            0 => 0,
            words if self.is_open() => words + self.labels.len(),
            words => words,
        }
    }

    /// Where in a shard the records stand that found no room in a label; none for a gauge, where it
    /// is behind the shared values.
    pub(crate) fn overflow(&self, label: usize) -> Option<u32> {
        let words = self.combinations() * self.words();
        (words != 0).then(|| self.cells().saturating_add((words + label) as u32))
    }

    /// The words that one combination of labels takes in a shard.
    pub(crate) fn words(&self) -> usize {
        match (self.kind, self.measure) {
            (MetricKind::Counter, Measure::Calls) => 4, // one an outcome
            (MetricKind::Counter, _) => 1,              // the sum, as bits of an f64
            (MetricKind::Gauge, Measure::InFlight) => 2, // started, ended
            (MetricKind::Gauge, _) => 0,                // shared, not sharded
            (MetricKind::Histogram, _) => 1 + self.bounds.len() + 1, // sum, buckets, +Inf
            (MetricKind::Summary, _) => 1,              // sum
            (MetricKind::Info, _) => 0,
        }
    }

    /// True when this word of a combination holds the bits of an `f64`.
    pub(crate) fn is_float(&self, word: usize) -> bool {
        match self.kind {
            MetricKind::Counter => self.measure != Measure::Calls,
            MetricKind::Gauge | MetricKind::Info => false,
            MetricKind::Histogram | MetricKind::Summary => word == 0,
        }
    }
}

impl fmt::Debug for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Metric({} at {})", self.name, self.location)
    }
}
