//! What is not constant in a metric's descriptor: places that `init` gives it, and what its first use
//! makes. Nothing that was made is ever freed.

use std::sync::atomic::{AtomicU64, Ordering};

use super::super::examples::Examples;
use super::super::open::OTHER;
use super::super::state::State;
use super::super::{FINE, NO_CELLS};
use super::{Metric, MetricKind, UNTOUCHED, Values};

/// In place of examples: somebody makes them.
const BEING_MADE: *mut Examples = std::ptr::dangling_mut();

impl Metric {
    /// Where its counts begin in a thread's shard, in words; [`NO_CELLS`] before `init`.
    #[inline]
    pub(crate) fn cells(&self) -> u32 {
        let offset = self.offset();
        if offset == NO_CELLS { NO_CELLS } else { offset & !FINE }
    }

    /// The same for those who count: with [`FINE`] where they are to count in fine buckets, too.
    #[inline]
    pub(crate) fn offset(&self) -> u32 {
        self.cells.load(Ordering::Relaxed)
    }

    /// The first of its series among those that have fine buckets; [`NO_CELLS`] if they have none.
    pub(crate) fn fine(&self) -> u32 {
        self.fine.load(Ordering::Relaxed)
    }

    /// Whether it has a place. Then the shards have their size, too, for who asks here first: what is
    /// recorded by hand looks at no other switch.
    #[inline]
    pub(crate) fn is_placed(&self) -> bool {
        self.cells.load(Ordering::Acquire) != NO_CELLS
    }

    /// Called by `init`, once, for each metric of the catalogue whose series have fine buckets. From
    /// its first count on they hold what its words hold, so this is known before it has a place.
    pub(crate) fn refine(&self, first: u32) {
        self.fine.store(first, Ordering::Relaxed);
    }

    /// Called by `init` after that, once, for each metric of the catalogue.
    pub(crate) fn assign(&self, cells: u32) {
        let fine = if self.fine() == NO_CELLS { 0 } else { FINE };
        self.cells.store(cells | fine, Ordering::Release);
    }

    /// Counts where another metric of the same name counts.
    pub(crate) fn share(&self, first: &Metric) {
        self.fine.store(first.fine(), Ordering::Relaxed);
        self.cells.store(first.offset(), Ordering::Release);
        let values = first.shared().as_ptr().cast_mut();
        // Values that were set before `init` are those of the first.
        self.shared.store(values, Ordering::Release);
        if self.kind == MetricKind::Histogram {
            let examples = first.examples().map_or(std::ptr::null(), std::ptr::from_ref);
            self.examples.store(examples.cast_mut(), Ordering::Release);
        }
    }

    /// What it has beside its words, made at first use. Never freed.
    pub(crate) fn state(&'static self) -> &'static State {
        match self.known_state() {
            Some(state) => state,
            None => self.make_state(),
        }
    }

    /// The same, if somebody has used it.
    #[inline]
    pub(crate) fn known_state(&self) -> Option<&'static State> {
        // SAFETY: only `make_state` writes it, and what it writes is never freed.
        unsafe { self.state.load(Ordering::Acquire).as_ref() }
    }

