//! How long a tick is, by comparing the processor's counter with the system's clock.
//!
//! Only arithmetic on readings: `clock` takes them, and tells everybody the rate. A base line of one
//! to two minutes lets drift show and noise vanish. What breaks it, a machine that slept or moved to
//! another host, is told from drift by the last interval alone.

/// What the two clocks said at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reading {
    pub(super) ticks: u64,
    /// The system's monotonic clock, in nanoseconds.
    pub(super) nanos: u64,
    /// By how many nanoseconds the moments may have differed.
    pub(super) blur: u64,
}

/// Nanoseconds a tick, as a 32.32 fixed-point number.
pub(super) type Rate = u64;

/// A rate that moved by more than this from one comparison to the next is a new one, not drift.
const DRIFT: f64 = 100e-6;
/// Totals keep their rate until it is wrong by this much: counters must not fall.
const TOTALS: f64 = 900e-6;
/// Two readings that are closer say nothing, in nanoseconds.
const CLOSE: u64 = 1_000_000;
/// Half of the longest base line, in nanoseconds.
const HALF: u64 = 60_000_000_000;

/// The rate, and what it was found from.
#[derive(Debug)]
pub(super) struct Calibration {
    rate: Rate,
    totals: Rate,
    /// Where the base line begins, and will begin once it is too long.
    first: Reading,
    middle: Reading,
    last: Reading,
    /// The rate of the last interval when that was not the rate so far.
    odd: Option<Rate>,
    breaks: u64,
}

impl Calibration {
    /// From two readings; none when the counter did not run between them.
    pub(super) fn new(first: Reading, second: Reading) -> Option<Calibration> {
        let rate = between(first, second)?;
        Some(Calibration {
            rate,
            totals: rate,
            first,
            middle: first,
            last: second,
            odd: None,
            breaks: 0,
        })
    }

    pub(super) fn rate(&self) -> Rate {
        self.rate
    }

    /// The rate for sums of many durations, which stays as it is while it is about right.
    pub(super) fn totals(&self) -> Rate {
        self.totals
    }

    /// How often the base line was given up.
    pub(super) fn breaks(&self) -> u64 {
        self.breaks
    }

    /// The largest error that the blur of the two readings explains, as a share.
    pub(super) fn error(first: Reading, second: Reading) -> f64 {
        let nanos = second.nanos.saturating_sub(first.nanos).max(1);
        (first.blur + second.blur) as f64 / nanos as f64
    }

    /// Takes a later reading into account.
    pub(super) fn compare(&mut self, now: Reading) {
        let before = self.last;
        if now.nanos.saturating_sub(before.nanos) < CLOSE {
            return;
        }
        self.last = now;
        let near = |one: Rate, other: Rate| {
            let apart = (one as f64 - other as f64).abs() / other as f64;
            apart <= DRIFT + Calibration::error(before, now)
        };
        match between(before, now) {
            Some(recent) if near(recent, self.rate) => {
                self.odd = None;
                self.rate = between(self.first, now).unwrap_or(self.rate);
                if now.nanos - self.middle.nanos >= HALF {
                    self.first = self.middle;
                    self.middle = now;
                }
            }
            Some(recent) if self.odd.is_some_and(|odd| near(recent, odd)) => {
                // Twice the same: it is the rate from now on, and the base line begins before.
                self.odd = None;
                self.rate = recent;
            }
            recent => {
                // The machine slept or moved. If it moved, the next interval shows where to.
                self.odd = recent;
                self.first = now;
                self.middle = now;
                self.breaks += 1;
            }
        }
        if (self.rate as f64 - self.totals as f64).abs() > TOTALS * self.totals as f64 {
            self.totals = self.rate;
        }
    }
}

fn between(first: Reading, second: Reading) -> Option<Rate> {
    let ticks = second.ticks.checked_sub(first.ticks).filter(|ticks| *ticks > 0)?;
    let nanos = second.nanos.checked_sub(first.nanos)?;
    let rate = (u128::from(nanos) << 32) / u128::from(ticks);
    u64::try_from(rate).ok().filter(|rate| *rate > 0)
}

