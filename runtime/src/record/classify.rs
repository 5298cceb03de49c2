//! Finds out how a call ended from the value it returned, whatever the type is called.
//!
//! Autoref specialisation: generated code calls `(&&&&Probe(&out)).plimsoll_finish(..)`, and the
//! compiler takes the first trait below whose impl fits, going from the most references to the
//! fewest. An alias of `Result` is a `Result` here. In a generic function `T` fits only the last
//! one: a mark cannot see that a `T` is a `Result`. The methods' names are long because the traits of
//! the user's that are in scope may have methods for everything, too.

use std::any::type_name;
use std::error::Error;
use std::io;
use std::sync::Arc;

use super::ending::Failure;
use super::guard::Guard;
use super::returned::Item;
use crate::model::Level;

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
/// Deriving it is also the decision that the error's text may be shown: the `Display` of it, and of
/// what its `source` gives, stands in the log line of the error. Without it only the type is logged.
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
}

impl<E: ErrorKind> ErrorKind for &E {
    const KINDS: &'static [&'static str] = E::KINDS;

    fn kind(&self) -> KindInfo {
        (**self).kind()
    }
}

impl<E: ErrorKind> ErrorKind for Box<E> {
    const KINDS: &'static [&'static str] = E::KINDS;

    fn kind(&self) -> KindInfo {
        (**self).kind()
    }
}

impl<E: ErrorKind> ErrorKind for Arc<E> {
    const KINDS: &'static [&'static str] = E::KINDS;

    fn kind(&self) -> KindInfo {
        (**self).kind()
    }
}

/// The first choice: a `Result` whose error has kinds.
pub trait ByKind {
    /// Ends the call.
    fn plimsoll_finish(&self, guard: &mut Guard<'_>, verdict: Verdict);

    /// Judges an item of a stream.
    fn plimsoll_step(&self, item: Item<'_>, verdict: Verdict);
}

impl<T, E: ErrorKind + 'static> ByKind for &&&Probe<'_, Result<T, E>> {
    #[inline(always)]
    fn plimsoll_finish(&self, guard: &mut Guard<'_>, verdict: Verdict) {
        match self.0 {
            Err(error) if verdict != Verdict::Ok => {
                let kind = error.kind();
                guard.fail(&Failure {
                    error_type: kind.name,
                    level: kind.level,
                    error: Some(error),
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

/// The second: a `Result` whose error is the standard library's for input and output.
pub trait ByIo {
    /// Ends the call.
    fn plimsoll_finish(&self, guard: &mut Guard<'_>, verdict: Verdict);

    /// Judges an item of a stream.
    fn plimsoll_step(&self, item: Item<'_>, verdict: Verdict);
}

impl<T> ByIo for &&Probe<'_, io::Result<T>> {
    #[inline(always)]
    fn plimsoll_finish(&self, guard: &mut Guard<'_>, verdict: Verdict) {
        match self.0 {
            Err(error) if verdict != Verdict::Ok => fail(guard, io_kind(error.kind())),
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

/// The last segment of a type's path; of `Box<dyn Error>`, that of the trait.
fn short_name(path: &'static str) -> &'static str {
    match path.as_bytes().first() {
        Some(b'(') if path != "()" => return "tuple",
        Some(b'[') => return "array",
        _ => {}
    }
    let path = match path.find("<dyn ") {
        Some(at) => &path[at + "<dyn ".len()..],
        None => path,
    };
    let end = path.find(['<', ' ', '>', '+']).unwrap_or(path.len());
    let path = &path[..end];
    path.rsplit("::").next().filter(|name| !name.is_empty()).unwrap_or("error")
}

/// The name of a kind of input or output error, as the standard library spells it.
fn io_kind(kind: io::ErrorKind) -> &'static str {
    use io::ErrorKind as K;
    match kind {
        K::NotFound => "NotFound",
        K::PermissionDenied => "PermissionDenied",
        K::ConnectionRefused => "ConnectionRefused",
        K::ConnectionReset => "ConnectionReset",
        K::ConnectionAborted => "ConnectionAborted",
        K::NotConnected => "NotConnected",
        K::AddrInUse => "AddrInUse",
        K::AddrNotAvailable => "AddrNotAvailable",
        K::BrokenPipe => "BrokenPipe",
        K::AlreadyExists => "AlreadyExists",
        K::WouldBlock => "WouldBlock",
        K::InvalidInput => "InvalidInput",
        K::InvalidData => "InvalidData",
        K::TimedOut => "TimedOut",
        K::WriteZero => "WriteZero",
        K::Interrupted => "Interrupted",
        K::Unsupported => "Unsupported",
        K::UnexpectedEof => "UnexpectedEof",
        K::OutOfMemory => "OutOfMemory",
        K::HostUnreachable => "HostUnreachable",
        K::NetworkUnreachable => "NetworkUnreachable",
        K::NetworkDown => "NetworkDown",
        K::StorageFull => "StorageFull",
        K::NotADirectory => "NotADirectory",
        K::IsADirectory => "IsADirectory",
        K::DirectoryNotEmpty => "DirectoryNotEmpty",
        K::ReadOnlyFilesystem => "ReadOnlyFilesystem",
        K::ResourceBusy => "ResourceBusy",
        K::FileTooLarge => "FileTooLarge",
        K::Deadlock => "Deadlock",
        _ => "Other",
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_called_by_their_last_segment() {
        assert_eq!(short_name(type_name::<std::num::ParseIntError>()), "ParseIntError");
        assert_eq!(short_name(type_name::<Box<dyn Error + Send + Sync>>()), "Error");
        assert_eq!(short_name(type_name::<Option<Vec<u8>>>()), "Option");
        assert_eq!(short_name(type_name::<&str>()), "&str");
        assert_eq!(short_name(type_name::<()>()), "()");
        assert_eq!(short_name(type_name::<(u8, String)>()), "tuple");
        assert_eq!(short_name(type_name::<[u8; 4]>()), "array");
    }
}
