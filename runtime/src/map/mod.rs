//! The data map: which fields leave the program, from where, and how.
//!
//! `record` is what the macros write, `parse` reads it, `resolve` makes entries of it, `write` and
//! `load` are its JSON, `diff` compares two. All of them are pure; what the running program adds is
//! in `foreign` and `init`, and what reads a program's file in `file`.

#[cfg(any(feature = "runtime", feature = "cli"))]
mod diff;
#[cfg(feature = "cli")]
mod file;
#[cfg(feature = "runtime")]
pub(crate) mod foreign;
#[cfg(any(feature = "runtime", feature = "cli"))]
mod json;
#[cfg(any(feature = "runtime", feature = "cli"))]
mod load;
#[cfg(any(feature = "runtime", feature = "cli"))]
mod parse;
pub(crate) mod record;
#[cfg(any(feature = "runtime", feature = "cli"))]
mod resolve;
#[cfg(all(test, feature = "runtime"))]
mod tests;
#[cfg(any(feature = "runtime", feature = "cli"))]
mod types;
#[cfg(any(feature = "runtime", feature = "cli"))]
mod write;

#[cfg(feature = "runtime")]
pub use whole::data_map;
#[cfg(any(feature = "runtime", feature = "cli"))]
use whole::{BY_TYPE, Class, Program, place};
#[cfg(any(feature = "runtime", feature = "cli"))]
pub use whole::{Change, DataMap, Entry, Source};

#[cfg(any(feature = "runtime", feature = "cli"))]
mod whole;
