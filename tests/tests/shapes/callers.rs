//! `#[track_caller]`: the place that a marked function tells, or panics at, is its caller's.
//!
//! What leaves such a body by `return` is not looked at: the documentation of the mark says so.

use std::fmt::Debug;
use std::num::ParseIntError;
use std::panic::Location;

use plimsoll::observe;
use plimsoll_tests::live::Ends;

use crate::panics::panic_of;
use crate::table::{ends, ok};

type Place = &'static Location<'static>;

/// A result by another name.
type Checked<T> = Result<T, String>;

/// Each function twice.
macro_rules! twins {
    ($($function:item)*) => {
        mod marked {
            use super::*;
            $(#[observe] #[track_caller] $function)*
        }

        mod plain {
            use super::*;
            $(#[track_caller] $function)*
        }
    };
}

twins! {
    pub(super) fn place() -> Place {
        Location::caller()
    }

    pub(super) fn place_or_not() -> Result<Place, ()> {
        Ok(Location::caller())
    }

    pub(super) fn place_by_another_name() -> Checked<Place> {
        Ok(Location::caller())
    }

    pub(super) fn line() -> u32 {
        Location::caller().line()
    }

    pub(super) fn nothing(place: &mut Option<Place>) {
        *place = Some(Location::caller());
    }

    pub(super) fn place_of_generic<T: Debug>(value: T) -> (Place, T) {
        (Location::caller(), value)
    }

    pub(super) fn left_early(early: bool) -> Option<Place> {
        if early {
            return Some(Location::caller());
        }
        let place = Some(Location::caller())?;
        Some(place)
    }

    pub(super) fn left_by_question_mark(text: &str) -> Result<Place, ParseIntError> {
        let _: u8 = text.parse()?;
        Ok(Location::caller())
    }

    pub(super) fn left_by_return(number: u8) -> Result<Place, u8> {
        if number > 1 {
            return Err(number);
        }
        if number == 1 {
            return Ok(Location::caller());
        }
        Ok(Location::caller())
    }

    pub(super) fn panics_after_question_mark(text: &str) -> Result<u8, ParseIntError> {
        let number: u8 = text.parse()?;
        Ok(255 / number)
    }

    pub(super) fn passed_on() -> Result<Place, ()> {
        place_or_not()
    }

    pub(super) fn unwrapped(value: Option<u8>) -> u8 {
        value.unwrap()
    }

    pub(super) fn expected(value: Result<u8, ()>) -> Result<u8, ()> {
        Ok(value.expect("a value"))
    }

    pub(super) fn indexed(list: &[u8], at: usize) -> u8 {
        list[at]
    }

    pub(super) fn sliced(list: &[u8], at: usize) -> Result<&[u8], ()> {
        Ok(&list[at..])
    }

    pub(super) fn divided(one: u8, other: u8) -> u8 {
        one / other
    }

    pub(super) fn asserted(value: u8) -> Result<u8, ()> {
        assert_eq!(value, 1, "it is one");
        Ok(value)
    }

    pub(super) fn gives_up(why: &str) -> ! {
        panic!("{why}")
    }
}

#[derive(Clone, Copy, Debug)]
struct Marked;

#[derive(Clone, Copy, Debug)]
struct Plain;

trait Tells {
    fn place(&self) -> Result<Place, ()>;

    #[track_caller]
    #[observe]
    fn provided(&self) -> Place {
        Location::caller()
    }
}

impl Marked {
    #[track_caller]
    #[observe]
    fn own(self) -> Result<(Self, Place), ()> {
        Ok((self, Location::caller()))
    }
}

impl Tells for Marked {
    #[observe(name = "place_by_trait")]
    #[track_caller]
    fn place(&self) -> Result<Place, ()> {
        Ok(Location::caller())
    }
}

impl Tells for Plain {
    #[track_caller]
    fn place(&self) -> Result<Place, ()> {
        Ok(Location::caller())
    }
}

/// Both twins, called from one place, give the same.
macro_rules! compare {
    ($($name:ident($($argument:expr),*);)*) => {$(
        let plain = plain::$name($($argument),*);
        assert_eq!(marked::$name($($argument),*), plain, "{}", stringify!($name));
    )*};
}

/// Both twins, called from one place, panic there and in the same way.
macro_rules! compare_panics {
    ($($name:ident($($argument:expr),*);)*) => {$(
        let plain = panic_of(|| plain::$name($($argument),*));
        assert_eq!(panic_of(|| marked::$name($($argument),*)), plain, "{}", stringify!($name));
    )*};
}

pub(crate) fn run() {
    compare! {
        place();
        place_or_not();
        place_by_another_name();
        line();
        nothing(&mut None);
        place_of_generic("x");
        left_early(true);
        left_early(false);
        left_by_question_mark("1");
        left_by_question_mark("x");
        left_by_return(0);
        left_by_return(1);
        left_by_return(2);
        panics_after_question_mark("1");
        panics_after_question_mark("x");
        passed_on();
        unwrapped(Some(1));
        expected(Ok(1));
        indexed(&[1], 0);
        sliced(&[1], 0);
        divided(1, 2);
        asserted(1);
    }
    let here = line!() + 1;
    assert_eq!((marked::line(), marked::passed_on().map(Location::line)), (here, Ok(here)));
    compare_panics! {
        unwrapped(None);
        expected(Err(()));
        indexed(&[], 0);
        sliced(&[], 1);
        divided(1, 0);
        asserted(2);
        gives_up("it gives up");
        panics_after_question_mark("0");
    }
    let here = line!() + 1;
    assert_eq!(panic_of(|| marked::unwrapped(None)).line, here);
    let here = line!() + 2;
    let places = [
        Marked.own().map(|(_, place)| place.line()),
        Marked.place().map(Location::line),
        Plain.place().map(Location::line),
        Ok(Marked.provided().line()),
    ];
    assert_eq!(places, [here, here + 1, here + 2, here + 3].map(Ok));
    let pointer: fn() -> Result<Place, ()> = marked::place_or_not;
    let dynamic: &dyn Tells = &Marked;
    assert!(pointer().is_ok() && dynamic.place().is_ok(), "without a caller that could be told");
}

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("marked::place", ok(1)), ("marked::place_or_not", ok(4)),
    ("marked::place_by_another_name", ok(1)), ("marked::line", ok(2)), ("marked::nothing", ok(1)),
    ("marked::place_of_generic", ok(1)), ("marked::left_early", ok(2)),
    ("marked::left_by_question_mark", ends(1, 1, 0, 0)), ("marked::left_by_return", ok(3)),
    ("marked::panics_after_question_mark", ends(1, 1, 0, 1)), ("marked::passed_on", ok(2)), ("marked::unwrapped", ends(1, 0, 0, 2)),
    ("marked::expected", ends(1, 0, 0, 1)), ("marked::indexed", ends(1, 0, 0, 1)),
    ("marked::sliced", ends(1, 0, 0, 1)), ("marked::divided", ends(1, 0, 0, 1)),
    ("marked::asserted", ends(1, 0, 0, 1)), ("marked::gives_up", ends(0, 0, 0, 1)),
    ("own", ok(1)), ("place_by_trait", ok(2)), ("provided", ok(1)),
];
