//! The words around a number: whether they speak for a card, a telephone, an id of the program's own.
//!
//! Only for what has passed every other check: reads at most [`REACH`] bytes of the same line, nearest words
//! first. A key that the number is the value of (`order_id=`, `"pan":`) speaks alone.

use std::ops::Range;

use super::super::mask;

/// How far words are looked for, in bytes.
const REACH: usize = 64;
/// The most words that are looked at before a number, and after it.
const BEFORE: usize = 7;
const AFTER: usize = 3;

/// What the words say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// The nearest word that says something speaks for it.
    For,
    /// It speaks against it.
    Against,
    /// None says anything.
    Nothing,
}

/// The longest list of words.
const MOST: usize = 160;

/// A list of words, and by their first letters which lengths they have: most words of a text are none of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    list: &'static [&'static str],
    lengths: [u32; 32],
    /// Which word is the first with a letter, counted from 1, and which is the next after each: 0 at the end.
    first: [u8; 32],
    next: [u8; MOST],
}

impl Words {
    /// A word with a `*` behind it stands for all that begin so.
    pub(super) const fn new(list: &'static [&'static str]) -> Words {
        let (mut lengths, mut first, mut next, mut at) = ([0; 32], [0; 32], [0; MOST], 0);
        while at < list.len() {
            let word = list[at].as_bytes();
            let last = word.len() - 1;
            let bits = if word[last] == b'*' { u32::MAX << last } else { 1 << (word.len() & 31) };
            let letter = (word[0] & 31) as usize;
            lengths[letter] |= bits;
            next[at] = first[letter];
            at += 1;
            first[letter] = at as u8;
        }
        Words { list, lengths, first, next }
    }

    #[inline]
    fn has(&self, word: &str) -> bool {
        let Some(first) = word.bytes().next() else {
            return false;
        };
        if !word.is_ascii() {
            return self.has_part(word);
        }
        let (letter, length) = (usize::from(first & 31), word.len().min(31));
        self.lengths[letter] >> length & 1 != 0 && self.has_from(letter, word)
    }

    /// Compares a word with those that have its first letter.
    fn has_from(&self, letter: usize, word: &str) -> bool {
        let mut at = self.first[letter];
        while let Some(place) = at.checked_sub(1) {
            let known = self.list[usize::from(place)];
            let same = match known.strip_suffix('*') {
                Some(known) => {
                    word.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known))
                }
                None => known.eq_ignore_ascii_case(word),
            };
            if same {
                return true;
            }
            at = self.next[usize::from(place)];
        }
        false
    }

    /// The first of them.
    #[cfg(test)]
    pub(super) fn first(&self) -> &'static str {
        self.list[0]
    }

    /// Not all scripts part words.
    #[cold]
    fn has_part(&self, word: &str) -> bool {
        let small = word.to_lowercase();
        self.list.iter().any(|known| !known.is_ascii() && small.contains(known))
    }
}

/// No words.
pub(super) const NONE: &Words = &Words::new(&[]);

/// What the words around a range say.
pub(super) fn said(text: &str, range: &Range<usize>, yes: &Words, no: &Words) -> Said {
    said_or(text, range, yes, NONE, no)
}

/// The same, where the words of two lists speak for it.
pub(super) fn said_or(
    text: &str,
    range: &Range<usize>,
    yes: &Words,
    more: &Words,
    no: &Words,
) -> Said {
    // A table of numbers has no words.
    let bytes = text.as_bytes();
    let reach = bytes.get(range.start.saturating_sub(REACH)..range.start).unwrap_or_default();
    let rest = bytes.get(range.end..).unwrap_or_default().iter().take(REACH);
    if !reach.iter().chain(rest).any(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii()) {
        return Said::Nothing;
    }
    let mut listener = Listener { yes, more, no, said: Said::Nothing, seen: 0, words: 0 };
    if before(text, range.start, &mut listener) {
        after(text, range.end, &mut listener);
    }
    listener.said
}

/// Whether a word speaks for it.
pub(super) fn says(text: &str, range: &Range<usize>, yes: &Words) -> bool {
    said(text, range, yes, NONE) == Said::For
}

/// Words that ids, times and sizes stand beside.
#[rustfmt::skip]
pub(super) static IDS: Words = Words::new(&[
    "id", "ids", "uid", "uuid", "guid", "order", "orders", "event", "events", "offset", "offsets", "trace",
    "span", "seq", "sequence", "timestamp", "ts", "time", "date", "batch", "row", "rows", "tracking", "device",
    "message", "msg", "request", "req", "job", "segment", "partition", "ref", "reference", "transaction",
    "txn", "tx", "trx", "session", "version", "revision", "rev", "build", "commit", "hash", "checksum", "digest",
    "nonce", "counter", "count", "bytes", "byte", "size", "length", "len", "ns", "ms", "epoch", "lsn",
    "xid", "pid", "tid", "imei", "serial", "sku", "ean", "upc", "gtin", "isbn", "barcode", "ticket", "block",
    "height", "nanos", "micros", "millis", "snowflake", "shipment", "parcel", "package", "item", "product",
    "cursor", "page", "inode", "generation", "term", "index", "ledger", "position", "pos", "duration", "elapsed",
    "took", "total", "sum", "amount", "balance", "bucket", "shard", "worker", "thread", "invoice", "delivery",
    "correlation", "entity", "object", "record", "records", "key", "lag", "oid", "iccid", "imsi", "revno", "port",
]);

/// Words that say only that something is a number: the next one counts.
#[rustfmt::skip]
static EMPTY: Words = Words::new(&[
    "number", "num", "no", "nr", "value", "val", "raw", "digits", "full", "text", "string", "input", "data",
]);

