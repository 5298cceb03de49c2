//! The time of a line: when it is, and how that is written.
//!
//! RFC 3339 in UTC, with microseconds. The civil calendar by arithmetic, as no dependency is worth
//! these lines. The wall clock is asked a hundred times a second at most, and the processor's
//! counter in between. Called by `entry`, `event` and `json`.

use std::cell::Cell;

use super::line::Line;
use super::number::six_digits;
use crate::record::clock;

/// Nanoseconds for which the counter stands in for the wall clock. Who sets that is believed after
/// this time, and a wrong rate can't show.
const ANCHORED: u64 = 10_000_000;
/// The two clocks were read at one moment when no more nanoseconds passed between.
const MOMENT: u64 = 1_000;
/// A step back by less than this is an error of the counter's.
const NOISE: u64 = 1_000_000;

/// The clocks of one thread. All zero: nothing is known.
struct Clocks {
    /// The counter, and the wall clock then.
    tick: Cell<u64>,
    unix: Cell<u64>,
    /// The last answer.
    last: Cell<u64>,
}

thread_local! {
    static CLOCKS: Clocks =
        const { Clocks { tick: Cell::new(0), unix: Cell::new(0), last: Cell::new(0) } };
}

/// The wall clock, in nanoseconds since 1970. On one thread it goes back only when it was set.
#[inline]
pub(super) fn now() -> u64 {
    CLOCKS.with(|clocks| {
        let tick = clock::now();
        let passed = clock::nanos(tick.wrapping_sub(clocks.tick.get()));
        let unix = clocks.unix.get();
        let now = if passed < ANCHORED && unix != 0 {
            unix.saturating_add(passed)
        } else {
            clocks.ask(tick)
        };
        let last = clocks.last.get();
        let now = if last.wrapping_sub(now) < NOISE { last } else { now };
        clocks.last.set(now);
        now
    })
}

impl Clocks {
    #[cold]
    #[inline(never)]
    fn ask(&self, tick: u64) -> u64 {
        let unix = clock::unix_now();
        let width = clock::nanos(clock::now().wrapping_sub(tick));
        self.tick.set(tick);
        self.unix.set(if width < MOMENT { unix } else { 0 });
        unix
    }
}

/// `2023-11-14T22:13:20.000001Z`.
type Text = [u8; 27];

/// How a line begins; behind it, what fills a block.
const BEGIN: &[u8; 48] = b"{\"time\":\"1970-01-01T00:00:00.000000Z            ";
/// Where the time is in there, and its fraction.
const TIME: usize = 9;
const FRACTION: usize = TIME + 20;
const END: usize = TIME + 27;

/// The last second that was written, as most lines are of the same one.
#[derive(Debug)]
pub(super) struct Second {
    second: u64,
    text: [u8; 48],
}

impl Default for Second {
    fn default() -> Self {
        Second { second: 0, text: *BEGIN }
    }
}

impl Second {
    /// Begins a line: up to the end of the time.
    #[inline]
    pub(super) fn write(&mut self, unix_nanos: u64, line: &mut Line) {
        let seconds = unix_nanos / 1_000_000_000;
        if seconds != self.second {
            self.set(seconds);
        }
        let micros = (unix_nanos - seconds * 1_000_000_000) as u32 / 1_000;
        // Over the block where it was copied to: reading it again here would wait for the digits.
        let at = line.at() + FRACTION;
        line.block(&self.text, END);
        // What is behind the digits: `Z`, and a byte that is written next.
        let digits = six_digits(micros) | 0x225a << 48;
        line.patch(at, digits.to_le_bytes());
    }

    #[cold]
    fn set(&mut self, seconds: u64) {
        self.second = seconds;
        self.text[TIME..END].copy_from_slice(&second(seconds));
    }
}

/// All but the fraction.
fn second(seconds: u64) -> Text {
    let (year, month, day) = civil(seconds / 86_400);
    let mut text = *b"0000-00-00T00:00:00.000000Z";
    for (start, digits, number) in [
        (0, 4, year),
        (5, 2, month),
        (8, 2, day),
        (11, 2, seconds / 3_600 % 24),
        (14, 2, seconds / 60 % 60),
        (17, 2, seconds % 60),
    ] {
        put(&mut text, start, digits, number);
    }
    text
}

fn put(text: &mut Text, start: usize, digits: usize, mut number: u64) {
    for place in text.iter_mut().skip(start).take(digits).rev() {
        *place = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// Year, month and day of a day since 1970-01-01.
///
/// Counts in eras of 400 years that begin on a first of March, so that the leap day comes last.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(unix_nanos: u64) -> String {
        let (mut second, mut line) = (Second::default(), Line::default());
        second.write(unix_nanos / 2, &mut line);
        line.clear();
        second.write(unix_nanos, &mut line);
        let text = String::from_utf8(line.as_bytes().to_vec()).unwrap();
        text.strip_prefix("{\"time\":\"").unwrap().to_owned()
    }

    #[test]
    fn all_microseconds_of_a_second() {
        for micros in (0..1_000_000).step_by(37).chain([999_999]) {
            let text = written(951_782_399_000_000_000 + micros * 1_000);
            assert_eq!(text, format!("2000-02-28T23:59:59.{micros:06}Z"));
        }
    }

    #[test]
    fn known_moments() {
        assert_eq!(written(0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(written(951_782_399_999_999_999), "2000-02-28T23:59:59.999999Z");
        assert_eq!(written(951_782_400_000_001_000), "2000-02-29T00:00:00.000001Z");
        assert_eq!(written(1_709_164_800_000_000_000), "2024-02-29T00:00:00.000000Z");
        assert_eq!(written(4_107_542_399_000_000_000), "2100-02-28T23:59:59.000000Z");
        assert_eq!(written(4_107_542_400_000_000_000), "2100-03-01T00:00:00.000000Z");
        assert_eq!(written(u64::MAX), "2554-07-21T23:34:33.709551Z");
        assert_eq!(written(u64::MAX - 1_000), "2554-07-21T23:34:33.709550Z");
    }

    #[test]
    fn the_clock_is_the_systems_and_never_goes_back() {
        let mut last = 0;
        for _ in 0..100_000 {
            let before = clock::unix_now();
            let now = now();
            let after = clock::unix_now();
            // Another test may be calibrating the counter meanwhile.
            assert!(
                now + 50_000_000 > before && now < after + 50_000_000,
                "{before} {now} {after}"
            );
            assert!(now >= last);
            last = now;
        }
    }

    #[test]
    fn a_clock_that_was_set_back_is_followed() {
        let real = now();
        CLOCKS.with(|clocks| clocks.last.set(real + 3_600_000_000_000));
        assert!(now() < real + 60_000_000_000);
        CLOCKS.with(|clocks| clocks.last.set(now() + 500_000));
        assert!(now() >= real + 500_000, "noise is none");
    }

    #[test]
    fn a_clock_that_was_set_forward_is_followed() {
        let real = now();
        CLOCKS.with(|clocks| {
            // As if the wall clock had been an hour behind until now.
            clocks.unix.set(clocks.unix.get().saturating_sub(3_600_000_000_000));
            clocks.last.set(0);
        });
        std::thread::sleep(std::time::Duration::from_nanos(3 * ANCHORED));
        assert!(now() >= real);
    }
}
