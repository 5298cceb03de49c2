//! http's words and headers.
//!
//! Methods, versions and status codes are public. Headers hold whatever a client sends: their names
//! are shown, and of their values those that the program allows.

use std::fmt::{self, Write};

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, Version};

use crate::model::Value;
use crate::redact::list::Items;
use crate::redact::{Class, Loggable, Out, Redactable};

/// As a number.
impl Loggable for StatusCode {
    const CLASS: Class = Class::PUBLIC;

    fn log(&self, out: &mut Out<'_>) {
        self.as_u16().log(out);
    }

    fn plain(&self) -> Option<Value<'static>> {
        self.as_u16().plain()
    }
}

/// Its name, if it is one of HTTP's; `_OTHER` if it is a client's own.
impl Loggable for Method {
    const CLASS: Class = Class::PUBLIC;

    fn log(&self, out: &mut Out<'_>) {
        out.name(match *self {
            Method::GET => "GET",
            Method::POST => "POST",
            Method::PUT => "PUT",
            Method::DELETE => "DELETE",
            Method::HEAD => "HEAD",
            Method::OPTIONS => "OPTIONS",
            Method::CONNECT => "CONNECT",
            Method::PATCH => "PATCH",
            Method::TRACE => "TRACE",
            _ => "_OTHER",
        });
    }
}

impl Loggable for Version {
    const CLASS: Class = Class::PUBLIC;

    fn log(&self, out: &mut Out<'_>) {
        out.text(&format_args!("{self:?}"));
    }
}

impl Redactable for Uri {
    fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
        write!(out, "{self}")
    }
}

/// Hidden whole when it is marked as sensitive, or no visible ASCII.
impl Redactable for HeaderValue {
    fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
        match self.to_str() {
            Ok(text) if !self.is_sensitive() => out.write_str(text),
            _ => Err(fmt::Error),
        }
    }
}

/// Headers, as far as they may be seen: their names, and the values of those that are allowed.
///
/// A value is hidden, allowed or not, when it is [marked as sensitive], when its name is that of
/// credentials (`Authorization`, cookies, tokens, keys of interfaces), or when it is no visible
/// ASCII. Those that are allowed come first; of more than eight headers, the number is shown.
///
/// ```
/// use http::HeaderMap;
/// use plimsoll::{SafeHeaders, observe};
///
/// #[observe(log(headers))]
/// fn answer(headers: SafeHeaders<'_>) {}
///
/// let mut headers = HeaderMap::new();
/// headers.insert("authorization", "Bearer hunter2".parse()?);
/// headers.insert("accept", "text/html".parse()?);
/// let safe = SafeHeaders::new(&headers).allow(&["accept", "accept-language"]);
/// assert_eq!(format!("{safe:?}"), "{accept: text/html, authorization: [redacted]}");
/// answer(safe);
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// ```
///
/// [marked as sensitive]: http::HeaderValue::set_sensitive
#[derive(Clone, Copy)]
pub struct SafeHeaders<'a> {
    headers: &'a HeaderMap,
    allowed: &'a [&'a str],
}

impl<'a> SafeHeaders<'a> {
    /// The names of these headers, and no values.
    pub const fn new(headers: &'a HeaderMap) -> SafeHeaders<'a> {
        SafeHeaders { headers, allowed: &[] }
    }

    /// Shows the values of these headers, in place of those that were allowed before. Upper and lower
    /// case are the same.
    pub const fn allow(self, names: &'a [&'a str]) -> SafeHeaders<'a> {
        SafeHeaders { allowed: names, ..self }
    }

    fn allows(&self, name: &HeaderName) -> bool {
        let is_it = |allowed: &&str| allowed.eq_ignore_ascii_case(name.as_str());
        self.allowed.iter().any(is_it) && !is_credential(name.as_str())
    }

    fn show(&self, items: &mut Items<'_>, allowed: bool) -> bool {
        let wanted = |(name, _): &(&HeaderName, &HeaderValue)| self.allows(name) == allowed;
        self.headers.iter().filter(wanted).all(|(name, value)| {
            items.pair(&mut |out| out.text(name), &mut |out| match value.to_str() {
                Ok(text) if allowed && !value.is_sensitive() => out.text(&text),
                _ => out.hidden(),
            })
        })
    }
}

