//! `Iban`: the country and the last four characters of an account's number.
//!
//! ISO 13616: two letters, two check digits, 11 to 30 letters and digits, spaces anywhere. The check
//! digits have to be right: the number, turned round by four, is 1 modulo 97 (ISO 7064).

use std::fmt::{self, Write};

use super::{MASK, View};

/// Remembers both ends of a number that is written to it, and checks it.
#[derive(Default)]
pub(super) struct Number {
    first: [u8; 4],
    last: [u8; 4],
    length: usize,
    /// Of what is behind the first four.
    remainder: u32,
}

/// The remainder with one more character, a letter counting as 10 to 35.
fn further(remainder: u32, byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => (remainder * 10 + u32::from(byte - b'0')) % 97,
        _ => (remainder * 100 + u32::from(byte.saturating_sub(b'A')) + 10) % 97,
    }
}

impl Write for Number {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes().filter(|byte| *byte != b' ') {
            let byte = byte.to_ascii_uppercase();
            let fits = match self.length {
                0 | 1 => byte.is_ascii_uppercase(),
                2 | 3 => byte.is_ascii_digit(),
                4..34 => byte.is_ascii_alphanumeric(),
                _ => false,
            };
            if !fits {
                return Err(fmt::Error);
            }
            match self.first.get_mut(self.length) {
                Some(place) => *place = byte,
                None => self.remainder = further(self.remainder, byte),
            }
            self.last.rotate_left(1);
            self.last[3] = byte;
            self.length += 1;
        }
        Ok(())
    }
}

impl View for Number {
    fn holds(&self) -> bool {
        let remainder = self.first.iter().fold(self.remainder, |sum, byte| further(sum, *byte));
        // 00, 01 and 99 are check digits that no number gets.
        let check = &self.first[2..];
        self.length >= 15 && remainder == 1 && ![b"00", b"01", b"99"].iter().any(|no| *no == check)
    }

    fn show(&self, out: &mut dyn Write) -> fmt::Result {
        let [first, second, ..] = self.first.map(char::from);
        write!(out, "{first}{second}{MASK}")?;
        self.last.iter().try_for_each(|byte| out.write_char(char::from(*byte)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{REDACTED, Strategy, left};

    /// An account's number with the right check digits.
    fn checked(country: &str, account: &str) -> String {
        let turned = format!("{account}{country}00");
        let digits: String =
            turned.chars().map(|c| c.to_digit(36).unwrap_or_default().to_string()).collect();
        let remainder =
            digits.bytes().fold(0, |sum, byte| (sum * 10 + u32::from(byte - b'0')) % 97);
        format!("{country}{:02}{account}", 98 - remainder)
    }

    #[test]
    fn iban_shows_the_country_and_four_characters() {
        for (country, account, shown) in [
            ("DE", "501928374650192837", "DE****2837"),
            ("NO", "50192837465", "NO****7465"),
            ("GB", "ABCD50192837465019", "GB****5019"),
            ("MT", "ABCD50192837465019283746501", "MT****6501"),
        ] {
            let number = checked(country, account);
            assert_eq!(left(Strategy::Iban, &number), shown, "{number}");
            let (head, rest) = number.split_at(4);
            let spaced = format!("{} {rest}", head.to_lowercase());
            assert_eq!(left(Strategy::Iban, &spaced), shown, "{spaced}");
            let wrong = number.replacen("50192", "50129", 1);
            assert_eq!(left(Strategy::Iban, &wrong), REDACTED, "{wrong}");
        }
    }

    #[test]
    fn what_is_no_account_s_number_is_hidden() {
        let short = checked("DE", "5019283746");
        let long = checked("DE", "5019283746501928374650192837465");
        let behind = format!("{}-x", checked("NO", "50192837465"));
        for odd in ["", "hunter2", "DE", &short, &long, &behind] {
            assert_eq!(left(Strategy::Iban, odd), REDACTED, "{odd}");
        }
    }
}
