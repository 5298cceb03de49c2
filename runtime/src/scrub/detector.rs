//! What a rule is: what wakes it, what it matches, what it checks.
//!
//! Not the rules (`rules/`), and not how they run (`engine`). A rule costs nothing until one of its
//! hints stands in the text: then its format, or its code, is tried at that one place.

use std::ops::Range;

/// A rule of ours: one row of a table in `rules/`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Detector {
    /// As in `[redacted:name]` and in the label `rule`: small letters, digits and `-`.
    pub(super) name: &'static str,
    /// Any of them wakes the rule.
    pub(super) hints: &'static [Hint],
    /// What is then tried.
    pub(super) find: Find,
}

/// What has to stand in a text for a rule to be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// These bytes, at least three, ASCII.
    Text(&'static str),
    /// The same in small or capital letters; to be written in small ones.
    AnyCase(&'static str),
    /// One ASCII byte that is neither letter nor digit: `@`. Tried at each.
    Byte(u8),
    /// At least so many digits, with at most one blank, `-`, `.`, `/`, `(` or `)` (or `) `) between two of
    /// them. Tried at the first digit.
    Digits(usize),
}

/// How a rule looks at a place where its hint stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Find {
    /// A published format, in the small syntax of `template`, that has to match from the hint on, with no word
    /// character before and none after it.
    Key(Key),
    /// Code. It gets the text and where the hint begins, and says what to mask.
    Code(fn(&str, usize) -> Option<Range<usize>>),
    /// Code that finds several things, of several names.
    Many(Many),
    /// The value of a name of the program's own.
    Named(&'static str),
}

/// It also gets where to put what it finds, each with the name of its rule.
pub(super) type Many = fn(&str, usize, &mut dyn FnMut(&'static str, Range<usize>));

/// A published format of keys.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    /// In the syntax of `template`.
    pub(super) template: &'static str,
    /// Goes back from the hint over such bytes first, at most [`BACK`]: for hints that stand inside of a match.
    pub(super) back: fn(u8) -> bool,
    /// Whether it is one: checksums, entropy, what stands around it.
    pub(super) check: fn(&Found<'_>) -> bool,
}

/// How far a hint is from the start of its match at most, in bytes.
pub(super) const BACK: usize = 128;

/// What a format matched.
#[derive(Clone, Debug)]
pub(super) struct Found<'t> {
    /// All of the text.
    pub(super) text: &'t str,
    /// What would be masked, in bytes of the text.
    pub(super) range: Range<usize>,
}

impl<'t> Found<'t> {
    /// What would be masked.
    pub(super) fn found(&self) -> &'t str {
        self.text.get(self.range.clone()).unwrap_or_default()
    }
}

impl Detector {
    /// A published format of keys.
    pub(super) const fn key(
        name: &'static str,
        hints: &'static [Hint],
        template: &'static str,
    ) -> Self {
        let key = Key { template, back: nowhere, check: always };
        Detector { name, hints, find: Find::Key(key) }
    }

    /// Code in place of an expression.
    pub(super) const fn code(
        name: &'static str,
        hints: &'static [Hint],
        code: fn(&str, usize) -> Option<Range<usize>>,
    ) -> Self {
        Detector { name, hints, find: Find::Code(code) }
    }

    /// Code that finds several things, and says what each is.
    pub(super) const fn many(name: &'static str, hints: &'static [Hint], code: Many) -> Self {
        Detector { name, hints, find: Find::Many(code) }
    }

    /// Looks at what was found before it is masked.
    pub(super) const fn check(mut self, check: fn(&Found<'_>) -> bool) -> Self {
        if let Find::Key(key) = &mut self.find {
            key.check = check;
        }
        self
    }

    /// Starts before the hint, where bytes of this kind begin.
    pub(super) const fn back(mut self, back: fn(u8) -> bool) -> Self {
        if let Find::Key(key) = &mut self.find {
            key.back = back;
        }
        self
    }
}

fn nowhere(_: u8) -> bool {
    false
}

fn always(_: &Found<'_>) -> bool {
    true
}
