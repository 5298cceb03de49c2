//! The threads that call: the measured one, and in some cases a second beside it.
//!
//! Both start a burst together, each on its own core, and time their own calls. Used by `child`.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Instant;

use crate::cases::Made;
use crate::pin::{Core, pin};

/// Makes calls on one thread or two, and keeps count.
pub(crate) struct Caller {
    calls: fn(u64),
    made: Made,
    beside: Option<Arc<Gate>>,
}

/// Where two threads meet before and after a burst.
struct Gate {
    open: Barrier,
    calls: AtomicU64,
    arrived: AtomicU64,
    nanos: AtomicU64,
    done: Barrier,
}

impl Caller {
    pub(crate) fn new(calls: fn(u64), threads: usize) -> io::Result<Self> {
        let beside = if threads > 1 { Some(second(calls)?) } else { None };
        Ok(Self { calls, made: Made::default(), beside })
    }

    /// Calls made so far, by all threads.
    pub(crate) fn made(&self) -> Made {
        self.made
    }

    /// So many calls on every thread; returns the nanoseconds a thread took, on average.
    pub(crate) fn burst(&mut self, calls: u64) -> u64 {
        let Some(gate) = &self.beside else {
            self.made.add(calls);
            return timed(self.calls, calls);
        };
        self.made.add(calls);
        self.made.add(calls);
        gate.calls.store(calls, Ordering::Relaxed);
        gate.open.wait();
        gate.together();
        let own = timed(self.calls, calls);
        gate.done.wait();
        (own + gate.nanos.load(Ordering::Relaxed)) / 2
    }

    /// So many calls on the measured thread alone, not timed.
    pub(crate) fn alone(&mut self, calls: u64) {
        self.made.add(calls);
        (self.calls)(calls);
    }
}

/// Starts the thread beside the measured one. It waits at the gate until the process ends.
fn second(calls: fn(u64)) -> io::Result<Arc<Gate>> {
    let gate = Arc::new(Gate {
        open: Barrier::new(2),
        calls: AtomicU64::new(0),
        arrived: AtomicU64::new(0),
        nanos: AtomicU64::new(0),
        done: Barrier::new(2),
    });
    let own = Arc::clone(&gate);
    thread::Builder::new().name("beside".into()).spawn(move || {
        pin(Core::Second);
        loop {
            own.open.wait();
            let count = own.calls.load(Ordering::Relaxed);
            own.together();
            own.nanos.store(timed(calls, count), Ordering::Relaxed);
            own.done.wait();
        }
    })?;
    Ok(gate)
}

impl Gate {
    /// Spins until both threads are here: waking from a barrier takes longer than many calls.
    fn together(&self) {
        let turn = self.arrived.fetch_add(1, Ordering::AcqRel) / 2;
        while self.arrived.load(Ordering::Acquire) < 2 * turn + 2 {
            std::hint::spin_loop();
        }
    }
}

fn timed(calls: fn(u64), count: u64) -> u64 {
    let start = Instant::now();
    calls(count);
    u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
