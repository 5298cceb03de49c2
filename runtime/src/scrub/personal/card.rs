//! Numbers of payment cards: issuers' ranges, their lengths, the digit that checks them, and the words beside.
//!
//! ISO/IEC 7812-1 (issuer, length, check digit) and the ranges that the schemes publish. One in 40 numbers of
//! 16 digits passes all of that by chance; what stands beside an order's or an event's word is none.

use std::ops::Range;

use super::chain::{self, Chain, Form, Gap, Shapes};
use super::words::{IDS, Said, Words, said};

/// First digits of a scheme, as a range of numbers of one length, and how long its numbers are.
struct Scheme {
    from: u32,
    to: u32,
    lengths: &'static [usize],
    /// The length that is taken for a card's with no word beside it; 0 where none is.
    common: usize,
}

const fn scheme(from: u32, to: u32, lengths: &'static [usize], common: usize) -> Scheme {
    Scheme { from, to, lengths, common }
}

const LONG: &[usize] = &[16, 17, 18, 19];
const DINERS: &[usize] = &[14, 15, 16, 17, 18, 19];
const MAESTRO: &[usize] = &[12, 13, 14, 15, 16, 17, 18, 19];

#[rustfmt::skip]
const SCHEMES: [Scheme; 38] = [
    // Visa, Mastercard, American Express
    scheme(4, 4, &[13, 16, 19], 16), scheme(51, 55, &[16], 16), scheme(2221, 2720, &[16], 16), scheme(34, 34, &[15], 15),
    scheme(37, 37, &[15], 15),
    // Discover, Diners Club
    scheme(6011, 6011, LONG, 16), scheme(644, 649, LONG, 16), scheme(65, 65, LONG, 16), scheme(300, 305, DINERS, 14),
    scheme(3095, 3095, DINERS, 14), scheme(36, 36, DINERS, 14), scheme(38, 39, DINERS, 14),
    // JCB, UnionPay, Mir
    scheme(3528, 3589, LONG, 16), scheme(2131, 2131, &[15], 15), scheme(1800, 1800, &[15], 15), scheme(62, 62, LONG, 16),
    scheme(2200, 2204, LONG, 16),
    // RuPay
    scheme(81, 81, LONG, 0), scheme(60, 60, &[16], 0), scheme(82, 82, &[16], 0), scheme(508, 508, &[16], 0),
    scheme(353, 353, &[16], 0), scheme(356, 356, &[16], 0),
    // Maestro
    scheme(5018, 5018, MAESTRO, 0), scheme(5020, 5020, MAESTRO, 0), scheme(5038, 5038, MAESTRO, 0),
    scheme(5893, 5893, MAESTRO, 0), scheme(6304, 6304, MAESTRO, 0), scheme(6759, 6759, MAESTRO, 0),
    scheme(6761, 6763, MAESTRO, 0), scheme(56, 58, MAESTRO, 0), scheme(6390, 6390, MAESTRO, 0), scheme(604, 604, MAESTRO, 0),
    // Troy, Hipercard, Elo
    scheme(9792, 9792, &[16], 0), scheme(6062, 6062, &[16, 19], 0), scheme(6370, 6370, &[16], 0), scheme(5067, 5067, &[16], 0),
    scheme(6363, 6363, &[16], 0),
];

/// Words that cards stand beside.
#[rustfmt::skip]
static CARD: Words = Words::new(&[
    "card", "cards", "cardnumber", "cardno", "cardnum", "cc", "ccn", "ccnum", "ccnumber", "creditcard", "credit",
    "debit", "debitcard", "visa", "mastercard", "maestro", "amex", "express", "discover", "diners", "jcb",
    "unionpay", "rupay", "pan", "payment", "payments", "paid", "pay", "charge", "charged", "wallet", "declined", "refund", "refunded", "chargeback",
    "cardholder", "issuer", "acquirer", "merchant", "checkout", "purchase", "carte", "tarjeta",
    "karte", "kreditkarte", "kartennummer", "kreditkartennummer", "carta", "cartao", "kaart", "kort", "karta", "cartão",
    "карт", "卡", "カード", "카드",
]);

