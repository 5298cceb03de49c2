//! One marked call: entered before the body, finished after it, or dropped on the way.
//!
//! The inlined halves only test whether anything is on; the rest is compiled once, here, and not
//! into every marked function. A scope that is dropped unfinished panicked, or was cancelled.

use std::error::Error;
use std::fmt;
use std::mem::{ManuallyDrop, MaybeUninit};

use tracing_core::LevelFilter;

use super::field::Writer;
use super::host;
use super::local::{self, Active, Local};
use super::report::{Ended, Ending, tell};
use super::ring::Record;
use super::sample::{Pen, Sample};
use super::segment::RESERVED;
use super::shard::{self, Shard};
use super::state::{self, TRACES};
use super::{cell, clock};
use crate::model::{Level, Outcome, Site};
use crate::redact::{Loggable, Out, Redactable, Strategy};

/// Counted and timed.
const ON: u8 = 1;
/// Has a span of plimsoll's.
const TRACED: u8 = 2;
/// Opened the segment that its span goes to.
const ROOT: u8 = 4;
/// The call is a future's: it may be dropped, or go on on another thread.
pub(super) const ASYNC: u8 = 8;
/// Has a span of the host's own subscriber, and nothing else.
pub(super) const HOST: u8 = 16;
/// A poll of the future unwound.
pub(super) const UNWOUND: u8 = 32;
/// Entered while its thread was ending.
const LATE: u8 = 64;
/// Nobody looks at the result: dropping the scope ends the call well, unless something unwinds
/// that did not when it was entered (then `UNWOUND` is set).
const GUARD: u8 = 128;

/// The memory of one marked call: a local of the marked function. Only its first byte is written
/// while nothing is on.
#[repr(C)]
pub struct Slot {
    pub(super) mode: u8,
    payload: MaybeUninit<Payload>,
}

union Payload {
    call: Call,
    host: ManuallyDrop<tracing::Span>,
}

#[derive(Clone, Copy)]
pub(super) struct Call {
    site: &'static Site,
    start: u64,
    parent_id: u64,
    fields_at: u32,
    fields_length: u32,
    /// The segment's `parts` when the fields were written.
    parts: u32,
    /// The call's own span. Its segment is the call's own if it is a root.
    pub(super) active: Active,
}

// SAFETY: the raw pointer in a slot is that of a root's segment, which the slot then owns: it is in
// a thread's `LOCAL` only while the call, or a poll of it, runs there.
unsafe impl Send for Slot {}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").field("mode", &self.mode).finish_non_exhaustive()
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
        Slot { mode: 0, payload: MaybeUninit::uninit() }
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
        } else if LevelFilter::current() != LevelFilter::OFF {
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
            self.payload.write(Payload { host: ManuallyDrop::new(span) });
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
                self.mode |= UNWOUND;
            }
            let (shard, pen) = match local.shard() {
                Some(shard) => (shard, Pen::Own),
                None => {
                    self.mode |= LATE;
                    (shard::late(), Pen::Shared)
                }
            };
            if let Some(started) = shard.cell(site.cells(), 1).first() {
                pen.add(started, 1);
            }
            for sample in samples {
                sample.enter(shard, pen);
            }
            let mut call = Call {
                site,
                start: 0,
                parent_id: 0,
                fields_at: 0,
                fields_length: 0,
                parts: 0,
                active: Active::NONE,
            };
            if site.observed && pen == Pen::Own && state::load() & TRACES != 0 {
                self.mode |= TRACED;
                let outer = local.active();
                let mut active = outer;
                if outer.segment.is_null() {
                    active = open(local, outer);
                    if !active.segment.is_null() {
                        self.mode |= ROOT;
                    }
                }
                active.span_id = local.random();
                call.parent_id = outer.span_id;
                call.active = active;
                if mode & ASYNC == 0 {
                    local.set(active);
                }
            }
            call.start = clock::now();
            self.payload.write(Payload { call });
        });
    }

    /// The call of a slot that is on.
    #[inline(always)]
    pub(super) fn call(&self) -> Option<&Call> {
        if self.mode & ON == 0 {
            return None;
        }
        // SAFETY: whoever set `ON` wrote a call, and `HOST` is never set beside it.
        Some(unsafe { &self.payload.assume_init_ref().call })
    }

    fn call_mut(&mut self) -> Option<&mut Call> {
        if self.mode & ON == 0 {
            return None;
        }
        // SAFETY: as in `call`.
        Some(unsafe { &mut self.payload.assume_init_mut().call })
    }

    pub(super) fn host(&self) -> Option<&tracing::Span> {
        if self.mode & HOST == 0 {
            return None;
        }
        // SAFETY: whoever set `HOST` wrote a span, and `ON` is never set beside it.
        Some(unsafe { &self.payload.assume_init_ref().host })
    }

    /// Forgets the segment of a span that does not own it: other threads may come to run the call.
    pub(super) fn detach(&mut self) {
        let root = self.mode & ROOT != 0;
        if let Some(call) = self.call_mut() {
            if !root {
                call.active.segment = std::ptr::null_mut();
            }
        }
    }

    /// What `LOCAL` has to hold while this call runs under `outer`; nothing when it has no span.
    #[inline]
    pub(super) fn active_under(&self, outer: Active) -> Option<Active> {
        if self.mode & TRACED == 0 {
            return None;
        }
        let own = self.call()?.active;
        if self.mode & ROOT == 0 && outer.trace_id == own.trace_id {
            return Some(Active { span_id: own.span_id, ..outer });
        }
        Some(own)
    }
}

