//! What is dropped when: arguments, locals and temporaries of a marked function go in the order in
//! which those of its unmarked twin go.

use std::future::{Future, ready};
use std::pin::Pin;

use plimsoll::observe;
use plimsoll_tests::live::Ends;
use plimsoll_tests::polling::pause;

use crate::loud::{Loud, Pair, drive, said, say};
use crate::table::{ends, ok};

type Out = Result<u8, String>;

/// Each function twice.
macro_rules! twins {
    ($($function:item)*) => {
        #[allow(unused_assignments, reason = "what is assigned is dropped, that is all")]
        mod marked {
            use super::*;
            $(#[observe] $function)*
        }

        #[allow(unused_assignments, reason = "what is assigned is dropped, that is all")]
        mod plain {
            use super::*;
            $($function)*
        }
    };
}

twins! {
    pub(super) fn unused(_a: Loud, _b: Loud, _c: Loud) -> Out {
        say("body");
        Ok(1)
    }

    pub(super) fn unused_in_place(_a: Loud, _b: Loud, _c: Loud) {
        say("body");
    }

    pub(super) fn used(a: Loud, b: Loud, c: Loud) -> Out {
        Ok(c.look() + a.look() + b.look())
    }

    pub(super) fn used_in_place(a: Loud, b: Loud, c: Loud) -> u8 {
        c.look() + a.look() + b.look()
    }

    pub(super) fn one_used(_a: Loud, b: Loud, _c: Loud) -> Out {
        Ok(b.look())
    }

    pub(super) fn ignored(_: Loud, b: Loud, _c: Loud) -> Out {
        Ok(b.look())
    }

    #[expect(let_underscore_drop, reason = "at once is when it should go")]
    pub(super) fn with_locals(a: Loud, b: Loud) -> Out {
        let local = Loud("local");
        let _ = a.look();
        let _ = Loud("at once");
        let _later = Loud("later");
        Ok(b.look() + local.look())
    }

    pub(super) fn moved(a: Loud, b: Loud, _c: Loud) -> Out {
        drop(b);
        say("after");
        Ok(a.look())
    }

    pub(super) fn moved_in_place(yes: bool, a: Loud, b: Loud) -> u8 {
        if yes {
            drop(a);
            return 2;
        }
        b.look()
    }

    pub(super) fn pattern((_a, _): (Loud, Loud), b: Loud) -> Out {
        Ok(b.look())
    }

    pub(super) fn patterns((a, _b): (Loud, Loud), Pair { left: _c, right: d }: Pair) -> Out {
        Ok(d.look() + a.look())
    }

    pub(super) fn rest(Pair { left, .. }: Pair, [_a, .., b]: [Loud; 3], _c: Loud) -> Out {
        Ok(left.look() + b.look())
    }

    pub(super) fn field(pair: Pair, c: Loud) -> Out {
        drop(pair.left);
        Ok(c.look())
    }

    pub(super) fn fields(pair: Pair, c: Loud) -> Out {
        Ok(pair.right.look() + c.look())
    }

    pub(super) fn tail(a: Loud) -> Out {
        let local = Loud("local");
        Ok(a.lend().value() + local.lend().value())
    }

    pub(super) fn matched(a: Loud) -> Out {
        match a.lend().value() {
            1 => Ok(a.look()),
            _ => Err(String::new()),
        }
    }

    pub(super) fn conditional(a: Loud) -> Out {
        if let 1..=2 = a.lend().value() { Ok(a.look()) } else { Err(String::new()) }
    }

    pub(super) fn fails(_a: Loud, _b: Loud) -> Out {
        let _local = Loud("local");
        let _: u8 = "x".parse().map_err(|_| String::from("x"))?;
        Ok(1)
    }

    pub(super) fn unwinds(a: Loud, b: Loud) -> Out {
        let _local = Loud("local");
        panic!("at {}", a.look() + b.look())
    }

    pub(super) fn unwinds_in_place(a: Loud, b: Loud) {
        let _local = Loud("local");
        assert_eq!(a.look(), b.look() + 1, "at once");
    }

    pub(super) fn shadowed(a: Loud, b: Loud) -> Out {
        let seen = a.look();
        let a = Loud("another");
        Ok(seen + a.look() + b.look())
    }

    pub(super) fn assigned(mut a: Loud, b: Loud) -> Out {
        a = Loud("another");
        Ok(a.look() + b.look())
    }

    pub(super) fn given_back(_a: Loud, b: Loud) -> Result<Loud, Loud> {
        let _local = Loud("local");
        Ok(b)
    }

    pub(super) fn given_back_in_place(_a: Loud, b: Loud) -> (Loud, u8) {
        let _local = Loud("local");
        (b, 1)
    }

    pub(super) fn generic<T, U>(_a: T, b: U) -> Result<U, T> {
        say("body");
        Ok(b)
    }

    pub(super) fn boxed(a: Box<Loud>, pair: Box<Pair>) -> Out {
        let _left = pair.left;
        Ok(a.look())
    }

    pub(super) fn in_a_closure(a: Loud, _b: Loud) -> Out {
        let look = move || a.look();
        let seen = look();
        say("seen");
        Ok(seen)
    }

    pub(super) fn moved_or_not(yes: bool, a: Loud, b: Loud) -> Out {
        if yes {
            drop(a);
            return Ok(2);
        }
        Ok(b.look())
    }

    pub(super) async fn later_unused(_a: Loud, _b: Loud, _c: Loud) -> Out {
        say("body");
        pause().await;
        Ok(1)
    }

    pub(super) async fn later_unused_in_place(_a: Loud, _b: Loud, _c: Loud) {
        say("body");
        pause().await;
    }

    pub(super) async fn later_ignored(_: Loud, b: Loud) -> Out {
        pause().await;
        Ok(b.look())
    }

    pub(super) async fn later_pattern((_a, _): (Loud, Loud), b: Loud) -> Out {
        pause().await;
        Ok(b.look())
    }

    pub(super) async fn later_patterns((_a, _b): (Loud, Loud), pair: Pair) -> Out {
        let Pair { left: _left, right } = pair;
        pause().await;
        Ok(right.look())
    }

    pub(super) async fn later_field(pair: Pair, c: Loud) -> Out {
        drop(pair.left);
        pause().await;
        Ok(c.look())
    }

    pub(super) async fn later_tail(a: Loud) -> Out {
        pause().await;
        Ok(a.lend().value())
    }

    pub(super) async fn later_fails(_a: Loud, _b: Loud) -> Out {
        let _local = Loud("local");
        pause().await;
        let _: u8 = "x".parse().map_err(|_| String::from("x"))?;
        Ok(1)
    }

    pub(super) async fn later_unwinds(a: Loud) -> Out {
        let _local = Loud("local");
        pause().await;
        panic!("at {}", a.look())
    }

    pub(super) async fn later_given_back(_a: Loud, b: Loud) -> Result<Loud, Loud> {
        let _local = Loud("local");
        pause().await;
        Ok(b)
    }

    pub(super) fn block(a: Loud, b: Loud) -> impl Future<Output = Out> {
        say("before");
        async move {
            let seen = b.look();
            pause().await;
            Ok(seen + a.look())
        }
    }

    pub(super) fn boxed_block(_a: Loud, b: Loud) -> Pin<Box<dyn Future<Output = Out> + Send>> {
        let _local = Loud("local");
        Box::pin(async move {
            pause().await;
            Ok(b.look())
        })
    }

    pub(super) fn made_elsewhere(_a: Loud, b: Loud) -> impl Future<Output = Out> {
        let _local = Loud("local");
        ready(Ok(b.look()))
    }

    pub(super) async fn later_used(a: Loud, b: Loud, c: Loud) -> Out {
        let seen = c.look();
        pause().await;
        Ok(seen + a.look() + b.look())
    }

    pub(super) async fn later_one_used(_a: Loud, b: Loud, _c: Loud) -> Out {
        pause().await;
        Ok(b.look())
    }

    pub(super) async fn later_moved(a: Loud, b: Loud, _c: Loud) -> Out {
        drop(b);
        pause().await;
        Ok(a.look())
    }
}

/// Calls both twins, and compares what is said until what they gave is dropped.
macro_rules! compare {
    ($($name:ident($($argument:expr),*);)*) => {$(
        let marked = said(|| {
            let _out = marked::$name($($argument),*);
            say("returned");
        });
        let plain = said(|| {
            let _out = plain::$name($($argument),*);
            say("returned");
        });
        assert_eq!(marked, plain, "{}", stringify!($name));
    )*};
}

/// The same for futures that are dropped before their first poll, after it, and when they are
/// ready.
macro_rules! compare_futures {
    ($($name:ident($($argument:expr),*);)*) => {$(
        for polls in 0..=2 {
            let marked = said(|| drive(marked::$name($($argument),*), polls));
            let plain = said(|| drive(plain::$name($($argument),*), polls));
            assert_eq!(marked, plain, "{}", stringify!($name));
        }
    )*};
}

pub(crate) fn run() {
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| move || Loud(name));
    let pair = || Pair { left: Loud("left"), right: Loud("right") };
    compare! {
        unused(a(), b(), c());
        unused_in_place(a(), b(), c());
        used(a(), b(), c());
        used_in_place(a(), b(), c());
        one_used(a(), b(), c());
        ignored(a(), b(), c());
        with_locals(a(), b());
        moved(a(), b(), c());
        moved_in_place(true, a(), b());
        moved_in_place(false, a(), b());
        moved_or_not(true, a(), b());
        moved_or_not(false, a(), b());
        pattern((a(), d()), b());
        patterns((a(), b()), pair());
        rest(pair(), [a(), b(), d()], c());
        field(pair(), c());
        fields(pair(), c());
        tail(a());
        matched(a());
        conditional(a());
        fails(a(), b());
        unwinds(a(), b());
        unwinds_in_place(a(), b());
        shadowed(a(), b());
        assigned(a(), b());
        given_back(a(), b());
        given_back_in_place(a(), b());
        generic(a(), b());
        boxed(Box::new(a()), Box::new(pair()));
        in_a_closure(a(), b());
    }
    compare_futures! {
        later_unused(a(), b(), c());
        later_used(a(), b(), c());
        later_one_used(a(), b(), c());
        later_moved(a(), b(), c());
        later_unused_in_place(a(), b(), c());
        later_ignored(a(), b());
        later_pattern((a(), d()), b());
        later_patterns((a(), b()), pair());
        later_field(pair(), c());
        later_tail(a());
        later_fails(a(), b());
        later_unwinds(a());
        later_given_back(a(), b());
        block(a(), b());
        boxed_block(a(), b());
        made_elsewhere(a(), b());
    }
    let said = said(|| drop(marked::used(a(), b(), c())));
    assert_eq!(said, ["look at c", "look at a", "look at b", "c", "b", "a"], "it is heard");
}

