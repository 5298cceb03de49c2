//! Values behind a name that says what they are: `name = value`, in the spellings of logs, settings and code.
//!
//! Reads name, sign between, value; `sensitive` judges the name and `shape` the value. A value with a published format
//! of its own is `keys`'. Every walk is bounded, so a text full of names takes no longer than another.

use std::ops::Range;

use super::super::detector::{Detector, Hint};
use super::super::{effort, mask};
use super::sensitive::{self, Name};
use super::shape;

pub(super) const RULES: &[Detector] =
    &[Detector::code("password", PASSWORDS, assigned), Detector::code("secret", SECRETS, assigned)];

const PASSWORDS: &[Hint] = &[
    Hint::AnyCase("pass"),
    Hint::AnyCase("pwd"),
    Hint::AnyCase("pswd"),
    Hint::AnyCase("_pw"),
    Hint::AnyCase("-pw"),
    Hint::AnyCase("senha"),
    Hint::AnyCase("kennwort"),
];

const SECRETS: &[Hint] = &[
    Hint::AnyCase("secret"),
    Hint::AnyCase("token"),
    Hint::AnyCase("key"),
    Hint::AnyCase("cred"),
    Hint::AnyCase("auth"),
    Hint::AnyCase("jwt"),
    Hint::AnyCase("sess"),
    Hint::AnyCase("signature"),
    Hint::AnyCase("licen"),
    Hint::AnyCase("otp"),
    Hint::AnyCase("_pat"),
    Hint::AnyCase("webhook"),
];

/// The longest name and value that are looked at.
const NAME: usize = 80;
const VALUE: usize = 32 * 1024;
/// So much of a value tells whether it is a secret; only then all of it is looked at.
const HEAD: usize = 512;

/// A name's value, and how it is written.
#[derive(Debug)]
struct Value {
    range: Range<usize>,
    quoted: bool,
    sign: Sign,
}

/// What stands between a name and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    /// `=`, `:=`, `=>`, `->` and their like, `%3D`, `<name>`.
    Equals,
    /// `: `, which prose has too.
    Colon,
    /// `:` with no blank behind, as in keys of caches.
    Tight,
    /// A blank, after `--name`.
    Flag,
    /// `,` or `(`: an argument beside or behind its name. Only quoted values.
    Argument,
}

/// The value of the name around a place, if it is a secret.
fn assigned(text: &str, at: usize) -> Option<Range<usize>> {
    let (start, end) = around(text.as_bytes(), at)?;
    let bytes = text.as_bytes();
    let value = value(bytes, start, end, HEAD).or_else(|| compared(bytes, start))?;
    effort::spend(8 * value.range.len());
    let name = sensitive::name(text.get(start..end)?)?;
    let found = text.get(value.range.start..mask::floor(text, value.range.end))?;
    let is = !shape::placeholder(found)
        && match name {
            Name::Password => like_password(found, &value, bytes),
            Name::Secret => like_secret(found, value.quoted),
            Name::Key => like_key(found),
        };
    if !is {
        return None;
    }
    // A long one, in full; if it is cut within a character, `mask` takes that whole.
    let whole = |value: Value| {
        if value.range.len() < HEAD { Some(value) } else { self::value(bytes, start, end, VALUE) }
    };
    whole(value).map(|value| value.range)
}

/// The value of a name that the program calls sensitive, of whatever shape.
pub(in super::super) fn value_of(name: &str, text: &str, at: usize) -> Option<Range<usize>> {
    let (start, end) = around(text.as_bytes(), at)?;
    // `badge_no` and `users.badge_no`, not `badge_no_count`.
    if end != at + name.len() || start < at && text.as_bytes()[at - 1].is_ascii_alphanumeric() {
        return None;
    }
    let value = value(text.as_bytes(), start, end, VALUE)?;
    let found = text.get(value.range.start..mask::floor(text, value.range.end))?;
    (!shape::placeholder(found)).then_some(value.range)
}

/// The name around a place.
fn around(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let before = bytes.get(..at)?;
    let start = at - before.iter().rev().take(NAME).take_while(|byte| in_name(**byte)).count();
    let mut end = at + bytes[at..].iter().take(NAME).take_while(|byte| in_name(**byte)).count();
    while end > at && matches!(bytes[end - 1], b'-' | b'.') {
        end -= 1;
    }
    Some((start, end))
}

