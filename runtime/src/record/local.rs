//! What a thread knows of itself: its shard, and the span that runs.
//!
//! `LOCAL` has no destructor, so that marked functions may run in the destructors of other
//! thread-locals. A second thread-local, touched only when the shard is attached, gives the shard
//! back at the thread's end; what is called after that counts in a shard that all such threads
//! share, and makes no spans.

use std::cell::{Cell, RefCell};
use std::ptr;

use super::chunk::{join, split};
use super::segment::Segment;
use super::shard::{self, Shard};
use super::slot::{first_span, or_one};
use super::state;

thread_local! {
    static LOCAL: Local = const { Local::new() };
    static OWNER: Owner = const { Owner::new() };
}

/// Segments that a thread keeps for its next roots.
const POOL: usize = 16;

/// In `LOCAL`, in place of a segment: a root runs that has put nothing into one yet. Most have no
/// callees and no fields, and never need one. Only `Local` knows of it.
const BARE: *mut Segment = ptr::dangling_mut();

/// The trace that runs on a thread, and the span in it. Copied in and out at each poll.
///
/// The order is not that of `Local`: two neighbours would be copied at once, and that would wait
/// for the stores that wrote them one by one.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Active {
    pub(super) high: u64,
    /// 0: no span yet.
    pub(super) span_id: u64,
    pub(super) low: u64,
    /// Where finished spans go; null when this thread has no part in the local root.
    pub(super) segment: *mut Segment,
    /// The head's decision.
    pub(super) sampled: bool,
}

impl Active {
    pub(super) const NONE: Active =
        Active { high: 0, span_id: 0, low: 0, segment: ptr::null_mut(), sampled: false };

    /// A span of a trace, in no segment.
    #[inline]
    pub(super) fn of([high, low]: [u64; 2], span_id: u64, sampled: bool) -> Active {
        Active { high, span_id, low, sampled, ..Active::NONE }
    }

    /// `[0, 0]`: no trace.
    #[inline]
    pub(super) fn trace(&self) -> [u64; 2] {
        [self.high, self.low]
    }

