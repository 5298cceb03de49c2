//! International bank account numbers: ISO 13616, each country's length and structure, and the two check digits.

use std::ops::Range;

/// Countries of the registry, each with what stands behind the check digits: `n` digits, `a` letters,
/// `c` either.
#[rustfmt::skip]
const COUNTRIES: [(&str, &str); 88] = [
    ("AD", "8n12c"), ("AE", "19n"), ("AL", "8n16c"), ("AT", "16n"), ("AZ", "4a20c"), ("BA", "16n"), ("BE", "12n"),
    ("BG", "4a6n8c"), ("BH", "4a14c"), ("BI", "23n"), ("BR", "23n1a1c"), ("BY", "4c4n16c"), ("CH", "5n12c"),
    ("CR", "18n"), ("CY", "8n16c"), ("CZ", "20n"), ("DE", "18n"), ("DJ", "23n"), ("DK", "14n"), ("DO", "4c20n"),
    ("EE", "16n"), ("EG", "25n"), ("ES", "20n"), ("FI", "14n"), ("FK", "2a12n"), ("FO", "14n"), ("FR", "10n11c2n"),
    ("GB", "4a14n"), ("GE", "2a16n"), ("GI", "4a15c"), ("GL", "14n"), ("GR", "7n16c"), ("GT", "4c20c"), ("HN", "4a20n"),
    ("HR", "17n"), ("HU", "24n"), ("IE", "4a14n"), ("IL", "19n"), ("IQ", "4a15n"), ("IS", "22n"), ("IT", "1a10n12c"),
    ("JO", "4a4n18c"), ("KW", "4a22c"), ("KZ", "3n13c"), ("LB", "4n20c"), ("LC", "4a24c"), ("LI", "5n12c"),
    ("LT", "16n"), ("LU", "3n13c"), ("LV", "4a13c"), ("LY", "21n"), ("MC", "10n11c2n"), ("MD", "2c18c"), ("ME", "18n"),
    ("MK", "3n10c2n"), ("MN", "16n"), ("MR", "23n"), ("MT", "4a5n18c"), ("MU", "4a19n3a"), ("NI", "4a20n"),
    ("NL", "4a10n"), ("NO", "11n"), ("OM", "3n16c"), ("PK", "4a16c"), ("PL", "24n"), ("PS", "4a21c"), ("PT", "21n"),
    ("QA", "4a21c"), ("RO", "4a16c"), ("RS", "18n"), ("RU", "14n15c"), ("SA", "2n18c"), ("SC", "4a20n3a"), ("SD", "14n"),
    ("SE", "20n"), ("SI", "15n"), ("SK", "20n"), ("SM", "1a10n12c"), ("SO", "19n"), ("ST", "21n"), ("SV", "4a20n"),
    ("TL", "19n"), ("TN", "20n"), ("TR", "5n1n16c"), ("UA", "6n19c"), ("VA", "18n"), ("VG", "4a16n"),
    ("XK", "16n"),
];

/// The longest, and as many gaps as it may have.
const LONGEST: usize = 34 + 16;

/// The account number around a digit: it may begin up to its length before.
pub(super) fn around(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let part = |at: usize| matches!(bytes[at], b' ' | b'-') || bytes[at].is_ascii_alphanumeric();
    let mut start = at;
    while start > 0 && at - start < LONGEST && part(start - 1) {
        start -= 1;
        let fits = bytes[start..].first_chunk().is_some_and(|[a, b, c, d]: &[u8; 4]| {
            a.is_ascii_alphabetic()
                && b.is_ascii_alphabetic()
                && c.is_ascii_digit()
                && d.is_ascii_digit()
        });
        if fits {
            if let Some(found) = find(text, start).filter(|found| found.end > at) {
                return Some(found);
            }
        }
    }
    None
}

/// The account number close behind the word for it: some have hardly a digit.
pub(super) fn behind(text: &str, at: usize) -> Option<Range<usize>> {
    let until = text.len().min(at + 32);
    (at + 4..until).find_map(|start| find(text, start))
}

