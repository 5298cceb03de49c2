//! Names that mean something else where the mark stands.

use plimsoll_tests::live::Ends;
use plimsoll_tests::polling::block_on;

use crate::table::{ends, ok};

/// Nothing is in scope but what is named.
#[no_implicit_prelude]
mod bare {
    use ::core::future::{Future, ready};
    use ::core::num::ParseIntError;
    use ::core::option::Option;
    use ::core::result::Result;
    use ::plimsoll::observe;
    use ::std::boxed::Box;
    use ::std::pin::Pin;

    #[observe]
    pub(super) fn plain(text: &str) -> Result<u8, ParseIntError> {
        let number: u8 = text.parse()?;
        Result::Ok(number)
    }

    #[observe]
    pub(super) fn straight(number: u8) -> Result<u8, u8> {
        if number > 1 { Result::Err(number) } else { Result::Ok(number) }
    }

    #[observe]
    pub(super) fn in_place(number: u8) -> Option<u8> {
        Option::Some(number)
    }

    #[observe]
    pub(super) fn judged(number: u8) -> u8 {
        number
    }

    #[observe(log(number), error_if = |out: &u8| *out > 1)]
    pub(super) async fn later(number: u8) -> u8 {
        ready(number).await
    }

    #[observe]
    pub(super) fn block(number: u8) -> impl Future<Output = Result<u8, ()>> {
        async move { Result::Ok(ready(number).await) }
    }

    #[observe]
    pub(super) fn made(number: u8) -> impl Future<Output = u8> {
        ready(number)
    }

    #[observe]
    pub(super) fn boxed(number: u8) -> Pin<Box<dyn Future<Output = u8>>> {
        Box::pin(ready(number))
    }
}

/// The names of the standard library mean something else.
#[allow(
    dead_code,
    unused_macros,
    non_camel_case_types,
    reason = "they are in the way, that is all"
)]
mod shadowed {
    use plimsoll::observe;

    #[derive(Debug, PartialEq, Eq)]
    pub(super) struct Result(pub(super) u8);
    pub(super) struct Option;
    struct Some;
    struct None;
    struct Ok;
    pub(super) struct Err;
    pub(super) struct Box;
    struct Vec;
    struct String;
    struct Pin;
    struct Slot;
    struct Scope;
    struct Site;
    struct Probe;
    struct bool;
    struct usize;
    struct str;
    trait Future {}
    trait Send {}
    trait Sync {}
    trait Fn {}
    trait FnOnce {}
    trait Drop {}
    mod core {}
    mod std {}
    mod alloc {}
    mod plimsoll_macros {}
    mod __private {}
    fn drop() {}
    fn call_once() {}
    fn error_if() {}
    fn slot() {}
    fn scope() {}
    fn out() {}

    macro_rules! refused {
        ($($name:ident)*) => {$(
            macro_rules! $name {
                () => {
                    compile_error!("not this one")
                };
            }
        )*};
    }

    refused! { module_path concat stringify panic format vec }

    #[observe]
    pub(super) fn own_result(number: u8) -> Result {
        slot();
        scope();
        out();
        Result(number)
    }

    #[observe]
    pub(super) fn own_option() -> Option {
        Option
    }

    #[observe]
    pub(super) fn true_result(number: u8) -> ::core::result::Result<u8, Err> {
        if number == 0 {
            return ::core::result::Result::Err(Err);
        }
        ::core::result::Result::Ok(number)
    }

    #[observe]
    pub(super) async fn later(number: u8) -> ::core::result::Result<Result, Box> {
        if number == 0 {
            ::core::result::Result::Err(Box)
        } else {
            ::core::result::Result::Ok(Result(number))
        }
    }

    #[observe]
    pub(super) fn block() -> impl ::core::future::Future<Output = Result> + ::core::marker::Send {
        async { Result(1) }
    }

    #[observe]
    pub(super) fn made() -> impl ::core::future::Future<Output = Result> + ::core::marker::Unpin {
        ::core::future::ready(Result(1))
    }

    #[observe]
    pub(super) fn boxed()
    -> ::core::pin::Pin<::std::boxed::Box<dyn ::core::future::Future<Output = Result>>> {
        ::std::boxed::Box::pin(::core::future::ready(Result(1)))
    }

    #[observe]
    pub(super) fn parameters<Result, Option, T, const SITE: u8>(
        one: Result,
        two: Option,
        _: T,
    ) -> (Result, Option) {
        (one, two)
    }

    #[observe]
    pub(super) fn result_is_a_parameter<Result>(one: Result) -> Result {
        one
    }
}

