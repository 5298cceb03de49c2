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
use super::run::Inside;
use super::sample::Sample;
use super::scope::{Scope, Slot};
use super::{clock, ending};
use crate::model::Site;

/// Around a future or a stream; `J` judges what it gives.
pub struct Returned<T, J, const N: usize> {
    slot: Slot,
    is_entered: bool,
    /// Of a stream.
    items: Items,
    site: &'static Site,
    samples: [Sample; N],
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

/// Goes around a future that gives `O`.
#[inline]
pub fn future<F, O, J, const N: usize>(
    inner: F,
    site: &'static Site,
    samples: [Sample; N],
    judge: J,
) -> Returned<F, J, N>
where
    F: Future<Output = O>,
    J: Fn(&O, Scope<'_>),
{
    Returned::new(inner, site, samples, judge)
}

/// Goes around a stream of `I`s.
#[inline]
pub fn stream<S, I, J, const N: usize>(
    inner: S,
    site: &'static Site,
    samples: [Sample; N],
    judge: J,
) -> Returned<S, J, N>
where
    S: Stream<Item = I>,
    J: Fn(&I, Item<'_>),
{
    Returned::new(inner, site, samples, judge)
}

impl<T, J, const N: usize> Returned<T, J, N> {
    fn new(inner: T, site: &'static Site, samples: [Sample; N], judge: J) -> Returned<T, J, N> {
        Returned {
            slot: Slot::new(),
            is_entered: false,
            items: Items::default(),
            site,
            samples,
            judge,
            inner: ManuallyDrop::new(inner),
        }
    }

    fn enter(&mut self) {
        if !self.is_entered {
            self.is_entered = true;
            self.slot.enter_async(self.site, &self.samples).leave();
            self.slot.detach();
        }
    }

    /// Polls what is inside, while the call lasts in its span.
    ///
    /// # Safety
    /// `self` is pinned.
    unsafe fn poll_inner<R>(&mut self, poll: impl FnOnce(Pin<&mut T>) -> R) -> R {
        // SAFETY: `inner` is pinned with us, as the caller says: it is never moved out, only
        // dropped in place.
        let inner = unsafe { Pin::new_unchecked(&mut *self.inner) };
        if self.slot.is_off() {
            return poll(inner);
        }
        let inside = Inside::enter(&mut self.slot);
        let result = poll(inner);
        inside.leave();
        result
    }

    fn scope(&mut self) -> Scope<'_> {
        Scope::of(&mut self.slot, &self.samples)
    }
}

impl<F, J, const N: usize> Future for Returned<F, J, N>
where
    F: Future,
    J: Fn(&F::Output, Scope<'_>),
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: nothing is moved out.
        let this = unsafe { self.get_unchecked_mut() };
        this.enter();
        // SAFETY: it was pinned.
        let out = ready!(unsafe { this.poll_inner(|inner| inner.poll(context)) });
        let scope = Scope::of(&mut this.slot, &this.samples);
        if scope.is_on() {
            (this.judge)(&out, scope);
        }
        Poll::Ready(out)
    }
}

impl<S, J, const N: usize> Stream for Returned<S, J, N>
where
    S: Stream,
    J: Fn(&S::Item, Item<'_>),
{
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        // SAFETY: nothing is moved out.
        let this = unsafe { self.get_unchecked_mut() };
        this.enter();
        if this.slot.is_on() && !this.items.is_asked {
            this.items.is_asked = true;
            this.items.asked = clock::now();
        }
        // SAFETY: it was pinned.
        let next = ready!(unsafe { this.poll_inner(|inner| inner.poll_next(context)) });
        if !this.slot.is_off() {
            match &next {
                Some(item) => {
                    let count = this.items.gave(this.site, this.slot.is_on());
                    let item_of = Item { scope: Scope::of(&mut this.slot, &this.samples), count };
                    (this.judge)(item, item_of);
                }
                None => {
                    let count = this.items.count;
                    let mut scope = this.scope();
                    scope.log_items(count);
                    scope.finish(Verdict::ByType);
                }
            }
        }
        Poll::Ready(next)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
}

impl Items {
    /// Counts an item, and times it where that is counted; how many there were with it.
    fn gave(&mut self, site: &Site, is_on: bool) -> u32 {
        if is_on {
            ending::count_item(site, clock::now().saturating_sub(self.asked));
        }
        self.is_asked = false;
        self.count = self.count.saturating_add(1);
        self.count
    }
}

/// An item that a stream gave, while it is judged.
#[derive(Debug)]
pub struct Item<'a> {
    scope: Scope<'a>,
    count: u32,
}

impl<'a> Item<'a> {
    /// The stream goes on.
    pub(super) fn go_on(self) {
        self.scope.leave();
    }

    /// The item is an error, and ends the stream's call.
    pub(super) fn end(mut self) -> Scope<'a> {
        self.scope.log_items(self.count);
        self.scope
    }
}

impl<T, J, const N: usize> Drop for Returned<T, J, N> {
    fn drop(&mut self) {
        if self.slot.is_off() {
            // SAFETY: it is dropped here and nowhere else, in place.
            unsafe { ManuallyDrop::drop(&mut self.inner) };
            return;
        }
        let count = self.items.count;
        // Ends the call last, also when dropping unwinds.
        let mut scope = Scope::of(&mut self.slot, &self.samples);
        if self.site.is_stream {
            scope.log_items(count);
        }
        let inside = Inside::enter(scope.slot);
        // SAFETY: as above.
        unsafe { ManuallyDrop::drop(&mut self.inner) };
        inside.leave();
    }
}

// What is pinned is the inner one.
impl<T: Unpin, J, const N: usize> Unpin for Returned<T, J, N> {}

impl<F, J, const N: usize> FusedFuture for Returned<F, J, N>
where
    F: FusedFuture,
    J: Fn(&F::Output, Scope<'_>),
{
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated()
    }
}

impl<S, J, const N: usize> FusedStream for Returned<S, J, N>
where
    S: FusedStream,
    J: Fn(&S::Item, Item<'_>),
{
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated()
    }
}

impl<T, J, const N: usize> fmt::Debug for Returned<T, J, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Returned").field("site", self.site).finish_non_exhaustive()
    }
}
