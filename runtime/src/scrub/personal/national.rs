//! Numbers that states give to people, where their form or check digits are published.
//!
//! Those that are written in a form of their own are found anywhere; digits alone only beside a word for them. No
//! passports, no driver's licences: their numbers have no form.

use std::ops::Range;

use super::card::luhn;
use super::chain::{self, Chain, Form, Gap, Row, Shapes};
use super::words::{IDS, Said, Words, said, says};

/// A number of digits alone.
struct Number {
    name: &'static str,
    /// How it is grouped, and by what; the first forms, as many as `sure`, need no word.
    forms: &'static [Form],
    sure: usize,
    check: fn(&[u8]) -> bool,
    words: Words,
}

use Gap::{Blank, Dash, Dot, Slash};
const NONE: &[Gap] = &[];

#[rustfmt::skip]
static NUMBERS: [Number; 31] = [
    Number { name: "ssn", sure: 1, check: ssn, words: Words::new(&["ssn", "ssns", "social", "security", "socialsecurity", "sozialversicherungsnummer", "ss"]),
        forms: &[Form::new(&[3, 2, 4], &[Dash, Dash]), Form::new(&[3, 2, 4], &[Blank, Blank]), Form::new(&[3, 2, 4], &[Dot, Dot]), Form::new(&[9], NONE)] },
    Number { name: "itin", sure: 1, check: itin, words: Words::new(&["itin", "taxpayer", "tin", "individual", "tax"]),
        forms: &[Form::new(&[3, 2, 4], &[Dash, Dash]), Form::new(&[3, 2, 4], &[Blank, Blank]), Form::new(&[9], NONE)] },
    Number { name: "cpf", sure: 1, check: cpf, words: Words::new(&["cpf", "cadastro"]),
        forms: &[Form::new(&[3, 3, 3, 2], &[Dot, Dot, Dash]), Form::new(&[9, 2], &[Dash]), Form::new(&[11], NONE)] },
    Number { name: "niss", sure: 1, check: belgian, words: Words::new(&["rijksregisternummer", "rijksregister", "niss", "insz", "registre", "national", "numéro"]),
        forms: &[Form::new(&[2, 2, 2, 3, 2], &[Dot, Dot, Dash, Dot]), Form::new(&[6, 3, 2], &[Blank, Blank]), Form::new(&[11], NONE)] },
    Number { name: "nir", sure: 2, check: french, words: Words::new(&["nir", "sécu", "secu", "sécurité", "securite", "sociale", "insee", "vitale"]),
        forms: &[Form::new(&[1, 2, 2, 2, 3, 3, 2], &[Blank; 6]), Form::new(&[13, 2], &[Blank]), Form::new(&[15], NONE)] },
    Number { name: "ahv", sure: 1, check: swiss, words: Words::new(&["ahv", "avs", "ahvn", "sozialversicherungsnummer", "navs", "social", "security"]),
        forms: &[Form::new(&[3, 4, 4, 2], &[Dot, Dot, Dot]), Form::new(&[13], NONE)] },
    Number { name: "rrn", sure: 1, check: korean, words: Words::new(&["rrn", "resident", "주민등록번호", "주민번호"]),
        forms: &[Form::new(&[6, 7], &[Dash]), Form::new(&[13], NONE)] },
    Number { name: "cuit", sure: 1, check: argentine, words: Words::new(&["cuit", "cuil", "dni"]),
        forms: &[Form::new(&[2, 8, 1], &[Dash, Dash]), Form::new(&[11], NONE)] },
    Number { name: "thai-id", sure: 1, check: thai, words: Words::new(&["thai", "citizen", "national", "ประชาชน"]),
        forms: &[Form::new(&[1, 4, 5, 2, 1], &[Dash; 4]), Form::new(&[1, 4, 5, 2, 1], &[Blank; 4]), Form::new(&[13], NONE)] },
    Number { name: "resident-id", sure: 1, check: chinese, words: Words::new(&["身份证", "identity", "resident"]),
        forms: &[Form::new(&[18], NONE)] },
    Number { name: "aadhaar", sure: 0, check: aadhaar, words: Words::new(&["aadhaar", "aadhar", "adhaar", "uidai", "uid", "आधार"]),
        forms: &[Form::new(&[4, 4, 4], &[Blank, Blank]), Form::new(&[4, 4, 4], &[Dash, Dash]), Form::new(&[12], NONE)] },
    Number { name: "tax-id", sure: 0, check: german, words: Words::new(&["steuer", "steuerid", "steueridentifikationsnummer", "idnr", "identifikationsnummer", "steuernummer", "tin", "tax"]),
        forms: &[Form::new(&[2, 3, 3, 3], &[Blank; 3]), Form::new(&[11], NONE)] },
    Number { name: "bsn", sure: 0, check: dutch, words: Words::new(&["bsn", "burgerservicenummer", "sofi", "sofinummer"]),
        forms: &[Form::new(&[9], NONE), Form::new(&[4, 2, 3], &[Dot, Dot]), Form::new(&[3, 3, 3], &[Blank, Blank]), Form::new(&[3, 3, 3], &[Dot, Dot])] },
    Number { name: "personnummer", sure: 0, check: swedish, words: Words::new(&["personnummer", "pnr", "samordningsnummer", "personal", "identity", "svenskt"]),
        forms: &[Form::new(&[6, 4], &[Dash]), Form::new(&[8, 4], &[Dash]), Form::new(&[10], NONE), Form::new(&[12], NONE)] },
    Number { name: "fodselsnummer", sure: 0, check: norwegian, words: Words::new(&["fodselsnummer", "fnr", "personnummer", "fødselsnummer", "national", "identity"]),
        forms: &[Form::new(&[6, 5], &[Blank]), Form::new(&[11], NONE)] },
    Number { name: "cpr", sure: 0, check: danish, words: Words::new(&["cpr", "cprnr", "cprnummer", "personnummer"]),
        forms: &[Form::new(&[6, 4], &[Dash]), Form::new(&[10], NONE)] },
    Number { name: "pesel", sure: 0, check: pesel, words: Words::new(&["pesel"]), forms: &[Form::new(&[11], NONE)] },
    Number { name: "nif", sure: 0, check: portuguese, words: Words::new(&["nif", "contribuinte", "fiscal"]),
        forms: &[Form::new(&[9], NONE), Form::new(&[3, 3, 3], &[Blank, Blank])] },
    Number { name: "tfn", sure: 0, check: australian, words: Words::new(&["tfn", "tax", "file"]),
        forms: &[Form::new(&[3, 3, 3], &[Blank, Blank]), Form::new(&[3, 3, 3], &[Dash, Dash]), Form::new(&[9], NONE)] },
    Number { name: "medicare", sure: 0, check: medicare, words: Words::new(&["medicare"]),
        forms: &[Form::new(&[4, 5, 1], &[Blank, Blank]), Form::new(&[4, 5, 1], &[Dash, Dash]), Form::new(&[10], NONE)] },
    Number { name: "sin", sure: 0, check: canadian, words: Words::new(&["sin", "social", "insurance", "nas", "assurance"]),
        forms: &[Form::new(&[3, 3, 3], &[Blank, Blank]), Form::new(&[3, 3, 3], &[Dash, Dash]), Form::new(&[9], NONE)] },
    Number { name: "nhs", sure: 0, check: nhs, words: Words::new(&["nhs", "patient", "health"]),
        forms: &[Form::new(&[3, 3, 4], &[Blank, Blank]), Form::new(&[3, 3, 4], &[Dash, Dash]), Form::new(&[10], NONE)] },
    Number { name: "my-number", sure: 0, check: japanese, words: Words::new(&["mynumber", "マイナンバー", "個人番号", "my"]),
        forms: &[Form::new(&[4, 4, 4], &[Blank, Blank]), Form::new(&[4, 4, 4], &[Dash, Dash]), Form::new(&[12], NONE)] },
    Number { name: "za-id", sure: 0, check: south_african, words: Words::new(&["identity", "rsa", "african", "sa"]),
        forms: &[Form::new(&[13], NONE), Form::new(&[6, 4, 3], &[Blank, Blank])] },
    Number { name: "tckn", sure: 0, check: turkish, words: Words::new(&["tc", "tckn", "kimlik", "vatandaş"]), forms: &[Form::new(&[11], NONE)] },
    Number { name: "cnp", sure: 0, check: romanian, words: Words::new(&["cnp", "numeric"]), forms: &[Form::new(&[13], NONE)] },
    Number { name: "oib", sure: 0, check: mod_11_10, words: Words::new(&["oib"]), forms: &[Form::new(&[11], NONE)] },
    Number { name: "egn", sure: 0, check: bulgarian, words: Words::new(&["egn", "егн"]), forms: &[Form::new(&[10], NONE)] },
    Number { name: "birth-number", sure: 0, check: czech, words: Words::new(&["rodné", "rodne", "rodcislo", "rč"]),
        forms: &[Form::new(&[6, 4], &[Slash]), Form::new(&[10], NONE)] },
    Number { name: "amka", sure: 0, check: amka, words: Words::new(&["amka", "αμκα"]), forms: &[Form::new(&[11], NONE)] },
    Number { name: "israeli-id", sure: 0, check: israeli, words: Words::new(&["teudat", "zehut", "ת.ז", "זהות"]), forms: &[Form::new(&[9], NONE)] },
];

