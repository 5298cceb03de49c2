//! What is an error, where the type does not say it: `error_if`, `ok_if`, `Option`, generic results.

use std::io;
use std::num::ParseIntError;

use plimsoll::observe;
use plimsoll_tests::live::Ends;
use plimsoll_tests::polling::block_on;

use crate::table::{ends, ok};

/// An error that nobody can print.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Unprintable;

#[observe]
fn unprintable(fail: bool) -> Result<u8, Unprintable> {
    if fail { Err(Unprintable) } else { Ok(1) }
}

#[observe(error_if = |status| *status >= 500)]
fn status(status: u16) -> u16 {
    status
}

#[observe(error_if = Option::is_none)]
fn present(value: Option<u8>) -> Option<u8> {
    let value = value?;
    Some(value)
}

#[observe(error_if = Option::is_none)]
async fn present_later(value: Option<u8>) -> Option<u8> {
    std::future::ready(value).await
}

#[observe(ok_if = is_missing)]
fn missing_is_fine(kind: io::ErrorKind) -> io::Result<u8> {
    Err(kind.into())
}

fn is_missing(read: &io::Result<u8>) -> bool {
    matches!(read, Err(error) if error.kind() == io::ErrorKind::NotFound)
}

/// `ok_if` is asked first.
#[observe(ok_if = |number| *number == Ok(0), error_if = Result::is_ok)]
fn both(text: &str) -> Result<i32, ParseIntError> {
    text.parse()
}

/// A generic result is no `Result` to the mark, unless somebody says so.
#[observe(error_if = Failing::failed)]
fn generic<R: Failing>(result: R) -> R {
    result
}

/// What can fail.
trait Failing {
    /// It has.
    fn failed(&self) -> bool;
}

impl Failing for Result<u8, u8> {
    fn failed(&self) -> bool {
        self.is_err()
    }
}

/// What the judge sees is the argument too, where the function leaves it one.
#[observe(error_if = |sum| *sum > limit)]
fn limited(items: &[u32], limit: u32) -> u32 {
    items.iter().sum()
}

/// The block judges for all of its functions, but for one that judges by itself.
struct Gate;

#[observe(error_if = |open: &bool| !open)]
impl Gate {
    fn opens(open: bool) -> bool {
        open
    }

    #[observe(ok_if = |_| true)]
    fn closes(open: bool) -> bool {
        !open
    }
}

/// Calls everything.
pub(crate) fn run() {
    assert!(unprintable(false) == Ok(1) && unprintable(true) == Err(Unprintable));
    assert_eq!((status(200), status(503)), (200, 503));
    assert_eq!((present(Some(1)), present(None)), (Some(1), None));
    assert_eq!((block_on(present_later(Some(1))), block_on(present_later(None))), (Some(1), None));
    assert!(missing_is_fine(io::ErrorKind::NotFound).is_err());
    assert!(missing_is_fine(io::ErrorKind::TimedOut).is_err());
    assert_eq!((both("0"), both("1")), (Ok(0), Ok(1)));
    assert!(both("x").is_err());
    assert_eq!((generic(Ok::<u8, u8>(1)), generic(Err::<u8, u8>(1))), (Ok(1), Err(1)));
    assert_eq!((limited(&[1, 2], 3), limited(&[1, 2], 2)), (3, 3));
    assert!(Gate::opens(true) && !Gate::opens(false));
    assert!(!Gate::closes(true));
}

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("unprintable", ends(1, 1, 0, 0)), ("status", ends(1, 1, 0, 0)),
    ("present", ends(1, 1, 0, 0)), ("present_later", ends(1, 1, 0, 0)),
    ("missing_is_fine", ends(1, 1, 0, 0)), ("both", ends(1, 2, 0, 0)),
    ("generic", ends(1, 1, 0, 0)), ("limited", ends(1, 1, 0, 0)),
    ("Gate::opens", ends(1, 1, 0, 0)), ("Gate::closes", ok(1)),
];
