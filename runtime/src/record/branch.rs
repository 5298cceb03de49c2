//! A span that somebody else opens, enters and closes: one of `tracing`'s.
//!
//! Entered and left any number of times, on any thread, and closed when nobody refers to it any
//! more. Inside a trace it is a span of that trace; outside it is a local root. The `tracing` layer
//! calls this, and nobody else.

use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

use super::chunk::split;
use super::clock;
use super::ending;
use super::field::Writer;
use super::local::{self, Active};
use super::root::{Remote, Root};
use super::slot::Record;
use super::state::{self, TRACES};
use super::{Current, current};
use crate::model::{Outcome, Site};
use crate::redact::Fields;

/// A foreign span while it lives.
#[derive(Debug)]
pub(crate) struct Branch {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Child {
        site: &'static Site,
        own: Current,
        parent_id: u64,
        start: u64,
        fields: Vec<u8>,
    },
    /// `held` says that a thread has the root's segment: `tracing` lets several enter one span.
    Root {
        root: Root,
        held: AtomicBool,
    },
}

/// What ran on a thread before a foreign span was entered there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before {
    active: Active,
    /// This thread was given the root's segment.
    holds: bool,
}

impl Branch {
    /// Opens a span under `parent`, or under what runs on this thread, or as a root.
    pub(crate) fn open(site: &'static Site, parent: Option<Current>) -> Option<Branch> {
        if !state::is_on(TRACES) || local::with(local::Local::is_suppressed) {
            return None;
        }
        let here = current();
        let kind = match (parent.or(here), here) {
            (Some(parent), Some(here)) if parent.trace_id == here.trace_id => {
                let span_id = local::with(|local| {
                    // Seeds this thread's random numbers.
                    let _ = local.shard();
                    local.random()
                });
                Kind::Child {
                    site,
                    own: Current { span_id, ..parent },
                    parent_id: parent.span_id,
                    start: clock::now(),
                    fields: Vec::new(),
                }
            }
            (parent, _) => {
                let remote = parent.map(|parent| Remote {
                    trace_id: parent.trace_id,
                    span_id: parent.span_id,
                    sampled: parent.sampled,
                });
                Kind::Root { root: Root::start(site, remote), held: AtomicBool::new(false) }
            }
        };
        Some(Branch { kind })
    }

    /// Its ids, for a span that names it as its parent.
    pub(crate) fn current(&self) -> Current {
        match &self.kind {
            Kind::Child { own, .. } => *own,
            Kind::Root { root, .. } => {
                let (trace_id, span_id) = root.ids();
                Current { trace_id, span_id, sampled: root.sampled() }
            }
        }
    }

    /// Records fields.
    pub(crate) fn record(&mut self, write: &mut dyn FnMut(&mut dyn Fields)) {
        match &mut self.kind {
            Kind::Child { fields, .. } => write(&mut Writer { bytes: fields }),
            Kind::Root { root, .. } => root.record(write),
        }
    }

    /// Makes it the current span of this thread.
    pub(crate) fn enter(&self) -> Before {
        local::with(|local| {
            let before = local.active();
            let mut holds = false;
            local.set(match &self.kind {
                Kind::Child { own, .. } if own.trace_id == before.trace_id() => {
                    Active { span_id: own.span_id, ..before }
                }
                Kind::Child { own, .. } => {
                    Active::of(split(own.trace_id), own.span_id, own.sampled)
                }
                Kind::Root { root, held } => {
                    holds = !held.swap(true, Ordering::Acquire);
                    let active = root.active();
                    if holds { active } else { Active { segment: ptr::null_mut(), ..active } }
                }
            });
            Before { active: before, holds }
        })
    }

    /// Makes what ran before the current span again.
    pub(crate) fn leave(&self, before: Before) {
        local::with(|local| local.set(before.active));
        if let (Kind::Root { held, .. }, true) = (&self.kind, before.holds) {
            held.store(false, Ordering::Release);
        }
    }

    /// Ends it. `tracing` does not say how it ended.
    pub(crate) fn close(self) {
        let (site, own, parent_id, start, fields) = match self.kind {
            Kind::Child { site, own, parent_id, start, fields } => {
                (site, own, parent_id, start, fields)
            }
            Kind::Root { root, .. } => {
                root.finish(Outcome::Ok, "");
                return;
            }
        };
        let mut record = Record {
            site,
            span_id: own.span_id,
            parent_id,
            start,
            end: clock::now(),
            error_type: "",
            fields_at: 0,
            fields_length: fields.len() as u16,
            outcome: Outcome::Ok,
            sampled: own.sampled,
        };
        local::with(|local| {
            let Some(shard) = local.shard() else { return };
            let here = local.active();
            if here.trace_id() == own.trace_id && !here.segment.is_null() {
                // SAFETY: the segment in `LOCAL` is that of the root that runs on this thread, and
                // nothing of it is borrowed while a span is closed.
                let segment = unsafe { &mut *here.segment };
                record.fields_at = segment.append(&fields, &mut record.fields_length);
                segment.push(shard, record, false);
            } else {
                let own = Active::of(split(own.trace_id), own.span_id, own.sampled);
                ending::stray(local, shard, own, record, false);
            }
        });
    }
}
