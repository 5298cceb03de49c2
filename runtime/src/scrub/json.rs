//! What stands behind a sensitive name in JSON, in Rust's `Debug` and in settings, where it is more than one value,
//! a short code, or a cookie's; and behind the names that the program itself calls sensitive.
//!
//! Single secrets (`"password": "x"`, `token=..`) are found by `rules/assigned.rs`. Woken by a few letters of the
//! name, so that a text without any costs nothing. JSON in a string of JSON is read the same way: quotes may
//! have backslashes before them.

use std::ops::Range;

use super::names::{self, Names};
use super::{effort, mask};

/// The longest name, and the longest list, object or value, in bytes.
const NAME: usize = 80;
const VALUE: usize = 2048;

/// The values of a list or an object behind a sensitive name: `"credentials": {"user": ..}`, `tokens: ["a", "b"]`.
pub(super) fn nested(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let name = name(text, at)?;
    let (start, _) = signed(bytes, name.end)?;
    let quoted = |at: usize| quote(bytes, blanks(bytes, at)).is_some();
    let open = *bytes.get(start)?;
    // `[{name: x}]` and `{a, b}` are no data of this kind.
    let is_data = quoted(start + 1)
        || open == b'[' && bytes.get(start + 1) == Some(&b'{') && quoted(start + 2);
    if !matches!(open, b'[' | b'{') || !is_data || !plural(text.get(name)?) {
        return None;
    }
    let end = closed(bytes, start);
    (end > start + 2).then_some(start + 1..end)
}

/// Names of secrets, also of several.
fn plural(name: &str) -> bool {
    let one = name.strip_suffix('s').unwrap_or(name);
    names::is_known(name) || names::is_known(one)
}

/// Where the bracket that opens here is closed: outside of quotes; at the end of the text,
/// if that is not seen.
fn closed(bytes: &[u8], start: usize) -> usize {
    let (mut depth, mut at, until) = (0_usize, start, bytes.len().min(start + VALUE));
    while at < until {
        match bytes[at] {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth -= 1,
            b'"' => at = quoted_end(bytes, at, until),
            _ => {}
        }
        if depth == 0 {
            break;
        }
        at += 1;
    }
    effort::spend(2 * (at - start));
    if depth == 0 { at.min(until) } else { bytes.len() }
}

/// Where the text ends whose opening quote is here, its backslashes before it.
fn quoted_end(bytes: &[u8], open: usize, until: usize) -> usize {
    let slashes =
        |at: usize| bytes[..at].iter().rev().take(8).take_while(|byte| **byte == b'\\').count();
    let level = slashes(open);
    let mut at = open + 1;
    while at < until {
        if bytes[at] == b'"' && (slashes(at) == level || level == 0 && slashes(at) % 2 == 0) {
            break;
        }
        at += 1;
    }
    effort::spend(2 * (at - open));
    at.min(until)
}

/// Three to eight digits behind the name of a code: `pin: 1234`, `"cvv":"123"`, `OTP is 123456`.
pub(super) fn code(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let name = name(text, at)?;
    let start = match signed(bytes, name.end) {
        Some((start, _)) => start,
        None => said(text, name.end)?,
    };
    let start = quote(bytes, start).unwrap_or(start);
    let digits = bytes[start..].iter().take(9).take_while(|byte| byte.is_ascii_digit()).count();
    let behind = bytes.get(start + digits).copied().unwrap_or(b' ');
    let goes_on = behind.is_ascii_alphanumeric()
        || matches!(behind, b'_' | b'-' | b'/' | b':' | b'%')
        || behind == b'.' && bytes.get(start + digits + 1).is_some_and(u8::is_ascii_digit);
    let fits = (3..=8).contains(&digits) && !goes_on;
    (fits && names::is_known(text.get(name)?)).then_some(start..start + digits)
}

