//! Secrets that a standard gives their form: JSON web tokens, PEM keys, HTTP's credentials, users of URLs.

use std::ops::Range;

use super::super::detector::{Detector, Found, Hint};
use super::{base64, shape};
use Hint::{AnyCase, Text};

pub(super) const RULES: &[Detector] = &[
    // RFC 7515 and 7516: base64url of a JSON object with `alg`, and one to four more parts. `ZXlK`: once more in base64.
    Detector::code("jwt", &[Text("eyJ"), Text("eyA"), Text("ewo"), Text("ewA")], jwt),
    Detector::code("jwt", &[Text("ZXlK")], wrapped),
    // RFC 7468, and OpenPGP's armour; whole, cut, in one line, with `\n` written out, or in base64 again.
    Detector::code("private-key", &[Text("-----BEGIN ")], pem),
    Detector::code("private-key", &[Text("LS0tLS1CRUdJTi")], wrapped_pem),
    // PuTTY's own format.
    Detector::code("private-key", &[Text("Private-Lines:")], putty),
    // RFC 9110, section 11: a scheme and its credentials.
    Detector::code("authorization", &[AnyCase("authorization"), AnyCase("www-authenticate")], authorization),
    // RFC 6750 and RFC 7617, in running text.
    Detector::code("bearer", &[AnyCase("bearer")], bearer),
    Detector::code("basic-auth", &[AnyCase("basic ")], basic),
    // RFC 6265: the values of `Cookie` and `Set-Cookie`.
    Detector::code("cookie", &[AnyCase("cookie")], cookie),
    // RFC 3986, section 3.2.1: `user:password@` in the authority of a URL.
    Detector::new("url-credentials", &[Text("://")], r#"://[^\s/?#@:"'<>`]{0,128}:([^\s/"'<>`]{1,256})@"#)
        .group(1)
        .check(no_placeholder),
    // curl's manual: `-u user:password`, or a key in the place of the user; wget's and httpie's are like it.
    Detector::new("basic-auth", &[Text(" -u"), Text("--user"), Text("--proxy-user"), Text(" -a ")],
        r#"(?: -u| -a|--user|--proxy-user)[ =]{0,4}(?:"[^\s:"\\]{1,128}":"([^\s"\\]{3,256})|\\?["']?[^\s:"'\\]{1,128}:([^\s"'\\]{3,256})|\\?["']?([^\s:"'\\]{8,128}):["'\s\\])"#)
        .group(1)
        .check(of_a_client),
    // Kubernetes: a `Secret`, all of whose `data` is base64.
    Detector::code("kubernetes-secret", &[Text("data:"), Text("data\":")], kubernetes),
];

fn no_placeholder(found: &Found<'_>) -> bool {
    !shape::placeholder(found.found())
}

fn of_a_client(found: &Found<'_>) -> bool {
    let before = found.before();
    let near = before
        .get(super::super::mask::floor(before, before.len().saturating_sub(2048))..)
        .unwrap_or_default();
    ["curl", "wget", "http "].iter().any(|client| near.contains(client)) && no_placeholder(found)
}

/// Whether a word may begin here.
fn fresh(text: &str, at: usize) -> bool {
    match text.as_bytes().get(..at) {
        Some([.., b'\\', b'n' | b'r' | b't']) | Some([]) => true,
        Some([.., byte]) => !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'.'),
        None => false,
    }
}

fn jwt(text: &str, at: usize) -> Option<Range<usize>> {
    if !fresh(text, at) {
        return None;
    }
    let rest = &text.as_bytes()[at..];
    let header = base64::run(rest);
    if rest.get(header) != Some(&b'.') || !names_algorithm(&rest[..header]) {
        return None;
    }
    let mut end = header;
    for _ in 0..4 {
        if rest.get(end) != Some(&b'.') {
            break;
        }
        let part = base64::run(&rest[end + 1..]);
        // The dot of a sentence is not the token's.
        if part == 0 && rest.get(end + 1) != Some(&b'.') {
            break;
        }
        end += 1 + part;
    }
    let padding = rest[end..].iter().take(2).take_while(|byte| **byte == b'=').count();
    (end >= header + 8).then_some(at..at + end + padding)
}

fn names_algorithm(header: &[u8]) -> bool {
    let json = base64::head(header, 1024);
    json.first() == Some(&b'{') && json.windows(5).any(|key| key == b"\"alg\"")
}

fn wrapped(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = &text.as_bytes()[at..];
    let size = base64::run(rest);
    let inner = base64::head(rest, 1024);
    let header = base64::run(&inner);
    (fresh(text, at) && size >= 60 && names_algorithm(&inner[..header]))
        .then(|| at..at + size + padding(rest, size))
}

fn padding(rest: &[u8], size: usize) -> usize {
    rest[size..].iter().take(2).take_while(|byte| **byte == b'=').count()
}

fn pem(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    let label = rest.strip_prefix("-----BEGIN ")?;
    let label = label.get(..label.bytes().take(64).take_while(|byte| *byte != b'-').count())?;
    if !label.contains("PRIVATE KEY") {
        return None;
    }
    let body = "-----BEGIN ".len() + label.len() + 5;
    let inner = rest.get(body..)?;
    // Up to the next dashes: five are the end, and without an end all that may still be the key.
    let size = inner.find("-----").unwrap_or(inner.len());
    let key = inner.get(..size)?;
    let letters = key.bytes().filter(|byte| base64::run(&[*byte]) == 1).count();
    if letters < 16 {
        return None;
    }
    let after = inner.get(size..)?;
    if let Some(end) = after.strip_prefix("-----END ") {
        let close = end.find("-----").filter(|close| *close <= 64).map_or(0, |close| close + 5);
        return Some(at..at + body + size + "-----END ".len() + close);
    }
    let part = key
        .bytes()
        .take_while(|byte| {
            base64::run(&[*byte]) == 1 || byte.is_ascii_whitespace() || b"=\\:,.;\"'".contains(byte)
        })
        .count();
    Some(at..at + body + part)
}

fn wrapped_pem(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = &text.as_bytes()[at..];
    let inner = base64::head(rest, 64);
    let size = base64::run(rest);
    let private = inner.windows(11).any(|words| words == b"PRIVATE KEY");
    private.then(|| at..at + size + padding(rest, size))
}

fn putty(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = &text.as_bytes()[at..];
    let head = rest.iter().take(40).take_while(|byte| !matches!(byte, b'\n' | b'\\')).count();
    let body = rest[head..]
        .iter()
        .take_while(|byte| base64::run(&[**byte]) == 1 || b"=\\\r\n".contains(byte))
        .count();
    (body > 40).then_some(at + head..at + head + body)
}

/// Blanks, quotes and the sign between a header's name and its value.
fn to_value(bytes: &[u8], mut at: usize) -> Option<(usize, Option<u8>)> {
    let skip = |at: usize, set: &[u8]| {
        at + bytes[at..].iter().take(8).take_while(|byte| set.contains(byte)).count()
    };
    at = skip(at, b"\\\"'`]) \t");
    let sign = skip(at, b":=,>");
    if sign == at {
        return None;
    }
    at = skip(sign, b" \t([");
    let slashes = skip(at, b"\\");
    match bytes.get(slashes) {
        Some(quote @ (b'"' | b'\'' | b'`')) => Some((slashes + 1, Some(*quote))),
        _ => Some((at, None)),
    }
}

fn authorization(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let name = bytes[at..]
        .iter()
        .take(24)
        .take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'-')
        .count();
    let (start, quote) = to_value(bytes, at + name)?;
    // The whole header may stand in quotes: curl's `-H "authorization: .."`.
    let quote = quote.or_else(|| {
        bytes[..at].iter().rev().take(8).find(|byte| matches!(byte, b'"' | b'\'')).copied()
    });
    let size = bytes[start..]
        .iter()
        .take(4096)
        .take_while(|byte| Some(**byte) != quote && !matches!(byte, b'\n' | b'\r'))
        .count();
    let mut value = text.get(start..start + size)?.trim_end_matches('\\');
    let word = value
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        .count();
    let scheme = SCHEMES.iter().any(|scheme| value[..word].eq_ignore_ascii_case(scheme));
    let mut start = start;
    if scheme {
        let after = value.get(word..)?;
        let blank = after.len() - after.trim_start_matches(' ').len();
        if blank == 0 {
            return None;
        }
        start += word + blank;
        value = value.get(word + blank..)?;
        // These have one word; the others have pairs up to the end of the line.
        if !["digest", "aws4-hmac-sha256", "oauth", "hawk", "signature"]
            .iter()
            .any(|long| text[..start].trim_end().to_ascii_lowercase().ends_with(long))
        {
            value = first_word(value);
        }
        let words = value.bytes().all(|byte| byte.is_ascii_lowercase()) && value.len() < 12;
        return (!words && value.len() >= 3 && !shape::placeholder(value))
            .then_some(start..start + value.len());
    }
    let value = first_word(value);
    let likely = shape::random(value) >= 8 || shape::signs(value) >= 3 && shape::random(value) > 3;
    (likely && !shape::placeholder(value)).then_some(start..start + value.len())
}

