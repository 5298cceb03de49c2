//! What a receiver has taken of each series, so that it can be sent what came since.
//!
//! A baseline moves on only when the receiver has taken the point that covers the way there: a push
//! that fails loses nothing, the next one covers the longer time. Bounded in bytes. Does no I/O.

use std::collections::HashMap;

use crate::metrics::family::Exponential;

/// Bytes of all baselines at most, about.
const MOST: usize = 32 * 1024 * 1024;
/// What an entry takes besides its key and its buckets, about.
const ENTRY: usize = 128;

/// The figures of one series.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum State {
    Integer(u64),
    Float(f64),
    Explicit { counts: Vec<u64>, sum: f64 },
    Exponential { buckets: Exponential, sum: f64 },
}

impl State {
    /// What came since `before`; nothing when this can't follow it: the series began again.
    fn since(&self, before: &State) -> Option<State> {
        Some(match (self, before) {
            (State::Integer(now), State::Integer(then)) => State::Integer(now.checked_sub(*then)?),
            (State::Float(now), State::Float(then)) if now >= then => State::Float(now - then),
            (
                State::Explicit { counts: now, sum },
                State::Explicit { counts: then, sum: before },
            ) if now.len() == then.len() => {
                let counts = now.iter().zip(then).map(|(now, then)| now.checked_sub(*then));
                State::Explicit { counts: counts.collect::<Option<_>>()?, sum: sum - before }
            }
            (
                State::Exponential { buckets: now, sum },
                State::Exponential { buckets: then, sum: before },
            ) => {
                let buckets = Exponential {
                    zero: now.zero.checked_sub(then.zero)?,
                    positive: less(&now.positive, &then.positive)?,
                    negative: less(&now.negative, &then.negative)?,
                };
                State::Exponential { buckets, sum: sum - before }
            }
            _ => return None,
        })
    }

    fn is_nothing(&self) -> bool {
        match self {
            State::Integer(value) => *value == 0,
            State::Float(value) => *value == 0.0,
            State::Explicit { counts, .. } => counts.iter().all(|count| *count == 0),
            State::Exponential { buckets, .. } => *buckets == Exponential::default(),
        }
    }

    fn size(&self) -> usize {
        match self {
            State::Integer(_) | State::Float(_) => 0,
            State::Explicit { counts, .. } => counts.len() * size_of::<u64>(),
            State::Exponential { buckets, .. } => {
                (buckets.positive.len() + buckets.negative.len()) * size_of::<(i32, u64)>()
            }
        }
    }
}

/// Buckets less buckets, both rising and without empty ones.
fn less(now: &[(i32, u64)], then: &[(i32, u64)]) -> Option<Vec<(i32, u64)>> {
    let mut then = then.iter().peekable();
    let mut rest = Vec::new();
    for (index, count) in now {
        let before = then.next_if(|(at, _)| at == index).map_or(0, |(_, count)| *count);
        let came = count.checked_sub(before)?;
        if came > 0 {
            rest.push((*index, came));
        }
    }
    // A bucket that is not there any more: the series began again.
    then.next().is_none().then_some(rest)
}

#[derive(Debug)]
struct Baseline {
    state: State,
    /// Until when the receiver knows it, in nanoseconds since 1970.
    until: u64,
    /// The visit that met it last.
    seen: u64,
}

/// A baseline to come, once its point has been taken.
#[derive(Debug)]
pub(super) struct Next {
    key: Box<[u8]>,
    state: State,
    until: u64,
}

/// What to send of a series.
#[derive(Debug)]
pub(super) enum Since {
    /// This came since `start`, in nanoseconds since 1970.
    Changed { state: State, start: u64, next: Next },
    /// Nothing came since the receiver last heard of it.
    Same,
    /// There is no room to remember it.
    Unremembered,
}

/// The baselines of all series.
#[derive(Debug, Default)]
pub(super) struct Deltas {
    taken: HashMap<Box<[u8]>, Baseline>,
    bytes: usize,
    /// Bytes of the series that this visit met for the first time.
    promised: usize,
    visit: u64,
}

impl Deltas {
    /// A visit to all series begins.
    pub(super) fn begin(&mut self) {
        self.visit += 1;
        self.promised = 0;
    }

    /// What came of a series since the receiver last took a point of it, or since `begun`.
    pub(super) fn since(&mut self, key: &[u8], state: State, now: u64, begun: u64) -> Since {
        let visit = self.visit;
        if let Some(known) = self.taken.get_mut(key) {
            known.seen = visit;
            let start = known.until;
            // What began again has come since: all of it.
            let came = state.since(&known.state).unwrap_or_else(|| state.clone());
            if came.is_nothing() && state == known.state {
                known.until = now;
                return Since::Same;
            }
            let next = Next { key: key.into(), state, until: now };
            return Since::Changed { state: came, start, next };
        }
        let size = ENTRY + key.len() + state.size();
        if self.bytes + self.promised + size > MOST {
            self.forget();
        }
        if self.bytes + self.promised + size > MOST {
            return Since::Unremembered;
        }
        self.promised += size;
        let next = Next { key: key.into(), state: state.clone(), until: now };
        Since::Changed { state, start: begun, next }
    }