fn in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// The value that a name is given, if it is given one.
fn value(bytes: &[u8], start: usize, end: usize, most: usize) -> Option<Value> {
    let flag = bytes[start..end].first() == Some(&b'-') || start > 0 && bytes[start - 1] == b'-';
    let mut at = end;
    let quoted_name = match quote(bytes, at) {
        Some(quote) => {
            at += quote.len();
            true
        }
        None => false,
    };
    if bytes.get(at) == Some(&b']') {
        at += 1;
    }
    let tag = start > 0 && bytes[start - 1] == b'<' && bytes.get(at) == Some(&b'>');
    let blank = blanks(bytes, at);
    at += blank;
    let mut sign;
    if tag {
        at += 1;
        at += bytes[at..].iter().take(64).take_while(|byte| byte.is_ascii_whitespace()).count();
        let size = bytes[at..].iter().take(most).take_while(|byte| **byte != b'<').count();
        effort::spend(size);
        // Its end has to follow; else it is a word in brackets.
        if size < most && !bytes[at + size..].starts_with(b"</") {
            return None;
        }
        let mut range = at..at + size;
        while range.end > range.start && bytes[range.end - 1].is_ascii_whitespace() {
            range.end -= 1;
        }
        return Some(Value { range, quoted: true, sign: Sign::Equals })
            .filter(|value| !value.range.is_empty());
    }
    if let Some((size, found)) = operator(&bytes[at..]) {
        at += size;
        sign = found;
    } else if quoted_name && bytes.get(at) == Some(&b',')
        || !quoted_name && blank == 0 && bytes.get(at) == Some(&b'(')
    {
        (at, sign) = (at + 1, Sign::Argument);
    } else if let Some(size) = beside(&bytes[at..]) {
        (at, sign) = (at + size, Sign::Equals);
    } else if let Some(size) = typed(&bytes[at..]).filter(|_| blank > 0) {
        (at, sign) = (at + size, Sign::Equals);
    } else if blank > 0 && !quoted_name && (flag || quote(bytes, at).is_some()) {
        sign = if flag { Sign::Flag } else { Sign::Argument };
    } else {
        return None;
    }
    let blank = blanks(bytes, at);
    at += blank;
    if sign == Sign::Colon && blank == 0 && !quoted_name {
        sign = Sign::Tight;
    }
    // `: String = ".."`: the type of a variable, and then its value.
    if matches!(sign, Sign::Colon) {
        if let Some(size) = typed(&bytes[at..]) {
            at += size;
            at += blanks(bytes, at);
            sign = Sign::Equals;
        }
    }
    at += opened(&bytes[at..]);
    let Some(quote) = quote(bytes, at) else {
        let range = at..at + bare(&bytes[at..], most);
        effort::spend(range.len());
        let none =
            range.is_empty() || sign == Sign::Argument || sign == Sign::Flag && bytes[at] == b'-';
        return (!none).then_some(Value { range, quoted: false, sign });
    };
    at += quote.len();
    // """..""": three of them.
    while bytes[at..].starts_with(quote)
        && bytes.get(at + quote.len()).is_some_and(|byte| *byte == quote[quote.len() - 1])
    {
        at += quote.len();
    }
    let range = at..at + inside(&bytes[at..], quote, most);
    effort::spend(range.len());
    (!range.is_empty()).then_some(Value { range, quoted: true, sign })
}

/// `".." == name`: the value that a name is compared with, where it stands first.
fn compared(bytes: &[u8], start: usize) -> Option<Value> {
    let before = bytes[..start].trim_ascii_end();
    let sign = before.iter().rev().take(3).take_while(|byte| matches!(byte, b'=' | b'!')).count();
    if sign < 2 {
        return None;
    }
    let before = before[..before.len() - sign].trim_ascii_end();
    let (mark, before) = before.split_last()?;
    if !matches!(mark, b'"' | b'\'' | b'`') {
        return None;
    }
    let size =
        before.iter().rev().take(HEAD).take_while(|byte| *byte != mark && **byte != b'\n').count();
    let range = before.len() - size..before.len();
    (size > 0).then_some(Value { range, quoted: true, sign: Sign::Equals })
}