fn first_word(value: &str) -> &str {
    let end = value
        .find(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '\\'))
        .unwrap_or(value.len());
    value[..end].trim_end_matches([',', ';', ')', ']', '}'])
}

/// IANA's registry of authentication schemes, and what vendors have made up beside it.
const SCHEMES: &[&str] = &[
    "basic",
    "bearer",
    "digest",
    "dpop",
    "gnap",
    "hawk",
    "hoba",
    "mutual",
    "negotiate",
    "ntlm",
    "oauth",
    "privatetoken",
    "scram-sha-1",
    "scram-sha-256",
    "vapid",
    "token",
    "apikey",
    "api-key",
    "key",
    "aws4-hmac-sha256",
    "aws",
    "signature",
    "sharedkey",
    "googlelogin",
    "flyv1",
    "genie-key",
    "splunk",
    "ssws",
    "jwt",
    "pat",
    "bot",
    "macaroon",
];

fn bearer(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut start = at + "bearer".len();
    start += bytes[start..]
        .iter()
        .take(8)
        .take_while(|byte| matches!(byte, b' ' | b'\t' | b':' | b'=' | b'"' | b'\'' | b'+' | b'%'))
        .count();
    if start == at + "bearer".len() || !fresh(text, at) {
        return None;
    }
    let size = bytes[start..]
        .iter()
        .take(8192)
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"._~+/=-|:".contains(byte))
        .count();
    let value = text.get(start..start + size)?.trim_end_matches(['.', ':', '-']);
    let likely =
        shape::random(value) >= 8 || value.len() >= 20 && shape::random(value) * 2 > value.len();
    (likely && !shape::placeholder(value)).then_some(start..start + value.len())
}

