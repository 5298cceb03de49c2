//! Where in a text any hint stands: one look at each byte, for all rules at once.
//!
//! Three bytes at a time, in small letters, are looked up in four kilobytes of bits. What passes is
//! compared in full. Knows hints, no rules' expressions. Called by `engine`.

use super::detector::Hint;

/// So many bits tell texts of three bytes apart.
const BITS: u32 = 15;
/// So many slots lead from three bytes to their hints.
const SLOTS: u32 = 12;

/// All hints of all rules.
#[derive(Debug)]
pub(super) struct Prefilter {
    bits: Box<[u64; 1 << (BITS - 6)]>,
    /// Where in `texts` the entries of a slot begin, one more at the end.
    slots: Box<[u16; (1 << SLOTS) + 1]>,
    texts: Vec<Text>,
    bytes: Vec<(u8, u16)>,
    digits: Vec<(usize, u16)>,
    /// The least of `digits`.
    fewest: usize,
    any: [bool; 256],
}

#[derive(Clone, Copy, Debug)]
struct Text {
    hint: &'static [u8],
    any_case: bool,
    rule: u16,
}

fn gram(bytes: &[u8]) -> u32 {
    bytes.iter().take(3).rev().fold(0, |sum, byte| sum << 8 | u32::from(byte | 0x20))
}

fn hash(gram: u32) -> u32 {
    (gram << 8).wrapping_mul(0x9E37_79B1)
}

impl Prefilter {
    /// Hints, each with the number of its rule.
    pub(super) fn new(hints: impl Iterator<Item = (Hint, u16)>) -> Prefilter {
        let (mut texts, mut bytes, mut digits) = (Vec::new(), Vec::new(), Vec::new());
        for (hint, rule) in hints {
            match hint {
                Hint::Text(text) => {
                    texts.push(Text { hint: text.as_bytes(), any_case: false, rule })
                }
                Hint::AnyCase(text) => {
                    texts.push(Text { hint: text.as_bytes(), any_case: true, rule });
                }
                Hint::Byte(byte) => bytes.push((byte, rule)),
                Hint::Digits(least) => digits.push((least, rule)),
            }
        }
        debug_assert!(texts.iter().all(|text| text.hint.len() >= 3), "a hint has three bytes");
        let slot = |text: &Text| hash(gram(text.hint)) >> (32 - SLOTS);
        texts.sort_by_key(slot);
        let mut bits = Box::new([0; 1 << (BITS - 6)]);
        let mut slots = Box::new([0; (1 << SLOTS) + 1]);
        for text in &texts {
            let at = hash(gram(text.hint)) >> (32 - BITS);
            bits[(at >> 6) as usize] |= 1 << (at & 63);
            slots[slot(text) as usize + 1] += 1;
        }
        for at in 1..slots.len() {
            slots[at] += slots[at - 1];
        }
        let mut any = [false; 256];
        for (byte, _) in &bytes {
            any[usize::from(*byte)] = true;
        }
        let fewest = digits.iter().map(|(least, _)| *least.max(&1)).min().unwrap_or(usize::MAX);
        Prefilter { bits, slots, texts, bytes, digits, fewest, any }
    }

    /// Calls `wake` with each rule and place of one of its hints: texts and bytes from left to right, then digits.
    pub(super) fn each(&self, text: &[u8], mut wake: impl FnMut(u16, usize)) {
        for (at, here) in text.windows(4).enumerate() {
            // Four bytes are one load; the hash leaves the fourth out.
            let hash = hash(u32::from_le_bytes([here[0], here[1], here[2], here[3]]) | 0x2020_2020);
            let bit = hash >> (32 - BITS);
            let hit = self.bits[(bit >> 6) as usize] >> (bit & 63) & 1 != 0;
            if hit | self.any[usize::from(here[0])] {
                self.look(text, at, hash, &mut wake);
            }
        }
        for at in text.len().saturating_sub(3)..text.len() {
            self.look(text, at, hash(gram(&text[at..])), &mut wake);
        }
        if self.fewest != usize::MAX {
            self.digits(text, &mut wake);
        }
    }

    /// Compares what stands at a place with the hints that it may be.
    #[inline(never)]
    fn look(&self, text: &[u8], at: usize, hash: u32, wake: &mut impl FnMut(u16, usize)) {
        let byte = text[at];
        if self.any[usize::from(byte)] {
            for (_, rule) in self.bytes.iter().filter(|(wanted, _)| *wanted == byte) {
                wake(*rule, at);
            }
        }
        let slot = (hash >> (32 - SLOTS)) as usize;
        let rest = &text[at..];
        for entry in &self.texts[usize::from(self.slots[slot])..usize::from(self.slots[slot + 1])] {
            let Some(here) = rest.get(..entry.hint.len()) else { continue };
            let same = |here: &[u8]| {
                if entry.any_case {
                    here.eq_ignore_ascii_case(entry.hint)
                } else {
                    here == entry.hint
                }
            };
            // The first byte tells most apart, without a call.
            if here[0] | 0x20 == entry.hint[0] | 0x20 && same(here) {
                wake(entry.rule, at);
            }
        }
    }

    /// Looks at every so-many-th byte alone: where it belongs to no number, none that is long enough crosses it.
    fn digits(&self, text: &[u8], wake: &mut impl FnMut(u16, usize)) {
        let (mut from, mut probe) = (0, self.fewest - 1);
        while let Some(byte) = text.get(probe) {
            if !IN_NUMBER[usize::from(*byte)] {
                (from, probe) = (probe + 1, probe + self.fewest);
                continue;
            }
            let before = text[from..probe].iter().rev();
            let mut at = probe - before.take_while(|byte| IN_NUMBER[usize::from(**byte)]).count();
            while at <= probe {
                let (count, end) = run(text, at);
                if count >= self.fewest {
                    for (_, rule) in self.digits.iter().filter(|(least, _)| count >= *least) {
                        wake(*rule, at);
                    }
                }
                at = end.max(at + 1);
            }
            (from, probe) = (at, at + self.fewest - 1);
        }
    }
}

/// Digits, and what may stand between two.
const IN_NUMBER: [bool; 256] = {
    let (mut table, mut at) = ([false; 256], 0);
    while at < 256 {
        table[at] = matches!(at as u8, b'0'..=b'9' | b' ' | b'-' | b'.' | b'/' | b'(' | b')');
        at += 1;
    }
    table
};

/// How many digits belong together from a place on, and where they end.
pub(super) fn run(text: &[u8], start: usize) -> (usize, usize) {
    let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    let (mut count, mut at) = (0, start);
    loop {
        let gap = match text.get(at) {
            _ if digit(at) => 0,
            Some(b')') if count > 0 && text.get(at + 1) == Some(&b' ') && digit(at + 2) => 2,
            Some(b' ' | b'-' | b'.' | b'/' | b'(' | b')') if count > 0 && digit(at + 1) => 1,
            _ => return (count, at),
        };
        count += 1;
        at += gap + 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Hint, Prefilter, run};

    proptest! {
        #[test]
        fn no_digits_are_jumped_over(text in "([0-9]{1,4}|[-. /()a]){0,30}", least in 1_usize..8) {
            let text = text.as_bytes();
            let mut woken = Vec::new();
            Prefilter::new([(Hint::Digits(least), 0)].into_iter()).each(text, |_, at| woken.push(at));
            let (mut expected, mut at) = (Vec::new(), 0);
            while at < text.len() {
                let (count, end) = run(text, at);
                expected.extend((count >= least).then_some(at));
                at = end.max(at + 1);
            }
            prop_assert_eq!(woken, expected);
        }
    }
}