fn blanks(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().take(32).take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// `=`, `==`, `=>`, `:=`, `::=`, `?=`, `.=`, `->`, `:` and their like, with their length.
fn operator(rest: &[u8]) -> Option<(usize, Sign)> {
    let colons = rest.iter().take(4).take_while(|byte| **byte == b':').count();
    if rest.get(colons) == Some(&b'=') {
        let more = rest[colons..].iter().take(3).take_while(|byte| **byte == b'=').count();
        let arrow = usize::from(rest.get(colons + more) == Some(&b'>'));
        return Some((colons + more + arrow, Sign::Equals));
    }
    match rest {
        _ if colons == 1 => Some((1, Sign::Colon)),
        [b'?' | b'.' | b'+' | b'!' | b'|', b'=', ..] => {
            let more = rest[1..].iter().take(2).take_while(|byte| **byte == b'=').count();
            Some((1 + more, Sign::Equals))
        }
        [b'-' | b'=', b'>', ..] => Some((2, Sign::Equals)),
        [b'%', b'3', b'D' | b'd', ..] => Some((3, Sign::Equals)),
        _ => None,
    }
}

/// `value=` as the next attribute, or `value:` on the next line.
fn beside(rest: &[u8]) -> Option<usize> {
    let blank = rest.iter().take(64).take_while(|byte| byte.is_ascii_whitespace()).count();
    let key = rest.get(blank..)?.strip_prefix(b"value")?;
    let before = rest.len() - key.len();
    let sign = matches!(key.first(), Some(b'=' | b':'));
    sign.then_some(before + 1)
}

/// A type's name and `=`: `string = `, `&str = `, `Option<String> = `.
fn typed(rest: &[u8]) -> Option<usize> {
    const TYPES: [&[u8]; 13] = [
        b"string",
        b"String",
        b"str",
        b"&str",
        b"&'static str",
        b"Option<",
        b"Cow<",
        b"Box<",
        b"std::string",
        b"char",
        b"bytes",
        b"[]byte",
        b"any",
    ];
    if !matches!(
        rest.first(),
        Some(b's' | b'S' | b'&' | b'O' | b'C' | b'B' | b'c' | b'b' | b'[' | b'a')
    ) {
        return None;
    }
    let known = TYPES.iter().any(|name| rest.starts_with(name));
    let name = rest
        .iter()
        .take(32)
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"&<>[]:_*' ".contains(byte))
        .count();
    (known && rest.get(name) == Some(&b'=') && rest.get(name + 1) != Some(&b'='))
        .then_some(name + 1)
}

/// What may stand before the quote of a value: `Some(`, `b`, `[`. Nothing if no quote follows.
fn opened(rest: &[u8]) -> usize {
    let name = rest
        .iter()
        .take(32)
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"_:.".contains(byte))
        .count();
    let size = match rest.get(name) {
        Some(b'(' | b'[') => name + 1,
        Some(b'\"' | b'\'') if name == 1 => name,
        Some(b'"') if rest.first() == Some(&b'@') => 1,
        _ => return 0,
    };
    let size = size + blanks(rest, size);
    if quote(rest, size).is_some() { size } else { 0 }
}

/// A quotation mark, with the backslashes before it.
fn quote(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let rest = bytes.get(at..)?;
    let slashes = rest.iter().take(8).take_while(|byte| **byte == b'\\').count();
    matches!(rest.get(slashes), Some(b'"' | b'\'' | b'`')).then(|| &rest[..=slashes])
}

/// The length of a value up to the quote that it began with, or to the end of the line.
fn inside(rest: &[u8], quote: &[u8], most: usize) -> usize {
    let rest = &rest[..rest.len().min(most)];
    let (mark, slashes) = (quote[quote.len() - 1], quote.len() - 1);
    let mut before = 0;
    for (at, byte) in rest.iter().enumerate() {
        if *byte == b'\\' {
            before += 1;
            continue;
        }
        if *byte == mark && (before == slashes || slashes == 0 && before % 2 == 0) {
            return at - slashes;
        }
        before = 0;
        if *byte == b'\n' {
            return at;
        }
    }
    rest.len()
}

