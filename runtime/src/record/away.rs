//! Where a future's span is while it waits: in its guard, and in no thread's context.
//!
//! A future that is ready at its first poll is never put away. `run` calls this around each poll,
//! `ending` when the call ends.

use super::guard::{AWAY, Call, Guard, ON, ROOT, SAMPLED, SWAPS, TRACED};
use super::local::{self, Active};
use super::segment::Segment;

/// Where a future's span is while it is not polled.
#[derive(Clone, Copy)]
pub(super) union Away {
    /// Of a root: its segment, which knows the trace.
    segment: *mut Segment,
    /// Of any other span: its trace. Threads that poll it may have a part in that, or none.
    trace_id: [u64; 2],
}

impl Call<'_> {
    /// Where the call is while it is not polled.
    ///
    /// # Safety
    /// The guard's mode has `AWAY` and `TRACED`.
    #[inline]
    pub(super) unsafe fn away(&self) -> Active {
        // SAFETY: as the caller says; `put_away` wrote it then, the field that the mode says. The
        // segment of a root is the root's own.
        let (trace_id, segment) = unsafe {
            let away = self.away.assume_init();
            if self.mode & ROOT != 0 {
                ((*away.segment).trace_id(), away.segment)
            } else {
                (away.trace_id, std::ptr::null_mut())
            }
        };
        let sampled = self.mode & SAMPLED != 0;
        Active { segment, ..Active::of(trace_id, self.span_id, sampled) }
    }
}

impl Guard<'_> {
    /// A future has to wait: its span is the current one in its polls only, from here on.
    #[inline(never)]
    pub(super) fn put_away(&mut self) {
        let mode = self.mode();
        if mode & (AWAY | ON) != ON {
            return;
        }
        let Some(call) = self.call_mut() else { return };
        call.mode |= AWAY;
        if mode & TRACED == 0 {
            return;
        }
        call.mode |= SWAPS;
        local::with(|local| {
            let trace_id = local.trace();
            if local.sampled() {
                call.mode |= SAMPLED;
            }
            let segment = if mode & ROOT != 0 { local.segment() } else { std::ptr::null_mut() };
            if segment.is_null() {
                // Of a root: there are too many. It goes out by itself, or is counted as lost.
                call.mode &= !ROOT;
                call.away.write(Away { trace_id });
            } else {
                call.away.write(Away { segment });
            }
            if mode & ROOT != 0 {
                local.end_root(call.parent_id == 0);
            }
            local.set_span(call.parent_id);
        });
    }

    /// What `LOCAL` has to hold while this future is polled under `outer`; nothing when it has no
    /// span.
    #[inline]
    pub(super) fn active_under(&self, outer: Active) -> Option<Active> {
        if self.mode() & (AWAY | TRACED) != AWAY | TRACED {
            return None;
        }
        // SAFETY: the mode says so.
        let own = unsafe { self.call()?.away() };
        if self.mode() & ROOT == 0 && outer.trace() == own.trace() {
            return Some(Active { span_id: own.span_id, ..outer });
        }
        Some(own)
    }
}
