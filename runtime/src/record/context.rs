//! The span that runs, for those who want to know of it or carry it elsewhere.
//!
//! A thread's context follows calls and polls by itself. What leaves them, a spawned task or a job
//! in a queue, takes a `Context` along.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

#[cfg(feature = "testing")]
use super::capture::{self, Wrapped};
use super::local::{self, Local, Quiet};
use super::root::{Remote, Root};
use super::segment::Bindings;

/// The span that runs, as the log sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Current {
    pub(crate) trace_id: u128,
    pub(crate) span_id: u64,
    pub(crate) sampled: bool,
}

/// The span that runs on this thread.
pub(crate) fn current() -> Option<Current> {
    local::with(|local| {
        let active = local.here(std::ptr::null_mut());
        (active.trace() != [0, 0]).then_some(Current {
            trace_id: active.trace_id(),
            span_id: active.span_id,
            sampled: active.sampled,
        })
    })
}

/// Visits what is bound to the local root that runs on this thread.
pub(crate) fn with_bindings(visit: &mut dyn FnMut(&'static str, &str)) {
    let segment = local::with(Local::filled);
    if !segment.is_null() {
        // SAFETY: the segment in `LOCAL` is that of the root that runs on this thread. Only the
        // bindings are borrowed, which change only while the root is not entered.
        unsafe { &(*segment).bindings }.each(visit);
    }
}

/// Runs something with recording off on this thread: exporters do not observe themselves.
pub(crate) fn suppress<R>(run: impl FnOnce() -> R) -> R {
    let _quiet: Quiet = local::quiet();
    run()
}

/// A span that others can refer to: its trace, itself, and whether the sampler keeps it.
///
/// Take it with [`context()`](crate::context) where work is queued, and carry it with the job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Context {
    remote: Option<(u128, u64, bool)>,
    /// The number of the test's capture.
    #[cfg(feature = "testing")]
    capture: u16,
}

/// The context of the span that runs here; an empty one outside of any.
pub fn context() -> Context {
    Context {
        remote: current().map(|now| (now.trace_id, now.span_id, now.sampled)),
        #[cfg(feature = "testing")]
        capture: capture::number(),
    }
}

impl Context {
    /// The trace id as 32 hexadecimal digits, if there is a trace.
    pub fn trace_id(&self) -> Option<impl fmt::Display + fmt::Debug + use<>> {
        self.remote.map(|(trace_id, ..)| Hex(trace_id, 32))
    }

    /// The span id as 16 hexadecimal digits, if there is a span.
    pub fn span_id(&self) -> Option<impl fmt::Display + fmt::Debug + use<>> {
        self.remote.map(|(_, span_id, _)| Hex(u128::from(span_id), 16))
    }

    /// Runs a future in a new trace that is linked to this span: a job, and who queued it.
    pub fn link<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        let linked = within(move || Root::follow(self), future);
        #[cfg(feature = "testing")]
        let linked = Wrapped::new(capture::by_number(self.capture), linked);
        linked
    }

    pub(super) fn remote(self) -> Option<Remote> {
        self.remote.map(|(trace_id, span_id, sampled)| Remote { trace_id, span_id, sampled })
    }
}

struct Hex(u128, usize);

impl fmt::Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:0width$x}", self.0, width = self.1)
    }
}

impl fmt::Debug for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Carries the trace that runs here, and what is bound to it, into a future that runs elsewhere.
///
/// [`spawn`](crate::spawn) does this for Tokio's tasks.
pub fn carry<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let context = context();
    let mut bindings = Bindings::default();
    with_bindings(&mut |key, value| bindings.bind(key, value));
    let carried = within(
        move || {
            if context.remote.is_some() {
                Root::carry(context, &bindings)
            } else {
                Root::follow(context)
            }
        },
        future,
    );
    #[cfg(feature = "testing")]
    let carried = Wrapped::new(capture::current(), carried);
    carried
}

/// Polls a future inside a root that is opened at its first poll, and closed with it.
async fn within<F: Future>(open: impl FnOnce() -> Root, future: F) -> F::Output {
    let mut inside = std::pin::pin!(Within { root: open(), future: Some(future) });
    std::future::poll_fn(move |context| {
        // SAFETY: `future` is pinned with `inside`: dropped in place, never moved.
        let this = unsafe { inside.as_mut().get_unchecked_mut() };
        let Some(future) = &mut this.future else { return Poll::Pending };
        let _inside = this.root.enter();
        // SAFETY: as above.
        unsafe { Pin::new_unchecked(future) }.poll(context)
    })
    .await
}

struct Within<F> {
    root: Root,
    future: Option<F>,
}

impl<F> Drop for Within<F> {
    fn drop(&mut self) {
        // What is cancelled below finds its parent.
        let _inside = self.root.enter();
        self.future = None;
    }
}