/// All ways to write them: most digits of a log are in none.
static SHAPES: Shapes = {
    let (mut shapes, mut at) = (Shapes::new(), 0);
    while at < NUMBERS.len() {
        let (forms, mut form) = (NUMBERS[at].forms, 0);
        while form < forms.len() {
            shapes = shapes.with(&forms[form]);
            form += 1;
        }
        at += 1;
    }
    shapes
};

/// By the length of the first group, which numbers have a form that begins so, as bits.
static BEGINNING: [u32; 32] = {
    let (mut beginning, mut at) = ([0; 32], 0);
    while at < NUMBERS.len() {
        let (forms, mut form) = (NUMBERS[at].forms, 0);
        while form < forms.len() {
            beginning[forms[form].lengths[0]] |= 1 << at;
            form += 1;
        }
        at += 1;
    }
    beginning
};

/// Ways to write those that have letters behind their digits, by their first two groups.
static LETTERED: Shapes = Shapes::new()
    .with(&Form::new(&[6, 3], &[Dash]))
    .with(&Form::new(&[2, 3], &[Dot]))
    .with(&Form::new(&[1, 3], &[Dot]));

/// Whether a number may begin here, by how the digits are grouped; `free` where nothing before belongs to them.
pub(super) fn may_be(row: &Row<'_>, free: bool) -> bool {
    let Row { bytes, start, key, .. } = *row;
    if free && (SHAPES.has_key(key) || LETTERED.has_key(key)) {
        return true;
    }
    let pairs = const { [Form::new(&[2, 2, 2], &[Blank; 2]), Form::new(&[2, 2, 2], &[Dash; 2])] };
    if pairs.iter().any(|form| form.begins(key)) {
        return true;
    }
    let ones = (key & 31) as usize;
    let letter = |at: usize| bytes.get(start + ones + at).is_some_and(u8::is_ascii_alphabetic);
    let apart = || matches!(bytes.get(start + ones), Some(b' ' | b'-')) && letter(1);
    matches!(ones, 6..=8 | 17) && (letter(0) || apart())
}

