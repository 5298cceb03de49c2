//! Observations by size, as plain data: what native histograms and summaries are told as.
//!
//! Adds, takes off and reads quantiles. Where the buckets are counted is `native`'s affair; who
//! writes them is that of `metrics` and `export`.

/// Observations by size: each power of two is cut into `2^SCALE` buckets.
///
/// Bucket `i` holds what is above `base^i` and at most `base^(i+1)`, where `base` is
/// `2^(2^-SCALE)`: OpenTelemetry's numbers. Prometheus's are one higher.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Exponential {
    /// Observations that are next to nothing: at most [`Exponential::ZERO`], below zero or above.
    pub(crate) zero: u64,
    /// Those above zero: bucket and count, rising, none empty.
    pub(crate) positive: Vec<(i32, u64)>,
    /// Those below zero, by their size.
    pub(crate) negative: Vec<(i32, u64)>,
}

impl Exponential {
    /// OpenTelemetry's `scale`, Prometheus's `schema`: buckets are 4.4 % wide.
    pub(crate) const SCALE: i8 = 4;
    /// The largest size that counts as zero: 2^-32.
    pub(crate) const ZERO: f64 = 1.0 / (1u64 << 32) as f64;

    /// All observations.
    pub(crate) fn total(&self) -> u64 {
        let buckets = self.positive.iter().chain(&self.negative);
        buckets.fold(self.zero, |total, (_, count)| total.wrapping_add(*count))
    }

    /// Nothing, in the same memory.
    pub(crate) fn clear(&mut self) {
        self.zero = 0;
        self.positive.clear();
        self.negative.clear();
    }

    /// Adds what another has.
    pub(crate) fn add(&mut self, other: &Exponential) {
        self.zero = self.zero.wrapping_add(other.zero);
        combine(&mut self.positive, &other.positive, u64::wrapping_add);
        combine(&mut self.negative, &other.negative, u64::wrapping_add);
    }

    /// Takes off what there was before.
    pub(crate) fn take_off(&mut self, earlier: &Exponential) {
        self.zero = self.zero.saturating_sub(earlier.zero);
        combine(&mut self.positive, &earlier.positive, u64::saturating_sub);
        combine(&mut self.negative, &earlier.negative, u64::saturating_sub);
    }

    /// The value that this share of the observations is at most: the geometric middle of its
    /// bucket, which is off by 2.2 % at most. NaN when there are none.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        let total = self.total();
        if total == 0 {
            return f64::NAN;
        }
        // The observation of this rank, from 1 on.
        let rank = ((share * total as f64).ceil() as u64).clamp(1, total);
        let middle = |number: i32| ((f64::from(number) + 0.5) / f64::from(1 << Self::SCALE)).exp2();
        let below = self.negative.iter().rev().map(|(number, count)| (-middle(*number), *count));
        let above = self.positive.iter().map(|(number, count)| (middle(*number), *count));
        let mut seen = 0u64;
        for (value, count) in below.chain([(0.0, self.zero)]).chain(above) {
            seen = seen.saturating_add(count);
            if seen >= rank {
                return value;
            }
        }
        f64::NAN
    }
}

/// Puts two lists of buckets together; what becomes empty is left out.
fn combine(into: &mut Vec<(i32, u64)>, other: &[(i32, u64)], how: fn(u64, u64) -> u64) {
    if other.is_empty() {
        return;
    }
    let mine = std::mem::take(into);
    let (mut mine, mut other) = (mine.into_iter().peekable(), other.iter().copied().peekable());
    loop {
        let number = match (mine.peek(), other.peek()) {
            (None, None) => break,
            (Some((number, _)), None) | (None, Some((number, _))) => *number,
            (Some((one, _)), Some((another, _))) => *one.min(another),
        };
        let next = |list: &mut dyn FnMut() -> Option<(i32, u64)>| list().map_or(0, |(_, n)| n);
        let one = next(&mut || mine.next_if(|(known, _)| *known == number));
        let another = next(&mut || other.next_if(|(known, _)| *known == number));
        let count = how(one, another);
        if count != 0 {
            into.push((number, count));
        }
    }
}

#[cfg(all(test, not(plimsoll_loom)))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_added_can_be_taken_off(one in some(), another in some()) {
            let mut sum = one.clone();
            sum.add(&another);
            prop_assert_eq!(sum.total(), one.total() + another.total());
            prop_assert!(sum.positive.is_sorted_by_key(|(number, _)| *number));
            let mut other = another.clone();
            other.add(&one);
            prop_assert_eq!(&sum, &other);
            sum.take_off(&another);
            prop_assert_eq!(sum, one);
        }
    }

    fn some() -> impl Strategy<Value = Exponential> {
        let side = || proptest::collection::btree_map(-512..512, 1..1000u64, 0..20);
        (0..100u64, side(), side()).prop_map(|(zero, positive, negative)| Exponential {
            zero,
            positive: positive.into_iter().collect(),
            negative: negative.into_iter().collect(),
        })
    }
}
