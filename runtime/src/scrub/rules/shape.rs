//! What a secret looks like when no format says so: neither words, nor numbers, nor somebody's placeholder.
//!
//! Looks at a value alone. Which names make a value worth a look is `sensitive`'s.

use super::super::mask;

/// Bits of entropy a byte, by how often each byte occurs.
pub(super) fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let all = value.len() as f64;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / all;
            -share * share.log2()
        })
        .sum()
}

/// How many characters stand in pieces that are no words and no numbers.
///
/// A value is cut at signs; a piece counts if letters and digits are mixed in it, or if it changes between small
/// and capital letters as no name does. What is percent-encoded without need counts whole.
pub(super) fn random(value: &str) -> usize {
    let pieces = value.split(|c: char| !c.is_ascii_alphanumeric());
    let random: usize = pieces.filter(|piece| mixed(piece)).map(str::len).sum();
    random + 3 * escaped(value)
}

/// Letters and digits that are percent-encoded, which none has to be: `%77` is a `w`.
fn escaped(value: &str) -> usize {
    let mut pieces = value.split('%');
    pieces.next();
    let letter = |piece: &str| {
        let code = piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        code.is_some_and(|byte| byte.is_ascii_alphanumeric())
    };
    pieces.filter(|piece| letter(piece)).count()
}

fn mixed(piece: &str) -> bool {
    let bytes = piece.as_bytes();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    if digits > 0 && digits < bytes.len() {
        // `sha256`, `v12`, `node7`: a word and its number.
        let word = bytes.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        return word + digits < bytes.len() || digits > 4 && word < 3 || digits > 8;
    }
    if digits > 0 || bytes.len() < 8 {
        return false;
    }
    let pairs = bytes.windows(2);
    let up =
        pairs.filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()).count();
    let caps = bytes.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let vowels = bytes.iter().filter(|byte| b"aeiouyAEIOUY".contains(byte)).count();
    // More changes of case than names of several words have, or hardly a vowel.
    up * 4 > bytes.len() || caps < bytes.len() && caps * 3 > bytes.len() || vowels * 8 < bytes.len()
}

/// The signs among a value's characters, each kind once.
pub(super) fn signs(value: &str) -> usize {
    let mut seen = 0_u128;
    for byte in value.bytes().filter(u8::is_ascii_punctuation) {
        seen |= 1 << byte;
    }
    seen.count_ones() as usize
}

/// What stands for a value, but is none.
pub(super) fn placeholder(value: &str) -> bool {
    let bytes = value.as_bytes();
    let Some((&first, &last)) = bytes.first().zip(bytes.last()) else { return true };
    // ${x} $(x) $X {{x}} {x} <x> %x% %s :x #{x} [x]
    let framed = match first {
        b'$' => {
            matches!(bytes.get(1), Some(b'{' | b'(')) && matches!(last, b'}' | b')')
                || bytes.len() > 1
                    && bytes[1..].iter().all(|byte| name(*byte))
                    && !bytes[1].is_ascii_digit()
        }
        b'{' => last == b'}' && random(value) < 8,
        b'<' => last == b'>',
        b'[' => last == b']' && random(value) < 8,
        b'#' => bytes.get(1) == Some(&b'{') && last == b'}',
        b'%' => {
            last == b'%'
                || bytes.len() <= 3
                || bytes.get(1) == Some(&b'(')
                || bytes.get(1) == Some(&b'{')
        }
        b':' => bytes[1..].iter().all(|byte| name(*byte)),
        _ => false,
    };
    if framed || mask::marker(bytes) == Some(bytes.len()) || pseudonym(bytes) {
        return true;
    }
    // xxxx, ****, ....: one filler, or two.
    let other = bytes.iter().find(|byte| !byte.eq_ignore_ascii_case(&first));
    let fills = |byte: &u8| {
        byte.eq_ignore_ascii_case(&first) || other.is_some_and(|it| byte.eq_ignore_ascii_case(it))
    };
    if other.is_none() || bytes.len() > 8 && bytes.iter().all(fills) {
        return true;
    }
    WORDS.iter().any(|word| value.eq_ignore_ascii_case(word)) || spoken(value)
}

