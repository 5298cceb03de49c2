//! What the program's Tokio runtimes do: workers, tasks, queues, and time that workers were busy.
//!
//! `init` watches the runtime that it is called on; others by `Telemetry::watch_runtime`. Read from
//! Tokio's own counters, when a page is made; plimsoll's own runtimes are not among them. With
//! `--cfg tokio_unstable` there is more.

use std::sync::{Mutex, PoisonError};

use tokio::runtime::{Handle, RuntimeMetrics};

use super::{counter, gauge, many};
use crate::metrics::family::{Head, Number, Sink};

const WORKERS: Head<'static> = gauge("tokio_workers", "", "Worker threads of the runtime.");
const TASKS: Head<'static> =
    gauge("tokio_alive_tasks", "", "Tasks that were spawned and have not ended.");
const QUEUE: Head<'static> = gauge(
    "tokio_global_queue_depth",
    "",
    "Tasks that are ready and wait in the queue of all workers.",
);
#[cfg(target_has_atomic = "64")]
const BUSY: Head<'static> = counter(
    "tokio_worker_busy_seconds_total",
    "seconds",
    "How long the worker was not parked: it polled tasks, or looked for some.",
);
#[cfg(target_has_atomic = "64")]
const PARKS: Head<'static> =
    counter("tokio_worker_parks_total", "", "How often the worker had nothing to do, and slept.");

/// The families.
#[cfg(all(target_has_atomic = "64", not(tokio_unstable)))]
pub(super) const FAMILIES: &[Head<'static>] = &[WORKERS, TASKS, QUEUE, BUSY, PARKS];
#[cfg(not(target_has_atomic = "64"))]
pub(super) const FAMILIES: &[Head<'static>] = &[WORKERS, TASKS, QUEUE];
#[cfg(all(target_has_atomic = "64", tokio_unstable))]
pub(super) const FAMILIES: &[Head<'static>] = &[
    WORKERS,
    TASKS,
    QUEUE,
    BUSY,
    PARKS,
    unstable::BLOCKING_THREADS,
    unstable::BLOCKING_QUEUE,
    unstable::SPAWNED,
    unstable::YIELDS,
    unstable::REMOTE,
    unstable::POLLS,
    unstable::STEALS,
    unstable::OVERFLOWS,
    unstable::LOCAL_QUEUE,
];

/// Runtimes that are watched at once.
const MOST: usize = 16;
/// Workers of one runtime that have series of their own; the others are counted together.
const MOST_WORKERS: usize = 64;
/// Bytes of a name.
const LONGEST: usize = 64;

static RUNTIMES: Mutex<Vec<(String, Handle)>> = Mutex::new(Vec::new());

/// Watches a runtime from now on, in place of another of this name. False when there are too many.
pub(crate) fn watch(name: &str, handle: Handle) -> bool {
    let name: String = name.chars().take(LONGEST).collect();
    let mut runtimes = RUNTIMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, known)) = runtimes.iter_mut().find(|(known, _)| *known == name) {
        *known = handle;
    } else if runtimes.len() < MOST {
        runtimes.push((name, handle));
    } else {
        return false;
    }
    true
}

/// Watches the runtime that this is called on, if it is one.
pub(crate) fn watch_current() {
    if let Ok(handle) = Handle::try_current() {
        watch("main", handle);
    }
}

pub(super) fn visit(sink: &mut dyn Sink) {
    let runtimes: Vec<(String, RuntimeMetrics)> = {
        let runtimes = RUNTIMES.lock().unwrap_or_else(PoisonError::into_inner);
        runtimes.iter().map(|(name, handle)| (name.clone(), handle.metrics())).collect()
    };
    let all = All(&runtimes);
    all.each(sink, &WORKERS, |it| it.num_workers() as u64);
    all.each(sink, &TASKS, |it| it.num_alive_tasks() as u64);
    all.each(sink, &QUEUE, |it| it.global_queue_depth() as u64);
    #[cfg(target_has_atomic = "64")]
    {
        all.each_worker(sink, &BUSY, 0.0, |it, worker| {
            it.worker_total_busy_duration(worker).as_secs_f64()
        });
        all.each_worker(sink, &PARKS, 0, |it, worker| it.worker_park_count(worker));
        #[cfg(tokio_unstable)]
        unstable::visit(&all, sink);
    }
}

/// The runtimes, by name.
struct All<'a>(&'a [(String, RuntimeMetrics)]);