/// Begins a local root: in the trace that runs, or in a new one.
pub(super) fn open(local: &Local, outer: Active) -> Active {
    let segment = local::take_segment();
    let mut active = Active { segment, ..outer };
    if outer.trace_id == 0 {
        active.trace_id = local.trace_id();
        active.sampled = state::sample(active.trace_id, None);
    }
    // SAFETY: `take_segment` gave it to us alone, or gave null.
    if let Some(segment) = unsafe { segment.as_mut() } {
        segment.trace_id = active.trace_id;
        segment.keep = active.sampled;
    }
    active
}

/// A marked call that runs. Dropped unfinished, it ends as `panic`, or as `cancelled`.
#[derive(Debug)]
pub struct Scope<'a> {
    pub(super) slot: &'a mut Slot,
    samples: &'a [Sample],
}

/// What is known of an error: from its type, or from `error_if`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failure<'e> {
    pub(super) error_type: &'static str,
    pub(super) level: Level,
    pub(super) error: Option<&'e (dyn Error + 'static)>,
}

impl Failure<'_> {
    const NONE: Failure<'static> = Failure { error_type: "", level: Level::Error, error: None };
}

impl Scope<'_> {
    /// True when fields are worth computing.
    #[inline(always)]
    pub fn recording(&self) -> bool {
        self.slot.mode & (TRACED | HOST) != 0
    }

    /// Records a field whose type says how.
    pub fn log<T: Loggable + ?Sized>(&mut self, key: &'static str, value: &T) {
        self.field(key, &mut |out| value.log(out));
    }

    /// Records a text that the mark calls public.
    pub fn log_public<T: fmt::Display + ?Sized>(&mut self, key: &'static str, value: &T) {
        self.field(key, &mut |out| out.text(&value));
    }

    /// Records what a strategy leaves of a text.
    pub fn log_redacted<T: Redactable + ?Sized>(
        &mut self,
        key: &'static str,
        strategy: Strategy,
        value: &T,
    ) {
        self.field(key, &mut |out| out.redacted(strategy, value));
    }

    /// Records that there is a value, and nothing of it.
    pub fn log_hidden(&mut self, key: &'static str) {
        self.field(key, &mut |out| out.hidden());
    }

    fn field(&mut self, key: &'static str, write: &mut dyn FnMut(&mut Out<'_>)) {
        if let Some(span) = self.slot.host() {
            host::record(span, key, write);
            return;
        }
        let Some(call) = self.slot.call_mut() else { return };
        let segment = call.active.segment;
        if segment.is_null() {
            return;
        }
        // What a Display of the user's calls is not observed: it would write here as well.
        let _quiet = local::quiet();
        // SAFETY: the segment is this call's own, or that of the root that runs on this thread and
        // put it into `LOCAL`; nobody else has it before `run` detaches the call, and while this
        // thread is quiet nothing on it writes fields. Only the fields are borrowed.
        let (fields, parts) = unsafe { (&mut (*segment).fields, (*segment).parts) };
        if call.fields_length == 0 {
            call.fields_at = fields.len() as u32;
            call.parts = parts;
        }
        write(&mut Out::fields(&mut Writer { bytes: fields }, key));
        call.fields_length = fields.len() as u32 - call.fields_at;
    }

    /// Ends the call as `ok`, or as an error that `error_if` found.
    #[inline(always)]
    pub(super) fn finish(self, failed: bool) {
        if self.slot.mode != 0 {
            self.finish_plain(failed);
        }
    }

    #[inline(never)]
    fn finish_plain(self, failed: bool) {
        if failed {
            self.fail(Failure { error_type: "_OTHER", ..Failure::NONE });
        } else {
            self.end(Outcome::Ok, Failure::NONE);
        }
    }

    /// Ends the call as an error.
    #[cold]
    pub(super) fn fail(self, failure: Failure<'_>) {
        self.end(Outcome::Error, failure);
    }

    fn end(self, outcome: Outcome, failure: Failure<'_>) {
        let mut this = ManuallyDrop::new(self);
        let samples = this.samples;
        end(this.slot, samples, outcome, failure);
    }
}

