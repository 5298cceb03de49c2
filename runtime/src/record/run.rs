//! The future of a marked call: its span is the current one while it is polled, and only then.
//!
//! A poll swaps this thread's context and reads no clock. What leaves a poll by unwinding marks the
//! call as panicked; dropping the inner future happens inside its span, so that what is cancelled
//! below it finds its parent.

use std::future::Future;
use std::mem::ManuallyDrop;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::guard::{AWAY, Guard, HOST, READY, SWAPS, UNWOUND};
use super::host;
use super::local::{self, Active};

impl<'s> Guard<'s> {
    /// Runs the body's future inside the span.
    #[inline(always)]
    pub fn run<F: Future>(&mut self, future: F) -> Run<'_, 's, F> {
        Run { guard: self, future: ManuallyDrop::new(future) }
    }
}

/// The future of a marked call's body.
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Run<'a, 's, F> {
    guard: &'a mut Guard<'s>,
    /// Pinned with the whole; dropped in `drop`, inside its span.
    future: ManuallyDrop<F>,
}

// As `Guard`: the future may be caught where the plain one may.
impl<F: UnwindSafe> UnwindSafe for Run<'_, '_, F> {}
impl<F: RefUnwindSafe> RefUnwindSafe for Run<'_, '_, F> {}

impl<F: Future> Future for Run<'_, '_, F> {
    type Output = F::Output;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: `future` is pinned with us: it is never moved out, only dropped in place; `guard`
        // is not pinned.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: as above.
        let future = unsafe { Pin::new_unchecked(&mut *this.future) };
        if this.guard.is_off() {
            return future.poll(context);
        }
        let mut poll = Inside::new(this.guard);
        poll.enter();
        let result = future.poll(context);
        poll.leave(result.is_ready());
        std::mem::forget(poll);
        result
    }
}

impl<F> Drop for Run<'_, '_, F> {
    #[inline(always)]
    fn drop(&mut self) {
        let mode = self.guard.mode();
        // A host's span is entered once more, as `tracing` does it.
        if mode == 0 || mode & (READY | HOST) == READY {
            // SAFETY: it is dropped here and nowhere else, in place.
            return unsafe { ManuallyDrop::drop(&mut self.future) };
        }
        let mut inside = Inside::new(self.guard);
        inside.enter();
        // SAFETY: as above.
        unsafe { ManuallyDrop::drop(&mut self.future) };
        inside.leave(true);
        std::mem::forget(inside);
    }
}

/// The time of one poll of a call that is on. The first one finds the call entered on this thread,
/// like a plain one's, and a future that is ready then ends like one.
pub(super) struct Inside<'a, 's> {
    guard: &'a mut Guard<'s>,
    outer: Option<Active>,
}

impl<'a, 's> Inside<'a, 's> {
    #[inline(always)]
    pub(super) fn new(guard: &'a mut Guard<'s>) -> Inside<'a, 's> {
        Inside { guard, outer: None }
    }

    /// The poll begins. It stays where it is: a copy would wait for what is written here.
    #[inline(always)]
    pub(super) fn enter(&mut self) {
        if self.guard.mode() & SWAPS != 0 {
            self.enter_again();
        }
    }

    #[inline(never)]
    fn enter_again(&mut self) {
        if let Some(span) = self.guard.host() {
            host::enter(span);
        } else {
            local::with(|local| {
                let outer = local.active();
                if let Some(own) = self.guard.active_under(outer) {
                    local.set(own);
                    self.outer = Some(outer);
                }
            });
        }
    }

    /// The poll is over, and this is to be forgotten. A call that is not to end now, `for_good`,
    /// waits somewhere else.
    #[inline(always)]
    pub(super) fn leave(&mut self, for_good: bool) {
        let mode = self.guard.mode();
        if for_good {
            self.guard.add(READY);
        }
        if mode & SWAPS != 0 {
            self.restore();
        } else if !for_good && mode & AWAY == 0 {
            self.guard.put_away();
        }
    }

    #[inline(never)]
    fn restore(&mut self) {
        if let Some(outer) = &self.outer {
            local::with(|local| local.set(*outer));
        } else if let Some(span) = self.guard.host() {
            host::exit(span);
        }
    }
}

impl Drop for Inside<'_, '_> {
    #[cold]
    fn drop(&mut self) {
        self.guard.add(UNWOUND);
        self.restore();
        self.guard.put_away();
    }
}
