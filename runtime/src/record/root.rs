//! A local root that an integration opens: a request, a job, a foreign span.
//!
//! It can be told fields and bindings at any time, moves between threads between its polls, and
//! ends once. Marks know nothing of it: they find their parent in the thread's context.

use std::fmt;

use super::chunk::split;
use super::clock;
use super::context::Context;
use super::ending;
use super::field::Writer;
use super::local::{self, Active};
use super::report::{Ended, Ending, tell};
use super::segment::{Bindings, Link, Segment};
use super::slot::Record;
use super::state::{self, TRACES};
use crate::model::{Level, Outcome, Site, Value};
use crate::redact::Fields;

/// Where a trace comes from: another process, or another task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Remote {
    pub(crate) trace_id: u128,
    pub(crate) span_id: u64,
    pub(crate) sampled: bool,
}

/// A local root. Dropped unfinished, it ends as `cancelled`, or as `panic`.
pub(crate) struct Root {
    /// `None`: no span of its own, only a place for those below it.
    site: Option<&'static Site>,
    start: u64,
    parent_id: u64,
    active: Active,
    /// A poll left by unwinding.
    unwound: bool,
    /// Fields, kept apart until the end: others write into the segment meanwhile.
    fields: Vec<u8>,
}

// SAFETY: the raw pointer is that of the root's own segment: it is in a thread's `LOCAL` only while
// the root is entered there.
unsafe impl Send for Root {}
// SAFETY: nothing can be reached through a shared reference but ids.
unsafe impl Sync for Root {}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Root").field("site", &self.site).finish_non_exhaustive()
    }
}

impl Root {
    /// Opens a root with a span: a trace of its own, or a part of a caller's.
    pub(crate) fn start(site: &'static Site, parent: Option<Remote>) -> Root {
        Root::open(Some(site), parent, None)
    }

    /// Carries a trace that runs elsewhere to another task.
    pub(super) fn carry(context: Context, bindings: &Bindings) -> Root {
        let root = Root::open(None, context.remote(), None);
        if let Some(segment) = root.segment() {
            segment.bindings.copy_from(bindings);
        }
        root
    }

    /// A trace of its own that came from another.
    pub(super) fn follow(context: Context) -> Root {
        let link = context.remote().map(|from| (from.trace_id, from.span_id));
        Root::open(None, None, link)
    }

    fn open(site: Option<&'static Site>, parent: Option<Remote>, link: Option<Link>) -> Root {
        let mut root = Root {
            site,
            start: 0,
            parent_id: parent.map_or(0, |parent| parent.span_id),
            active: Active::NONE,
            unwound: false,
            fields: Vec::new(),
        };
        if !state::active() {
            return root;
        }
        local::with(|local| {
            // Seeds this thread's random numbers.
            let _ = local.shard();
            let (trace_id, span_id, remote) = match parent {
                Some(parent) => (split(parent.trace_id), parent.span_id, Some(parent.sampled)),
                None => (local.new_trace(), 0, None),
            };
            let outer = Active::of(trace_id, span_id, state::sample(trace_id[1], remote));
            root.active = local::open(local, outer);
            if site.is_some() {
                root.active.span_id = local.random();
            }
        });
        if let Some(segment) = root.segment() {
            segment.link = link;
        }
        root.start = clock::now();
        root
    }

    /// True when there is a trace; false when plimsoll is not initialised.
    pub(crate) fn is_on(&self) -> bool {
        self.active.trace() != [0, 0]
    }

    /// The trace, and the root's own span in it.
    pub(crate) fn ids(&self) -> (u128, u64) {
        (self.active.trace_id(), self.active.span_id)
    }

    /// The head's decision.
    pub(crate) fn sampled(&self) -> bool {
        self.active.sampled
    }

    #[expect(clippy::mut_from_ref, reason = "each use is a statement of its own, in this file")]
    fn segment(&self) -> Option<&mut Segment> {
        // SAFETY: the segment is this root's own. While the root is entered, the thread that
        // entered it borrows it, and nothing here is called; otherwise nobody else knows of it.
        // The reference is used within one statement each.
        unsafe { self.active.segment.as_mut() }
    }

