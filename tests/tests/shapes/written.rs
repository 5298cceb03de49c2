//! Functions that a `macro_rules!` writes, from fragments of every kind; the mark stands in the
//! macro, or is handed to it.

use std::fmt::{Debug, Display};
use std::num::ParseIntError;
use std::pin::Pin;

use plimsoll::observe;
use plimsoll_tests::live::Ends;
use plimsoll_tests::polling::{block_on, pause};

use crate::panics::panic_of;
use crate::table::{ends, ok};

/// The mark and everything else is handed over as `meta`, or stands in the macro.
macro_rules! function {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $ty:ty),*) -> $ret:ty $body:block) => {
        $(#[$meta])* $vis fn $name($($arg: $ty),*) -> $ret $body
    };
}

function! {
    /// Documented.
    #[observe]
    #[inline]
    pub(crate) fn handed_over(one: u8, other: u8) -> Result<u8, ()> {
        one.checked_sub(other).ok_or(())
    }
}

function! {
    #[observe(name = "handed_over_early", log(text.len = text.len()))]
    fn handed_over_with_arguments(text: &str) -> Result<u8, ParseIntError> {
        let number: u8 = text.parse()?;
        Ok(number)
    }
}

function! {
    #[cfg_attr(test, plimsoll::observe)]
    fn handed_over_opaque(list: &[u8]) -> impl Iterator<Item = u8> + '_ {
        list.iter().map(|value| value + 1)
    }
}

function! {
    #[observe]
    fn handed_over_future(number: u8) -> impl Future<Output = Result<u8, u8>> {
        async move {
            pause().await;
            if number > 1 { Err(number) } else { Ok(number) }
        }
    }
}

function! {
    #[observe]
    fn handed_over_boxed(number: u8) -> Pin<Box<dyn Future<Output = u8> + Send>> {
        if number == 0 {
            return Box::pin(std::future::ready(0));
        }
        Box::pin(async move { number })
    }
}

function! {
    #[observe]
    fn handed_over_in_place(number: u8) -> Option<u8> {
        let number = number.checked_sub(1)?;
        Some(number)
    }
}

function! {
    #[observe]
    fn handed_over_never(why: &str) -> ! {
        panic!("{why}")
    }
}

macro_rules! marked {
    (pattern $name:ident($($pattern:pat_param => $ty:ty),*) $body:expr) => {
        #[observe]
        fn $name($($pattern: $ty),*) -> Result<u8, String> {
            $body
        }
    };
    // Statements as `stmt` are left out: without its `;` such a fragment is a statement only to the
    // compiler, and no longer one when an attribute has passed it on.
    (body $name:ident, $ret:ty, [$($body:tt)*] $tail:expr) => {
        #[observe]
        fn $name() -> $ret {
            $($body)*
            $tail
        }
    };
    (lifetime $name:ident<$life:lifetime, $type:ident: $bound:path>) => {
        #[observe]
        fn $name<$life, $type: $bound + ?Sized>(value: &$life $type, _: &str) -> &$life $type {
            value
        }
    };
    (tokens $name:ident $args:tt [$($ret:tt)*] $body:tt) => {
        #[observe]
        fn $name $args $($ret)* $body
    };
    (generics $name:ident [$($generics:tt)*] $args:tt -> $ret:ty, where [$($bounds:tt)*] $body:block) => {
        #[observe]
        fn $name<$($generics)*> $args -> $ret where $($bounds)* $body
    };
    (arguments $name:ident, $label:literal, $arg:ident, $field:expr, $judge:expr, $kind:ident) => {
        #[observe(name = $label, log($arg, length = $field), error_if = $judge, kind = $kind)]
        fn $name($arg: u8) -> u8 {
            $arg
        }
    };
    (later $name:ident($arg:ident: $ty:ty) -> $ret:ty $body:block) => {
        #[observe]
        async fn $name($arg: $ty) -> $ret $body
    };
    (block $name:ident, $output:ty, $future:expr) => {
        #[observe]
        fn $name() -> impl Future<Output = $output> {
            $future
        }
    };
    (const $name:ident, $size:expr, $ty:ty) => {
        #[observe]
        fn $name() -> Result<[$ty; $size], $ty> {
            Ok([<$ty>::default(); $size])
        }
    };
}

