//! Finds out how a call ended from the value it returned, whatever the type is called.
//!
//! Autoref specialisation: generated code calls `(&&&&Probe(&out)).plimsoll_finish(..)`, and the
//! compiler takes the first trait below whose impl fits, going from the most references to the
//! fewest. An alias of `Result` is a `Result` here. In a generic function `T` fits only the last
//! one: a mark cannot see that a `T` is a `Result`. The methods' names are long because the traits of
//! the user's that are in scope may have methods for everything, too.

use std::any::type_name;
use std::error::Error;
use std::sync::Arc;

use super::ending::Failure;
use super::guard::Guard;
use super::report::Told;
use super::returned::Item;
use crate::model::Level;
use crate::redact::{self, Out, SafeError, short_name};

/// Holds what a marked function returned while it is looked at.
#[derive(Debug)]
pub struct Probe<'a, R>(pub &'a R);

/// What an error kind says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindInfo {
    /// Its place among the kinds of the type that it is a kind of.
    pub index: usize,
    /// The `error.type`.
    pub name: &'static str,
    /// The level at which it is logged.
    pub level: Level,
    /// It belongs to the business: counted as an error, logged at `info`.
    pub is_expected: bool,
    /// Trying again may help.
    pub is_retryable: bool,
}

impl KindInfo {
    /// An unexpected error, logged at `error`.
    pub const fn new(index: usize, name: &'static str) -> KindInfo {
        KindInfo { index, name, level: Level::Error, is_expected: false, is_retryable: false }
    }

    /// One that belongs to the business; logged at `info` unless a level is given after this.
    pub const fn expected(mut self) -> KindInfo {
        self.is_expected = true;
        self.level = Level::Info;
        self
    }

    /// One that trying again may cure.
    pub const fn retryable(mut self) -> KindInfo {
        self.is_retryable = true;
        self
    }

    /// One that is logged at this level.
    pub const fn level(mut self, level: Level) -> KindInfo {
        self.level = level;
        self
    }
}

/// An error with a closed set of kinds. Derive it: `#[derive(ErrorKind)]`.
///
/// Its kind is all that telemetry shows of it, and of its text what is literal in the source, or of
/// a type that says how it is shown.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no error with kinds",
    label = "it can't be asked for its kind",
    note = "derive it with `#[derive(plimsoll::ErrorKind)]`; an error of another crate is a kind of \
            yours as a whole, so leave `transparent` out"
)]
pub trait ErrorKind: Error {
    /// The names of its own kinds, those of transparent variants left out.
    const KINDS: &'static [&'static str];

    /// The kind of this error.
    fn kind(&self) -> KindInfo;

    /// Writes what may be seen of it beside its kind: nothing, unless the derive, or whoever
    /// implements this by hand, asks [`SafeError::safe`](crate::SafeError::safe).
    fn safe_message(&self, out: &mut Out<'_>) {
        let _ = out;
    }
}

impl<E: ErrorKind> ErrorKind for &E {
    const KINDS: &'static [&'static str] = E::KINDS;

    fn kind(&self) -> KindInfo {
        (**self).kind()
    }

    fn safe_message(&self, out: &mut Out<'_>) {
        (**self).safe_message(out);
    }
}

impl<E: ErrorKind> ErrorKind for Box<E> {
    const KINDS: &'static [&'static str] = E::KINDS;

    fn kind(&self) -> KindInfo {
        (**self).kind()
    }

    fn safe_message(&self, out: &mut Out<'_>) {
        (**self).safe_message(out);
    }
}

impl<E: ErrorKind> ErrorKind for Arc<E> {
    const KINDS: &'static [&'static str] = E::KINDS;

    fn kind(&self) -> KindInfo {
        (**self).kind()
    }

    fn safe_message(&self, out: &mut Out<'_>) {
        (**self).safe_message(out);
    }
}

/// The first choice: a `Result` whose error has kinds.
pub trait ByKind {
    /// Ends the call.
    fn plimsoll_finish(&self, guard: &mut Guard<'_>, verdict: Verdict);

    /// Judges an item of a stream.
    fn plimsoll_step(&self, item: Item<'_>, verdict: Verdict);
}

impl<T, E: ErrorKind> ByKind for &&&Probe<'_, Result<T, E>> {
    #[inline(always)]
    fn plimsoll_finish(&self, guard: &mut Guard<'_>, verdict: Verdict) {
        match self.0 {
            Err(error) if verdict != Verdict::Ok => {
                let kind = error.kind();
                guard.fail(&Failure {
                    error_type: kind.name,
                    level: kind.level,
                    error: Some(&Kinded(error)),
                    is_expected: kind.is_expected,
                });
            }
            _ => guard.finish(verdict),
        }
    }

    #[inline]
    fn plimsoll_step(&self, item: Item<'_>, verdict: Verdict) {
        if verdict.fails(self.0.is_err()) {
            self.plimsoll_finish(item.end(), verdict);
        }
    }
}

/// What an error with kinds says of itself.
struct Kinded<'a, E>(&'a E);

