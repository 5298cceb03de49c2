//! Assertions on what one test recorded, while other tests run beside it in the same process.
//!
//! ```standalone_crate
//! use plimsoll::{ErrorKind, Label, metric, observe};
//!
//! #[derive(Debug, ErrorKind)]
//! enum OrderError {
//!     OutOfStock,
//! }
//! # impl std::fmt::Display for OrderError {
//! #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("sold") }
//! # }
//! # impl std::error::Error for OrderError {}
//! #[derive(Clone, Copy, Label)]
//! enum Tier {
//!     Free,
//!     Gold,
//! }
//!
//! #[metric(counter, name = "orders", help = "Orders", labels(tier))]
//! static ORDERS: plimsoll::Counter<Tier>;
//!
//! #[observe(log(amount))]
//! fn place_order(amount: u32, tier: Tier) -> Result<(), OrderError> {
//!     if amount > 10 {
//!         return Err(OrderError::OutOfStock);
//!     }
//!     ORDERS.with(tier).inc();
//!     Ok(())
//! }
//!
//! // In a `#[test]`:
//! let telemetry = plimsoll::testing::capture();
//! place_order(3, Tier::Gold).unwrap();
//! place_order(11, Tier::Free).unwrap_err();
//!
//! telemetry.assert_calls("place_order").ok(1).error("OutOfStock", 1).nothing_else();
//! telemetry.assert_counter("orders_total", &[("tier", "gold")]).is(1);
//! assert_eq!(telemetry.counter("orders_total", &[]), 1.0);
//! let spans = telemetry.spans();
//! assert_eq!(spans.named("place_order")[1].error_type(), Some("OutOfStock"));
//! ```
//!
//! # How to test telemetry
//!
//! Turn the feature on for tests only; nothing is to be set up:
//!
//! ```toml
//! [dev-dependencies]
//! plimsoll = { version = "0.1", features = ["testing"] }
//! ```
//!
//! [`capture`] begins to record apart: until the [`Capture`] is dropped, what its thread counts and
//! traces is in it and nowhere else. So tests need not be run one after the other, metrics are at
//! zero when a test begins, and what a test that fails has counted troubles no other. Where
//! plimsoll is not initialised, the first capture switches recording on, and nothing more: no
//! server, no exporter, no subscriber, no log lines, no signals.
//!
//! **Which tests are worth it.** Marks are code of yours that others build upon: an alert reads
//! `outcome="error"`, a dashboard reads `tier="gold"`. A test of a function's telemetry says which
//! outcome each way through it has, and which labels and values its metrics get. How long something
//! took is no matter for a test.
//!
//! **Threads.** A capture is that of one thread. Work on other threads joins it
//!
//! - by itself, where [`spawn`](crate::spawn), [`carry`](crate::carry) or a
//!   [`Context`](crate::Context) carries it there;
//! - by [`Capture::wrap`], a future that records into the capture on whatever thread it is polled;
//! - by [`Handle::attach`], on a thread of the program's own.
//!
//! The body of a `#[tokio::test]` is polled on the test's own thread, and so is all that a
//! current-thread runtime runs. On a multi-thread runtime, tasks are: spawn them by
//! [`plimsoll::spawn`](crate::spawn), or let the runtime's threads join the capture for good:
//!
//! ```standalone_crate
//! # #[plimsoll::observe] async fn place_order() {}
//! let telemetry = plimsoll::testing::capture();
//! let handle = telemetry.handle();
//! let runtime = tokio::runtime::Builder::new_multi_thread()
//!     .on_thread_start(move || handle.attach_for_good())
//!     .build()
//!     .unwrap();
//! let order = runtime.spawn(place_order());
//! runtime.block_on(order).unwrap();
//! telemetry.assert_calls("place_order").ok(1);
//! ```
//!
//! **Spans** are in the capture once the outermost call of their trace has ended; a trace is in the
//! capture in which that began. From the first capture on, the sampler keeps every new trace of the
//! process.
//!
//! **Each call is counted as a whole where it began,** though it may end after its capture, or in
//! another. What ends after its capture is in none.
//!
//! **`init` in the program under test.** On a thread that is in a capture, [`init`](crate::init)
//! checks its settings, starts nothing, and returns a guard that does nothing: tests may start a
//! whole program as often as they like. Before any capture, or on a thread that is in none, it is
//! what it always is, once for each process, and captures work beside it. So tests of what leaves
//! the process begin with `init`, and take their captures later.
//!
//! **What must not leave.** A [`Canary`] stands for a secret: a test puts one wherever a secret may
//! be, and [`assert_nowhere`] looks for it, or a part of it, in whatever the test has gathered (log
//! lines, bodies of requests, pages), in every [`Encoding`] that it knows;
//! [`Capture::assert_nowhere`] in the capture itself.
//!
//! **Apart** are functions, counters, histograms, summaries, gauges and spans; what a capture holds
//! is in no objective of the process, and not in `/slo`. Shared with the process are infos, the texts
//! that open labels have seen, request metrics of the HTTP layers, what is registered with the
//! `prometheus` crate, callbacks, and log lines.
//!
//! **Exponential buckets** of histograms are decided on by whoever is first: where a capture comes
//! before `init`, there are none.
//!
//! **Without linker sections** (under Miri) no function has counts, and nothing is found.

