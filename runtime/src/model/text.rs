//! How long a recorded text may be, and how one is cut.

use std::fmt;

/// Bytes of one text; what is longer ends in `…`.
pub(crate) const TEXT_LIMIT: usize = 4 * 1024;

/// Stands at the end of a text that was cut.
pub(crate) const MARK: &str = "…";

/// The longest beginning of `text` of at most `limit` bytes that ends between two characters.
pub(crate) fn cut(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let mut end = limit;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A text for the host's subscriber. It ends at 64 KiB, where one of plimsoll's own would have been cut
/// long before, so that a value without end does not take all memory.
#[derive(Default)]
pub(crate) struct Capped {
    text: String,
}

impl Capped {
    const LIMIT: usize = 64 * 1024;

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<Capped> for String {
    fn from(capped: Capped) -> String {
        capped.text
    }
}

impl fmt::Write for Capped {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let fits = cut(text, Capped::LIMIT.saturating_sub(self.text.len()));
        self.text.push_str(fits);
        if fits.len() == text.len() {
            return Ok(());
        }
        if !self.text.ends_with(MARK) {
            self.text.push_str(MARK);
        }
        Err(fmt::Error)
    }
}