    #[cold]
    fn make_state(&'static self) -> &'static State {
        let state = State::of(self);
        self.state.store(std::ptr::from_ref(state).cast_mut(), Ordering::Release);
        state
    }

    /// The examples of a histogram's buckets, made when there is one to keep. Never freed. None while
    /// they are made: the program's allocator may be observed, too, and must not ask for them again.
    #[inline]
    pub(crate) fn examples(&self) -> Option<&Examples> {
        match self.known_examples() {
            None => self.make_examples(),
            known => known,
        }
    }

    /// The same, if there are any.
    #[inline]
    pub(crate) fn known_examples(&self) -> Option<&Examples> {
        let known = self.examples.load(Ordering::Acquire);
        // SAFETY: only `make_examples` and `share` write it: null, `BEING_MADE`, or what is never
        // freed.
        if known == BEING_MADE { None } else { unsafe { known.as_ref() } }
    }

    #[cold]
    #[inline(never)]
    fn make_examples(&self) -> Option<&Examples> {
        let null = std::ptr::null_mut();
        self.examples
            .compare_exchange(null, BEING_MADE, Ordering::AcqRel, Ordering::Acquire)
            .ok()?;
        let buckets = self.combinations().saturating_mul(self.bounds.len() + 1);
        let made: &Examples = Box::leak(Box::new(Examples::new(buckets)));
        self.examples.store(std::ptr::from_ref(made).cast_mut(), Ordering::Release);
        Some(made)
    }

    /// A value of a label, by its number; none where nobody has used it.
    pub(crate) fn value(&'static self, label: usize, index: usize) -> Option<&'static str> {
        match self.values.get(label)? {
            Values::Closed(values) => values.get(index).copied(),
            Values::Open(cap) if index == *cap as usize => Some(OTHER),
            Values::Open(_) => self.state().table(label)?.text(index as u32),
        }
    }

    /// The values of a gauge, one `f64` a combination of labels, made at first use. Never freed.
    /// With open labels, the counts of records without room follow.
    pub(crate) fn shared(&self) -> &[AtomicU64] {
        let length = self.shared_length();
        let mut values = self.shared.load(Ordering::Acquire);
        #[cfg(feature = "testing")]
        if values.is_null() {
            values = self.aside.load(Ordering::Acquire);
        }
        if values.is_null() {
            let made = Box::into_raw(self.values_at_first()).cast::<AtomicU64>();
            match self.shared.compare_exchange(
                std::ptr::null_mut(),
                made,
                Ordering::AcqRel,
                Ordering::Acquire,
            ) {
                #[cfg(feature = "testing")]
                Ok(_) if !self.aside.load(Ordering::Acquire).is_null() => {
                    // They were set aside while we made others.
                    self.shared.store(std::ptr::null_mut(), Ordering::Release);
                    values = self.aside.load(Ordering::Acquire);
                }
                Ok(_) => values = made,
                Err(theirs) => {
                    let lost = std::ptr::slice_from_raw_parts_mut(made, length);
                    // SAFETY: `made` came from a box of this length, and nobody else has seen it.
                    drop(unsafe { Box::from_raw(lost) });
                    values = theirs;
                }
            }
        }
        // SAFETY: whoever stored the pointer stored a leaked slice of `length` values, and the
        // number of combinations is constant.
        unsafe { std::slice::from_raw_parts(values, length) }
    }

    fn shared_length(&self) -> usize {
        self.combinations() + if self.is_open() { self.labels.len() } else { 0 }
    }

    /// The values of a gauge that nobody has changed.
    pub(crate) fn values_at_first(&self) -> Box<[AtomicU64]> {
        let combinations = self.combinations();
        let first = if self.is_open() || self.read.is_some() { UNTOUCHED } else { 0 };
        let bits = |at| if at < combinations { first } else { 0 };
        (0..self.shared_length()).map(|at| AtomicU64::new(bits(at))).collect()
    }

    /// Puts the values of a gauge where they are not at hand, so that whoever changes one asks first
    /// whose it is. They stay the same.
    #[cfg(feature = "testing")]
    pub(crate) fn set_aside(&self) {
        let values = self.shared().as_ptr().cast_mut();
        self.aside.store(values, Ordering::Release);
        self.shared.store(std::ptr::null_mut(), Ordering::Release);
    }

    /// The values are there, and have not been set aside.
    #[cfg(feature = "testing")]
    #[inline]
    pub(crate) fn is_at_hand(&self) -> bool {
        !self.shared.load(Ordering::Relaxed).is_null()
    }
}

#[cfg(all(test, not(plimsoll_loom)))]
mod tests {
    use super::*;

    #[test]
    fn who_counts_by_hand_while_init_runs_counts_in_words_and_fine_buckets_or_in_neither() {
        static SIZES: Metric = Metric::histogram("sizes_bytes", "Sizes.", &[10.0]);
        SIZES.refine(3);
        assert!(!SIZES.is_placed());
        SIZES.assign(5);
        assert!(SIZES.is_placed());
        assert_eq!((SIZES.cells(), SIZES.offset(), SIZES.fine()), (5, 5 | FINE, 3));
    }
}
