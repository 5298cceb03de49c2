//! `Phone`: the country code and the last two digits of a number.
//!
//! The number has to be in the international form of ITU-T E.123: `+`, a calling code that E.164
//! assigns, at most 15 digits in all. A national number has no country code to show: it is hidden.

use std::fmt::{self, Write};

use super::{MASK, View};

/// The most digits of a number, country code included.
const MOST: usize = 15;
/// The fewest behind the country code: four at least stay hidden.
const FEWEST: usize = 6;

/// Remembers the code and the last two digits of a number that is written to it.
#[derive(Default)]
pub(super) struct Number {
    /// It began with `+`.
    is_international: bool,
    first: [u8; 3],
    last: [u8; 2],
    digits: usize,
}

impl Write for Number {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            match byte {
                b'+' if !self.is_international => self.is_international = true,
                b'0'..=b'9' if self.is_international && self.digits < MOST => {
                    if let Some(place) = self.first.get_mut(self.digits) {
                        *place = byte - b'0';
                    }
                    self.last = [self.last[1], byte];
                    self.digits += 1;
                }
                b' ' | b'-' | b'.' | b'(' | b')' | b'/' if self.digits > 0 => {}
                _ => return Err(fmt::Error),
            }
        }
        Ok(())
    }
}

impl View for Number {
    fn holds(&self) -> bool {
        code_length(self.first).is_some_and(|length| self.digits >= length + FEWEST)
    }

    fn show(&self, out: &mut dyn Write) -> fmt::Result {
        out.write_char('+')?;
        for digit in &self.first[..code_length(self.first).unwrap_or_default()] {
            out.write_char(char::from(digit + b'0'))?;
        }
        out.write_str(MASK)?;
        self.last.iter().try_for_each(|digit| out.write_char(char::from(*digit)))
    }
}

/// How many digits the country code has that a number begins with; none when no country has it.
///
/// The codes of ITU-T E.164's list, networks and services that span countries included. No code is
/// the beginning of another.
fn code_length([first, second, third]: [u8; 3]) -> Option<usize> {
    let is_third = |thirds: &[u8]| thirds.contains(&third).then_some(3);
    match (first, second) {
        (1 | 7, _) => Some(1),
        (2, 0 | 7) | (3, 0..=4 | 6 | 9) | (4, 0 | 1 | 3..=9) | (5, 1..=8) | (6, 0..=6) => Some(2),
        (8, 1 | 2 | 4 | 6) | (9, 0..=5 | 8) => Some(2),
        (2, 1) => is_third(&[1, 2, 3, 6, 8]),
        (2, 2..=4 | 6) | (3, 5 | 7) | (5, 0 | 9) => Some(3),
        (2, 5) => is_third(&[0, 1, 2, 3, 4, 5, 6, 7, 8]),
        (2, 9) => is_third(&[0, 1, 7, 8, 9]),
        (3, 8) => is_third(&[0, 1, 2, 3, 5, 6, 7, 9]),
        (4, 2) => is_third(&[0, 1, 3]),
        (6, 7) => is_third(&[0, 2, 3, 4, 5, 6, 7, 8, 9]),
        (6, 8) => is_third(&[0, 1, 2, 3, 5, 6, 7, 8, 9]),
        (6, 9) => is_third(&[0, 1, 2]),
        (8, 0) => is_third(&[0, 8]),
        (8, 5) => is_third(&[0, 2, 3, 5, 6]),
        (8, 7) => is_third(&[0, 8]),
        (8, 8) => is_third(&[0, 1, 2, 3, 6, 8]),
        (9, 6) => is_third(&[0, 1, 2, 3, 4, 5, 6, 7, 8]),
        (9, 7) => is_third(&[0, 1, 2, 3, 4, 5, 6, 7, 9]),
        (9, 9) => is_third(&[2, 3, 4, 5, 6, 8]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{REDACTED, Strategy, left};

    #[test]
    fn phone_shows_the_country_and_two_digits() {
        for (number, shown) in [
            ("+1 (202) 555-0143", "+1****43"),
            ("+7 495 000-00-21", "+7****21"),
            ("+49 30 5550 0107", "+49****07"),
            ("+353 20 915 0192", "+353****92"),
            ("+442079460958", "+44****58"),
            ("+886.2.5550.0188", "+886****88"),
        ] {
            assert_eq!(left(Strategy::Phone, number), shown, "{number}");
        }
    }

    #[test]
    fn what_is_no_international_number_is_hidden() {
        for odd in [
            "",
            "+",
            "030 55500107",
            "0049 30 55500107",
            "+49",
            "+49 30 555",
            "+683 4000",
            "+210 555 000 107",
            "+999 555 000 107",
            "+000 555 000 107",
            "+49 30 5550 0107 0107 0107",
            "+49 30 5550 0107 ext. 4",
            "call +49 30 5550 0107",
            "+49+30 5550 0107",
        ] {
            assert_eq!(left(Strategy::Phone, odd), REDACTED, "{odd}");
        }
    }
}
