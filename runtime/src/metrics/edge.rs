//! The further bound that a latency objective gives to the histogram of its function's durations.
//!
//! It cuts one bucket in two. What is beyond it is counted in a word behind the others, and is put
//! between them here. Called by `walk` and `layout`.

use super::exemplar::{self, BUCKETS, Exemplar};
use crate::catalog::Function;
use crate::record::cell::{self, BOUNDS};

/// Where the bucket is cut, and which one it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Edge {
    seconds: f64,
    bucket: usize,
}

impl Edge {
    /// The edge in these cells of the function: its calls may have one, its items have none.
    pub(crate) fn of(function: &Function, cells: u32) -> Option<Edge> {
        let nanos = function.objective.latency_nanos;
        if nanos == 0 || cells != function.cells {
            return None;
        }
        Some(Edge { seconds: nanos as f64 / 1e9, bucket: cell::cut(nanos)? })
    }

    /// All bounds, this one among them.
    pub(crate) fn bounds(self) -> [f64; BOUNDS.len() + 1] {
        std::array::from_fn(|index| match index.checked_sub(self.bucket) {
            None => BOUNDS[index],
            Some(0) => self.seconds,
            Some(_) => BOUNDS[index - 1],
        })
    }

    /// The counts by bucket, of which the last was counted apart.
    pub(crate) fn counts(self, mut words: [u64; cell::ENDED]) -> [u64; cell::ENDED] {
        if let Some(from_the_cut_on) = words.get_mut(self.bucket + 1..) {
            from_the_cut_on.rotate_right(1);
        }
        words
    }

    /// The examples by bucket.
    pub(crate) fn examples(self, all: &exemplar::All) -> [Option<Exemplar>; BUCKETS + 1] {
        std::array::from_fn(|index| {
            let example = all.get(index - usize::from(index > self.bucket)).copied().flatten();
            let is_beyond = |it: &Exemplar| it.value > self.seconds;
            match index.checked_sub(self.bucket) {
                Some(0) => example.filter(|it| !is_beyond(it)),
                Some(1) => example.filter(is_beyond),
                _ => example,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{NO_CELLS, Objective};

    fn edge(latency_nanos: u64, cells: u32) -> Option<Edge> {
        let objective = Objective::new(0, latency_nanos, 990_000);
        let function =
            Function { function: "f", module: "m", cells: 24, items: NO_CELLS, objective };
        Edge::of(&function, cells)
    }

    #[test]
    fn only_an_objective_between_the_bounds_is_an_edge_and_only_for_calls() {
        assert_eq!(edge(0, 24), None);
        assert_eq!(edge(250_000_000, 24), None);
        assert_eq!(edge(300_000_000, 48), None);
        assert_eq!(edge(300_000_000, 24), Some(Edge { seconds: 0.3, bucket: 11 }));
    }

    #[test]
    fn bounds_rise_and_counts_and_examples_go_with_them() {
        for (nanos, at) in [(1_000, 0), (300_000_000, 11), (4_000_000_000, 13), (9_000_000_000, 14)]
        {
            let edge = edge(nanos, 24).unwrap();
            let bounds = edge.bounds();
            assert!(bounds.windows(2).all(|pair| pair[0] < pair[1]), "{bounds:?}");
            assert_eq!(bounds[at], nanos as f64 / 1e9);
            let words = std::array::from_fn(|index| if index == 15 { 100 } else { index as u64 });
            let counts = edge.counts(words);
            assert_eq!(counts[at + 1], 100);
            let others = counts.into_iter().filter(|count| *count != 100);
            assert_eq!(others.collect::<Vec<_>>(), (0..15).collect::<Vec<u64>>());
        }
        let edge = edge(300_000_000, 24).unwrap();
        for (seconds, bucket) in [(0.2, 10), (0.3, 11), (0.31, 12), (0.6, 13), (9.0, 15)] {
            let mut all = exemplar::All::default();
            let example = Exemplar { value: seconds, trace_id: 1, span_id: 2, unix_nanos: 3 };
            all[exemplar::bucket(&BOUNDS, seconds)] = Some(example);
            let found: Vec<usize> = (0..=BUCKETS)
                .filter(|index| edge.examples(&all).get(*index).is_some_and(Option::is_some))
                .collect();
            assert_eq!(found, [bucket], "{seconds}");
        }
    }
}
