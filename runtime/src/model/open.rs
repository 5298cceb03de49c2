//! The texts that one label has had, where they come up while the program runs: each has a number.
//!
//! There are at most so many as the mark says, and one number for all others. A text that is known is
//! found without a lock or an allocation; a new one is entered under a lock, and none is ever removed,
//! so memory is bounded by the mark. Counts nothing: whoever records with the number of the others
//! counts that. Owned by `state`, asked by handles and samples, read at each visit.
//!
//! A text that must not be seen is entered as what whoever asks leaves of it. It is found again by a
//! keyed hash, and kept nowhere.

#[cfg(not(plimsoll_loom))]
use std::hash::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
#[cfg(plimsoll_loom)]
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use crate::record::sync::{AtomicBool, AtomicU64, Mutex, OnceLock, words};

/// The value of the series that takes what found no room.
pub(crate) const OTHER: &str = "_OTHER";

/// A text is cut to so many bytes.
pub(crate) const LONGEST: usize = 128;

/// Keyed, so that nobody outside can choose texts that all fall into one place.
#[cfg(not(plimsoll_loom))]
type Keys = RandomState;
/// loom runs a model again and again, and each run must be like the others.
#[cfg(plimsoll_loom)]
type Keys = BuildHasherDefault<DefaultHasher>;

/// Bytes of a text that are looked at, if it is so long.
const LOOKED_AT: usize = 16 * 1024;

/// Places for texts that were entered as others.
const ALIASES: usize = 256;

/// Says what is to be entered in place of a text, if it must not be seen as it is.
pub(crate) type Masked<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The texts of one label.
pub(crate) struct Table {
    keys: Keys,
    /// By hash, the next free place where that is taken: the upper half of the hash, and one more
    /// than the number of the text. 0 is free; at least half of them are.
    slots: Box<[AtomicU64]>,
    /// By number.
    texts: Box<[OnceLock<Box<str>>]>,
    /// No text can be entered any more.
    is_full: AtomicBool,
    /// Texts that were entered as others: the upper part of the hash, and one more than the number of
    /// the other. Each has one place, which another may take over; none until there is one.
    aliases: OnceLock<Box<[AtomicU64]>>,
    /// Held while a text is entered: how many there are.
    count: Mutex<u32>,
}

impl Table {
    /// One that has room for `cap` texts.
    pub(crate) fn new(cap: u32) -> Table {
        let cap = cap as usize;
        Table {
            keys: Keys::default(),
            slots: words((cap * 2).next_power_of_two()),
            texts: std::iter::repeat_with(OnceLock::default).take(cap).collect(),
            is_full: AtomicBool::new(cap == 0),
            aliases: OnceLock::default(),
            count: Mutex::new(0),
        }
    }

    /// The number of a text, as `index_of` says, where nothing has to be hidden.
    #[cfg(test)]
    pub(crate) fn index(&self, text: &str) -> u32 {
        self.index_of(text, &|_| None)
    }

    /// The number of a text, which is entered if there is room: that of the others if not. `masked`
    /// is asked for new texts, and says what is to be entered in place of one.
    #[inline]
    pub(crate) fn index_of(&self, text: &str, masked: Masked<'_>) -> u32 {
        if text.len() > LONGEST {
            // What would be cut off may be the end of something that has to be hidden.
            return self.alias(text, masked);
        }
        let mut room = [0; LONGEST];
        let raw = text;
        let text = clean(text, &mut room);
        let hash = self.hash(text);
        // Looked at first: who sees that it is full sees all texts.
        let is_full = self.is_full.load(Ordering::Acquire);
        match self.find(hash, text) {
            Ok(index) => index,
            Err(_) if text == OTHER => self.others(),
            Err(_) if is_full => self.aliased(self.hash(raw)).unwrap_or(self.others()),
            Err(_) => self.alias(raw, masked),
        }
    }

    /// The number of the text that one with this hash was entered as.
    fn aliased(&self, hash: u64) -> Option<u32> {
        let alias = self.aliases.get()?.get(hash as usize % ALIASES)?.load(Ordering::Relaxed);
        (alias != 0 && alias >> 32 == hash >> 32).then(|| (alias as u32).wrapping_sub(1))
    }

