//! A published format of keys, matched byte by byte: `ghp_[A-Za-z0-9]{36}`.
//!
//! A small part of the syntax of expressions, enough for formats: literals, classes, `\d`, `\w`, counts, `?`,
//! `(one|other)`. Greedy, never goes back, so a match takes one look at each byte; and nothing is compiled, so a
//! hundred formats cost neither memory nor time before they are needed. Knows no rules.

/// How often `{n,}` repeats at most.
const MOST: usize = 4096;

/// The end of the match that begins at a place.
pub(super) fn end(template: &str, text: &[u8], at: usize) -> Option<usize> {
    let mut rest = template.as_bytes();
    let mut at = at;
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'(' {
            let close = tail.iter().position(|byte| *byte == b')')?;
            let here = text.get(at..)?;
            let found = tail[..close].split(|byte| *byte == b'|').find(|one| here.starts_with(one));
            rest = &tail[close + 1..];
            let optional = rest.first() == Some(&b'?');
            rest = &rest[usize::from(optional)..];
            match found {
                Some(one) => at += one.len(),
                None if optional => {}
                None => return None,
            }
            continue;
        }
        // A literal, alone: the commonest, and what fails first.
        if !matches!(first, b'[' | b'\\') && !matches!(tail.first(), Some(b'?' | b'{')) {
            if text.get(at) != Some(&first) {
                return None;
            }
            (at, rest) = (at + 1, tail);
            continue;
        }
        let (class, size) = class(rest);
        rest = &rest[size..];
        let (least, most, size) = count(rest);
        rest = &rest[size..];
        let fits = text.get(at..)?.iter().take(most).take_while(|byte| class.has(**byte)).count();
        if fits < least {
            return None;
        }
        at += fits;
    }
    Some(at)
}

/// A set of bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Class([u64; 4]);

impl Class {
    fn add(&mut self, low: u8, high: u8) {
        for byte in low..=high {
            self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
        }
    }

    fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 != 0
    }

    fn escape(&mut self, byte: u8) {
        match byte {
            b'd' => self.add(b'0', b'9'),
            b'w' => {
                self.add(b'0', b'9');
                self.add(b'A', b'Z');
                self.add(b'a', b'z');
                self.add(b'_', b'_');
            }
            other => self.add(other, other),
        }
    }
}

/// The set that a template begins with, and how much of the template it is.
fn class(rest: &[u8]) -> (Class, usize) {
    let mut class = Class::default();
    let mut at = 1;
    match rest {
        [b'\\', escaped, ..] => {
            class.escape(*escaped);
            at = 2;
        }
        [b'[', ..] => loop {
            match rest.get(at..).unwrap_or_default() {
                [b'\\', escaped, ..] => {
                    class.escape(*escaped);
                    at += 2;
                }
                [b']', ..] => break at += 1,
                [low, b'-', high, ..] if *high != b']' => {
                    class.add(*low, *high);
                    at += 3;
                }
                [byte, ..] => {
                    class.add(*byte, *byte);
                    at += 1;
                }
                [] => break,
            }
        },
        [byte, ..] => class.add(*byte, *byte),
        [] => {}
    }
    (class, at)
}

/// How often what stands before is wanted: least, most, and how much of the template says so.
fn count(rest: &[u8]) -> (usize, usize, usize) {
    match rest.first() {
        Some(b'?') => (0, 1, 1),
        Some(b'{') => {
            let close = rest.iter().position(|byte| *byte == b'}').unwrap_or(rest.len());
            let number = |digits: &[u8]| {
                digits
                    .iter()
                    .fold(0, |sum: usize, digit| sum * 10 + usize::from(digit.wrapping_sub(b'0')))
            };
            let inner = &rest[1..close];
            let (least, most) = match inner.iter().position(|byte| *byte == b',') {
                None => (number(inner), number(inner)),
                Some(comma) if comma + 1 == inner.len() => (number(&inner[..comma]), MOST),
                Some(comma) => (number(&inner[..comma]), number(&inner[comma + 1..])),
            };
            (least, most, close + 1)
        }
        _ => (1, 1, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_matches_its_samples() {
        let matched = |template: &str, text: &str| end(template, text.as_bytes(), 0);
        assert_eq!(matched(r"ab_[A-F0-9]{4}", "ab_09AFz"), Some(7));
        assert_eq!(matched(r"ab_[A-F0-9]{4}", "ab_09Az"), None);
        assert_eq!(matched(r"x(a|bc)?\.\d{2,3}", "xbc.1234"), Some(7));
        assert_eq!(matched(r"x(a|bc)?\.\d{2,3}", "x.12"), Some(4));
        assert_eq!(matched(r"x(a|bc)-", "xd-"), None);
        assert_eq!(matched(r"[\w=-]{3,}", "a-=b c"), Some(4));
        assert_eq!(matched(r"v1\.0", "v1x0"), None);
        assert_eq!(matched(r"k={0,2};", "k==;"), Some(4));
    }
}
