//! `First` and `Last`: a few letters or digits of a long text.
//!
//! Separators are neither shown nor counted: `4242-4242` is no longer than `42424242`.

use std::fmt::{self, Write};

use super::{MASK, View};

/// The most that is shown.
const MOST: usize = 4;
/// How much longer than what is shown a text has to be.
const SHARE: usize = 3;

/// So many characters of one end of a text.
struct End {
    shown: [char; MOST],
    wanted: usize,
    seen: usize,
}

impl End {
    fn new(wanted: u8) -> End {
        End { shown: ['*'; MOST], wanted: usize::from(wanted).min(MOST), seen: 0 }
    }

    fn holds(&self) -> bool {
        self.wanted > 0 && self.seen >= self.wanted * SHARE
    }
}

/// The beginning of what is written to it.
pub(super) struct First(End);

impl First {
    pub(super) fn new(wanted: u8) -> First {
        First(End::new(wanted))
    }
}

impl Write for First {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars().filter(|character| character.is_alphanumeric()) {
            if let Some(place) = self.0.shown.get_mut(self.0.seen) {
                *place = character;
            }
            self.0.seen = self.0.seen.saturating_add(1);
        }
        Ok(())
    }
}

impl View for First {
    fn holds(&self) -> bool {
        self.0.holds()
    }

    fn show(&self, out: &mut dyn Write) -> fmt::Result {
        self.0.shown[..self.0.wanted].iter().try_for_each(|shown| out.write_char(*shown))?;
        out.write_str(MASK)
    }
}

/// The end of what is written to it.
pub(super) struct Last(End);

impl Last {
    pub(super) fn new(wanted: u8) -> Last {
        Last(End::new(wanted))
    }
}

impl Write for Last {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars().filter(|character| character.is_alphanumeric()) {
            self.0.shown.rotate_left(1);
            self.0.shown[MOST - 1] = character;
            self.0.seen = self.0.seen.saturating_add(1);
        }
        Ok(())
    }
}

impl View for Last {
    fn holds(&self) -> bool {
        self.0.holds()
    }

    fn show(&self, out: &mut dyn Write) -> fmt::Result {
        out.write_str(MASK)?;
        self.0.shown[MOST - self.0.wanted..].iter().try_for_each(|shown| out.write_char(*shown))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{REDACTED, Strategy, left};

    #[test]
    fn last_shows_the_end_of_long_texts_only() {
        assert_eq!(left(Strategy::Last(4), "4242 4242 4242 1234"), "****1234");
        assert_eq!(left(Strategy::Last(4), "4242-4242-4242-1-2-3-4"), "****1234");
        assert_eq!(left(Strategy::Last(4), "12345678901"), REDACTED);
        assert_eq!(left(Strategy::Last(2), "!!!!!!!!ab"), REDACTED);
        assert_eq!(left(Strategy::Last(4), "äöüäöüäöüßßß"), "****üßßß");
    }

    #[test]
    fn first_shows_the_beginning_of_long_texts_only() {
        assert_eq!(left(Strategy::First(4), "4242 1234 1234 1234"), "4242****");
        assert_eq!(left(Strategy::First(2), "-a-b-c-d-e-f"), "ab****");
        assert_eq!(left(Strategy::First(2), "-a-b-c-d-e-"), REDACTED);
        assert_eq!(left(Strategy::First(1), "ßen"), "ß****");
    }

    #[test]
    fn more_than_four_are_never_shown_and_none_is_no_number() {
        let text = "0123456789abcdefghijklmnop";
        assert_eq!(left(Strategy::First(200), text), "0123****");
        assert_eq!(left(Strategy::Last(200), text), "****mnop");
        assert_eq!(left(Strategy::First(0), text), REDACTED);
        assert_eq!(left(Strategy::Last(0), text), REDACTED);
    }
}