/// Words that rows of numbers stand beside.
#[rustfmt::skip]
static ROWS: Words = Words::new(&[
    "bytes", "size", "sizes", "row", "rows", "count", "counts", "values", "ms", "us", "ns", "matrix", "column", "columns",
    "pixels", "samples", "histogram", "buckets", "latencies", "counters", "sectors", "blocks", "pages", "ports", "years", "primes",
]);

/// How numbers of cards are printed.
#[rustfmt::skip]
const PRINTED: [&[usize]; 10] = [
    &[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4], &[4, 4, 4, 4, 3], &[4, 4, 4, 4, 2], &[4, 4, 4, 4, 1], &[4, 4, 4, 3],
    &[4, 4, 4, 1], &[6, 13], &[4, 4, 5],
];

/// The first two groups of those that are printed.
static SHAPES: Shapes = {
    let gaps = [Gap::Blank, Gap::Dash, Gap::Dot];
    let (mut shapes, mut at) = (Shapes::new(), 0);
    while at < gaps.len() {
        let gap: &'static [Gap] = match gaps[at] {
            Gap::Blank => &[Gap::Blank],
            Gap::Dash => &[Gap::Dash],
            _ => &[Gap::Dot],
        };
        shapes = shapes.with(&Form::new(&[4, 4], gap)).with(&Form::new(&[4, 6], gap));
        shapes = shapes.with(&Form::new(&[6, 13], gap));
        at += 1;
    }
    shapes
};

/// Whether digits that are grouped so may be one.
pub(super) fn may_be(key: u64) -> bool {
    matches!(key & 31, 12..=19) || SHAPES.has_key(key)
}

/// The card number that a chain begins with.
pub(super) fn find(text: &str, chain: &Chain) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    bare(text, bytes, chain).or_else(|| printed(text, bytes, chain))
}

/// Without gaps: 12 to 19 digits.
fn bare(text: &str, bytes: &[u8], chain: &Chain) -> Option<Range<usize>> {
    let digits = chain.digits(1).filter(|digits| (12..=19).contains(&digits.len()))?;
    let range = chain.start()..chain.end(1);
    if !is_card(digits) {
        return None;
    }
    // `%B4111..^NAME^2512` and `;4111..=2512`, as a stripe holds it: all of the track.
    if let Some(track) = track(bytes, &range) {
        return Some(track);
    }
    if !chain::begins(bytes, range.start) || !chain::ends(bytes, range.end) {
        // `card_4111..` and `pan-4111..`
        let joined =
            text.get(..range.start)?.ends_with(['_', '-']) && chain::ends(bytes, range.end);
        if !joined || said(text, &range, &CARD, &IDS) != Said::For {
            return None;
        }
    }
    let masked = match said(text, &range, &CARD, &IDS) {
        Said::For => true,
        Said::Against => false,
        Said::Nothing => schemes(digits).any(|scheme| scheme.common == digits.len()),
    };
    masked.then_some(range)
}

