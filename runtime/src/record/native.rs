//! Observations in exponential buckets: what native histograms and summaries are made of.
//!
//! Each power of two from 2^-32 to 2^32 is cut into sixteen, as OpenTelemetry's scale 4 does. What is
//! smaller than that is next to nothing, what is larger is in the last bucket. A thread has a
//! [`Fine`] for each series that it has observed, and in it sixteen counters for each power of two
//! that came up: both are made when they are first needed, and kept with the thread's shard.
//!
//! That is some 550 bytes and 128 for each power of two, below zero and above: about a kilobyte a
//! thread and series where durations are alike, nine at most, and eighteen where values of both signs
//! go through all sizes. Called by `ending`, `sample` and `metrics::http`; read by `shard`.

use std::sync::atomic::Ordering;

pub(crate) use super::exponential::Exponential;
pub(crate) use super::sample::Pen;
use super::sync::{AtomicPtr, AtomicU64, fence};

/// Buckets of one power of two.
const PLACES: usize = 16;
/// Powers of two that have buckets.
const OCTAVES: usize = 64;
/// The smallest of them is 2^-32.
const LOWEST: i32 = -32;

/// Where the buckets of 1 to 2 begin: `2^(i/16)` as the 52 bits behind the point, cut off. None but
/// the first is a number that an `f64` can be, so what is above it is above the bits. The last ends
/// every search.
const EDGES: [u64; PLACES + 1] = [
    0x0_0000_0000_0000,
    0x0_b558_6cf9_890f,
    0x1_72b8_3c7d_517a,
    0x2_387a_6e75_6238,
    0x3_06fe_0a31_b715,
    0x3_dea6_4c12_3422,
    0x4_bfda_d536_2a27,
    0x5_ab07_dd48_5429,
    0x6_a09e_667f_3bcc,
    0x7_a114_73eb_0186,
    0x8_ace5_422a_a0db,
    0x9_c491_82a3_f090,
    0xa_e89f_995a_d3ad,
    0xc_199b_dd85_529c,
    0xd_5818_dcfb_a487,
    0xe_a4af_a2a4_90d9,
    u64::MAX,
];

const MANTISSA: u32 = 52;
const MANTISSAS: u64 = (1 << MANTISSA) - 1;
/// So many of its bits choose an entry of [`FIRST`].
const TOP: u32 = 5;

/// For each range of mantissas, how many edges all of them are above. No range has two edges in it.
const FIRST: [u8; 1 << TOP] = {
    let mut first = [0; 1 << TOP];
    let mut range = 0;
    while range < first.len() {
        let (begin, end) =
            ((range as u64) << (MANTISSA - TOP), (range as u64 + 1) << (MANTISSA - TOP));
        let mut edge = 0;
        while EDGES[edge] < begin {
            edge += 1;
        }
        assert!(edge == PLACES || EDGES[edge + 1] >= end, "two edges in one range");
        first[range] = edge as u8;
        range += 1;
    }
    first
};

/// The bucket of a size, from 0 on; below 0 for what is next to nothing. The size's sign is off.
#[inline(always)]
fn position(size: u64) -> i32 {
    let mantissa = size & MANTISSAS;
    let exponent = (size >> MANTISSA) as i32 - 1023;
    let first = usize::from(FIRST[(mantissa >> (MANTISSA - TOP)) as usize]);
    let edges = first as i32 + i32::from(mantissa > EDGES[first]);
    let position = (exponent - LOWEST) * PLACES as i32 + edges - 1;
    position.min((OCTAVES * PLACES) as i32 - 1)
}

/// OpenTelemetry's number of the bucket at a position.
fn number(position: usize) -> i32 {
    position as i32 + LOWEST * PLACES as i32
}

/// The counters of one power of two, in cache lines of their own.
#[derive(Default)]
#[repr(align(64))]
struct Octave([AtomicU64; PLACES]);

/// What is on one side of zero.
struct Side {
    /// A bit for each octave that is there.
    known: AtomicU64,
    octaves: [AtomicPtr<Octave>; OCTAVES],
}

/// What one thread observed in one series; or all threads, where they share it.
#[derive(Default)]
#[repr(align(64))]
pub(crate) struct Fine {
    zero: AtomicU64,
    positive: Side,
    /// Durations have none.
    negative: AtomicPtr<Side>,
}

impl Default for Side {
    fn default() -> Side {
        Side {
            known: AtomicU64::new(0),
            octaves: std::array::from_fn(|_| AtomicPtr::new(std::ptr::null_mut())),
        }
    }
}

/// What a pointer leads to, made at first. Never freed.
#[inline(always)]
fn made<T: Default>(place: &AtomicPtr<T>) -> (&T, bool) {
    // SAFETY: whoever stored a pointer here leaked what it leads to.
    match unsafe { place.load(Ordering::Acquire).as_ref() } {
        Some(known) => (known, false),
        None => (make(place), true),
    }
}

