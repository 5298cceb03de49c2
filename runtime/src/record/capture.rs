//! What a test records apart from all others: in shards of its own, with gauges of its own.
//!
//! A thread in a capture has no shard at hand: every call takes the slow way then, which asks here,
//! and programs that are not under test pay nothing. A call is counted as a whole where it began,
//! whatever its thread is in when it ends. A capture lives as long as anybody may still record into
//! it; then its shards are cleared, and used again. Called by `testing`; the hooks are in `local`,
//! `guard`, `ending` and `context`.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::ptr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};

use super::cell;
use super::finished::Finished;
use super::local;
use super::native::Exponential;
use super::shard::{self, Shard, Shards};
use super::sync::{AtomicU64, StaticU64};
use crate::model::Metric;

/// The captures that somebody may record into, by number.
static LIVE: Mutex<Live> = Mutex::new(Live { last: 0, captures: Vec::new() });
/// Clean shards of captures that are gone.
static CLEAN: Mutex<Vec<&'static Shard>> = Mutex::new(Vec::new());

struct Live {
    last: u16,
    captures: Vec<(u16, Weak<Capture>)>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What these mutexes guard is whole after every step.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Shards and gauges of one test.
pub(crate) struct Capture {
    /// Not 0. A call remembers it, and so does a `Context`: they may outlive the capture.
    number: u16,
    shards: Shards,
    /// By the address of the process's values. Of a gauge that was never changed there is nothing.
    gauges: Mutex<HashMap<usize, Box<[StaticU64]>>>,
    finished: Mutex<Vec<Finished>>,
    /// Spans that `finished` had no room for.
    crowded: AtomicU64,
}

/// Spans that a capture keeps: some tens of megabytes.
const MOST: usize = 100_000;

impl fmt::Debug for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Capture({})", self.number)
    }
}

impl Capture {
    /// A capture in which there is nothing yet. The catalogue has its places.
    pub(crate) fn new() -> Arc<Capture> {
        let shards = Shards::default();
        let (words, fine) = shard::process_size();
        shards.size(words, fine);
        let mut live = lock(&LIVE);
        loop {
            live.last = live.last.checked_add(1).unwrap_or(1);
            let number = live.last;
            // Numbers come again after 65535 captures.
            if live.captures.iter().all(|(taken, _)| *taken != number) {
                let capture = Arc::new(Capture {
                    number,
                    shards,
                    gauges: Mutex::default(),
                    finished: Mutex::default(),
                    crowded: AtomicU64::new(0),
                });
                live.captures.push((number, Arc::downgrade(&capture)));
                return capture;
            }
        }
    }

    /// The capture with this number, or one that nobody reads.
    fn find(number: u16) -> Arc<Capture> {
        let found = {
            let live = lock(&LIVE);
            let known = live.captures.iter().find(|(known, _)| *known == number);
            known.and_then(|(_, capture)| capture.upgrade())
        };
        found.unwrap_or_else(Capture::new)
    }

