//! One marked call: entered before the body, finished after it, or dropped on the way.
//!
//! The inlined halves only test whether anything is on; the rest is compiled once, here, and not
//! into every marked function. A scope that is dropped unfinished panicked, or was cancelled.

use std::fmt;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::panic::{RefUnwindSafe, UnwindSafe};

use tracing_core::LevelFilter;

use super::classify::Verdict;
use super::clock;
use super::ending::{Failure, end};
use super::host;
use super::local::{self, Active, Local};
use super::sample::{Pen, Sample};
use super::shard::{self, Shard};
use super::state::{self, TRACES};
use crate::model::{Outcome, Site};

/// Counted and timed.
const ON: u8 = 1;
/// Has a span of plimsoll's.
pub(super) const TRACED: u8 = 2;
/// Opened the segment that its span goes to.
pub(super) const ROOT: u8 = 4;
/// The call is a future's: it may be dropped, or go on on another thread.
pub(super) const ASYNC: u8 = 8;
/// Has a span of the host's own subscriber, and nothing else.
pub(super) const HOST: u8 = 16;
/// A poll of the future unwound.
pub(super) const UNWOUND: u8 = 32;
/// Entered while its thread was ending.
pub(super) const LATE: u8 = 64;
/// Nobody looks at the result: dropping the scope ends the call well, unless something unwinds
/// that did not when it was entered (then `UNWOUND` is set).
const GUARD: u8 = 128;

/// The memory of one marked call: a local of the marked function. Only its first byte is written
/// while nothing is on; a `struct` with the rest uninitialised would be copied as a whole by builds
/// that are not optimised.
#[repr(C)]
pub union Slot {
    mode: u8,
    whole: ManuallyDrop<Whole>,
}

#[repr(C)]
struct Whole {
    mode: u8,
    payload: MaybeUninit<Payload>,
}

union Payload {
    call: Call,
    host: ManuallyDrop<tracing::Span>,
}

/// What is known of a call that is on. Written once and read field by field: copies of the whole
/// would wait for the stores.
#[derive(Clone, Copy)]
pub(super) struct Call {
    pub(super) site: &'static Site,
    pub(super) start: u64,
    pub(super) span_id: u64,
    pub(super) parent_id: u64,
    pub(super) fields_at: u32,
    pub(super) fields_length: u32,
    /// The segment's `parts` when the fields were written.
    pub(super) parts: u32,
    /// Where a future's call is while it is not polled: its span, and its segment if it is a root.
    away: MaybeUninit<Active>,
}

impl Call {
    /// Where the call is while it is not polled.
    ///
    /// # Safety
    /// The slot's mode has `ASYNC` and `TRACED`.
    pub(super) unsafe fn away(&self) -> Active {
        // SAFETY: as the caller says; `enter_on` wrote it then.
        unsafe { self.away.assume_init() }
    }
}

// SAFETY: the raw pointer in a slot is that of a root's segment, which the slot then owns: it is in
// a thread's `LOCAL` only while the call, or a poll of it, runs there.
unsafe impl Send for Slot {}

// SAFETY: through a shared slot nothing but its mode is seen, and nothing is written.
unsafe impl Sync for Slot {}

// What unwinds through a call ends it, and leaves nothing half done: a marked future may be caught
// as the plain one may.
impl UnwindSafe for Slot {}
impl RefUnwindSafe for Slot {}
impl UnwindSafe for Scope<'_> {}
impl RefUnwindSafe for Scope<'_> {}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").field("mode", &self.mode()).finish_non_exhaustive()
    }
}

impl Default for Slot {
    fn default() -> Slot {
        Slot::new()
    }
}

impl Slot {
    /// An empty slot.
    #[inline(always)]
    pub const fn new() -> Slot {
        Slot { mode: 0 }
    }

    #[inline(always)]
    pub(super) fn mode(&self) -> u8 {
        // SAFETY: `new` writes the mode, and every field begins with it.
        unsafe { self.mode }
    }

    /// Adds to what is known of the call.
    pub(super) fn add(&mut self, mode: u8) {
        self.mode = self.mode() | mode;
    }

    /// Forgets the call, which has ended.
    pub(super) fn clear(&mut self) {
        self.mode = 0;
    }

    #[inline(always)]
    fn payload(&self) -> &MaybeUninit<Payload> {
        // SAFETY: the mode is always written, and the payload may be uninitialised.
        unsafe { &self.whole.payload }
    }