/// Only what decodes to `user:password`.
fn basic(text: &str, at: usize) -> Option<Range<usize>> {
    let start = at + "basic ".len();
    let rest = text.as_bytes().get(start..)?;
    let size = base64::run(rest);
    let plain = base64::head(&rest[..size], 256);
    let pair = plain.contains(&b':') && plain.iter().all(|byte| (0x20..0x7f).contains(byte));
    (fresh(text, at) && size >= 6 && pair).then(|| start..start + size + padding(rest, size))
}

fn cookie(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let (start, quote) = to_value(bytes, at + "cookie".len())?;
    let set = text
        .get(at.saturating_sub(4)..at)
        .is_some_and(|before| before.eq_ignore_ascii_case("set-"));
    let quote = quote.or_else(|| {
        bytes[..at].iter().rev().take(8).find(|byte| matches!(byte, b'"' | b'\'')).copied()
    });
    let size = bytes[start..]
        .iter()
        .take(4096)
        .take_while(|byte| {
            Some(**byte) != quote && !matches!(byte, b'\n' | b'\r') && !(set && **byte == b';')
        })
        .count();
    let value = text.get(start..start + size)?.trim_end_matches('\\');
    // `name=value`, not the end of a sentence.
    let name = value.find('=').filter(|at| *at > 0 && !value[..*at].contains(' '))?;
    let value = value.get(name + 1..)?;
    let start = start + name + 1;
    (value.len() >= 4 && !shape::placeholder(value)).then_some(start..start + value.len())
}

/// From the first value below `data` to where the block ends.
fn kubernetes(text: &str, at: usize) -> Option<Range<usize>> {
    const KINDS: [&str; 6] = [
        "kind: secret",
        "kind: \"secret\"",
        "kind: 'secret'",
        "\"kind\":\"secret\"",
        "\"kind\": \"secret\"",
        "kind:secret",
    ];
    let bytes = text.as_bytes();
    let near = bytes.get(at.saturating_sub(8192)..bytes.len().min(at + 8192))?;
    let secret = KINDS.iter().any(|kind| {
        near.windows(kind.len()).any(|here| here.eq_ignore_ascii_case(kind.as_bytes()))
    });
    if !secret {
        return None;
    }
    let from = at + bytes[at..].iter().position(|byte| *byte == b':')? + 1;
    let rest = text.get(from..)?;
    let json = rest.trim_start().starts_with('{');
    let mut size = 0;
    if json {
        size = rest.find('}')?;
    } else {
        // Lines that stand further in than `data` does.
        let line =
            bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let indent = |line: &str| line.len() - line.trim_start().len();
        let own = indent(text.get(line..at)?);
        for line in rest.split_inclusive('\n') {
            if size > 0
                && !line.trim().is_empty()
                && (indent(line) <= own || line.trim_start().starts_with("kind:"))
            {
                break;
            }
            size += line.len();
        }
    }
    let block = rest.get(..size)?;
    let first = block.find(':')? + 1;
    let value = block.get(first..)?;
    let start = from
        + first
        + (value.len() - value.trim_start_matches([' ', '"', '\'', '>', '|', '\n']).len());
    let end = from + block.trim_end().trim_end_matches(['"', '\'']).len();
    (end >= start + 8 && !shape::placeholder(text.get(start..end)?)).then_some(start..end)
}
