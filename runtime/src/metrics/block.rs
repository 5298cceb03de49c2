//! The page while it is written: what is stored is longer than what is meant.
//!
//! To copy a few bytes whose number only shows at run time costs more than to copy thirty-two. So
//! texts are kept in whole chunks and digits in words of eight; what is stored too much is covered
//! by what comes next. A buffer that held a page before need not be filled first. Used by `layout`.

use super::digits::{self, LONGEST, STEP};

const CHUNK: usize = 32;
type Chunk = [u8; CHUNK];

/// A page that is too short grows by so much: the zeros are still near when they are written over.
const STRETCH: usize = 4 * 1024;

/// Texts that are copied again and again.
#[derive(Default)]
pub(super) struct Texts(Vec<Chunk>);

/// A place in [`Texts`].
#[derive(Clone, Copy, Default)]
pub(super) struct Text {
    first: u32,
    length: u32,
}

impl Text {
    pub(super) fn is_empty(self) -> bool {
        self.length == 0
    }

    /// The room that storing it takes.
    pub(super) fn room(self) -> usize {
        self.length as usize + CHUNK
    }
}

impl Texts {
    pub(super) fn add(&mut self, text: &[u8]) -> Text {
        let first = self.0.len() as u32;
        self.0.extend(text.chunks(CHUNK).map(|part| {
            let mut chunk = [0; CHUNK];
            chunk[..part.len()].copy_from_slice(part);
            chunk
        }));
        Text { first, length: text.len() as u32 }
    }

    pub(super) fn size(&self) -> usize {
        self.0.len() * CHUNK
    }

    #[inline]
    fn of(&self, text: Text) -> &[Chunk] {
        let first = text.first as usize;
        self.0.get(first..first + (text.length as usize).div_ceil(CHUNK)).unwrap_or_default()
    }
}

/// A text of at most [`CHUNK`] bytes.
#[derive(Clone, Copy)]
pub(super) struct Tail {
    text: Chunk,
    length: usize,
}

impl Tail {
    /// What is longer is cut off.
    pub(super) fn new(text: &str) -> Tail {
        debug_assert!(text.len() <= CHUNK, "{text}");
        let length = text.len().min(CHUNK);
        let mut chunk = [0; CHUNK];
        chunk[..length].copy_from_slice(&text.as_bytes()[..length]);
        Tail { text: chunk, length }
    }
}

/// A page that is being written.
pub(super) struct Block<'a> {
    /// Beyond `length`, what an earlier page left, or zeros.
    page: &'a mut Vec<u8>,
    length: usize,
    /// For what does not come from texts and whole numbers.
    other: Vec<u8>,
}

impl<'a> Block<'a> {
    /// Begins at the beginning of `page`, and writes over what it holds.
    pub(super) fn new(page: &'a mut Vec<u8>) -> Block<'a> {
        Block { page, length: 0, other: Vec::new() }
    }

    /// Has `write` write, which takes at most `room` bytes, [`Text::room`] and [`NUMBER`] counted
    /// for each text and number.
    #[inline]
    pub(super) fn write<R>(&mut self, room: usize, write: impl FnOnce(&mut Cursor<'_>) -> R) -> R {
        if self.page.len() - self.length < room {
            self.grow(room);
        }
        let mut cursor = Cursor { bytes: self.page, at: self.length };
        let written = write(&mut cursor);
        self.length = cursor.at;
        written
    }

    #[cold]
    fn grow(&mut self, room: usize) {
        self.page.resize(self.length + room + STRETCH, 0);
    }

    /// Has `write` write in its own way.
    pub(super) fn other(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        self.other.clear();
        write(&mut self.other);
        let end = self.length + self.other.len();
        if self.page.len() < end {
            self.grow(self.other.len());
        }
        if let Some(room) = self.page.get_mut(self.length..end) {
            room.copy_from_slice(&self.other);
        }
        self.length = end;
    }

    /// Leaves on the page what was written, and nothing else.
    pub(super) fn end(self) {
        self.page.truncate(self.length);
    }
}

/// The room that a number takes, and the end of its line, and a tail.
pub(super) const NUMBER: usize = LONGEST + 10 + 1 + 2 * CHUNK;

/// Where the next byte goes.
pub(super) struct Cursor<'a> {
    bytes: &'a mut [u8],
    at: usize,
}

impl Cursor<'_> {
    #[inline(always)]
    fn store<const N: usize>(&mut self, bytes: [u8; N]) {
        let room = self.bytes.get_mut(self.at..).and_then(|rest| rest.first_chunk_mut::<N>());
        debug_assert!(room.is_some(), "the room was counted too small");
        if let Some(room) = room {
            *room = bytes;
        }
    }

