//! A type that says when it is dropped, and a log of what is said.

use std::cell::RefCell;

use plimsoll_tests::polling::poll;

use crate::panics::caught;

thread_local! {
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Adds a line to the log.
pub(crate) fn say(text: impl Into<String>) {
    LOG.with_borrow_mut(|log| log.push(text.into()));
}

/// What is said meanwhile, panics included.
pub(crate) fn said(call: impl FnOnce()) -> Vec<String> {
    let before = LOG.take();
    if let Err(panic) = caught(call) {
        say(panic.message);
    }
    LOG.replace(before)
}

/// Says its name when it is dropped.
#[derive(Debug)]
pub(crate) struct Loud(pub(crate) &'static str);

impl Loud {
    /// Uses it.
    pub(crate) fn look(&self) -> u8 {
        say(format!("look at {}", self.0));
        1
    }

    /// Makes a temporary that borrows it.
    pub(crate) const fn lend(&self) -> Lent<'_> {
        Lent(self)
    }
}

impl Drop for Loud {
    fn drop(&mut self) {
        say(self.0);
    }
}

/// A temporary that borrows.
#[derive(Debug)]
pub(crate) struct Lent<'a>(&'a Loud);

impl Lent<'_> {
    /// Uses what is borrowed.
    pub(crate) fn value(&self) -> u8 {
        self.0.look()
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        say(format!("give {} back", self.0.0));
    }
}

/// Two of them.
#[derive(Debug)]
pub(crate) struct Pair {
    /// One.
    pub(crate) left: Loud,
    /// The other.
    pub(crate) right: Loud,
}

/// Polls a future so many times, if it is not ready before, and drops it.
pub(crate) fn drive<T>(future: impl Future<Output = T>, polls: u8) {
    let mut future = Box::pin(future);
    say("made");
    for _ in 0..polls {
        let polled = poll(future.as_mut());
        say(if polled.is_ready() { "ready" } else { "pending" });
        if polled.is_ready() {
            drop(polled);
            break;
        }
    }
    drop(future);
    say("dropped");
}
