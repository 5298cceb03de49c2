//! Digits in groups, as people write numbers: `4111 1111 1111 1111`, `(212) 555-0147`, `078-05-1120`.
//!
//! Reads a bounded piece of a text and copies nothing but digits. Knows no kind of number.

/// The most groups of one number.
const GROUPS: usize = 8;
/// The most digits of one number: those of the longest card, and five of what may follow it.
const DIGITS: usize = 24;

/// The fewest digits of a number.
pub(super) const FEWEST: usize = 6;

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
        self.key & form.mask == form.key
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

/// The most groups that are looked at together.
const ROW: usize = 24;

/// Groups that belong together, read once, to tell which of them may begin a number before any is looked at in full.
#[derive(Debug)]
pub(super) struct Row {
    starts: [usize; ROW],
    /// What a chain has as its key that begins with the group.
    keys: [u64; ROW],
    /// How many digits the group and all behind it have.
    totals: [usize; ROW],
    count: usize,
    /// Where it goes on, if it has more groups than there is room for.
    rest: Option<usize>,
}

impl Row {
    /// The groups from the digit at `start` on.
    pub(super) fn at(bytes: &[u8], start: usize) -> Row {
        let mut row =
            Row { starts: [0; ROW], keys: [0; ROW], totals: [0; ROW], count: 0, rest: None };
        let (mut at, mut gap) = (start, 0);
        loop {
            if row.count == ROW {
                row.rest = Some(at);
                break;
            }
            let end = digits_end(bytes, at);
            row.starts[row.count] = at;
            row.totals[row.count] = end - at;
            row.keys[row.count] = gap << 5 | (end - at).min(31) as u64;
            row.count += 1;
            match next(bytes, end) {
                Some((found, next)) => (gap, at) = (found as u64 + 1, next),
                None => break,
            }
        }
        let (mut behind, mut total) = (0, 0);
        for place in (0..row.count).rev() {
            behind = behind << 8 | row.keys[place];
            total += row.totals[place];
            (row.keys[place], row.totals[place]) = (behind & !0xE0, total);
        }
        row
    }

    /// Starts and keys of its groups, as long as enough digits follow for a number.
    pub(super) fn heads(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        let all = self.starts.iter().zip(&self.keys).zip(&self.totals).take(self.count);
        all.take_while(|(_, total)| self.rest.is_some() || **total >= FEWEST)
            .map(|((start, key), _)| (*start, *key))
    }

    /// Where the groups behind it begin.
    pub(super) fn rest(&self) -> Option<usize> {
        self.rest
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
