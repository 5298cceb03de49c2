//! A marked future is no larger than one under `#[tracing::instrument(skip_all)]`, and has the auto
//! traits of the plain one.
//!
//! Each function is compiled three times from one text.

#![allow(clippy::unused_async, clippy::future_not_send, reason = "the shapes are what is tested")]

use std::fmt::Debug;
use std::marker::PhantomPinned;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::rc::Rc;

use plimsoll_tests::polling::pause;

/// The functions, under a mark.
macro_rules! functions {
    ($name:ident, $(#[$mark:meta])*) => {
        mod $name {
            use super::*;

            $(#[$mark])*
            pub(super) async fn nothing() {}

            $(#[$mark])*
            pub(super) async fn waits() {
                pause().await;
            }

            $(#[$mark])*
            pub(super) async fn fails(fail: bool) -> Result<u8, std::io::Error> {
                pause().await;
                if fail { Err(std::io::Error::other("on purpose")) } else { Ok(1) }
            }

            $(#[$mark])*
            pub(super) async fn has_arguments(a: String, b: [u64; 16], c: &mut Vec<u8>) -> usize {
                pause().await;
                c.push(b[0] as u8);
                a.len()
            }

            $(#[$mark])*
            pub(super) async fn holds_much() -> u64 {
                let much = std::hint::black_box([1_u64; 64]);
                pause().await;
                much.iter().sum()
            }

            $(#[$mark])*
            pub(super) async fn returns_much() -> [u64; 64] {
                pause().await;
                [1; 64]
            }

            $(#[$mark])*
            pub(super) async fn calls_another(b: [u64; 16]) -> u64 {
                holds_much().await + b[0]
            }

            $(#[$mark])*
            pub(super) async fn is_generic<T: Clone + Debug>(value: T) -> T {
                pause().await;
                value.clone()
            }

            $(#[$mark])*
            pub(super) async fn holds_rc() -> u8 {
                let one = Rc::new(1);
                pause().await;
                *one
            }

            $(#[$mark])*
            pub(super) async fn takes_rc(one: Rc<u8>) -> u8 {
                *one
            }

            $(#[$mark])*
            pub(super) async fn holds_cell() -> u8 {
                let one = std::cell::Cell::new(1);
                pause().await;
                one.get()
            }

            $(#[$mark])*
            pub(super) async fn takes_mut(one: &mut u8) -> u8 {
                pause().await;
                *one
            }

            $(#[$mark])*
            pub(super) fn gives_block(b: [u64; 16]) -> impl Future<Output = u64> {
                async move {
                    pause().await;
                    b[0]
                }
            }

            $(#[$mark])*
            pub(super) fn gives_ready(value: u64) -> impl Future<Output = u64> {
                std::future::ready(value)
            }

            $(#[$mark])*
            pub(super) fn gives_unsendable(value: Rc<u8>) -> impl Future<Output = Rc<u8>> {
                std::future::ready(value)
            }

            $(#[$mark])*
            pub(super) fn gives_boxed() -> Pin<Box<dyn Future<Output = u8> + Send>> {
                Box::pin(async { 1 })
            }

            $(#[$mark])*
            pub(super) fn gives_pinned(pinned: PhantomPinned) -> impl Future<Output = u8> {
                async move {
                    let _pinned = pinned;
                    pause().await;
                    1
                }
            }
        }
    };
}

functions!(plain,);
functions!(instrumented, #[tracing_attributes::instrument(skip_all)]);
functions!(observed, #[plimsoll::observe]);

/// What the type of a value can do, looked up by the compiler: the inherent constant of the wrapper
/// wins where its bound holds.
struct Probe<T>(std::marker::PhantomData<T>);

fn probe<T>(_: &T) -> Probe<T> {
    Probe(std::marker::PhantomData)
}

macro_rules! looked_at {
    ($future:expr) => {{
        #[allow(unused_imports, reason = "where the type has all of them")]
        use lacking::*;
        let future = $future;
        let probe = probe(&future);
        let unwind = [probe.is_unwind_safe(), probe.is_ref_unwind_safe()];
        let [caught, shared] = unwind;
        let traits = [probe.is_send(), probe.is_sync(), probe.is_unpin(), caught, shared];
        (traits, size_of_val(&future))
    }};
}

macro_rules! auto_traits {
    ($($method:ident $lacking:ident: $bound:path),*) => {
        $(impl<T: $bound> Probe<T> {
            fn $method(&self) -> bool {
                true
            }
        })*

        /// The same methods, for types that lack the trait.
        mod lacking {
            $(pub(super) trait $lacking {
                fn $method(&self) -> bool {
                    false
                }
            }
            impl<T> $lacking for super::Probe<T> {})*
        }
    };
}

auto_traits!(
    is_send LacksSend: Send,
    is_sync LacksSync: Sync,
    is_unpin LacksUnpin: Unpin,
    is_unwind_safe LacksUnwindSafe: UnwindSafe,
    is_ref_unwind_safe LacksRefUnwindSafe: RefUnwindSafe
);

macro_rules! compare {
    ($($call:ident ( $($argument:expr),* )),* $(,)?) => {
        [$({
            let (plain, plain_size) = looked_at!(plain::$call($($argument),*));
            let (_, instrumented_size) = looked_at!(instrumented::$call($($argument),*));
            let (observed, observed_size) = looked_at!(observed::$call($($argument),*));
            Compared {
                name: stringify!($call),
                traits: [plain, observed],
                sizes: [plain_size, instrumented_size, observed_size],
            }
        }),*]
    };
}

struct Compared {
    name: &'static str,
    traits: [[bool; 5]; 2],
    sizes: [usize; 3],
}

#[test]
fn a_marked_future_is_small_and_has_the_traits_of_the_plain_one() {
    let (mut bytes, mut byte) = (Vec::new(), 1);
    let all = compare!(
        nothing(),
        waits(),
        fails(true),
        has_arguments(String::new(), [1; 16], &mut bytes),
        holds_much(),
        returns_much(),
        calls_another([1; 16]),
        is_generic(1_u8),
        is_generic(Rc::new(1)),
        holds_rc(),
        takes_rc(Rc::new(1)),
        holds_cell(),
        takes_mut(&mut byte),
        gives_block([1; 16]),
        gives_ready(1),
        gives_unsendable(Rc::new(1)),
        gives_boxed(),
        gives_pinned(PhantomPinned),
    );
    println!("{:18} {:>6} {:>12} {:>9}", "bytes", "plain", "instrumented", "observed");
    for Compared { name, sizes: [plain, instrumented, observed], .. } in &all {
        println!("{name:18} {plain:>6} {instrumented:>12} {observed:>9}");
    }
    for Compared { name, traits: [plain, observed], sizes } in &all {
        assert_eq!(plain, observed, "Send, Sync, Unpin, UnwindSafe, RefUnwindSafe of {name}");
        // A future from elsewhere is no future to tracing, which measures its making only.
        if !["gives_ready", "gives_unsendable"].contains(name) {
            assert!(sizes[2] <= sizes[1], "{name}");
        }
    }
    let has = |index: usize| all.iter().any(|one| one.traits[0][index]);
    let lacks = |index: usize| all.iter().any(|one| !one.traits[0][index]);
    for index in 0..5 {
        assert!(has(index) && lacks(index), "the comparison means something");
    }
}
