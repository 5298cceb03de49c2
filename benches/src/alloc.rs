//! Counts the allocations of one thread, while it asks for it.
//!
//! The process's global allocator is the system's, with one test of a flag in front. Counting is
//! off while calls are timed, so peers that allocate do not pay for being counted. Called by
//! `child`. It is not a memory profiler: frees and other threads are not seen.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a thread asked of the allocator.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Allocated {
    pub(crate) times: u64,
    pub(crate) bytes: u64,
}

/// The allocator of this process.
#[derive(Debug)]
pub(crate) struct Counting;

static COUNTING: AtomicBool = AtomicBool::new(false);

thread_local! {
    static OWN: Cell<Option<Allocated>> = const { Cell::new(None) };
}

/// Runs `work` and tells what the calling thread allocated in it.
pub(crate) fn during(work: impl FnOnce()) -> Allocated {
    OWN.set(Some(Allocated::default()));
    COUNTING.store(true, Ordering::SeqCst);
    work();
    COUNTING.store(false, Ordering::SeqCst);
    OWN.take().unwrap_or_default()
}

fn count(bytes: usize) {
    if !COUNTING.load(Ordering::Relaxed) {
        return;
    }
    // The thread-local is gone while its thread ends; such a thread is not the counted one.
    let _ = OWN.try_with(|own| {
        if let Some(Allocated { times, bytes: sum }) = own.get() {
            own.set(Some(Allocated { times: times + 1, bytes: sum + bytes as u64 }));
        }
    });
}

// SAFETY: every request is handed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller's promise about `layout` is the one `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: as in `alloc`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        // SAFETY: `old` came from `System` with this layout, for every block here does.
        unsafe { System.realloc(old, layout, size) }
    }

    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        // SAFETY: as in `realloc`.
        unsafe { System.dealloc(old, layout) }
    }
}