/// The account number that begins with a country here.
fn find(text: &str, start: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let glued =
        |at: usize| bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    if start.checked_sub(1).is_some_and(glued) {
        return None;
    }
    if !bytes.get(start + 2..start + 4)?.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let country =
        [bytes.get(start)?.to_ascii_uppercase(), bytes.get(start + 1)?.to_ascii_uppercase()];
    let (_, structure) = COUNTRIES.iter().find(|(known, _)| known.as_bytes() == country)?;
    let mut number = Number { rest: 0 };
    let mut at = start + 4;
    for (count, kind) in parts(structure) {
        for _ in 0..count {
            // One gap at a time, never a line's end.
            if matches!(bytes.get(at), Some(b' ' | b'-')) {
                at += 1;
            }
            let byte = *bytes.get(at)?;
            let fits = match kind {
                b'n' => byte.is_ascii_digit(),
                b'a' => byte.is_ascii_alphabetic(),
                _ => byte.is_ascii_alphanumeric(),
            };
            if !fits {
                return None;
            }
            number.push(byte);
            at += 1;
        }
    }
    bytes[start..start + 4].iter().for_each(|byte| number.push(*byte));
    (number.rest == 1 && !glued(at)).then_some(start..at)
}

/// The parts of a structure: how many, of which kind.
fn parts(structure: &str) -> impl Iterator<Item = (usize, u8)> + '_ {
    structure.split_inclusive(|c: char| c.is_ascii_alphabetic()).filter_map(|part| {
        let (kind, count) = part.as_bytes().split_last()?;
        let count = count.iter().fold(0, |count, digit| count * 10 + usize::from(digit - b'0'));
        Some((count, *kind))
    })
}

/// ISO 7064, modulus 97: letters count from 10.
struct Number {
    rest: u32,
}

impl Number {
    fn push(&mut self, byte: u8) {
        self.rest = match byte {
            b'0'..=b'9' => self.rest * 10 + u32::from(byte - b'0'),
            _ => self.rest * 100 + u32::from(byte.to_ascii_uppercase().saturating_sub(b'A')) + 10,
        } % 97;
    }
}

#[cfg(test)]
mod tests {
    use super::{COUNTRIES, Number, around, parts};

    /// A number of a country with its check digits.
    fn number(country: &str) -> String {
        let (_, structure) = COUNTRIES.iter().find(|(known, _)| *known == country).unwrap();
        let of = |kind| match kind {
            b'n' => "7",
            b'a' => "X",
            _ => "4",
        };
        let body: String = parts(structure).map(|(count, kind)| of(kind).repeat(count)).collect();
        let mut rest = Number { rest: 0 };
        format!("{body}{country}00").bytes().for_each(|byte| rest.push(byte));
        format!("{country}{:02}{body}", 98 - rest.rest)
    }

    fn found(text: &str) -> Option<&str> {
        let digits = |at: &usize| text.as_bytes()[*at].is_ascii_digit();
        text.get((0..text.len()).filter(digits).find_map(|at| around(text, at))?)
    }

    #[test]
    fn the_numbers_of_each_country_are_known() {
        for (country, _) in COUNTRIES {
            let number = number(country);
            assert!(number.len() >= 15 && number.len() <= 34, "{number}");
            assert_eq!(found(&format!("to {number}, today")), Some(number.as_str()));
            let spaced: Vec<_> = number
                .as_bytes()
                .chunks(4)
                .map(|part| std::str::from_utf8(part).unwrap())
                .collect();
            let spaced = spaced.join(" ");
            assert_eq!(found(&format!("IBAN: {spaced} EUR 5")), Some(spaced.as_str()));
            let small = number.to_lowercase();
            assert_eq!(found(&format!("iban={small}")), Some(small.as_str()));
        }
    }

    #[test]
    fn one_wrong_digit_or_more_letters_make_it_none() {
        let right = number("DE");
        let wrong = right.replacen('7', "8", 1);
        for text in [wrong, format!("{right}1"), format!("X{right}"), right[..20].to_owned()] {
            assert_eq!(found(&text), None, "{text}");
        }
    }
}