impl All<'_> {
    fn each(&self, sink: &mut dyn Sink, head: &Head<'_>, read: impl Fn(&RuntimeMetrics) -> u64) {
        let rows = self.0.iter().map(|(name, runtime)| {
            ([("runtime", name.as_str())], Some(Number::Integer(read(runtime))))
        });
        many(sink, head, rows);
    }

    fn each_worker<T>(
        &self,
        sink: &mut dyn Sink,
        head: &Head<'_>,
        zero: T,
        read: impl Fn(&RuntimeMetrics, usize) -> T,
    ) where
        T: Copy + std::ops::Add<Output = T> + Into<Counted>,
    {
        let mut figures: Vec<(&str, String, Number)> = Vec::new();
        for (name, runtime) in self.0 {
            let workers = runtime.num_workers();
            let mut add = |worker: String, value: T| {
                figures.push((name.as_str(), worker, value.into().0));
            };
            for worker in 0..workers.min(MOST_WORKERS) {
                add(worker.to_string(), read(runtime, worker));
            }
            if workers > MOST_WORKERS {
                let others = MOST_WORKERS..workers;
                let sum = others.map(|worker| read(runtime, worker)).fold(zero, |a, b| a + b);
                add("_OTHER".to_owned(), sum);
            }
        }
        let rows = figures.iter().map(|(name, worker, value)| {
            ([("runtime", *name), ("worker", worker.as_str())], Some(*value))
        });
        many(sink, head, rows);
    }
}

/// A number that can be added up and shown.
struct Counted(Number);

impl From<u64> for Counted {
    fn from(value: u64) -> Counted {
        Counted(Number::Integer(value))
    }
}

impl From<f64> for Counted {
    fn from(value: f64) -> Counted {
        Counted(Number::Float(value))
    }
}

/// What Tokio may change in any version.
#[cfg(all(target_has_atomic = "64", tokio_unstable))]
mod unstable {
    use super::{All, Head, Sink, counter, gauge};

    pub(super) const BLOCKING_THREADS: Head<'static> =
        gauge("tokio_blocking_threads", "", "Threads for work that blocks, idle ones included.");
    pub(super) const BLOCKING_QUEUE: Head<'static> =
        gauge("tokio_blocking_queue_depth", "", "Work that blocks and waits for a thread.");
    pub(super) const SPAWNED: Head<'static> =
        counter("tokio_spawned_tasks_total", "", "Tasks that were spawned.");
    pub(super) const YIELDS: Head<'static> = counter(
        "tokio_budget_forced_yields_total",
        "",
        "How often a task had used up its budget and had to give way.",
    );
    pub(super) const REMOTE: Head<'static> = counter(
        "tokio_remote_schedules_total",
        "",
        "Tasks that were made ready from outside of the runtime's workers.",
    );
    pub(super) const POLLS: Head<'static> =
        counter("tokio_worker_polls_total", "", "How often the worker polled a task.");
    pub(super) const STEALS: Head<'static> =
        counter("tokio_worker_steals_total", "", "Tasks that the worker took from others.");
    pub(super) const OVERFLOWS: Head<'static> =
        counter("tokio_worker_overflows_total", "", "How often the worker's own queue was full.");
    pub(super) const LOCAL_QUEUE: Head<'static> =
        gauge("tokio_worker_local_queue_depth", "", "Tasks that wait in the worker's own queue.");

    pub(super) fn visit(all: &All<'_>, sink: &mut dyn Sink) {
        all.each(sink, &BLOCKING_THREADS, |it| it.num_blocking_threads() as u64);
        all.each(sink, &BLOCKING_QUEUE, |it| it.blocking_queue_depth() as u64);
        all.each(sink, &SPAWNED, |it| it.spawned_tasks_count());
        all.each(sink, &YIELDS, |it| it.budget_forced_yield_count());
        all.each(sink, &REMOTE, |it| it.remote_schedule_count());
        all.each_worker(sink, &POLLS, 0, |it, worker| it.worker_poll_count(worker));
        all.each_worker(sink, &STEALS, 0, |it, worker| it.worker_steal_count(worker));
        all.each_worker(sink, &OVERFLOWS, 0, |it, worker| it.worker_overflow_count(worker));
        all.each_worker(sink, &LOCAL_QUEUE, 0, |it, worker| {
            it.worker_local_queue_depth(worker) as u64
        });
    }
}
