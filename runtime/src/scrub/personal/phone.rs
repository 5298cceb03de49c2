//! Telephone numbers: with a country's code (ITU-T E.164), of North America (NANP), and of any country
//! beside a word for a telephone.

use std::ops::Range;

use super::chain::{self, Chain, Form, Gap, Row, Shapes};
use super::words::{self, IDS, Said, Words, said, said_or, says};

/// Words that say what the number is.
#[rustfmt::skip]
static PHONE: Words = Words::new(&[
    "phone", "phones", "phonenumber", "telephone", "telephones", "tel", "telefo*", "mobile", "mobil", "mobilnummer", "mobiel",
    "mobielnummer", "cell", "cellphone", "cellular", "fax", "faxnummer", "msisdn", "whatsapp", "sms", "handy", "handynummer",
    "rufnummer", "celular", "movil", "portable", "telemovel", "cellulare", "puhelin*", "landline", "hotline", "homephone",
    "workphone", "komorkowy", "gsm", "signal",
    "teléfono", "móvil", "téléphone", "tél", "telemóvel", "telefón", "τηλ", "телефон", "тел", "моб", "电话", "手机", "電話",
    "携帯", "전화", "휴대폰", "टेलीफोन", "फोन", "هاتف", "טלפון",
]);

/// Words that do where the number is written as telephone numbers are.
#[rustfmt::skip]
static CALL: Words = Words::new(&[
    "call", "calling", "called", "caller", "callback", "dial", "dialed", "ring", "text", "texted", "reach", "contact",
    "contacts", "ruf", "anrufen", "appeler", "appelez", "llamar", "llame", "llámame", "chiama", "bel", "number",
    "numéro", "numero", "número", "nummer", "номер", "звоните", "позвоните",
]);

/// Words that numbers with a sign stand beside.
#[rustfmt::skip]
static SIGNED: Words = Words::new(&[
    "offset", "delta", "diff", "change", "bytes", "size", "seconds", "ns", "ms", "skew", "drift", "lag", "balance", "amount",
    "total", "sum", "growth", "score", "exponent",
]);

/// Codes of countries, with the fewest and the most digits of the number behind them.
#[rustfmt::skip]
const CODES: [(u16, usize, usize); 64] = [
    (1, 10, 10), (7, 10, 10), (20, 8, 10), (27, 9, 9), (30, 10, 10), (31, 9, 9), (32, 8, 9), (33, 9, 9), (34, 9, 9),
    (36, 8, 9), (39, 6, 11), (40, 9, 9), (41, 9, 9), (43, 7, 13), (44, 9, 10), (45, 8, 8), (46, 7, 10), (47, 8, 8),
    (48, 9, 9), (49, 6, 11), (51, 8, 9), (52, 10, 11), (53, 6, 8), (54, 10, 11), (55, 10, 11), (56, 9, 9), (57, 8, 10),
    (58, 10, 10), (60, 8, 10), (61, 9, 9), (62, 7, 12), (63, 8, 10), (64, 8, 10), (65, 8, 8), (66, 8, 9), (81, 9, 10),
    (82, 8, 11), (84, 9, 10), (86, 9, 11), (90, 10, 10), (91, 10, 10), (92, 9, 10), (93, 9, 9), (94, 9, 9), (95, 7, 10),
    (98, 10, 10), (212, 9, 9), (213, 8, 9), (216, 8, 8), (234, 8, 10), (254, 9, 10), (351, 9, 9), (353, 7, 9),
    (358, 6, 11), (359, 8, 9), (370, 8, 8), (375, 9, 9), (380, 9, 9), (385, 8, 9), (420, 9, 9), (421, 9, 9),
    (852, 8, 8), (971, 8, 9), (972, 8, 9),
];
/// First digits of codes of three digits that are assigned.
#[rustfmt::skip]
const LONG_CODES: [u16; 22] = [
    21, 22, 23, 24, 25, 26, 29, 35, 37, 38, 42, 50, 59, 67, 68, 69, 80, 85, 87, 88, 96, 99,
];
/// Digits behind a code that stands in no table: 7 to 12.
const OTHER: (usize, usize) = (7, 12);

