//! Where all cases write to: counts bytes, and keeps them while somebody wants to read them.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::cases::Failure;

static CAPTURING: AtomicBool = AtomicBool::new(false);
static CAPTURED: Mutex<Vec<u8>> = Mutex::new(Vec::new());
/// Writes that ended with a line feed: of peers that write line by line, their lines.
static ENDED: AtomicU64 = AtomicU64::new(0);

/// The sink.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sink;

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if CAPTURING.load(Ordering::Relaxed) {
            CAPTURED.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        }
        if bytes.last() == Some(&b'\n') {
            // One writer at a time: what is counted is exact without a locked instruction.
            ENDED.store(ENDED.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes that ended with a line feed.
pub(super) fn ended() -> u64 {
    ENDED.load(Ordering::Relaxed)
}

/// What is written by `work`, up to so many lines; waits for a thread in the background.
pub(super) fn capture(lines: u64, work: impl FnOnce()) -> Result<Vec<u8>, Failure> {
    CAPTURING.store(true, Ordering::SeqCst);
    work();
    let deadline = Instant::now() + Duration::from_secs(10);
    let captured = loop {
        let captured = CAPTURED.lock().unwrap_or_else(PoisonError::into_inner);
        let found = captured.iter().filter(|byte| **byte == b'\n').count() as u64;
        if found >= lines || Instant::now() > deadline {
            break captured.clone();
        }
        drop(captured);
        std::thread::sleep(Duration::from_millis(1));
    };
    // What else would be written by the same calls comes at once.
    std::thread::sleep(Duration::from_millis(20));
    CAPTURING.store(false, Ordering::SeqCst);
    Ok(captured)
}