/// `h1:2026-11:mfrggzdfmztwq2lknnwg23tpob`: what `#[redact(hash)]` leaves of a value.
fn pseudonym(value: &[u8]) -> bool {
    let base32 = |byte: &u8| matches!(byte, b'a'..=b'z' | b'2'..=b'7');
    let Some((key, hash)) = value.len().checked_sub(26).map(|at| value.split_at(at)) else {
        return false;
    };
    let key = key.strip_prefix(b"h1:").and_then(|key| key.strip_suffix(b":"));
    key.is_some_and(|key| key.len() <= 32 && key.iter().all(|byte| name(*byte)))
        && hash.iter().all(base32)
}

/// `your-api-key`, `changeme`, `example-token`: a text that says what should stand there.
fn spoken(value: &str) -> bool {
    let begins = [
        "your", "change", "replace", "insert", "enter", "put-", "put_", "my-", "my_", "example",
        "dummy",
    ];
    let starts =
        |word: &&str| value.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    begins.iter().any(starts)
        && random(value) == 0
        && signs(value) <= 2
        && !value.bytes().any(|byte| byte.is_ascii_digit())
}

fn name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')
}

/// Values that are no secrets, in any case of letters.
const WORDS: &[&str] = &[
    "null",
    "nil",
    "none",
    "undefined",
    "unset",
    "empty",
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "n/a",
    "nan",
    "string",
    "str",
    "&str",
    "text",
    "int",
    "integer",
    "bool",
    "boolean",
    "bytes",
    "char",
    "object",
    "any",
    "unknown",
    "redacted",
    "masked",
    "hidden",
    "filtered",
    "scrubbed",
    "removed",
    "secret",
    "password",
    "passwd",
    "token",
    "key",
    "required",
    "optional",
    "missing",
    "invalid",
    "incorrect",
    "wrong",
    "expired",
    "changed",
    "failed",
    "ok",
    "set",
    "reset",
    "updated",
    "rotated",
    "accepted",
    "rejected",
    "disabled",
    "enabled",
    "default",
    "function",
    "return",
    "await",
    "async",
    "new",
    "not",
    "is",
    "the",
    "a",
    "an",
    "must",
    "should",
    "for",
    "from",
    "in",
    "and",
    "or",
    "was",
    "has",
    "self",
    "this",
    "const",
    "let",
    "var",
    "basic",
    "bearer",
    "digest",
    "changeme",
    "example",
    "todo",
    "tbd",
    "placeholder",
    "value",
    "dummy",
    "foo",
    "bar",
    "publickey",
    "interactive",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_has_to_escape_is_hidden() {
        assert!(random("%77%6f%72%64") >= 12);
        assert_eq!(escaped("a%20b%2Fc%"), 0);
    }

    #[test]
    fn words_and_numbers_are_not_random() {
        for plain in [
            "user:2080:topic",
            "projected-snapshot",
            "node7",
            "2024-01-02",
            "HikariPool-1",
            "sha256",
            "SessionStoreImpl",
        ] {
            assert_eq!(random(plain), 0, "{plain}");
        }
        for key in ["k3y9f0aa", "a8d1-77b3-ff20", "xKcDqWzPmR", "9f86d081884c"] {
            assert!(random(key) >= 8, "{key}");
        }
    }

    #[test]
    fn placeholders_are_no_values() {
        for text in [
            "${DB_PASS}",
            "$TOKEN",
            "{{ token }}",
            "<password>",
            "%s",
            ":token",
            "xxxxxxxx",
            "********",
            "null",
            "your-api-key",
            "[redacted:card]",
            "CHANGEME",
        ] {
            assert!(placeholder(text), "{text}");
        }
        for text in ["hunter2", "$ecr3t!9", "{a}b", "Tr0ub4dor&3"] {
            assert!(!placeholder(text), "{text}");
        }
    }
}
