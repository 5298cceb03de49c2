//! What the program's memory allocator holds, where it is jemalloc or mimalloc.
//!
//! Either may be linked without being the one that `Box` and `Vec` ask: its figures would then say
//! nothing of the program, and are absent. jemalloc adds its own up when it is asked; that is some
//! microseconds for each of its arenas.

use super::{gauge, integer, many, one};
use crate::metrics::family::{Head, Number, Sink};

pub(super) const FAMILIES: [Head<'static>; 9] = [
    gauge("process_heap_bytes", "bytes", "Process heap size in bytes."),
    gauge("allocator_allocated_bytes", "bytes", "Memory that the program has asked for."),
    gauge("allocator_active_bytes", "bytes", "Memory in pages of which the program uses a part."),
    gauge("allocator_metadata_bytes", "bytes", "Memory that the allocator keeps its books in."),
    gauge("allocator_resident_bytes", "bytes", "Physical memory that the allocator holds at most."),
    gauge("allocator_mapped_bytes", "bytes", "Addresses behind which there may be memory."),
    gauge("allocator_retained_bytes", "bytes", "Addresses that are kept for their next use."),
    gauge("allocator_committed_bytes", "bytes", "Memory that the allocator may read and write."),
    gauge("allocator_committed_peak_bytes", "bytes", "The most of it so far."),
];

#[derive(Debug, Default)]
struct Figures {
    name: &'static str,
    heap: Option<u64>,
    /// In the order of the families, after the heap.
    states: [Option<u64>; 8],
}

pub(super) fn visit(sink: &mut dyn Sink) {
    let Some(figures) = read() else { return };
    let [heap, states @ ..] = &FAMILIES;
    one(sink, heap, integer(figures.heap));
    for (head, bytes) in states.iter().zip(figures.states) {
        many(sink, head, [([("allocator", figures.name)], bytes.map(Number::Integer))]);
    }
}

fn read() -> Option<Figures> {
    #[cfg(feature = "jemalloc")]
    if let Some(figures) = jemalloc::read() {
        return Some(figures);
    }
    #[cfg(feature = "mimalloc")]
    if let Some(figures) = mimalloc::read() {
        return Some(figures);
    }
    None
}

#[cfg(feature = "jemalloc")]
mod jemalloc {
    use std::hint::black_box;
    use std::sync::OnceLock;

    use tikv_jemalloc_ctl::{epoch, stats, thread};

    use super::Figures;

    /// The figures, if jemalloc is who serves the program.
    pub(super) fn read() -> Option<Figures> {
        static SERVES: OnceLock<bool> = OnceLock::new();
        if !*SERVES.get_or_init(serves) {
            return None;
        }
        // The figures are those of the last advance.
        epoch::advance().ok()?;
        let bytes = |read: Result<usize, tikv_jemalloc_ctl::Error>| read.ok().map(|it| it as u64);
        let allocated = bytes(stats::allocated::read());
        Some(Figures {
            name: "jemalloc",
            heap: allocated,
            states: [
                allocated,
                bytes(stats::active::read()),
                bytes(stats::metadata::read()),
                bytes(stats::resident::read()),
                bytes(stats::mapped::read()),
                bytes(stats::retained::read()),
                None,
                None,
            ],
        })
    }

    /// It counts what each thread has asked for: so it is asked for something.
    fn serves() -> bool {
        let Ok(allocated) = thread::allocatedp::read() else { return false };
        let before = allocated.get();
        drop(black_box(Vec::<u8>::with_capacity(64)));
        allocated.get() != before
    }
}

#[cfg(feature = "mimalloc")]
mod mimalloc {
    use std::hint::black_box;
    use std::ptr::null_mut;
    use std::sync::OnceLock;

    use libmimalloc_sys::{mi_is_in_heap_region, mi_process_info};

    use super::Figures;

    /// The figures, if mimalloc is who serves the program. It keeps no count of what is in use.
    pub(super) fn read() -> Option<Figures> {
        static SERVES: OnceLock<bool> = OnceLock::new();
        if !*SERVES.get_or_init(serves) {
            return None;
        }
        let (mut now, mut peak) = (0, 0);
        let none = null_mut();
        // SAFETY: it writes through those pointers that are not null, and these two are to integers
        // of the type that it writes.
        unsafe { mi_process_info(none, none, none, none, none, &mut now, &mut peak, none) };
        let mut states = [None; 8];
        states[6] = Some(now as u64);
        states[7] = Some(peak as u64);
        Some(Figures { name: "mimalloc", heap: Some(now as u64), states })
    }

    fn serves() -> bool {
        let own = black_box(Box::new(0u64));
        // SAFETY: it compares the address with those of its own memory, and reads nothing there.
        unsafe { mi_is_in_heap_region((&raw const *own).cast()) }
    }
}