marked!(pattern patterns((one, _) => (u8, u8), [two, ..] => [u8; 2], _ => &str) Ok(one + two));
marked!(pattern pattern_and_question(text => &str) Ok(text.parse::<u8>().map_err(|_| "odd")?));
marked!(pattern only_a_return(number => u8) return if number > 0 { Ok(number) } else { Err("0".into()) });
marked!(body statements, Result<u8, ()>, [let one = 1; let two = one + 1;] Ok(one + two));
marked!(body statements_in_place, (u8, u8), [let one = 1;] (one, 2));
marked!(body result_of_fragments, Result<Vec<u8>, String>, [let list = vec![1];] Ok(list));
marked!(lifetime lives<'long, T: Debug>);
marked!(tokens by_tokens(text: &str) [-> Result<impl Display, ParseIntError>] {
    let number: u8 = text.parse()?;
    Ok(number)
});
marked!(tokens without_a_type(place: &mut u8) [] { *place += 1; });
marked!(generics generic [T, const N: usize, F](list: [T; N], with: F) -> Result<T, F>,
where [F: Fn(T) -> bool, T: Copy] {
    for value in list {
        if with(value) {
            return Ok(value);
        }
    }
    Err(with)
});
marked!(arguments with_arguments, "with arguments", number, number + 1, |out: &u8| *out > 1, client);
marked!(later awaited(text: &str) -> Result<u8, ParseIntError> {
    pause().await;
    let number = text.parse()?;
    Ok(number)
});
marked!(block block, u8, async { 1 });
marked!(block ready, Result<u8, ()>, std::future::ready(Err(())));
marked!(const array, 1 + 2, u8);

/// Whole items.
macro_rules! items {
    ($($item:item)*) => {
        $(#[observe] $item)*
    };
}

items! {
    #[must_use]
    pub(crate) fn whole(one: u8) -> u8 {
        one + 1
    }

    async fn whole_async(one: &u8) -> Result<u8, u8> {
        if *one > 1 { Err(*one) } else { Ok(*one) }
    }

    #[allow(clippy::needless_lifetimes, reason = "it is found in the unmarked one only")]
    fn whole_generic<'a, T>(values: &'a [T]) -> Result<&'a T, &'a str>
    where
        T: PartialEq,
    {
        values.first().ok_or("none")
    }
}

/// A name of the macro's and one of the caller's, alike and apart.
macro_rules! hygienic {
    ($name:ident, $count:ident, $sum:expr) => {
        #[observe]
        fn $name($count: u8) -> Result<u8, u8> {
            let sum = 100;
            let out = $sum;
            let scope = out + sum;
            if scope == 0 {
                return Err(scope);
            }
            Ok(scope)
        }
    };
}

hygienic!(apart, sum, sum + sum);

/// Methods: `self` has to come from the caller.
macro_rules! methods {
    ($type:ident { $($(#[$meta:meta])* fn $name:ident($self:ident $(, $arg:ident: $ty:ty)*) -> $ret:ty $body:block)* }) => {
        #[derive(Clone, Copy, Debug)]
        struct $type {
            value: u8,
        }

        impl $type {
            $(
                $(#[$meta])*
                #[observe(log($self.value))]
                fn $name(&mut $self $(, $arg: $ty)*) -> $ret $body
            )*
        }
    };
}

/// A macro that writes a macro that writes a function.
#[rustfmt::skip]
macro_rules! writer {
    ($macro:ident, $type:ty, $dollar:tt) => {
        macro_rules! $macro {
            ($dollar name:ident, $dollar value:expr) => {
                #[$crate::written::observed]
                fn $dollar name() -> Result<$type, String> {
                    let value: $type = $dollar value;
                    Ok(value)
                }
            };
        }
    };
}

pub(crate) use plimsoll::observe as observed;

writer!(numbers, u16, $);
numbers!(written_twice, 7);

/// A function for each type, named by the caller.
macro_rules! for_types {
    ($($name:ident: $type:ty = $value:literal),* $(,)?) => {$(
        #[observe]
        fn $name() -> Result<$type, <$type as std::str::FromStr>::Err> {
            concat!($value).parse::<$type>()
        }
    )*};
}

for_types! { parsed_u8: u8 = 1, parsed_f32: f32 = 1.5, parsed_bool: bool = "no bool" }

methods! {
    Written {
        fn added(self, more: u8) -> u8 {
            self.value += more;
            self.value
        }

        #[must_use = "it says why"]
        fn checked(self, limit: u8) -> Result<&mut Self, u8> {
            if self.value > limit {
                return Err(self.value);
            }
            Ok(self)
        }
    }
}

pub(crate) fn run() {
    assert_eq!((handed_over(2, 1), handed_over(1, 2)), (Ok(1), Err(())));
    assert_eq!(handed_over_with_arguments("1"), Ok(1));
    assert!(handed_over_with_arguments("x").is_err());
    assert_eq!(handed_over_opaque(&[1, 2]).collect::<Vec<_>>(), [2, 3]);
    assert_eq!([1, 2].map(|number| block_on(handed_over_future(number))), [Ok(1), Err(2)]);
    assert_eq!([0, 1].map(|number| block_on(handed_over_boxed(number))), [0, 1]);
    assert_eq!((handed_over_in_place(1), handed_over_in_place(0)), (Some(0), None));
    assert_eq!(panic_of(|| handed_over_never("why")).message, "why");
    assert_eq!(patterns((1, 2), [3, 4], ""), Ok(4));
    assert_eq!((pattern_and_question("1"), pattern_and_question("")), (Ok(1), Err("odd".into())));
    assert_eq!((only_a_return(1), only_a_return(0)), (Ok(1), Err("0".into())));
    assert_eq!((statements(), statements_in_place()), (Ok(3), (1, 2)));
    assert_eq!(result_of_fragments(), Ok(vec![1]));
    assert_eq!(lives("long", &String::from("short")), "long");
    assert_eq!(by_tokens("1").map(|shown| shown.to_string()), Ok("1".to_owned()));
    let mut place = 1;
    without_a_type(&mut place);
    assert_eq!((place, generic([1, 2, 3], |value| value > 1).ok()), (2, Some(2)));
    assert!(generic([0; 0], |_| true).is_err());
    assert_eq!((with_arguments(1), with_arguments(2)), (1, 2));
    assert_eq!(block_on(awaited("1")), Ok(1));
    assert!(block_on(awaited("x")).is_err());
    assert_eq!((block_on(block()), block_on(ready())), (1, Err(())));
    assert_eq!(array(), Ok([0; 3]));
    assert_eq!(
        (whole(1), block_on(whole_async(&1)), block_on(whole_async(&2))),
        (2, Ok(1), Err(2))
    );
    assert_eq!((whole_generic(&[1]), whole_generic::<u8>(&[])), (Ok(&1), Err("none")));
    assert_eq!((apart(1), written_twice()), (Ok(102), Ok(7)));
    assert_eq!((parsed_u8(), parsed_f32().is_ok(), parsed_bool().is_err()), (Ok(1), true, true));
    let mut written = Written { value: 1 };
    assert_eq!(written.added(1), 2);
    assert_eq!(written.checked(2).map(|written| written.added(1)), Ok(3));
    assert_eq!(written.checked(2).err(), Some(3));
}

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("handed_over", ends(1, 1, 0, 0)), ("handed_over_early", ends(1, 1, 0, 0)),
    ("handed_over_opaque", ok(1)), ("handed_over_future", ends(1, 1, 0, 0)),
    ("handed_over_boxed", ok(2)), ("handed_over_in_place", ok(2)),
    ("handed_over_never", ends(0, 0, 0, 1)), ("patterns", ok(1)),
    ("pattern_and_question", ends(1, 1, 0, 0)), ("only_a_return", ends(1, 1, 0, 0)),
    ("statements", ok(1)), ("statements_in_place", ok(1)), ("result_of_fragments", ok(1)),
    ("lives", ok(1)), ("by_tokens", ok(1)), ("without_a_type", ok(1)),
    ("generic", ends(1, 1, 0, 0)), ("with arguments", ends(1, 1, 0, 0)),
    ("awaited", ends(1, 1, 0, 0)), ("block", ok(1)), ("ready", ends(0, 1, 0, 0)),
    ("array", ok(1)), ("whole", ok(1)), ("whole_async", ends(1, 1, 0, 0)),
    ("whole_generic", ends(1, 1, 0, 0)), ("apart", ok(1)), ("written_twice", ok(1)),
    ("parsed_u8", ok(1)), ("parsed_f32", ok(1)), ("parsed_bool", ends(0, 1, 0, 0)),
    ("added", ok(2)), ("checked", ends(1, 1, 0, 0)),
];
