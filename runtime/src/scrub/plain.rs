//! The first look at a text: whether it is plain words, in which no rule of ours finds anything.
//!
//! Most texts of logs are ("cache miss", "request completed"), and eight bytes at a time tell it. A test holds
//! the rules to it. Called by `engine`.

const EACH: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x80 * EACH;

/// Whether a text has nothing but small letters, blanks, commas and full stops, after a first letter of any case.
pub(super) fn plain(text: &str) -> bool {
    let rest = match text.as_bytes() {
        [first, rest @ ..] if first.is_ascii_alphabetic() => rest,
        bytes => bytes,
    };
    let Some(last) = rest.last_chunk::<8>() else {
        return rest.iter().all(|byte| matches!(byte, b'a'..=b'z' | b' ' | b',' | b'.'));
    };
    let words = rest
        .chunks_exact(8)
        .map(|chunk| chunk.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)));
    words.chain([u64::from_le_bytes(*last)]).all(eight)
}

/// The same of eight bytes.
fn eight(word: u64) -> bool {
    // The high bit of each byte: not ASCII, at least `a`, above `z`, not a blank, neither comma nor full stop.
    let low = word & !HIGH;
    let from_a = low + (0x80 - 0x61) * EACH;
    let above_z = low + (0x7f - 0x7a) * EACH;
    let no_blank = (low ^ (0x20 * EACH)) + 0x7f * EACH;
    let no_stop = ((low & !(2 * EACH)) ^ (0x2c * EACH)) + 0x7f * EACH;
    let letter = from_a & !above_z;
    (letter | !(no_blank & no_stop)) & !word & HIGH == HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_at_each_place() {
        for byte in 0..=255_u8 {
            let fine = matches!(byte, b'a'..=b'z' | b' ' | b',' | b'.');
            for at in 0..8 {
                let mut bytes = *b"abc, xz.";
                bytes[at] = byte;
                assert_eq!(eight(u64::from_le_bytes(bytes)), fine, "{byte:#x} at {at}");
            }
        }
    }

    #[test]
    fn sentences_are_plain_and_values_are_not() {
        for text in
            ["", "a", "Cache miss.", "request completed, all is well", "Lock held by another"]
        {
            assert!(plain(text), "{text}");
        }
        for text in
            ["id 7", "a=b", "user@host", "aB", "token: x", "naïve words here", "two\nlines of text"]
        {
            assert!(!plain(text), "{text}");
        }
    }
}
