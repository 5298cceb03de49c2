//! Panics on purpose: quiet, and told with message and place, to be compared with those of the
//! unmarked function.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, Location, catch_unwind, set_hook, take_hook};

/// One panic that was caught.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Panic {
    /// What it said.
    pub(crate) message: String,
    /// The line where it happened, as far as it says.
    pub(crate) line: u32,
}

thread_local! {
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<Option<Panic>> = const { RefCell::new(None) };
}

/// From here on panics inside `caught` print nothing; all others do.
pub(crate) fn keep_quiet_when_expected() {
    let loud = take_hook();
    set_hook(Box::new(move |info| {
        if !EXPECTED.get() {
            return loud(info);
        }
        let payload = info.payload();
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let message = text.or_else(|| payload.downcast_ref::<String>().cloned());
        let line = info.location().map_or(0, Location::line);
        LAST.set(Some(Panic { message: message.unwrap_or_default(), line }));
    }));
}

/// Calls something that may panic: what it gave, or how it panicked.
pub(crate) fn caught<R>(call: impl FnOnce() -> R) -> Result<R, Panic> {
    quietly(call).map_err(|_| LAST.take().expect("the hook was called"))
}

/// Calls something that panics: how.
#[track_caller]
pub(crate) fn panic_of<R>(call: impl FnOnce() -> R) -> Panic {
    caught(call).err().expect("it should panic")
}

/// Calls something that panics: with what.
#[track_caller]
pub(crate) fn payload_of<R>(call: impl FnOnce() -> R) -> Box<dyn Any + Send> {
    quietly(call).err().expect("it should panic")
}

fn quietly<R>(call: impl FnOnce() -> R) -> std::thread::Result<R> {
    let before = EXPECTED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(call));
    EXPECTED.set(before);
    result
}
