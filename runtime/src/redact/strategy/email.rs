//! `Email`: the first character and the domain of an address.
//!
//! An address here is what people have: letters, digits and the signs that RFC 5321 lets stand
//! unquoted before the only `@`, a domain of two labels or more behind it. Quoted names, comments
//! and domains that are addresses of machines are hidden.

use std::fmt::{self, Write};

use super::{Buffer, View};

/// The longest domain that the DNS has.
const LONGEST: usize = 253;

/// Remembers the first character and the domain of an address that is written to it.
#[derive(Default)]
pub(super) struct Address {
    first: Option<char>,
    local: usize,
    is_behind: bool,
    domain: Buffer<LONGEST>,
}

impl Write for Address {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            let fits = if !self.is_behind && character == '@' {
                self.is_behind = true;
                true
            } else if !self.is_behind {
                self.first.get_or_insert(character);
                self.local = self.local.saturating_add(1);
                character.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(character)
            } else {
                let plain = character.is_ascii_alphanumeric() || matches!(character, '-' | '.');
                plain && self.domain.push(character as u8)
            };
            if !fits {
                return Err(fmt::Error);
            }
        }
        Ok(())
    }
}

impl View for Address {
    fn holds(&self) -> bool {
        self.local > 0 && is_domain(self.domain.text())
    }

    fn show(&self, out: &mut dyn Write) -> fmt::Result {
        // Of a name of one character, that would be all of it.
        match self.first.filter(|first| self.local > 1 && first.is_alphanumeric()) {
            Some(first) => write!(out, "{first}***@{}", self.domain.text()),
            None => write!(out, "***@{}", self.domain.text()),
        }
    }
}

/// Two labels or more, the last of which is no number.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    let last = domain.rsplit_once('.').map_or("", |(_, last)| last);
    domain.split('.').all(is_label) && last.starts_with(|first: char| first.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::super::{REDACTED, Strategy, left};

    #[test]
    fn email_shows_one_character_and_the_domain() {
        assert_eq!(left(Strategy::Email, "alice@example.com"), "a***@example.com");
        assert_eq!(left(Strategy::Email, "a@example.com"), "***@example.com");
        assert_eq!(left(Strategy::Email, "_alice@mail.example.com"), "***@mail.example.com");
        assert_eq!(left(Strategy::Email, "zoë+news@example.co.uk"), "z***@example.co.uk");
    }

    #[test]
    fn what_is_no_address_is_hidden() {
        let long = format!("alice@{}.example", "a.".repeat(130));
        for odd in [
            "alice",
            "a@b@c.d",
            "alice@localhost",
            "x@e.com?token=1",
            "@example.com",
            "",
            "alice@",
            "alice@example..com",
            "alice@example.com.",
            "alice@-example.com",
            "alice@192.0.2.7",
            "alice@[192.0.2.7]",
            "my password is alice@example.com",
            "\"alice smith\"@example.com",
            "mailto:alice@example.com",
            "alice@münchen.example",
            &long,
        ] {
            assert_eq!(left(Strategy::Email, odd), REDACTED, "{odd}");
        }
    }
}
