//! `Bucket`: the range that a number is in.
//!
//! Integers and decimals as Rust prints them, with a sign or without. Numbers below zero are rounded
//! down, as those above: with 10, -5 is in `-10..0`.

use std::fmt::{self, Write};

use super::View;

/// Reads a number that is written to it.
pub(super) struct Bucket {
    width: u64,
    part: Part,
    is_negative: bool,
    whole: i128,
    /// There is something behind the point that is not zero.
    has_rest: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Start,
    Signed,
    Whole,
    Point,
    Behind,
}

impl Bucket {
    pub(super) fn new(width: u64) -> Bucket {
        Bucket { width, part: Part::Start, is_negative: false, whole: 0, has_rest: false }
    }

    /// Where the range begins and ends.
    fn range(&self) -> Option<(i128, i128)> {
        let width = i128::from(self.width);
        let floor = match (self.is_negative, self.has_rest) {
            (false, _) => self.whole,
            (true, rest) => -self.whole - i128::from(rest),
        };
        let low = floor.checked_div_euclid(width)?.checked_mul(width)?;
        Some((low, low.checked_add(width)?))
    }
}

impl Write for Bucket {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.part = match (self.part, byte) {
                (Part::Start, b'+' | b'-') => {
                    self.is_negative = byte == b'-';
                    Part::Signed
                }
                (Part::Start | Part::Signed | Part::Whole, b'0'..=b'9') => {
                    let digit = i128::from(byte - b'0');
                    let whole = self.whole.checked_mul(10).and_then(|ten| ten.checked_add(digit));
                    self.whole = whole.ok_or(fmt::Error)?;
                    Part::Whole
                }
                (Part::Whole, b'.') => Part::Point,
                (Part::Point | Part::Behind, b'0'..=b'9') => {
                    self.has_rest |= byte != b'0';
                    Part::Behind
                }
                _ => return Err(fmt::Error),
            };
        }
        Ok(())
    }
}

impl View for Bucket {
    fn holds(&self) -> bool {
        matches!(self.part, Part::Whole | Part::Behind) && self.range().is_some()
    }

    fn show(&self, out: &mut dyn Write) -> fmt::Result {
        self.range().map_or(Ok(()), |(low, high)| write!(out, "{low}..{high}"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{REDACTED, Strategy, left};

    #[test]
    fn a_bucket_is_the_range_below_and_above() {
        for (number, shown) in [
            ("43", "40..50"),
            ("40", "40..50"),
            ("49.999", "40..50"),
            ("50", "50..60"),
            ("0", "0..10"),
            ("-0.0", "0..10"),
            ("-0.5", "-10..0"),
            ("-5", "-10..0"),
            ("-10", "-10..0"),
            ("-10.0", "-10..0"),
            ("-10.1", "-20..-10"),
            ("+7", "0..10"),
        ] {
            assert_eq!(left(Strategy::Bucket(10), number), shown, "{number}");
        }
        assert_eq!(left(Strategy::Bucket(25), &-1_i8), "-25..0");
        assert_eq!(left(Strategy::Bucket(1), &2.5_f64), "2..3");
        assert_eq!(
            left(Strategy::Bucket(1000), &u64::MAX),
            "18446744073709551000..18446744073709552000"
        );
    }

    #[test]
    fn what_is_no_number_is_hidden() {
        for odd in ["", "-", ".", "5.", ".5", "4 3", "43 years", "1e3", "1,000", "0x10", "--1"] {
            assert_eq!(left(Strategy::Bucket(10), odd), REDACTED, "{odd}");
        }
        assert_eq!(left(Strategy::Bucket(10), &f64::NAN), REDACTED);
        assert_eq!(left(Strategy::Bucket(10), &f64::INFINITY), REDACTED);
        assert_eq!(left(Strategy::Bucket(10), &f64::MAX), REDACTED);
        assert_eq!(left(Strategy::Bucket(0), "43"), REDACTED);
    }
}