/// In the groups that are printed on cards, whatever the words say.
fn printed(text: &str, bytes: &[u8], chain: &Chain) -> Option<Range<usize>> {
    if chain.groups().len() < 2 || chain.total() < 13 {
        return None;
    }
    let shape = PRINTED.iter().filter(|shape| {
        // Six and thirteen are UnionPay's alone.
        let issued = |digits: &[u8]| shape.len() > 2 || digits.starts_with(&[6, 2]);
        chain.is(shape, &[Gap::Blank, Gap::Dash, Gap::Dot])
            && chain.digits(shape.len()).is_some_and(|digits| issued(digits) && is_card(digits))
    });
    let shape = shape.max_by_key(|shape| shape.len())?;
    let range = chain.start()..chain.end(shape.len());
    let gap = chain.groups().get(1)?.gap?;
    // Blanks also part a card from what follows it: its expiry, its check digits.
    let more = chain.groups().get(shape.len()).is_some_and(|next| next.gap != Some(Gap::Blank));
    let fits = chain::begins(bytes, range.start)
        && match gap {
            Gap::Blank => {
                !more && (chain.groups().len() > shape.len() || chain::ends(bytes, range.end))
            }
            _ => chain::ends(bytes, range.end),
        };
    // Rows of numbers of four digits are common, dots between them stand in versions.
    let sure = match gap {
        Gap::Blank if in_row(bytes, chain, shape.len()) => false,
        Gap::Blank if shape.len() > 2 => said(text, &range, &CARD, &ROWS) != Said::Against,
        Gap::Blank | Gap::Dash if shape.len() == 2 => {
            said(text, &range, &CARD, &IDS) != Said::Against
        }
        Gap::Dash => true,
        _ => false,
    };
    (fits && (sure || said(text, &range, &CARD, &IDS) == Said::For)).then_some(range)
}

/// Digits stand before or behind it, a blank apart, as in a table.
fn in_row(bytes: &[u8], chain: &Chain, groups: usize) -> bool {
    let before = chain.start().checked_sub(2).and_then(|at| bytes.get(at..at + 2));
    let digit_before = before.is_some_and(|pair| pair[0].is_ascii_digit() && pair[1] == b' ');
    let behind = chain.groups().get(groups).map_or(0, |group| group.end - group.start);
    digit_before || behind == 4
}

/// A stripe's track around a number.
fn track(bytes: &[u8], range: &Range<usize>) -> Option<Range<usize>> {
    let end = |from: usize| {
        let rest = bytes.get(from..)?.iter().take(80);
        Some(from + rest.take_while(|byte| !matches!(byte, b'?' | b'"' | b'\n')).count())
    };
    let start = range.start.checked_sub(1)?;
    match (bytes.get(start)?, bytes.get(range.end)?) {
        (b'B' | b'b', b'^') => Some(start..end(range.end)?),
        (b';', b'=') if chain::digits_end(bytes, range.end + 1) >= range.end + 5 => {
            Some(range.start..end(range.end)?)
        }
        _ => None,
    }
}

/// An issuer's range, the length that it has, and the check digit.
fn is_card(digits: &[u8]) -> bool {
    schemes(digits).any(|scheme| scheme.lengths.contains(&digits.len())) && luhn(digits)
}

/// The schemes that have these first digits.
fn schemes(digits: &[u8]) -> impl Iterator<Item = &'static Scheme> {
    let first =
        |count: usize| digits.iter().take(count).fold(0, |all, digit| all * 10 + u32::from(*digit));
    let [one, two, three, four] = [first(1), first(2), first(3), first(4)];
    SCHEMES.iter().filter(move |scheme| {
        let number = match scheme.from {
            0..=9 => one,
            10..=99 => two,
            100..=999 => three,
            _ => four,
        };
        (scheme.from..=scheme.to).contains(&number)
    })
}

