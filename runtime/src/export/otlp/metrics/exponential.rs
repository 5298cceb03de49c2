//! Exponential histograms as OTLP wants them: no more than 160 buckets a side, without gaps.
//!
//! Two buckets become one until they fit: each step down in scale. Pure.

use crate::metrics::family::Exponential;

/// Buckets a side at most, OpenTelemetry's default.
const MOST: usize = 160;

/// Buckets of one side, without gaps.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Side {
    /// The number of the first bucket.
    pub(super) offset: i32,
    pub(super) counts: Vec<u64>,
}

/// The scale at which both sides fit, and the sides at that scale.
pub(super) fn fit(exponential: &Exponential) -> (i8, Side, Side) {
    let mut shift = 0;
    while [&exponential.positive, &exponential.negative]
        .into_iter()
        .any(|it| width(it, shift) > MOST)
    {
        shift += 1;
    }
    let [positive, negative] =
        [&exponential.positive, &exponential.negative].map(|it| dense(it, shift));
    (Exponential::SCALE - shift as i8, positive, negative)
}

/// How many buckets a side spans when each index is halved this often.
fn width(side: &[(i32, u64)], shift: u32) -> usize {
    match side {
        [] => 0,
        [(first, _), .., (last, _)] => ((last >> shift) - (first >> shift)) as usize + 1,
        [_] => 1,
    }
}

fn dense(side: &[(i32, u64)], shift: u32) -> Side {
    let Some((first, _)) = side.first() else { return Side::default() };
    let offset = first >> shift;
    let mut counts = vec![0; width(side, shift)];
    for (index, count) in side {
        if let Some(place) = counts.get_mut(((index >> shift) - offset) as usize) {
            *place += count;
        }
    }
    Side { offset, counts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_fits_keeps_its_scale() {
        let positive = vec![(-3, 1), (0, 2), (156, 4)];
        let exponential = Exponential { zero: 1, positive, negative: vec![(7, 9)] };
        let (scale, positive, negative) = fit(&exponential);
        assert_eq!(scale, Exponential::SCALE);
        assert_eq!((positive.offset, positive.counts.len()), (-3, 160));
        assert_eq!((positive.counts[0], positive.counts[3], positive.counts[159]), (1, 2, 4));
        assert_eq!(negative, Side { offset: 7, counts: vec![9] });
    }

    #[test]
    fn neighbours_share_a_bucket_of_the_next_scale() {
        // One too many: (-4, -3] and (-3, -2] are one at half the resolution.
        let positive = vec![(-4, 1), (-3, 2), (156, 4)];
        let (scale, positive, _) = fit(&Exponential { zero: 0, positive, negative: Vec::new() });
        assert_eq!(scale, Exponential::SCALE - 1);
        assert_eq!((positive.offset, positive.counts[0], positive.counts[80]), (-2, 3, 4));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_everything_fits(
            counts in prop::collection::btree_map(-20_000..20_000_i32, 1..1000_u64, 0..50),
        ) {
            let positive: Vec<(i32, u64)> = counts.into_iter().collect();
            let total: u64 = positive.iter().map(|(_, count)| count).sum();
            let (scale, side, _) =
                fit(&Exponential { zero: 0, positive: positive.clone(), negative: Vec::new() });
            prop_assert!(side.counts.len() <= MOST);
            prop_assert_eq!(side.counts.iter().sum::<u64>(), total);
            // Each observation is within the bounds of the bucket that has it now.
            let shift = (Exponential::SCALE - scale) as u32;
            for (index, count) in positive {
                let bucket = ((index >> shift) - side.offset) as usize;
                prop_assert!(side.counts[bucket] >= count);
            }
        }
    }
}
