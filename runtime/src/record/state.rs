//! Whether anything is recorded, and which traces are.
//!
//! One byte that every call reads first. `init` writes it last, `shutdown` takes the spans out.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::sync::AtomicU8;

/// Calls are counted and timed.
pub(crate) const METRICS: u8 = 1;
/// Calls become spans.
pub(crate) const TRACES: u8 = 2;

#[cfg(not(plimsoll_loom))]
static STATE: Switch = Switch { flags: AtomicU8::new(0) };
#[cfg(plimsoll_loom)]
loom::lazy_static! { static ref STATE: Switch = Switch::default(); }

/// Traces are kept whose lower 63 bits are below.
static RATIO: AtomicU64 = AtomicU64::new(1 << 63);
static PARENT_BASED: AtomicBool = AtomicBool::new(true);

/// What is on.
#[derive(Default)]
pub(super) struct Switch {
    flags: AtomicU8,
}

impl Switch {
    /// What was written before is there for all who see the flags and then call `settle`.
    pub(super) fn start(&self, flags: u8) {
        self.flags.store(flags, Ordering::Release);
    }

    /// Nothing follows from what is seen here.
    #[inline(always)]
    pub(super) fn load(&self) -> u8 {
        self.flags.load(Ordering::Relaxed)
    }

    /// Once a thread, before it uses what `init` has written: calls read the flags without order.
    pub(super) fn settle(&self) {
        self.flags.load(Ordering::Acquire);
    }
}

/// The head's decision about a new trace.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sampler {
    /// A remote parent's decision is followed.
    pub(crate) parent_based: bool,
    /// The share of traces without a remote parent that is kept, 0 to 1.
    pub(crate) ratio: f64,
}

/// Begins to record. The catalogue and the clock are ready.
pub(crate) fn start(flags: u8, sampler: Sampler) {
    #[cfg(feature = "testing")]
    let (flags, sampler) = tested(flags, sampler);
    let ratio = sampler.ratio.clamp(0.0, 1.0);
    // OpenTelemetry's TraceIdRatioBased: the lower 63 bits of the id against the ratio.
    let limit = (ratio * (1u64 << 63) as f64) as u64;
    RATIO.store(limit, Ordering::Relaxed);
    PARENT_BASED.store(sampler.parent_based, Ordering::Relaxed);
    STATE.start(flags);
}

/// Tests look at what they record: from the first one on, all of that is on.
#[cfg(feature = "testing")]
static TESTED: AtomicBool = AtomicBool::new(false);

#[cfg(feature = "testing")]
fn tested(flags: u8, sampler: Sampler) -> (u8, Sampler) {
    if TESTED.load(Ordering::Acquire) {
        (METRICS | TRACES, Sampler { ratio: 1.0, ..sampler })
    } else {
        (flags, sampler)
    }
}

/// Records all metrics and spans, now and whatever is asked for later. The catalogue and the clock
/// are ready.
#[cfg(feature = "testing")]
pub(crate) fn start_tested() {
    TESTED.store(true, Ordering::Release);
    let parent_based = PARENT_BASED.load(Ordering::Relaxed);
    start(METRICS | TRACES, Sampler { parent_based, ratio: 1.0 });
}

/// Records no further spans; calls are still counted.
pub(crate) fn stop_spans() {
    #[cfg(feature = "testing")]
    if TESTED.load(Ordering::Acquire) {
        return;
    }
    STATE.flags.fetch_and(!TRACES, Ordering::AcqRel);
}

#[inline(always)]
pub(crate) fn load() -> u8 {
    STATE.load()
}

/// What `init` wrote is seen by this thread from here on.
pub(super) fn settle() {
    STATE.settle();
}

/// True once `init` has run: values and labels are worth computing.
#[inline(always)]
pub fn active() -> bool {
    load() != 0
}

/// True when all of these are recorded.
pub(crate) fn is_on(flags: u8) -> bool {
    load() & flags == flags
}

/// Decides on a trace that starts here, or continues a caller's, by the lower half of its id.
pub(super) fn sample(low: u64, remote: Option<bool>) -> bool {
    if let Some(sampled) = remote {
        if PARENT_BASED.load(Ordering::Relaxed) {
            return sampled;
        }
    }
    low >> 1 < RATIO.load(Ordering::Relaxed)
}
