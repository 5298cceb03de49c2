//! The id that a request carries through logs and services: the caller's, or one made here.
//!
//! A caller's id is taken only when it can't act on anything that shows it: few letters, bounded
//! length, sent once. Called by the HTTP layer.

use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::redact::Sink;
use crate::scrub::hits::Origin;
use crate::scrub::{Form, gate};

/// The headers that carry it, the usual one first.
static NAMES: [HeaderName; 2] =
    [HeaderName::from_static("x-request-id"), HeaderName::from_static("x-correlation-id")];

/// The id of one request, and the header that it is echoed in.
#[derive(Clone, Debug)]
pub(super) struct RequestId {
    /// The id itself, for the caller and for services that are called.
    pub(super) text: String,
    /// What is shown of it instead, if it looks like a secret.
    masked: Option<String>,
    name: HeaderName,
}

impl RequestId {
    /// Takes the caller's id, or makes one.
    pub(super) fn of(headers: &HeaderMap) -> RequestId {
        let [usual, _] = &NAMES;
        let name = NAMES.iter().find(|name| headers.contains_key(*name)).unwrap_or(usual);
        let mut values = headers.get_all(name).iter();
        let name = name.clone();
        match (values.next().map(HeaderValue::as_bytes), values.next()) {
            (Some(text), None) if is_safe(text) => {
                let text = String::from_utf8_lossy(text).into_owned();
                let origin =
                    || Origin { name: "request", field: "request_id", ..Origin::default() };
                let masked = gate::look(Sink::Log, Form::Text, &text, origin).masked();
                RequestId { text, masked, name }
            }
            _ => RequestId { text: format!("{:032x}", fresh()), masked: None, name },
        }
    }

    /// The id as logs show it. A caller may send anything.
    pub(super) fn shown(&self) -> &str {
        self.masked.as_deref().unwrap_or(&self.text)
    }

    /// Puts it on the answer.
    pub(super) fn echo(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(&self.text) {
            headers.insert(self.name.clone(), value);
        }
    }
}

fn is_safe(text: &[u8]) -> bool {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"._:/+=@-".contains(byte);
    (1..=128).contains(&text.len()) && text.iter().all(fits)
}

/// A number that this process has not given before, and nobody can guess: a keyed hash of a count.
fn fresh() -> u128 {
    static KEYS: OnceLock<[RandomState; 2]> = OnceLock::new();
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let [high, low] = KEYS.get_or_init(|| [RandomState::new(), RandomState::new()]);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    u128::from(high.hash_one(count)) << 64 | u128::from(low.hash_one(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&'static str, &[u8])]) -> (String, HeaderMap) {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_bytes(value).unwrap());
        }
        let id = RequestId::of(&headers);
        let mut answer = HeaderMap::new();
        id.echo(&mut answer);
        (id.text, answer)
    }

    #[test]
    fn a_good_id_is_taken_and_echoed_where_it_came() {
        let (id, answer) = of(&[("x-request-id", b"order-7/a:b.c_d+e=f@g")]);
        assert_eq!(id, "order-7/a:b.c_d+e=f@g");
        assert_eq!(answer["x-request-id"], id.as_str());
        let (id, answer) = of(&[("x-correlation-id", b"abc")]);
        assert_eq!((id.as_str(), answer["x-correlation-id"].as_bytes()), ("abc", &b"abc"[..]));
        let (id, answer) = of(&[("x-correlation-id", b"abc"), ("x-request-id", b"def")]);
        assert_eq!((id.as_str(), answer.len()), ("def", 1));
    }

    #[test]
    fn a_hostile_id_is_replaced() {
        let long = [b'a'; 129];
        let cases: [&[(&'static str, &[u8])]; 7] = [
            &[],
            &[("x-request-id", b"")],
            &[("x-request-id", &long)],
            &[("x-request-id", b"a b")],
            &[("x-request-id", b"{\"level\":\"error\"}")],
            &[("x-request-id", b"caf\xc3\xa9")],
            &[("x-request-id", b"a"), ("x-request-id", b"a")],
        ];
        let mut made = std::collections::HashSet::new();
        for case in cases {
            let (id, answer) = of(case);
            assert_eq!(id.len(), 32, "{case:?}");
            assert!(id.bytes().all(|byte| byte.is_ascii_hexdigit()));
            assert_eq!(answer["x-request-id"], id.as_str());
            assert!(made.insert(id));
        }
    }
}
