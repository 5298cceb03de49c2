//! What a strategy leaves of a text.
//!
//! Texts are streamed through: no copy of one is kept on the heap. No output but that of `last`
//! and `email` depends on anything but the value's identity, and none on its length.

use std::fmt::{self, Write};

use super::{Redactable, hash};

/// How much of a text may be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// Nothing: a constant, `[redacted]`.
    Full,
    /// Nothing: a constant that looks like a text, `********`.
    Mask,
    /// As many `*` as there are characters, at most 64. Tells the length.
    MaskLength,
    /// Whether there is anything: `present` or `empty`.
    Present,
    /// The first characters of a text that is at least three times as long; at most four.
    First(u8),
    /// The last characters of a text that is at least three times as long; at most four.
    Last(u8),
    /// The first character and the domain of an e-mail address.
    Email,
    /// The country code and the last two digits of a phone number.
    Phone,
    /// The last four digits of a payment card's number.
    Pan,
    /// The network of an IP address: its first 24 bits, of version 6 the first 48.
    Ip,
    /// Scheme, host and port of a URL.
    Url,
    /// The country and the last four characters of an account's number.
    Iban,
    /// The range of so many that a number is in: `40..50`.
    Bucket(u64),
    /// The year of a date that begins as ISO 8601 has it.
    Year,
    /// Year and month of such a date.
    Month,
    /// A keyed pseudonym that is the same for the same text in the same domain.
    Hash(&'static str),
}

/// What stands for a text of which nothing may be seen.
pub(super) const REDACTED: &str = "[redacted]";
/// What stands for the hidden part of a text; its length says nothing.
const MASK: &str = "****";

impl Strategy {
    /// Writes what may be seen of a value.
    pub(super) fn write<T: Redactable + ?Sized>(
        self,
        value: &T,
        out: &mut dyn Write,
    ) -> fmt::Result {
        match self {
            Strategy::Full => out.write_str(REDACTED),
            Strategy::Mask
            | Strategy::MaskLength
            | Strategy::Present
            | Strategy::First(_)
            | Strategy::Phone
            | Strategy::Pan
            | Strategy::Ip
            | Strategy::Url
            | Strategy::Iban
            | Strategy::Bucket(_)
            | Strategy::Year
            | Strategy::Month => out.write_str(REDACTED),
            Strategy::Last(count) => {
                let mut tail = Tail::new(usize::from(count));
                // A value that can't be read is a value that is not shown.
                match value.reveal(&mut tail) {
                    Ok(()) => tail.write(out),
                    Err(_) => out.write_str(REDACTED),
                }
            }
            Strategy::Email => {
                let mut address = Address::default();
                match value.reveal(&mut address) {
                    Ok(()) => address.write(out),
                    Err(_) => out.write_str(REDACTED),
                }
            }
            Strategy::Hash(domain) => hash::write(domain, &|text| value.reveal(text), out),
        }
    }
}

const LONGEST_TAIL: usize = 4;

/// Remembers the last characters of what is written to it.
struct Tail {
    last: [char; LONGEST_TAIL],
    length: usize,
    seen: usize,
}

impl Tail {
    fn new(length: usize) -> Tail {
        Tail { last: ['*'; LONGEST_TAIL], length: length.min(LONGEST_TAIL), seen: 0 }
    }

    fn write(&self, out: &mut dyn Write) -> fmt::Result {
        if self.seen < self.length * 3 || self.length == 0 {
            return out.write_str(REDACTED);
        }
        out.write_str(MASK)?;
        for character in &self.last[LONGEST_TAIL - self.length..] {
            out.write_char(*character)?;
        }
        Ok(())
    }
}

impl Write for Tail {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // Separators are not shown and do not count: `4242-4242` is no longer than `42424242`.
        for character in text.chars().filter(|character| character.is_alphanumeric()) {
            self.last.rotate_left(1);
            self.last[LONGEST_TAIL - 1] = character;
            self.seen = self.seen.saturating_add(1);
        }
        Ok(())
    }
}

const LONGEST_DOMAIN: usize = 253;

/// Remembers the first character and the domain of an address that is written to it.
struct Address {
    first: Option<char>,
    local: usize,
    ats: usize,
    domain: [u8; LONGEST_DOMAIN],
    length: usize,
    odd: bool,
}

impl Default for Address {
    fn default() -> Address {
        Address {
            first: None,
            local: 0,
            ats: 0,
            domain: [0; LONGEST_DOMAIN],
            length: 0,
            odd: false,
        }
    }
}

impl Address {
    fn write(&self, out: &mut dyn Write) -> fmt::Result {
        let domain = std::str::from_utf8(&self.domain[..self.length]).unwrap_or_default();
        let plain = !self.odd && self.ats == 1 && domain.contains('.');
        match self.first {
            Some(first) if plain && self.local > 1 => write!(out, "{first}***@{domain}"),
            Some(_) if plain => write!(out, "***@{domain}"),
            _ => out.write_str(REDACTED),
        }
    }
}

impl Write for Address {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            match character {
                '@' => self.ats += 1,
                _ if self.ats == 0 => {
                    self.first.get_or_insert(character);
                    self.local += 1;
                }
                'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' if self.length < LONGEST_DOMAIN => {
                    self.domain[self.length] = character as u8;
                    self.length += 1;
                }
                _ => self.odd = true,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(strategy: Strategy, text: &str) -> String {
        let mut out = String::new();
        strategy.write(text, &mut out).unwrap();
        out
    }

    #[test]
    fn full_is_constant() {
        assert_eq!(left(Strategy::Full, "a"), left(Strategy::Full, "something longer"));
    }

    #[test]
    fn last_shows_the_end_of_long_texts_only() {
        assert_eq!(left(Strategy::Last(4), "4242 4242 4242 1234"), "****1234");
        assert_eq!(left(Strategy::Last(4), "4242-4242-4242-1-2-3-4"), "****1234");
        assert_eq!(left(Strategy::Last(4), "12345678901"), REDACTED);
        assert_eq!(left(Strategy::Last(2), "!!!!!!!!ab"), REDACTED);
        assert_eq!(left(Strategy::Last(4), "äöüäöüäöüßßß"), "****üßßß");
    }

    #[test]
    fn email_shows_one_character_and_the_domain() {
        assert_eq!(left(Strategy::Email, "alice@example.com"), "a***@example.com");
        assert_eq!(left(Strategy::Email, "a@example.com"), "***@example.com");
        for odd in ["alice", "a@b@c.d", "alice@localhost", "x@e.com?token=1", "@example.com", ""] {
            assert_eq!(left(Strategy::Email, odd), REDACTED, "{odd}");
        }
    }
}
