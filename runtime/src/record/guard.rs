//! The guard of one marked call: entered before the body, finished after it, or dropped on the way.
//!
//! The inlined halves only test whether anything is on; the rest is compiled once, here, and not
//! into every marked function. A guard that is dropped unfinished panicked, or was cancelled.

use std::fmt;
use std::marker::PhantomData;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::panic::{RefUnwindSafe, UnwindSafe};

use tracing_core::LevelFilter;

use super::away::Away;
use super::classify::Verdict;
use super::clock;
use super::ending::{Failure, end};
use super::local::{self, Local};
use super::quick::end_well;
use super::sample::{self, Pen, Sample};
use super::shard::{self, Shard};
use super::state::{self, TRACES};
use super::{cell, host};
use crate::model::{Outcome, Site};

/// Counted and timed.
pub(super) const ON: u16 = 1;
/// Has a span of plimsoll's.
pub(super) const TRACED: u16 = 2;
/// Opened the segment that its span goes to.
pub(super) const ROOT: u16 = 4;
/// The call is a future's: it may be dropped, or go on on another thread.
pub(super) const ASYNC: u16 = 8;
/// Has a span of the host's own subscriber, and nothing else.
pub(super) const HOST: u16 = 16;
/// A poll of the future unwound.
pub(super) const UNWOUND: u16 = 32;
/// Entered while its thread was ending.
pub(super) const LATE: u16 = 64;
/// Nobody looks at the result: dropping the guard ends the call well, unless something unwinds
/// that did not when it was entered (then `UNWOUND` is set).
const UNSEEN: u16 = 128;
/// The head has decided to keep the trace of this future's span. Only beside `AWAY`.
pub(super) const SAMPLED: u16 = 256;
/// The body's future has given its value, and holds nothing more.
pub(super) const READY: u16 = 512;
/// The call is a future's that has waited: it is in `LOCAL` in its polls only. Until then, its span
/// is the current one of the thread that entered it, as a plain call's is.
pub(super) const AWAY: u16 = 1024;
/// A poll makes the span the current one, and the one before it again.
pub(super) const SWAPS: u16 = 2048;
/// Began in a test's capture, whose number is beside that of the samples.
pub(super) const CAPTURED: u16 = 4096;

/// The guard of one marked call: a local of the marked function. Only its mode is written while
/// nothing is on; a `struct` with the rest uninitialised would be copied as a whole by builds that
/// are not optimised. `'s` is that of the samples.
#[repr(C)]
pub union Guard<'s> {
    mode: u16,
    call: Call<'s>,
    host: ManuallyDrop<Hosted>,
}

/// What is known of a call that is on. Written once and read field by field: copies of the whole
/// would wait for the stores. Futures carry it, so it is packed.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Call<'s> {
    pub(super) mode: u16,
    pub(super) fields_length: u16,
    /// The segment's `parts` when the fields were written.
    pub(super) parts: u32,
    pub(super) fields_at: u32,
    /// In the upper half, the number of the capture that it began in.
    sample_count: u32,
    samples: *const Sample,
    pub(super) site: &'static Site,
    pub(super) start: u64,
    pub(super) span_id: u64,
    pub(super) parent_id: u64,
    pub(super) away: MaybeUninit<Away>,
    lifetime: PhantomData<&'s [Sample]>,
}

/// A call that is nothing but a span of the host's.
#[repr(C)]
struct Hosted {
    mode: u16,
    span: tracing::Span,
}

impl<'s> Call<'s> {
    #[inline(always)]
    fn new(mode: u16, site: &'static Site, samples: &'s [Sample]) -> Call<'s> {
        Call {
            mode,
            fields_length: 0,
            parts: 0,
            fields_at: 0,
            sample_count: samples.len() as u32,
            samples: samples.as_ptr(),
            site,
            start: 0,
            span_id: 0,
            parent_id: 0,
            away: MaybeUninit::uninit(),
            lifetime: PhantomData,
        }
    }

    /// What the call contributes to metrics.
    #[inline(always)]
    pub(super) fn samples(&self) -> &'s [Sample] {
        // SAFETY: `new` took the two from such a slice.
        unsafe { std::slice::from_raw_parts(self.samples, usize::from(self.sample_count as u16)) }
    }

    /// The capture that it began in.
    #[cfg(feature = "testing")]
    pub(super) fn capture(&self) -> u16 {
        (self.sample_count >> 16) as u16
    }

    /// Other calls may have run on this thread, of no concern to this one, while it lasted.
    pub(super) fn has_waited(&self) -> bool {
        self.mode & AWAY != 0
    }
}

// SAFETY: the raw pointers in a guard are to samples, which threads may share, and to a root's
// segment, which the guard then owns: it is in a thread's `LOCAL` only while the call, or a poll of
// it, runs there.
unsafe impl Send for Guard<'_> {}

// SAFETY: through a shared guard nothing but its mode is seen, and nothing is written.
unsafe impl Sync for Guard<'_> {}

