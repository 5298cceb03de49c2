//! `Year` and `Month`: the beginning of a date.
//!
//! The extended form of a calendar date in ISO 8601, `2026-11-22`, of a day that there was; behind it
//! the end, or a time of day. The basic form, `20261122`, could be any number: it is hidden.

use std::fmt::{self, Write};

use super::{Buffer, View};

/// How much of a date is its year.
pub(super) const YEAR: usize = 4;
/// How much of a date is its year and month.
pub(super) const MONTH: usize = 7;
/// A whole date.
const DATE: usize = 10;

/// Remembers the beginning of a date that is written to it.
pub(super) struct Date {
    shown: usize,
    start: Buffer<DATE>,
    /// What follows is no time of day.
    is_odd: bool,
    has_more: bool,
}

impl Date {
    pub(super) fn new(shown: usize) -> Date {
        Date { shown, start: Buffer::default(), is_odd: false, has_more: false }
    }

    fn number(&self, from: usize, to: usize) -> Option<u32> {
        let digits = self.start.bytes().get(from..to)?;
        digits.iter().try_fold(0, |number, byte| {
            byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0'))
        })
    }

    fn is_date(&self) -> Option<bool> {
        let bytes = self.start.bytes();
        let hyphens = *bytes.get(4)? == b'-' && *bytes.get(7)? == b'-';
        let (year, month, day) = (self.number(0, 4)?, self.number(5, 7)?, self.number(8, 10)?);
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            4 | 6 | 9 | 11 => 30,
            2 => 28 + u32::from(is_leap),
            1..=12 => 31,
            _ => return None,
        };
        Some(hyphens && (1..=days).contains(&day))
    }
}

impl Write for Date {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            if !self.start.push(byte) && !self.has_more {
                self.has_more = true;
                self.is_odd = !matches!(byte, b'T' | b't' | b' ');
            }
        }
        Ok(())
    }
}

impl View for Date {
    fn holds(&self) -> bool {
        !self.is_odd && self.is_date() == Some(true)
    }

    fn show(&self, out: &mut dyn Write) -> fmt::Result {
        out.write_str(self.start.text().get(..self.shown).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{REDACTED, Strategy, left};

    #[test]
    fn the_beginning_of_a_date_is_shown() {
        for date in ["2024-02-29", "2024-02-29T23:59:60Z", "2024-02-29 00:00:00 +01:00"] {
            assert_eq!(left(Strategy::Year, date), "2024", "{date}");
            assert_eq!(left(Strategy::Month, date), "2024-02", "{date}");
        }
        assert_eq!(left(Strategy::Month, "1984-12-31"), "1984-12");
        assert_eq!(left(Strategy::Year, "2000-02-29"), "2000");
    }

    #[test]
    fn what_is_no_date_is_hidden() {
        for odd in [
            "",
            "1234",
            "2024-02",
            "20240229",
            "2023-02-29",
            "1900-02-29",
            "2024-13-01",
            "2024-00-01",
            "2024-04-31",
            "2024-04-00",
            "2024-04-011",
            "2024/04/01",
            "+2024-04-01",
            "2024-04-0x",
            "２０２４-04-01",
        ] {
            assert_eq!(left(Strategy::Year, odd), REDACTED, "{odd}");
            assert_eq!(left(Strategy::Month, odd), REDACTED, "{odd}");
        }
    }
}