impl Loggable for SafeHeaders<'_> {
    fn log(&self, out: &mut Out<'_>) {
        out.list(("{", "}"), self.headers.len(), &|items| {
            let _ = self.show(items, true) && self.show(items, false);
        });
    }
}

impl fmt::Debug for SafeHeaders<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::redact::debug(self, f)
    }
}

/// A header that lets in whoever knows its value. Names come in lower case.
fn is_credential(name: &str) -> bool {
    let mut before = "";
    for word in name.split(['-', '_', '.']) {
        let is_one = match word {
            "authorization" | "auth" | "cookie" | "cookie2" | "token" | "jwt" | "csrf" | "xsrf"
            | "secret" | "password" | "passwd" | "credential" | "credentials" | "session"
            | "sessionid" | "apikey" | "dpop" => true,
            // Those of idempotency, caches and web sockets let nobody in.
            "key" => !matches!(before, "idempotency" | "surrogate" | "cache" | "websocket"),
            _ => false,
        };
        if is_one {
            return true;
        }
        before = word;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::impls::shown;
    use crate::redact::strategy::{Strategy, left};

    #[test]
    fn words_of_the_protocol_are_shown() {
        assert_eq!(shown(StatusCode::NOT_FOUND), "404");
        assert_eq!(shown(Method::GET), "GET");
        assert_eq!(shown(Method::from_bytes(b"HUNTER2").unwrap()), "_OTHER");
        assert_eq!(shown(Version::HTTP_11), "HTTP/1.1");
        let uri: Uri = "https://ada:hunter2@example.org/path?x".parse().unwrap();
        assert_eq!(left(Strategy::Url, &uri), "https://example.org");
    }

    #[test]
    fn headers_show_names_and_what_is_allowed() {
        let mut headers = HeaderMap::new();
        headers.insert("x-tenant", "acme".parse().unwrap());
        headers.insert("cookie", "id=hunter2".parse().unwrap());
        headers.append("accept", "text/html".parse().unwrap());
        headers.append("accept", "text/plain".parse().unwrap());
        let mut token: HeaderValue = "hunter2".parse().unwrap();
        token.set_sensitive(true);
        assert_eq!(left(Strategy::Last(2), &token), "[redacted]");
        headers.insert("x-plain", token);
        headers.insert("x-odd", HeaderValue::from_bytes(b"hunter2\xff").unwrap());
        let safe = SafeHeaders::new(&headers);
        assert_eq!(shown(safe).matches("[redacted]").count(), 6);
        let allowed = shown(safe.allow(&["Accept", "Cookie", "x-plain", "x-odd"]));
        assert!(!allowed.contains("hunter2") && !allowed.contains("acme"), "{allowed}");
        assert!(allowed.contains("accept: text/html, accept: text/plain"), "{allowed}");
        assert!(allowed.contains("cookie: [redacted]"), "{allowed}");
    }

    #[test]
    fn allowed_headers_are_the_first_of_many() {
        let mut headers = HeaderMap::new();
        for number in 0..20 {
            let name = HeaderName::try_from(format!("x-{number}")).unwrap();
            headers.insert(name, "value".parse().unwrap());
        }
        let text = shown(SafeHeaders::new(&headers).allow(&["x-19"]));
        assert!(text.starts_with("{x-19: value, ") && text.ends_with(", … 20 in all}"), "{text}");
        assert_eq!(text.matches("[redacted]").count(), 7);
    }

    #[test]
    fn credentials_are_known_by_their_names() {
        for name in [
            "authorization",
            "proxy-authorization",
            "set-cookie",
            "x-api-key",
            "x-amz-security-token",
            "x-csrf-token",
            "x-auth-user",
            "x_session_id",
        ] {
            assert!(is_credential(name), "{name}");
        }
        for name in ["accept", "idempotency-key", "sec-websocket-key", "author", "keep-alive"] {
            assert!(!is_credential(name), "{name}");
        }
    }
}
