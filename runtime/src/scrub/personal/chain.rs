//! Digits in groups, as people write numbers: `4111 1111 1111 1111`, `(212) 555-0147`, `078-05-1120`.
//!
//! Reads a bounded piece of a text and copies nothing but digits. Knows no kind of number.

/// The most groups of one number.
const GROUPS: usize = 8;
/// The most digits of one number: those of the longest card, and five of what may follow it.
const DIGITS: usize = 24;

/// The fewest digits of a number.
const FEWEST: u64 = 6;

/// What stands between two groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    Blank,
    Dash,
    Dot,
    Slash,
    /// `)`, `(`, with or without a blank.
    Bracket,
}

/// Some digits in a row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Group {
    pub(super) start: usize,
    pub(super) end: usize,
    /// What stands before it; nothing before the first.
    pub(super) gap: Option<Gap>,
}

/// Groups of digits that may be one number, from the place where it was begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chain {
    groups: [Group; GROUPS],
    count: usize,
    digits: [u8; DIGITS],
    /// A byte for each group: how long it is, and what stands before it.
    key: u64,
}

/// A way to write a number: how long its groups are, and what stands between them. Compared as one word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    pub(super) lengths: &'static [usize],
    #[cfg(test)]
    pub(super) gaps: &'static [Gap],
    key: u64,
    mask: u64,
}

impl Form {
    /// There is one gap less than groups.
    pub(super) const fn new(lengths: &'static [usize], gaps: &'static [Gap]) -> Form {
        let (mut key, mut mask, mut at) = (0, 0, 0);
        while at < lengths.len() {
            let gap = if at == 0 { 0 } else { gaps[at - 1] as u64 + 1 };
            key |= (gap << 5 | lengths[at] as u64) << (at * 8);
            mask |= 0xFF << (at * 8);
            at += 1;
        }
        Form {
            lengths,
            #[cfg(test)]
            gaps,
            key,
            mask,
        }
    }
}

impl Form {
    /// Whether what chains are compared by begins in this form.
    pub(super) fn begins(&self, key: u64) -> bool {
        key & self.mask == self.key
    }
}

/// By the length of the first group, and length and gap of the second, which chains may have one of many forms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shapes([[u64; 4]; 32]);

impl Shapes {
    pub(super) const fn new() -> Shapes {
        Shapes([[0; 4]; 32])
    }

    pub(super) const fn with(mut self, form: &Form) -> Shapes {
        let second = (form.key >> 8 & 0xFF) as usize;
        let first = (form.key & 31) as usize;
        if form.lengths.len() == 1 {
            self.0[first] = [u64::MAX; 4];
        } else {
            self.0[first][second / 64] |= 1 << (second % 64);
        }
        self
    }

    pub(super) fn has(&self, chain: &Chain) -> bool {
        self.has_key(chain.key)
    }

    /// The same of what a chain is compared by.
    pub(super) fn has_key(&self, key: u64) -> bool {
        let second = (key >> 8 & 0xFF) as usize;
        self.0[(key & 31) as usize][second / 64] >> (second % 64) & 1 != 0
    }
}

impl Chain {
    /// The chain that begins with the digit at `start`.
    pub(super) fn at(bytes: &[u8], start: usize) -> Chain {
        let (groups, digits) = ([Group::default(); GROUPS], [0; DIGITS]);
        let mut chain = Chain { groups, count: 0, digits, key: 0 };
        let (mut at, mut gap, mut total) = (start, None, 0);
        while chain.count < GROUPS {
            let end = digits_end(bytes, at);
            for (place, byte) in chain.digits.iter_mut().skip(total).zip(&bytes[at..end]) {
                *place = byte - b'0';
            }
            total += end - at;
            let before = gap.map_or(0, |gap| gap as u64 + 1);
            chain.key |= (before << 5 | (end - at).min(31) as u64) << (chain.count * 8);
            chain.groups[chain.count] = Group { start: at, end, gap };
            chain.count += 1;
            match next(bytes, end) {
                Some((found, next)) if total < DIGITS => (gap, at) = (Some(found), next),
                _ => break,
            }
        }
        chain
    }

