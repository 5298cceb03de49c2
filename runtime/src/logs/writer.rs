//! Finished lines, on their way to standard output on a thread of their own.
//!
//! Whoever logs copies its line into a bounded buffer and goes on; a disk that is full, a reader
//! that is gone or a pipe that nobody empties costs lines, which are counted, and never time.
//! Knows nothing of JSON. Called by `logs`.

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::report::Flow;
use crate::thread::{self, Waiting};

/// Bytes of lines that wait at most.
const LIMIT: usize = 8 * 1024 * 1024;
/// Bytes that wake the thread before its time.
const MANY: usize = 64 * 1024;
/// Memory that a buffer keeps for its next use.
const KEPT: usize = 256 * 1024;
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
struct Shared {
    state: Mutex<State>,
    /// There is something for the thread to do.
    work: Condvar,
    /// The thread has written something, or ended.
    done: Condvar,
}

#[derive(Debug, Default)]
struct State {
    buffer: Vec<u8>,
    /// Lines that were put into the buffer, ever.
    taken: u64,
    /// Those of them that the thread has written or counted as lost.
    settled: u64,
    flow: Flow,
    asleep: bool,
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
    pub(crate) fn push(&self, line: &[u8]) {
        let mut state = self.shared.lock();
        state.flow.made += 1;
        if state.closed {
            state.flow.lose("after_shutdown", 1);
            return;
        }
        let before = state.buffer.len();
        if before + line.len() > LIMIT {
            state.flow.lose("queue_full", 1);
            return;
        }
        state.buffer.extend_from_slice(line);
        state.taken += 1;
        let wake = state.asleep || (before < MANY && before + line.len() >= MANY);
        state.asleep = false;
        drop(state);
        if wake {
            self.shared.work.notify_one();
        }
    }

    /// Waits until everything pushed so far is written or lost; false when the time is over.
    pub(crate) fn flush(&self, deadline: Instant) -> bool {
        let mut state = self.shared.lock();
        let wanted = state.taken;
        state.hurry = true;
        self.shared.work.notify_one();
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
        self.shared.lock().closed = true;
        self.flush(deadline);
        let mut state = self.shared.lock();
        let left = state.taken - state.settled;
        state.flow.lose("deadline", left);
        state.settled = state.taken;
        state.buffer = Vec::new();
        state.ended = true;
        self.shared.work.notify_one();
        state.flow.clone()
    }

    /// The account so far.
    pub(crate) fn flow(&self) -> Flow {
        self.shared.lock().flow.clone()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change of the state is whole before anything could panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
            let lines = count(&batch);
            let result = self.write(&batch);
            let written = match &result {
                Ok(()) => lines,
                Err((at, _)) => count(batch.get(..*at).unwrap_or_default()),
            };
            batch.clear();
            batch.shrink_to(KEPT);
            let mut state = self.shared.lock();
            if state.ended {
                // Too late: the account is closed, with these lines among the lost.
                return;
            }
            state.settled += lines;
            state.flow.exported += written;
            state.flow.lose("write_failed", lines - written);
            drop(state);
            self.shared.done.notify_all();
            if let Err((_, error)) = result {
                self.complain(&error);
            }
        }
    }

    /// Takes all lines that wait, after some time for more to come; false when it is over.
    fn take(&self, batch: &mut Vec<u8>) -> bool {
        let mut state = self.shared.lock();
        let mut looked = 0;
        loop {
            if state.ended {
                return false;
            }
            let ripe = looked > 0 || state.hurry || state.closed || state.buffer.len() >= MANY;
            if !state.buffer.is_empty() && ripe {
                state.hurry = false;
                std::mem::swap(&mut state.buffer, batch);
                return true;
            }
            state = if looked < PATIENCE {
                looked += 1;
                let waited = self.shared.work.wait_timeout(state, GATHER);
                waited.unwrap_or_else(PoisonError::into_inner).0
            } else {
                state.asleep = true;
                looked = 0;
                self.shared.work.wait(state).unwrap_or_else(PoisonError::into_inner)
            };
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
