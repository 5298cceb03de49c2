//! What a metric has beside its words: the texts of its open labels, the facts of an info, and who
//! is asked for its figures.
//!
//! Made at the first use that needs it, and then for good; all declarations of one name have the same
//! one. No call of a marked function without open labels comes here.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::metric::{Metric, MetricKind, Values};
use super::open::{LONGEST, Table, clean};

/// Gives one figure when it is asked.
pub(crate) type Reader = Arc<dyn Fn() -> f64 + Send + Sync>;

/// What all declarations of one metric share.
pub(crate) struct State {
    /// By label; none for a closed one.
    tables: Box<[Option<Table>]>,
    facts: Mutex<Option<Vec<String>>>,
    readers: Mutex<Vec<(u32, Reader)>>,
    panics: AtomicU64,
}

/// The states of all metrics that have one.
static STATES: Mutex<Vec<(&'static Metric, &'static State)>> = Mutex::new(Vec::new());

impl State {
    /// The state of this metric, or of another declaration of it. `init` refuses declarations that
    /// differ; before it, each has one of its own.
    pub(super) fn of(metric: &'static Metric) -> &'static State {
        let mut states = STATES.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |other: &Metric| {
            other.name == metric.name && other.kind == metric.kind && other.values == metric.values
        };
        if let Some((_, state)) = states.iter().find(|(other, _)| same(other)) {
            return state;
        }
        let state: &'static State = Box::leak(Box::new(State::new(metric)));
        states.push((metric, state));
        state
    }

    fn new(metric: &Metric) -> State {
        let table = |values: &Values| match values {
            Values::Open(cap) if metric.kind != MetricKind::Info => Some(Table::new(*cap)),
            _ => None,
        };
        State {
            tables: metric.values.iter().map(table).collect(),
            facts: Mutex::default(),
            readers: Mutex::default(),
            panics: AtomicU64::new(0),
        }
    }

    /// The texts of an open label.
    pub(crate) fn table(&self, label: usize) -> Option<&Table> {
        self.tables.get(label)?.as_ref()
    }

    /// Replaces the facts of an info.
    pub(crate) fn set_facts(&self, facts: &[impl AsRef<str>]) {
        let cleaned =
            facts.iter().map(|fact| clean(fact.as_ref(), &mut [0; LONGEST]).to_owned()).collect();
        *self.facts.lock().unwrap_or_else(PoisonError::into_inner) = Some(cleaned);
    }

    /// The facts of an info, once they have been set.
    pub(crate) fn facts(&self) -> Option<Vec<String>> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on the figure of this series is asked for.
    pub(crate) fn set_reader(&self, at: u32, reader: Reader) {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        let replaced = match readers.iter_mut().find(|(known, _)| *known == at) {
            Some((_, known)) => Some(std::mem::replace(known, reader)),
            None => {
                readers.push((at, reader));
                None
            }
        };
        // What it holds is dropped by the program's own code, which may want the lock.
        drop(readers);
        drop(replaced);
    }

    /// Who is asked, by series. To be asked once this has returned: no lock is held then.
    pub(crate) fn readers(&self) -> Vec<(u32, Reader)> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether there is anybody to ask.
    pub(crate) fn has_readers(&self) -> bool {
        !self.readers.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Somebody who was asked panicked.
    pub(crate) fn count_panic(&self) {
        self.panics.fetch_add(1, Ordering::Relaxed);
    }

    /// How often that was.
    pub(crate) fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }
}
