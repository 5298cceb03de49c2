//! Other names for the mark, for its crate, and for results.

use plimsoll_tests::live::Ends;
use plimsoll_tests::polling::block_on;

use crate::table::{ends, ok};

/// An alias of `Result` is one.
mod aliases {
    use std::num::ParseIntError;

    use plimsoll::observe;

    pub(super) type Parsed = Result<u8, ParseIntError>;
    pub(super) type Outcome<T = (), E = String> = Result<T, E>;
    pub(super) type Maybe = Option<u8>;

    #[observe]
    pub(super) fn parsed(text: &str) -> Parsed {
        let number: u8 = text.parse()?;
        Ok(number)
    }

    #[observe]
    pub(super) fn outcome(fine: bool) -> Outcome {
        if fine { Ok(()) } else { Err("not fine".to_owned()) }
    }

    #[observe]
    pub(super) fn maybe(fine: bool) -> Maybe {
        fine.then_some(1)
    }

    #[observe]
    #[expect(unused_qualifications, reason = "some do write them")]
    pub(super) fn qualified(fine: bool) -> std::result::Result<(), self::Outcome<u8>> {
        if fine { Ok(()) } else { Err(Ok(1)) }
    }
}

/// The runtime is reached by other paths, and `plimsoll` is something else.
mod renamed {
    pub(super) mod reexport {
        pub(crate) use ::plimsoll;
        pub(crate) use ::plimsoll as telemetry;
    }

    mod plimsoll {}

    use reexport::plimsoll::observe;
    use reexport::telemetry;

    #[observe(crate = crate::names::renamed::reexport::plimsoll)]
    pub(super) fn from_the_root(number: u8) -> Result<u8, u8> {
        if number > 1 { Err(number) } else { Ok(number) }
    }

    #[observe(crate = self::reexport::telemetry)]
    pub(super) fn from_here() -> Option<u8> {
        Some(1)
    }

    #[observe(crate = telemetry)]
    pub(super) async fn imported() -> Result<u8, ()> {
        Ok(1)
    }

    #[telemetry::observe(crate = telemetry)]
    pub(super) fn by_path() -> Result<u8, ()> {
        Ok(1)
    }

    #[observe]
    pub(super) fn nothing_said() -> Result<u8, ()> {
        Ok(1)
    }

    /// A macro for other crates names the runtime through its own.
    macro_rules! through_dollar_crate {
        ($name:ident) => {
            #[$crate::names::renamed::reexport::plimsoll::observe(crate = $crate::names::renamed::reexport::plimsoll)]
            pub(super) fn $name() -> Result<u8, ()> {
                Ok(1)
            }
        };
    }

    through_dollar_crate!(by_macro);
}

/// The mark by other names and paths.
mod other_names {
    use plimsoll::observe as watched;
    use plimsoll::{self as host, metric};

    macro_rules! observe {
        () => {
            1
        };
    }

    mod observe {
        pub(super) const fn observe() -> u8 {
            1
        }
    }

    #[watched]
    pub(super) fn by_another_name() -> Result<u8, ()> {
        Ok(observe!())
    }

    #[plimsoll::observe]
    pub(super) fn by_path() -> Result<u8, ()> {
        Ok(observe::observe())
    }

    #[::plimsoll::observe]
    pub(super) fn by_absolute_path() -> Result<u8, ()> {
        Ok(1)
    }

    #[host::observe(name = "by_a_renamed_path")]
    pub(super) fn by_renamed_path() -> Result<u8, ()> {
        Ok(1)
    }

    #[metric(counter, name = "shapes_first", help = "Calls")]
    #[plimsoll::observe]
    pub(super) fn below_a_metric() -> Result<u8, ()> {
        Ok(1)
    }

    #[::plimsoll::observe]
    #[::plimsoll::metric(counter, name = "shapes_again", help = "Calls")]
    pub(super) fn above_a_metric() -> Result<u8, ()> {
        Ok(1)
    }
}

/// All of the crate is in scope.
mod globs {
    use plimsoll::*;

    #[observe]
    pub(super) fn by_glob() -> Result<u8, String> {
        Ok(1)
    }
}

pub(crate) fn run() {
    assert_eq!((aliases::parsed("1"), aliases::parsed("x").is_err()), (Ok(1), true));
    assert_eq!((aliases::outcome(true), aliases::outcome(false).is_err()), (Ok(()), true));
    assert_eq!((aliases::maybe(true), aliases::maybe(false)), (Some(1), None));
    assert_eq!((aliases::qualified(true), aliases::qualified(false)), (Ok(()), Err(Ok(1))));
    assert_eq!((renamed::from_the_root(1), renamed::from_the_root(2)), (Ok(1), Err(2)));
    assert_eq!((renamed::from_here(), block_on(renamed::imported())), (Some(1), Ok(1)));
    assert_eq!(
        (renamed::by_path(), renamed::by_macro(), renamed::nothing_said()),
        (Ok(1), Ok(1), Ok(1))
    );
    assert_eq!((other_names::by_another_name(), other_names::by_path()), (Ok(1), Ok(1)));
    assert_eq!((other_names::by_absolute_path(), other_names::by_renamed_path()), (Ok(1), Ok(1)));
    assert_eq!((other_names::below_a_metric(), other_names::above_a_metric()), (Ok(1), Ok(1)));
    assert_eq!(globs::by_glob(), Ok(1));
}

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("aliases::parsed", ends(1, 1, 0, 0)), ("aliases::outcome", ends(1, 1, 0, 0)),
    ("aliases::maybe", ok(2)), ("aliases::qualified", ends(1, 1, 0, 0)),
    ("renamed::from_the_root", ends(1, 1, 0, 0)), ("renamed::from_here", ok(1)),
    ("renamed::imported", ok(1)), ("renamed::by_path", ok(1)), ("renamed::nothing_said", ok(1)),
    ("renamed::by_macro", ok(1)), ("other_names::by_another_name", ok(1)),
    ("other_names::by_path", ok(1)), ("other_names::by_absolute_path", ok(1)),
    ("other_names::by_a_renamed_path", ok(1)), ("other_names::below_a_metric", ok(1)),
    ("other_names::above_a_metric", ok(1)), ("globs::by_glob", ok(1)),
];