impl Drop for Scope<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.slot.mode != 0 {
            dropped(self.slot, self.samples);
        }
    }
}

#[inline(never)]
fn dropped(slot: &mut Slot, samples: &[Sample]) {
    let outcome = if slot.mode & GUARD != 0 {
        let unwinds = std::thread::panicking() && slot.mode & UNWOUND == 0;
        if unwinds { Outcome::Panic } else { Outcome::Ok }
    } else if slot.mode & (ASYNC | UNWOUND) == ASYNC {
        Outcome::Cancelled
    } else {
        Outcome::Panic
    };
    end(slot, samples, outcome, Failure { error_type: error_type_of(outcome), ..Failure::NONE });
}

/// What `error.type` says of a call that returned no error.
fn error_type_of(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok | Outcome::Error => "",
        Outcome::Cancelled | Outcome::Panic => outcome.as_str(),
    }
}

fn end(slot: &mut Slot, samples: &[Sample], outcome: Outcome, failure: Failure<'_>) {
    let end = clock::now();
    let Some(&call) = slot.call() else {
        host::close(slot);
        return;
    };
    let mode = std::mem::replace(&mut slot.mode, 0);
    let ticks = end.saturating_sub(call.start);
    let slow = ticks > call.site.slow_ticks();
    local::with(|local| {
        let late = mode & LATE != 0;
        match local.shard() {
            Some(shard) if !late => {
                count(shard, Pen::Own, &call, samples, outcome, failure.error_type, ticks);
                if mode & TRACED != 0 {
                    close(local, shard, mode, &call, end, outcome, slow, failure);
                } else if outcome != Outcome::Ok || slow {
                    report(local, &call, outcome, slow, failure, ticks);
                }
            }
            // The thread ends: counted in the shard of all such threads.
            _ => {
                let shard = shard::late();
                count(shard, Pen::Shared, &call, samples, outcome, "", ticks);
                if mode & ROOT != 0 {
                    // SAFETY: a root owns its segment, and it is not used again.
                    unsafe { local::close_segment(None, call.active.segment) };
                }
            }
        }
    });
}

#[inline]
fn count(
    shard: &Shard,
    pen: Pen,
    call: &Call,
    samples: &[Sample],
    outcome: Outcome,
    error_type: &'static str,
    ticks: u64,
) {
    let cells = call.site.cells();
    if let Ok(words) = <&[_; cell::WORDS]>::try_from(shard.cell(cells, cell::WORDS)) {
        pen.add(&words[cell::SUM], ticks);
        pen.add(&words[cell::BUCKETS + cell::bucket(ticks)], 1);
        match outcome {
            Outcome::Ok => {}
            Outcome::Error => {
                pen.add(&words[cell::ERROR], 1);
                if pen == Pen::Own && !error_type.is_empty() {
                    shard.errors.count(cells, &words[cell::TYPES], error_type);
                }
            }
            Outcome::Cancelled => pen.add(&words[cell::CANCELLED], 1),
            Outcome::Panic => pen.add(&words[cell::PANIC], 1),
        }
    }
    for sample in samples {
        sample.finish(shard, pen, outcome, ticks);
    }
}