#[cold]
#[inline(never)]
fn make<T: Default>(place: &AtomicPtr<T>) -> &T {
    let new = Box::into_raw(Box::<T>::default());
    let null = std::ptr::null_mut();
    // Threads that end share a shard, and a signal's handler may have come between.
    match place.compare_exchange(null, new, Ordering::AcqRel, Ordering::Acquire) {
        // SAFETY: it was just leaked.
        Ok(_) => unsafe { &*new },
        Err(theirs) => {
            // SAFETY: nobody else has seen it.
            drop(unsafe { Box::from_raw(new) });
            // SAFETY: not null, so it was leaked by whoever stored it.
            unsafe { &*theirs }
        }
    }
}

/// What a pointer leads to, if anything.
fn known<T>(place: &AtomicPtr<T>) -> Option<&T> {
    // SAFETY: whoever stored a pointer here leaked what it leads to.
    unsafe { place.load(Ordering::Acquire).as_ref() }
}

/// Counts one, after everything else that the caller has counted.
#[inline(always)]
fn count(word: &AtomicU64, pen: Pen) {
    match pen {
        Pen::Own => word.store(word.load(Ordering::Relaxed).wrapping_add(1), Ordering::Release),
        Pen::Shared => {
            word.fetch_add(1, Ordering::Release);
        }
    }
}

/// Counts an observation in the series of this place.
#[inline(always)]
pub(crate) fn observe(place: &AtomicPtr<Fine>, pen: Pen, value: f64) {
    made(place).0.observe(pen, value);
    // Whoever sees what is counted next elsewhere, and has a fence, sees this here.
    fence(Ordering::Release);
}

/// Reads the series of this place, if anything was observed in it.
pub(crate) fn read(place: &AtomicPtr<Fine>, into: &mut Exponential) {
    into.clear();
    if let Some(fine) = known(place) {
        fine.read(into);
    }
}

/// Forgets what was observed in the series of this place, and keeps its memory. Nobody writes there.
#[cfg(feature = "testing")]
pub(super) fn clear(place: &AtomicPtr<Fine>) {
    if let Some(fine) = known(place) {
        fine.zero.store(0, Ordering::Relaxed);
        fine.positive.clear();
        if let Some(negative) = known(&fine.negative) {
            negative.clear();
        }
    }
}

/// The memory of the series of these places, and of the places.
pub(super) fn bytes(places: &[AtomicPtr<Fine>]) -> usize {
    size_of_val(places) + places.iter().filter_map(known).map(Fine::bytes).sum::<usize>()
}

impl Fine {
    /// A number, please: what is none has no size.
    #[inline(always)]
    fn observe(&self, pen: Pen, value: f64) {
        let bits = value.to_bits();
        match usize::try_from(position(bits & !(1 << 63))) {
            Err(_) => count(&self.zero, pen),
            Ok(position) if bits >> 63 == 0 => self.positive.observe(pen, position),
            Ok(position) => made(&self.negative).0.observe(pen, position),
        }
    }

    /// The memory of it, and of the buckets that were made so far.
    fn bytes(&self) -> usize {
        let octaves = |side: &Side| side.known.load(Ordering::Relaxed).count_ones() as usize;
        let negative = known(&self.negative);
        let octaves = octaves(&self.positive) + negative.map_or(0, octaves);
        size_of::<Fine>() + negative.map_or(0, size_of_val) + octaves * size_of::<Octave>()
    }

    fn read(&self, into: &mut Exponential) {
        into.zero = self.zero.load(Ordering::Acquire);
        self.positive.read(&mut into.positive);
        if let Some(negative) = known(&self.negative) {
            negative.read(&mut into.negative);
        }
    }
}

impl Side {
    #[inline(always)]
    fn observe(&self, pen: Pen, position: usize) {
        let (octave, place) = (position / PLACES % OCTAVES, position % PLACES);
        let (Octave(counters), is_new) = made(&self.octaves[octave]);
        if is_new {
            self.known.fetch_or(1 << octave, Ordering::Release);
        }
        count(&counters[place], pen);
    }

    #[cfg(feature = "testing")]
    fn clear(&self) {
        for Octave(counters) in self.octaves.iter().filter_map(known) {
            counters.iter().for_each(|counter| counter.store(0, Ordering::Relaxed));
        }
    }

