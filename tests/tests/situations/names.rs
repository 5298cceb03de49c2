//! What a call is called and where it stands; levels; names that mean something else here.

#![allow(dead_code, reason = "what shadows something is there for its name")]

use plimsoll::observe;
use plimsoll_tests::live::Live;

use crate::told::{Part, ends, ok};

#[observe]
fn by_default() {}

#[observe(name = "POST /orders")]
fn with_a_name_of_its_own() {}

#[observe]
fn r#move() {}

#[observe]
fn opens() {
    archive::opens();
    archive::vault::opens();
}

mod archive {
    use plimsoll::observe;

    #[observe]
    pub(super) fn opens() {}

    pub(super) mod vault {
        use plimsoll::observe;

        /// Its error is told under the module that it stands in.
        #[observe]
        pub(in super::super) fn fails() -> Result<(), std::fmt::Error> {
            Err(std::fmt::Error)
        }

        #[observe]
        pub(in super::super) fn opens() {}
    }
}

struct Desk;

#[observe]
impl Desk {
    fn opens(&self) {}

    #[observe(name = "close of business")]
    fn closes(&self) {}
}

/// Functions that a macro of the user's writes.
macro_rules! routes {
    ($($route:ident $name:tt),*) => {
        $(
            #[observe(name = $name)]
            fn $route() {}
        )*
    };
}

routes!(get_order "GET /orders/{id}", put_order "PUT /orders/{id}");

#[observe]
fn has_a_function_inside() -> u8 {
    #[observe]
    fn inside() -> u8 {
        1
    }

    inside()
}

/// A level is for a `tracing` subscriber. Once plimsoll runs, spans and metrics are complete.
#[observe(level = trace)]
fn at_trace() {}

#[observe(level = debug)]
fn at_debug() {}

#[observe(level = info)]
fn at_info() {}

#[observe(level = "warn")]
fn at_warn() {}

#[observe(level = "error")]
fn at_error() {}

/// Not the crate.
mod tracing {
    pub(super) fn shelf() -> &'static str {
        "a shelf"
    }
}

#[observe(log(shelf = public(tracing::shelf())))]
fn calls_a_module_of_that_name() -> &'static str {
    tracing::shelf()
}

/// Not the crates.
mod hidden {
    mod plimsoll {}
    mod core {}
    mod std {}

    #[::plimsoll::observe(crate = ::plimsoll, log(id))]
    pub(super) fn among_modules_of_those_names(id: u8) -> ::core::result::Result<u8, u8> {
        if id == 0 { Err(id) } else { Ok(id) }
    }
}

type Nothing = ();

enum Choice {
    Nothing,
    Something,
}

#[observe]
fn a_type_is_hidden_in_its_body() -> Nothing {
    #[allow(unused_imports, reason = "it hides the type, were the type named in the body")]
    use Choice::*;
}

#[deny(unused_variables)]
#[observe]
fn has_an_attribute_inside() {
    #![allow(unused_variables, reason = "it stands inside")]
    let unused = 42;
}

pub(crate) fn run(_: &Live) {
    by_default();
    with_a_name_of_its_own();
    r#move();
    opens();
    assert!(archive::vault::fails().is_err());
    Desk.opens();
    Desk.closes();
    get_order();
    put_order();
    put_order();
    assert_eq!(has_a_function_inside(), 1);
    for at in [at_trace, at_debug, at_info, at_warn, at_error] {
        at();
    }
    assert_eq!(calls_a_module_of_that_name(), "a shelf");
    assert!(hidden::among_modules_of_those_names(0).is_err());
    a_type_is_hidden_in_its_body();
    has_an_attribute_inside();
}

pub(crate) fn look(told: &Part<'_>) {
    let archive = told.part("situations::names::archive");
    let vault = told.part("situations::names::archive::vault");
    let opens = told.of("opens", ok(1)).alone();
    archive.of("opens", ok(1)).within(&opens);
    vault.of("opens", ok(1)).within(&opens);
    vault
        .of("fails", ends(0, 1, 0, 0))
        .error("Error", 1)
        .logged(&["ERROR failed: Error: an error occurred when formatting an argument"]);
    for name in [
        "by_default",
        "POST /orders",
        "move",
        "Desk::opens",
        "close of business",
        "GET /orders/{id}",
        "has_a_function_inside",
        "at_trace",
        "at_debug",
        "at_info",
        "at_warn",
        "at_error",
        "a_type_is_hidden_in_its_body",
        "has_an_attribute_inside",
    ] {
        told.of(name, ok(1));
    }
    told.of("PUT /orders/{id}", ok(2));
    told.of("inside", ok(1)).within(&told.of("has_a_function_inside", ok(1)));
    told.of("calls_a_module_of_that_name", ok(1)).fields(&["shelf=a shelf"]);
    told.part("situations::names::hidden")
        .of("among_modules_of_those_names", ends(0, 1, 0, 0))
        .fields(&["id=0"])
        .logged(&["ERROR failed: u8"]);
}
