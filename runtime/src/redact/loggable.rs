//! The two traits that decide what may leave.

use std::fmt;

use super::{Class, Out};
use crate::model::Value;

/// A value whose type says how it may be recorded. The only way into a span, a log or an error.
///
/// Numbers, `bool`, durations, and containers of such values have it; a type of your own gets it
/// with [`#[redact]`](macro@crate::redact). Text has not: a `String` may hold anything.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no privacy decision, so it can't be recorded",
    label = "its type does not say how this may leave the process",
    note = "mark the type with `#[redact]`, or decide here: `#[redact]` on a field, \
            `redact(argument = last(4))` or `log(public(argument))` in `#[observe]`, `redact(..)` or \
            `public(..)` in an event"
)]
pub trait Loggable {
    /// How sensitive what [`log`](Loggable::log) shows is. A sink whose ceiling is below that shows
    /// only that there is a value.
    const CLASS: Class = Class::INTERNAL;

    /// Hands the value, or what may be seen of it, to `out`.
    fn log(&self, out: &mut Out<'_>);

    /// The value itself, when it is a mere number: recorded without a detour.
    #[doc(hidden)]
    #[inline(always)]
    fn plain(&self) -> Option<Value<'static>> {
        None
    }
}

/// A text that a strategy works on. What comes out of the strategy is all that is ever recorded.
///
/// Strings, characters, paths, numbers and addresses have it, and `Option`s and pointers to them.
/// What is not UTF-8 is hidden whole. Implement it for a type of your own that wraps a text:
///
/// ```
/// use std::fmt;
///
/// struct PhoneNumber { country: u16, rest: u64 }
///
/// impl plimsoll::Redactable for PhoneNumber {
///     fn reveal(&self, out: &mut dyn fmt::Write) -> fmt::Result {
///         write!(out, "+{}{}", self.country, self.rest)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a text that `last`, `email` or `hash` could work on",
    label = "not a text",
    note = "use `#[redact]` alone to hide it whole, or implement `plimsoll::Redactable` for it"
)]
pub trait Redactable {
    /// Writes the text in the clear, for the strategy.
    ///
    /// # Errors
    /// Those of `out`.
    fn reveal(&self, out: &mut dyn fmt::Write) -> fmt::Result;

    /// There is no text at all, which is not the same as an empty one.
    #[doc(hidden)]
    fn is_absent(&self) -> bool {
        false
    }
}
