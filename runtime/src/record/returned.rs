//! Futures and streams that a marked function took from elsewhere and returns.
//!
//! What goes around them keeps what they are: `Unpin`, `Send` and fused exactly when they are. It is
//! entered at the first poll. A future ends like that of an `async fn`; a stream is `ok` at its
//! end, an `error` at its first item that is one, and `cancelled` when it is dropped before. Only
//! generated code makes them.

use std::fmt;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::future::FusedFuture;
use futures_core::stream::{FusedStream, Stream};

use super::classify::Verdict;
use super::guard::Guard;
use super::run::Inside;
use super::sample::Sample;
use super::{clock, ending};
use crate::model::Site;

/// Around a future or a stream; `J` judges what it gives.
pub struct Returned<T, J> {
    guard: Guard<'static>,
    /// The function, until the first poll.
    site: &'static Site,
    samples: &'static [Sample],
    is_entered: bool,
    /// Of a stream.
    items: Items,
    judge: J,
    /// Pinned with the whole; dropped in `drop`, inside its span.
    inner: ManuallyDrop<T>,
}

/// What a stream gave so far.
#[derive(Clone, Copy, Default)]
struct Items {
    count: u32,
    /// An item was asked for that has not come yet.
    is_asked: bool,
    /// When, in ticks.
    asked: u64,
}

/// An item that a stream gave, while it is judged.
#[derive(Debug)]
pub struct Item<'a> {
    guard: &'a mut Guard<'static>,
    count: u32,
}

/// Goes around a future that gives `O`.
#[inline]
pub fn future<F, O, J>(
    inner: F,
    site: &'static Site,
    samples: &'static [Sample],
    judge: J,
) -> Returned<F, J>
where
    F: Future<Output = O>,
    J: Fn(&O, &mut Guard<'_>),
{
    Returned::new(inner, site, samples, judge)
}

/// Goes around a stream of `I`s.
#[inline]
pub fn stream<S, I, J>(
    inner: S,
    site: &'static Site,
    samples: &'static [Sample],
    judge: J,
) -> Returned<S, J>
where
    S: Stream<Item = I>,
    J: Fn(&I, Item<'_>),
{
    Returned::new(inner, site, samples, judge)
}

impl<T, J> Returned<T, J> {
    fn new(inner: T, site: &'static Site, samples: &'static [Sample], judge: J) -> Returned<T, J> {
        Returned {
            guard: Guard::new(),
            site,
            samples,
            is_entered: false,
            items: Items::default(),
            judge,
            inner: ManuallyDrop::new(inner),
        }
    }

    fn enter(&mut self) {
        if !self.is_entered {
            self.is_entered = true;
            self.guard.enter_async(self.site, self.samples);
        }
    }

    /// Polls what is inside, while the call lasts in its span. `ends` says that it is over with
    /// what came out.
    ///
    /// # Safety
    /// `self` is pinned.
    unsafe fn poll_inner<R>(
        &mut self,
        poll: impl FnOnce(Pin<&mut T>) -> Poll<R>,
        ends: impl FnOnce(&R) -> bool,
    ) -> Poll<R> {
        // SAFETY: `inner` is pinned with us, as the caller says: it is never moved out, only
        // dropped in place.
        let inner = unsafe { Pin::new_unchecked(&mut *self.inner) };
        if self.guard.is_off() {
            return poll(inner);
        }
        let mut inside = Inside::new(&mut self.guard);
        inside.enter();
        let result = poll(inner);
        inside.leave(matches!(&result, Poll::Ready(out) if ends(out)));
        std::mem::forget(inside);
        result
    }
}

impl<F, J> Future for Returned<F, J>
where
    F: Future,
    J: Fn(&F::Output, &mut Guard<'_>),
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: nothing is moved out.
        let this = unsafe { self.get_unchecked_mut() };
        this.enter();
        // SAFETY: it was pinned.
        let out = ready!(unsafe { this.poll_inner(|inner| inner.poll(context), |_| true) });
        if this.guard.is_on() {
            (this.judge)(&out, &mut this.guard);
        } else {
            // Ends a host's span.
            this.guard = Guard::new();
        }
        Poll::Ready(out)
    }
}

impl<S, J> Stream for Returned<S, J>
where
    S: Stream,
    J: Fn(&S::Item, Item<'_>),
{
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        // SAFETY: nothing is moved out.
        let this = unsafe { self.get_unchecked_mut() };
        this.enter();
        if this.guard.is_on() && !this.items.is_asked {
            this.items.is_asked = true;
            this.items.asked = clock::now();
        }
        // SAFETY: it was pinned.
        let next = ready!(unsafe { this.poll_inner(|inner| inner.poll_next(context), |_| false) });
        if this.guard.is_off() {
            return Poll::Ready(next);
        }
        match &next {
            Some(item) => {
                let count = this.items.gave(this.site, this.guard.is_on());
                (this.judge)(item, Item { guard: &mut this.guard, count });
            }
            None => {
                this.guard.log_items(this.items.count);
                this.guard.finish(Verdict::ByType);
            }
        }
        Poll::Ready(next)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
}

impl Items {
    /// Counts an item, and times it where calls are; how many there were with it.
    fn gave(&mut self, site: &Site, is_on: bool) -> u32 {
        if is_on {
            ending::count_item(site, clock::now().saturating_sub(self.asked));
        }
        self.is_asked = false;
        self.count = self.count.saturating_add(1);
        self.count
    }
}

impl<'a> Item<'a> {
    /// The item is an error, and ends the stream's call.
    pub(super) fn end(self) -> &'a mut Guard<'static> {
        self.guard.log_items(self.count);
        self.guard
    }
}

impl<T, J> Drop for Returned<T, J> {
    fn drop(&mut self) {
        if self.guard.is_off() {
            // SAFETY: it is dropped here and nowhere else, in place.
            unsafe { ManuallyDrop::drop(&mut self.inner) };
            return;
        }
        if self.site.is_stream {
            self.guard.log_items(self.items.count);
        }
        let mut inside = Inside::new(&mut self.guard);
        inside.enter();
        // SAFETY: as above.
        unsafe { ManuallyDrop::drop(&mut self.inner) };
        inside.leave(true);
        std::mem::forget(inside);
        // The guard is dropped next, and ends the call.
    }
}

// What is pinned is the inner one.
impl<T: Unpin, J> Unpin for Returned<T, J> {}

impl<F, J> FusedFuture for Returned<F, J>
where
    F: FusedFuture,
    J: Fn(&F::Output, &mut Guard<'_>),
{
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated()
    }
}

impl<S, J> FusedStream for Returned<S, J>
where
    S: FusedStream,
    J: Fn(&S::Item, Item<'_>),
{
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated()
    }
}

impl<T, J> fmt::Debug for Returned<T, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Returned").field("site", self.site).finish_non_exhaustive()
    }
}