/// The ticks in nanoseconds.
pub(super) fn nanos(ticks: u64, rate: Rate) -> u64 {
    ((u128::from(ticks) * u128::from(rate)) >> 32) as u64
}

/// The nanoseconds in ticks.
pub(super) fn ticks(nanos: u64, rate: Rate) -> u64 {
    u64::try_from((u128::from(nanos) << 32) / u128::from(rate.max(1))).unwrap_or(u64::MAX)
}

/// The wall clock at a tick, in nanoseconds since 1970, when it was `unix` at the tick `anchor`.
pub(super) fn unix_nanos(tick: u64, anchor: u64, unix: i64, rate: Rate) -> u64 {
    /// No tick is read so long after the anchor: the counter began again in between.
    const HOUR: u64 = 3_600_000_000_000;
    let at = if tick < anchor {
        unix.saturating_sub_unsigned(nanos(anchor - tick, rate))
    } else {
        let after = nanos(tick - anchor, rate);
        if after > HOUR { unix } else { unix.saturating_add_unsigned(after) }
    };
    at.max(0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;
    const MINUTE: u64 = 60 * SECOND;

    /// A machine with two clocks.
    struct Machine {
        ticks: f64,
        nanos: u64,
        /// Ticks a nanosecond.
        speed: f64,
    }

    impl Machine {
        fn new(speed: f64) -> (Machine, Calibration) {
            let mut machine = Machine { ticks: 5e15, nanos: 7 * SECOND, speed };
            let first = machine.reading();
            machine.run(2_000_000);
            let second = machine.reading();
            (machine, Calibration::new(first, second).unwrap())
        }

        fn reading(&self) -> Reading {
            Reading { ticks: self.ticks as u64, nanos: self.nanos, blur: 50 }
        }

        fn run(&mut self, nanos: u64) {
            self.ticks += nanos as f64 * self.speed;
            self.nanos += nanos;
        }

        /// Compares once a second.
        fn watch(&mut self, calibration: &mut Calibration, nanos: u64) {
            for _ in 0..nanos / SECOND {
                self.run(SECOND);
                calibration.compare(self.reading());
            }
        }

        /// By how much a second is wrong now, in millionths.
        fn wrong(&self, calibration: &Calibration) -> f64 {
            let nanos = nanos((self.speed * 1e9) as u64, calibration.rate());
            (nanos as f64 - 1e9).abs() / 1e3
        }
    }

    #[test]
    fn drift_is_followed_and_is_no_break() {
        let (mut machine, mut calibration) = Machine::new(2.1);
        for drift in [50e-6, -45e-6, 50e-6] {
            machine.speed = 2.1 * (1.0 + drift);
            machine.watch(&mut calibration, 3 * MINUTE);
            assert!(machine.wrong(&calibration) < 1.0, "{drift}: {calibration:?}");
        }
        // Slowly, but far: ten millionths more each minute.
        for _ in 0..100 {
            machine.speed *= 1.0 + 10e-6;
            machine.watch(&mut calibration, MINUTE);
            assert!(machine.wrong(&calibration) < 25.0, "{calibration:?}");
        }
        assert_eq!(calibration.breaks(), 0);
    }

    #[test]
    fn a_rate_that_changed_for_good_is_taken_within_three_comparisons() {
        for speed in [2.1 * (1.0 + 150e-6), 2.1 * (1.0 - 500e-6), 3.0, 0.024] {
            let (mut machine, mut calibration) = Machine::new(2.1);
            machine.watch(&mut calibration, 5 * MINUTE);
            machine.speed = speed;
            machine.watch(&mut calibration, 3 * SECOND);
            assert!(machine.wrong(&calibration) < 1.0, "{speed}: {calibration:?}");
            machine.watch(&mut calibration, 5 * MINUTE);
            assert!(machine.wrong(&calibration) < 1.0, "{speed}: {calibration:?}");
            assert_eq!(calibration.breaks(), 1);
        }
    }

    #[test]
    fn a_change_between_two_comparisons_is_taken_too() {
        let (mut machine, mut calibration) = Machine::new(2.1);
        machine.watch(&mut calibration, MINUTE);
        machine.run(SECOND / 3);
        machine.speed = 2.6;
        machine.watch(&mut calibration, 4 * SECOND);
        assert!(machine.wrong(&calibration) < 1.0, "{calibration:?}");
    }

    #[test]
    fn a_bad_start_is_mended() {
        let (mut machine, _) = Machine::new(2.1);
        let first = machine.reading();
        machine.run(2_000_000);
        // The thread lost the processor between the two clocks.
        let late = Reading { nanos: machine.nanos + 3_000, ..machine.reading() };
        let mut calibration = Calibration::new(first, late).unwrap();
        assert!(machine.wrong(&calibration) > 1_000.0);
        machine.watch(&mut calibration, 3 * SECOND);
        assert!(machine.wrong(&calibration) < 1.0, "{calibration:?}");
    }

    #[test]
    fn a_machine_that_slept_keeps_its_rate() {
        // The counter went on; it stood; it began again.
        let sleeps: [fn(&mut Machine); 3] = [
            |machine| machine.ticks += 3600e9 * machine.speed,
            |machine| machine.nanos += 3600 * SECOND,
            |machine| machine.ticks = 12.0,
        ];
        for sleep in sleeps {
            let (mut machine, mut calibration) = Machine::new(2.1);
            machine.watch(&mut calibration, 5 * MINUTE);
            sleep(&mut machine);
            for _ in 0..10 {
                machine.watch(&mut calibration, SECOND);
                assert!(machine.wrong(&calibration) < 1.0, "{calibration:?}");
            }
            assert_eq!(calibration.breaks(), 1);
        }
    }

    #[test]
    fn a_blurred_reading_is_no_break() {
        let (mut machine, mut calibration) = Machine::new(2.1);
        machine.watch(&mut calibration, MINUTE);
        machine.run(SECOND);
        let blurred = machine.nanos + 400_000;
        calibration.compare(Reading { nanos: blurred, blur: 500_000, ..machine.reading() });
        machine.watch(&mut calibration, 3 * MINUTE);
        assert!(machine.wrong(&calibration) < 1.0, "{calibration:?}");
        assert_eq!(calibration.breaks(), 0);
    }

    #[test]
    fn readings_of_two_threads_at_one_moment_change_nothing() {
        let (mut machine, mut calibration) = Machine::new(2.1);
        for _ in 0..1000 {
            machine.run(3_000_000);
            let early = machine.reading();
            machine.run(300);
            calibration.compare(machine.reading());
            calibration.compare(machine.reading());
            // Taken before, and waited for the lock.
            calibration.compare(early);
        }
        assert!(machine.wrong(&calibration) < 50.0, "{calibration:?}");
        assert_eq!(calibration.breaks(), 0);
    }

    #[test]
    fn totals_do_not_fall_while_the_clock_drifts() {
        let (mut machine, mut calibration) = Machine::new(2.1);
        let mut total = 0;
        for minute in 0..200_u32 {
            machine.speed = 2.1 * (1.0 + f64::from(minute % 7) * 90e-6);
            machine.watch(&mut calibration, MINUTE);
            // Nothing was called meanwhile.
            let now = nanos(1 << 50, calibration.totals());
            assert!(now >= total, "{minute}");
            total = now;
        }
        // A rate that is quite another is taken for totals as well.
        machine.speed = 2.1 * 1.01;
        machine.watch(&mut calibration, 3 * SECOND);
        assert_eq!(calibration.totals(), calibration.rate());
    }

    #[test]
    fn the_wall_clock_at_a_tick() {
        let rate = 1 << 31;
        let unix = 1_700_000_000 * SECOND as i64;
        let at = |tick| unix_nanos(tick, 1_000_000, unix, rate) as i64 - unix;
        assert_eq!(at(1_000_000), 0);
        assert_eq!(at(1_000_100), 50);
        assert_eq!(at(999_900), -50);
        // Ticks from before the counter began again do not lie years ahead.
        assert_eq!(at(u64::MAX / 2), 0);
        assert_eq!(unix_nanos(0, u64::MAX, unix, u64::MAX), 0);
    }
}
