//! Marks in a crate of the edition of 2015: paths begin at the root, traits need no `dyn`, and
//! `async`, `await`, `dyn` and `try` are names like any other.

#![deny(warnings)]
#![deny(missing_docs, missing_debug_implementations, unreachable_pub, unused, future_incompatible)]
#![forbid(unsafe_code)]
#![allow(
    absolute_paths_not_starting_with_crate,
    anonymous_parameters,
    bare_trait_objects,
    deprecated,
    elided_lifetimes_in_paths,
    ellipsis_inclusive_range_patterns,
    keyword_idents,
    mismatched_lifetime_syntaxes,
    reason = "this is what the edition is for"
)]
#![allow(clippy::result_unit_err, clippy::question_mark, reason = "the errors say nothing here")]

extern crate plimsoll;

use std::error::Error;
use std::fmt::{Debug, Display};
use std::future::Future;
use std::num::ParseIntError;
use std::pin::Pin;
use std::task::{Context, Poll};

use plimsoll::observe;

mod inside {
    use plimsoll::observe;
    use std::num::ParseIntError;

    #[observe]
    pub(crate) fn inner(text: &str) -> Result<u8, ParseIntError> {
        let number: u8 = text.parse()?;
        Ok(number + ::double(1))
    }

    #[::plimsoll::observe(crate = ::plimsoll)]
    pub(crate) fn by_path() -> Result<u8, ()> {
        Ok(1)
    }
}

/// Twice a number.
#[observe]
pub fn double(number: u8) -> u8 {
    number * 2
}

/// What a text says, and two.
#[observe]
pub fn parsed(text: &str) -> Result<u8, ParseIntError> {
    let number = try!(inside::inner(text));
    Ok(number)
}

/// The same for an error without a type.
#[observe]
pub fn parsed_or_boxed(text: &str) -> Result<u8, Box<Error + Send>> {
    if text.is_empty() {
        return Err(Box::new(std::fmt::Error));
    }
    match text.parse() {
        Ok(number @ 0...9) => Ok(number),
        Ok(_) => Err(Box::new(std::fmt::Error)),
        Err(error) => {
            let error: ParseIntError = error;
            Err(Box::new(error))
        }
    }
}

/// Shows something.
#[observe]
pub fn shown(value: &Display) -> Result<Box<Debug>, ()> {
    Ok(Box::new(value.to_string()))
}

/// A borrow that is not written.
#[observe]
pub fn word(text: &str) -> Word {
    Word(text)
}

/// A text that lives elsewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Word<'a>(pub &'a str);

/// Keywords of later editions as names.
#[observe]
pub fn async(await: u8, dyn: u8) -> Result<u8, u8> {
    let try = await + dyn;
    if try > 9 {
        Err(try)
    } else {
        Ok(try)
    }
}

/// A trait whose parameters have no names.
pub trait Anonymous {
    /// Has a body.
    fn ignored(&self, u8, &str) -> u8;

    /// Adds to it.
    #[observe]
    fn provided(&self, u8, text: &str) -> Result<u8, ParseIntError> {
        let number: u8 = text.parse()?;
        Ok(number + self.ignored(1, text))
    }
}

impl Anonymous for u8 {
    #[observe]
    fn ignored(&self, more: u8, _: &str) -> u8 {
        self + more
    }
}

/// A future by hand: without `async` there is no other.
#[derive(Debug)]
pub struct Ready(pub Result<u8, u8>);

impl Future for Ready {
    type Output = Result<u8, u8>;

    fn poll(self: Pin<&mut Self>, _: &mut Context) -> Poll<Result<u8, u8>> {
        Poll::Ready(self.0)
    }
}

/// A future.
#[observe]
pub fn later(number: u8) -> impl Future<Output = Result<u8, u8>> {
    if number == 0 {
        return Ready(Err(0));
    }
    Ready(Ok(number))
}

/// A boxed future, of a trait object without `dyn`: the call is the making of it.
#[observe]
pub fn boxed(number: u8) -> Pin<Box<Future<Output = Result<u8, u8>> + Send>> {
    Box::pin(Ready(Ok(number)))
}

/// Adds to what it is given, later.
#[observe]
pub fn closures(by: u8) -> Box<Fn(u8) -> Result<u8, ()>> {
    Box::new(move |more| by.checked_add(more).ok_or(()))
}

/// Calls what is not public.
#[observe]
pub fn all_inside() -> Result<u8, ()> {
    inside::by_path()
}