/// The ways of North America, by their first two groups.
static AMERICAN: Shapes = {
    let (mut shapes, mut at) = (Shapes::new(), 0);
    while at < PLAIN.len() {
        shapes = shapes.with(&PLAIN[at]);
        at += 1;
    }
    at = 0;
    while at < BRACKETED.len() {
        shapes = shapes.with(&BRACKETED[at]);
        at += 1;
    }
    shapes
};

/// Whether digits that are grouped so may be one.
pub(super) fn may_be(row: &Row<'_>, free: bool) -> bool {
    let Row { bytes, start, key, .. } = *row;
    if start.checked_sub(1).is_some_and(|at| matches!(bytes[at], b'+' | b'(')) {
        return true;
    }
    let zeros =
        bytes.get(start) == Some(&b'0') && (key & 31 == 1 || bytes.get(start + 1) == Some(&b'0'));
    if free && (zeros || AMERICAN.has_key(key)) {
        return true;
    }
    // Elsewhere a number begins freely, and is neither a date nor an address.
    let dates = || {
        let date =
            |gap: u64, a: u64, b: u64, c: u64| a | (gap << 5 | b) << 8 | (gap << 5 | c) << 16;
        [Dash, Dot, Slash].iter().any(|gap| {
            let (gap, key) = (*gap as u64 + 1, key & 0xFF_FFFF);
            [date(gap, 4, 2, 2), date(gap, 2, 2, 4), date(gap, 1, 2, 4), date(gap, 2, 1, 4)]
                .contains(&key)
        })
    };
    let dotted = || {
        const DOT: u64 = (Dot as u64 + 1) << 5;
        let (second, third) = (key >> 8 & 0xFF, key >> 16 & 0xFF);
        second & 0xE0 == DOT && third & 0xE0 == DOT && (second != DOT | 2 || third != DOT | 2)
    };
    // Too many digits at once are none either.
    key & 31 <= 13 && free && !dates() && !dotted()
}

/// The telephone number that a chain begins with.
pub(super) fn find(text: &str, chain: &Chain) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let found = international(text, bytes, chain)
        .or_else(|| american(text, bytes, chain))
        .or_else(|| national(text, bytes, chain))?;
    Some(found.start..extension(bytes, found.end))
}

/// `+44 20 7946 0958`, `0049 30 901820` beside a word.
fn international(text: &str, bytes: &[u8], chain: &Chain) -> Option<Range<usize>> {
    let groups = chain.groups();
    let first = groups.first()?;
    let before = |back: usize| first.start.checked_sub(back).and_then(|at| bytes.get(at)).copied();
    let plus = before(1) == Some(b'+');
    // `+(44)`, `(+44)`
    let bracket = before(1) == Some(b'(') && before(2) == Some(b'+');
    let digits = chain.digits(groups.len()).or_else(|| chain.digits(1))?;
    let start = match (plus, bracket) {
        (true, _) => first.start - 1 - usize::from(before(2) == Some(b'(')),
        (_, true) => first.start - 2,
        _ => {
            let range = first.start..first.end;
            let fits = digits.starts_with(&[0, 0]) && chain::begins(bytes, first.start);
            let end = if fits { behind_code(bytes, chain, digits, 2)? } else { return None };
            let word = says(text, &range, &PHONE) || groups.len() > 2 && says(text, &range, &CALL);
            return (word || digits.starts_with(&[0, 0, 1]) && groups.len() > 3)
                .then_some(first.start..end);
        }
    };
    let glued =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'+' | b'-');
    if start.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(glued) {
        return None;
    }
    let end = behind_code(bytes, chain, digits, 0)?;
    let bare = groups.first().is_some_and(|first| first.end == end);
    let against = bare && said(text, &(start..end), &PHONE, &SIGNED) == Said::Against;
    (!against).then_some(start..end)
}