#![expect(clippy::panic, reason = "an assertion that fails is a panic")]

mod calls;
mod canary;
mod figures;
mod metric;
mod page;
mod spans;
mod summary;

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use crate::record::capture as record;
use crate::record::start_tested;
use crate::{catalog, ground};

pub use crate::record::capture::{Attached, Wrapped};
pub use calls::{AssertCalls, Calls};
pub use canary::{Canary, Encoding, Leak, assert_nowhere, leaks};
pub use metric::{AssertHistogram, AssertNumber, Histogram};
pub use spans::{Span, Spans};
pub use summary::Summary;

/// Begins to record apart: what this thread records is in the capture alone, until that is dropped.
///
/// Captures nest; the innermost one records. Initialises recording, and nothing else, where that has
/// not been done.
///
/// # Panics
/// When two marks of the program contradict each other, as [`init`](crate::init) would say.
///
/// ```standalone_crate
/// # #[plimsoll::observe] fn place_order() {}
/// let telemetry = plimsoll::testing::capture();
/// place_order();
/// assert_eq!(telemetry.calls("place_order").ok, 1);
/// ```
#[track_caller]
pub fn capture() -> Capture {
    if catalog::get().is_none() {
        match catalog::plan() {
            Ok(plan) => ground::lay(plan, false),
            Err(error) => panic!("{error}"),
        }
    }
    catalog::set_gauges_aside();
    start_tested();
    let inner = record::Capture::new();
    let attached = Attached::new(&inner);
    Capture { inner, attached }
}

/// What one test records, and nobody else; made by [`capture`].
///
/// It is bound to its thread: a test's body that is itself spawned as a task on a multi-thread
/// runtime can't hold one. [`Capture::handle`] goes anywhere.
pub struct Capture {
    inner: Arc<record::Capture>,
    #[expect(dead_code, reason = "held: this thread records here until it is dropped")]
    attached: Attached,
}

impl Capture {
    /// How calls of a function ended, so far. It is named as on the page, `Type::method` or
    /// `function`, with as much of the module before it as tells it from others:
    /// `orders::place_order`.
    ///
    /// # Panics
    /// When there is no such function, or more than one.
    #[track_caller]
    pub fn calls(&self, function: &str) -> Calls {
        calls::read(&self.figures(), function)
    }

    /// The value of a counter; of all series that have these labels, their sum.
    ///
    /// # Panics
    /// When there is no such counter, label or value.
    #[track_caller]
    pub fn counter(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        metric::counter(&self.figures(), name, labels)
    }

    /// The value of a gauge; of all series that have these labels, their sum.
    ///
    /// # Panics
    /// When there is no such gauge, label or value.
    #[track_caller]
    pub fn gauge(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        metric::gauge(&self.figures(), name, labels)
    }

    /// A histogram; all series that have these labels, added up.
    ///
    /// # Panics
    /// When there is no such histogram, label or value.
    #[track_caller]
    pub fn histogram(&self, name: &str, labels: &[(&str, &str)]) -> Histogram {
        metric::histogram(&self.figures(), name, labels)
    }

    /// A summary; all series that have these labels, added up.
    ///
    /// ```standalone_crate
    /// # use plimsoll::{metric, Summary};
    /// #[metric(summary, name = "cart_value_usd", help = "Values of carts")]
    /// static CARTS: Summary;
    ///
    /// let telemetry = plimsoll::testing::capture();
    /// CARTS.observe(4);
    /// CARTS.observe(100);
    /// let carts = telemetry.summary("cart_value_usd", &[]);
    /// assert_eq!((carts.count, carts.sum), (2, 104.0));
    /// assert!((98.0..102.0).contains(&carts.quantile(0.99)));
    /// ```
    ///
    /// # Panics
    /// When there is no such summary, label or value.
    #[track_caller]
    pub fn summary(&self, name: &str, labels: &[(&str, &str)]) -> Summary {
        summary::read(&self.inner, &self.figures(), name, labels)
    }

