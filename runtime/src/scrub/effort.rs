//! How much work a text may make: bytes that rules go over, counted for all of its rounds together.
//!
//! Each walk of a rule is bounded, but hints may stand so close together that all walks go over the same
//! bytes again and again. No text that people write comes near the bound; what passes it was made to, and
//! is hidden whole rather than hold up the thread that logs it. Spent by `engine` and by rules with long
//! walks.

use std::cell::Cell;

/// Bytes for any text, and more for each of its bytes.
const LEAST: usize = 128 * 1024;
const EACH: usize = 48;

thread_local! {
    /// What is left for the text that this thread looks at.
    static LEFT: Cell<usize> = const { Cell::new(0) };
}

/// A text of so many bytes is to be looked at.
pub(super) fn begin(text: usize) {
    LEFT.set(LEAST + EACH * text);
}

/// Counts bytes that are gone over.
#[inline]
pub(super) fn spend(bytes: usize) {
    LEFT.set(LEFT.get().saturating_sub(bytes));
}

/// Whether nothing is left, so that what was found is not all.
#[inline]
pub(super) fn is_spent() -> bool {
    LEFT.get() == 0
}
