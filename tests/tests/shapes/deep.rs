//! Recursion: as deep as unmarked, in time that grows with the depth, on little more stack.
//!
//! A call takes this many bytes of stack in a debug build, unmarked and marked: 32 and 416 where the
//! body stays in place, 48 and 432 where its value is looked at, 96 and 528 where it runs in a
//! closure.

use std::thread;
use std::time::{Duration, Instant};

use plimsoll::observe;
use plimsoll_tests::live::Ends;

use crate::table::{ends, ok};

/// Where the innermost frame stands.
type Place = usize;

fn here<T>(local: &T) -> Place {
    std::ptr::from_ref(local).addr()
}

/// Each function twice.
macro_rules! twins {
    ($($function:item)*) => {
        mod marked {
            use super::*;
            $(#[observe] $function)*
        }

        mod plain {
            use super::*;
            $($function)*
        }
    };
}

twins! {
    /// The body stays where it is.
    pub(super) fn down(left: u32) -> Place {
        if left == 0 {
            return here(&left);
        }
        down(left - 1)
    }

    /// So does this one, but its value is looked at.
    pub(super) fn down_or_not(left: u32) -> Result<Place, u32> {
        if left == 0 { Ok(here(&left)) } else { down_or_not(left - 1) }
    }

    /// The body runs in a closure.
    pub(super) fn down_early(left: u32) -> Result<Place, u32> {
        if left == 0 {
            return Ok(here(&left));
        }
        let place = down_early(left - 1)?;
        Ok(place)
    }
}

#[observe]
fn fibonacci(number: u64) -> u64 {
    if number < 2 { number } else { fibonacci(number - 1) + fibonacci(number - 2) }
}

#[observe]
fn is_even(number: u8) -> Result<bool, u8> {
    match number {
        0 => Ok(true),
        255 => Err(number),
        _ => is_odd(number - 1),
    }
}

#[observe]
fn is_odd(number: u8) -> Result<bool, u8> {
    let before = number.checked_sub(1).ok_or(number);
    before.map_or(Ok(false), is_even)
}

#[observe]
fn by_closure(depth: u8, visit: &mut dyn FnMut(u8)) {
    visit(depth);
    if depth > 0 {
        by_closure(depth - 1, &mut |depth| visit(depth + 10));
    }
}

/// How deep it goes where only the stack is measured.
const SOME: u32 = 1000;

/// How deep it goes where the time is measured, and a tenth of that.
const DEEP: u32 = 100_000;

/// How often the time is measured: the machine may be busy with something else.
const TIMES: u32 = 2;

/// Bytes of stack that one call takes.
fn bytes(call: fn(u32) -> Place) -> usize {
    call(0).abs_diff(call(SOME)) / SOME as usize
}

/// How long so many calls take, one within the other, at best.
fn time(depth: u32, call: fn(u32) -> Place) -> Duration {
    let measure = move || {
        let times = (0..TIMES).map(|_| {
            let start = Instant::now();
            assert!(call(depth) > 0);
            start.elapsed()
        });
        times.min().expect("it is measured")
    };
    let thread = thread::Builder::new().stack_size(1 << 30).spawn(measure);
    thread.expect("a thread starts").join().expect("it is deep enough")
}

pub(crate) fn run() {
    assert_eq!(fibonacci(10), 55);
    assert_eq!((is_even(4), is_odd(4), is_even(255)), (Ok(true), Ok(false), Err(255)));
    let mut seen = vec![];
    by_closure(3, &mut |depth| seen.push(depth));
    assert_eq!(seen, [3, 12, 21, 30]);
    let early: fn(u32) -> Place = |depth| marked::down_early(depth).unwrap();
    let shapes: [(&str, fn(u32) -> Place, fn(u32) -> Place); 3] = [
        ("in place", marked::down, plain::down),
        ("looked at", |to| marked::down_or_not(to).unwrap(), |to| plain::down_or_not(to).unwrap()),
        ("early", early, |to| plain::down_early(to).unwrap()),
    ];
    for (name, marked, plain) in shapes {
        let (marked, plain) = (bytes(marked), bytes(plain));
        assert!(marked < plain + 1024, "{name}: {marked} bytes a call, unmarked {plain}");
    }
    let (tenth, all) = (time(DEEP / 10, early), time(DEEP, early));
    assert!(all < tenth * 20 + Duration::from_millis(200), "{tenth:?}, then {all:?}");
}

/// A call has all those below it.
const MEASURED: u64 = 1 + (SOME as u64 + 1);
const TIMED: u64 = (DEEP as u64 / 10 + 1 + DEEP as u64 + 1) * TIMES as u64;

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("marked::down", ok(MEASURED)), ("marked::down_or_not", ok(MEASURED)),
    ("marked::down_early", ok(MEASURED + TIMED)),
    ("fibonacci", ok(177)), ("is_even", ends(5, 1, 0, 0)), ("is_odd", ok(5)),
    ("by_closure", ok(4)),
];
