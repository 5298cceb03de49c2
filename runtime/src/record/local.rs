//! What a thread knows of itself: its shard, and the span that runs.
//!
//! `LOCAL` has no destructor, so that marked functions may run in the destructors of other
//! thread-locals. A second thread-local, touched only when the shard is attached, gives the shard
//! back at the thread's end; what is called after that counts in a shard that all such threads
//! share, and makes no spans.

use std::cell::{Cell, RefCell};
use std::ptr;

use super::ring::{join, split};
use super::segment::Segment;
use super::shard::{self, Shard};
use super::state;

thread_local! {
    static LOCAL: Local = const { Local::new() };
    static OWNER: Owner = const { Owner { pool: RefCell::new(Vec::new()) } };
}

/// Segments that a thread keeps for its next roots.
const POOL: usize = 16;

/// The trace that runs on a thread, and the span in it. Copied in and out at each poll.
#[derive(Clone, Copy)]
pub(super) struct Active {
    /// 0: no trace.
    pub(super) trace_id: u128,
    /// 0: no span yet.
    pub(super) span_id: u64,
    /// Where finished spans go; null when this thread has no part in the local root.
    pub(super) segment: *mut Segment,
    /// The head's decision.
    pub(super) sampled: bool,
}

impl Active {
    pub(super) const NONE: Active =
        Active { trace_id: 0, span_id: 0, segment: ptr::null_mut(), sampled: false };
}

/// The beginning of a local root.
pub(super) struct NewRoot {
    trace_id: [u64; 2],
    pub(super) segment: *mut Segment,
    pub(super) sampled: bool,
}

pub(super) struct Local {
    shard: Cell<*const Shard>,
    ended: Cell<bool>,
    suppressed: Cell<bool>,
    // Cells of their own: a call writes one of them, and a copy of all would wait for that store.
    trace: [Cell<u64>; 2],
    span: Cell<u64>,
    segment: Cell<*mut Segment>,
    sampled: Cell<bool>,
    /// The segment of this thread's last root, for its next.
    spare: Cell<*mut Segment>,
    random: Cell<u64>,
    /// The span that a callee's bad end was passed up to last.
    pub(super) failed: Cell<u64>,
    /// A callee of that span ended well since.
    pub(super) recovered: Cell<bool>,
    /// The error type of that bad end.
    pub(super) failed_type: Cell<&'static str>,
    /// When the log was told of a bad end last, in ticks.
    pub(super) told: Cell<u64>,
}

impl Local {
    const fn new() -> Local {
        Local {
            shard: Cell::new(ptr::null()),
            ended: Cell::new(false),
            suppressed: Cell::new(false),
            trace: [const { Cell::new(0) }; 2],
            span: Cell::new(0),
            segment: Cell::new(ptr::null_mut()),
            sampled: Cell::new(false),
            spare: Cell::new(ptr::null_mut()),
            random: Cell::new(0),
            failed: Cell::new(0),
            recovered: Cell::new(false),
            failed_type: Cell::new(""),
            told: Cell::new(0),
        }
    }

    /// This thread's shard, attached at first use; none once the thread is ending.
    #[inline]
    pub(super) fn shard(&self) -> Option<&'static Shard> {
        let shard = self.shard.get();
        if shard.is_null() {
            return self.attach();
        }
        // SAFETY: shards are leaked, and `attach` and `Owner` keep the pointer to this thread's.
        Some(unsafe { &*shard })
    }

    #[cold]
    #[inline(never)]
    fn attach(&self) -> Option<&'static Shard> {
        // Registers the destructor that gives the shard back; fails when it has run already.
        if self.ended.get() || OWNER.try_with(|_| ()).is_err() {
            self.ended.set(true);
            return None;
        }
        let shard = shard::acquire();
        self.shard.set(shard);
        self.random.set(shard::seed());
        Some(shard)
    }

    #[inline]
    pub(super) fn active(&self) -> Active {
        Active {
            trace_id: join(self.trace()),
            span_id: self.span.get(),
            segment: self.segment.get(),
            sampled: self.sampled.get(),
        }
    }

    #[inline]
    pub(super) fn set(&self, active: Active) {
        self.set_trace(split(active.trace_id));
        self.span.set(active.span_id);
        self.segment.set(active.segment);
        self.sampled.set(active.sampled);
    }

    #[inline]
    pub(super) fn trace(&self) -> [u64; 2] {
        [self.trace[0].get(), self.trace[1].get()]
    }

    #[inline]
    fn set_trace(&self, [high, low]: [u64; 2]) {
        self.trace[0].set(high);
        self.trace[1].set(low);
    }

    /// Begins a local root here: in the trace that runs, or in a new one. False when there are too
    /// many roots already.
    #[inline]
    pub(super) fn begin_root(&self) -> bool {
        let root = self.new_root();
        if !root.segment.is_null() {
            self.set_trace(root.trace_id);
            self.sampled.set(root.sampled);
            self.segment.set(root.segment);
        }
        !root.segment.is_null()
    }

    /// A local root that is nobody's yet: in the trace that runs here, or in a new one. Without a
    /// segment when there are too many.
    #[inline]
    pub(super) fn new_root(&self) -> NewRoot {
        let segment = take_segment(self);
        let (mut trace_id, mut sampled) = (self.trace(), self.sampled.get());
        // SAFETY: `take_segment` gave it to us alone, or gave null.
        if let Some(fresh) = unsafe { segment.as_mut() } {
            if trace_id == [0, 0] {
                trace_id = self.new_trace();
                sampled = state::sample(trace_id[1], None);
            }
            fresh.begin(trace_id, sampled);
        }
        NewRoot { trace_id, segment, sampled }
    }

    /// What the head says of the trace that runs, or of one that would begin here.
    pub(super) fn samples(&self) -> bool {
        if self.trace() == [0, 0] { state::sample(self.random(), None) } else { self.sampled.get() }
    }

    /// Ends the local root here, and the trace with it if that began with it.
    #[inline]
    pub(super) fn end_root(&self, ends_trace: bool) {
        self.segment.set(ptr::null_mut());
        if ends_trace {
            self.set_trace([0, 0]);
        }
    }

    #[inline]
    pub(super) fn span(&self) -> u64 {
        self.span.get()
    }

    #[inline]
    pub(super) fn set_span(&self, span_id: u64) {
        self.span.set(span_id);
    }

    #[inline]
    pub(super) fn segment(&self) -> *mut Segment {
        self.segment.get()
    }

    #[inline]
    pub(super) fn sampled(&self) -> bool {
        self.sampled.get()
    }

    pub(super) fn is_suppressed(&self) -> bool {
        self.suppressed.get()
    }

    /// A number that is not 0: wyrand, seeded for each thread.
    #[inline]
    pub(super) fn random(&self) -> u64 {
        let [high, low] = self.draw();
        if high ^ low == 0 { 1 } else { high ^ low }
    }

    /// The id of a new trace, not 0. Its lower half is as good as `random`, which samplers look at.
    #[inline]
    pub(super) fn new_trace(&self) -> [u64; 2] {
        let [high, low] = self.draw();
        [high, if high ^ low == 0 { 1 } else { high ^ low }]
    }

    /// One step of the generator: a product of 128 bits.
    #[inline]
    fn draw(&self) -> [u64; 2] {
        let state = self.random.get().wrapping_add(0xa076_1d64_78bd_642f);
        self.random.set(state);
        split(u128::from(state) * u128::from(state ^ 0xe703_7ed1_a0b4_28db))
    }
}

