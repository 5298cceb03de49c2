//! Texts that a thread has seen leave before: most messages, and many values, come again and again.
//!
//! A small table that is compared byte by byte, so that nothing is taken for something else. What is
//! found in a text depends on the text and its form alone, so no callsite is asked. Owned by whoever
//! writes texts on a thread; a change of rules would have to clear it, and there is none after `init`.

use super::Form;

/// Places: a power of two.
const PLACES: usize = 64;
/// Longer texts are looked at each time.
const LONGEST: usize = 126;

/// Texts that may leave as they are.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    /// Empty until something is known.
    slots: Box<[Slot]>,
}

#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Slot {
    /// 0 is free.
    kind: u8,
    length: u8,
    bytes: [u8; LONGEST],
}

/// How a text was looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind(u8);

impl Kind {
    /// As a text of this form.
    #[inline]
    pub(crate) fn of(form: Form) -> Kind {
        Kind(form as u8 + 1)
    }

    /// The same, where what is compared is the text with JSON's escapes.
    #[inline]
    pub(crate) fn escaped(form: Form) -> Kind {
        Kind((form as u8 + 1) | 0x80)
    }
}

impl Memo {
    /// True for a text that was clean before.
    #[inline]
    pub(crate) fn knows(&self, kind: Kind, text: &[u8]) -> bool {
        let Some(slot) = self.slots.get(place(kind, text)) else { return false };
        slot.kind == kind.0
            && usize::from(slot.length) == text.len()
            && slot.bytes.get(..text.len()) == Some(text)
    }

    /// Remembers a clean text, in place of another.
    pub(crate) fn learn(&mut self, kind: Kind, text: &[u8]) {
        if text.len() > LONGEST {
            return;
        }
        if self.slots.is_empty() {
            let free = Slot { kind: 0, length: 0, bytes: [0; LONGEST] };
            self.slots = vec![free; PLACES].into();
        }
        if let Some(slot) = self.slots.get_mut(place(kind, text)) {
            slot.kind = kind.0;
            slot.length = text.len() as u8;
            slot.bytes[..text.len()].copy_from_slice(text);
        }
    }
}

/// By the ends and the length of a text.
#[inline]
fn place(kind: Kind, text: &[u8]) -> usize {
    let (first, last) = match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => match (text.first_chunk::<4>(), text.last_chunk::<4>()) {
            (Some(first), Some(last)) => {
                (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into())
            }
            _ => text.iter().fold((0, 0), |(word, _), byte| (word << 8 | u64::from(*byte), 0)),
        },
    };
    let mixed = first ^ last.rotate_left(29) ^ (text.len() as u64) << 8 ^ u64::from(kind.0);
    (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58) as usize % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_text_of_the_same_kind_is_known() {
        let mut memo = Memo::default();
        let text: String = ('a'..='z').cycle().take(LONGEST).collect();
        for length in 0..=LONGEST {
            let text = &text.as_bytes()[..length];
            assert!(!memo.knows(Kind::of(Form::Text), text), "{length}");
            memo.learn(Kind::of(Form::Text), text);
            assert!(memo.knows(Kind::of(Form::Text), text), "{length}");
            assert!(!memo.knows(Kind::of(Form::Sql), text));
            assert!(!memo.knows(Kind::escaped(Form::Text), text));
            for at in 0..length {
                let mut other = text.to_vec();
                other[at] ^= 1;
                assert!(!memo.knows(Kind::of(Form::Text), &other), "{length} {at}");
            }
        }
        memo.learn(Kind::of(Form::Text), &[b'a'; LONGEST + 1]);
        assert!(!memo.knows(Kind::of(Form::Text), &[b'a'; LONGEST + 1]));
    }

    #[test]
    fn a_message_and_its_values_have_places_of_their_own() {
        let mut memo = Memo::default();
        let texts = ["order placed", "SKU-4711", "eu-west", "acme"];
        texts.iter().for_each(|text| memo.learn(Kind::of(Form::Text), text.as_bytes()));
        assert!(texts.iter().all(|text| memo.knows(Kind::of(Form::Text), text.as_bytes())));
    }
}
