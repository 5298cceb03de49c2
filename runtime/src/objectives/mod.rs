//! Objectives of marked functions, judged in the process: events, good ones, and how fast the error
//! budget burns.
//!
//! `slo(..)` of a mark promises a share of calls that end well, a share that is in time, or both.
//! `ending` counts what is not to be derived; here the counts are read every ten seconds, at each
//! scrape and whenever somebody asks, and kept long enough to look back over the windows of the
//! multi-window rule. The admin server drives it; without one, whoever scrapes. Nobody here decides
//! what is done about a burning budget.
//!
//! What it knows is this process, since its start. Over all processes of a service it is Prometheus
//! that should judge, from `slo_events_total` and `slo_good_events_total`.

mod burn;
mod history;
mod series;

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use crate::catalog::{self, Catalog, Function};
use crate::metrics::family::Sink;
use crate::record::{self, cell};
pub(crate) use burn::Judged;
use burn::judge;
use history::{Count, History};

#[cfg(feature = "admin")]
pub(crate) use burn::{State, WINDOWS};
pub(crate) use series::FAMILIES;

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Aim {
    /// Calls end `ok`, or in an error that is expected.
    Success,
    /// Those that do take no longer than this.
    Latency { seconds: f64 },
}

impl Aim {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Aim::Success => "success",
            Aim::Latency { .. } => "latency",
        }
    }
}

/// One promise of one function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Goal {
    pub(crate) function: &'static str,
    pub(crate) module: &'static str,
    pub(crate) cells: u32,
    pub(crate) aim: Aim,
    /// The share of events that are to be good, in millionths.
    pub(crate) target: u32,
}

impl Goal {
    /// The promises of a function.
    fn of(function: &Function) -> impl Iterator<Item = Goal> + use<> {
        let Function { function, module, cells, objective, .. } = *function;
        let goal = move |aim, target| Goal { function, module, cells, aim, target };
        let latency = Aim::Latency { seconds: objective.latency_nanos as f64 / 1e9 };
        let success = (objective.success != 0).then(|| goal(Aim::Success, objective.success));
        let in_time = (objective.latency_nanos != 0).then(|| goal(latency, objective.target));
        success.into_iter().chain(in_time)
    }

    /// What has been counted. Shards are read while they are written: what can't be is held down.
    fn count(&self, words: &[u64]) -> Count {
        let at = self.cells as usize;
        let Some(words) = words.get(at..at + cell::WORDS) else { return Count::default() };
        let ended: u64 = words[cell::BUCKETS..cell::ERROR].iter().sum();
        let kept_on = ended.saturating_sub(words[cell::CANCELLED]);
        let failed = words[cell::ERROR].saturating_sub(words[cell::EXPECTED]) + words[cell::PANIC];
        let answered = kept_on.saturating_sub(failed);
        match self.aim {
            Aim::Success => Count { good: answered, total: kept_on },
            Aim::Latency { .. } => {
                Count { good: answered.saturating_sub(words[cell::MISSED]), total: answered }
            }
        }
    }
}

/// The promises of the program, and what became of them.
#[derive(Debug)]
struct Books {
    begun: Instant,
    goals: Vec<Goal>,
    kept: Mutex<Kept>,
}

#[derive(Debug)]
struct Kept {
    history: History,
    /// The counts that were last read, by goal. They never fall: who reads takes that for a restart.
    counts: Vec<Count>,
    /// When that was.
    read: Duration,
    /// Room for the words of all shards.
    words: Vec<u64>,
}

static BOOKS: OnceLock<Books> = OnceLock::new();

/// Begins to look back. Called by `init`, when the catalogue has its places.
pub(crate) fn start() {
    let Some(catalog) = catalog::get() else { return };
    let goals: Vec<Goal> = catalog.functions.iter().flat_map(Goal::of).collect();
    if !goals.is_empty() {
        let _ = BOOKS.set(Books::new(goals));
    }
}

/// Reads the counts, and says when to come again; nothing where nothing is promised.
#[cfg(feature = "admin")]
pub(crate) fn tick() -> Option<Duration> {
    let (books, catalog) = (BOOKS.get()?, catalog::get()?);
    let now = books.begun.elapsed();
    books.read(catalog, now, Duration::ZERO);
    Some(history::until_next(now))
}

/// Hands the families over, with figures of now. Nothing where nothing is promised.
pub(crate) fn visit(sink: &mut dyn Sink) {
    let judged = judged(Duration::ZERO);
    if !judged.is_empty() {
        series::visit(&judged, sink);
    }
}

/// For how long the process has been watched.
#[cfg(feature = "admin")]
pub(crate) fn uptime() -> Duration {
    BOOKS.get().map_or(Duration::ZERO, |books| books.begun.elapsed())
}

/// How all promises stand, by counts that are at most so old; those of a function side by side.
pub(crate) fn judged(oldest: Duration) -> Vec<Judged> {
    let (Some(books), Some(catalog)) = (BOOKS.get(), catalog::get()) else { return Vec::new() };
    books.read(catalog, books.begun.elapsed(), oldest)
}

impl Books {
    fn new(goals: Vec<Goal>) -> Books {
        let kept = Kept {
            history: History::new(goals.len()),
            counts: vec![Count::default(); goals.len()],
            read: Duration::ZERO,
            words: Vec::new(),
        };
        Books { begun: Instant::now(), goals, kept: Mutex::new(kept) }
    }

    fn read(&self, catalog: &Catalog, now: Duration, oldest: Duration) -> Vec<Judged> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if oldest.is_zero() || now.saturating_sub(kept.read) > oldest {
            let mut words = std::mem::take(&mut kept.words);
            record::merge(catalog.cells, &catalog.floats, &mut words);
            self.take(&mut kept, now, &words);
            kept.words = words;
        }
        self.judge(&kept, now)
    }

    /// Takes the counts from the words of all shards.
    fn take(&self, kept: &mut Kept, now: Duration, words: &[u64]) {
        for (known, goal) in kept.counts.iter_mut().zip(&self.goals) {
            let count = goal.count(words);
            known.good = known.good.max(count.good);
            known.total = known.total.max(count.total);
        }
        kept.history.note(now, &kept.counts);
        kept.read = now;
    }

    fn judge(&self, kept: &Kept, now: Duration) -> Vec<Judged> {
        let goals = self.goals.iter().zip(&kept.counts).enumerate();
        goals.map(|(at, (goal, count))| judge(*goal, *count, &kept.history, at, now)).collect()
    }
}

#[cfg(test)]
pub(crate) mod tests;