/// The national number that a chain begins with.
pub(super) fn find(text: &str, chain: &Chain) -> Option<(&'static str, Range<usize>)> {
    let bytes = text.as_bytes();
    if SHAPES.has(chain) && chain::begins(bytes, chain.start()) {
        let first = chain.end(1) - chain.start();
        let beginning = BEGINNING.get(first).copied().unwrap_or(0);
        for (at, number) in NUMBERS.iter().enumerate() {
            if beginning >> at & 1 == 0 {
                continue;
            }
            if let Some(range) = number.find(text, chain) {
                return Some((number.name, range));
            }
        }
    }
    lettered(text, chain)
}

impl Number {
    fn find(&self, text: &str, chain: &Chain) -> Option<Range<usize>> {
        let fits = |form: &Form| {
            let groups = form.lengths.len();
            chain.is_as(form)
                && chain::ends(text.as_bytes(), chain.end(groups))
                && chain.digits(groups).is_some_and(self.check)
        };
        let place = self.forms.iter().position(fits)?;
        let range = chain.start()..chain.end(self.forms.get(place)?.lengths.len());
        let sure = place < self.sure;
        (sure || said(text, &range, &self.words, &IDS) == Said::For).then_some(range)
    }
}

/// Letters among the digits.
fn lettered(text: &str, chain: &Chain) -> Option<(&'static str, Range<usize>)> {
    let bytes = text.as_bytes();
    let start = chain.start();
    let letter = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .filter(|byte| byte.is_ascii_alphabetic())
            .map(u8::to_ascii_uppercase)
    };
    let free =
        |range: &Range<usize>| chain::begins(bytes, range.start) && chain::ends(bytes, range.end);
    let first = chain.groups().first()?;
    let ones = first.end - first.start;

    // National insurance (UK): `AB123456C`, `AB 12 34 56 C`.
    if ones == 6 || chain.is(&[2, 2, 2], &[Blank, Dash]) {
        let count = if ones == 6 { 1 } else { 3 };
        let skip = |at: usize| if matches!(bytes.get(at), Some(b' ' | b'-')) { at + 1 } else { at };
        let end = skip(chain.end(count));
        let back = if start > 0 && matches!(bytes[start - 1], b' ' | b'-') { 3 } else { 2 };
        let prefix = [start.checked_sub(back), (start + 1).checked_sub(back)].map(letter);
        if let ([Some(a), Some(b)], Some(c)) = (prefix, letter(Some(end))) {
            let range = start - back..end + 1;
            let allowed = !b"DFIQUV".contains(&a) && !b"DFIOQUV".contains(&b) && c <= b'D';
            let given = ![*b"BG", *b"GB", *b"KN", *b"NK", *b"NT", *b"TN", *b"ZZ"].contains(&[a, b]);
            let small = text.get(range.clone())?.bytes().any(|byte| byte.is_ascii_lowercase());
            let words =
                || says(text, &range, &const { Words::new(&["nino", "ni", "insurance", "nin"]) });
            if allowed && given && free(&range) && (!small || words()) {
                return Some(("nino", range));
            }
        }
    }
    // Spain: `12345678Z`, `X1234567L`.
    let dash = usize::from(bytes.get(first.end) == Some(&b'-'));
    if let (7 | 8, Some(check)) = (ones, letter(Some(first.end + dash))) {
        let before = letter(start.checked_sub(1))
            .and_then(|letter| b"XYZ".iter().position(|known| *known == letter));
        let before_dash = if bytes.get(start.wrapping_sub(1)) == Some(&b'-') {
            letter(start.checked_sub(2))
                .and_then(|letter| b"XYZ".iter().position(|known| *known == letter))
        } else {
            None
        };
        let value = chain.digits(1)?.iter().fold(0, |all, digit| all * 10 + usize::from(*digit));
        let end = first.end + dash + 1;
        let (range, value) = match (ones, before, before_dash) {
            (7, Some(first), _) => (start - 1..end, first * 10_000_000 + value),
            (7, _, Some(first)) => (start - 2..end, first * 10_000_000 + value),
            _ => (start..end, value),
        };
        let foreign = range.start < start;
        let right = b"TRWAGMYFPDXBNJZSQVHLCKE"[value % 23] == check && (foreign || ones == 8);
        let capital = bytes[end - 1].is_ascii_uppercase();
        // `33554432K` is a size.
        let words = || {
            says(
                text,
                &range,
                &const { Words::new(&["dni", "nie", "nif", "documento", "identidad"]) },
            )
        };
        if right && free(&range) && (capital && (foreign || dash == 1) || words()) {
            return Some((if foreign { "nie" } else { "dni" }, range));
        }
        // Singapore: `S1234567D`.
        if let (7, 0, Some(kind)) = (ones, dash, letter(start.checked_sub(1))) {
            let range = start - 1..first.end + 1;
            if nric(kind, chain.digits(1)?, check) && free(&range) && capital {
                return Some(("nric", range));
            }
        }
    }
    // Finland: `131052-308T`.
    if let (true, Some(last)) = (chain.is(&[6, 3], &[Dash]), bytes.get(chain.end(2))) {
        let digits = chain.digits(2)?;
        let rest = digits.iter().fold(0, |all, digit| all * 10 + usize::from(*digit)) % 31;
        let range = start..chain.end(2) + 1;
        let right = b"0123456789ABCDEFHJKLMNPRSTUVWXY"[rest] == last.to_ascii_uppercase();
        if right && is_day(digits[0] * 10 + digits[1], digits[2] * 10 + digits[3]) && free(&range) {
            return Some(("hetu", range));
        }
    }
    // China: `11010519491231002X`.
    if let (17, Some(b'X' | b'x')) = (ones, bytes.get(first.end)) {
        let mut digits = [0; 18];
        digits[..17].copy_from_slice(chain.digits(1)?);
        digits[17] = 10;
        let range = start..first.end + 1;
        if chinese(&digits) && free(&range) {
            return Some(("resident-id", range));
        }
    }
    // Chile: `12.345.678-5`.
    if chain.is_as(&const { Form::new(&[2, 3, 3], &[Dot, Dot]) })
        || chain.is_as(&const { Form::new(&[1, 3, 3], &[Dot, Dot]) })
    {
        let end = chain.end(3);
        if let (Some(b'-'), Some(last)) = (bytes.get(end), bytes.get(end + 1)) {
            let sum: usize = chain
                .digits(3)?
                .iter()
                .rev()
                .zip([2, 3, 4, 5, 6, 7].iter().cycle())
                .map(|(digit, weight)| usize::from(*digit) * weight)
                .sum();
            let range = start..end + 2;
            if b"0K987654321"[sum % 11] == last.to_ascii_uppercase() && free(&range) {
                return Some(("rut", range));
            }
        }
    }
    // Mexico: `GOMC900514HDFRRL09`.
    if ones == 6 {
        if let Some(found) = curp(text, start) {
            return Some(("curp", found));
        }
    }
    None
}