/// Where the number ends that has a country's code behind `skip` digits.
fn behind_code(bytes: &[u8], chain: &Chain, digits: &[u8], skip: usize) -> Option<usize> {
    let digits = digits.get(skip..)?;
    let number =
        |count: usize| digits.iter().take(count).fold(0, |all, digit| all * 10 + u16::from(*digit));
    let known = CODES.iter().find_map(|(code, fewest, most)| {
        let length = [10, 100].iter().filter(|limit| code >= limit).count() + 1;
        (number(length) == *code).then_some((length, *fewest, *most))
    });
    let (code, fewest, most) =
        known.or_else(|| LONG_CODES.contains(&number(2)).then_some((3, OTHER.0, OTHER.1)))?;
    // `+44 (0)20 ...`: the digit in brackets is not dialled.
    let mut total = 0;
    let mut trunk = 0;
    let mut end = None;
    for (place, group) in chain.groups().iter().enumerate() {
        let length = group.end - group.start;
        let zero = length == 1 && bytes[group.start] == b'0' && group.gap == Some(Bracket);
        // One digit alone is part of it only right behind the code; dots and slashes do not follow blanks.
        if place > 1 && length == 1 || length > 1 && total + length > skip + trunk + code + most {
            break;
        }
        total += length;
        trunk += usize::from(zero);
        if total >= skip + trunk + code + fewest
            && total <= skip + trunk + code + most
            && chain::ends(bytes, group.end) | (bytes.get(group.end) == Some(&b'x'))
        {
            end = Some(group.end);
        } else if total >= skip + trunk + code + fewest
            && total <= skip + trunk + code + most
            && chain.groups().get(place + 1).is_some()
        {
            end = end.or(None);
        }
    }
    let national = digits.get(code..code + 10);
    if number(1) == 1 && trunk == 0 && !national.is_some_and(is_american) {
        return None;
    }
    end
}

use Gap::{Blank, Bracket, Dash, Dot, Slash};

/// Without brackets round the area's code, and with them.
#[rustfmt::skip]
const PLAIN: [Form; 7] = [
    Form::new(&[3, 3, 4], &[Dash, Dash]), Form::new(&[3, 3, 4], &[Dot, Dot]), Form::new(&[1, 3, 3, 4], &[Dash, Dash, Dash]),
    Form::new(&[1, 3, 3, 4], &[Dot, Dot, Dot]), Form::new(&[1, 3, 3, 4], &[Bracket, Bracket, Dash]),
    Form::new(&[3, 3, 3, 4], &[Dash, Dash, Dash]), Form::new(&[1, 3, 3, 4], &[Blank, Dash, Dash]),
];
const BRACKETED: [Form; 4] = [
    Form::new(&[3, 3, 4], &[Bracket, Dash]),
    Form::new(&[3, 3, 4], &[Bracket, Blank]),
    Form::new(&[3, 3, 4], &[Bracket, Dot]),
    Form::new(&[3, 7], &[Bracket]),
];

/// `(212) 555-0147`, `212-555-0147`, `1-212-555-0147`, `212.555.0147`.
fn american(text: &str, bytes: &[u8], chain: &Chain) -> Option<Range<usize>> {
    let first = chain.groups().first()?;
    let paren = first.start.checked_sub(1).and_then(|at| bytes.get(at)) == Some(&b'(');
    // The brackets are round the area's code.
    let closed = chain.groups().get(1).is_some_and(|next| next.gap == Some(Bracket));
    let forms = if paren && closed { &BRACKETED[..] } else { &PLAIN[..] };
    let lengths = forms.iter().find(|form| chain.is_as(form))?.lengths;
    let digits = chain.digits(lengths.len())?;
    let (code, number) = digits.split_at(digits.len().checked_sub(10)?);
    let start = if paren && closed { first.start - 1 } else { first.start };
    let end = chain.end(lengths.len());
    let coded = matches!(code, [] | [1] | [0, 0, 1]);
    let ends = chain::ends(bytes, end) || extension(bytes, end) > end;
    (coded
        && is_american(number)
        && chain::begins(bytes, start)
        && ends
        && !quoted_version(text, start))
    .then_some(start..end)
}