    pub(super) fn trace_id(&self) -> u128 {
        join(self.trace())
    }
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
        self.attached().or_else(|| self.attach())
    }

    /// The same, but none before the first use.
    #[inline]
    pub(super) fn attached(&self) -> Option<&'static Shard> {
        // SAFETY: shards are leaked, and `attach` and `Owner` keep the pointer to this thread's.
        unsafe { self.shard.get().as_ref() }
    }

    #[cold]
    #[inline(never)]
    fn attach(&self) -> Option<&'static Shard> {
        #[cfg(feature = "testing")]
        if let Some((_, shard)) = super::capture::here() {
            return Some(shard);
        }
        self.attach_own()
    }

    /// This thread's shard of the process, whatever capture it is in.
    #[inline]
    pub(super) fn own_shard(&self) -> Option<&'static Shard> {
        self.attached().or_else(|| self.attach_own())
    }

    #[cold]
    #[inline(never)]
    fn attach_own(&self) -> Option<&'static Shard> {
        // Registers the destructor that gives the shard back; fails when it has run already.
        if self.ended.get() || OWNER.try_with(|_| ()).is_err() {
            self.ended.set(true);
            return None;
        }
        #[cfg(feature = "testing")]
        if captures(|stack| !stack.is_empty()) == Some(true) {
            return self.hidden();
        }
        let shard = shard::acquire();
        self.shard.set(shard);
        self.random.set(shard::seed());
        Some(shard)
    }

    /// Takes this thread's shard out of the way of its calls; null when it has none.
    #[cfg(feature = "testing")]
    pub(super) fn hide(&self) -> *const Shard {
        // What a thread does before it records, since it may never have a shard of the process.
        state::settle();
        if self.random.get() == 0 {
            self.random.set(shard::seed());
        }
        self.shard.replace(ptr::null())
    }

    /// Puts it back.
    #[cfg(feature = "testing")]
    pub(super) fn show(&self, shard: *const Shard) {
        self.shard.set(shard);
    }

    /// This thread's shard, while that is hidden.
    #[cfg(feature = "testing")]
    fn hidden(&self) -> Option<&'static Shard> {
        captures(|stack| {
            if stack.own.get().is_null() {
                stack.own.set(shard::acquire());
            }
            // SAFETY: shards are leaked, and this one is this thread's.
            unsafe { stack.own.get().as_ref() }
        })?
    }

    /// A segment waits for this thread's next root.
    #[inline]
    pub(super) fn has_spare(&self) -> bool {
        !self.spare.get().is_null()
    }

    /// Keeps a clean segment for this thread's next root. It has none.
    #[inline]
    pub(super) fn keep(&self, segment: *mut Segment) {
        self.spare.set(segment);
    }

    /// What runs here, to be put back later.
    #[inline]
    pub(super) fn active(&self) -> Active {
        self.here(self.segment())
    }

    #[inline]
    pub(super) fn here(&self, segment: *mut Segment) -> Active {
        Active { segment, ..Active::of(self.trace(), self.span.get(), self.sampled.get()) }
    }

    #[inline]
    pub(super) fn set(&self, active: Active) {
        self.set_trace(active.trace());
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

    /// Begins a local root here, in the trace that runs or in a new one; returns its span's id.
    #[inline]
    pub(super) fn begin_root(&self) -> u64 {
        self.segment.set(BARE);
        if self.trace() != [0, 0] {
            return self.random();
        }
        let trace_id = self.new_trace();
        self.set_trace(trace_id);
        self.sampled.set(state::sample(trace_id[1], None));
        first_span(trace_id)
    }

    /// A local root runs here.
    #[inline]
    pub(super) fn is_in_root(&self) -> bool {
        !self.segment.get().is_null()
    }

    /// Nothing has been put into a segment by the root that ends here.
    #[inline]
    pub(super) fn is_bare(&self) -> bool {
        let segment = self.segment.get();
        segment.is_null() || segment == BARE
    }

    /// Ends the local root here, and the trace with it if that began with it. What is left in its
    /// segment is the caller's.
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

    /// The segment of the root that runs here, to put something into. Null when there is no root,
    /// or too many.
    #[inline]
    pub(super) fn segment(&self) -> *mut Segment {
        let segment = self.segment.get();
        if segment == BARE { self.unfold() } else { segment }
    }

    /// The same, if it is to be had without calling anything; null otherwise.
    #[inline(always)]
    pub(super) fn segment_at_once(&self) -> *mut Segment {
        let segment = self.segment.get();
        if segment != BARE {
            return segment;
        }
        let spare = self.spare.get();
        // SAFETY: a spare segment is this thread's alone.
        if let Some(fresh) = unsafe { spare.as_mut() } {
            fresh.begin(self.trace(), self.sampled.get());
            self.spare.set(ptr::null_mut());
            self.segment.set(spare);
        }
        spare
    }

    /// The same, if anything has been put into it.
    #[inline]
    pub(super) fn filled(&self) -> *mut Segment {
        if self.is_bare() { ptr::null_mut() } else { self.segment.get() }
    }

    /// Gives the root that runs here the segment that it did not need so far. Without one, it and
    /// what it calls become local roots of their own, and go out one by one.
    #[cold]
    #[inline(never)]
    fn unfold(&self) -> *mut Segment {
        self.segment.set(open(self, self.here(ptr::null_mut())).segment);
        self.segment.get()
    }

    #[inline]
    pub(super) fn sampled(&self) -> bool {
        self.sampled.get()
    }

    /// A call ended well under this span.
    #[inline]
    pub(super) fn went_well(&self, parent_id: u64) {
        if self.failed.get() == parent_id {
            self.recovered.set(true);
        }
    }

    pub(super) fn is_suppressed(&self) -> bool {
        self.suppressed.get()
    }

    /// A number that is not 0: wyrand, seeded for each thread.
    #[inline]
    pub(super) fn random(&self) -> u64 {
        let [high, low] = self.draw();
        or_one(high ^ low)
    }

    /// The id of a new trace, not 0. Its lower half is as good as `random`, which samplers look at.
    #[inline]
    pub(super) fn new_trace(&self) -> [u64; 2] {
        let [high, low] = self.draw();
        [high, or_one(high ^ low)]
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
        fresh.begin(trace.trace(), trace.sampled);
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
        let keep = !local.has_spare() && !local.ended.get();
        if keep {
            local.keep(segment);
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

/// Runs `with` on the captures that this thread is in. Nothing once the thread is ending.
#[cfg(feature = "testing")]
pub(super) fn captures<R>(with: impl FnOnce(&super::capture::Stack) -> R) -> Option<R> {
    OWNER.try_with(|owner| with(&owner.captures)).ok()
}

struct Owner {
    #[cfg(feature = "testing")]
    captures: super::capture::Stack,
    #[expect(clippy::vec_box, reason = "segments travel as pointers; moving them would copy them")]
    pool: RefCell<Vec<Box<Segment>>>,
}

impl Owner {
    const fn new() -> Owner {
        Owner {
            #[cfg(feature = "testing")]
            captures: super::capture::Stack::new(),
            pool: RefCell::new(Vec::new()),
        }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        LOCAL.with(|local| {
            local.ended.set(true);
            #[cfg(feature = "testing")]
            if !self.captures.is_empty() {
                self.captures.leave_all();
                local.show(self.captures.own.replace(ptr::null()));
            }
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