/// The length of a value with no quotes around it.
fn bare(rest: &[u8], most: usize) -> usize {
    let rest = &rest[..rest.len().min(most)];
    // `${X}` and its like, whole.
    if let [b'$' | b'#' | b'{', b'{' | b'(', ..] = rest {
        if let Some(close) = rest.iter().take(128).position(|byte| matches!(byte, b'}' | b')')) {
            return close + rest[close..].iter().take_while(|byte| **byte == rest[close]).count();
        }
    }
    let mut end = rest.len();
    // The bracket of a marker is part of it.
    let marked = mask::marker(rest).unwrap_or(0);
    for (at, byte) in rest.iter().enumerate().skip(marked) {
        let ends = match byte {
            b'"' | b'\'' | b'`' | b'<' | b'&' | b';' | b'\\' | 0 => at > 0 || *byte != b'<',
            // A comma, or a bracket, ends it if it seems to belong to the text around.
            b',' | b')' | b'}' | b']' => match rest.get(at + 1) {
                None => true,
                Some(next) => !next.is_ascii_alphanumeric() || *byte == b',',
            },
            byte => byte.is_ascii_whitespace(),
        };
        if ends {
            end = at;
            break;
        }
    }
    if rest.first() == Some(&b'<') {
        end += usize::from(rest.get(end) == Some(&b'>'));
    }
    while end > 0 && matches!(rest[end - 1], b'.' | b':' | b'!') && end < 2 {
        end -= 1;
    }
    end
}

/// Passwords may be words, so what stands around decides.
fn like_password(found: &str, value: &Value, text: &[u8]) -> bool {
    if value.quoted {
        return !sentence(found) && !path(found) && !address(found);
    }
    if call(found) || path(found) || address(found) || found.len() < 3 {
        return false;
    }
    let mixed = found.bytes().any(|byte| !byte.is_ascii_lowercase()) && !code(found);
    match value.sign {
        Sign::Equals | Sign::Flag => !code(found),
        Sign::Colon => {
            let next = text.get(value.range.end).copied().unwrap_or(b'\n');
            mixed && (found.len() >= 6 || shape::random(found) > 3) && odd(found)
                || found.len() >= 4
                    && !code(found)
                    && matches!(next, b'\n' | b'\r' | b',' | b';' | b'}' | b'"' | b'\'' | b'\\')
        }
        Sign::Tight => mixed && odd(found) && found.len() >= 6,
        Sign::Argument => false,
    }
}

/// A machine's secret has no words in it.
fn like_secret(found: &str, quoted: bool) -> bool {
    if uuid(found) {
        return true;
    }
    if found.bytes().any(|byte| byte.is_ascii_whitespace())
        || path(found)
        || address(found)
        || call(found)
    {
        return false;
    }
    let random = shape::random(found);
    let digits = found.bytes().all(|byte| byte.is_ascii_digit());
    random >= 8 && random * 3 >= found.len() && shape::entropy(found) > 2.5
        || random >= 6 && found.len() < 12 && odd(found) && shape::entropy(found) > 2.5
        || quoted && found.len() >= 8 && shape::signs(found) >= 3 && !code(found)
        || shape::signs(found) >= 6 && found.len() >= 16
        || digits && found.len() >= 15
        || random >= 16
}

fn like_key(found: &str) -> bool {
    like_secret(found, false)
        && found.len() >= 16
        && shape::random(found) >= 16
        && shape::entropy(found) > 2.9
        && !uuid(found)
}

/// Letters and digits, or signs that no word has.
fn odd(found: &str) -> bool {
    let digit = found.bytes().any(|byte| byte.is_ascii_digit());
    let letter = found.bytes().any(|byte| byte.is_ascii_alphabetic());
    let sign = found.bytes().any(|byte| b"!@#$%^&*+=~?|".contains(&byte));
    letter && (digit || sign)
}

/// Several words that say something about a password: `is too short`.
fn sentence(found: &str) -> bool {
    let first = found.split_ascii_whitespace().next().unwrap_or_default();
    found.contains(' ')
        && [
            "is", "must", "should", "cannot", "can't", "too", "required", "invalid", "may", "not",
            "does", "this", "the", "please", "enter", "your", "has", "at", "min", "max", "no",
        ]
        .iter()
        .any(|word| first.eq_ignore_ascii_case(word))
}

/// `getpass()`, `env!("X")`, `data[0]`.
fn call(found: &str) -> bool {
    let name =
        found.bytes().take_while(|byte| in_name(*byte) || matches!(byte, b':' | b'!')).count();
    name > 1 && matches!(found.as_bytes().get(name), Some(b'(' | b'['))
}

