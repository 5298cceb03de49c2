//! The types of the standard library that may be recorded, and those that strategies work on.
//!
//! `String`, `&str` and paths are in the second list only: text has no privacy class. What would
//! have to wait, or to run code of the program's, to be looked at is in neither.

mod cells;
mod containers;
mod machine;
mod numbers;
mod texts;
mod tuples;

#[cfg(feature = "time")]
pub(super) use machine::Fraction;

#[cfg(test)]
struct Shown<T>(T);

#[cfg(test)]
impl<T: super::Loggable> std::fmt::Debug for Shown<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        super::debug(&self.0, f)
    }
}

/// How a value is logged.
#[cfg(test)]
pub(super) fn shown<T: super::Loggable>(value: T) -> String {
    format!("{:?}", Shown(value))
}