    /// A shard of this capture that nobody writes now.
    fn take(&self) -> &'static Shard {
        self.shards.acquire_or(|| lock(&CLEAN).pop())
    }

    /// Runs something on the values of a gauge in this capture.
    fn gauge<R>(&self, metric: &Metric, with: impl FnOnce(&[StaticU64]) -> R) -> R {
        let shared = metric.shared();
        let mut gauges = lock(&self.gauges);
        with(gauges.entry(shared.as_ptr().addr()).or_insert_with(|| metric.values_at_first()))
    }

    /// As [`merge`](super::merge), over this capture alone.
    pub(crate) fn merge(&self, cells: usize, is_float: &[bool], sums: &mut Vec<u64>) {
        self.shards.merge(cells, is_float, sums);
    }

    /// As [`error_types`](super::error_types), over this capture alone.
    pub(crate) fn error_types(&self) -> Vec<(u32, &'static str, u64)> {
        self.shards.error_types()
    }

    /// As [`fine_of`](super::fine_of), over this capture alone.
    pub(crate) fn fine_of(&self, series: usize) -> Exponential {
        self.shards.fine_of(series)
    }

    /// The finished spans so far, and how many were lost.
    pub(crate) fn finished(&self) -> (Vec<Finished>, u64) {
        let mut finished = lock(&self.finished);
        self.drain(&mut finished);
        let lost = self.shards.counts().lost() + self.crowded.load(Ordering::Relaxed);
        (finished.clone(), lost)
    }

    /// Takes spans out of the rings. Whoever holds the list is the only one who does.
    fn drain(&self, finished: &mut Vec<Finished>) {
        self.shards.drain(&mut |chunk| {
            let room = MOST.saturating_sub(finished.len());
            finished.extend(chunk.spans().take(room).map(|span| Finished::new(chunk, &span)));
            cell::add(&self.crowded, chunk.len().saturating_sub(room) as u64);
        });
    }

    /// Runs something with the gauges and the fine buckets of this capture as those that are read.
    pub(crate) fn while_read<R>(self: &Arc<Self>, read: impl FnOnce() -> R) -> R {
        local::captures(|stack| stack.read.replace(Some(Arc::clone(self))));
        let result = read();
        local::captures(|stack| stack.read.take());
        result
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        lock(&LIVE).captures.retain(|(number, _)| *number != self.number);
        let shards = self.shards.dissolve();
        for shard in &shards {
            // SAFETY: who writes into a shard of a capture, or reads it, holds the capture.
            unsafe { shard.clear() };
        }
        lock(&CLEAN).extend(shards);
    }
}

/// What a thread is in: captures, the last one counts.
pub(super) struct Stack {
    levels: RefCell<Vec<Level>>,
    /// The number of the last level that was entered.
    last: Cell<u64>,
    /// The thread's shard of the process, while it is in a capture; null when it has none yet.
    pub(super) own: Cell<*const Shard>,
    /// The capture that is read, in place of the process.
    read: RefCell<Option<Arc<Capture>>>,
}

/// A thread in a capture, and where it writes.
struct Level {
    id: u64,
    capture: Arc<Capture>,
    shard: &'static Shard,
}

impl Drop for Level {
    fn drop(&mut self) {
        self.capture.shards.release(self.shard);
    }
}

impl Stack {
    pub(super) const fn new() -> Stack {
        Stack {
            levels: RefCell::new(Vec::new()),
            last: Cell::new(0),
            own: Cell::new(ptr::null()),
            read: RefCell::new(None),
        }
    }

    /// Looks at the last level.
    fn last<R>(&self, look: impl FnOnce(&Level) -> R) -> Option<R> {
        self.levels.try_borrow().ok()?.last().map(look)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.levels.try_borrow().is_ok_and(|levels| levels.is_empty())
    }

    /// The thread ends: it is in no capture any more.
    pub(super) fn leave_all(&self) {
        if let Ok(mut levels) = self.levels.try_borrow_mut() {
            levels.clear();
        }
    }
}

/// The capture that this thread is in: its number, and the shard to write into.
pub(super) fn here() -> Option<(u16, &'static Shard)> {
    local::captures(|stack| stack.last(|level| (level.capture.number, level.shard))).flatten()
}

/// The number of the capture that this thread is in; 0 for none.
pub(crate) fn number() -> u16 {
    here().map_or(0, |(number, _)| number)
}

/// The capture that this thread is in.
pub(crate) fn current() -> Option<Arc<Capture>> {
    local::captures(|stack| stack.last(|level| Arc::clone(&level.capture))).flatten()
}

/// The capture with this number, or one that nobody reads; nothing for 0.
pub(crate) fn by_number(number: u16) -> Option<Arc<Capture>> {
    (number != 0).then(|| Capture::find(number))
}

/// Runs the end of a call that began in the capture with this number, with a shard of that.
pub(super) fn end_in<R>(number: u16, end: impl FnOnce(&Shard) -> R) -> R {
    match here() {
        Some((here, shard)) if here == number => {
            let result = end(shard);
            if shard.is_filling() {
                if let Some(capture) = current() {
                    capture.drain(&mut lock(&capture.finished));
                }
            }
            result
        }
        _ => {
            let capture = Capture::find(number);
            let shard = capture.take();
            let result = end(shard);
            capture.shards.release(shard);
            result
        }
    }
}

