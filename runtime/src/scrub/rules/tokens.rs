//! Secrets that a standard gives their form: JSON web tokens, PEM keys, HTTP's credentials, users of URLs.

use std::ops::Range;

use super::super::detector::{Detector, Hint};
use super::super::{effort, mask};
use super::{base64, shape};
use Hint::{AnyCase, Text};

pub(super) const RULES: &[Detector] = &[
    // RFC 7515 and 7516: base64url of a JSON object with `alg`, and one to four more parts. `ZXlK`: once more in base64.
    Detector::code("jwt", &[Text("eyJ"), Text("eyA"), Text("ewo"), Text("ewA")], jwt),
    Detector::code("jwt", &[Text("ZXlK")], wrapped),
    // RFC 7468, and OpenPGP's armour; whole, cut, in one line, with `\n` written out, or in base64 again.
    Detector::code("private-key", &[Text("---- BEGIN "), Text("-----BEGIN ")], pem),
    Detector::code("private-key", &[Text("LS0tLS1CRUdJTi")], wrapped_pem),
    // PuTTY's own format.
    Detector::code("private-key", &[Text("Private-Lines:")], putty),
    // RFC 9110, section 11: a scheme and its credentials.
    Detector::code(
        "authorization",
        &[AnyCase("authorization"), AnyCase("www-authenticate")],
        authorization,
    ),
    // RFC 6750 and RFC 7617, in running text.
    Detector::code("bearer", &[AnyCase("bearer")], bearer),
    Detector::code("basic-auth", &[AnyCase("basic ")], basic),
    // RFC 3986, section 3.2.1: `user:password@` in the authority of a URL, or a token in the place of both.
    Detector::code("url-credentials", &[Text("://")], userinfo),
    // curl's manual: `-u user:password`, or a key in the place of the user.
    Detector::code("basic-auth", &[AnyCase("curl ")], curl),
    // Kubernetes: a `Secret`, all of whose `data` is base64.
    Detector::code(
        "kubernetes-secret",
        &[
            AnyCase("kind: secret"),
            AnyCase("kind: \"secret"),
            AnyCase("kind: 'secret"),
            AnyCase("kind\":\"secret"),
            AnyCase("kind\": \"secret"),
        ],
        kubernetes,
    ),
];

fn userinfo(text: &str, at: usize) -> Option<Range<usize>> {
    let start = at + "://".len();
    let rest = text.as_bytes().get(start..)?;
    let outside = |byte: &u8| byte.is_ascii_whitespace() || b"/\"'<>`\\".contains(byte);
    let size = rest.iter().take(512).take_while(|byte| !outside(byte)).count();
    effort::spend(size);
    // A password may hold an `@` itself.
    let at = rest[..size].iter().rposition(|byte| *byte == b'@')?;
    let user = text.get(start..start + at)?;
    let is = match user.split_once(':') {
        Some((name, password)) => {
            !name.contains(['?', '#']) && !password.is_empty() && !shape::placeholder(password)
        }
        None => shape::random(user) >= 16,
    };
    is.then_some(start..start + at)
}

fn curl(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let end = bytes.len().min(at + 4096);
    let blank = |byte: u8| byte.is_ascii_whitespace() || byte == b'=';
    let mut word = at + "curl".len();
    while word < end {
        word += bytes[word..end].iter().take_while(|byte| blank(**byte)).count();
        let size = bytes[word..end].iter().take_while(|byte| !blank(**byte)).count();
        let flag = &bytes[word..word + size];
        effort::spend(2 * size + 8);
        word += size.max(1);
        // `-u`, at the end of flags of one letter, or with its value behind it.
        let value = match flag {
            b"--user" | b"--proxy-user" => word,
            [b'-', letters @ ..]
                if letters.last() == Some(&b'u') && letters.iter().all(u8::is_ascii_alphabetic) =>
            {
                word
            }
            [b'-', b'u', ..] => word - size + 2,
            _ => continue,
        };
        let value = value + bytes[value..end].iter().take_while(|byte| blank(**byte)).count();
        let quote = bytes[value..end]
            .iter()
            .take(4)
            .take_while(|byte| matches!(byte, b'\\' | b'"' | b'\''))
            .count();
        let start = value + quote;
        let closes =
            |byte: u8| byte.is_ascii_whitespace() || (quote > 0 && bytes[start - 1] == byte);
        let mut stop = start + bytes[start..end].iter().take_while(|byte| !closes(**byte)).count();
        // `"user":"password"`: one word to the shell.
        if bytes.get(stop..stop + 3).is_some_and(|signs| matches!(signs, b"\":\"" | b"':'")) {
            stop += 3 + bytes[stop + 3..end].iter().take_while(|byte| !closes(**byte)).count();
        }
        let pair = text.get(start..stop)?.trim_end_matches('\\');
        return match pair.split_once(':') {
            Some((user, "")) => (shape::random(user) >= 6).then_some(start..start + user.len()),
            Some((user, password)) => {
                let bare = password.trim_matches(['"', '\'']);
                (!shape::placeholder(bare)).then_some(start + user.len() + 1..start + pair.len())
            }
            None => None,
        };
    }
    None
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
    let header = base64::run(&rest[..rest.len().min(2048)]);
    effort::spend(4 * header);
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
    if !fresh(text, at) {
        return None;
    }
    let rest = &text.as_bytes()[at..];
    let inner = base64::head(rest, 1024);
    let header = base64::run(&inner);
    effort::spend(4 * inner.len());
    if !names_algorithm(&inner[..header]) {
        return None;
    }
    let size = base64::run(rest);
    effort::spend(size);
    (size >= 60).then(|| at..at + size + padding(rest, size))
}