    /// Puts a text on every log line under this root.
    pub(crate) fn bind(&mut self, key: &'static str, value: &str) {
        if let Some(segment) = self.segment() {
            segment.bindings.bind(key, value);
        }
    }

    /// Records a value that is public by its nature.
    pub(crate) fn log(&mut self, key: &str, value: Value<'_>) {
        if self.is_on() {
            Writer { bytes: &mut self.fields }.put(key, value);
        }
    }

    /// Records fields of somebody else's.
    pub(super) fn record(&mut self, write: &mut dyn FnMut(&mut dyn Fields)) {
        if self.is_on() {
            write(&mut Writer { bytes: &mut self.fields });
        }
    }

    pub(super) fn active(&self) -> Active {
        self.active
    }

    /// Makes it the current span of this thread until the guard is dropped.
    pub(crate) fn enter(&mut self) -> Entered<'_> {
        let outer = self.is_on().then(|| {
            local::with(|local| {
                let outer = local.active();
                local.set(self.active);
                outer
            })
        });
        Entered { root: self, outer }
    }

    /// Says that a poll inside it unwound.
    pub(crate) fn unwound(&mut self) {
        self.unwound = true;
    }

    /// The time since it was opened, in ticks.
    pub(crate) fn elapsed(&self) -> u64 {
        clock::now().saturating_sub(self.start)
    }

    /// Ends it. What went wrong is kept by the tail; the caller has told the log.
    pub(crate) fn finish(mut self, outcome: Outcome, error_type: &'static str) {
        self.end(outcome, error_type);
    }

    fn end(&mut self, outcome: Outcome, error_type: &'static str) {
        let active = std::mem::replace(&mut self.active, Active::NONE);
        if active.trace() == [0, 0] {
            return;
        }
        let end = clock::now();
        local::with(|local| {
            let Some(shard) = local.shard() else {
                if !active.segment.is_null() {
                    // SAFETY: the root owns its segment, and gives it up here.
                    unsafe { local::close_segment(None, active.segment) };
                }
                return;
            };
            let record = self.site.filter(|_| state::is_on(TRACES)).map(|site| Record {
                site,
                span_id: active.span_id,
                parent_id: self.parent_id,
                start: self.start,
                end,
                error_type,
                fields_at: 0,
                fields_length: self.fields.len() as u16,
                outcome,
                sampled: active.sampled,
            });
            let bad = outcome != Outcome::Ok
                || self
                    .site
                    .is_some_and(|site| end.saturating_sub(self.start) > site.budget_ticks());
            // SAFETY: as in `segment`.
            match (unsafe { active.segment.as_mut() }, record) {
                (Some(segment), Some(mut record)) => {
                    record.fields_at = segment.append(&self.fields, &mut record.fields_length);
                    segment.push(shard, record, bad);
                }
                (None, Some(record)) => ending::stray(local, shard, active, record, bad),
                (_, None) => {}
            }
            if !active.segment.is_null() {
                // SAFETY: the root owns its segment, and gives it up here.
                unsafe { local::close_segment(Some(shard), active.segment) };
            }
        });
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        if !self.is_on() {
            return;
        }
        let outcome = match self.site {
            None => Outcome::Ok,
            Some(_) if self.unwound => Outcome::Panic,
            Some(_) => Outcome::Cancelled,
        };
        if let (Some(site), false) = (self.site, outcome == Outcome::Ok) {
            let nanos = clock::nanos(self.elapsed());
            let ending = Ending::Bad(outcome);
            let error_type = outcome.as_str();
            let level = if outcome == Outcome::Cancelled { Level::Info } else { Level::Error };
            let _inside = self.enter();
            tell(&Ended { site, ending, level, error_type, error: None, nanos });
        }
        self.end(outcome, if outcome == Outcome::Ok { "" } else { outcome.as_str() });
    }
}

/// The time during which a root is this thread's current span.
#[derive(Debug)]
pub(crate) struct Entered<'a> {
    /// Holds the root: it can't be told anything, or move, meanwhile.
    #[expect(dead_code, reason = "held for its borrow")]
    root: &'a mut Root,
    outer: Option<Active>,
}

impl fmt::Debug for Active {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}-{:016x}", self.trace_id(), self.span_id)
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        if let Some(outer) = self.outer {
            local::with(|local| local.set(outer));
        }
    }
}
