//! What a text says once its escapes are read, and where each byte of that stood.
//!
//! Readers here are lenient: what is no escape stays as it is. Called by the search alone.

use super::Encoding;

/// A haystack as a reader of one encoding sees it.
pub(super) struct View {
    pub(super) encoding: Encoding,
    pub(super) bytes: Vec<u8>,
    /// Of each byte the place in the haystack.
    at: Vec<usize>,
}

impl View {
    pub(super) fn at(&self, index: usize) -> usize {
        self.at[index]
    }

    fn new(encoding: Encoding) -> View {
        View { encoding, bytes: Vec::new(), at: Vec::new() }
    }

    fn push(&mut self, bytes: &[u8], at: usize) {
        self.bytes.extend_from_slice(bytes);
        self.at.resize(self.bytes.len(), at);
    }
}

/// All that can be read in it beside the bytes themselves: escapes, also of what was escaped before.
pub(super) fn views(haystack: &[u8]) -> Vec<View> {
    let mut views = once(haystack);
    let first = views.len();
    for index in 0..first {
        for mut inner in once(&views[index].bytes) {
            inner.at.iter_mut().for_each(|at| *at = views[index].at(*at));
            inner.encoding = inner.encoding.max(views[index].encoding);
            views.push(inner);
        }
    }
    views
}

fn once(haystack: &[u8]) -> Vec<View> {
    let read = [
        unescape(haystack, Encoding::Escaped, backslash),
        unescape(haystack, Encoding::Percent, percent),
        unescape(haystack, Encoding::Html, entity),
        lists(haystack),
    ];
    read.into_iter().flatten().collect()
}

/// What one escape stands for, in UTF-8 or one byte, and the escape's length.
type Step = fn(&[u8]) -> Option<(Read, usize)>;

enum Read {
    Char(char),
    Byte(u8),
}

/// None where there is no escape.
fn unescape(haystack: &[u8], encoding: Encoding, step: Step) -> Option<View> {
    let mut view = View::new(encoding);
    let mut place = 0;
    let mut is_same = true;
    while let Some(rest) = haystack.get(place..).filter(|rest| !rest.is_empty()) {
        match step(rest) {
            Some((read, length)) => {
                match read {
                    Read::Char(char) => {
                        view.push(char.encode_utf8(&mut [0; 4]).as_bytes(), place);
                    }
                    Read::Byte(byte) => view.push(&[byte], place),
                }
                place += length;
                is_same = false;
            }
            None => {
                view.push(&rest[..1], place);
                place += 1;
            }
        }
    }
    Some(view).filter(|_| !is_same)
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()
}

fn backslash(rest: &[u8]) -> Option<(Read, usize)> {
    let (b'\\', rest) = rest.split_first()? else { return None };
    let char = match rest.first()? {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'0' => '\0',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'x' => return Some((Read::Byte(number(rest.get(1..3)?, 16)? as u8), 4)),
        b'u' => return unicode(&rest[1..]).map(|(char, length)| (Read::Char(char), length + 2)),
        other => char::from(*other),
    };
    Some((Read::Char(char), 2)).filter(|_| char.is_ascii())
}

/// `0041`, `d83d\ude00` or `{41}`.
fn unicode(rest: &[u8]) -> Option<(char, usize)> {
    if rest.first() == Some(&b'{') {
        let end = rest.iter().take(8).position(|byte| *byte == b'}')?;
        return Some((char::from_u32(number(&rest[1..end], 16)?)?, end + 1));
    }
    let high = number(rest.get(..4)?, 16)?;
    if (0xd800..0xdc00).contains(&high) && rest.get(4..6) == Some(b"\\u") {
        let low = number(rest.get(6..10)?, 16)?.checked_sub(0xdc00)?;
        return Some((char::from_u32(0x10000 + ((high - 0xd800) << 10) + low)?, 10));
    }
    Some((char::from_u32(high)?, 4))
}

fn percent(rest: &[u8]) -> Option<(Read, usize)> {
    match rest.first()? {
        b'+' => Some((Read::Char(' '), 1)),
        b'%' => Some((Read::Byte(number(rest.get(1..3)?, 16)? as u8), 3)),
        _ => None,
    }
}

fn entity(rest: &[u8]) -> Option<(Read, usize)> {
    let (b'&', _) = rest.split_first()? else { return None };
    let end = rest.iter().take(12).position(|byte| *byte == b';')?;
    let char = match &rest[1..end] {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        [b'#', b'x' | b'X', digits @ ..] => char::from_u32(number(digits, 16)?)?,
        [b'#', digits @ ..] => char::from_u32(number(digits, 10)?)?,
        _ => return None,
    };
    Some((Read::Char(char), end + 1))
}

/// The bytes of lists of numbers, `104, 117` or `104,117`, also over several lines. Between two lists
/// stands a zero.
fn lists(haystack: &[u8]) -> Option<View> {
    let mut view = View::new(Encoding::Bytes);
    let mut place = 0;
    let mut goes_on = false;
    while place < haystack.len() {
        let digits = haystack[place..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let byte = number(&haystack[place..place + digits.min(4)], 10);
        match byte.and_then(|byte| u8::try_from(byte).ok()) {
            Some(byte) => {
                if !goes_on {
                    view.push(&[0], place);
                }
                view.push(&[byte], place);
                place += digits;
                let blank = |byte: &&u8| byte.is_ascii_whitespace();
                goes_on = haystack.get(place) == Some(&b',');
                place += usize::from(goes_on);
                place += haystack[place..].iter().take_while(blank).count();
            }
            None => {
                goes_on = false;
                place += digits.max(1);
            }
        }
    }
    Some(view).filter(|view| !view.bytes.is_empty())
}