/// Mexico's CURP around its six digits: four letters, a birthday, sex, state, consonants, check digit.
fn curp(text: &str, digits: usize) -> Option<Range<usize>> {
    const LETTERS: &str = "0123456789ABCDEFGHIJKLMN*OPQRSTUVWXYZ";
    let range = digits.checked_sub(4)?..digits + 14;
    let code = text.get(range.clone())?.as_bytes();
    let letters = |part: &[u8]| part.iter().all(u8::is_ascii_uppercase);
    let fits =
        letters(&code[..4]) && matches!(code[10], b'H' | b'M' | b'X') && letters(&code[11..16]);
    let sum: Option<usize> = code[..17]
        .iter()
        .zip(2..=18)
        .map(|(byte, place)| Some(LETTERS.bytes().position(|known| known == *byte)? * (20 - place)))
        .sum();
    let check = usize::from(code[17].wrapping_sub(b'0'));
    let bytes = text.as_bytes();
    (fits
        && (10 - sum? % 10) % 10 == check
        && chain::begins(bytes, range.start)
        && chain::ends(bytes, range.end))
    .then_some(range)
}

/// Italy's codice fiscale, behind its own words: sixteen letters and digits with a check letter.
pub(super) fn fiscal_code(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let word_end =
        at + bytes.get(at..)?.iter().take(32).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let mut start = word_end;
    for _ in 0..6 {
        let gap = bytes
            .get(start..)?
            .iter()
            .take(6)
            .take_while(|byte| !byte.is_ascii_alphanumeric())
            .count();
        start += gap;
        let length = bytes
            .get(start..)?
            .iter()
            .take(17)
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count();
        if length == 16 && is_fiscal(&bytes[start..start + 16]) {
            return Some(start..start + 16);
        }
        start += length;
    }
    None
}

