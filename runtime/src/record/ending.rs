//! How a call ends: counted, told of if it went wrong, its span passed on, and its caller's span
//! the current one again.
//!
//! Called by `guard` when a call finishes or is dropped, and by `quick` with what that leaves;
//! `enter_here` in `guard` is its counterpart.

use super::guard::{AWAY, CAPTURED, Call, Guard, LATE, ROOT, TRACED};
use super::local::{self, Active, Local};
use super::origin::{Finder, Origin};
use super::report::{Ended, Ending, Told, tell};
use super::sample::{self, Pen};
use super::segment::RESERVED;
use super::shard::{self, Shard};
use super::slot::{Header, Record};
use super::sync::AtomicU64;
use super::{cell, clock, host};
use crate::model::{Level, Outcome, Site};

/// What is known of an error: from its type, or from `error_if`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failure<'e> {
    pub(super) error_type: &'static str,
    pub(super) level: Level,
    pub(super) error: Option<&'e dyn Told>,
    /// It belongs to the business.
    pub(super) is_expected: bool,
}

impl Failure<'_> {
    pub(super) const NONE: &'static Failure<'static> = &Failure::of("");

    /// An error of which no more than a word is known.
    pub(super) const fn of(error_type: &'static str) -> Failure<'static> {
        Failure { error_type, level: Level::Error, error: None, is_expected: false }
    }
}

/// How a call ended.
pub(super) struct End<'e> {
    pub(super) outcome: Outcome,
    pub(super) failure: &'e Failure<'e>,
    /// When, in ticks.
    at: u64,
    /// How long it took, in ticks.
    ticks: u64,
    /// Longer than its `slow` budget.
    slow: bool,
    /// At its site's limit, or beyond: looked at and counted closely.
    closely: bool,
}

impl End<'_> {
    /// What the tail keeps.
    pub(super) fn is_bad(&self) -> bool {
        self.outcome != Outcome::Ok || self.slow
    }

    #[inline]
    fn record(&self, call: &Call<'_>, sampled: bool) -> Record {
        record(call, self.at, self.outcome, self.failure.error_type, sampled)
    }
}

/// Ends the call of a guard that is on, or the host's span.
#[inline]
pub(super) fn end(guard: &mut Guard<'_>, outcome: Outcome, failure: &Failure<'_>) {
    end_at(clock::now(), guard, outcome, failure);
}

#[inline(never)]
pub(super) fn end_at(at: u64, guard: &mut Guard<'_>, outcome: Outcome, failure: &Failure<'_>) {
    let mode = guard.mode();
    let Some(call) = guard.call() else {
        host::close(guard);
        return;
    };
    let ticks = at.saturating_sub(call.start);
    let closely = ticks >= call.site.limit();
    let slow = closely && ticks > call.site.budget_ticks();
    let end = End { outcome, failure, at, ticks, slow, closely };
    let is_elsewhere = mode & (LATE | CAPTURED) != 0;
    local::with(|local| match if is_elsewhere { None } else { local.own_shard() } {
        Some(shard) => end_in(local, shard, mode, call, &end),
        #[cfg(feature = "testing")]
        _ if mode & CAPTURED != 0 => super::capture::end_in(call.capture(), |shard| {
            end_in(local, shard, mode, call, &end);
        }),
        // The thread ends: counted in the shard of all such threads.
        _ => {
            count(shard::late(), Pen::Shared, call, &end, &|| None);
            if mode & (ROOT | AWAY) == ROOT | AWAY {
                // SAFETY: the mode says that there is one; a root owns its segment, and it is not
                // used again.
                unsafe { local::close_segment(None, call.away().segment) };
            }
        }
    });
    guard.clear();
}

/// Ends a call in the shard that counts it.
#[inline]
fn end_in(local: &Local, shard: &Shard, mode: u16, call: &Call<'_>, end: &End<'_>) {
    let origin = || Origin::of_call(local, call, end);
    count(shard, Pen::Own, call, end, if mode & CAPTURED == 0 { &origin } else { &|| None });
    if mode & TRACED != 0 {
        if mode & AWAY == 0 {
            close(local, shard, mode, call, end);
        } else {
            close_away(local, shard, mode, call, end);
        }
    } else if end.is_bad() {
        report(local, call, end);
    }
}