/// `config.password`, `Self::PASSWORD`, `req->pass`: names of variables.
fn code(found: &str) -> bool {
    let plain = found.bytes().all(|byte| byte.is_ascii_alphabetic() || b"_.:->&*".contains(&byte));
    plain
        && (found.contains('.') || found.contains("::") || found.contains("->"))
        && shape::random(found) == 0
}

fn path(found: &str) -> bool {
    let begins =
        ["/", "./", "../", "~/", "C:\\", "@/"].iter().any(|start| found.starts_with(start));
    begins && found.len() > 4 && shape::random(found) * 3 < found.len()
}

fn address(found: &str) -> bool {
    found.find("://").is_some_and(|at| at < 12)
}

fn uuid(found: &str) -> bool {
    found.len() == 36
        && found.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::super::super::Scrubber;

    #[test]
    fn each_spelling_of_an_assignment() {
        let scrubber = Scrubber::new();
        for text in [
            "db_password=<open-sesame-1>",
            "DB_PASSWORD = '<open sesame>'",
            "\"password\": \"<open\\\"sesame>\",",
            "{\\\"password\\\":\\\"<sesame1>\\\"}",
            "Login { user: \"ann\", password: \"<sesame>\" }",
            "Login { password: Some(\"<sesame>\") }",
            "password := `<sesame7>`",
            "$password .= \"<sesame7>\";",
            "'password' => '<sesame7>',",
            "let password: &str = \"<sesame7>\";",
            "set_property(\"DB_PASSWORD\", \"<sesame7>\")",
            "<Password><sesame7></Password>",
            "<add key=\"DbPassword\" value=\"<sesame7>\" />",
            "tool --password <sesame7> --verbose",
            "tool --password=<sesame7>",
            "if (\"<sesame7>\" == password) {",
            "user=ann&password=<sesame7>&x=1",
            "password: <sesame7>",
            "passwd: <sesame>, user: ann",
            "acme_token: <k3y9f0aa71bd>",
            "ACME_API_KEY ?= \"<6f1c0a52-93d7-4d0e-8f1b-2f5b7f9f3a11>\"",
            "X-Api-Key: <k3y9f0aa71bd>",
            "client_secret=<aZ3kQ9xW1mNp>",
            "acmeKey = \"<q7w3e9r1t5y2u8i4o6p0>\"",
        ] {
            // The tags of XML are no marks: the secret is between the innermost ones.
            let plain = text.replacen("<Password><", "<Password>\u{1}", 1).replacen(
                "></Password>",
                "\u{2}</Password>",
                1,
            );
            let plain = if plain.contains('\u{1}') {
                plain
            } else if plain.starts_with("<add") {
                plain.replace("\"<", "\"\u{1}").replace(">\" />", "\u{2}\" />")
            } else {
                plain
                    .replacen('<', "\u{1}", 1)
                    .replace("=>", "\u{3}")
                    .replacen('>', "\u{2}", 1)
                    .replace('\u{3}', "=>")
            };
            let (before, rest) = plain.split_once('\u{1}').unwrap();
            let (secret, after) = rest.split_once('\u{2}').unwrap();
            let whole = format!("{before}{secret}{after}");
            let once = scrubber.text(&whole).into_owned();
            let middle = once.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            assert!(middle.is_some_and(|middle| middle.starts_with("[redacted:") && middle.ends_with(']')), "{whole:?} became {once:?}");
            assert_eq!(scrubber.text(&once), once);
        }
    }

    #[test]
    fn what_is_said_of_secrets_is_left() {
        let scrubber = Scrubber::new();
        for text in [
            "password policy loaded",
            "password: required",
            "token refreshed policy=Some(33) elapsed=0.21s",
            "token_count=8415 max_tokens=4096 tokens=261",
            "secret_name=projected-snapshot",
            "key=user:2080:topic",
            "\"key_id\": \"6f1c0a52-93d7-4d0e-8f1b-2f5b7f9f3a11\"",
            "password=${DB_PASSWORD} token=$TOKEN",
            "password=<password> secret=<nil> token=null",
            "password: \"must be at least 8 characters\"",
            "password = getpass()",
            "password = config.database.password",
            "password_file=/run/secrets/db_password",
            "idempotency_key=0d6f2a1b9c8e7d6f5a4b",
            "author=ann tokenizer=bpe keyboard=de",
            "Token::new(7) and SecretKey::from(x)",
        ] {
            assert_eq!(scrubber.text(text), text);
        }
    }
}
