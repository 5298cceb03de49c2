//! Tells people that a receiver can't be reached, or the metrics can't be read, and that they can
//! again; not more often than they want to hear it.
//!
//! One of these serves all signals, which usually share a receiver: the first failure is told at
//! once, later ones at most once a minute. Also answers the health page. Called by `sender`.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::model::Level;

/// The shortest time between two lines of failure.
const QUIET: Duration = Duration::from_secs(60);

/// What is wrong, if anything, of all signals.
#[derive(Debug, Default)]
pub(crate) struct Trouble {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    told: Option<Instant>,
    /// What fails now, the reason, and whether somebody was told.
    failing: Vec<(String, String, bool)>,
}

impl Trouble {
    /// `what` failed; `consequence` is what becomes of what it was to do.
    pub(crate) fn failed(&self, what: &str, why: &str, consequence: &str) {
        let mut state = self.lock();
        let due = state.told.is_none_or(|at| at.elapsed() >= QUIET);
        if due {
            state.told = Some(Instant::now());
        }
        match state.failing.iter_mut().find(|(known, ..)| known == what) {
            Some((_, reason, told)) => {
                why.clone_into(reason);
                *told |= due;
            }
            None => state.failing.push((what.to_owned(), why.to_owned(), due)),
        }
        drop(state);
        if due {
            tell(Level::Warn, format_args!("{what} fails: {why}; {consequence}"));
        }
    }

    /// `what` did its work, as it does again if it had failed: `again` says so.
    pub(crate) fn passed(&self, what: &str, again: &str) {
        let mut state = self.lock();
        let Some(at) = state.failing.iter().position(|(known, ..)| known == what) else {
            return;
        };
        let (_, _, told) = state.failing.swap_remove(at);
        drop(state);
        if told {
            tell(Level::Info, format_args!("{what} {again}"));
        }
    }

    /// One sentence on what is wrong now, if anything.
    pub(crate) fn now(&self) -> Option<String> {
        let state = self.lock();
        let (what, why, _) = state.failing.first()?;
        Some(format!("{what} fails: {why}"))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A line of plimsoll's own. It is not exported: the way out is what it speaks of.
#[cfg(feature = "logs")]
fn tell(level: Level, message: std::fmt::Arguments<'_>) {
    crate::logs::say(level, "plimsoll::export", |entry| entry.set_message(&message));
}

#[cfg(not(feature = "logs"))]
fn tell(level: Level, message: std::fmt::Arguments<'_>) {
    use std::io::Write as _;
    // Nobody is left to tell when this fails as well.
    let _ = writeln!(std::io::stderr(), "plimsoll: {level:?}: {message}");
}
