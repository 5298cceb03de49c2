//! Lines to an output, from a thread of their own.
//!
//! Whoever logs copies its line onto its thread's own lane and goes on; a disk that is full, a
//! reader that is gone or a pipe that nobody empties costs lines, which are counted, and never time.
//! A thread's lines stay in their order; those of several may be some milliseconds out of it. Knows
//! nothing of JSON. Called by `logs`.

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::lane::{self, Chunk, Lane};
use crate::error::Error;
use crate::report::Flow;
use crate::thread::{self, Waiting};

/// Bytes of lines that wait at most, besides those on the lanes.
const LIMIT: usize = 8 * 1024 * 1024;
/// Bytes that wake the thread before its time.
const MANY: usize = 256 * 1024;
/// Chunks that are kept for their next use.
const KEPT: usize = 1024 * 1024 / lane::FULL;
/// How long lines gather once they have begun to come.
const GATHER: Duration = Duration::from_millis(5);
/// How often the thread looks in vain before it sleeps until it is woken.
const PATIENCE: u32 = 20;
/// The shortest time between two complaints on standard error.
const QUIET: Duration = Duration::from_secs(60);

/// The calling side. Clones share one thread.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
pub(super) struct Shared {
    state: Mutex<State>,
    /// The thread waits until it is woken. Set before it looks at the lanes for the last time, so
    /// that whoever fills one after that sees it.
    asleep: AtomicBool,
    /// There is something for the thread to do.
    work: Condvar,
    /// The thread has written something, or ended.
    done: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Those of the threads that have logged and live.
    lanes: Vec<Arc<Lane>>,
    /// What waits to be written, in this order. Small loads share the last one.
    chunks: Vec<Chunk>,
    /// Bytes in the chunks.
    waiting: usize,
    /// Empty ones.
    spare: Vec<Chunk>,
    /// Lines that were put into the chunks, ever.
    taken: u64,
    /// Those of them that the thread has written or counted as lost.
    settled: u64,
    flow: Flow,
    hurry: bool,
    closed: bool,
    ended: bool,
}

impl Writer {
    /// Makes the thread ready.
    pub(crate) fn prepare(output: Box<dyn Write + Send>) -> Result<Waiting<Writer>, Error> {
        let writer = Writer { shared: Arc::default() };
        let mut thread =
            Thread { shared: Arc::clone(&writer.shared), output, torn: false, complained: None };
        thread::prepare("plimsoll-log", writer, move || thread.run())
    }

    /// Takes a line, or counts it as lost. Never waits for an output.
    #[inline]
    pub(crate) fn push(&self, line: &[u8]) {
        if !lane::push(&self.shared, line) {
            self.shared.push(line);
        } else if self.shared.asleep.load(Ordering::Relaxed) {
            self.shared.wake(&mut self.shared.lock());
        }
    }

    /// Asks the thread to write what waits without delay. Does not wait for it.
    pub(crate) fn hurry(&self) {
        let mut state = self.shared.lock();
        if !state.hurry {
            state.hurry = true;
            self.shared.wake(&mut state);
        }
    }