/// Listens to the words, the nearest first.
struct Listener<'w> {
    yes: &'w Words,
    more: &'w Words,
    no: &'w Words,
    said: Said,
    /// All of them, and those that are not empty.
    seen: usize,
    words: usize,
}

impl Listener<'_> {
    /// A word before the place; `false` where it has spoken.
    #[inline]
    fn word(&mut self, word: Option<&str>) -> bool {
        self.seen += 1;
        let word = word.unwrap_or_default();
        let lists = [&EMPTY, self.yes, self.more, self.no];
        let first = usize::from(word.bytes().next().unwrap_or(0) & 31);
        let lengths = lists.iter().fold(0, |all, words| all | words.lengths[first]);
        // Of most words it is known at once that they stand in none.
        if lengths >> word.len().min(31) & 1 == 0 && word.is_ascii() {
            self.words += 1;
            return true;
        }
        self.words += usize::from(!EMPTY.has(word));
        self.hear(word)
    }

    fn hear(&mut self, word: &str) -> bool {
        if self.yes.has(word) || self.more.has(word) {
            self.said = Said::For;
        } else if self.no.has(word) {
            self.said = Said::Against;
        }
        self.said == Said::Nothing
    }
}

/// Tells each word before a place, the nearest first, until one has spoken. Says whether words behind the place may
/// speak as well.
fn before(text: &str, start: usize, listener: &mut Listener<'_>) -> bool {
    let from = mask::ceiling(text, start.saturating_sub(REACH));
    let near = text.get(from..start).unwrap_or_default();
    if near.is_ascii() {
        // The same letter by letter, without decoding.
        return words_before(near, near.bytes().map(char::from).enumerate(), from, listener);
    }
    words_before(near, near.char_indices(), from, listener)
}

/// The same of a piece of the text, and where it begins in that.
#[inline(always)]
fn words_before(
    near: &str,
    chars: impl DoubleEndedIterator<Item = (usize, char)>,
    from: usize,
    listener: &mut Listener<'_>,
) -> bool {
    let (mut end, mut upper) = (None, false);
    // It is the value of a key, and stands right behind its `=`.
    let (mut keyed, mut tight) = (false, false);
    for (at, char) in chars.rev() {
        let behind = at + char.len_utf8();
        if char.is_alphabetic() {
            // `cardNumber`: a small letter before a capital one ends the word that was read.
            if let (Some(until), true, true) = (end, upper, char.is_lowercase()) {
                if !listener.word(near.get(behind..until)) {
                    return false;
                }
                end = Some(behind);
            }
            upper = char.is_uppercase();
            end = end.or(Some(behind));
            continue;
        }
        if let Some(until) = end.take() {
            if !listener.word(near.get(behind..until)) {
                return false;
            }
        }
        upper = false;
        if listener.words >= BEFORE {
            return true;
        }
        let (seen, words) = (listener.seen > 0, listener.words > 0);
        match char {
            '\n' | '\r' => return true,
            ',' if seen || keyed => return !keyed,
            // `"card": {"number": ..`: what it is of says what it is.
            '{' if keyed && !words => {}
            ';' | '&' | '|' | '{' | '}' | '<' | '>' | '\t' | '=' | '?' if seen => return !keyed,
            '"' | '\'' | '`' if words && keyed => return false,
            c if c.is_whitespace() && seen && tight => return false,
            '=' => (keyed, tight) = (true, true),
            ':' if !words => keyed = true,
            _ => {}
        }
    }
    match end {
        // A word that the reach has cut is none.
        Some(until) if from == 0 => listener.word(near.get(..until)),
        _ => true,
    }
}

/// Tells each word right after a place.
fn after(text: &str, end: usize, listener: &mut Listener<'_>) {
    let until = mask::floor(text, end.saturating_add(REACH));
    let near = text.get(end..until).unwrap_or_default();
    if !near.starts_with([' ', '(']) {
        return;
    }
    for word in near.split([' ', '(', ')']).filter(|word| !word.is_empty()).take(AFTER) {
        let letters = word.trim_end_matches(['.', ',', ';', ':', '!', '?']);
        // `a=1 order_id=2`: the key of the next value says nothing of this one.
        if !letters.chars().all(char::is_alphabetic)
            || !listener.hear(letters)
            || letters.len() < word.len()
        {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{IDS, Said, Words, said};

    const CARD: Words = Words::new(&["card", "visa", "kreditkarte", "карт"]);

    #[test]
    fn the_nearest_word_decides() {
        for (text, expected) in [
            ("my card number is # today", Said::For),
            ("cardNumber=#", Said::For),
            ("card_id=#", Said::Against),
            ("order 12 paid by VISA #", Said::For),
            ("card paid for order #", Said::Against),
            ("{\"order_id\":5,\"pan\":1,\"card\":\"#\"}", Said::For),
            ("order_id=5 x=#", Said::Nothing),
            ("{\"order_id\":5,\"value\":\"#\"}", Said::Nothing),
            ("card\n#", Said::Nothing),
            ("{\"card\":{\"number\":\"#\"}}", Said::For),
            ("{\"order\":5,\"number\":\"#\"}", Said::Nothing),
            ("order_id=5 number=#", Said::Nothing),
            ("# visa", Said::For),
            ("# order_id=4", Said::Nothing),
            ("номер карты: #", Said::For),
            ("row id # replaced in stages", Said::Against),
            ("{\"message_id\":\"#\",\"topic\":\"card\"}", Said::Against),
            ("discards #", Said::Nothing),
        ] {
            let at = text.find('#').unwrap_or_default();
            assert_eq!(said(text, &(at..at + 1), &CARD, &IDS), expected, "{text}");
        }
    }
}