// What unwinds through a call ends it, and leaves nothing half done: a marked future may be caught
// as the plain one may.
impl UnwindSafe for Guard<'_> {}
impl RefUnwindSafe for Guard<'_> {}

impl fmt::Debug for Guard<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("mode", &self.mode()).finish_non_exhaustive()
    }
}

impl Default for Guard<'_> {
    fn default() -> Self {
        Guard::new()
    }
}

impl<'s> Guard<'s> {
    /// The guard of a call that is yet to be entered.
    #[inline(always)]
    pub const fn new() -> Guard<'s> {
        Guard { mode: 0 }
    }

    /// True when the call is counted; otherwise nothing looks at its value. A host's span ends the
    /// same way whatever that is.
    #[inline(always)]
    pub fn is_on(&self) -> bool {
        self.mode() & ON != 0
    }

    /// Nothing is to be recorded: the call was not entered, or has ended.
    #[inline(always)]
    pub(super) fn is_off(&self) -> bool {
        self.mode() == 0
    }

    #[inline(always)]
    pub(super) fn mode(&self) -> u16 {
        // SAFETY: `new` writes the mode, and every field begins with it.
        unsafe { self.mode }
    }

    /// Adds to what is known of the call.
    #[inline(always)]
    pub(super) fn add(&mut self, mode: u16) {
        self.mode = self.mode() | mode;
    }

    /// Forgets the call, which has ended.
    #[inline(always)]
    pub(super) fn clear(&mut self) {
        self.mode = 0;
    }

    /// Enters a call of a plain function.
    #[inline(always)]
    pub fn enter(&mut self, site: &'static Site, samples: &'s [Sample]) {
        self.begin(site, samples, 0);
    }

    /// Enters a call of a plain function whose result can't be an error.
    #[inline(always)]
    pub fn enter_unseen(&mut self, site: &'static Site, samples: &'s [Sample]) {
        self.begin(site, samples, UNSEEN);
    }

    /// Enters a call of an asynchronous function, at its first poll.
    #[inline(always)]
    pub fn enter_async(&mut self, site: &'static Site, samples: &'s [Sample]) {
        self.begin(site, samples, ASYNC);
    }

    #[inline(always)]
    fn begin(&mut self, site: &'static Site, samples: &'s [Sample], mode: u16) {
        if state::load() != 0 {
            if mode & UNSEEN == 0 {
                self.enter_on(site, samples, mode);
            } else {
                self.enter_on_unseen(site, samples);
            }
        } else if !matches!(LevelFilter::current(), LevelFilter::OFF) {
            self.enter_host(site, mode);
        }
    }

    #[cold]
    #[inline(never)]
    fn enter_host(&mut self, site: &'static Site, mode: u16) {
        if let Some(span) = host::open(site) {
            if mode & ASYNC == 0 {
                host::enter(&span);
            }
            self.host = ManuallyDrop::new(Hosted { mode: mode | HOST | SWAPS, span });
        }
    }

    #[inline(never)]
    fn enter_on(&mut self, site: &'static Site, samples: &'s [Sample], mode: u16) {
        self.enter_quickly(site, samples, mode);
    }

    #[inline(never)]
    fn enter_on_unseen(&mut self, site: &'static Site, samples: &'s [Sample]) {
        if std::thread::panicking() {
            self.enter_rare(site, samples, UNSEEN | UNWOUND);
        } else {
            self.enter_quickly(site, samples, UNSEEN);
        }
    }

    /// Enters a call in the common case, without calling anything: the processor's stack is not
    /// touched then.
    #[inline(always)]
    fn enter_quickly(&mut self, site: &'static Site, samples: &'s [Sample], mode: u16) {
        local::with(
            #[inline(always)]
            |local| match local.attached() {
                Some(shard) if samples.is_empty() && !local.is_suppressed() => {
                    self.enter_here(local, shard, site, samples, mode);
                }
                _ => self.enter_rare(site, samples, mode),
            },
        );
    }

    /// Enters a call in all other cases.
    #[inline(never)]
    fn enter_rare(&mut self, site: &'static Site, samples: &'s [Sample], mode: u16) {
        local::with(|local| {
            if local.is_suppressed() {
                return;
            }
            if let Some(shard) = local.attached() {
                sample::enter(samples, shard, Pen::Own);
                self.enter_here(local, shard, site, samples, mode);
                return;
            }
            self.enter_first(local, site, samples, mode);
        });
    }

    /// Enters a call on a thread that has no shard at hand: the first one, or in a test.
    #[cold]
    #[inline(never)]
    fn enter_first(
        &mut self,
        local: &Local,
        site: &'static Site,
        samples: &'s [Sample],
        mode: u16,
    ) {
        #[cfg(feature = "testing")]
        if let Some((number, shard)) = super::capture::here() {
            sample::enter(samples, shard, Pen::Own);
            self.enter_here(local, shard, site, samples, mode | CAPTURED);
            if let Some(call) = self.call_mut() {
                call.sample_count |= u32::from(number) << 16;
            }
            return;
        }
        if let Some(shard) = local.shard() {
            sample::enter(samples, shard, Pen::Own);
            self.enter_here(local, shard, site, samples, mode);
        } else {
            let shard = shard::late();
            if let Some(started) = shard.cell(site.cells(), 1).first() {
                Pen::Shared.add(started, 1);
            }
            sample::enter(samples, shard, Pen::Shared);
            self.set(Call::new(mode | ON | LATE, site, samples));
        }
    }

    /// Counts the call in this thread's shard, and opens its span: in the local root that runs
    /// here, or as a root of its own.
    #[inline(always)]
    fn enter_here(
        &mut self,
        local: &Local,
        shard: &Shard,
        site: &'static Site,
        samples: &'s [Sample],
        mode: u16,
    ) {
        if let Some(started) = shard.cell(site.cells(), 1).first() {
            cell::add(started, 1);
        }
        let mut call = Call::new(mode | ON, site, samples);
        if site.observed && state::load() & TRACES != 0 {
            call.parent_id = local.span();
            call.mode |= TRACED;
            call.span_id = if local.is_in_root() {
                local.random()
            } else {
                call.mode |= ROOT;
                local.begin_root()
            };
            local.set_span(call.span_id);
        }
        self.set(call);
    }

    /// Counts these when the call ends, in place of those that it was entered with: for values that
    /// are known only once the body has returned. What counts calls in flight must be among both.
    #[inline(always)]
    pub fn late(&mut self, samples: &'s [Sample]) {
        if let Some(call) = self.call_mut() {
            call.sample_count = samples.len() as u32;
            call.samples = samples.as_ptr();
        }
    }

    /// From here on the call is timed.
    #[inline(always)]
    fn set(&mut self, call: Call<'s>) {
        self.call = call;
        match clock::at_once() {
            Some(at) => self.call.start = at,
            None => self.set_start(),
        }
    }

    #[cold]
    #[inline(never)]
    fn set_start(&mut self) {
        self.call.start = clock::now();
    }

    /// The call of a guard that is on.
    #[inline(always)]
    pub(super) fn call(&self) -> Option<&Call<'s>> {
        if !self.is_on() {
            return None;
        }
        // SAFETY: whoever set `ON` wrote a call, and `HOST` is never set beside it.
        Some(unsafe { &self.call })
    }

    #[inline(always)]
    pub(super) fn call_mut(&mut self) -> Option<&mut Call<'s>> {
        if !self.is_on() {
            return None;
        }
        // SAFETY: as in `call`.
        Some(unsafe { &mut self.call })
    }

    pub(super) fn host(&self) -> Option<&tracing::Span> {
        if self.mode() & HOST == 0 {
            return None;
        }
        // SAFETY: whoever set `HOST` wrote a span, and `ON` is never set beside it.
        Some(unsafe { &(*self.host).span })
    }

    /// Takes the host's span out of a guard that ends.
    pub(super) fn take_host(&mut self) -> Option<(tracing::Span, u16)> {
        if self.mode() & HOST == 0 {
            return None;
        }
        // SAFETY: whoever set `HOST` wrote a span; the mode is cleared, so it is taken once.
        let Hosted { mode, span } = unsafe { ManuallyDrop::take(&mut self.host) };
        self.clear();
        Some((span, mode))
    }

    /// Ends the call as `ok`, or as an error that `error_if` found.
    #[inline(never)]
    pub(super) fn finish(&mut self, verdict: Verdict) {
        if verdict == Verdict::Error {
            self.fail(&Failure::of("_OTHER"));
        } else {
            end_well(self);
        }
    }

    /// Ends the call as an error.
    #[cold]
    pub(super) fn fail(&mut self, failure: &Failure<'_>) {
        end(self, Outcome::Error, failure);
    }
}

impl Drop for Guard<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        if !self.is_off() {
            dropped(self);
        }
    }
}

#[inline(never)]
fn dropped(guard: &mut Guard<'_>) {
    if guard.mode() & UNSEEN != 0 && !std::thread::panicking() {
        end_well(guard);
    } else {
        dropped_badly(guard);
    }
}

#[inline(never)]
fn dropped_badly(guard: &mut Guard<'_>) {
    let mode = guard.mode();
    let outcome = if mode & UNSEEN != 0 {
        if mode & UNWOUND == 0 { Outcome::Panic } else { Outcome::Ok }
    } else if mode & (ASYNC | UNWOUND) == ASYNC {
        Outcome::Cancelled
    } else if mode & ASYNC != 0 || std::thread::panicking() {
        Outcome::Panic
    } else {
        // The body was left by `?`.
        Outcome::Error
    };
    let failure = match outcome {
        Outcome::Ok => Failure::NONE,
        Outcome::Error => &Failure::of("_OTHER"),
        Outcome::Cancelled | Outcome::Panic => &Failure::of(outcome.as_str()),
    };
    end(guard, outcome, failure);
}