/// Runs `with` on this thread's state.
#[inline(always)]
pub(super) fn with<R>(with: impl FnOnce(&Local) -> R) -> R {
    // Only the address is taken in there: whatever is large is not inlined into `LocalKey::with`,
    // and then finds the thread-local by a call through a pointer.
    let local = LOCAL.with(ptr::from_ref);
    // SAFETY: `LOCAL` has no destructor, so it is there as long as the thread runs, and the
    // reference does not leave this call.
    with(unsafe { &*local })
}

/// Records nothing on this thread until the guard is dropped.
pub(super) fn quiet() -> Quiet {
    Quiet { before: with(|local| local.suppressed.replace(true)) }
}

pub(super) struct Quiet {
    before: bool,
}

impl Drop for Quiet {
    fn drop(&mut self) {
        with(|local| local.suppressed.set(self.before));
    }
}

/// Begins a local root that is not this thread's: that of a future, or of a request. Without a
/// segment when there are too many.
pub(super) fn open(local: &Local, trace: Active) -> Active {
    let segment = take_segment(local);
    // SAFETY: `take_segment` gave it to us alone, or gave null.
    if let Some(fresh) = unsafe { segment.as_mut() } {
        fresh.begin(split(trace.trace_id), trace.sampled);
    }
    Active { segment, ..trace }
}

/// A clean segment from this thread's pool, or a new one, unless there are too many.
#[inline]
fn take_segment(local: &Local) -> *mut Segment {
    let spare = local.spare.replace(ptr::null_mut());
    if spare.is_null() { take_pooled() } else { spare }
}

#[cold]
fn take_pooled() -> *mut Segment {
    let pooled = OWNER.try_with(|owner| owner.pool.try_borrow_mut().ok()?.pop()).ok().flatten();
    pooled.or_else(Segment::new).map_or(ptr::null_mut(), Box::into_raw)
}

/// Ends the local root that the segment belongs to, and keeps the segment for the next.
///
/// # Safety
/// The pointer came from [`take_segment`], and the caller holds it alone.
pub(super) unsafe fn close_segment(shard: Option<&Shard>, segment: *mut Segment) {
    {
        // SAFETY: as the caller says.
        let segment = unsafe { &mut *segment };
        match shard {
            Some(shard) => segment.close(shard),
            None => segment.reset(),
        }
    }
    let kept = with(|local| {
        let keep = local.spare.get().is_null() && !local.ended.get();
        if keep {
            local.spare.set(segment);
        }
        keep
    });
    if !kept {
        // SAFETY: as the caller says, and `spare` has not taken it.
        pool(unsafe { Box::from_raw(segment) });
    }
}

#[cold]
fn pool(segment: Box<Segment>) {
    let _ = OWNER.try_with(|owner| {
        if let Ok(mut pool) = owner.pool.try_borrow_mut() {
            if pool.len() < POOL {
                pool.push(segment);
            }
        }
    });
}

struct Owner {
    #[expect(clippy::vec_box, reason = "segments travel as pointers; moving them would copy them")]
    pool: RefCell<Vec<Box<Segment>>>,
}

impl Drop for Owner {
    fn drop(&mut self) {
        LOCAL.with(|local| {
            local.ended.set(true);
            let shard = local.shard.replace(ptr::null());
            let spare = local.spare.replace(ptr::null_mut());
            if !spare.is_null() {
                // SAFETY: a spare segment belongs to its thread alone.
                drop(unsafe { Box::from_raw(spare) });
            }
            if !shard.is_null() {
                // SAFETY: it is the shard that `attach` got for this thread, which ends here.
                shard::release(unsafe { &*shard });
            }
        });
    }
}