fn padding(rest: &[u8], size: usize) -> usize {
    rest[size..].iter().take(2).take_while(|byte| **byte == b'=').count()
}

fn pem(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    // ssh.com's has four dashes, each side of them a blank.
    let (head, dashes) = if rest.starts_with("-----BEGIN ") {
        ("-----BEGIN ", "-----")
    } else {
        ("---- BEGIN ", "----")
    };
    let label = rest.strip_prefix(head)?;
    let label = label.get(..label.bytes().take(64).take_while(|byte| *byte != b'-').count())?;
    if !label.contains("PRIVATE KEY") {
        return None;
    }
    let body = head.len() + label.len() + dashes.len();
    let inner = rest.get(body..)?;
    // Up to the next dashes: five are the end, and without an end all that may still be the key.
    let size = inner.find(dashes).unwrap_or(inner.len());
    let key = inner.get(..size)?;
    let letters = key.bytes().filter(|byte| base64::run(&[*byte]) == 1).count();
    if letters < 16 {
        return None;
    }
    let after = inner.get(size..)?;
    if let Some(end) = after.strip_prefix(dashes).filter(|end| end.trim_start().starts_with("END "))
    {
        let close =
            end.find(dashes).filter(|close| *close <= 64).map_or(0, |close| close + dashes.len());
        return Some(at..at + body + size + dashes.len() + close);
    }
    let part = key
        .bytes()
        .take_while(|byte| {
            base64::run(&[*byte]) == 1
                || byte.is_ascii_whitespace()
                || b"=\\:,.;\"'-".contains(byte)
        })
        .count();
    Some(at..at + body + part)
}

fn wrapped_pem(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = &text.as_bytes()[at..];
    // Within a longer run it is not the beginning.
    if text.as_bytes()[..at].last().is_some_and(|byte| base64::run(&[*byte]) == 1) {
        return None;
    }
    let private = base64::head(rest, 64).windows(11).any(|words| words == b"PRIVATE KEY");
    if !private {
        return None;
    }
    let size = base64::run(rest);
    effort::spend(size);
    Some(at..at + size + padding(rest, size))
}

fn putty(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = &text.as_bytes()[at..];
    let head = rest.iter().take(40).take_while(|byte| !matches!(byte, b'\n' | b'\\')).count();
    let body = rest[head..]
        .iter()
        .take_while(|byte| base64::run(&[**byte]) == 1 || b"=\\\r\n".contains(byte))
        .count();
    effort::spend(body);
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
    effort::spend(4 * size);
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
    let digits = value.bytes().any(|byte| byte.is_ascii_digit());
    let likely =
        shape::random(value) >= 8 || digits && shape::signs(value) >= 2 && value.len() >= 12;
    (likely && !shape::placeholder(value)).then_some(start..start + value.len())
}

fn first_word(value: &str) -> &str {
    let end = value
        .find(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '\\'))
        .unwrap_or(value.len());
    let word = &value[..end];
    if word.starts_with(['$', '{']) {
        word
    } else {
        word.trim_end_matches([',', ';', ')', ']', '}'])
    }
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
    effort::spend(8 * size);
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
    effort::spend(size);
    let plain = base64::head(&rest[..size], 256);
    let pair = plain.contains(&b':') && plain.iter().all(|byte| (0x20..0x7f).contains(byte));
    (fresh(text, at) && size >= 6 && pair).then(|| start..start + size + padding(rest, size))
}

/// Where keys `data` and `stringData` stand in a text; `metadata` is another.
fn data(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices("ata").filter_map(|(at, _)| {
        let before = text.as_bytes().get(..at)?;
        let key = matches!(before, [.., b'd' | b'D']) && !before.ends_with(b"metad");
        let rest = text.get(at + 3..)?;
        (key && (rest.starts_with(':') || rest.starts_with("\":"))).then(|| at - 1)
    })
}

