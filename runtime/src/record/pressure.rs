//! Asks the one who drains to come before its time, once until it has come.
//!
//! A ring that is half full asks at every span, so most calls find that somebody has asked. A call
//! may be missed by a drain that has just begun; the next span asks again, and drains come by
//! themselves too. The export thread says what wakes it.

use std::sync::atomic::Ordering;

use super::sync::{AtomicBool, StaticOnce};

#[cfg(not(plimsoll_loom))]
static PRESSURE: Pressure = Pressure { is_called: AtomicBool::new(false) };
#[cfg(plimsoll_loom)]
loom::lazy_static! { static ref PRESSURE: Pressure = Pressure::default(); }

static WAKE: StaticOnce<fn()> = StaticOnce::new();

#[derive(Default)]
pub(super) struct Pressure {
    /// A wake is on its way.
    is_called: AtomicBool,
}

impl Pressure {
    /// True when somebody is to be woken: nobody has asked since the last [`Pressure::relieve`].
    pub(super) fn rise(&self) -> bool {
        // Read first: to write each time would take the line from all other threads.
        !self.is_called.load(Ordering::Relaxed) && !self.is_called.swap(true, Ordering::AcqRel)
    }

    /// Before each drain: what comes later asks again.
    pub(super) fn relieve(&self) {
        self.is_called.swap(false, Ordering::AcqRel);
    }
}

/// Wakes whoever drains, unless somebody has already.
#[cold]
pub(super) fn rise() {
    if let Some(wake) = WAKE.get() {
        if PRESSURE.rise() {
            wake();
        }
    }
}

/// To be called before each drain by whoever is woken.
pub(crate) fn relieve() {
    PRESSURE.relieve();
}

/// Sets what is called, from a recording thread, when its ring is half full. It must not block.
pub(crate) fn on_pressure(wake: fn()) {
    let _ = WAKE.set(wake);
}