    pub(super) fn groups(&self) -> &[Group] {
        &self.groups[..self.count]
    }

    /// Where it begins.
    pub(super) fn start(&self) -> usize {
        self.groups[0].start
    }

    /// The digits of the first `groups` groups, if there are as many and they have room.
    pub(super) fn digits(&self, groups: usize) -> Option<&[u8]> {
        let taken = self.groups().get(..groups)?;
        self.digits.get(..taken.iter().map(|group| group.end - group.start).sum())
    }

    /// Whether it begins with groups of these lengths, with one kind of gap between all.
    pub(super) fn is(&self, lengths: &[usize], gaps: &[Gap]) -> bool {
        let Some(groups) = self.groups().get(..lengths.len()) else {
            return false;
        };
        let fits =
            groups.iter().zip(lengths).all(|(group, length)| group.end - group.start == *length);
        let mut between = groups.iter().filter_map(|group| group.gap);
        let first = between.next();
        fits && first.is_none_or(|first| gaps.contains(&first) && between.all(|gap| gap == first))
    }

    /// Whether it begins in this form.
    pub(super) fn is_as(&self, form: &Form) -> bool {
        form.begins(self.key)
    }

    /// How many digits its groups have together; more than those it has read if it goes on.
    pub(super) fn total(&self) -> usize {
        self.groups().iter().map(|group| group.end - group.start).sum()
    }

    /// Where its first `groups` groups end.
    pub(super) fn end(&self, groups: usize) -> usize {
        self.groups().get(groups.saturating_sub(1)).map_or(self.start(), |group| group.end)
    }
}

/// Digits that belong together, group by group: tells what a chain that begins here is compared by, before it is read.
#[derive(Debug)]
pub(super) struct Row<'t> {
    pub(super) bytes: &'t [u8],
    /// Where the group begins that it has come to.
    pub(super) start: usize,
    /// That of a chain from there on.
    pub(super) key: u64,
    count: u32,
    /// What stands before the next group that has no room in the key, and where that begins.
    more: Option<(Gap, usize)>,
}

impl<'t> Row<'t> {
    /// From the digit at `start` on.
    pub(super) fn at(bytes: &'t [u8], start: usize) -> Row<'t> {
        let end = digits_end(bytes, start);
        let key = (end - start).min(31) as u64;
        let mut row = Row { bytes, start, key, count: 1, more: next(bytes, end) };
        row.fill();
        row
    }

    #[inline]
    fn fill(&mut self) {
        while self.count < GROUPS as u32 {
            let Some((gap, start)) = self.more else { break };
            let end = digits_end(self.bytes, start);
            let group = (gap as u64 + 1) << 5 | (end - start).min(31) as u64;
            self.key |= group << (self.count * 8);
            self.count += 1;
            self.more = next(self.bytes, end);
        }
    }

    /// Goes on to the next group, if there is one, and enough digits for a number.
    pub(super) fn step(&mut self) -> bool {
        let length = (self.key & 31) as usize;
        let end =
            if length < 31 { self.start + length } else { digits_end(self.bytes, self.start) };
        let Some((_, start)) = next(self.bytes, end) else { return false };
        self.start = start;
        self.key = self.key >> 8 & !0xE0;
        self.count -= 1;
        self.fill();
        self.is_enough()
    }

    /// Whether it has as many digits as the shortest number.
    pub(super) fn is_enough(&self) -> bool {
        const EACH: u64 = 0x0101_0101_0101_0101;
        (self.key & (EACH * 31)).wrapping_mul(EACH) >> 56 >= FEWEST
    }
}

/// Where the digits from here on end.
pub(super) fn digits_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().position(|byte| !byte.is_ascii_digit()).map_or(bytes.len(), |count| at + count)
}