fn is_fiscal(code: &[u8]) -> bool {
    const ODD: [usize; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    let value = |byte: u8| {
        usize::from(if byte.is_ascii_digit() {
            byte - b'0'
        } else {
            byte.to_ascii_uppercase() - b'A'
        })
    };
    let Some((check, body)) = code.split_last() else {
        return false;
    };
    let sum: usize = body
        .iter()
        .enumerate()
        .map(|(place, byte)| if place % 2 == 0 { ODD[value(*byte)] } else { value(*byte) })
        .sum();
    code[..6].iter().all(u8::is_ascii_alphabetic)
        && check.is_ascii_alphabetic()
        && sum % 26 == value(*check)
}

/// The sum of digits, each times its weight.
fn weighed(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum()
}

fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |all, digit| all * 10 + u64::from(*digit))
}

fn last(digits: &[u8]) -> u32 {
    digits.last().copied().map_or(99, u32::from)
}

fn is_day(day: u8, month: u8) -> bool {
    (1..=31).contains(&day) && (1..=12).contains(&month)
}

/// Two digits at a place.
fn two(digits: &[u8], at: usize) -> u8 {
    digits.get(at..at + 2).map_or(99, |pair| pair[0] * 10 + pair[1])
}

/// Social Security Administration: areas 001 to 899 without 666, no group 00, no serial 0000.
fn ssn(digits: &[u8]) -> bool {
    let (area, group, serial) = (number(&digits[..3]), number(&digits[3..5]), number(&digits[5..]));
    area != 0 && area != 666 && area < 900 && group != 0 && serial != 0
}

