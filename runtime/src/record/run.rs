//! The future of a marked call: its span is the current one while it is polled, and only then.
//!
//! A poll swaps this thread's context and reads no clock. What leaves a poll by unwinding marks the
//! call as panicked; dropping the inner future happens inside its span, so that what is cancelled
//! below it finds its parent.

use std::future::Future;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::host;
use super::local::{self, Active};
use super::scope::{HOST, Scope, Slot, UNWOUND};

impl Scope<'_> {
    /// Runs the body's future inside the span.
    #[inline(always)]
    pub fn run<F: Future>(&mut self, future: F) -> Run<'_, F> {
        if self.slot.mode() != 0 {
            self.slot.detach();
        }
        Run { slot: self.slot, future: Some(future) }
    }
}

/// The future of a marked call's body.
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Run<'a, F> {
    slot: &'a mut Slot,
    /// `None` only while it is being dropped.
    future: Option<F>,
}

// As `Scope`: the future may be caught where the plain one may.
impl<F: UnwindSafe> UnwindSafe for Run<'_, F> {}
impl<F: RefUnwindSafe> RefUnwindSafe for Run<'_, F> {}

impl<F: Future> Future for Run<'_, F> {
    type Output = F::Output;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: `future` is pinned with us: it is never moved out, only dropped in place; `slot`
        // is not pinned.
        let this = unsafe { self.get_unchecked_mut() };
        let Some(future) = &mut this.future else {
            return Poll::Pending;
        };
        // SAFETY: as above.
        let future = unsafe { Pin::new_unchecked(future) };
        if this.slot.mode() == 0 {
            return future.poll(context);
        }
        let poll = Inside::enter(this.slot);
        let result = future.poll(context);
        poll.leave();
        result
    }
}

impl<F> Drop for Run<'_, F> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.slot.mode() == 0 {
            return;
        }
        let inside = Inside::enter(self.slot);
        // In place: the future is pinned.
        self.future = None;
        inside.leave();
    }
}

/// The time of one poll.
pub(super) struct Inside<'a> {
    slot: &'a mut Slot,
    outer: Option<Active>,
}

impl<'a> Inside<'a> {
    #[inline(never)]
    pub(super) fn enter(slot: &'a mut Slot) -> Inside<'a> {
        if slot.mode() & HOST != 0 {
            if let Some(span) = slot.host() {
                host::enter(span);
            }
            return Inside { slot, outer: None };
        }
        let outer = local::with(|local| {
            let outer = local.active();
            slot.active_under(outer).map(|own| {
                local.set(own);
                outer
            })
        });
        Inside { slot, outer }
    }

    #[inline(never)]
    pub(super) fn leave(self) {
        self.restore();
        std::mem::forget(self);
    }

    fn restore(&self) {
        if let Some(span) = self.slot.host() {
            host::exit(span);
        }
        if let Some(outer) = self.outer {
            local::with(|local| local.set(outer));
        }
    }
}

impl Drop for Inside<'_> {
    #[cold]
    fn drop(&mut self) {
        self.slot.add(UNWOUND);
        self.restore();
    }
}
