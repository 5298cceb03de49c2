//! URLs by their parts: user and password, values of query and fragment, segments of the path.
//!
//! Names of values are OpenTelemetry's (`sig`, `Signature`, `AWSAccessKeyId`, `X-Goog-Signature`), those of OAuth,
//! SAML and signed links, and all names of secrets. What stands in percent signs is decoded once, and looked at.
//! Reads connection strings too, with and without a scheme.

use std::ops::Range;

/// Names whose values let somebody in, whatever they look like.
#[rustfmt::skip]
const SIGNED: [&str; 31] = [
    "sig", "signature", "awsaccesskeyid", "googleaccessid", "x-amz-signature", "x-amz-credential",
    "x-amz-security-token", "x-goog-signature", "x-goog-credential", "access_token", "id_token", "refresh_token",
    "api_key", "apikey", "api-key", "client_secret", "client_assertion", "assertion", "code_verifier", "samlresponse",
    "samlrequest", "saml_response", "id_token_hint", "login_hint", "sessionid", "session_id", "sid", "hmac", "auth_code",
    "magic", "jwt",
];
/// Names that have other meanings as well: values of so many letters and digits are codes.
const CODES: [&str; 9] =
    ["code", "state", "nonce", "key", "ticket", "session", "auth", "hash", "k"];
const CODE: usize = 16;

/// The longest name of a value, and the longest value in a text of any kind, in bytes.
const NAME: usize = 64;
const VALUE: usize = 2048;