    /// The number of a text that is not known as it is.
    #[cold]
    fn alias(&self, raw: &str, masked: Masked<'_>) -> u32 {
        let raw = super::text::cut(raw, LOOKED_AT);
        let hash = self.hash(raw);
        if let Some(index) = self.aliased(hash) {
            return index;
        }
        let masked = masked(raw);
        let mut room = [0; LONGEST];
        let text = clean(masked.as_deref().unwrap_or(raw), &mut room);
        let is_full = self.is_full.load(Ordering::Acquire);
        let own = self.hash(text);
        let index = match self.find(own, text) {
            Ok(index) => index,
            Err(_) if is_full || text == OTHER => self.others(),
            Err(_) => self.enter(own, text),
        };
        if masked.is_some() || raw.len() > LONGEST {
            let aliases = self.aliases.get_or_init(|| words(ALIASES));
            if let Some(alias) = aliases.get(hash as usize % ALIASES) {
                alias.store((hash >> 32) << 32 | u64::from(index + 1), Ordering::Relaxed);
            }
        }
        index
    }

    /// The text with this number; none where there is none yet.
    pub(crate) fn text(&self, index: u32) -> Option<&str> {
        match self.texts.get(index as usize) {
            Some(text) => text.get().map(|text| &**text),
            None => Some(OTHER),
        }
    }

    /// The memory of the table and its texts.
    pub(crate) fn bytes(&self) -> usize {
        // They are entered by number.
        let texts = self.texts.iter().map_while(|text| text.get()).map(|text| text.len());
        let aliases = self.aliases.get().map_or(0, |aliases| size_of_val(&**aliases));
        size_of_val(&*self.slots) + size_of_val(&*self.texts) + aliases + texts.sum::<usize>()
    }

    /// The number of all texts that found no room.
    fn others(&self) -> u32 {
        self.texts.len() as u32
    }

    fn hash(&self, text: &str) -> u64 {
        let mut hasher = self.keys.build_hasher();
        hasher.write(text.as_bytes());
        hasher.finish()
    }

    /// The number of a text, or the place where it would be entered.
    fn find(&self, hash: u64, text: &str) -> Result<u32, Option<&AtomicU64>> {
        let mask = self.slots.len() - 1;
        let start = hash as usize;
        for step in 0..self.slots.len() {
            let Some(slot) = self.slots.get(start.wrapping_add(step) & mask) else { break };
            // Whoever entered a text wrote it before.
            let entry = slot.load(Ordering::Acquire);
            if entry == 0 {
                return Err(Some(slot));
            }
            let index = (entry as u32).wrapping_sub(1);
            if entry >> 32 == hash >> 32 && self.text(index) == Some(text) {
                return Ok(index);
            }
        }
        Err(None)
    }

    #[cold]
    fn enter(&self, hash: u64, text: &str) -> u32 {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        // Others may have been here meanwhile.
        let slot = match self.find(hash, text) {
            Ok(index) => return index,
            Err(slot) => slot,
        };
        let (Some(slot), Some(place)) = (slot, self.texts.get(*count as usize)) else {
            return self.others();
        };
        let index = *count;
        place.get_or_init(|| text.into());
        *count += 1;
        slot.store((hash >> 32) << 32 | u64::from(*count), Ordering::Release);
        if *count == self.others() {
            self.is_full.store(true, Ordering::Release);
        }
        index
    }
}

/// A text as it may stand in a label: cut at the end of a letter, and without letters that act on a
/// terminal or split a line. Two texts that would look the same on the page are the same one.
pub(crate) fn clean<'a>(text: &'a str, room: &'a mut [u8; LONGEST]) -> &'a str {
    let is_short = text.len() <= LONGEST;
    if is_short && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text;
    }
    if !text.chars().any(acts) {
        return text.get(..floor(text, LONGEST)).unwrap_or_default();
    }
    let mut length = 0;
    for letter in text.chars() {
        let letter = if acts(letter) { char::REPLACEMENT_CHARACTER } else { letter };
        let Some(place) = room.get_mut(length..length + letter.len_utf8()) else { break };
        letter.encode_utf8(place);
        length += letter.len_utf8();
    }
    room.get(..length).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
}

/// What the page writes as U+FFFD.
fn acts(letter: char) -> bool {
    (letter.is_control() && letter != '\n') || matches!(letter, '\u{2028}' | '\u{2029}')
}

