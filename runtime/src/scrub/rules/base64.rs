//! Decodes base64 as it stands in texts: either alphabet, with or without padding, as far as it goes.

/// The first bytes that a text stands for, at most `most`.
pub(super) fn head(text: &[u8], most: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(most.min(text.len()));
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text {
        let Some(six) = six(*byte) else { break };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            if out.len() == most {
                break;
            }
        }
    }
    out
}

fn six(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

/// How many bytes of either alphabet a text begins with.
pub(super) fn run(text: &[u8]) -> usize {
    text.iter().take_while(|byte| six(**byte).is_some()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_text() {
        assert_eq!(head(b"aGVsbG8gd29ybGQ=", 99), b"hello world");
        assert_eq!(head(b"aGVsbG8gd29ybGQ", 5), b"hello");
        assert_eq!(head(b"-_8", 9), [0xfb, 0xff]);
        assert_eq!(run(b"ab_-=="), 4);
    }
}