    fn read(&self, into: &mut Vec<(i32, u64)>) {
        let mut octaves = self.known.load(Ordering::Acquire);
        while octaves != 0 {
            let octave = octaves.trailing_zeros() as usize;
            octaves &= octaves - 1;
            let Some(Octave(counters)) = known(&self.octaves[octave]) else { continue };
            for (place, counter) in counters.iter().enumerate() {
                let count = counter.load(Ordering::Acquire);
                if count != 0 {
                    into.push((number(octave * PLACES + place), count));
                }
            }
        }
    }
}

/// Reads a series in fine buckets and in coarse ones, so that both hold the same observations.
///
/// `coarse` reads the coarse ones, and says how many they are; whoever observes counts there first.
/// So they are read between two looks at the fine ones: the first saw no more than they hold, and
/// the second, after the moment that a writer takes for its next step, no less. Of what came between
/// the two looks, as many are taken as the coarse ones hold. No bucket ever falls from one reading
/// to the next. Only where a thread was stopped between its two steps, and stays so, one is missing.
pub(crate) fn read_both(
    place: &AtomicPtr<Fine>,
    coarse: impl FnOnce() -> u64,
    [into, later]: [&mut Exponential; 2],
) {
    /// Looks until a writer has come to its next step.
    const LOOKS: usize = if cfg!(plimsoll_loom) { 2 } else { 100 };
    read(place, into);
    let observations = coarse();
    fence(Ordering::Acquire);
    let Some(mut missing) = observations.checked_sub(into.total()).filter(|some| *some != 0) else {
        return;
    };
    for _ in 0..LOOKS {
        read(place, later);
        if later.total() >= observations {
            break;
        }
        std::hint::spin_loop();
    }
    let mut raise = |low: u64, high: u64| {
        let more = missing.min(high.saturating_sub(low));
        missing -= more;
        low + more
    };
    into.zero = raise(into.zero, later.zero);
    for (low, high) in
        [(&mut into.positive, &later.positive), (&mut into.negative, &later.negative)]
    {
        let before = std::mem::take(low);
        let mut before = before.iter().peekable();
        for (number, count) in high {
            let known = before.next_if(|(known, _)| known == number).map_or(0, |(_, count)| *count);
            let raised = raise(known, *count);
            if raised != 0 {
                low.push((*number, raised));
            }
        }
    }
}

