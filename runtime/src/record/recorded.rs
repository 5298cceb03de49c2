//! What a call records of its arguments, between its entry and its body.
//!
//! Fields go straight into the segment that the call's span will go to, or to the host's span. Only
//! generated code calls this, and only while the call has not been polled yet.

use std::fmt;
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::field::{ARENA_LIMIT, PANICKED, Writer};
use super::guard::{AWAY, Call, Guard, HOST, ON, ROOT, TRACED};
use super::host;
use super::local::{self, Local};
use super::segment::Segment;
use super::text;
use super::words::{self, Plain};
use crate::model::Value;
use crate::redact::{Fields as _, Loggable, Out, Redactable, Sink, Strategy, ceiling};

impl Guard<'_> {
    /// True when fields are worth computing.
    #[inline(always)]
    pub fn recording(&self) -> bool {
        self.mode() & (TRACED | HOST) != 0
    }

    /// Records a field whose type says how.
    #[inline]
    pub fn log<T: Loggable + ?Sized>(&mut self, key: &'static str, value: &T) {
        // No sink hides what is public, so nobody has to be asked for most numbers.
        let is_shown = T::CLASS.rank() == 0 || T::CLASS.rank() <= ceiling(Sink::Span);
        match value.plain().filter(|_| is_shown).and_then(Plain::of) {
            // A host's span takes texts only.
            Some(plain) if self.mode() & HOST == 0 => self.log_plain(key, plain),
            _ => self.log_with(key, &mut |out| out.value(value)),
        }
    }

    /// Records a text that the mark calls public.
    #[inline]
    pub fn log_public<T: fmt::Display + ?Sized>(&mut self, key: &'static str, value: &T) {
        match text::of(value) {
            Some(text) if self.mode() & HOST == 0 => self.log_text(key, text),
            _ => self.log_with(key, &mut |out| out.text(&value)),
        }
    }

    /// Records a number, without asking anybody how it looks.
    #[inline(never)]
    fn log_plain(&mut self, key: &'static str, plain: Plain) {
        let head = plain.head(key);
        match head.and_then(|head| Some((head, self.room(words::PLAIN)?))) {
            Some((head, room)) => words::write_plain(room, head, plain),
            None => self.log_plain_slowly(key, plain),
        }
    }

    #[cold]
    #[inline(never)]
    fn log_plain_slowly(&mut self, key: &'static str, plain: Plain) {
        self.write(|bytes| Writer { bytes }.put(key, plain.value()));
    }

    /// Records a text as it is.
    #[inline(never)]
    fn log_text(&mut self, key: &'static str, text: &str) {
        let short = words::short(key, text);
        match short.and_then(|(head, length)| Some((head, self.room(length)?))) {
            Some((head, room)) => words::write_short(room, head, text),
            None => self.log_text_slowly(key, text),
        }
    }

    #[cold]
    #[inline(never)]
    fn log_text_slowly(&mut self, key: &'static str, text: &str) {
        self.write(|bytes| Writer { bytes }.put(key, Value::Str(text)));
    }

    /// Room for so many further bytes of fields, if it is to be had without calling anything. They
    /// are the call's from here on.
    #[inline(always)]
    fn room(&mut self, length: usize) -> Option<&mut [MaybeUninit<u8>]> {
        if self.mode() & (ON | TRACED | AWAY) != ON | TRACED {
            return None;
        }
        let call = self.call_mut()?;
        // SAFETY: as in `write`.
        let segment = unsafe { local::with(Local::segment_at_once).as_mut() }?;
        let at = segment.fields.len();
        if segment.fields.capacity() - at < length || at + length > ARENA_LIMIT {
            return None;
        }
        if call.fields_length == 0 {
            call.fields_at = at as u32;
            call.parts = segment.parts;
        }
        // The limit is below what the number holds.
        call.fields_length = (at + length) as u16 - call.fields_at as u16;
        // SAFETY: there is room, and the caller writes all of it.
        unsafe { segment.fields.set_len(at + length) };
        let end = segment.fields.as_mut_ptr_range().end.cast::<MaybeUninit<u8>>();
        // SAFETY: the bytes that were just taken; nobody else borrows the fields.
        Some(unsafe { std::slice::from_raw_parts_mut(end.sub(length), length) })
    }

    /// Records what a strategy leaves of a text.
    pub fn log_redacted<T: Redactable + ?Sized>(
        &mut self,
        key: &'static str,
        strategy: Strategy,
        value: &T,
    ) {
        self.log_with(key, &mut |out| out.redacted(strategy, value));
    }

    /// Records that there is a value, and nothing of it.
    pub fn log_hidden(&mut self, key: &'static str) {
        self.log_with(key, &mut |out| out.hidden());
    }

    /// Records that there is a text, as an empty one.
    pub fn log_erased(&mut self, key: &'static str) {
        self.log_with(key, &mut |out| out.erased());
    }

    /// Records what is written to the field's `Out`.
    pub fn log_with(&mut self, key: &'static str, write: &mut dyn FnMut(&mut Out<'_>)) {
        if !self.recording() {
            return;
        }
        if let Some(span) = self.host() {
            host::record(span, key, write);
            return;
        }
        // What a Display of the user's calls is not observed: it would write here as well.
        let _quiet = local::quiet();
        self.write(|bytes| {
            let before = bytes.len();
            let mut writer = Writer { bytes };
            // Nor does a `Loggable` of the user's that panics take the call down with it.
            let mut write = || write(&mut Out::fields(&mut writer, key, Sink::Span));
            if catch_unwind(AssertUnwindSafe(&mut write)).is_err() {
                writer.bytes.truncate(before);
                writer.put(key, Value::Str(PANICKED));
            }
        });
    }

    /// Writes a field behind those that the call has. What writes it records nothing itself.
    #[inline(always)]
    fn write(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let mode = self.mode();
        let Some(call) = self.call_mut() else { return };
        if mode & (TRACED | AWAY) != TRACED {
            return;
        }
        let segment = local::with(Local::segment);
        // SAFETY: the segment is that of the root that runs on this thread, this call's own or one
        // above; the body has not begun, and nothing else on this thread writes fields meanwhile.
        unsafe { append(call, segment, write) };
    }

    /// Records at its end how many items a stream gave. It has no fields before.
    #[cold]
    pub(super) fn log_items(&mut self, count: u32) {
        let mode = self.mode();
        if let Some(span) = self.host() {
            host::record(span, ITEMS, &mut |out| count.log(out));
            return;
        }
        if mode & (AWAY | TRACED) != AWAY | TRACED {
            return;
        }
        let Some(call) = self.call_mut() else { return };
        // SAFETY: the mode says so.
        let away = unsafe { call.away() };
        let here = local::with(Local::active);
        let segment = match mode & ROOT {
            0 if here.trace() == away.trace() => here.segment,
            0 => return,
            _ => away.segment,
        };
        // SAFETY: a root's segment is its own; any other is that of the root that runs on this
        // thread, of which nothing is borrowed between polls.
        unsafe {
            append(call, segment, |bytes| {
                Writer { bytes }.put(ITEMS, Value::U64(count.into()));
            });
        }
    }
}

/// The field for the number of a stream's items.
const ITEMS: &str = "stream.items";

/// Writes a field of the call behind those that it has.
///
/// # Safety
/// The segment is null, or nothing else borrows its fields.
#[inline(always)]
unsafe fn append(call: &mut Call<'_>, segment: *mut Segment, write: impl FnOnce(&mut Vec<u8>)) {
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
    write(fields);
    match u16::try_from(fields.len() - call.fields_at as usize) {
        Ok(length) => call.fields_length = length,
        // More than a record can point to.
        Err(_) => fields.truncate(before),
    }
}
