//! Numbers and addresses of persons: cards, accounts, telephones, national ids, e-mail.
//!
//! Each is known by its published form and check; digits that pass by chance are told from them by the words beside
//! them. Pure functions of a text and a place in it; `rules/personal.rs` says what wakes them.

mod card;
mod chain;
mod email;
mod iban;
mod national;
mod phone;
mod words;

use std::ops::Range;

use super::{effort, prefilter};
use chain::{Chain, Row};

/// What it costs to try all kinds of numbers at one place, in bytes gone over.
const NUMBER: usize = 128;

/// The address of e-mail around an `@`, or a `%40`.
pub(super) fn email(text: &str, at: usize) -> Option<Range<usize>> {
    email::find(text, at)
}

/// Italy's codice fiscale behind its word.
pub(super) fn fiscal_code(text: &str, at: usize) -> Option<Range<usize>> {
    national::fiscal_code(text, at)
}

/// The account number behind the word `iban`.
pub(super) fn account(text: &str, at: usize) -> Option<Range<usize>> {
    iban::behind(text, at)
}

/// All numbers among the digits from `at` on, as far as they belong together, with the names of their rules.
pub(super) fn numbers(text: &str, at: usize, found: &mut dyn FnMut(&'static str, Range<usize>)) {
    let bytes = text.as_bytes();
    // Behind it are those of another hint.
    let (_, end) = prefilter::run(bytes, at);
    let at = before_bracket(bytes, at);
    let mut next = Some(at);
    if lettered_before(bytes, at) {
        if let Some(account) = iban::around(text, at) {
            next = groups(bytes, at, account.end).last().flatten();
            found("iban", account);
        }
    }
    let within = |start: &usize| *start < end;
    while let Some(start) = next.filter(within) {
        next = None;
        let mut row = Row::at(bytes, start);
        // Where there are fewer digits than any number has, there are no more behind them either.
        let mut enough = row.is_enough();
        while enough {
            let likely = may_be(&row);
            if likely {
                effort::spend(NUMBER);
                if let Some((name, range)) = number(text, &Chain::at(bytes, row.start)) {
                    next = groups(bytes, row.start, range.end).last().flatten();
                    found(name, range);
                    break;
                }
            }
            enough = row.step() && (!likely || within(&row.start));
        }
    }
}

/// Whether a number may begin here, by how the digits are grouped: most of a log begin none.
fn may_be(row: &Row<'_>) -> bool {
    let free = chain::begins(row.bytes, row.start);
    card::may_be(row.key) || national::may_be(row, free) || phone::may_be(row, free)
}

/// The number that a chain begins with.
fn number(text: &str, chain: &Chain) -> Option<(&'static str, Range<usize>)> {
    card::find(text, chain)
        .map(|range| ("card", range))
        .or_else(|| national::find(text, chain).map(|(name, range)| (rule(name), range)))
        .or_else(|| phone::find(text, chain).map(|range| ("phone", range)))
}

/// The rule of a national number: some forty of them are one, or the page would have a series for each.
fn rule(name: &str) -> &'static str {
    if name == "ssn" { "ssn" } else { "national-id" }
}

/// The starts of the groups from `at` on, up to the first at or behind `end`; nothing where they end before.
fn groups(bytes: &[u8], at: usize, end: usize) -> impl Iterator<Item = Option<usize>> + '_ {
    let step = move |start: &Option<usize>| {
        let start = (*start)?;
        (start < end)
            .then(|| chain::next(bytes, chain::digits_end(bytes, start)).map(|(_, next)| next))
    };
    std::iter::successors(Some(Some(at)), step)
}

/// `+1 (212) ..`: where the digits before a bracket begin, which no hint counts.
fn before_bracket(bytes: &[u8], at: usize) -> usize {
    let head = bytes.get(..at).unwrap_or_default();
    let before = head.strip_suffix(b" (").or_else(|| head.strip_suffix(b"-(")).unwrap_or_default();
    at - match before.iter().rev().take(4).take_while(|byte| byte.is_ascii_digit()).count() {
        0 | 4 => 0,
        count => count + 2,
    }
}

/// A letter stands right before a digit, or one gap before it.
fn lettered_before(bytes: &[u8], at: usize) -> bool {
    let letter = |back: usize| {
        at.checked_sub(back).and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphabetic)
    };
    letter(1) || letter(2) && matches!(bytes.get(at - 1), Some(b' ' | b'-'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{account, email, fiscal_code, numbers};

    fn found(text: &str) -> Vec<(&'static str, &str)> {
        let (mut found, mut at) = (Vec::new(), 0);
        while let Some(next) = text[at..].find(|c: char| c.is_ascii_digit()) {
            let (count, end) = super::prefilter::run(text.as_bytes(), at + next);
            if count >= 6 {
                numbers(text, at + next, &mut |name, range| found.push((name, &text[range])));
            }
            at = end;
        }
        found
    }

    #[test]
    fn all_numbers_of_a_chain_are_found() {
        let text = "212-555-0147 212-555-0148 078-05-1120 (212) 555-0149";
        let numbers = ["212-555-0147", "212-555-0148", "078-05-1120", "(212) 555-0149"];
        assert_eq!(found(text).iter().map(|(_, number)| *number).collect::<Vec<_>>(), numbers);
        assert_eq!(found("+1 (212) 555-0147"), [("phone", "+1 (212) 555-0147")]);
        assert_eq!(
            found("iban DE89 3704 0044 0532 0130 00 5"),
            [("iban", "DE89 3704 0044 0532 0130 00")]
        );
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(text in "(\\PC|[0-9]{1,5}|[A-Z]{1,4}|[-+ ./()@%#\"]|iban|ext|tel){0,40}") {
            for (at, byte) in text.bytes().enumerate() {
                if byte.is_ascii_digit() {
                    numbers(&text, at, &mut |_, range| assert!(text.get(range).is_some()));
                }
                for find in [email, account, fiscal_code] {
                    assert!(find(&text, at).is_none_or(|range| text.get(range).is_some()));
                }
            }
        }
    }
}