/// The last end of a letter at or before this byte.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(all(test, not(plimsoll_loom)))]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn texts_weigh_what_is_long_of_them() {
        let table = Table::new(100);
        let empty = table.bytes();
        table.index("a tenant");
        table.index("a tenant");
        table.index("another");
        assert_eq!(table.bytes() - empty, "a tenant".len() + "another".len());
    }

    #[test]
    fn each_text_keeps_its_number_and_those_without_room_share_one() {
        let table = Table::new(3);
        assert_eq!(["a", "b", "a", "c", "b"].map(|text| table.index(text)), [0, 1, 0, 2, 1]);
        assert_eq!(["d", "e", "c", OTHER].map(|text| table.index(text)), [3, 3, 2, 3]);
        assert_eq!(
            [0, 1, 2, 3].map(|index| table.text(index)),
            [Some("a"), Some("b"), Some("c"), Some(OTHER)]
        );
    }

    #[test]
    fn the_others_take_no_room_and_no_room_is_room_for_them_only() {
        let table = Table::new(1);
        assert_eq!([OTHER, "", OTHER].map(|text| table.index(text)), [1, 0, 1]);
        assert_eq!(Table::new(0).index("a"), 0);
        assert_eq!(Table::new(0).text(0), Some(OTHER));
        assert_eq!(Table::new(2).text(1), None, "nobody has entered it");
    }

    #[test]
    fn texts_that_look_the_same_are_the_same() {
        let table = Table::new(10);
        assert_eq!(table.index("a\0"), table.index("a\u{1b}"));
        assert_eq!(table.text(0), Some("a\u{fffd}"));
        let long = "é".repeat(100);
        assert_eq!(table.index(&long), table.index(&format!("{long}e")));
        assert_eq!(table.text(1).map(str::len), Some(128));
        let odd = format!("a{long}");
        assert_eq!(table.index(&odd), 2);
        assert_eq!(table.text(2), odd.get(..127), "cut before a letter that does not fit");
        let acting = "\r".repeat(1_000_000);
        assert_eq!(table.index(&acting), 3);
        assert_eq!(table.text(3).map(str::len), Some(126));
        assert_eq!(table.index("two\nlines"), 4);
        assert_eq!(table.text(4), Some("two\nlines"));
    }

    fn masked(text: &str) -> Option<String> {
        text.contains("hush").then(|| text.replace("hush", "[redacted]"))
    }

    #[test]
    fn a_text_that_must_not_be_seen_is_found_again_and_kept_nowhere() {
        let asked = std::cell::Cell::new(0);
        let table = Table::new(3);
        let index = |text: &str| {
            table.index_of(text, &|text| {
                asked.set(asked.get() + 1);
                masked(text)
            })
        };
        assert_eq!(["a", "hush", "a", "hush", "hush b"].map(index), [0, 1, 0, 1, 2]);
        assert_eq!(asked.get(), 3, "each text once");
        assert_eq!(
            ["[redacted]", "hush", "c", "hush c"].map(index),
            [1, 1, 3, 3],
            "also when full"
        );
        let texts: Vec<&str> = (0..3).map(|index| table.text(index).unwrap()).collect();
        assert_eq!(texts, ["a", "[redacted]", "[redacted] b"]);
    }

    #[test]
    fn a_text_is_looked_at_before_it_is_cut() {
        for at in LONGEST - 12..LONGEST + 4 {
            let table = Table::new(2);
            let long = format!("{}hush-more", "a".repeat(at));
            for _ in 0..2 {
                assert_eq!(table.index_of(&long, &masked), 0);
            }
            let text = table.text(0).unwrap();
            assert!(text.len() <= LONGEST && !text.contains('h') && !text.contains("us"), "{text}");
        }
    }

    #[test]
    fn threads_agree_on_the_numbers() {
        let table = Table::new(100);
        let start = Barrier::new(4);
        let ask = || {
            start.wait();
            (0..200).map(|text| table.index(&text.to_string())).collect::<Vec<u32>>()
        };
        let all: Vec<Vec<u32>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        for (text, index) in all.into_iter().flat_map(|seen| seen.into_iter().enumerate()) {
            let shown = table.text(index);
            assert!(shown == Some(&text.to_string()) || shown == Some(OTHER), "{text}: {shown:?}");
        }
        let mut texts: Vec<&str> = (0..100).map(|index| table.text(index).unwrap()).collect();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), 100);
    }
}