/// What stands between a group and the next, and where that begins.
pub(super) fn next(bytes: &[u8], end: usize) -> Option<(Gap, usize)> {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    if !matches!(byte(end), b' ' | b'(' | b')' | b'-' | b'.' | b'/') {
        return None;
    }
    let (gap, length) = match (byte(end), byte(end + 1)) {
        (b' ', b'(') | (b'-', b'(') | (b')', b' ') | (b')', b'-') => (Gap::Bracket, 2),
        (b'(' | b')', _) => (Gap::Bracket, 1),
        (b' ', _) => (Gap::Blank, 1),
        (b'-', _) => (Gap::Dash, 1),
        (b'.', _) => (Gap::Dot, 1),
        (b'/', _) => (Gap::Slash, 1),
        _ => return None,
    };
    byte(end + length).is_ascii_digit().then_some((gap, end + length))
}

/// Nothing that belongs to a word or a longer number stands before this place.
pub(super) fn begins(bytes: &[u8], start: usize) -> bool {
    let before = |back: usize| start.checked_sub(back).and_then(|at| bytes.get(at)).copied();
    match before(1) {
        None => true,
        Some(b'.' | b'-' | b'/' | b':' | b'+')
            if before(2).is_some_and(|byte| byte.is_ascii_digit()) =>
        {
            false
        }
        Some(b'.' | b'-') => {
            !before(2).is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        }
        Some(byte) => {
            !(byte.is_ascii_alphanumeric()
                || matches!(byte, b'_' | b'#' | b'$' | b'@' | b'^' | b'~'))
        }
    }
}

/// Nothing that belongs to a word or a longer number stands behind this place.
pub(super) fn ends(bytes: &[u8], end: usize) -> bool {
    let behind = |on: usize| bytes.get(end + on).copied();
    match behind(0) {
        None => true,
        Some(b'/') => !behind(1).is_some_and(|byte| byte.is_ascii_digit()),
        Some(b'.' | b'-' | b':') => !behind(1).is_some_and(|byte| byte.is_ascii_alphanumeric()),
        Some(byte) => !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'%' | b'@')),
    }
}

#[cfg(test)]
mod tests {
    use super::{Chain, Gap, begins, ends};

    #[test]
    fn groups_are_read_with_what_stands_between() {
        let text = b"4111 1111-1111.11/1(2) 3";
        let chain = Chain::at(text, 0);
        let gaps: Vec<_> = chain.groups().iter().filter_map(|group| group.gap).collect();
        assert_eq!(gaps, [Gap::Blank, Gap::Dash, Gap::Dot, Gap::Slash, Gap::Bracket, Gap::Bracket]);
        assert_eq!(chain.digits(2), Some(&[4, 1, 1, 1, 1, 1, 1, 1][..]));
        assert_eq!(chain.end(2), 9);
    }

    #[test]
    fn a_chain_is_bounded() {
        let text = "12 ".repeat(1000);
        assert!(Chain::at(text.as_bytes(), 0).groups().len() <= 8);
        let text = "1".repeat(1000);
        assert_eq!(Chain::at(text.as_bytes(), 0).digits(1), None);
    }

    #[test]
    fn what_is_part_of_an_id_neither_begins_nor_ends() {
        for (text, at) in [("a4", 1), ("_4", 1), ("ab-4", 3), ("1.4", 2), ("#4", 1), ("10:4", 3)] {
            assert!(!begins(text.as_bytes(), at), "{text}");
        }
        for (text, at) in [("4", 0), (" 4", 1), ("\"4", 1), ("=4", 1), ("/4", 1), (":4", 1)] {
            assert!(begins(text.as_bytes(), at), "{text}");
        }
        for text in ["4a", "4_", "4-a", "4.5", "4%", "4:3"] {
            assert!(!ends(text.as_bytes(), 1), "{text}");
        }
        for text in ["4", "4.", "4, ", "4\"", "4&", "4: "] {
            assert!(ends(text.as_bytes(), 1), "{text}");
        }
    }
}