#[inline]
fn count(shard: &Shard, pen: Pen, call: &Call<'_>, end: &End<'_>, origin: Finder<'_>) {
    let cells = call.site.cells();
    if let Ok(words) = <&[_; cell::WORDS]>::try_from(shard.cell(cells, cell::WORDS)) {
        // What is taken away from a count is counted before it: see `cell::sum`.
        match end.outcome {
            Outcome::Ok => {}
            Outcome::Error => {
                let error_type = end.failure.error_type;
                if pen == Pen::Own && !error_type.is_empty() {
                    shard.errors.count(cells, &words[cell::TYPES], error_type);
                }
                if end.failure.is_expected {
                    pen.add(&words[cell::EXPECTED], 1);
                }
                pen.add(&words[cell::ERROR], 1);
            }
            Outcome::Cancelled => pen.add(&words[cell::CANCELLED], 1),
            Outcome::Panic => pen.add(&words[cell::PANIC], 1),
        }
        pen.add(&words[cell::SUM], end.ticks);
        if end.closely {
            count_closely(shard, words, pen, call.site, end);
        } else {
            pen.add(&words[cell::BUCKETS + cell::bucket(end.ticks)], 1);
        }
    }
    let samples = call.samples();
    if !samples.is_empty() {
        sample::finish(samples, shard, pen, (end.outcome, end.ticks), origin);
    }
}

/// Counts a call that may have taken longer than its latency objective, and may have to be counted
/// in fine buckets: after the others, as those who read expect.
#[inline(never)]
fn count_closely(
    shard: &Shard,
    words: &[AtomicU64; cell::WORDS],
    pen: Pen,
    site: &Site,
    end: &End<'_>,
) {
    let latency = site.latency_ticks();
    if end.ticks <= latency {
        pen.add(&words[cell::BUCKETS + cell::bucket(end.ticks)], 1);
    } else {
        pen.add(&words[cell::bucket_beyond(end.ticks, latency)], 1);
        // Whoever broke down or gave up answered nobody, neither in time nor late.
        if end.outcome == Outcome::Ok || end.failure.is_expected {
            pen.add(&words[cell::MISSED], 1);
        }
    }
    shard.observe_function(site.cells(), pen, end.ticks);
}

/// Counts and times an item that a stream gave.
pub(super) fn count_item(site: &Site, ticks: u64) {
    local::with(|local| {
        let (shard, pen) = match local.shard() {
            Some(shard) => (shard, Pen::Own),
            None => (shard::late(), Pen::Shared),
        };
        if let Ok(words) = <&[_; cell::WORDS]>::try_from(shard.cell(site.items(), cell::WORDS)) {
            pen.add(&words[cell::SUM], ticks);
            pen.add(&words[cell::BUCKETS + cell::bucket(ticks)], 1);
        } else {
            shard.count_item(site.items(), pen, ticks);
        }
    });
}

/// Ends the span of a call that has not waited, which is still the current one.
#[inline]
fn close(local: &Local, shard: &Shard, mode: u16, call: &Call<'_>, end: &End<'_>) {
    settle(local, call, end);
    let root = mode & ROOT != 0;
    if root && local.is_bare() {
        if local.sampled() || end.is_bad() {
            let header = Header { trace_id: local.trace(), ..Header::default() };
            shard.publish_root(header, &end.record(call, local.sampled()), &[]);
        }
    } else {
        pass_on(shard, local.segment(), call, end, local.sampled(), root);
    }
    if root {
        // The trace ends with its root, unless it came from elsewhere.
        local.end_root(call.parent_id == 0);
    }
    local.set_span(call.parent_id);
}

/// Ends the span of a future that has waited, which the last poll has put away.
#[inline]
fn close_away(local: &Local, shard: &Shard, mode: u16, call: &Call<'_>, end: &End<'_>) {
    // SAFETY: `end` looked at the mode.
    let away = unsafe { call.away() };
    let outer = local.active();
    let root = mode & ROOT != 0;
    let own = if !root && outer.trace() == away.trace() {
        Active { span_id: away.span_id, ..outer }
    } else {
        away
    };
    if end.is_bad() {
        // The log finds the ids of the span that it is about.
        local.set(own);
    }
    settle(local, call, end);
    if own.segment.is_null() {
        stray(local, shard, own, end.record(call, own.sampled), end.is_bad());
    } else {
        pass_on(shard, own.segment, call, end, own.sampled, root);
    }
    if end.is_bad() {
        local.set(outer);
    }
}

