//! Five hundred functions that are called in turn, and a future that is not ready at once.
//!
//! A loop over one function keeps everything that belongs to it in the nearest cache. A service
//! calls many: here each call meets what five hundred others have pushed out. Every peer's
//! functions come from the same macro and are called through the same table, which alone costs a
//! few nanoseconds (see `bare: 500 functions`).

use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use super::Refused;

/// One of the five hundred.
pub(super) type Function = fn(u64) -> Result<u64, Refused>;

/// `five_hundred!([marks] |order| { body })` declares the functions, each in a module of its own,
/// and `in_turn`, which calls them. The body sees what the invoking module sees.
macro_rules! five_hundred {
    ([$($mark:tt)*] |$order:ident| $body:tt) => {
        five_hundred!(@hundreds [$($mark)*] $order $body a b c d e);

        pub(super) fn in_turn(calls: u64) {
            $crate::cases::many::in_turn(ALL.as_flattened().as_flattened(), calls);
        }
    };
    (@hundreds $marks:tt $order:ident $body:tt $($name:ident)*) => {
        $(mod $name {
            five_hundred!(@tens $marks $order $body a b c d e f g h i j);
        })*
        static ALL: [[[$crate::cases::many::Function; 10]; 10]; 5] = [$($name::ALL),*];
    };
    (@tens $marks:tt $order:ident $body:tt $($name:ident)*) => {
        $(mod $name {
            five_hundred!(@ones $marks $order $body a b c d e f g h i j);
        })*
        pub(super) const ALL: [[$crate::cases::many::Function; 10]; 10] = [$($name::ALL),*];
    };
    (@ones $marks:tt $order:ident $body:tt $($name:ident)*) => {
        $(mod $name {
            five_hundred!(@one $marks $order $body);
        })*
        pub(super) const ALL: [$crate::cases::many::Function; 10] = [$($name::work),*];
    };
    (@one [$($mark:tt)*] $order:ident $body:tt) => {
        #[allow(unused_imports, reason = "a body may need nothing but full paths")]
        use super::super::super::*;

        $($mark)*
        #[inline(never)]
        pub(super) fn work($order: u64) -> Result<u64, $crate::cases::Refused> $body
    };
}

/// Calls one after the other, from the first again when all have had their turn.
#[inline(never)]
pub(super) fn in_turn(functions: &[Function], calls: u64) {
    for (order, function) in (0..calls).zip(functions.iter().cycle()) {
        let _ = black_box(function(black_box(order)));
    }
}

/// Ready at the fourth poll.
#[derive(Debug, Default)]
pub(super) struct Fourth(u8);

impl Future for Fourth {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        self.0 += 1;
        if self.0 < 4 { Poll::Pending } else { Poll::Ready(()) }
    }
}

/// Polls until the future is ready, where it stands. Nobody has to wake it.
#[inline(always)]
pub(super) fn polled<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
