//! Parts of many secrets, in all encodings, found in one pass over a haystack.
//!
//! What changes each byte alone (base64, hex, UTF-16) is looked for as it would be written; what may
//! escape some characters and others not is read first, by `decode`.

use std::collections::HashMap;

use super::Encoding;
use super::decode;

/// So many characters in a row are a leak.
const RUN: usize = 6;
/// With other capitals, which base64 of something else may have by chance.
const FOLDED_RUN: usize = 8;
/// Of digits, of which each timestamp has nineteen.
const DIGITS_RUN: usize = 10;

pub(super) struct Index {
    number: usize,
    /// By its bytes, a part of a secret: whose it is, and how it is written.
    parts: HashMap<Vec<u8>, (usize, Encoding)>,
    /// The same in lower case, for those where capitals don't matter.
    folded: HashMap<Vec<u8>, (usize, Encoding)>,
    /// The lengths of all parts that begin with these two bytes, in lower case.
    lengths: HashMap<[u8; 2], Vec<usize>>,
    /// Whether any begins so: asked first, and rarely true.
    begins: Vec<bool>,
}

fn pair(first: u8, second: u8) -> ([u8; 2], usize) {
    let pair = [first.to_ascii_lowercase(), second.to_ascii_lowercase()];
    (pair, usize::from(u16::from_be_bytes(pair)))
}

impl Index {
    pub(super) fn new<'a>(secrets: impl Iterator<Item = &'a str>) -> Index {
        let mut index = Index {
            number: 0,
            parts: HashMap::new(),
            folded: HashMap::new(),
            lengths: HashMap::new(),
            begins: vec![false; 1 << 16],
        };
        for secret in secrets {
            let is_number = secret.bytes().all(|byte| byte.is_ascii_digit());
            for part in runs(secret, if is_number { DIGITS_RUN } else { RUN }) {
                index.add(part);
            }
            for part in runs(secret, FOLDED_RUN).filter(|_| !is_number) {
                index.enter(part.to_ascii_lowercase().into_bytes(), Encoding::Folded, true);
            }
            index.number += 1;
        }
        index
    }

    fn add(&mut self, part: &str) {
        let bytes = part.as_bytes();
        self.enter(bytes.to_vec(), Encoding::Raw, false);
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.enter(hex.into_bytes(), Encoding::Hex, true);
        for alignment in 0..3 {
            let text = base64(bytes, alignment);
            let url: Vec<u8> = text.iter().map(|char| url_safe(*char)).collect();
            self.enter(text, Encoding::Base64, false);
            self.enter(url, Encoding::Base64, false);
        }
        // From the first byte that is not zero to the last: the same in both orders.
        let mut wide: Vec<u8> = part.encode_utf16().flat_map(u16::to_le_bytes).collect();
        if part.is_ascii() {
            wide.pop();
            self.enter(wide, Encoding::Utf16, false);
        } else {
            self.enter(wide, Encoding::Utf16, false);
            let wide: Vec<u8> = part.encode_utf16().flat_map(u16::to_be_bytes).collect();
            self.enter(wide, Encoding::Utf16, false);
        }
    }

    fn enter(&mut self, part: Vec<u8>, encoding: Encoding, is_folded: bool) {
        let [first, second, ..] = part[..] else { return };
        let (begin, number) = pair(first, second);
        self.begins[number] = true;
        let lengths = self.lengths.entry(begin).or_default();
        if !lengths.contains(&part.len()) {
            lengths.push(part.len());
        }
        let parts = if is_folded { &mut self.folded } else { &mut self.parts };
        parts.entry(part).or_insert((self.number, encoding));
    }

    /// Of each secret how it can be read, and where; the plainest way first.
    pub(super) fn search(&self, haystack: &[u8]) -> Vec<Option<(Encoding, usize)>> {
        let mut found = vec![None; self.number];
        let mut note = |secret: usize, encoding, at| {
            let known: &mut Option<(Encoding, usize)> = &mut found[secret];
            if known.is_none_or(|(known, _)| encoding < known) {
                *known = Some((encoding, at));
            }
        };
        self.pass(haystack, &mut note);
        for view in decode::views(haystack) {
            self.pass(&view.bytes, |secret, encoding, at| {
                note(secret, encoding.max(view.encoding), view.at(at));
            });
        }
        found
    }

    fn pass(&self, haystack: &[u8], mut note: impl FnMut(usize, Encoding, usize)) {
        let mut folded = Vec::new();
        for at in 0..haystack.len().saturating_sub(1) {
            let (begin, number) = pair(haystack[at], haystack[at + 1]);
            if !self.begins[number] {
                continue;
            }
            for length in self.lengths.get(&begin).into_iter().flatten() {
                let Some(part) = haystack.get(at..at + length) else { continue };
                if let Some((secret, encoding)) = self.parts.get(part) {
                    note(*secret, *encoding, at);
                }
                folded.clear();
                folded.extend(part.iter().map(u8::to_ascii_lowercase));
                if let Some((secret, encoding)) = self.folded.get(&folded) {
                    note(*secret, *encoding, at);
                }
            }
        }
    }
}

/// All parts of so many characters; a shorter text is its own part.
fn runs(text: &str, length: usize) -> impl Iterator<Item = &str> {
    let mut begins: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let length = length.min(begins.len());
    begins.push(text.len());
    let ends = begins.clone().into_iter().skip(length);
    begins.into_iter().zip(ends).map(|(from, to)| &text[from..to])
}

/// What is sure of its base64, however many bytes stand before it: at the edges its bits share
/// characters with what is not known.
fn base64(bytes: &[u8], alignment: usize) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bit = |place: usize| bytes[place / 8] >> (7 - place % 8) & 1;
    // The first character that begins within: characters are six bits, counted from the alignment.
    let first = (6 - alignment * 8 % 6) % 6;
    let number = (bytes.len() * 8 - first) / 6;
    let sextet =
        |index: usize| (0..6).fold(0, |sextet, place| sextet << 1 | bit(first + index * 6 + place));
    (0..number).map(|index| ALPHABET[usize::from(sextet(index))]).collect()
}

fn url_safe(char: u8) -> u8 {
    match char {
        b'+' => b'-',
        b'/' => b'_',
        other => other,
    }
}