/// Tells of a bad end, or notes that the caller went on after a callee's.
#[inline]
fn settle(local: &Local, call: &Call<'_>, end: &End<'_>) {
    if end.is_bad() {
        report(local, call, end);
    } else {
        local.went_well(call.parent_id);
    }
}

/// A call's span as it goes out.
#[inline(always)]
pub(super) fn record(
    call: &Call<'_>,
    end: u64,
    outcome: Outcome,
    error_type: &'static str,
    sampled: bool,
) -> Record {
    Record {
        site: call.site,
        span_id: call.span_id,
        parent_id: call.parent_id,
        start: call.start,
        end,
        error_type,
        fields_at: call.fields_at,
        fields_length: call.fields_length,
        outcome,
        sampled,
    }
}

/// Puts the record into the segment of its local root, and ends that with the root.
#[inline]
fn pass_on(
    shard: &Shard,
    segment: *mut super::segment::Segment,
    call: &Call<'_>,
    end: &End<'_>,
    sampled: bool,
    root: bool,
) {
    // SAFETY: a root's segment is its own; any other is that of the root that runs on this thread,
    // of which nothing is borrowed while a call ends.
    let Some(whole) = (unsafe { segment.as_mut() }) else {
        if sampled || end.is_bad() {
            shard.lose_refused();
        }
        return;
    };
    if root && whole.is_bare() {
        // Nothing waits in the segment: the root goes out without being put there.
        if whole.keeps() || end.is_bad() {
            whole.publish_root(shard, &end.record(call, sampled));
        }
        // SAFETY: the root owns its segment, and it is not used again.
        unsafe { local::close_segment(None, segment) };
        return;
    }
    let mut record = end.record(call, sampled);
    let fields_end = call.fields_at as usize + usize::from(call.fields_length);
    if whole.parts != call.parts && fields_end > RESERVED {
        record.fields_length = 0;
    }
    whole.push(shard, record, end.is_bad());
    if root {
        // SAFETY: the root owns its segment, and it is not used again.
        unsafe { local::close_segment(Some(shard), segment) };
    }
}

/// A span that ended away from its root: in another task, or after it. Goes out by itself.
#[cold]
pub(super) fn stray(local: &Local, shard: &Shard, own: Active, mut record: Record, bad: bool) {
    if !own.sampled && !bad {
        return;
    }
    record.fields_length = 0;
    let active = local::open(local, own);
    // SAFETY: `open` gave the segment to us alone, or there is none.
    let Some(segment) = (unsafe { active.segment.as_mut() }) else {
        shard.lose_refused();
        return;
    };
    segment.push(shard, record, true);
    // SAFETY: as above, and it is not used again.
    unsafe { local::close_segment(Some(shard), active.segment) };
}

/// Tells the log, unless it has been told of a callee that ended badly, and so made this call do.
#[cold]
fn report(local: &Local, call: &Call<'_>, end: &End<'_>) {
    let error_type = end.failure.error_type;
    let passed_on = if call.span_id != 0 {
        // After a callee that ended well, such as one that cleans up, it must be the same error.
        let same = !local.recovered.get() || local.failed_type.get() == error_type;
        local.failed.get() == call.span_id && same
    } else {
        // Without spans: what this thread was told of during the call came from below. Other
        // futures run during a future's call, so there it is told again.
        !call.has_waited() && local.told.get() >= call.start
    };
    let (ending, level) = match end.outcome {
        Outcome::Ok => (Ending::Slow, Level::Warn),
        Outcome::Cancelled => (Ending::Bad(end.outcome), Level::Info),
        Outcome::Error | Outcome::Panic => (Ending::Bad(end.outcome), end.failure.level),
    };
    if end.outcome != Outcome::Ok {
        local.failed.set(call.parent_id);
        local.failed_type.set(error_type);
        local.recovered.set(false);
    }
    if ending == Ending::Slow || !passed_on {
        if end.outcome != Outcome::Ok {
            local.told.set(end.at);
        }
        tell(&Ended {
            site: call.site,
            ending,
            level,
            error_type,
            error: end.failure.error,
            nanos: clock::nanos(end.ticks),
        });
    }
}
