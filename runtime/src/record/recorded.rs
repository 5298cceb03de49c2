//! What a call records of its arguments, between its entry and its body.
//!
//! Fields go straight into the segment that the call's span will go to, or to the host's span. Only
//! generated code calls this, and only while the call has not been polled yet.

use std::fmt;

use super::field::Writer;
use super::guard::{ASYNC, Call, Guard, HOST, ROOT, TRACED};
use super::host;
use super::local::{self, Local};
use super::segment::Segment;
use crate::redact::{Loggable, Out, Redactable, Strategy};

impl Guard<'_> {
    /// True when fields are worth computing.
    #[inline(always)]
    pub fn recording(&self) -> bool {
        self.mode() & (TRACED | HOST) != 0
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
        if !self.recording() {
            return;
        }
        if let Some(span) = self.host() {
            host::record(span, key, write);
            return;
        }
        let root = self.mode() & (ASYNC | ROOT) == ASYNC | ROOT;
        let Some(call) = self.call_mut() else { return };
        let segment = if root {
            // SAFETY: a guard that records and is no host's has `TRACED`, and this has `ASYNC`.
            unsafe { call.away() }.segment
        } else {
            local::with(Local::segment)
        };
        // What a Display of the user's calls is not observed: it would write here as well.
        let _quiet = local::quiet();
        // SAFETY: the segment is this call's own, or that of the root that runs on this thread and
        // put it into `LOCAL`; the body has not begun, and while this thread is quiet nothing on it
        // writes fields.
        unsafe { append(call, segment, key, write) };
    }

    /// Records at its end how many items a stream gave. It has no fields before.
    #[cold]
    pub(super) fn log_items(&mut self, count: u32) {
        let mode = self.mode();
        if let Some(span) = self.host() {
            host::record(span, ITEMS, &mut |out| count.log(out));
            return;
        }
        if mode & (ASYNC | TRACED) != ASYNC | TRACED {
            return;
        }
        let Some(call) = self.call_mut() else { return };
        // SAFETY: the mode says so.
        let away = unsafe { call.away() };
        let here = local::with(Local::active);
        let segment = match mode & ROOT {
            0 if here.trace_id == away.trace_id => here.segment,
            0 => return,
            _ => away.segment,
        };
        // SAFETY: a root's segment is its own; any other is that of the root that runs on this
        // thread, of which nothing is borrowed between polls.
        unsafe { append(call, segment, ITEMS, &mut |out| count.log(out)) };
    }
}

/// The field for the number of a stream's items.
const ITEMS: &str = "stream.items";

/// Writes a field of the call behind those that it has.
///
/// # Safety
/// The segment is null, or nothing else borrows its fields.
unsafe fn append(
    call: &mut Call<'_>,
    segment: *mut Segment,
    key: &'static str,
    write: &mut dyn FnMut(&mut Out<'_>),
) {
    if segment.is_null() {
        return;
    }
    // SAFETY: as the caller says. Only the fields are borrowed.
    let (fields, parts) = unsafe { (&mut (*segment).fields, (*segment).parts) };
    if call.fields_length == 0 {
        call.fields_at = fields.len() as u32;
        call.parts = parts;
    }
    let before = fields.len();
    write(&mut Out::fields(&mut Writer { bytes: fields }, key));
    match u16::try_from(fields.len() - call.fields_at as usize) {
        Ok(length) => call.fields_length = length,
        // More than a record can point to.
        Err(_) => fields.truncate(before),
    }
}
