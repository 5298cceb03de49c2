//! The descriptor of one metric that a user declared with `#[metric(..)]`.

use std::fmt;
use std::panic::Location;
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

use super::budget;
use super::examples::Examples;
use super::open::OTHER;
use super::state::State;
use super::{FINE, NO_CELLS, Outcome};

/// The bits of a figure that nobody has given yet: not a number, and none that arithmetic makes.
pub(crate) const UNTOUCHED: u64 = 0x7ff8_0000_706c_696d;

/// In place of examples: somebody makes them.
const BEING_MADE: *mut Examples = std::ptr::dangling_mut();

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

    /// Where its counts begin in a thread's shard, in words; [`NO_CELLS`] before `init`.
    #[inline]
    pub(crate) fn cells(&self) -> u32 {
        let offset = self.offset();
        if offset == NO_CELLS { NO_CELLS } else { offset & !FINE }
    }

    /// The same for those who count: with [`FINE`] where they are to count in fine buckets, too.
    #[inline]
    pub(crate) fn offset(&self) -> u32 {
        self.cells.load(Ordering::Relaxed)
    }

    /// The first of its series among those that have fine buckets; [`NO_CELLS`] if they have none.
    pub(crate) fn fine(&self) -> u32 {
        self.fine.load(Ordering::Relaxed)
    }

    /// Whether it has a place. Then the shards have their size, too, for who asks here first: what is
    /// recorded by hand looks at no other switch.
    #[inline]
    pub(crate) fn is_placed(&self) -> bool {
        self.cells.load(Ordering::Acquire) != NO_CELLS
    }

    /// Called by `init`, once, for each metric of the catalogue whose series have fine buckets. From
    /// its first count on they hold what its words hold, so this is known before it has a place.
    pub(crate) fn refine(&self, first: u32) {
        self.fine.store(first, Ordering::Relaxed);
    }

    /// Called by `init` after that, once, for each metric of the catalogue.
    pub(crate) fn assign(&self, cells: u32) {
        let fine = if self.fine() == NO_CELLS { 0 } else { FINE };
        self.cells.store(cells | fine, Ordering::Release);
    }

    /// Counts where another metric of the same name counts.
    pub(crate) fn share(&self, first: &Metric) {
        self.fine.store(first.fine(), Ordering::Relaxed);
        self.cells.store(first.offset(), Ordering::Release);
        let values = first.shared().as_ptr().cast_mut();
        // Values that were set before `init` are those of the first.
        self.shared.store(values, Ordering::Release);
        if self.kind == MetricKind::Histogram {
            let examples = first.examples().map_or(std::ptr::null(), std::ptr::from_ref);
            self.examples.store(examples.cast_mut(), Ordering::Release);
        }
    }

    /// What it has beside its words, made at first use. Never freed.
    pub(crate) fn state(&'static self) -> &'static State {
        match self.known_state() {
            Some(state) => state,
            None => self.make_state(),
        }
    }

    /// The same, if somebody has used it.
    #[inline]
    pub(crate) fn known_state(&self) -> Option<&'static State> {
        // SAFETY: only `make_state` writes it, and what it writes is never freed.
        unsafe { self.state.load(Ordering::Acquire).as_ref() }
    }

    #[cold]
    fn make_state(&'static self) -> &'static State {
        let state = State::of(self);
        self.state.store(std::ptr::from_ref(state).cast_mut(), Ordering::Release);
        state
    }

    /// The examples of a histogram's buckets, made when there is one to keep. Never freed. None while
    /// they are made: the program's allocator may be observed, too, and must not ask for them again.
    #[inline]
    pub(crate) fn examples(&self) -> Option<&Examples> {
        match self.known_examples() {
            None => self.make_examples(),
            known => known,
        }
    }

    /// The same, if there are any.
    #[inline]
    pub(crate) fn known_examples(&self) -> Option<&Examples> {
        let known = self.examples.load(Ordering::Acquire);
        // SAFETY: only `make_examples` and `share` write it: null, `BEING_MADE`, or what is never
        // freed.
        if known == BEING_MADE { None } else { unsafe { known.as_ref() } }
    }

    #[cold]
    #[inline(never)]
    fn make_examples(&self) -> Option<&Examples> {
        let null = std::ptr::null_mut();
        self.examples
            .compare_exchange(null, BEING_MADE, Ordering::AcqRel, Ordering::Acquire)
            .ok()?;
        let buckets = self.combinations().saturating_mul(self.bounds.len() + 1);
        let made: &Examples = Box::leak(Box::new(Examples::new(buckets)));
        self.examples.store(std::ptr::from_ref(made).cast_mut(), Ordering::Release);
        Some(made)
    }

    /// A value of a label, by its number; none where nobody has used it.
    pub(crate) fn value(&'static self, label: usize, index: usize) -> Option<&'static str> {
        match self.values.get(label)? {
            Values::Closed(values) => values.get(index).copied(),
            Values::Open(cap) if index == *cap as usize => Some(OTHER),
            Values::Open(_) => self.state().table(label)?.text(index as u32),
        }
    }

    /// The values of a gauge, one `f64` a combination of labels, made at first use. Never freed.
    /// With open labels, the counts of records without room follow.
    pub(crate) fn shared(&self) -> &[AtomicU64] {
        let length = self.shared_length();
        let mut values = self.shared.load(Ordering::Acquire);
        #[cfg(feature = "testing")]
        if values.is_null() {
            values = self.aside.load(Ordering::Acquire);
        }
        if values.is_null() {
            let made = Box::into_raw(self.values_at_first()).cast::<AtomicU64>();
            match self.shared.compare_exchange(
                std::ptr::null_mut(),
                made,
                Ordering::AcqRel,
                Ordering::Acquire,
            ) {
                #[cfg(feature = "testing")]
                Ok(_) if !self.aside.load(Ordering::Acquire).is_null() => {
                    // They were set aside while we made others.
                    self.shared.store(std::ptr::null_mut(), Ordering::Release);
                    values = self.aside.load(Ordering::Acquire);
                }
                Ok(_) => values = made,
                Err(theirs) => {
                    let lost = std::ptr::slice_from_raw_parts_mut(made, length);
                    // SAFETY: `made` came from a box of this length, and nobody else has seen it.
                    drop(unsafe { Box::from_raw(lost) });
                    values = theirs;
                }
            }
        }
        // SAFETY: whoever stored the pointer stored a leaked slice of `length` values, and the
        // number of combinations is constant.
        unsafe { std::slice::from_raw_parts(values, length) }
    }

    fn shared_length(&self) -> usize {
        self.combinations() + if self.is_open() { self.labels.len() } else { 0 }
    }

    /// The values of a gauge that nobody has changed.
    pub(crate) fn values_at_first(&self) -> Box<[AtomicU64]> {
        let combinations = self.combinations();
        let first = if self.is_open() || self.read.is_some() { UNTOUCHED } else { 0 };
        let bits = |at| if at < combinations { first } else { 0 };
        (0..self.shared_length()).map(|at| AtomicU64::new(bits(at))).collect()
    }

    /// Puts the values of a gauge where they are not at hand, so that whoever changes one asks first
    /// whose it is. They stay the same.
    #[cfg(feature = "testing")]
    pub(crate) fn set_aside(&self) {
        let values = self.shared().as_ptr().cast_mut();
        self.aside.store(values, Ordering::Release);
        self.shared.store(std::ptr::null_mut(), Ordering::Release);
    }

    /// The values are there, and have not been set aside.
    #[cfg(feature = "testing")]
    #[inline]
    pub(crate) fn is_at_hand(&self) -> bool {
        !self.shared.load(Ordering::Relaxed).is_null()
    }
}

impl fmt::Debug for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Metric({} at {})", self.name, self.location)
    }
}

#[cfg(all(test, not(plimsoll_loom)))]
mod tests {
    use super::*;

    #[test]
    fn who_counts_by_hand_while_init_runs_counts_in_words_and_fine_buckets_or_in_neither() {
        static SIZES: Metric = Metric::histogram("sizes_bytes", "Sizes.", &[10.0]);
        SIZES.refine(3);
        assert!(!SIZES.is_placed());
        SIZES.assign(5);
        assert!(SIZES.is_placed());
        assert_eq!((SIZES.cells(), SIZES.offset(), SIZES.fine()), (5, 5 | FINE, 3));
    }
}
