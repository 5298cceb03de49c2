//! Tells the log of calls that ended badly; the log tells the world.
//!
//! Recording knows no logger: `init` sets who is told. An error is told once, where it first comes
//! out of an observed function; its callers only mark their spans.

use std::cell::Cell;
use std::fmt;
use std::sync::OnceLock;

use crate::model::{Level, Outcome, Site};
use crate::redact::{Out, Sink};

/// An error that came out of a call, as far as it may be seen.
pub(crate) trait Told {
    /// Writes what may be seen of it: nothing, when that is its type alone.
    fn tell(&self, out: &mut Out<'_>);
}

impl fmt::Debug for dyn Told + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tell(&mut Out::text_to(f, Sink::Log));
        Ok(())
    }
}

impl fmt::Display for dyn Told + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tell(&mut Out::text_to(f, Sink::Log));
        Ok(())
    }
}

/// Why a call is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It did not end `ok`.
    Bad(Outcome),
    /// It took longer than its `slow` budget.
    Slow,
}

/// A call that ended badly.
#[derive(Debug)]
pub(crate) struct Ended<'a> {
    pub(crate) site: &'static Site,
    pub(crate) ending: Ending,
    /// How important its kind of error is.
    pub(crate) level: Level,
    /// The `error.type`; empty when there is none.
    pub(crate) error_type: &'static str,
    /// The error itself, where its type says what may be seen of it.
    pub(crate) error: Option<&'a dyn Told>,
    pub(crate) nanos: u64,
}

type Reporter = fn(&Ended<'_>);

static REPORTER: OnceLock<Reporter> = OnceLock::new();

/// Sets who is told. The span that ended is still the current one then.
pub(crate) fn set_reporter(reporter: Reporter) {
    let _ = REPORTER.set(reporter);
}

thread_local! {
    static TELLING: Cell<bool> = const { Cell::new(false) };
}

/// Tells the log, unless this thread is at it already: a signal's handler that interrupted that would
/// wait for the log's locks for ever. Its call is counted all the same.
pub(super) fn tell(ended: &Ended<'_>) {
    let Some(reporter) = REPORTER.get() else { return };
    if !TELLING.replace(true) {
        let _telling = Telling;
        reporter(ended);
    }
}

struct Telling;

impl Drop for Telling {
    fn drop(&mut self) {
        TELLING.set(false);
    }
}
