//! How long a recorded text may be, and how one is cut.

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
