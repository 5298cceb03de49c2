//! A moment as RFC 3339 in UTC, with microseconds.
//!
//! The civil calendar by arithmetic, as no dependency is worth these lines. Most lines are of the
//! same second as the last one of their thread, and copy it. Called by `json`.

use std::cell::Cell;

/// `2023-11-14T22:13:20.000001Z`.
type Text = [u8; 27];

thread_local! {
    /// The last second, and its text.
    static LAST: Cell<(u64, Text)> = const { Cell::new((0, *b"1970-01-01T00:00:00.000000Z")) };
}

/// Appends a moment.
pub(crate) fn rfc3339(unix_nanos: u64, out: &mut Vec<u8>) {
    let micros = unix_nanos / 1_000;
    let seconds = micros / 1_000_000;
    // Fails only while the thread ends.
    let last = LAST.try_with(Cell::get).ok().filter(|(second, _)| *second == seconds);
    let mut text = last.map_or_else(|| second(seconds), |(_, text)| text);
    put(&mut text, 20, 6, micros % 1_000_000);
    if last.is_none() {
        let _ = LAST.try_with(|last| last.set((seconds, text)));
    }
    out.extend_from_slice(&text);
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

#[inline]
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
        let mut out = Vec::new();
        rfc3339(unix_nanos, &mut out);
        String::from_utf8(out).unwrap()
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
}