static VERSION: Words = Words::new(&["version", "v", "build", "release", "firmware"]);

/// `v212.555.0147` is caught by its letter; this is for `version 212.555.0147`.
fn quoted_version(text: &str, start: usize) -> bool {
    says(text, &(start..start), &VERSION)
}

/// Ten digits by the plan of North America: area and exchange from 2, the area's second digit no 9.
fn is_american(digits: &[u8]) -> bool {
    match digits {
        [a, b, c, d, e, f, ..] => {
            *a > 1 && *b < 9 && !(*b == 1 && *c == 1) && *d > 1 && !(*e == 1 && *f == 1)
        }
        _ => false,
    }
}

/// Any number beside a word for a telephone.
fn national(text: &str, bytes: &[u8], chain: &Chain) -> Option<Range<usize>> {
    let groups = chain.groups();
    let first = groups.first()?;
    let paren = first.start.checked_sub(1).and_then(|at| bytes.get(at)) == Some(&b'(');
    let start = if paren { first.start - 1 } else { first.start };
    if !chain::begins(bytes, start) {
        return None;
    }
    let mut best = None;
    let mut total = 0;
    for (place, group) in groups.iter().enumerate() {
        total += group.end - group.start;
        let fewest = if place == 0 { 8 } else { 7 };
        if total > 13 {
            break;
        }
        if total >= fewest
            && (chain::ends(bytes, group.end) || extension(bytes, group.end) > group.end)
        {
            best = Some((place + 1, group.end));
        }
    }
    let (count, end) = best?;
    if is_date(chain) || is_dotted(groups) {
        return None;
    }
    let range = start..end;
    // A number that is written as one needs less of a word.
    let written = count > 1 && (chain.digits(1)?.first() == Some(&0) || paren || count > 2);
    let more = if written { &CALL } else { words::NONE };
    (said_or(text, &range, &PHONE, more, &IDS) == Said::For).then_some(range)
}

/// `10.0.12.199`, `105.1721.45`: addresses and versions; numbers with dots have pairs, as in `06.12.34.56.78`.
fn is_dotted(groups: &[chain::Group]) -> bool {
    let dots = groups.iter().take(3).filter(|group| group.gap == Some(Dot)).count();
    dots == 2 && groups.iter().take(3).skip(1).any(|group| group.end - group.start != 2)
}

/// `2024-01-31`, `31.01.2024`, and a time behind it.
fn is_date(chain: &Chain) -> bool {
    const GAPS: &[Gap] = &[Dash, Dot, Slash];
    chain.is(&[4, 2, 2], GAPS)
        || chain.is(&[2, 2, 4], GAPS)
        || chain.is(&[1, 2, 4], GAPS)
        || chain.is(&[2, 1, 4], GAPS)
}

/// Where the extension ends that stands behind a number: `x123`, ` ext. 123`, ` #123`.
fn extension(bytes: &[u8], end: usize) -> usize {
    let rest = bytes.get(end..).unwrap_or_default();
    let rest = rest.strip_prefix(b",").unwrap_or(rest);
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    let words: [&[u8]; 7] = [b"extension ", b"ext. ", b"ext.", b"ext ", b"ext", b"x", b"#"];
    let digits = words.iter().find_map(|word| {
        let (head, digits) = rest.split_at_checked(word.len())?;
        head.eq_ignore_ascii_case(word).then_some(digits)
    });
    let count =
        digits.map_or(0, |digits| digits.iter().take_while(|byte| byte.is_ascii_digit()).count());
    match digits {
        Some(digits) if (1..=6).contains(&count) => bytes.len() - digits.len() + count,
        _ => end,
    }
}

