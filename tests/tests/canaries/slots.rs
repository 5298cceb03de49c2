//! The list of all slots.

use std::fmt;

use plimsoll::testing::Canary;

use crate::{calls, events, http, metrics, process, texts, values};

/// A place where a program has a secret.
pub(crate) struct Slot {
    pub(crate) name: &'static str,
    pub(crate) guard: Guard,
    /// The text with the secret in it, `{}`; what it looks like, where that matters.
    pub(crate) shape: &'static str,
    /// Puts the secret there, and beside it, as a control, a number that may leave.
    pub(crate) fill: fn(&str, u64),
}

/// Who keeps a slot's secret in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    /// A type or a mark: any text is safe.
    Type,
    /// Nothing records what stands there: any text is safe.
    Never,
    /// The scrubber, by the name of the field: any text is safe under a sensitive name.
    Name,
    /// The scrubber, by what it looks like: only what has a secret's shape is safe.
    Shape,
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Guard::Type => "type",
            Guard::Never => "never",
            Guard::Name => "name",
            Guard::Shape => "shape",
        };
        f.pad(name)
    }
}

/// Slots that may leak for now: each one is to be closed, and taken off this list.
pub(crate) const OPEN: &[&str] = &[];

/// For [`Slot::shape`]: no shape at all.
pub(crate) const PLAIN: &str = "{}";
/// An e-mail address, or a card's number.
pub(crate) const EMAIL: &str = "e-mail";
pub(crate) const CARD: &str = "card";

impl Slot {
    pub(crate) fn canary(&self) -> Canary {
        match self.shape {
            EMAIL => Canary::email(self.name),
            CARD => Canary::card(self.name),
            shape => Canary::within(self.name, shape),
        }
    }
}

pub(crate) fn all() -> impl Iterator<Item = &'static Slot> {
    let kinds = [
        values::SLOTS,
        calls::SLOTS,
        events::SLOTS,
        texts::SLOTS,
        metrics::SLOTS,
        http::SLOTS,
        process::SLOTS,
    ];
    kinds.into_iter().flatten()
}

/// The number beside the secret of the slot at this place: longer than what stands in a timestamp by
/// chance, and shorter than a card's.
pub(crate) fn control(index: usize) -> u64 {
    930_777_000_001 + index as u64
}

/// Fills all of them.
pub(crate) fn fill() {
    for (index, slot) in all().enumerate() {
        (slot.fill)(slot.canary().text(), control(index));
    }
}