    #[inline(always)]
    fn payload_mut(&mut self) -> &mut MaybeUninit<Payload> {
        // SAFETY: as in `payload`.
        unsafe { &mut (*self.whole).payload }
    }

    /// Nothing is to be recorded: the call was not entered, or has ended.
    #[inline(always)]
    pub(super) fn is_off(&self) -> bool {
        self.mode() == 0
    }

    /// The call is counted.
    #[inline(always)]
    pub(super) fn is_on(&self) -> bool {
        self.mode() & ON != 0
    }

    /// Enters a call of a plain function.
    #[inline(always)]
    pub fn enter<'a>(&'a mut self, site: &'static Site, samples: &'a [Sample]) -> Scope<'a> {
        self.begin(site, samples, 0);
        Scope { slot: self, samples }
    }

    /// Enters a call of a plain function whose result can't be an error.
    #[inline(always)]
    pub fn guard<'a>(&'a mut self, site: &'static Site, samples: &'a [Sample]) -> Scope<'a> {
        self.begin(site, samples, GUARD);
        Scope { slot: self, samples }
    }

    /// Enters a call of an asynchronous function, at its first poll.
    #[inline(always)]
    pub fn enter_async<'a>(&'a mut self, site: &'static Site, samples: &'a [Sample]) -> Scope<'a> {
        self.begin(site, samples, ASYNC);
        Scope { slot: self, samples }
    }

    #[inline(always)]
    fn begin(&mut self, site: &'static Site, samples: &[Sample], mode: u8) {
        if state::load() != 0 {
            self.enter_on(site, samples, mode);
        } else if !matches!(LevelFilter::current(), LevelFilter::OFF) {
            self.enter_host(site, mode);
        }
    }

    #[cold]
    #[inline(never)]
    fn enter_host(&mut self, site: &'static Site, mode: u8) {
        if let Some(span) = host::open(site) {
            if mode & ASYNC == 0 {
                host::enter(&span);
            }
            self.payload_mut().write(Payload { host: ManuallyDrop::new(span) });
            self.mode = mode | HOST;
        }
    }

    #[inline(never)]
    fn enter_on(&mut self, site: &'static Site, samples: &[Sample], mode: u8) {
        local::with(|local| {
            if local.is_suppressed() {
                return;
            }
            self.mode = mode | ON;
            if mode & GUARD != 0 && std::thread::panicking() {
                self.add(UNWOUND);
            }
            let (shard, pen) = match local.shard() {
                Some(shard) => (shard, Pen::Own),
                None => {
                    self.add(LATE);
                    (shard::late(), Pen::Shared)
                }
            };
            if let Some(started) = shard.cell(site.cells(), 1).first() {
                pen.add(started, 1);
            }
            for sample in samples {
                sample.enter(shard, pen);
            }
            let call = Call {
                site,
                start: 0,
                span_id: 0,
                parent_id: 0,
                fields_at: 0,
                fields_length: 0,
                parts: 0,
                away: MaybeUninit::uninit(),
            };
            let payload = self.payload_mut().write(Payload { call });
            // SAFETY: it has just been written.
            let call = unsafe { &mut payload.call };
            let traced = site.observed && pen == Pen::Own && state::load() & TRACES != 0;
            let opened = if traced { open(local, shard, call, mode) } else { 0 };
            call.start = clock::now();
            self.add(opened);
        });
    }

    /// The call of a slot that is on.
    #[inline(always)]
    pub(super) fn call(&self) -> Option<&Call> {
        if self.mode() & ON == 0 {
            return None;
        }
        // SAFETY: whoever set `ON` wrote a call, and `HOST` is never set beside it.
        Some(unsafe { &self.payload().assume_init_ref().call })
    }

    pub(super) fn call_mut(&mut self) -> Option<&mut Call> {
        if self.mode() & ON == 0 {
            return None;
        }
        // SAFETY: as in `call`.
        Some(unsafe { &mut self.payload_mut().assume_init_mut().call })
    }

    pub(super) fn host(&self) -> Option<&tracing::Span> {
        if self.mode() & HOST == 0 {
            return None;
        }
        // SAFETY: whoever set `HOST` wrote a span, and `ON` is never set beside it.
        Some(unsafe { &self.payload().assume_init_ref().host })
    }

    /// Forgets the segment of a future's span that does not own it: other threads may come to poll
    /// the future.
    pub(super) fn detach(&mut self) {
        if self.mode() & (ASYNC | TRACED | ROOT) == ASYNC | TRACED {
            if let Some(call) = self.call_mut() {
                // SAFETY: the mode says so.
                let away = unsafe { call.away() };
                call.away.write(Active { segment: std::ptr::null_mut(), ..away });
            }
        }
    }

    /// What `LOCAL` has to hold while this future is polled under `outer`; nothing when it has no
    /// span.
    #[inline]
    pub(super) fn active_under(&self, outer: Active) -> Option<Active> {
        if self.mode() & (ASYNC | TRACED) != ASYNC | TRACED {
            return None;
        }
        // SAFETY: the mode says so.
        let own = unsafe { self.call()?.away() };
        if self.mode() & ROOT == 0 && outer.trace_id == own.trace_id {
            return Some(Active { span_id: own.span_id, ..outer });
        }
        Some(own)
    }
}

