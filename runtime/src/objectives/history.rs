//! What was counted when: enough of it to look back over any window, and no more.
//!
//! Three rings of the counts so far, the older the coarser. A window begins at the last note that is
//! at least as old as the window is long: so it is longer by up to one step of its ring, or reaches
//! back to the start. After 30 days a goal has taken 22 kB, in the first hour 6 kB. Pure: time is
//! handed in, and runs from the start of the process.

use std::collections::VecDeque;
use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The rings: a note each so many seconds, for so many seconds.
const RINGS: [(u64, u64); 3] = [(10, HOUR), (5 * MINUTE, 3 * DAY), (6 * HOUR, 30 * DAY)];

/// The time over which an error budget is reckoned.
pub(crate) const BUDGET: Duration = Duration::from_secs(30 * DAY);

/// Events so far, or in a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) good: u64,
    pub(crate) total: u64,
}

impl Count {
    /// Events that were not good.
    pub(crate) fn bad(self) -> u64 {
        self.total.saturating_sub(self.good)
    }

    fn since(self, earlier: Count) -> Count {
        Count {
            good: self.good.saturating_sub(earlier.good),
            total: self.total.saturating_sub(earlier.total),
        }
    }
}

/// The counts of all goals, again and again.
#[derive(Debug)]
pub(crate) struct History {
    rings: [Ring; RINGS.len()],
}

#[derive(Debug)]
struct Ring {
    step: Duration,
    span: Duration,
    notes: VecDeque<Note>,
}

#[derive(Debug)]
struct Note {
    at: Duration,
    counts: Box<[Count]>,
}

/// The time until the next note is due.
pub(crate) fn until_next(now: Duration) -> Duration {
    let step = Duration::from_secs(RINGS[0].0);
    step.saturating_sub(Duration::from_nanos((now.as_nanos() % step.as_nanos()) as u64))
}

impl History {
    /// Begins with nothing counted, at time zero.
    pub(crate) fn new(goals: usize) -> History {
        History {
            rings: RINGS.map(|(step, span)| Ring {
                step: Duration::from_secs(step),
                span: Duration::from_secs(span),
                notes: VecDeque::from([Note {
                    at: Duration::ZERO,
                    counts: vec![Count::default(); goals].into(),
                }]),
            }),
        }
    }

    /// Takes the counts of all goals, where that is due.
    pub(crate) fn note(&mut self, now: Duration, counts: &[Count]) {
        self.rings.iter_mut().for_each(|ring| ring.note(now, counts));
    }

    /// What has come in a window that ends now, and the part of the window that is known: less than
    /// 1 while the process is younger.
    pub(crate) fn over(
        &self,
        window: Duration,
        goal: usize,
        now: Duration,
        count: Count,
    ) -> (Count, f64) {
        let ring = self.rings.iter().find(|ring| window <= ring.span);
        let from = ring.and_then(|ring| ring.before(now.saturating_sub(window)));
        let earlier = from.and_then(|note| note.counts.get(goal)).copied().unwrap_or_default();
        (count.since(earlier), (now.as_secs_f64() / window.as_secs_f64()).min(1.0))
    }

    /// The notes that are kept.
    #[cfg(test)]
    pub(crate) fn notes(&self) -> usize {
        self.rings.iter().map(|ring| ring.notes.len()).sum()
    }
}

impl Ring {
    fn note(&mut self, now: Duration, counts: &[Count]) {
        // By the clock, so that someone who comes a little early once does not leave a gap.
        let place = |at: Duration| at.as_nanos() / self.step.as_nanos();
        if self.notes.back().is_some_and(|last| place(last.at) >= place(now)) {
            return;
        }
        let mut spare = None;
        // One that is as old as the longest window has to stay.
        while self.notes.get(1).is_some_and(|second| second.at + self.span <= now) {
            spare = self.notes.pop_front();
        }
        let counts = match spare {
            Some(mut note) if note.counts.len() == counts.len() => {
                note.counts.copy_from_slice(counts);
                note.counts
            }
            _ => counts.into(),
        };
        self.notes.push_back(Note { at: now, counts });
    }

    /// The last note that is not younger, or the first of all.
    fn before(&self, at: Duration) -> Option<&Note> {
        let after = self.notes.partition_point(|note| note.at <= at);
        self.notes.get(after.saturating_sub(1))
    }
}