/// IRS: 9xx, and groups 50 to 65, 70 to 88, 90 to 92, 94 to 99.
fn itin(digits: &[u8]) -> bool {
    digits[0] == 9 && matches!(two(digits, 3), 50..=65 | 70..=88 | 90..=92 | 94..=99)
}

fn cpf(digits: &[u8]) -> bool {
    let check = |count: usize| {
        let sum: u32 = digits[..count]
            .iter()
            .zip((2..=count as u32 + 1).rev())
            .map(|(digit, weight)| u32::from(*digit) * weight)
            .sum();
        sum * 10 % 11 % 10 == u32::from(digits[count])
    };
    digits.iter().any(|digit| *digit != digits[0]) && check(9) && check(10)
}

fn belgian(digits: &[u8]) -> bool {
    let (birth, check) = (number(&digits[..9]), number(&digits[9..]));
    check == 97 - birth % 97 || check == 97 - (birth + 2_000_000_000) % 97
}

fn french(digits: &[u8]) -> bool {
    let month = two(digits, 3);
    let born = matches!(month, 1..=12 | 20..=42 | 50..=99);
    matches!(digits[0], 1 | 2) && born && number(&digits[13..]) == 97 - number(&digits[..13]) % 97
}

fn swiss(digits: &[u8]) -> bool {
    let sum = weighed(&digits[..12], &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]);
    digits.starts_with(&[7, 5, 6]) && (10 - sum % 10) % 10 == last(digits)
}

