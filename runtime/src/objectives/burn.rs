//! How fast an error budget burns, and whether somebody has to be called.
//!
//! The rule is that of the SRE workbook (chapter 5, "Multiwindow, Multi-Burn-Rate Alerts"): a long
//! window says that it matters, a short one that it still goes on.

use std::time::Duration;

use super::Goal;
use super::history::{BUDGET, Count, History};

/// The windows, by the name that they have in labels.
pub(crate) const WINDOWS: [(&str, Duration); 7] = [
    ("5m", Duration::from_secs(300)),
    ("30m", Duration::from_secs(1_800)),
    ("1h", Duration::from_secs(3_600)),
    ("2h", Duration::from_secs(7_200)),
    ("6h", Duration::from_secs(21_600)),
    ("1d", Duration::from_secs(86_400)),
    ("3d", Duration::from_secs(259_200)),
];

const M5: usize = 0;
const M30: usize = 1;
const H1: usize = 2;
const H6: usize = 4;
const D3: usize = 6;

/// A rate that is exceeded in both windows, the long and the short one, is a reason for alarm.
const RULES: [(State, f64, [usize; 2]); 3] =
    [(State::Page, 14.4, [H1, M5]), (State::Page, 6.0, [H6, M30]), (State::Ticket, 1.0, [D3, H6])];

/// What is to be done, from nothing on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// Nothing.
    Ok,
    /// Somebody should look at it in the next days.
    Ticket,
    /// Somebody has to look at it now.
    Page,
}

impl State {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Ticket => "ticket",
            State::Page => "page",
        }
    }
}

/// What has come in one window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Window {
    pub(crate) count: Count,
    /// How many times as fast as it may: at 1 the budget lasts for the time that it is meant for.
    pub(crate) burn: f64,
    /// The part of the window in which the process has run.
    pub(crate) known: f64,
}

impl Window {
    /// The rate, were everything well before the process began: what one error in the first second
    /// has burnt is no more than that.
    pub(crate) fn burnt(&self) -> f64 {
        self.burn * self.known
    }
}

/// How one promise stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judged {
    pub(crate) goal: Goal,
    /// Since the start of the process.
    pub(crate) count: Count,
    pub(crate) windows: [Window; WINDOWS.len()],
    /// The part of the error budget that is left; below zero where more was burnt than there was.
    pub(crate) remaining: f64,
    pub(crate) state: State,
}

impl Judged {
    /// The rate that holds in both windows of the fastest rule, and the events of the short one.
    pub(crate) fn now(&self) -> (f64, u64) {
        let [long, short] = [&self.windows[H1], &self.windows[M5]];
        (long.burnt().min(short.burnt()), short.count.total)
    }
}

/// How many times as fast as it may the budget of these events burns. Without events, not at all.
fn rate(count: Count, target: u32) -> f64 {
    if count.total == 0 {
        return 0.0;
    }
    let budget = f64::from(1_000_000 - target.min(999_999)) / 1e6;
    count.bad() as f64 / count.total as f64 / budget
}

/// Judges the goal at this place of the history.
pub(crate) fn judge(
    goal: Goal,
    count: Count,
    history: &History,
    at: usize,
    now: Duration,
) -> Judged {
    let windows = WINDOWS.map(|(_, window)| {
        let (count, known) = history.over(window, at, now, count);
        Window { count, burn: rate(count, goal.target), known }
    });
    let (budgeted, _) = history.over(BUDGET, at, now, count);
    let remaining = 1.0 - rate(budgeted, goal.target);
    let broken = RULES.iter().filter(|(_, most, both)| {
        both.iter().all(|window| windows.get(*window).is_some_and(|it| it.burnt() > *most))
    });
    let state = broken.map(|(state, ..)| *state).max().unwrap_or(State::Ok);
    Judged { goal, count, windows, remaining, state }
}