/// What the parts of a URL say is to be masked. `sensitive` judges a name, `holds` a text that was decoded.
pub(super) fn find(
    text: &str,
    sensitive: &dyn Fn(&str) -> bool,
    holds: &dyn Fn(&str) -> bool,
    found: &mut dyn FnMut(&'static str, Range<usize>),
) {
    let mut at = 0;
    if let Some(user) = user(text) {
        at = user.end;
        found("url-credentials", user);
    }
    let delimiter = |c: char| matches!(c, '?' | '&' | ';' | '#' | '/');
    // Without a `?` it is a query alone, or `Server=..;Password=..`.
    let query = text.find('?').unwrap_or(text.len());
    while at <= text.len() {
        let rest = text.get(at..).unwrap_or_default();
        let end = rest.find(delimiter).map_or(text.len(), |length| at + length);
        let piece = text.get(at..end).unwrap_or_default();
        let mut next = end + 1;
        let value =
            piece.find('=').map(|sign| (sign, text.get(at + sign + 1..).unwrap_or_default()));
        match value {
            Some((sign, behind))
                if is_secret(piece.get(..sign).unwrap_or_default(), behind, sensitive, 8) =>
            {
                // A `/` is part of it, and a `;` too, unless values stand between them.
                let listed = at <= query || text.get(..at).is_some_and(|head| head.ends_with(';'));
                let ends = |c: char| matches!(c, '&' | '#') || c == ';' && listed;
                let length = behind.find(ends).unwrap_or(behind.len());
                let start = at + sign + 1;
                next = start + length + 1;
                if length > 0 {
                    found("url-value", start..start + length);
                }
            }
            _ if piece.contains('%') => {
                let start = at + value.map_or(0, |(sign, _)| sign + 1);
                if decoded(text.get(start..end).unwrap_or_default())
                    .is_some_and(|text| holds(&text))
                {
                    found("url-value", start..end);
                }
            }
            _ => {}
        }
        at = next;
    }
}

/// The value of a query behind `?`, `&` or `#` in any text, where its name says that it is a secret.
pub(super) fn parameter(text: &str, at: usize) -> Option<Range<usize>> {
    let behind = text.get(at + 1..super::mask::floor(text, at + NAME + VALUE))?;
    let amp = if behind.starts_with("amp;") { 4 } else { 0 };
    let behind = behind.get(amp..)?;
    let name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.[]%$".contains(byte);
    let length = behind.bytes().take(NAME).take_while(|byte| name(byte)).count();
    let value = behind.get(length..)?.strip_prefix('=')?;
    let ends = |c: char| {
        c.is_whitespace()
            || matches!(c, '&' | '#' | '?' | '"' | '\'' | '`' | '<' | '>' | '\\' | '|')
    };
    let size = value.find(ends).unwrap_or(value.len());
    super::effort::spend(2 * size);
    let value = value.get(..size)?;
    let value = value.trim_end_matches([',', ')', ']', '}', ';', '.']);
    let start = at + 1 + amp + length + 1;
    let none: fn(&str) -> bool = |_| false;
    (!is_placeholder(value) && is_secret(behind.get(..length)?, value, &none, CODE))
        .then_some(start..start + value.len())
}

/// A name that is a secret's, with a value that could be one.
fn is_secret(name: &str, value: &str, sensitive: &dyn Fn(&str) -> bool, code: usize) -> bool {
    let decoded = decoded(name);
    let name = decoded.as_deref().unwrap_or(name).trim();
    let is = |known: &&str| known.eq_ignore_ascii_case(name);
    let length =
        value.bytes().take(NAME).take_while(|byte| !matches!(byte, b'&' | b'#' | b';')).count();
    let digit = value.bytes().take(length).any(|byte| byte.is_ascii_digit());
    if name.len() > NAME {
        return false;
    }
    SIGNED.iter().any(is) && length > 5
        || CODES.iter().any(is) && length >= code && (digit || code < CODE)
        || sensitive(name)
}

/// `${token}`, `{token}`, `<token>`, `***`: the place of a value.
fn is_placeholder(value: &str) -> bool {
    let escape =
        value.get(1..3).is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
    value.is_empty()
        || value.starts_with(['$', '{', '<', '[', ':'])
        || value.starts_with('%') && !escape
        || value.bytes().all(|byte| byte == value.as_bytes()[0])
}

/// User and password before a host: between `//` and the last `@` of the authority.
fn user(text: &str) -> Option<Range<usize>> {
    let start = match text.find("://") {
        Some(at) if at <= 64 && !text.get(..at)?.contains(['?', '=', ' ']) => at + 3,
        _ if text.starts_with("//") => 2,
        // `user:password@tcp(host)/db`
        _ => {
            let at = text.find('@')?;
            let head = text.get(..at)?;
            let (user, _) = head.split_once(':')?;
            let is =
                !user.is_empty() && !head.contains(['/', '?', ' ', '=', '&']) && user != "mailto";
            return is.then_some(0..at);
        }
    };
    let rest = text.get(start..)?;
    let mut end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = rest.get(..end)?;
    // `user:pass/word@host`: what stands behind the `:` is no port, so the password goes on.
    if let (None, Some((_, port))) = (authority.rfind('@'), authority.rsplit_once(':')) {
        if !authority.contains('[') && !port.bytes().all(|byte| byte.is_ascii_digit()) {
            end = rest.len();
        }
    }
    let length = rest.get(..end)?.rfind('@')?;
    (length > 0 && rest.get(..length) != Some("git")).then_some(start..start + length)
}

/// What percent signs stand for; nothing where there are none, or they are no text.
fn decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let mut digit = || ahead.next().and_then(|byte| char::from(byte).to_digit(16));
        match (byte, byte == b'%') {
            (_, true) => {
                match digit().zip(digit()).and_then(|(a, b)| u8::try_from(a * 16 + b).ok()) {
                    Some(value) => {
                        out.push(value);
                        bytes.nth(1);
                    }
                    None => out.push(byte),
                }
            }
            (b'+', _) => out.push(b' '),
            _ => out.push(byte),
        }
    }
    Some(String::from_utf8_lossy(&out).into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{find, parameter};

    fn masked(text: &str) -> String {
        let sensitive = |name: &str| {
            ["password", "pwd", "token", "email"].contains(&name.to_ascii_lowercase().as_str())
        };
        let holds = |text: &str| text.contains("SECRET") || text.contains('@');
        let mut ranges = Vec::new();
        find(text, &sensitive, &holds, &mut |_, range| ranges.push(range));
        let mut out = text.to_owned();
        for range in ranges.into_iter().rev() {
            out.replace_range(range, "*");
        }
        out
    }

    #[test]
    fn user_password_and_values_go() {
        for (text, expected) in [
            ("https://bob:pw@example.com/x", "https://*@example.com/x"),
            ("https://ghtoken@example.com/x", "https://*@example.com/x"),
            ("ssh://git@example.com/x", "ssh://git@example.com/x"),
            (
                "postgres://u:p/w@r@db:5432/x?sslmode=require",
                "postgres://*@db:5432/x?sslmode=require",
            ),
            (
                "jdbc:postgresql://u:p@h/x?password=abc/d&user=x",
                "jdbc:postgresql://*@h/x?password=*&user=x",
            ),
            ("u:p@tcp(10.0.0.1:3306)/x", "*@tcp(10.0.0.1:3306)/x"),
            ("https://x.com:8080/@alice", "https://x.com:8080/@alice"),
            ("/a/b?sig=abc%2Fdef&x=1", "/a/b?sig=*&x=1"),
            (
                "/a?X-Amz-Signature=0123abcd&X-Amz-Expires=60",
                "/a?X-Amz-Signature=*&X-Amz-Expires=60",
            ),
            ("/cb?code=4/0AX4XfWh&state=ok", "/cb?code=*&state=ok"),
            ("/cb#access_token=abcdef&token_type=x", "/cb#access_token=*&token_type=x"),
            ("Server=db;Password=a/b;Database=x", "Server=db;Password=*;Database=x"),
            ("q=a%40b&x=1", "q=*&x=1"),
            ("/users/SECRE%54/x", "/users/*/x"),
            ("/r?to=https%3A%2F%2Fx%3Fa%3DSECRET&b=1", "/r?to=*&b=1"),
            ("/r?pass%77ord=abc", "/r?pass%77ord=*"),
            ("/search?q=code&page=2", "/search?q=code&page=2"),
            ("https://[::1]:80/x", "https://[::1]:80/x"),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    #[test]
    fn values_of_queries_are_found_in_text() {
        let value = |text: &str| {
            let signs = text.match_indices(['?', '&', '#']).map(|(at, _)| at);
            signs.filter_map(|at| parameter(text, at)).next().map(|range| text[range].to_owned())
        };
        assert_eq!(value("GET /x?sig=AbC%2Fd1234 HTTP/1.1").as_deref(), Some("AbC%2Fd1234"));
        assert_eq!(
            value("(https://x/cb?code=SplxlOBeZQQYbYS6WxSbIA)").as_deref(),
            Some("SplxlOBeZQQYbYS6WxSbIA")
        );
        assert_eq!(value("x?a=1&amp;X-Goog-Signature=0a1b2c3d").as_deref(), Some("0a1b2c3d"));
        assert_eq!(value("/x?sig=%5Bbc1234").as_deref(), Some("%5Bbc1234"));
        for text in [
            "?response_type=code&client_id=web&state=ok",
            "a && sig=x",
            "?code=404",
            "x?sig=${sig}",
            "?sig=xxxxxxxx",
            "what?",
        ] {
            assert_eq!(value(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(text in "(\\PC|[?&;#/=%@:]){0,60}") {
            masked(&text);
            for at in 0..text.len() {
                parameter(&text, at);
            }
        }
    }
}