#[cfg(all(test, not(plimsoll_loom)))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `a * b`, as digits of 32 bits, the lowest first.
    fn times(a: &[u32], b: &[u32]) -> Vec<u32> {
        let mut product = vec![0; a.len() + b.len()];
        for (shift, one) in a.iter().enumerate() {
            let mut carry = 0;
            for (at, another) in b.iter().enumerate() {
                let sum =
                    u64::from(*one) * u64::from(*another) + u64::from(product[shift + at]) + carry;
                product[shift + at] = sum as u32;
                carry = sum >> 32;
            }
            product[shift + b.len()] = carry as u32;
        }
        product
    }

    /// Whether `m^16`, `m` a fraction of 52 bits from 1 to 2, is at most `2^power`.
    fn is_at_most(mantissa: u64, power: usize) -> bool {
        let whole = (1 << MANTISSA) + mantissa;
        let mut product = vec![whole as u32, (whole >> 32) as u32];
        for _ in 0..4 {
            product = times(&product, &product);
        }
        let bit = 16 * MANTISSA as usize + power;
        let mut limit = vec![0; product.len()];
        limit[bit / 32] = 1 << (bit % 32);
        product.iter().rev().le(limit.iter().rev())
    }

    #[test]
    fn edges_are_exact() {
        for (power, edge) in EDGES[..PLACES].iter().enumerate() {
            assert!(is_at_most(*edge, power), "the edge {power} is too high");
            assert!(!is_at_most(edge + 1, power), "the edge {power} is too low");
        }
    }

    fn one(value: f64) -> Exponential {
        let place = AtomicPtr::default();
        observe(&place, Pen::Own, value);
        let mut seen = Exponential::default();
        read(&place, &mut seen);
        seen
    }

    /// The last number that is not above `2^(number/16)`.
    fn edge(number: i32) -> f64 {
        let (octave, place) = (number.div_euclid(PLACES as i32), number.rem_euclid(PLACES as i32));
        f64::from_bits(((octave + 1023) as u64) << MANTISSA | EDGES[place as usize])
    }

    #[test]
    fn around_every_edge_the_bucket_is_the_one_of_the_rule() {
        let (lowest, highest) = (number(0), number(OCTAVES * PLACES - 1));
        for number in lowest..=highest {
            // At most the upper edge of the bucket before, and above it.
            let before = edge(number);
            assert_eq!(one(before.next_up()).positive, [(number, 1)]);
            assert_eq!(one(-before.next_up()).negative, [(number, 1)]);
            let upper = edge(number + 1);
            for value in [upper.next_down(), upper] {
                assert_eq!(one(value).positive, [(number, 1)], "{value}");
            }
        }
        for nothing in [0.0, -0.0, f64::MIN_POSITIVE, 1e-310, Exponential::ZERO, -Exponential::ZERO]
        {
            assert_eq!(one(nothing), Exponential { zero: 1, ..Exponential::default() });
        }
        for large in [edge(highest + 1).next_up(), 1e300, f64::MAX, f64::INFINITY] {
            assert_eq!(one(large).positive, [(highest, 1)]);
            assert_eq!(one(-large).negative, [(highest, 1)]);
        }
    }

    proptest! {
        #[test]
        fn a_value_is_within_its_bucket(value in any::<f64>().prop_filter("a number", |v| !v.is_nan())) {
            let seen = one(value);
            prop_assert_eq!(seen.total(), 1);
            let size = value.abs();
            for (number, _) in seen.positive.iter().chain(&seen.negative) {
                prop_assert!(size > edge(*number));
                prop_assert!(size <= edge(number + 1) || *number == 511);
            }
            prop_assert_eq!(seen.zero == 1, size <= Exponential::ZERO);
            prop_assert!(seen.positive.is_empty() || value > 0.0);
            prop_assert!(seen.negative.is_empty() || value < 0.0);
        }
    }

    #[test]
    fn quantiles_of_both_signs_rise() {
        let place = AtomicPtr::default();
        for value in [-8.0, -1.0, 0.0, 1.0, 8.0] {
            observe(&place, Pen::Own, value);
        }
        let mut seen = Exponential::default();
        read(&place, &mut seen);
        let at = |share| seen.quantile(share);
        for (share, exact) in [(0.1, -8.0), (0.3, -1.0), (0.5, 0.0), (0.7, 1.0), (1.0, 8.0)] {
            assert!((at(share) - exact).abs() <= 0.022 * f64::abs(exact), "{share}: {}", at(share));
        }
        assert!(Exponential::default().quantile(0.5).is_nan());
    }

    #[test]
    fn threads_that_share_a_series_lose_nothing() {
        let place = AtomicPtr::default();
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let place = &place;
                scope.spawn(move || {
                    for step in 0..1000 {
                        observe(place, Pen::Shared, f64::from(step * (1 - thread % 2 * 2)));
                    }
                });
            }
        });
        let mut seen = Exponential::default();
        read(&place, &mut seen);
        let sum = |side: &[(i32, u64)]| side.iter().map(|(_, count)| count).sum::<u64>();
        assert_eq!((seen.zero, sum(&seen.positive), sum(&seen.negative)), (8, 3996, 3996));
    }

    #[test]
    fn both_readings_hold_the_same_while_somebody_counts() {
        let place = AtomicPtr::default();
        let count = |values: &[f64]| values.iter().for_each(|v| observe(&place, Pen::Own, *v));
        count(&[0.0, 1.5, 1.5, -3.0]);
        let mut found = [Exponential::default(), Exponential::default()];
        let [now, later] = &mut found;
        let coarse = || {
            count(&[9.0, 1.5, 0.0]);
            // What comes after is not in the coarse ones.
            count(&[100.0; 50]);
            7
        };
        read_both(&place, coarse, [now, later]);
        assert_eq!(now.total(), 7);
        // Every bucket holds what it held before, and no more than it holds at last.
        let mut grown = now.clone();
        grown.take_off(&one(0.0));
        grown.take_off(&one(-3.0));
        assert_eq!(grown.total(), 5);
        later.take_off(now);
        assert_eq!(later.total(), 50);
    }

    #[test]
    fn no_bucket_falls_while_a_thread_counts() {
        use std::sync::atomic::AtomicBool;
        struct Stop<'a>(&'a AtomicBool);
        impl Drop for Stop<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        let (place, coarse) = (AtomicPtr::default(), AtomicU64::new(0));
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut value = 1e-6;
                while !stop.load(Ordering::Relaxed) {
                    super::super::cell::add(&coarse, 1);
                    observe(&place, Pen::Own, value);
                    value = if value > 1.0 { 1e-6 } else { value * 1.07 };
                }
            });
            let _stop = Stop(&stop);
            let [mut before, mut now, mut later] = std::array::from_fn(|_| Exponential::default());
            for _ in 0..300 {
                let mut observations = 0;
                let coarse = || {
                    observations = coarse.load(Ordering::Relaxed);
                    observations
                };
                read_both(&place, coarse, [&mut now, &mut later]);
                // The writer may have been stopped between its two steps.
                assert!(observations - now.total() <= 1);
                let mut grown = now.clone();
                grown.take_off(&before);
                assert_eq!(grown.total(), now.total() - before.total(), "a bucket fell");
                std::mem::swap(&mut before, &mut now);
            }
        });
    }
}
