//! The rules that plimsoll brings, each by a published format or by the words around it.
//!
//! A row is added to the table of the file that fits, or a table to `ALL`. Samples in tests are made up from
//! the format, never copied from another scanner's tests.

mod assigned;
mod base64;
mod keys;
mod personal;
mod sensitive;
mod shape;
mod tokens;

use super::detector::{Detector, Find, Hint};

pub(super) use assigned::value_of;

/// Names of what is found that are no row's.
pub(super) const MORE: &[&str] = personal::MORE;

/// All tables. Where finds overlap, the rule that stands first gives its name.
pub(super) const ALL: &[&[Detector]] =
    &[keys::RULES, tokens::RULES, assigned::RULES, personal::RULES];

/// The rule of a sensitive name of the program's own.
pub(super) fn named(name: &'static str) -> Detector {
    let hint = Box::leak(Box::new([Hint::AnyCase(name)]));
    Detector { name: "name", hints: hint, find: Find::Named(name) }
}