/// Constants, unit types and methods with names as the mark's own may be.
#[allow(dead_code, non_upper_case_globals, non_camel_case_types, reason = "they are in the way")]
mod in_the_way {
    use plimsoll::observe;

    const scope: u8 = 1;
    static slot: u8 = 1;
    static inner: u8 = 1;
    struct out;
    struct samples;

    enum Unit {
        site,
        call,
    }
    use Unit::{call, site};

    /// Everything has all these methods.
    #[expect(clippy::new_ret_no_self, clippy::wrong_self_convention, reason = "as above")]
    trait Everything: Sized {
        fn new(self) {}
        fn enter(self, _: u8) {}
        fn enter_async(self, _: u8) {}
        fn run(self) {}
        fn is_on(self) {}
        fn log(self) {}
        fn recording(self) {}
        fn finish(&self) {}
        fn step(&self) {}
        fn poll(self) {}
        fn or(self) {}
    }

    impl<T> Everything for T {}

    #[observe]
    pub(super) fn straight(number: u8) -> Result<u8, ()> {
        let _ = (out, samples, site, call);
        Ok(number + scope + slot + inner)
    }

    #[observe(log(number), error_if = |value: &Result<u8, ()>| value.is_err())]
    pub(super) fn early(number: u8) -> Result<u8, ()> {
        number.finish();
        if number == 0 {
            return Err(());
        }
        Ok(number + scope)
    }

    #[observe]
    pub(super) fn in_place(number: u8) -> Option<u8> {
        const _scope: u8 = 1;
        static slot: u8 = 2;
        Some(number + slot)
    }

    #[observe(log(number))]
    pub(super) async fn later(number: u8) -> Result<u8, ()> {
        number.run();
        Ok(number + scope)
    }

    #[observe]
    pub(super) fn made() -> impl Future<Output = Result<u8, ()>> {
        std::future::ready(Ok(inner))
    }
}

pub(crate) fn run() {
    assert_eq!((bare::plain("1"), bare::plain("x").is_err()), (Ok(1), true));
    assert_eq!((bare::straight(1), bare::straight(2)), (Ok(1), Err(2)));
    assert_eq!((bare::in_place(1), bare::judged(1)), (Some(1), 1));
    assert_eq!((block_on(bare::later(1)), block_on(bare::later(2))), (1, 2));
    assert_eq!((block_on(bare::block(1)), block_on(bare::made(1))), (Ok(1), 1));
    assert_eq!((block_on(bare::boxed(1)), shadowed::own_result(1).0), (1, 1));
    let shadowed::Option = shadowed::own_option();
    assert!(shadowed::true_result(1).is_ok() && shadowed::true_result(0).is_err());
    assert!(block_on(shadowed::later(1)).is_ok() && block_on(shadowed::later(0)).is_err());
    let futures =
        (block_on(shadowed::block()), block_on(shadowed::made()), block_on(shadowed::boxed()));
    assert_eq!(futures, (shadowed::Result(1), shadowed::Result(1), shadowed::Result(1)));
    assert_eq!(shadowed::parameters::<_, _, _, 1>(1, "x", ()), (1, "x"));
    assert_eq!(shadowed::result_is_a_parameter(1), 1);
    assert_eq!((in_the_way::straight(1), in_the_way::in_place(1)), (Ok(4), Some(3)));
    assert_eq!((in_the_way::early(1), in_the_way::early(0)), (Ok(2), Err(())));
    assert_eq!((block_on(in_the_way::later(1)), block_on(in_the_way::made())), (Ok(2), Ok(1)));
}

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("bare::plain", ends(1, 1, 0, 0)), ("bare::straight", ends(1, 1, 0, 0)),
    ("bare::in_place", ok(1)), ("bare::judged", ok(1)), ("bare::later", ends(1, 1, 0, 0)),
    ("bare::block", ok(1)), ("bare::made", ok(1)), ("bare::boxed", ok(1)),
    ("shadowed::own_result", ok(1)), ("shadowed::own_option", ok(1)),
    ("shadowed::true_result", ends(1, 1, 0, 0)), ("shadowed::later", ends(1, 1, 0, 0)),
    ("shadowed::block", ok(1)), ("shadowed::made", ok(1)), ("shadowed::boxed", ok(1)),
    ("shadowed::parameters", ok(1)), ("shadowed::result_is_a_parameter", ok(1)),
    ("in_the_way::straight", ok(1)), ("in_the_way::early", ends(1, 1, 0, 0)),
    ("in_the_way::in_place", ok(1)), ("in_the_way::later", ok(1)), ("in_the_way::made", ok(1)),
];
