//! Counts errors by type, for each function, in one thread's shard.
//!
//! The types of a function's errors are a closed set, known only as they occur. Each cell heads a
//! chain of entries in a table that one thread appends to and anybody reads.

use std::sync::atomic::Ordering;

use super::cell;
use super::sync::{AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, OnceLock};

/// Pairs of function and error type that one thread tells apart; the rest has no type.
const CAPACITY: usize = if cfg!(plimsoll_loom) { 3 } else { 1024 };

#[derive(Default)]
struct Entry {
    cells: AtomicU32,
    /// One more than the index of the function's next entry.
    next: AtomicU32,
    name: AtomicPtr<u8>,
    length: AtomicUsize,
    count: AtomicU64,
}

impl Entry {
    fn name(&self) -> &'static str {
        let name = self.name.load(Ordering::Relaxed);
        let length = self.length.load(Ordering::Relaxed);
        if name.is_null() {
            return "";
        }
        // SAFETY: `append` stored the parts of one `&'static str` before it published the entry,
        // and nobody changes them afterwards.
        unsafe { std::str::from_utf8_unchecked(std::slice::from_raw_parts(name, length)) }
    }
}

/// The table of one thread.
#[derive(Default)]
pub(super) struct Errors {
    entries: OnceLock<Box<[Entry]>>,
    length: AtomicUsize,
}

impl Errors {
    /// Counts an error. `head` is the word of the function's cell that heads its chain.
    pub(super) fn count(&self, cells: u32, head: &AtomicU64, name: &'static str) {
        let entries = self
            .entries
            .get_or_init(|| std::iter::repeat_with(Entry::default).take(CAPACITY).collect());
        let mut at = head.load(Ordering::Relaxed) as usize;
        while let Some(entry) = at.checked_sub(1).and_then(|index| entries.get(index)) {
            let known = entry.name();
            if std::ptr::eq(known, name) || known == name {
                cell::add(&entry.count, 1);
                return;
            }
            at = entry.next.load(Ordering::Relaxed) as usize;
        }
        let index = self.length.load(Ordering::Relaxed);
        if let Some(entry) = entries.get(index) {
            entry.cells.store(cells, Ordering::Relaxed);
            entry.next.store(head.load(Ordering::Relaxed) as u32, Ordering::Relaxed);
            entry.name.store(name.as_ptr().cast_mut(), Ordering::Relaxed);
            entry.length.store(name.len(), Ordering::Relaxed);
            entry.count.store(1, Ordering::Relaxed);
            self.length.store(index + 1, Ordering::Release);
            head.store(index as u64 + 1, Ordering::Relaxed);
        }
    }

    /// Forgets all pairs. Nobody counts meanwhile, and the heads of the chains are cleared too.
    #[cfg(feature = "testing")]
    pub(super) fn clear(&self) {
        self.length.store(0, Ordering::Relaxed);
    }

    /// Every pair so far: the function's cell, the error type, the count.
    pub(super) fn each(&self, visit: &mut dyn FnMut(u32, &'static str, u64)) {
        let length = self.length.load(Ordering::Acquire);
        let Some(entries) = self.entries.get() else { return };
        for entry in entries.iter().take(length) {
            let cells = entry.cells.load(Ordering::Relaxed);
            visit(cells, entry.name(), entry.count.load(Ordering::Relaxed));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_counted_apart_and_per_function() {
        let errors = Errors::default();
        let heads = [AtomicU64::new(0), AtomicU64::new(0)];
        for (function, name) in [(0, "A"), (1, "A"), (0, "B"), (0, "A"), (1, "C"), (0, "B")] {
            errors.count(function as u32 * 24, &heads[function], name);
        }
        let mut seen = Vec::new();
        errors.each(&mut |cells, name, count| seen.push((cells, name, count)));
        seen.sort_unstable();
        assert_eq!(seen, [(0, "A", 2), (0, "B", 2), (24, "A", 1), (24, "C", 1)]);
    }

    #[test]
    fn a_full_table_loses_only_the_type() {
        let errors = Errors::default();
        let head = AtomicU64::new(0);
        for index in 0..CAPACITY + 10 {
            errors.count(0, &head, Box::leak(format!("E{index}").into_boxed_str()));
        }
        let mut count = 0;
        errors.each(&mut |_, _, _| count += 1);
        assert_eq!(count, CAPACITY);
    }
}