/// The check digit of ISO/IEC 7812-1, annex B.
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .zip([false, true].iter().cycle())
        .map(|(digit, double)| match (u32::from(*digit), double) {
            (digit, false) => digit,
            (digit, true) if digit < 5 => digit * 2,
            (digit, true) => digit * 2 - 9,
        })
        .sum();
    sum % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::super::chain::Chain;
    use super::{find, is_card, luhn};

    /// The card in a text, tried at each digit as the engine would.
    fn card(text: &str) -> Option<&str> {
        let at = text.find(|c: char| c.is_ascii_digit())?;
        let mut starts = (at..text.len()).filter(|at| {
            text.as_bytes()[*at].is_ascii_digit()
                && (*at == 0 || !text.as_bytes()[at - 1].is_ascii_digit())
        });
        let found = starts.find_map(|at| find(text, &Chain::at(text.as_bytes(), at)))?;
        text.get(found)
    }

    /// A number of these first digits and this length, with its check digit.
    fn number(first: &str, length: usize) -> String {
        let body = format!("{first:7<width$}", width = length - 1);
        (b'0'..=b'9')
            .map(|check| format!("{body}{}", char::from(check)))
            .find(|number| luhn(&number.bytes().map(|byte| byte - b'0').collect::<Vec<_>>()))
            .unwrap_or_default()
    }

    #[test]
    fn each_scheme_is_known_by_its_range_and_length() {
        for (first, length, known) in [
            ("4", 16, true),
            ("4", 15, false),
            ("51", 16, true),
            ("50", 16, false),
            ("2221", 16, true),
            ("2220", 16, false),
            ("2720", 16, true),
            ("2721", 16, false),
            ("34", 15, true),
            ("37", 15, true),
            ("35", 15, false),
            ("6011", 16, true),
            ("644", 16, true),
            ("65", 19, true),
            ("300", 14, true),
            ("36", 14, true),
            ("3528", 16, true),
            ("3527", 16, false),
            ("62", 19, true),
            ("5018", 12, true),
            ("2200", 16, true),
            ("2205", 16, false),
            ("82", 16, true),
            ("9792", 16, true),
            ("1", 16, false),
        ] {
            let digits: Vec<u8> = number(first, length).bytes().map(|byte| byte - b'0').collect();
            assert_eq!(is_card(&digits), known, "{first} {length}");
        }
    }

    #[test]
    fn cards_are_found_as_people_and_programs_write_them() {
        let visa = number("4", 16);
        for text in [
            format!("paid with {visa}"),
            format!("{{\"pan\":\"{visa}\"}}"),
            format!("value {visa}."),
            format!("card_{visa}"),
            format!("/cards/{visa}/charges"),
            format!("x=5,{visa},y"),
        ] {
            assert_eq!(card(&text), Some(visa.as_str()), "{text}");
        }
        let groups = |lengths: &[usize], number: &str, gap: &str| {
            let mut rest = number;
            let parts = lengths.iter().map(|length| {
                let (part, behind) = rest.split_at(*length);
                rest = behind;
                part
            });
            parts.collect::<Vec<_>>().join(gap)
        };
        for (lengths, number, gap) in [
            (&[4, 4, 4, 4][..], &visa, " "),
            (&[4, 4, 4, 4], &visa, "-"),
            (&[4, 6, 5], &number("37", 15), " "),
            (&[4, 6, 4], &number("36", 14), "-"),
            (&[4, 4, 4, 4, 3], &number("62", 19), " "),
        ] {
            let written = groups(lengths, number, gap);
            for text in [
                format!("My number is {written}, thanks"),
                format!("{written} 12/27 123"),
                format!("order {written}"),
            ] {
                assert_eq!(card(&text), Some(written.as_str()), "{text}");
            }
        }
        let track = format!("%B{visa}^DOE/J^29011200?");
        assert_eq!(card(&track), Some(&track[1..track.len() - 1]));
    }

    #[test]
    fn numbers_that_pass_by_chance_are_none() {
        let visa = number("4", 16);
        let legacy = number("4", 13);
        for text in [
            format!("order_id={visa}"),
            format!("{{\"event_id\":{visa}}}"),
            format!("offset {visa}"),
            format!("tracking number {visa} handed to carrier"),
            format!("seen {legacy}"),
            format!("a{visa}"),
            format!("{visa}f"),
            format!("0.{visa}"),
            format!("{visa}.5"),
            format!("req-{visa}-1"),
            format!("trace={visa}"),
            format!("#{visa}"),
            format!("{} {}", &number("4", 19)[..6], &number("4", 19)[6..]),
            format!("x 4111 {} {} {} {} 9999", &visa[..4], &visa[4..8], &visa[8..12], &visa[12..]),
        ] {
            assert_eq!(card(&text), None, "{text}");
        }
        assert_eq!(card(&format!("card {legacy}")), Some(legacy.as_str()));
    }
}