fn korean(digits: &[u8]) -> bool {
    let sum = weighed(&digits[..12], &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
    is_day(two(digits, 4), two(digits, 2)) && (11 - sum % 11) % 10 == last(digits)
}

fn argentine(digits: &[u8]) -> bool {
    let sum = weighed(&digits[..10], &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
    matches!(two(digits, 0), 20 | 23..=27 | 30 | 33 | 34) && (11 - sum % 11) % 11 == last(digits)
}

fn thai(digits: &[u8]) -> bool {
    let sum = weighed(&digits[..12], &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    (1..=8).contains(&digits[0]) && (11 - sum % 11) % 10 == last(digits)
}

/// GB 11643: region, birthday, and ISO 7064, modulus 11-2; a tenth as `X`.
fn chinese(digits: &[u8]) -> bool {
    let sum = weighed(&digits[..17], &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    let century = matches!(two(digits, 6), 19 | 20);
    (1..=8).contains(&digits[0])
        && century
        && is_day(two(digits, 12), two(digits, 10))
        && (12 - sum % 11) % 11 == last(digits)
}

/// Verhoeff's check, and no 0 or 1 first.
fn aadhaar(digits: &[u8]) -> bool {
    const SHIFT: [usize; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let times = |a: usize, b: usize| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a - 5 + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    };
    let mut check = 0;
    for (place, digit) in digits.iter().rev().enumerate() {
        let shifted = (0..place % 8).fold(usize::from(*digit), |digit, _| SHIFT[digit]);
        check = times(check, shifted);
    }
    digits[0] > 1 && check == 0
}

/// ISO 7064, modulus 11,10.
fn mod_11_10(digits: &[u8]) -> bool {
    let Some((check, body)) = digits.split_last() else {
        return false;
    };
    let rest = body.iter().fold(10, |rest, digit| {
        let sum = (rest + u32::from(*digit)) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - rest) % 10 == u32::from(*check)
}

fn german(digits: &[u8]) -> bool {
    digits[0] != 0 && mod_11_10(digits)
}

fn dutch(digits: &[u8]) -> bool {
    let sum = weighed(&digits[..8], &[9, 8, 7, 6, 5, 4, 3, 2]);
    sum > 0 && sum % 11 == last(digits)
}

fn swedish(digits: &[u8]) -> bool {
    let digits = &digits[digits.len() - 10..];
    let day = two(digits, 4);
    is_day(if day > 60 { day - 60 } else { day }, two(digits, 2)) && luhn(digits)
}

fn norwegian(digits: &[u8]) -> bool {
    let first = weighed(digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]);
    let second = weighed(digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]);
    let day = two(digits, 0);
    is_day(if day > 40 { day - 40 } else { day }, two(digits, 2))
        && first % 11 == 0
        && second % 11 == 0
}

fn danish(digits: &[u8]) -> bool {
    is_day(two(digits, 0), two(digits, 2))
}

fn pesel(digits: &[u8]) -> bool {
    let month = two(digits, 2) % 20;
    is_day(two(digits, 4), month) && weighed(digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 == 0
}

fn portuguese(digits: &[u8]) -> bool {
    let rest = weighed(&digits[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    last(digits) == if rest < 2 { 0 } else { 11 - rest }
}

fn australian(digits: &[u8]) -> bool {
    weighed(digits, &[1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 == 0
}

fn medicare(digits: &[u8]) -> bool {
    (2..=6).contains(&digits[0])
        && weighed(&digits[..8], &[1, 3, 7, 9, 1, 3, 7, 9]) % 10 == u32::from(digits[8])
}

fn canadian(digits: &[u8]) -> bool {
    digits[0] != 0 && digits[0] != 8 && luhn(digits)
}

fn nhs(digits: &[u8]) -> bool {
    let rest = 11 - weighed(&digits[..9], &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    rest % 11 == last(digits) && rest != 10
}

fn japanese(digits: &[u8]) -> bool {
    let rest = weighed(&digits[..11], &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    last(digits) == if rest < 2 { 0 } else { 11 - rest }
}

fn south_african(digits: &[u8]) -> bool {
    is_day(two(digits, 4), two(digits, 2)) && digits[10] < 3 && luhn(digits)
}

fn turkish(digits: &[u8]) -> bool {
    let odd: u32 = [0, 2, 4, 6, 8].iter().map(|at| u32::from(digits[*at])).sum();
    let even: u32 = [1, 3, 5, 7].iter().map(|at| u32::from(digits[*at])).sum();
    let all: u32 = digits[..10].iter().map(|digit| u32::from(*digit)).sum();
    digits[0] != 0 && (odd * 7 + 90 - even) % 10 == u32::from(digits[9]) && all % 10 == last(digits)
}

fn romanian(digits: &[u8]) -> bool {
    let rest = weighed(&digits[..12], &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
    digits[0] != 0
        && is_day(two(digits, 5), two(digits, 3))
        && last(digits) == if rest == 10 { 1 } else { rest }
}

fn bulgarian(digits: &[u8]) -> bool {
    let month = two(digits, 2);
    let month = match month {
        41.. => month - 40,
        21.. => month - 20,
        _ => month,
    };
    is_day(two(digits, 4), month)
        && weighed(&digits[..9], &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == last(digits)
}

fn czech(digits: &[u8]) -> bool {
    let month = two(digits, 2);
    let month = if month > 50 { month - 50 } else { month };
    is_day(two(digits, 4), if month > 20 { month - 20 } else { month }) && number(digits) % 11 == 0
}

fn amka(digits: &[u8]) -> bool {
    is_day(two(digits, 0), two(digits, 2)) && luhn(digits)
}

fn israeli(digits: &[u8]) -> bool {
    luhn(digits)
}

fn nric(kind: u8, digits: &[u8], check: u8) -> bool {
    let sum = weighed(digits, &[2, 7, 6, 5, 4, 3, 2]) as usize;
    match kind {
        b'S' => b"JZIHGFEDCBA"[sum % 11] == check,
        b'T' => b"JZIHGFEDCBA"[(sum + 4) % 11] == check,
        b'F' => b"XWUTRQPNMLK"[sum % 11] == check,
        b'G' => b"XWUTRQPNMLK"[(sum + 4) % 11] == check,
        b'M' => b"XWUTRQPNJLK"[10 - (sum + 3) % 11] == check,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::chain::Chain;
    use super::{NUMBERS, find, fiscal_code};

    fn id(text: &str) -> Option<(&'static str, &str)> {
        let bytes = text.as_bytes();
        let first = |at: &usize| {
            bytes[*at].is_ascii_digit() && (*at == 0 || !bytes[*at - 1].is_ascii_digit())
        };
        let (name, found) =
            (0..text.len()).filter(first).find_map(|at| find(text, &Chain::at(bytes, at)))?;
        Some((name, text.get(found)?))
    }

    /// Digits that a number's own check takes: of its longest form, found by trying.
    fn valid(number: &super::Number) -> Vec<u8> {
        let lengths = number.forms[0].lengths;
        let length: usize = lengths.iter().sum();
        let seeds = [
            "756",
            "90070",
            "20",
            "85073",
            "1850",
            "11010519900101",
            "310185",
            "8507",
            "2",
            "131052",
            "7",
            "1",
            "850131",
        ];
        for seed in seeds {
            let mut digits: Vec<u8> = seed.bytes().map(|byte| byte - b'0').collect();
            digits.resize(length, 0);
            for _ in 0..200_000 {
                if (number.check)(&digits) {
                    return digits;
                }
                // The next number behind the seed, without a text of it.
                let tail = digits.get_mut(seed.len()..).unwrap_or_default();
                let nines = tail.iter().rev().take_while(|digit| **digit == 9).count();
                let place = tail.len().wrapping_sub(nines + 1);
                let Some(digit) = tail.get_mut(place) else { break };
                *digit += 1;
                tail[place + 1..].fill(0);
            }
        }
        Vec::new()
    }

    #[test]
    fn each_number_is_found_in_its_form_and_beside_its_word() {
        for number in &NUMBERS {
            let digits: String = valid(number).iter().map(u8::to_string).collect();
            assert!(!digits.is_empty(), "{}", number.name);
            let super::Form { lengths, gaps, .. } = number.forms[0];
            let mut rest = digits.as_str();
            let mut written = String::new();
            for (place, length) in lengths.iter().enumerate() {
                let gap = place.checked_sub(1).map(|place| match gaps[place] {
                    super::Gap::Blank => " ",
                    super::Gap::Dash => "-",
                    super::Gap::Dot => ".",
                    _ => "/",
                });
                written.push_str(gap.unwrap_or_default());
                let (part, behind) = rest.split_at(*length);
                written.push_str(part);
                rest = behind;
            }
            let text = format!("{}: {written}, ok", number.words.first());
            assert_eq!(id(&text).map(|(_, found)| found), Some(written.as_str()), "{text}");
            let alone = format!("seen {written} ok");
            let bare = id(&alone);
            assert_eq!(bare.is_some(), number.sure > 0, "{written} {bare:?}");
            let (name, text) = (number.name, format!("order {digits}"));
            assert!(
                id(&text).is_none() || number.forms[0].lengths.len() == 1 && number.sure > 0,
                "{name} {text}"
            );
        }
    }

    #[test]
    fn numbers_with_letters_are_found() {
        for (text, name, found) in [
            ("NI number AB123456C.", "nino", "AB123456C"),
            ("nino: AB 12 34 56 C", "nino", "AB 12 34 56 C"),
            ("DNI 12345678Z", "dni", "12345678Z"),
            ("12345678-Z", "dni", "12345678-Z"),
            ("NIE: X1234567L", "nie", "X1234567L"),
            ("hetu 131052-308T", "hetu", "131052-308T"),
            ("rut 12.345.678-5", "rut", "12.345.678-5"),
            ("nric S1234567D", "nric", "S1234567D"),
        ] {
            assert_eq!(id(text), Some((name, found)), "{text}");
        }
        for text in [
            "12345678A",
            "33554432K",
            "QQ123456C",
            "GB123456C",
            "ab123456c",
            "131052-308A",
            "X1234567A",
            "12.345.678-4",
        ] {
            assert_eq!(id(text), None, "{text}");
        }
        let text = "codice fiscale: RSSMRA85T10A562S ok";
        assert_eq!(
            fiscal_code(text, 7).and_then(|found| text.get(found)),
            Some("RSSMRA85T10A562S")
        );
        assert_eq!(fiscal_code("fiscal year 2024 report of the ABCDEF85T10A562A", 0), None);
    }

    #[test]
    fn what_no_office_gives_out_is_none() {
        for text in [
            "000-12-3456",
            "666-12-3456",
            "900-12-3456",
            "123-00-4567",
            "123-45-0000",
            "123-45-67890",
            "x-123-45-6789",
            "123 45 6789",
            "123456789",
            "id 123456789",
        ] {
            assert_eq!(id(text), None, "{text}");
        }
        assert_eq!(id("SSN 123 45 6789"), Some(("ssn", "123 45 6789")));
        assert_eq!(id("{\"ssn\":123456789}"), Some(("ssn", "123456789")));
    }
}