#[cfg(test)]
mod tests {
    use super::super::chain::Chain;
    use super::find;

    fn phone(text: &str) -> Option<&str> {
        let bytes = text.as_bytes();
        let first = |at: &usize| {
            bytes[*at].is_ascii_digit() && (*at == 0 || !bytes[*at - 1].is_ascii_digit())
        };
        let found =
            (0..text.len()).filter(first).find_map(|at| find(text, &Chain::at(bytes, at)))?;
        text.get(found)
    }

    #[test]
    fn numbers_with_a_countrys_code_are_found_anywhere() {
        for number in [
            "+44 20 7946 0958",
            "+442079460958",
            "+44 (0)20 7946 0958",
            "+49 30 901820",
            "+49 (0) 30 901820",
            "+49-30-901820",
            "+33 1 70 18 99 00",
            "+1 212 555 0147",
            "+1-212-555-0147",
            "+1 (212) 555-0147",
            "+12125550147",
            "+1.212.555.0147",
            "+353 1 234 5678",
            "+91 98765 43210",
            "+86 139 1099 8888",
            "+55 11 91234-5678",
            "+7 495 123-45-67",
            "(+44) 20 7946 0958",
            "+1-212-555-0147x123",
            "+972-3-123-4567",
            "+380 44 123 45 67",
            "+34 612 34 56 78",
        ] {
            for text in [
                format!("call {number} now"),
                format!("n=\"{number}\""),
                format!("{number}, 2024-01-02"),
            ] {
                assert_eq!(phone(&text), Some(number), "{text}");
            }
        }
    }

    #[test]
    fn american_numbers_are_found_in_the_ways_they_are_written() {
        for number in [
            "(212) 555-0147",
            "(212)555-0147",
            "212-555-0147",
            "1-212-555-0147",
            "212.555.0147",
            "001-212-555-0147x99",
            "(212) 555-0147 ext. 12",
            "1 (212) 555-0147",
            "212-555-0147x1234",
        ] {
            assert_eq!(phone(&format!("reach me: {number} today")), Some(number), "{number}");
        }
        for text in [
            "112-555-0147",
            "212-155-0147",
            "212-555-01475",
            "v212.555.0147",
            "a-212-555-0147",
            "292-555-0147",
            "version 212.555.0147",
            "212 555 0147",
        ] {
            assert_eq!(phone(text), None, "{text}");
        }
    }

    #[test]
    fn other_numbers_need_a_word_for_a_telephone() {
        for (text, number) in [
            ("Tel: 020 7946 0958", "020 7946 0958"),
            ("mobile=07700900123", "07700900123"),
            ("{\"phone\":\"2125550147\"}", "2125550147"),
            ("Telefon: 030/901820", "030/901820"),
            ("Telefon: (030) 901820", "(030) 901820"),
            ("téléphone 01 70 18 99 00", "01 70 18 99 00"),
            ("phone number is 555-0147", "555-0147"),
            ("customerPhone: 612 345 678", "612 345 678"),
            ("call me at 07700 900123", "07700 900123"),
            ("我的电话是 139 1099 8888", "139 1099 8888"),
        ] {
            assert_eq!(phone(text), Some(number), "{text}");
        }
    }

    #[test]
    fn times_sizes_and_ids_are_none() {
        for text in [
            "2024-01-31 12:00:00 phone service up",
            "call 2024-01-31",
            "id 2125550147",
            "took 01 70 18 99 00",
            "10.0.0.1:8080",
            "call 1234567",
            "2026-02-27T04:26:58+00:00",
            "+0200",
            "phone order 123456789",
            "a+442079460958",
            "5+12125550147",
            "phone_id=2125550147",
            "mobile time 1700000000000",
            "+10737418240 bytes",
            "telemetry 123456789",
        ] {
            assert_eq!(phone(text), None, "{text}");
        }
    }
}