/// Ends the span: reports what went wrong, passes the record on, and restores the outer span.
#[expect(clippy::too_many_arguments, reason = "the pieces of one call, each used once")]
#[inline]
fn close(
    local: &Local,
    shard: &Shard,
    mode: u8,
    call: &Call,
    end: u64,
    outcome: Outcome,
    slow: bool,
    failure: Failure<'_>,
) {
    let root = mode & ROOT != 0;
    let now = local.active();
    // A plain call still runs; a future's was put away by the poll that ended it.
    let outer = if mode & ASYNC != 0 {
        now
    } else if root {
        let trace_id = if call.parent_id == 0 { 0 } else { now.trace_id };
        Active { span_id: call.parent_id, trace_id, segment: std::ptr::null_mut(), ..now }
    } else {
        Active { span_id: call.parent_id, ..now }
    };
    let own = if root {
        call.active
    } else if now.trace_id == call.active.trace_id {
        Active { span_id: call.active.span_id, ..now }
    } else {
        call.active
    };
    let bad = outcome != Outcome::Ok || slow;
    if bad {
        local.set(own);
        report(local, call, outcome, slow, failure, end.saturating_sub(call.start));
    } else if local.failed.get() == call.parent_id {
        // The caller got over a callee's error, or is about to meet another.
        local.failed.set(0);
    }
    let mut record = Record {
        site: call.site,
        span_id: own.span_id,
        parent_id: call.parent_id,
        start: call.start,
        end,
        error_type: failure.error_type,
        fields_at: call.fields_at,
        fields_length: call.fields_length as u16,
        outcome,
        sampled: own.sampled,
    };
    // SAFETY: a root's segment is its own; any other is the one that runs on this thread.
    match unsafe { own.segment.as_mut() } {
        Some(segment) => {
            if segment.parts != call.parts && !is_reserved(call) {
                record.fields_length = 0;
            }
            segment.push(shard, record, bad);
            if root {
                // SAFETY: the root owns its segment, and it is not used again.
                unsafe { local::close_segment(Some(shard), own.segment) };
            }
        }
        None => stray(local, shard, own, record, bad),
    }
    local.set(outer);
}

fn is_reserved(call: &Call) -> bool {
    (call.fields_at + call.fields_length) as usize <= RESERVED
}

/// A span that ended away from its root: in another task, or after it. Goes out by itself.
#[cold]
pub(super) fn stray(local: &Local, shard: &Shard, own: Active, mut record: Record, bad: bool) {
    if !own.sampled && !bad {
        return;
    }
    record.fields_length = 0;
    let active = open(local, Active { segment: std::ptr::null_mut(), ..own });
    // SAFETY: `open` gave the segment to us alone, or there is none.
    let Some(segment) = (unsafe { active.segment.as_mut() }) else {
        shard.lose_refused();
        return;
    };
    segment.push(shard, record, true);
    // SAFETY: as above, and it is not used again.
    unsafe { local::close_segment(Some(shard), active.segment) };
}

/// Tells the log, unless a callee of this call was told of already for the same reason.
#[cold]
fn report(
    local: &Local,
    call: &Call,
    outcome: Outcome,
    slow: bool,
    failure: Failure<'_>,
    ticks: u64,
) {
    let span_id = call.active.span_id;
    let passed_on = span_id != 0 && local.failed.get() == span_id;
    let ending = match outcome {
        Outcome::Ok => Ending::Slow,
        outcome => Ending::Bad(outcome),
    };
    if outcome != Outcome::Ok {
        local.failed.set(call.parent_id);
    }
    let level = match outcome {
        Outcome::Ok => Level::Warn,
        Outcome::Cancelled => Level::Info,
        Outcome::Error | Outcome::Panic => failure.level,
    };
    if (outcome == Outcome::Ok && slow) || (outcome != Outcome::Ok && !passed_on) {
        tell(&Ended {
            site: call.site,
            ending,
            level,
            error_type: failure.error_type,
            error: failure.error,
            nanos: clock::nanos(ticks),
        });
    }
}

impl Slot {
    /// Takes the host's span out of a slot that ends.
    pub(super) fn take_host(&mut self) -> Option<(tracing::Span, u8)> {
        if self.mode & HOST == 0 {
            return None;
        }
        let mode = std::mem::replace(&mut self.mode, 0);
        // SAFETY: whoever set `HOST` wrote a span; the bit is cleared, so it is taken once.
        let span = unsafe { ManuallyDrop::take(&mut self.payload.assume_init_mut().host) };
        Some((span, mode))
    }
}