/// From the first value below `data` to where the block ends; `data` may stand on either side of the kind.
fn kubernetes(text: &str, at: usize) -> Option<Range<usize>> {
    const NEAR: usize = 8192;
    let bytes = text.as_bytes();
    let after = text.get(at..mask::floor(text, at + NEAR))?;
    let before = text.get(mask::floor(text, at.saturating_sub(NEAR))..at)?;
    effort::spend(2 * (before.len() + after.len()));
    let key = match data(after).next() {
        Some(found) => at + found,
        None => at - before.len() + data(before).last()?,
    };
    let from = key + bytes[key..].iter().position(|byte| *byte == b':')? + 1;
    let rest = text.get(from..mask::floor(text, from + NEAR))?;
    let mut size = 0;
    if rest.trim_start().starts_with('{') {
        size = rest.find('}').unwrap_or(rest.len());
    } else {
        // Lines that stand further in than `data` does.
        let line = text[..key].rfind('\n').map_or(0, |newline| newline + 1);
        let indent = |line: &str| line.len() - line.trim_start().len();
        let own = indent(text.get(line..key)?);
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

#[cfg(test)]
mod tests {
    use super::super::super::Scrubber;

    fn scrubbed(text: &str) -> String {
        let scrubber = Scrubber::new();
        let once = scrubber.text(text).into_owned();
        assert_eq!(scrubber.text(&once), once, "is left as it is");
        once
    }

    /// Each is masked from the first `<` to the last `>`, which are no part of it.
    #[test]
    fn forms_of_standards_are_masked() {
        for (text, name) in [
            // {"typ":"JWT","alg":"none"} and {"sub":"17"}
            ("got <eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.eyJzdWIiOiIxNyJ9.c2lnbmVk>.", "jwt"),
            ("got <eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.eyJzdWIiOiIxNyJ9>. Then", "jwt"),
            (
                "<-----BEGIN PRIVATE KEY-----\nQUJDREVGR0hJSktMTU5PUFFSU1RVVldY\n-----END PRIVATE KEY----->",
                "private-key",
            ),
            (
                "key <-----BEGIN EC PRIVATE KEY-----\\nQUJDREVGR0hJSktMTU5PUFFSU1RVVldY\\n-----END EC PRIVATE KEY----->\\n",
                "private-key",
            ),
            (
                "cut <-----BEGIN RSA PRIVATE KEY-----\nQUJDREVGR0hJSktMTU5PUFFSU1RVVldY>",
                "private-key",
            ),
            ("Authorization: Basic <b3BlbjpzZXNhbWU=>", "authorization"),
            ("-H 'authorization: Bearer <q8Zr5tN1vLw0>' next", "authorization"),
            ("\"Authorization\": \"Token <0a1b2c3d4e5f>\"", "authorization"),
            ("Authorization: Digest <username=\"ann\", response=\"7c1e\">", "authorization"),
            ("sent bearer <q8Zr5tN1vLw0> to it", "bearer"),
            ("got Basic <b3BlbjpzZXNhbWU=> there", "basic-auth"),
            ("postgres://<ann:w0rd@x>@db.example:5432/shop", "url-credentials"),
            ("redis://<:w0rd>@cache:6379", "url-credentials"),
            ("curl -sSu ann:<w0rdx> https://host.example", "basic-auth"),
            ("curl https://host.example --user 'ann:<w0rdx>' -v", "basic-auth"),
        ] {
            let (before, rest) = text.split_once('<').unwrap();
            let (secret, after) = rest.rsplit_once('>').unwrap();
            let expected = format!("{before}[redacted:{name}]{after}");
            assert_eq!(scrubbed(&format!("{before}{secret}{after}")), expected);
        }
    }

    #[test]
    fn what_only_resembles_them_is_left() {
        for text in [
            // Base64 of JSON, but no header: a cursor.
            "next=eyJvZmZzZXQiOjQyLCJsaW1pdCI6NTB9.page2",
            "-----BEGIN PUBLIC KEY-----\nQUJDREVGR0hJSktMTU5PUFFSU1RVVldY\n-----END PUBLIC KEY-----",
            "-----BEGIN CERTIFICATE-----",
            "Authorization: Bearer ${TOKEN}",
            "authorization: enabled",
            "the bearer token expired",
            "basic authentication failed",
            "cookie: not found",
            "https://host.example:8443/a/b@c",
            "see https://host.example/?q=a:b@c",
            "git clone ssh://git@host.example/repo",
            "curl -u ann https://host.example",
        ] {
            assert_eq!(scrubbed(text), text);
        }
    }

    #[test]
    fn all_of_a_kubernetes_secret_is_masked() {
        let text = "kind: Secret\nmetadata:\n  name: shop\ndata:\n  a: b3BlbnNlc2FtZQ==\n  b: b3BlbnNlc2FtZQ==\n";
        assert!(!scrubbed(text).contains("b3Blbn"));
        let text = text.replace("Secret", "ConfigMap");
        assert_eq!(scrubbed(&text), text);
    }
}
