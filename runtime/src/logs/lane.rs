//! The lines of one thread, until the writer takes them.
//!
//! Each thread has a lane of its own, with a lock that nobody else wants but the writer's thread,
//! now and then and for a moment. A lane that is full is unloaded by its thread; that of a thread
//! which ends, too. Called by `writer`.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::writer::Shared;

/// Bytes of lines on a lane at most.
pub(super) const FULL: usize = 32 * 1024;

/// What a thread has logged since the writer looked last.
#[derive(Debug, Default)]
pub(super) struct Lane {
    load: Mutex<Load>,
}

#[derive(Debug, Default)]
struct Load {
    chunk: Chunk,
    closed: bool,
}

/// Some whole lines.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub(super) bytes: Vec<u8>,
    pub(super) lines: u64,
}

thread_local! {
    static OWN: RefCell<Option<Own>> = const { RefCell::new(None) };
}

/// The lane of this thread, and whose it is.
struct Own {
    writer: Arc<Shared>,
    lane: Arc<Lane>,
}

impl Drop for Own {
    fn drop(&mut self) {
        self.writer.detach(&self.lane);
    }
}

/// Puts a line onto this thread's lane; false when it has none, or may have none any more.
#[inline]
pub(super) fn push(writer: &Arc<Shared>, line: &[u8]) -> bool {
    let pushed = OWN.try_with(|own| {
        // Borrowed already when the allocator logs, below.
        let mut own = own.try_borrow_mut().ok()?;
        if !own.as_ref().is_some_and(|own| Arc::ptr_eq(&own.writer, writer)) {
            *own = Some(Own { lane: writer.attach()?, writer: Arc::clone(writer) });
        }
        own.as_ref()?.lane.push(writer, line)
    });
    matches!(pushed, Ok(Some(())))
}

impl Lane {
    #[inline]
    fn push(&self, writer: &Shared, line: &[u8]) -> Option<()> {
        let mut load = self.lock();
        if load.closed {
            return None;
        }
        let Chunk { bytes, lines } = &mut load.chunk;
        if bytes.len() + line.len() > FULL {
            drop(load);
            return self.push_full(writer, line);
        }
        bytes.extend_from_slice(line);
        *lines += 1;
        Some(())
    }

    #[cold]
    #[inline(never)]
    fn push_full(&self, writer: &Shared, line: &[u8]) -> Option<()> {
        if line.len() > FULL {
            writer.unload(self, line);
            return Some(());
        }
        writer.unload(self, &[]);
        self.push(writer, line)
    }

    /// Lends all lines, and forgets them.
    pub(super) fn take(&self, take: impl FnOnce(&[u8], u64)) {
        let Chunk { bytes, lines } = &mut self.lock().chunk;
        if *lines > 0 {
            take(bytes, *lines);
            bytes.clear();
            *lines = 0;
        }
    }

    /// Gives all lines away, for an empty chunk.
    pub(super) fn swap(&self, empty: Chunk) -> Chunk {
        std::mem::replace(&mut self.lock().chunk, empty)
    }

    /// The memory of its lines.
    pub(super) fn bytes(&self) -> usize {
        self.lock().chunk.bytes.capacity()
    }

    /// Takes no more lines.
    pub(super) fn close(&self) {
        self.lock().closed = true;
    }

    fn lock(&self) -> MutexGuard<'_, Load> {
        // Every change is whole before anything could panic.
        self.load.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