    #[inline(always)]
    pub(super) fn text(&mut self, texts: &Texts, text: Text) {
        let end = self.at + text.length as usize;
        // Four at a time: the heads of series have about a hundred letters.
        for chunks in texts.of(text).chunks(4) {
            match chunks.as_flattened().first_chunk::<{ 4 * CHUNK }>() {
                Some(four) => self.store(*four),
                None => {
                    for chunk in chunks {
                        self.store(*chunk);
                        self.at += CHUNK;
                    }
                    break;
                }
            }
            self.at += 4 * CHUNK;
        }
        self.at = end;
    }

    #[inline(always)]
    pub(super) fn tail(&mut self, tail: &Tail) {
        self.store(tail.text);
        self.at += tail.length;
    }

    #[inline(always)]
    pub(super) fn integer(&mut self, value: u64) {
        if value < STEP {
            let (letters, length) = digits::leading(value);
            self.store(letters);
            self.at += length;
        } else {
            self.long(value);
        }
    }

    #[inline(never)]
    fn long(&mut self, value: u64) {
        let (letters, length) = digits::integer(value);
        self.store(letters);
        self.at += length;
    }

    /// Nanoseconds, as seconds.
    #[inline]
    pub(super) fn seconds(&mut self, nanos: u64) {
        self.integer(nanos / 1_000_000_000);
        let (letters, length) = digits::fraction(nanos % 1_000_000_000);
        self.store(letters);
        self.at += length;
    }

    #[inline(always)]
    pub(super) fn end_line(&mut self) {
        self.store([b'\n']);
        self.at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_too_much_is_not_on_the_page() {
        let mut texts = Texts::default();
        let long = "x".repeat(3 * CHUNK);
        let all = ["", "a", &long[..CHUNK - 1], &long[..CHUNK], &long[..CHUNK + 1], &long];
        let places: Vec<Text> = all.iter().map(|text| texts.add(text.as_bytes())).collect();
        let (mut page, mut expected) = (b"a page before".repeat(2_000), String::new());
        let mut block = Block::new(&mut page);
        for round in 0..2 * STRETCH as u64 / 100 {
            for (text, place) in all.iter().zip(&places) {
                let tail = format!("{round}\"}} ");
                block.write(place.room() + 2 * NUMBER, |cursor| {
                    cursor.text(&texts, *place);
                    cursor.tail(&Tail::new(&tail));
                    cursor.integer(round * round * round);
                    cursor.end_line();
                    cursor.seconds(round * 1_000_000_007);
                    cursor.end_line();
                });
                block.other(|page| page.extend_from_slice(text.as_bytes()));
                let (cube, nanos) = (round * round * round, round * 1_000_000_007);
                let seconds = nanos as f64 / 1e9;
                expected += &format!("{text}{tail}{cube}\n{seconds}\n{text}");
            }
        }
        block.end();
        assert_eq!(String::from_utf8(page).unwrap(), expected);
    }

    #[test]
    fn a_text_longer_than_a_stretch_is_whole() {
        let mut texts = Texts::default();
        let long = "x".repeat(3 * STRETCH);
        let text = texts.add(long.as_bytes());
        let mut page = Vec::new();
        let mut block = Block::new(&mut page);
        block.write(text.room(), |cursor| cursor.text(&texts, text));
        block.end();
        assert_eq!(String::from_utf8(page).unwrap(), long);
    }
}