/// A future that was dropped once while it waited, and once was ready.
const LATER: Ends = ends(1, 0, 1, 0);

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("marked::unused", ok(1)), ("marked::unused_in_place", ok(1)), ("marked::used", ok(2)),
    ("marked::used_in_place", ok(1)), ("marked::one_used", ok(1)), ("marked::ignored", ok(1)),
    ("marked::with_locals", ok(1)), ("marked::moved", ok(1)), ("marked::moved_in_place", ok(2)), ("marked::moved_or_not", ok(2)),
    ("marked::later_used", LATER), ("marked::later_one_used", LATER), ("marked::later_moved", LATER),
    ("marked::pattern", ok(1)), ("marked::patterns", ok(1)), ("marked::rest", ok(1)),
    ("marked::field", ok(1)), ("marked::fields", ok(1)), ("marked::tail", ok(1)),
    ("marked::matched", ok(1)), ("marked::conditional", ok(1)),
    ("marked::fails", ends(0, 1, 0, 0)), ("marked::unwinds", ends(0, 0, 0, 1)),
    ("marked::unwinds_in_place", ends(0, 0, 0, 1)), ("marked::shadowed", ok(1)),
    ("marked::assigned", ok(1)), ("marked::given_back", ok(1)),
    ("marked::given_back_in_place", ok(1)), ("marked::generic", ok(1)), ("marked::boxed", ok(1)),
    ("marked::in_a_closure", ok(1)), ("marked::later_unused", LATER),
    ("marked::later_unused_in_place", LATER), ("marked::later_ignored", LATER),
    ("marked::later_pattern", LATER), ("marked::later_patterns", LATER),
    ("marked::later_field", LATER), ("marked::later_tail", LATER),
    ("marked::later_fails", ends(0, 1, 1, 0)), ("marked::later_unwinds", ends(0, 0, 1, 1)),
    ("marked::later_given_back", LATER), ("marked::block", LATER), ("marked::boxed_block", LATER),
    ("marked::made_elsewhere", ok(2)),
];
