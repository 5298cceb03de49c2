//! Marks in crates of earlier editions: `tests/editions/`.

use std::cell::RefCell;
use std::sync::Mutex;

use e2015::Anonymous;
use plimsoll_tests::live::Ends;
use plimsoll_tests::polling::block_on;

use crate::panics::panic_of;
use crate::table::{ends, ok};

/// Calls those of 2015.
pub(crate) fn run_2015() {
    assert_eq!((e2015::double(2), e2015::parsed("1")), (4, Ok(3)));
    assert!(e2015::parsed("x").is_err());
    let told = ["1", "", "10", "x"].map(|text| e2015::parsed_or_boxed(text).ok());
    assert_eq!(told, [Some(1), None, None, None]);
    assert!(e2015::shown(&1).is_ok_and(|shown| format!("{shown:?}") == "\"1\""));
    assert_eq!(e2015::word("a"), e2015::Word("a"));
    assert_eq!((e2015::r#async(1, 2), e2015::r#async(9, 2)), (Ok(3), Err(11)));
    assert_eq!((1.ignored(2, ""), 1.provided(0, "3")), (3, Ok(5)));
    assert!(1.provided(0, "x").is_err());
    assert_eq!([0, 1].map(|number| block_on(e2015::later(number))), [Err(0), Ok(1)]);
    assert_eq!((block_on(e2015::boxed(1)), e2015::all_inside()), (Ok(1), Ok(1)));
    assert_eq!(e2015::closures(1)(1), Ok(2));
}

/// Calls those of 2018.
pub(crate) fn run_2018() {
    assert_eq!((e2018::parsed("1"), e2018::parsed("x").is_err()), (Ok(1), true));
    let told = ["1", "10", "x"].map(|text| e2018::parsed_or_boxed(text).ok());
    assert_eq!(told, [Some(1), None, None]);
    assert_eq!((block_on(e2018::later("1")), block_on(e2018::later("x")).is_err()), (Ok(1), true));
    let mut list = vec![];
    assert!(block_on(e2018::later_moved("1".to_owned(), &mut list)).is_ok());
    assert!(block_on(e2018::later_moved(String::new(), &mut list)).is_err());
    assert_eq!((list, block_on(e2018::boxed("ab")), block_on(e2018::made(1))), (vec![1], 2, 1));
    assert_eq!([1, 2].map(|number| block_on(e2018::block(number))), [Ok(1), Err(2)]);
    let captures_nothing = e2018::captures_nothing(&String::from("ab"));
    let captures_no_more = e2018::captures_no_more(&String::from("2"));
    assert_eq!((block_on(captures_nothing), captures_no_more.map(Iterator::count)), (2, Ok(2)));
    let mut pair = e2018::Pair { left: "left".to_owned(), right: vec![] };
    let Ok((left, right)) = pair.taken() else { panic!("it has a left") };
    right.push(1);
    assert_eq!(left, "left");
    assert!(pair.taken().is_err());
    assert!(pair.parts().is_err_and(|pair| pair.right == [1]));
    let pair = e2018::Pair { left, right: vec![] };
    assert!(pair.parts().is_ok_and(|(left, _)| left == "left"));
}

/// Calls those of 2021.
#[expect(unsafe_code, reason = "one of them is unsafe")]
pub(crate) fn run_2021() {
    assert_eq!((e2021::parsed("1"), e2021::parsed("x").is_err()), (Ok(1), true));
    assert_eq!((block_on(e2021::later("1")), block_on(e2021::later("x")).is_err()), (Ok(1), true));
    assert_eq!([1, 2].map(|number| block_on(e2021::block(number))), [Ok(1), Err(2)]);
    let borrowing = e2021::borrowing("ab", &String::from("x"));
    assert_eq!(
        (block_on(borrowing), [0, 1].map(|number| block_on(e2021::boxed(number)))),
        (2, [0, 1])
    );
    let cell = || RefCell::new(vec![1]);
    assert_eq!(e2021::last_of_an_argument(cell()), Ok(2));
    assert_eq!(e2021::last_of_an_argument_early(cell()), Ok(1));
    assert_eq!(e2021::last_of_an_argument_early(RefCell::default()), Err(()));
    assert_eq!(e2021::last_of_an_argument_in_place(cell()), 1);
    assert_eq!(block_on(e2021::last_of_an_argument_later(cell())), Ok(1));
    assert_eq!(e2021::locked_in_a_condition(&Mutex::new(vec![1])), Ok(1));
    assert_eq!(e2021::locked_in_a_condition(&Mutex::default()), Err(true));
    assert_eq!(e2021::fields((vec![], "ab".to_owned())), Ok((2, "ab".to_owned())));
    assert_eq!(e2021::inferred(&["1", "1"]).map(|all| all.len()), Ok(1));
    assert!(e2021::inferred(&["x"]).is_err());
    // SAFETY: the pointer comes from a reference.
    assert_eq!(unsafe { e2021::read(&1) }, Ok(2));
    assert_eq!(panic_of(|| e2021::never("why")).message, "why");
    assert_eq!((e2021::fallback(true), e2021::fallback(false)), (Ok(1), Err(())));
}

/// How the calls of 2015 ended.
#[rustfmt::skip]
pub(crate) const ENDS_2015: &[(&str, Ends)] = &[
    ("double", ok(2)), ("parsed", ends(1, 1, 0, 0)), ("inside::inner", ends(1, 1, 0, 0)),
    ("parsed_or_boxed", ends(1, 3, 0, 0)), ("shown", ok(1)), ("word", ok(1)),
    ("async", ends(1, 1, 0, 0)), ("ignored", ok(2)), ("provided", ends(1, 1, 0, 0)),
    ("later", ends(1, 1, 0, 0)), ("boxed", ok(1)), ("closures", ok(1)), ("all_inside", ok(1)),
    ("inside::by_path", ok(1)),
];

/// How the calls of 2018 ended.
#[rustfmt::skip]
pub(crate) const ENDS_2018: &[(&str, Ends)] = &[
    ("parsed", ends(1, 1, 0, 0)), ("parsed_or_boxed", ends(1, 2, 0, 0)),
    ("later", ends(1, 1, 0, 0)), ("later_moved", ends(1, 1, 0, 0)), ("block", ends(1, 1, 0, 0)),
    ("boxed", ok(1)), ("made", ok(1)), ("captures_nothing", ok(1)), ("captures_no_more", ok(1)),
    ("taken", ends(1, 1, 0, 0)), ("parts", ends(1, 1, 0, 0)),
];

/// How the calls of 2021 ended.
#[rustfmt::skip]
pub(crate) const ENDS_2021: &[(&str, Ends)] = &[
    ("parsed", ends(1, 1, 0, 0)), ("later", ends(1, 1, 0, 0)), ("block", ends(1, 1, 0, 0)),
    ("borrowing", ok(1)), ("boxed", ok(2)), ("last_of_an_argument", ok(1)),
    ("last_of_an_argument_early", ends(1, 1, 0, 0)), ("last_of_an_argument_in_place", ok(1)),
    ("last_of_an_argument_later", ok(1)), ("locked_in_a_condition", ends(1, 1, 0, 0)),
    ("fields", ok(1)), ("inferred", ends(1, 1, 0, 0)), ("read", ok(1)),
    ("never", ends(0, 0, 0, 1)), ("fallback", ends(1, 1, 0, 0)),
];