    /// Asserts how calls of a function ended. What fails says all that was recorded.
    ///
    /// ```should_panic,standalone_crate
    /// # #[plimsoll::observe] fn place_order() {}
    /// let telemetry = plimsoll::testing::capture();
    /// place_order();
    /// telemetry.assert_calls("place_order").ok(2);
    /// ```
    ///
    /// # Panics
    /// As [`calls`](Capture::calls).
    #[track_caller]
    #[must_use = "nothing is asserted yet"]
    pub fn assert_calls(&self, function: &str) -> AssertCalls<'_> {
        AssertCalls::new(self, self.calls(function))
    }

    /// Asserts the value of a counter.
    ///
    /// # Panics
    /// As [`counter`](Capture::counter).
    #[track_caller]
    #[must_use = "nothing is asserted yet"]
    pub fn assert_counter(&self, name: &str, labels: &[(&str, &str)]) -> AssertNumber<'_> {
        AssertNumber::new(self, name, labels, self.counter(name, labels))
    }

    /// Asserts the value of a gauge.
    ///
    /// # Panics
    /// As [`gauge`](Capture::gauge).
    #[track_caller]
    #[must_use = "nothing is asserted yet"]
    pub fn assert_gauge(&self, name: &str, labels: &[(&str, &str)]) -> AssertNumber<'_> {
        AssertNumber::new(self, name, labels, self.gauge(name, labels))
    }

    /// Asserts what a histogram has observed.
    ///
    /// # Panics
    /// As [`histogram`](Capture::histogram).
    #[track_caller]
    #[must_use = "nothing is asserted yet"]
    pub fn assert_histogram(&self, name: &str, labels: &[(&str, &str)]) -> AssertHistogram<'_> {
        AssertHistogram::new(self, name, labels, self.histogram(name, labels))
    }

    /// All series of the program as they are in this capture, in Prometheus's text format 0.0.4:
    /// what the metrics page would be if nothing else had happened.
    ///
    /// Durations differ from run to run. What is to be compared with a snapshot is the capture as
    /// text, `telemetry.to_string()`: what was recorded, without what is zero, and without times.
    pub fn page(&self) -> String {
        page::whole(&self.figures())
    }

    /// The finished spans of this capture, the first that began first.
    ///
    /// # Panics
    /// When some were lost: a capture keeps 100 000.
    #[track_caller]
    pub fn spans(&self) -> Spans {
        let (finished, lost) = self.inner.finished();
        if lost > 0 {
            panic!("{lost} spans of this capture were lost: it has room for 100000; record less");
        }
        Spans::new(finished)
    }

    /// A future that records into this capture, on whatever thread it is polled or dropped.
    ///
    /// ```standalone_crate
    /// # #[plimsoll::observe] async fn place_order() {}
    /// # tokio::runtime::Builder::new_multi_thread().build().unwrap().block_on(async {
    /// let telemetry = plimsoll::testing::capture();
    /// tokio::spawn(telemetry.wrap(place_order())).await.unwrap();
    /// telemetry.assert_calls("place_order").ok(1);
    /// # });
    /// ```
    pub fn wrap<F: Future>(&self, future: F) -> Wrapped<F> {
        self.handle().wrap(future)
    }

    /// What takes this capture to other threads.
    pub fn handle(&self) -> Handle {
        Handle { inner: Arc::clone(&self.inner) }
    }

    fn figures(&self) -> Vec<figures::Family> {
        figures::gather(&self.inner)
    }
}

/// What was recorded, one line each: no series that is zero, and no times.
impl fmt::Display for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        page::recorded(&self.figures(), f)
    }
}

impl fmt::Debug for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// Takes a capture to other threads. What they record after the [`Capture`] was dropped is lost.
#[derive(Clone, Debug)]
pub struct Handle {
    inner: Arc<record::Capture>,
}

impl Handle {
    /// This thread records into the capture, until the guard is dropped.
    ///
    /// ```standalone_crate
    /// # #[plimsoll::observe] fn place_order() {}
    /// let telemetry = plimsoll::testing::capture();
    /// let handle = telemetry.handle();
    /// std::thread::spawn(move || {
    ///     let _attached = handle.attach();
    ///     place_order();
    /// })
    /// .join()
    /// .unwrap();
    /// telemetry.assert_calls("place_order").ok(1);
    /// ```
    pub fn attach(&self) -> Attached {
        Attached::new(&self.inner)
    }

    /// This thread records into the capture until it ends: for threads of a pool, which belongs to
    /// one test.
    pub fn attach_for_good(&self) {
        std::mem::forget(self.attach());
    }

    /// As [`Capture::wrap`].
    pub fn wrap<F: Future>(&self, future: F) -> Wrapped<F> {
        Wrapped::new(Some(Arc::clone(&self.inner)), future)
    }
}