impl<E: ErrorKind> Told for Kinded<'_, E> {
    fn tell(&self, out: &mut Out<'_>) {
        self.0.safe_message(out);
    }
}

/// The second: a `Result` whose error says what may be seen of it.
pub trait BySafety {
    /// Ends the call.
    fn plimsoll_finish(&self, guard: &mut Guard<'_>, verdict: Verdict);

    /// Judges an item of a stream.
    fn plimsoll_step(&self, item: Item<'_>, verdict: Verdict);
}

impl<T, E: SafeError> BySafety for &&Probe<'_, Result<T, E>> {
    #[inline(always)]
    fn plimsoll_finish(&self, guard: &mut Guard<'_>, verdict: Verdict) {
        match self.0 {
            Err(error) if verdict != Verdict::Ok => guard
                .fail(&Failure { error: Some(&Safe(error)), ..Failure::of(error.error_type()) }),
            _ => guard.finish(verdict),
        }
    }

    #[inline]
    fn plimsoll_step(&self, item: Item<'_>, verdict: Verdict) {
        if verdict.fails(self.0.is_err()) {
            self.plimsoll_finish(item.end(), verdict);
        }
    }
}

/// What an error without kinds says of itself.
struct Safe<'a, E>(&'a E);

impl<E: SafeError> Told for Safe<'_, E> {
    fn tell(&self, out: &mut Out<'_>) {
        redact::tell(self.0, out);
    }
}

/// The third: any other `Result`.
pub trait ByResult {
    /// Ends the call.
    fn plimsoll_finish(&self, guard: &mut Guard<'_>, verdict: Verdict);

    /// Judges an item of a stream.
    fn plimsoll_step(&self, item: Item<'_>, verdict: Verdict);
}

impl<T, E> ByResult for &Probe<'_, Result<T, E>> {
    #[inline(always)]
    fn plimsoll_finish(&self, guard: &mut Guard<'_>, verdict: Verdict) {
        match self.0 {
            Err(_) if verdict != Verdict::Ok => fail(guard, short_name(type_name::<E>())),
            _ => guard.finish(verdict),
        }
    }

    #[inline]
    fn plimsoll_step(&self, item: Item<'_>, verdict: Verdict) {
        if verdict.fails(self.0.is_err()) {
            self.plimsoll_finish(item.end(), verdict);
        }
    }
}

/// The last: whatever else it is, it is no error unless `error_if` says so.
pub trait ByValue {
    /// Ends the call.
    fn plimsoll_finish(&self, guard: &mut Guard<'_>, verdict: Verdict);

    /// Judges an item of a stream.
    fn plimsoll_step(&self, item: Item<'_>, verdict: Verdict);
}

impl<R> ByValue for Probe<'_, R> {
    #[inline(always)]
    fn plimsoll_finish(&self, guard: &mut Guard<'_>, verdict: Verdict) {
        match verdict {
            Verdict::Error => fail(guard, judged(type_name::<R>())),
            _ => guard.finish(verdict),
        }
    }

    #[inline]
    fn plimsoll_step(&self, item: Item<'_>, verdict: Verdict) {
        if verdict.fails(false) {
            self.plimsoll_finish(item.end(), verdict);
        }
    }
}

#[cold]
#[inline(never)]
fn fail(guard: &mut Guard<'_>, error_type: &'static str) {
    guard.fail(&Failure::of(error_type));
}

/// The type of an error that is no `Err`: an `Option` that is one is `None`.
fn judged(path: &'static str) -> &'static str {
    if path.starts_with("core::option::Option<") { "None" } else { "_OTHER" }
}

/// What the mark says of a value, whatever its type says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing: its type decides.
    ByType,
    /// It is no error.
    Ok,
    /// It is an error.
    Error,
}

impl Verdict {
    /// This verdict, or another where there is none.
    #[inline]
    pub fn or(self, other: impl FnOnce() -> Verdict) -> Verdict {
        if self == Verdict::ByType { other() } else { self }
    }

    fn fails(self, is_err: bool) -> bool {
        self == Verdict::Error || is_err && self == Verdict::ByType
    }
}

/// Asks `error_if` about what the function returned.
#[inline]
pub fn error_if<R: ?Sized>(out: &R, predicate: impl FnOnce(&R) -> bool) -> Verdict {
    if predicate(out) { Verdict::Error } else { Verdict::ByType }
}

/// Asks `ok_if`.
#[inline]
pub fn ok_if<R: ?Sized>(out: &R, predicate: impl FnOnce(&R) -> bool) -> Verdict {
    if predicate(out) { Verdict::Ok } else { Verdict::ByType }
}

/// Calls a function once. A closure that is passed here is `FnOnce` to the compiler, so that a
/// body may return a `&mut` that it was given.
#[inline(always)]
pub fn call_once<R>(body: impl FnOnce() -> R) -> R {
    body()
}