/// The time during which a thread records into a capture; made by
/// [`Handle::attach`](crate::testing::Handle::attach).
#[must_use = "the thread leaves the capture when this is dropped"]
pub struct Attached {
    id: u64,
    /// It ends on the thread on which it began.
    thread: PhantomData<*const ()>,
}

impl Attached {
    pub(crate) fn new(capture: &Arc<Capture>) -> Attached {
        let id = local::captures(|stack| {
            let mut levels = stack.levels.try_borrow_mut().ok()?;
            let id = stack.last.get() + 1;
            stack.last.set(id);
            let level = Level { id, capture: Arc::clone(capture), shard: capture.take() };
            if levels.is_empty() {
                stack.own.set(local::with(local::Local::hide));
            }
            levels.push(level);
            Some(id)
        });
        // 0 is no level: the thread ends, and what it calls counts with all such threads.
        Attached { id: id.flatten().unwrap_or(0), thread: PhantomData }
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        let level = local::captures(|stack| {
            let mut levels = stack.levels.try_borrow_mut().ok()?;
            // Not always the last: guards may be dropped in any order.
            let at = levels.iter().rposition(|level| level.id == self.id)?;
            let level = levels.remove(at);
            if levels.is_empty() {
                local::with(|local| local.show(stack.own.replace(ptr::null())));
            }
            Some(level)
        });
        drop(level.flatten());
    }
}

impl fmt::Debug for Attached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attached")
    }
}

/// A future that records into a capture, whatever thread polls it; made by
/// [`Capture::wrap`](crate::testing::Capture::wrap).
#[must_use = "futures do nothing unless polled"]
pub struct Wrapped<F> {
    /// `None`: into what its threads are in.
    capture: Option<Arc<Capture>>,
    /// Pinned with the whole; dropped in `drop`, inside the capture.
    future: ManuallyDrop<F>,
}

impl<F> Wrapped<F> {
    pub(crate) fn new(capture: Option<Arc<Capture>>, future: F) -> Wrapped<F> {
        Wrapped { capture, future: ManuallyDrop::new(future) }
    }
}

impl<F: Future> Future for Wrapped<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: `future` is pinned with us: it is never moved out, only dropped in place.
        let this = unsafe { self.get_unchecked_mut() };
        let _in = this.capture.as_ref().map(Attached::new);
        // SAFETY: as above.
        unsafe { Pin::new_unchecked(&mut *this.future) }.poll(context)
    }
}

impl<F> fmt::Debug for Wrapped<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wrapped")
    }
}

impl<F> Drop for Wrapped<F> {
    fn drop(&mut self) {
        let _in = self.capture.as_ref().map(Attached::new);
        // SAFETY: it is dropped here and nowhere else, in place.
        unsafe { ManuallyDrop::drop(&mut self.future) };
    }
}

/// The capture that is read on this thread, if it is not the process.
pub(crate) fn read() -> Option<Arc<Capture>> {
    local::captures(|stack| stack.read.try_borrow().ok()?.clone()).flatten()
}

/// Changes a gauge of which `Metric` has no values at hand: in the capture that this thread is in,
/// or in the one with this number, or for the whole process.
pub(crate) fn change_gauge(
    metric: &Metric,
    at: u32,
    number: Option<u16>,
    change: impl FnOnce(&StaticU64),
) {
    let change = |values: &[StaticU64]| {
        if let Some(word) = values.get(at as usize) {
            change(word);
        }
    };
    match number.map_or_else(current, by_number) {
        Some(capture) => capture.gauge(metric, change),
        None => change(metric.shared()),
    }
}

/// The value of a gauge as whoever reads on this thread sees it: of the capture that is read, or of
/// the process.
pub(super) fn read_gauge(metric: &Metric, at: usize) -> Option<u64> {
    let value = |values: &[StaticU64]| values.get(at).map(|word| word.load(Ordering::Relaxed));
    match read() {
        Some(capture) => capture.gauge(metric, value),
        None => value(metric.shared()),
    }
}
