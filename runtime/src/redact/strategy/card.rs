//! `Pan`: the last four digits of a payment card's number.
//!
//! 12 to 19 digits, with spaces or hyphens between them, the last of which checks the others by
//! Luhn's formula (ISO/IEC 7812-1, annex B). The issuer's digits at its beginning are not shown.

use std::fmt::{self, Write};

use super::{MASK, View};

/// Remembers the last four digits of a number that is written to it, and checks it.
#[derive(Default)]
pub(super) struct Number {
    last: [u8; 4],
    digits: usize,
    /// The sums with every second digit doubled: from the first one on, and from the second.
    sums: [u32; 2],
}

impl Write for Number {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            match byte {
                b'0'..=b'9' if self.digits < 19 => {
                    let digit = u32::from(byte - b'0');
                    let doubled = if digit > 4 { digit * 2 - 9 } else { digit * 2 };
                    self.sums[self.digits % 2] += doubled;
                    self.sums[1 - self.digits % 2] += digit;
                    self.last.rotate_left(1);
                    self.last[3] = byte;
                    self.digits += 1;
                }
                b' ' | b'-' if self.digits > 0 => {}
                _ => return Err(fmt::Error),
            }
        }
        Ok(())
    }
}

impl View for Number {
    fn holds(&self) -> bool {
        // The last digit itself is not doubled, the one before it is.
        self.digits >= 12 && self.sums[self.digits % 2] % 10 == 0
    }

    fn show(&self, out: &mut dyn Write) -> fmt::Result {
        out.write_str(MASK)?;
        self.last.iter().try_for_each(|digit| out.write_char(char::from(*digit)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{REDACTED, Strategy, left};

    /// A number with the check digit that makes it right.
    fn checked(digits: &str) -> String {
        let doubled = digits.bytes().rev().enumerate().map(|(place, byte)| {
            let digit = u32::from(byte - b'0') * if place % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        });
        format!("{digits}{}", (10 - doubled.sum::<u32>() % 10) % 10)
    }

    #[test]
    fn pan_shows_four_digits_of_a_right_number() {
        for length in 12..=19 {
            let number = checked(&"5019283746501928374"[..length - 1]);
            let end = &number[length - 4..];
            assert_eq!(left(Strategy::Pan, &number), format!("****{end}"), "{number}");
            let grouped = format!("{} {}-{}", &number[..4], &number[4..8], &number[8..]);
            assert_eq!(left(Strategy::Pan, &grouped), format!("****{end}"), "{grouped}");
            let wrong = (number.as_bytes()[0] - b'0' + 1) % 10;
            let wrong = format!("{wrong}{}", &number[1..]);
            assert_eq!(left(Strategy::Pan, &wrong), REDACTED, "{wrong}");
        }
    }

    #[test]
    fn what_is_no_card_number_is_hidden() {
        let short = checked("5019283746");
        let long = checked("5019283746501928374");
        let behind = format!("{} cvv 123", checked("501928374650192"));
        for odd in ["", "hunter2", &short, &long, &behind] {
            assert_eq!(left(Strategy::Pan, odd), REDACTED, "{odd}");
        }
    }
}
