//! `Url`: scheme, host and port.
//!
//! By RFC 3986's grammar, of which only URLs with an authority (`//`) are taken. Who asks (userinfo),
//! for what (path) and with which words (query, fragment) is dropped as it comes. Where a password
//! with a `/`, `?` or `#` in it could make its beginning look like a port, all is hidden.

use std::fmt::{self, Write};

use super::{Buffer, View};

/// Remembers the beginning of a URL that is written to it.
pub(super) struct Url {
    part: Part,
    scheme: Buffer<32>,
    /// What may be host and port: the authority behind its last `@`.
    host: Buffer<300>,
    overflown: bool,
    has_user: bool,
    /// An `@` stands where it may end a userinfo that was not seen as one.
    is_doubtful: bool,
    last: char,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Scheme,
    /// Behind the colon, with so many slashes.
    Slashes(u8),
    Authority,
    Path,
    /// The query, or the fragment.
    Behind,
}

impl Default for Url {
    fn default() -> Url {
        Url {
            part: Part::Scheme,
            scheme: Buffer::default(),
            host: Buffer::default(),
            overflown: false,
            has_user: false,
            is_doubtful: false,
            last: ' ',
        }
    }
}

impl Url {
    fn take(&mut self, character: char) -> fmt::Result {
        match (self.part, character) {
            (Part::Scheme, ':') if self.scheme.length > 0 => self.part = Part::Slashes(0),
            (Part::Scheme, _) => {
                let fits = match self.scheme.length {
                    0 => character.is_ascii_alphabetic(),
                    _ => character.is_ascii_alphanumeric() || matches!(character, '+' | '-' | '.'),
                };
                if !fits || !self.scheme.push(character as u8) {
                    return Err(fmt::Error);
                }
            }
            (Part::Slashes(0), '/') => self.part = Part::Slashes(1),
            (Part::Slashes(_), '/') => self.part = Part::Authority,
            (Part::Slashes(_), _) => return Err(fmt::Error),
            (Part::Authority, '/') => self.part = Part::Path,
            (Part::Authority, '?' | '#') => self.part = Part::Behind,
            (Part::Authority, '@') => {
                self.host.clear();
                self.overflown = false;
                self.has_user = true;
            }
            (Part::Authority, '\\') => return Err(fmt::Error),
            (Part::Authority, _) => {
                let byte = u8::try_from(character).unwrap_or(b' ');
                self.overflown |= !self.host.push(byte);
            }
            (Part::Path, '?' | '#') => self.part = Part::Behind,
            // `/@name` is a page of that name's.
            (Part::Path, '@') => self.is_doubtful |= self.last != '/' || self.has_port(),
            (Part::Behind, '@') => self.is_doubtful |= self.has_port(),
            (Part::Path | Part::Behind, _) => {}
        }
        self.last = character;
        Ok(())
    }

    fn has_port(&self) -> bool {
        !self.host.bytes().starts_with(b"[") && self.host.bytes().contains(&b':')
    }
}

impl Write for Url {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|character| self.take(character))
    }
}

impl View for Url {
    fn holds(&self) -> bool {
        matches!(self.part, Part::Authority | Part::Path | Part::Behind)
            && !self.overflown
            && (self.has_user || !self.is_doubtful)
            && is_host(self.host.text())
    }

    fn show(&self, out: &mut dyn Write) -> fmt::Result {
        write!(out, "{}://{}", self.scheme.text(), self.host.text())
    }
}

/// A name or an address, and perhaps a port.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let Some((address, port)) = rest.split_once(']') else { return false };
            if address.parse::<std::net::Ipv6Addr>().is_err() {
                return false;
            }
            match port.strip_prefix(':') {
                Some(port) => (address, port),
                None if port.is_empty() => (address, "0"),
                None => return false,
            }
        }
        None => {
            let (host, port) = text.split_once(':').unwrap_or((text, "0"));
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
            if !host.bytes().all(is_plain) {
                return false;
            }
            (host, port)
        }
    };
    !host.is_empty()
        && (1..=5).contains(&port.len())
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && port.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::{REDACTED, Strategy, left};

    #[test]
    fn url_shows_scheme_host_and_port() {
        for (url, shown) in [
            ("https://example.org", "https://example.org"),
            ("https://example.org/users/7?token=x#y", "https://example.org"),
            ("https://example.org?mail=ada@example.org", "https://example.org"),
            ("https://example.org/@ada/posts", "https://example.org"),
            ("postgres://app:hunter2@db.internal:5432/shop", "postgres://db.internal:5432"),
            ("https://ada:p@ss@example.org/", "https://example.org"),
            ("https://ada:p@ss@example.org:8443/a@b", "https://example.org:8443"),
            ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080"),
            ("http://[2001:db8::1]", "http://[2001:db8::1]"),
            ("git+ssh://git@code.example/repo", "git+ssh://code.example"),
        ] {
            assert_eq!(left(Strategy::Url, url), shown, "{url}");
        }
        let long = format!("https://ada:{}@example.org/", "p".repeat(10_000));
        assert_eq!(left(Strategy::Url, &long), "https://example.org");
    }

    #[test]
    fn what_is_no_url_is_hidden() {
        let long = format!("https://{}/", "p".repeat(10_000));
        for odd in [
            "",
            "example.org/path",
            "mailto:ada@example.org",
            "https:/example.org",
            "https://",
            "https:///path",
            "https://example.org:port/",
            "https://example.org:99999/",
            "https://hunter2 is it/",
            "https://ada\\@example.org/",
            "https://ada:12/34@example.org/",
            "https://ada:12?34@example.org/",
            "https://ada:12/@34@example.org/",
            "https://ada/34@example.org/",
            "https://[::1",
            "https://[::1]x/",
            "https://[hunter2]/",
            "see https://example.org",
            &long,
        ] {
            assert_eq!(left(Strategy::Url, odd), REDACTED, "{odd}");
        }
    }
}