/// Behind ` is `, ` code is ` or a blank after `CVV`: where a code may begin.
fn said(text: &str, at: usize) -> Option<usize> {
    let mut rest = text.get(at..mask::floor(text, at + 24))?;
    let length = rest.len();
    let mut words = 0;
    loop {
        let next = rest.strip_prefix(' ')?;
        if next.starts_with(|c: char| c.is_ascii_digit()) {
            let capitals =
                text.get(at.checked_sub(3)?..at)?.bytes().all(|byte| byte.is_ascii_uppercase());
            return (words > 0 || capitals).then_some(at + length - next.len());
        }
        let word = next.split([' ', ':']).next()?;
        let known = ["is", "was", "code", "number", "no", "no."]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(word));
        rest = next.get(word.len()..).filter(|_| known)?;
        rest = rest.strip_prefix(':').unwrap_or(rest);
        words += 1;
    }
}

/// The values of cookies: all of `Cookie`, the first of `Set-Cookie`, whose others are its settings.
pub(super) fn cookies(text: &str, at: usize, found: &mut dyn FnMut(&'static str, Range<usize>)) {
    let bytes = text.as_bytes();
    let Some(name) = name(text, at) else { return };
    let set = text.get(name.clone()).is_some_and(|name| {
        name.len() > 3 && name[..name.len().min(4)].eq_ignore_ascii_case("set-")
    });
    let last = text.get(..name.end).is_some_and(|name| {
        let is = |end: &str| {
            name.len() >= end.len()
                && name.as_bytes()[name.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
        };
        is("cookie") || is("cookies")
    });
    // Within a value it is none, and every value would be read again from each.
    let inside = name.start.checked_sub(1).is_some_and(|at| matches!(bytes[at], b'=' | b';'));
    let Some((start, quoted)) = signed(bytes, name.end).filter(|_| last && !inside) else { return };
    let (start, quoted) = match quote(bytes, start) {
        Some(inside) => (inside, true),
        None => (start, quoted),
    };
    // No pair, no cookie: most of what follows the word is text.
    if !bytes[start..].iter().take(NAME).any(|byte| *byte == b'=') {
        return;
    }
    let until = bytes.len().min(start + VALUE);
    let mut at = start;
    while at < until {
        at = blanks(bytes, at);
        let in_key = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-.$%*!".contains(byte);
        let key = bytes[at..].iter().take(NAME).take_while(in_key).count();
        let value = at + key + 1;
        if key == 0 || bytes.get(value - 1) != Some(&b'=') {
            return;
        }
        // A value goes on to the `;`; a blank outside of quotes begins the text behind it.
        let in_value = |byte: &&u8| match byte {
            b';' | b'\n' | b'\r' => false,
            b'"' => !quoted,
            b' ' => quoted,
            _ => true,
        };
        let behind = bytes.get(value..until).unwrap_or_default();
        let length = behind.iter().take_while(in_value).count();
        let slashes = behind[..length].iter().rev().take_while(|byte| **byte == b'\\').count();
        effort::spend(4 * (key + length));
        let end = value + length - slashes;
        if end - value > 3 {
            found("cookie", value..end);
        }
        if set || bytes.get(value + length) != Some(&b';') {
            return;
        }
        at = value + length + 1;
    }
}

/// The values behind the program's own names, and behind nothing else.
pub(super) fn own(text: &str, names: &Names, found: &mut dyn FnMut(&'static str, Range<usize>)) {
    let bytes = text.as_bytes();
    let mut from = 0;
    for (at, _) in text.match_indices(['=', ':']) {
        // Back over blanks and a quote to the name.
        if at < from {
            continue;
        }
        let mut end = at;
        while end > from
            && at - end < 8
            && matches!(bytes[end - 1], b' ' | b'"' | b'\'' | b'\\' | b']')
        {
            end -= 1;
        }
        let in_name = |byte: &&u8| in_name(**byte);
        let start = end - bytes[from..end].iter().rev().take(NAME).take_while(in_name).count();
        let name = text.get(start..end).unwrap_or_default();
        effort::spend(64 + name.len());
        if effort::is_spent() {
            return;
        }
        if name.is_empty() || !names.is_own_name(name) {
            continue;
        }
        let Some((start, _)) = signed(bytes, end) else { continue };
        let range = value(bytes, start);
        if !range.is_empty() {
            from = range.end;
            found("name", range);
        }
    }
}

/// The value that begins here: in quotes, in brackets, or up to a blank or a sign that ends it.
fn value(bytes: &[u8], start: usize) -> Range<usize> {
    let until = bytes.len().min(start + VALUE);
    if matches!(bytes.get(start), Some(b'[' | b'{')) {
        return start..closed(bytes, start).saturating_add(1).min(bytes.len());
    }
    match quote(bytes, start) {
        Some(inside) if bytes[inside - 1] == b'"' => {
            let end = quoted_end(bytes, inside - 1, until);
            // As many backslashes stand before the closing quote.
            let slashes = if bytes.get(end) == Some(&b'"') { inside - 1 - start } else { 0 };
            inside..end.saturating_sub(slashes).max(inside)
        }
        Some(inside) => {
            let close = bytes[inside..until].iter().position(|byte| *byte == bytes[inside - 1]);
            let end = close.map_or(until, |at| inside + at);
            effort::spend(end - inside);
            inside..end
        }
        None => {
            let ends = |byte: &u8| byte.is_ascii_whitespace() || b",;&\"'<>)}]".contains(byte);
            let size = bytes[start..until].iter().take_while(|byte| !ends(byte)).count();
            effort::spend(4 * size);
            start..start + size
        }
    }
}

/// The name that the letters here are part of.
fn name(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let in_name = |byte: &&u8| in_name(**byte);
    let start = at - bytes.get(..at)?.iter().rev().take(NAME).take_while(in_name).count();
    let end = at + bytes[at..].iter().take(NAME).take_while(in_name).count();
    Some(start..end)
}

fn in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// Where the value begins behind a name, its closing quote, and `:`, `=` or `=>`; and whether all of it is in quotes.
fn signed(bytes: &[u8], end: usize) -> Option<(usize, bool)> {
    let mut at = quote(bytes, end).unwrap_or(end);
    at = blanks(bytes, at);
    at = match bytes.get(at)? {
        b':' if bytes.get(at + 1) == Some(&b'=') => at + 2,
        b'=' if bytes.get(at + 1) == Some(&b'>') => at + 2,
        b':' | b'=' => at + 1,
        _ => return None,
    };
    at = blanks(bytes, at);
    if bytes.get(at..).is_some_and(|rest| rest.starts_with(b"Some(")) {
        at += 5;
    }
    Some((at, false))
}

fn blanks(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take(16).take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// Behind the quote that begins here, and the backslashes before it.
fn quote(bytes: &[u8], at: usize) -> Option<usize> {
    let slashes = bytes.get(at..)?.iter().take(8).take_while(|byte| **byte == b'\\').count();
    matches!(bytes.get(at + slashes), Some(b'"' | b'\'')).then_some(at + slashes + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::names::Names;
    use super::{code, cookies, nested, own};

    fn at<'t>(
        text: &'t str,
        word: &str,
        find: fn(&str, usize) -> Option<std::ops::Range<usize>>,
    ) -> Option<&'t str> {
        text.get(find(text, text.to_ascii_lowercase().find(word)?)?)
    }

    #[test]
    fn lists_and_objects_behind_a_sensitive_name_go_whole() {
        for (text, inside) in [
            (r#"{"credentials":{"user":"a","key":["b}"]},"x":1}"#, r#""user":"a","key":["b}"]"#),
            (r#"{"tokens": ["abc", "def"], "n": 2}"#, r#""abc", "def""#),
            (r#"Login { secrets: ["a", "b"], id: 3 }"#, r#""a", "b""#),
            (r#"{\"secret\":{\"a\":\"}\"},\"b\":1}"#, r#"\"a\":\"}\""#),
            (r#"{"credentials":{"user":"a"#, r#""user":"a"#),
            (r#"{"secrets":[{"a":"b"}]}"#, r#"{"a":"b"}"#),
        ] {
            let word = ["credentials", "token", "secret"]
                .into_iter()
                .find(|word| text.contains(word))
                .unwrap();
            assert_eq!(at(text, word, nested), Some(inside), "{text}");
        }
        for text in [
            "imagePullSecrets: [{name: regcred}]",
            "secrets: [a, b]",
            "\"secret\": {}",
            "tokens {\"a\":1}",
            "secret_names: [\"a\"]",
        ] {
            assert_eq!(
                at(text, "secret", nested).or_else(|| at(text, "token", nested)),
                None,
                "{text}"
            );
        }
    }

    #[test]
    fn short_codes_are_found_behind_their_names() {
        for (text, digits) in [
            ("pin: 1234", "1234"),
            ("{\"pin\":\"1234\"}", "1234"),
            ("pin=123456 x", "123456"),
            ("user_pin: Some(1234)", "1234"),
            ("Your PIN is 1234.", "1234"),
            ("PIN code: 1234", "1234"),
            ("{\\\"pin\\\":123}", "123"),
        ] {
            assert_eq!(at(text, "pin", code), Some(digits), "{text}");
        }
        for text in [
            "pin: 12",
            "spin: 1234",
            "pinned: 1234",
            "pin 1234",
            "pin_count: 1234",
            "pin: 123456789",
            "pin=12.5",
            "mapping: 1234",
        ] {
            assert_eq!(at(text, "pin", code), None, "{text}");
        }
        assert_eq!(at("CVV 123", "cvv", code), Some("123"));
    }

    fn values(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        for (at, _) in text.to_ascii_lowercase().match_indices("cookie") {
            cookies(text, at, &mut |_, range| found.push(&text[range]));
        }
        found
    }

    #[test]
    fn the_values_of_cookies_go_their_names_stay() {
        assert_eq!(values("Cookie: sid=abcdef; theme=darker\nHost: x"), ["abcdef", "darker"]);
        assert_eq!(values("Set-Cookie: sid=abcdef; Path=/; HttpOnly"), ["abcdef"]);
        assert_eq!(values(r#"{"cookie":"sid=abcdef; a=bcdef","x":"y=z"}"#), ["abcdef", "bcdef"]);
        for text in [
            "cookie: none",
            "cookies: 12",
            "the cookie is set",
            "cookie_name=sid",
            "SameSite cookie a=b",
        ] {
            assert!(values(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn values_behind_the_programs_own_names_go() {
        let names = Names::with(&["badge"]).unwrap();
        let found = |text: &str| {
            let mut found = Vec::new();
            super::effort::begin(text.len());
            own(text, &names, &mut |_, range| found.push(text[range].to_owned()));
            found
        };
        assert_eq!(found("badge=A-17, x=2"), ["A-17"]);
        assert_eq!(found(r#"{"employeeBadge": "A 17", "b": 1}"#), ["A 17"]);
        assert_eq!(found(r#"User { badge: Some("A 17"), x: 1 }"#), ["A 17"]);
        assert_eq!(found(r#"{\"badge\":\"A\",\"x\":\"B\"}"#), ["A"]);
        assert!(found("badges=1 a_badger=2 card=3").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(text in "(pin|cookie|secret|badge|\\PC|[\"'\\\\{}\\[\\]=:; 1-9]){0,60}") {
            let names = Names::with(&["badge"]).unwrap();
            super::effort::begin(text.len());
            own(&text, &names, &mut |_, range| assert!(text.get(range).is_some()));
            for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
                for find in [nested, code] {
                    assert!(find(&text, at).is_none_or(|range| text.get(range).is_some()));
                }
                cookies(&text, at, &mut |_, range| assert!(text.get(range).is_some()));
            }
        }
    }
}
