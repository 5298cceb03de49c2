//! How most calls end: well, in time, on the thread that they began on.
//!
//! It is what `ending` does for all calls, without what only the others need, so that nothing is
//! called and the processor's stack is not touched. Looks first and writes then: what is not so
//! simple is left to `ending` as it was. Called by `guard`.

use super::ending::{Failure, end_at, record};
use super::guard::{AWAY, CAPTURED, Call, Guard, LATE, ROOT, TRACED};
use super::local::{self, Local};
use super::slot::{Solo, first_span};
use super::{cell, clock};
use crate::model::Outcome;

/// Ends a call well.
#[inline(never)]
pub(super) fn end_well(guard: &mut Guard<'_>) {
    let Some(at) = clock::at_once() else {
        return end_at(clock::now(), guard, Outcome::Ok, Failure::NONE);
    };
    let mode = guard.mode();
    let quickly = match guard.call() {
        Some(call) if mode & (AWAY | LATE | CAPTURED) == 0 => local::with(
            #[inline(always)]
            |local| end(local, mode, call, at),
        ),
        _ => None,
    };
    match quickly {
        Some(()) => guard.clear(),
        None => end_at(at, guard, Outcome::Ok, Failure::NONE),
    }
}

/// `None`: nothing has been done.
#[inline(always)]
fn end(local: &Local, mode: u16, call: &Call<'_>, at: u64) -> Option<()> {
    let shard = local.attached()?;
    let ticks = at.saturating_sub(call.start);
    let words: &[_; cell::WORDS] = shard.cell(call.site.cells(), cell::WORDS).try_into().ok()?;
    if ticks >= call.site.limit() || !call.samples().is_empty() {
        return None;
    }
    if mode & TRACED != 0 {
        if mode & ROOT == 0 {
            // SAFETY: it is the segment of the root that runs on this thread, of which nothing is
            // borrowed while a call ends.
            let segment = unsafe { local.filled().as_mut() }?;
            if call.fields_length != 0 && call.parts != segment.parts {
                return None;
            }
            segment.push_quickly(record(call, at, Outcome::Ok, "", local.sampled()))?;
        } else {
            let trace_id = local.trace();
            if call.parent_id != 0 || call.span_id != first_span(trace_id) {
                return None;
            }
            let solo = Solo::new(trace_id, call.site, [call.start, at], true);
            if local.is_bare() {
                if local.sampled() {
                    shard.publish_quickly(solo, &[])?;
                }
            } else {
                // SAFETY: the root owns its segment.
                let segment = unsafe { local.filled().as_mut() }?;
                let fields = segment.only_fields()?;
                if local.has_spare() || fields.len() != usize::from(call.fields_length) {
                    return None;
                }
                if local.sampled() {
                    shard.publish_quickly(solo, fields)?;
                }
                segment.clear_fields();
                local.keep(segment);
            }
            local.end_root(true);
        }
        local.went_well(call.parent_id);
        local.set_span(call.parent_id);
    }
    cell::add(&words[cell::SUM], ticks);
    cell::add(&words[cell::BUCKETS + cell::bucket(ticks)], 1);
    Some(())
}
