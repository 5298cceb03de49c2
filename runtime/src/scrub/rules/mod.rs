//! The rules that plimsoll brings, each by a published format or by the words around it.
//!
//! A row is added to the table of the file that fits, or a table to `ALL`. Samples in tests are made up from
//! the format, never copied from another scanner's tests.

mod assigned;
mod keys;
mod personal;
mod sensitive;
mod shape;

use super::detector::Detector;

/// Names of what is found that are no row's.
pub(super) const MORE: &[&str] = personal::MORE;

/// All tables. Where finds overlap, the rule that stands first gives its name.
pub(super) const ALL: &[&[Detector]] = &[keys::RULES, assigned::RULES, personal::RULES];
