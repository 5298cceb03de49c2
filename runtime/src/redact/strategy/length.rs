//! `MaskLength` and `Present`: how long a text is, or only whether there is one.

use std::fmt::{self, Write};

use super::View;

/// The longest row of stars.
const LONGEST: usize = 64;

/// How many characters are written to it.
#[derive(Default)]
pub(super) struct Length(usize);

impl Write for Length {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // What is beyond the longest need not be counted.
        self.0 = LONGEST.min(self.0 + text.chars().take(LONGEST).count());
        Ok(())
    }
}

impl View for Length {
    fn holds(&self) -> bool {
        true
    }

    fn show(&self, out: &mut dyn Write) -> fmt::Result {
        (0..self.0).try_for_each(|_| out.write_char('*'))
    }
}

/// Whether anything is written to it.
#[derive(Default)]
pub(super) struct Presence(bool);

impl Write for Presence {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 |= !text.is_empty();
        Ok(())
    }
}

impl View for Presence {
    fn holds(&self) -> bool {
        true
    }

    fn show(&self, out: &mut dyn Write) -> fmt::Result {
        out.write_str(if self.0 { "present" } else { "empty" })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Strategy, left};

    #[test]
    fn the_mask_counts_characters_not_bytes_and_ends() {
        assert_eq!(left(Strategy::MaskLength, ""), "");
        assert_eq!(left(Strategy::MaskLength, "äöü"), "***");
        assert_eq!(left(Strategy::MaskLength, &"x".repeat(64)), "*".repeat(64));
        assert_eq!(left(Strategy::MaskLength, &"x".repeat(65)), "*".repeat(64));
    }

    #[test]
    fn presence_is_a_word() {
        assert_eq!(left(Strategy::Present, "hunter2"), "present");
        assert_eq!(left(Strategy::Present, ""), "empty");
        assert_eq!(left(Strategy::Present, &Some("")), "empty");
    }
}