    /// Waits until everything pushed so far is written or lost; false when the time is over.
    pub(crate) fn flush(&self, deadline: Instant) -> bool {
        let mut state = self.shared.lock();
        state.gather();
        let wanted = state.taken;
        state.hurry = true;
        self.shared.wake(&mut state);
        while state.settled < wanted && !state.ended {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let waited = self.shared.done.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Writes what waits, until the deadline, and ends the thread. The account is final.
    pub(crate) fn shutdown(&self, deadline: Instant) -> Flow {
        self.shared.lock().close();
        self.flush(deadline);
        let mut state = self.shared.lock();
        let left = state.taken - state.settled;
        state.flow.lose("deadline", left);
        state.settled = state.taken;
        state.chunks = Vec::new();
        state.spare = Vec::new();
        state.waiting = 0;
        state.ended = true;
        self.shared.wake(&mut state);
        state.flow.clone()
    }

    /// Threads that have a lane.
    #[cfg(test)]
    pub(super) fn lanes(&self) -> usize {
        self.shared.lock().lanes.len()
    }

    /// The memory of lines that wait, and of what is kept for the next ones.
    pub(crate) fn held(&self) -> usize {
        let state = self.shared.lock();
        let chunks = state.chunks.iter().chain(&state.spare);
        let lanes = state.lanes.iter().map(|lane| lane.bytes());
        chunks.map(|chunk| chunk.bytes.capacity()).sum::<usize>() + lanes.sum::<usize>()
    }

    /// The account so far.
    pub(crate) fn flow(&self) -> Flow {
        let mut state = self.shared.lock();
        state.gather();
        state.flow.clone()
    }
}

impl Shared {
    /// Takes a line past the lanes.
    #[cold]
    fn push(&self, line: &[u8]) {
        let mut state = self.lock();
        let before = state.waiting;
        state.take(line, 1);
        self.wake_for(&mut state, before);
    }

    /// A lane for the calling thread; none once the writer is closed.
    pub(super) fn attach(&self) -> Option<Arc<Lane>> {
        let mut state = self.lock();
        if state.closed {
            return None;
        }
        let lane = Arc::new(Lane::default());
        state.lanes.push(Arc::clone(&lane));
        Some(lane)
    }

    /// Takes what is on a lane that is full, and then a line that has no room on any lane.
    #[cold]
    pub(super) fn unload(&self, lane: &Lane, line: &[u8]) {
        let mut state = self.lock();
        let before = state.waiting;
        let spare = state.spare.pop().unwrap_or_default();
        let chunk = lane.swap(spare);
        state.take_chunk(chunk);
        if !line.is_empty() {
            state.take(line, 1);
        }
        self.wake_for(&mut state, before);
    }

    /// Takes the lane of a thread that ends out of the list.
    pub(super) fn detach(&self, lane: &Arc<Lane>) {
        let mut state = self.lock();
        let before = state.waiting;
        lane.take(|lines, count| state.take(lines, count));
        state.lanes.retain(|known| !Arc::ptr_eq(known, lane));
        self.wake_for(&mut state, before);
    }

    /// Wakes the thread when it sleeps, or when there is much for it to do.
    fn wake_for(&self, state: &mut State, before: usize) {
        let many = before < MANY && state.waiting >= MANY;
        if many || self.asleep.load(Ordering::Relaxed) {
            self.wake(state);
        }
    }

    fn wake(&self, _: &mut State) {
        self.asleep.store(false, Ordering::Relaxed);
        self.work.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change of the state is whole before anything could panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// True when there is room for lines; otherwise they are counted as lost.
    fn admits(&mut self, bytes: usize, lines: u64) -> bool {
        self.flow.made += lines;
        let reason = if self.closed {
            "after_shutdown"
        } else if self.waiting + bytes > LIMIT {
            "queue_full"
        } else {
            self.waiting += bytes;
            self.taken += lines;
            return true;
        };
        self.flow.lose(reason, lines);
        false
    }

    /// Takes a copy of some lines.
    fn take(&mut self, bytes: &[u8], lines: u64) {
        if !self.admits(bytes.len(), lines) {
            return;
        }
        let room = |last: &&mut Chunk| last.bytes.len() + bytes.len() <= lane::FULL;
        if self.chunks.last_mut().filter(room).is_none() {
            self.chunks.push(self.spare.pop().unwrap_or_default());
        }
        if let Some(last) = self.chunks.last_mut() {
            last.bytes.extend_from_slice(bytes);
            last.lines += lines;
        }
    }

    /// Takes lines as they are.
    fn take_chunk(&mut self, chunk: Chunk) {
        if chunk.lines > 0 && self.admits(chunk.bytes.len(), chunk.lines) {
            self.chunks.push(chunk);
        } else {
            self.keep(chunk);
        }
    }

    /// Keeps a chunk for its next use.
    fn keep(&mut self, mut chunk: Chunk) {
        // One that held a huge line is not worth it.
        if self.spare.len() < KEPT && chunk.bytes.capacity() <= 2 * lane::FULL {
            chunk.bytes.clear();
            chunk.lines = 0;
            self.spare.push(chunk);
        }
    }

    /// Takes what is on the lanes.
    fn gather(&mut self) {
        let lanes = std::mem::take(&mut self.lanes);
        for lane in &lanes {
            lane.take(|lines, count| self.take(lines, count));
        }
        self.lanes = lanes;
    }

    /// Takes what is on the lanes for the last time. Later lines come to `Shared::push`.
    fn close(&mut self) {
        for lane in &self.lanes {
            lane.close();
        }
        self.gather();
        self.closed = true;
    }
}

/// The writing side.
struct Thread {
    shared: Arc<Shared>,
    output: Box<dyn Write + Send>,
    /// The last write stopped within a line.
    torn: bool,
    complained: Option<Instant>,
}

impl Thread {
    fn run(&mut self) {
        let mut batch = Vec::new();
        while self.take(&mut batch) {
            for chunk in batch.drain(..) {
                let result = self.write(&chunk.bytes);
                let written = match &result {
                    Ok(()) => chunk.lines,
                    Err((at, _)) => count(chunk.bytes.get(..*at).unwrap_or_default()),
                };
                let mut state = self.shared.lock();
                if state.ended {
                    // Too late: the account is closed, with these lines among the lost.
                    return;
                }
                state.settled += chunk.lines;
                state.flow.exported += written;
                state.flow.lose("write_failed", chunk.lines - written);
                state.keep(chunk);
                drop(state);
                self.shared.done.notify_all();
                if let Err((_, error)) = result {
                    self.complain(&error);
                }
            }
        }
    }

    /// Takes all lines that wait, after some time for more to come; false when it is over.
    fn take(&self, batch: &mut Vec<Chunk>) -> bool {
        let mut state = self.shared.lock();
        let mut looked = 0;
        loop {
            if state.ended {
                return false;
            }
            state.gather();
            let ripe = looked > 0 || state.hurry || state.closed || state.waiting >= MANY;
            if state.waiting > 0 && ripe {
                state.hurry = false;
                state.waiting = 0;
                std::mem::swap(&mut state.chunks, batch);
                return true;
            }
            state.hurry = false;
            if looked < PATIENCE {
                looked += 1;
                let waited = self.shared.work.wait_timeout(state, GATHER);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            looked = 0;
            self.shared.asleep.store(true, Ordering::Relaxed);
            state.gather();
            if state.waiting == 0 {
                state = self.shared.work.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            self.shared.asleep.store(false, Ordering::Relaxed);
        }
    }

    /// Writes a batch; on failure, says how many of its bytes were written before.
    fn write(&mut self, batch: &[u8]) -> Result<(), (usize, io::Error)> {
        if self.torn {
            // Ends what is left of a line, so that the next one is whole.
            self.put(b"\n").map_err(|(_, error)| (0, error))?;
            self.torn = false;
        }
        let result = self.put(batch);
        if let Err((at, _)) = &result {
            self.torn = *at > 0 && batch.get(at - 1) != Some(&b'\n');
        }
        result
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), (usize, io::Error)> {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            // An output may be the caller's own code.
            let step = catch_unwind(AssertUnwindSafe(|| self.output.write(rest)));
            match step.unwrap_or_else(|_| Err(io::Error::other("the output panicked"))) {
                Ok(0) => return Err((at, io::ErrorKind::WriteZero.into())),
                Ok(length) => at += length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if self.shared.lock().ended {
                        return Err((at, error));
                    }
                    std::thread::sleep(GATHER);
                }
                Err(error) => return Err((at, error)),
            }
        }
        let flushed = catch_unwind(AssertUnwindSafe(|| self.output.flush()));
        flushed.unwrap_or(Ok(())).map_err(|error| (at, error))
    }

    fn complain(&mut self, error: &io::Error) {
        if self.complained.is_some_and(|at| at.elapsed() < QUIET) {
            return;
        }
        self.complained = Some(Instant::now());
        let lost = self.shared.lock().flow.lost_total();
        // Nobody is left to tell when this fails as well.
        let _ = writeln!(
            io::stderr(),
            "plimsoll: log lines can't be written ({error}); {lost} lost so far"
        );
    }
}

fn count(lines: &[u8]) -> u64 {
    lines.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// Standard output without the standard library's buffer and lock, which `println!` may hold.
#[cfg(unix)]
pub(super) fn standard_output() -> Box<dyn Write + Send> {
    use std::os::fd::AsFd;
    match io::stdout().as_fd().try_clone_to_owned() {
        Ok(descriptor) => Box::new(std::fs::File::from(descriptor)),
        Err(error) => Box::new(Closed(error.kind())),
    }
}

#[cfg(not(unix))]
pub(super) fn standard_output() -> Box<dyn Write + Send> {
    Box::new(io::stdout())
}

/// An output that is not there: each line is counted as lost.
#[cfg(unix)]
struct Closed(io::ErrorKind);

#[cfg(unix)]
impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
