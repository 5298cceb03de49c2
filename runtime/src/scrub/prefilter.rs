//! Where in a text any hint stands: one look at each byte, for all rules at once.
//!
//! Three bytes at a time, in small letters, are looked up in sixteen kilobytes. What passes is
//! compared in full. Knows hints, no rules' expressions. Called by `engine`.

use super::detector::Hint;

/// So many bits tell texts of three bytes apart. A byte for each costs fewer instructions than a bit.
const BITS: u32 = 14;
/// So many slots lead from three bytes to their hints.
const SLOTS: u32 = 12;

/// All hints of all rules.
#[derive(Debug)]
pub(super) struct Prefilter {
    known: Box<[u8; 1 << BITS]>,
    /// Where in `texts` the entries of a slot begin, one more at the end.
    slots: Box<[u16; (1 << SLOTS) + 1]>,
    texts: Vec<Text>,
    bytes: Vec<(u8, u16)>,
    digits: Vec<(usize, u16)>,
    /// The least of `digits`.
    fewest: usize,
    /// Whether rules wait for a byte alone: 1 or 0.
    any: [u8; 256],
}

#[derive(Clone, Copy, Debug)]
struct Text {
    hint: &'static [u8],
    any_case: bool,
    rule: u16,
}

/// The first three bytes, in small letters.
fn gram(bytes: &[u8]) -> u32 {
    bytes.iter().take(3).rev().fold(0, |sum, byte| sum << 8 | u32::from(byte | 0x20))
}

/// Of the lower three bytes alone.
fn hash(gram: u32) -> u32 {
    gram.wrapping_mul(0x9E37_79B1 << 8)
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
        let mut known = Box::new([0; 1 << BITS]);
        let mut slots = Box::new([0; (1 << SLOTS) + 1]);
        for text in &texts {
            known[(hash(gram(text.hint)) >> (32 - BITS)) as usize] = 1;
            slots[slot(text) as usize + 1] += 1;
        }
        for at in 1..slots.len() {
            slots[at] += slots[at - 1];
        }
        let mut any = [0; 256];
        for (byte, _) in &bytes {
            any[usize::from(*byte)] = 1;
        }
        let fewest = digits.iter().map(|(least, _)| *least.max(&1)).min().unwrap_or(usize::MAX);
        Prefilter { known, slots, texts, bytes, digits, fewest, any }
    }

    /// Calls `wake` with each rule and place of one of its hints: texts and bytes from left to right, then digits.
    pub(super) fn each(&self, text: &[u8], mut wake: impl FnMut(u16, usize)) {
        let mut rest = text;
        while let Some(eight) = rest.first_chunk() {
            // One load of eight bytes has six places with three bytes each.
            let hits = self.places::<6>(u64::from_le_bytes(*eight));
            if hits != 0 {
                self.looks(text, text.len() - rest.len(), hits, &mut wake);
            }
            rest = &rest[6..];
        }
        let last = rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
        let hits = self.places::<8>(last) & ((1 << rest.len()) - 1);
        if hits != 0 {
            self.looks(text, text.len() - rest.len(), hits, &mut wake);
        }
        if self.fewest != usize::MAX {
            self.digits(text, &mut wake);
        }
    }

    /// Where among the first bytes of eight a hint may stand, as bits.
    #[inline(always)]
    fn places<const COUNT: usize>(&self, word: u64) -> u32 {
        let small = word | 0x2020_2020_2020_2020;
        let mut hits = 0;
        for place in 0..COUNT {
            let text = self.known[(hash((small >> (8 * place)) as u32) >> (32 - BITS)) as usize];
            let byte = self.any[usize::from((word >> (8 * place)) as u8)];
            hits |= u32::from(text | byte) << place;
        }
        hits
    }

    /// Looks at the places that have a bit.
    fn looks(&self, text: &[u8], from: usize, hits: u32, wake: &mut impl FnMut(u16, usize)) {
        let mut hits = hits;
        while hits != 0 {
            self.look(text, from + hits.trailing_zeros() as usize, wake);
            hits &= hits - 1;
        }
    }

    /// Compares what stands at a place with the hints that it may be.
    #[inline(never)]
    fn look(&self, text: &[u8], at: usize, wake: &mut impl FnMut(u16, usize)) {
        let rest = &text[at..];
        let byte = rest[0];
        if self.any[usize::from(byte)] != 0 {
            for (_, rule) in self.bytes.iter().filter(|(wanted, _)| *wanted == byte) {
                wake(*rule, at);
            }
        }
        let hash = hash(match rest {
            [a, b, c, ..] => u32::from_le_bytes([*a, *b, *c, 0]) | 0x20_2020,
            _ => return,
        });
        if self.known[(hash >> (32 - BITS)) as usize] == 0 {
            return;
        }
        let slot = (hash >> (32 - SLOTS)) as usize;
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
            if !IN_NUMBER[usize::from(*byte)] || !(byte.is_ascii_digit() || between(text, probe)) {
                (from, probe) = (probe + 1, probe + self.fewest);
                continue;
            }
            // Back to where it begins; after a bracket that closes nothing, it begins behind.
            let mut at = probe;
            while at > from && (text[at - 1].is_ascii_digit() || between(text, at - 1)) {
                at -= 1;
            }
            at += usize::from(!text[at].is_ascii_digit());
            let (count, end) = run(text, at);
            if count >= self.fewest {
                for (_, rule) in self.digits.iter().filter(|(least, _)| count >= *least) {
                    wake(*rule, at);
                }
            }
            (from, probe) = (end, end + self.fewest - 1);
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

/// Whether what is no digit here may stand between two of a number.
#[inline]
fn between(text: &[u8], at: usize) -> bool {
    let here = text[at];
    if !IN_NUMBER[usize::from(here)] || at == 0 {
        return false;
    }
    let (before, behind) = (text[at - 1], text.get(at + 1).copied().unwrap_or(0));
    (before.is_ascii_digit() || here == b' ' && before == b')')
        && (behind.is_ascii_digit() || here == b')' && behind == b' ')
}

/// How many digits belong together from a place on, and where they end.
pub(super) fn run(text: &[u8], start: usize) -> (usize, usize) {
    let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    let (mut count, mut at) = (0, start);
    if !digit(at) {
        return (0, at);
    }
    loop {
        while digit(at) {
            (count, at) = (count + 1, at + 1);
        }
        if !text.get(at).is_some_and(|byte| IN_NUMBER[usize::from(*byte)]) {
            return (count, at);
        }
        at += match text[at] {
            _ if digit(at + 1) => 1,
            b')' if text.get(at + 1) == Some(&b' ') && digit(at + 2) => 2,
            _ => return (count, at),
        };
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