    /// The receiver has taken a point.
    pub(super) fn settle(&mut self, next: Next) {
        let Next { key, state, until } = next;
        let size = ENTRY + key.len() + state.size();
        let baseline = Baseline { state, until, seen: self.visit };
        self.bytes += size;
        let length = key.len();
        if let Some(old) = self.taken.insert(key, baseline) {
            self.bytes = self.bytes.saturating_sub(ENTRY + length + old.state.size());
        }
    }

    /// Forgets the series that the visit before this one did not meet.
    fn forget(&mut self) {
        let visit = self.visit;
        let mut freed = 0;
        self.taken.retain(|key, baseline| {
            let is_met = baseline.seen + 1 >= visit;
            if !is_met {
                freed += ENTRY + key.len() + baseline.state.size();
            }
            is_met
        });
        self.bytes = self.bytes.saturating_sub(freed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn changed(since: Since) -> (State, u64, Next) {
        match since {
            Since::Changed { state, start, next } => (state, start, next),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_was_not_taken_comes_with_the_next() {
        let mut deltas = Deltas::default();
        let mut look = |count, now| {
            deltas.begin();
            changed(deltas.since(b"a", State::Integer(count), now, 1))
        };
        let (state, start, _) = look(5, 10);
        assert_eq!((state, start), (State::Integer(5), 1));
        // That push failed.
        let (state, start, next) = look(7, 20);
        assert_eq!((state, start), (State::Integer(7), 1));
        deltas.settle(next);
        deltas.begin();
        let since = deltas.since(b"a", State::Integer(7), 30, 1);
        assert!(matches!(since, Since::Same), "{since:?}");
        deltas.begin();
        let (state, start, _) = changed(deltas.since(b"a", State::Integer(8), 40, 1));
        assert_eq!((state, start), (State::Integer(1), 30));
    }

    #[test]
    fn what_began_again_is_new() {
        let explicit = |counts: &[u64]| State::Explicit { counts: counts.to_vec(), sum: 1.0 };
        for (before, now) in [
            (State::Integer(5), State::Integer(3)),
            (State::Float(5.0), State::Float(3.0)),
            (explicit(&[1, 2]), explicit(&[2, 1])),
            (explicit(&[1, 2]), explicit(&[2, 2, 2])),
        ] {
            let mut deltas = Deltas::default();
            deltas.begin();
            let (.., next) = changed(deltas.since(b"a", before, 10, 1));
            deltas.settle(next);
            let (state, start, _) = changed(deltas.since(b"a", now.clone(), 20, 1));
            assert_eq!((state, start), (now, 10));
        }
    }

    #[test]
    fn memory_is_bounded_and_series_that_are_gone_make_room() {
        let mut deltas = Deltas::default();
        let key = |number: u32| {
            let mut key = vec![0; 1000];
            key[..4].copy_from_slice(&number.to_le_bytes());
            key
        };
        let mut visit = |numbers: std::ops::Range<u32>| {
            deltas.begin();
            let mut left_out = 0;
            for number in numbers {
                match deltas.since(&key(number), State::Integer(1), 10, 1) {
                    Since::Changed { next, .. } => deltas.settle(next),
                    Since::Unremembered => left_out += 1,
                    Since::Same => {}
                }
            }
            left_out
        };
        // Settled at once, a series is promised and held: half of the bound is used by then.
        assert!(visit(0..20_000) > 0);
        assert_eq!(visit(0..10_000), 0, "known ones stay");
        visit(0..0);
        assert_eq!(visit(50_000..60_000), 0, "unseen ones make room");
    }

    proptest! {
        #[test]
        fn deltas_add_up(steps in prop::collection::vec(
            (prop::collection::vec((-20..20_i32, 1..9_u64), 0..5), any::<bool>()), 1..20,
        )) {
            let mut deltas = Deltas::default();
            let mut total = std::collections::BTreeMap::new();
            let mut arrived = std::collections::BTreeMap::new();
            let last = steps.len() - 1;
            for (number, (added, mut taken)) in steps.into_iter().enumerate() {
                for (index, count) in added {
                    *total.entry(index).or_insert(0) += count;
                }
                taken |= number == last;
                let positive = total.iter().map(|(index, count)| (*index, *count)).collect();
                let buckets = Exponential { positive, ..Exponential::default() };
                deltas.begin();
                let state = State::Exponential { buckets, sum: 0.0 };
                let Since::Changed { state, next, .. } = deltas.since(b"a", state, 1, 0) else {
                    continue;
                };
                if taken {
                    let State::Exponential { buckets, .. } = state else { unreachable!() };
                    for (index, count) in buckets.positive {
                        *arrived.entry(index).or_insert(0) += count;
                    }
                    deltas.settle(next);
                }
            }
            prop_assert_eq!(arrived, total);
        }
    }
}