/// Opens the span of a call: in the local root that runs on this thread, or as a root of its own.
/// Returns what that adds to the slot's mode.
#[inline]
fn open(local: &Local, shard: &Shard, call: &mut Call, mode: u8) -> u8 {
    call.parent_id = local.span();
    if mode & ASYNC != 0 {
        // The span is the current one in the polls only.
        let outer = local.active();
        let opened = open_here(local, shard, call);
        call.away.write(local.active());
        local.set(outer);
        opened
    } else {
        open_here(local, shard, call)
    }
}

#[inline]
fn open_here(local: &Local, shard: &Shard, call: &mut Call) -> u8 {
    let mut opened = TRACED;
    if local.segment().is_null() {
        if !local.begin_root() {
            if local.samples() {
                shard.lose_refused();
            }
            return 0;
        }
        opened |= ROOT;
    }
    call.span_id = local.random();
    local.set_span(call.span_id);
    opened
}

/// A marked call that runs. Dropped unfinished, it ends as `panic`, or as `cancelled`.
#[derive(Debug)]
pub struct Scope<'a> {
    pub(super) slot: &'a mut Slot,
    samples: &'a [Sample],
}

impl<'a> Scope<'a> {
    /// The call of a slot that was entered before.
    pub(super) fn of(slot: &'a mut Slot, samples: &'a [Sample]) -> Scope<'a> {
        Scope { slot, samples }
    }

    /// Leaves the call open.
    pub(super) fn leave(self) {
        std::mem::forget(self);
    }

    /// True when the call is counted; otherwise nothing looks at its value. A host's span ends the
    /// same way whatever that is.
    #[inline(always)]
    pub fn is_on(&self) -> bool {
        self.slot.is_on()
    }

    /// Ends the call as `ok`, or as an error that `error_if` found.
    #[inline(never)]
    pub(super) fn finish(self, verdict: Verdict) {
        if verdict == Verdict::Error {
            self.fail(&Failure::of("_OTHER"));
        } else {
            self.end(Outcome::Ok, Failure::NONE);
        }
    }

    /// Ends the call as an error.
    #[cold]
    pub(super) fn fail(self, failure: &Failure<'_>) {
        self.end(Outcome::Error, failure);
    }

    fn end(self, outcome: Outcome, failure: &Failure<'_>) {
        let mut this = ManuallyDrop::new(self);
        let samples = this.samples;
        end(this.slot, samples, outcome, failure);
    }
}

impl Drop for Scope<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.slot.mode() != 0 {
            dropped(self.slot, self.samples);
        }
    }
}

#[inline(never)]
fn dropped(slot: &mut Slot, samples: &[Sample]) {
    let outcome = if slot.mode() & GUARD != 0 {
        let unwinds = std::thread::panicking() && slot.mode() & UNWOUND == 0;
        if unwinds { Outcome::Panic } else { Outcome::Ok }
    } else if slot.mode() & (ASYNC | UNWOUND) == ASYNC {
        Outcome::Cancelled
    } else {
        Outcome::Panic
    };
    let failure = match outcome {
        Outcome::Ok | Outcome::Error => Failure::NONE,
        Outcome::Cancelled | Outcome::Panic => &Failure::of(outcome.as_str()),
    };
    end(slot, samples, outcome, failure);
}

impl Slot {
    /// Takes the host's span out of a slot that ends.
    pub(super) fn take_host(&mut self) -> Option<(tracing::Span, u8)> {
        if self.mode() & HOST == 0 {
            return None;
        }
        let mode = self.mode();
        self.clear();
        // SAFETY: whoever set `HOST` wrote a span; the bit is cleared, so it is taken once.
        let span = unsafe { ManuallyDrop::take(&mut self.payload_mut().assume_init_mut().host) };
        Some((span, mode))
    }
}
