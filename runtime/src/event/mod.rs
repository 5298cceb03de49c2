//! One `event!` in the source: its descriptor, and whether anybody wants it.
//!
//! The answer is a byte at the callsite, so that an event nobody wants costs one load. Whoever
//! changes what is wanted calls [`reconsider`], and all events ask again. Where an event goes is the
//! log's, or the host's own subscriber's; generated code is the only caller.

mod host;
mod said;

use std::fmt;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::model::Level;

pub use said::Said;

/// Nobody has asked yet.
const UNKNOWN: u8 = 0;
/// Nobody wants it.
const OFF: u8 = 1;
/// The log wants it.
const LOG: u8 = 2;
/// The host has a subscriber of its own, or may get one: it is asked each time.
const HOST: u8 = 3;

/// The events that have been asked about.
static KNOWN: Mutex<Vec<&'static Event>> = Mutex::new(Vec::new());

/// One event in the source.
pub struct Event {
    pub(crate) level: Level,
    pub(crate) message: &'static str,
    pub(crate) target: &'static str,
    /// `message`, and the keys of its fields.
    fields: &'static [&'static str],
    pub(crate) location: &'static Location<'static>,
    state: AtomicU8,
    known: AtomicBool,
    host: host::Host,
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("message", &self.message).finish_non_exhaustive()
    }
}

impl Event {
    /// An event that stands where this is called.
    #[track_caller]
    pub const fn new(
        level: Level,
        message: &'static str,
        target: &'static str,
        fields: &'static [&'static str],
    ) -> Event {
        Event {
            level,
            message,
            target,
            fields,
            location: Location::caller(),
            state: AtomicU8::new(UNKNOWN),
            known: AtomicBool::new(false),
            host: host::Host::new(),
        }
    }

    /// True when somebody wants it now.
    #[inline(always)]
    pub fn is_on(&'static self) -> bool {
        match self.state.load(Ordering::Relaxed) {
            OFF => false,
            LOG => true,
            _ => self.is_on_elsewhere(),
        }
    }

    #[inline(never)]
    fn is_on_elsewhere(&'static self) -> bool {
        match self.state() {
            OFF => false,
            HOST => host::wants(self),
            _ => true,
        }
    }

    /// Tells whoever wants it; `fill` records its fields.
    #[inline(never)]
    pub fn say(&'static self, fill: &mut dyn FnMut(&mut Said<'_>)) {
        match self.state() {
            #[cfg(feature = "logs")]
            LOG => crate::logs::said(self, fill),
            HOST => host::say(self, fill),
            _ => {}
        }
    }

    fn state(&'static self) -> u8 {
        match self.state.load(Ordering::Relaxed) {
            UNKNOWN => self.decide(),
            state => state,
        }
    }

    #[cold]
    fn decide(&'static self) -> u8 {
        // Decided under the lock, or an answer from before a change could stay.
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.known.swap(true, Ordering::Relaxed) {
            known.push(self);
        }
        #[cfg(feature = "logs")]
        let state = match crate::logs::wants(self.target, self.level) {
            Some(true) => LOG,
            Some(false) => OFF,
            None => HOST,
        };
        #[cfg(not(feature = "logs"))]
        let state = HOST;
        self.state.store(state, Ordering::Relaxed);
        state
    }
}

/// Makes all events ask again. To be called after what the log wants has changed.
pub(crate) fn reconsider() {
    for event in KNOWN.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        event.state.store(UNKNOWN, Ordering::Relaxed);
    }
}
