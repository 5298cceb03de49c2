//! The bearer token of the metrics page.
//!
//! Kept and compared as a keyed hash of fixed length, in constant time: neither the time of an
//! answer nor a dump of this part of memory tells the token. Called by `respond`.

use std::fmt;
use std::hash::{BuildHasher, RandomState};

use hmac::digest::CtOutput;
use hmac::{Hmac, Mac};
use http::header::{AUTHORIZATION, HeaderMap};
use sha2::Sha256;

use crate::config::Secret;

/// A token that requests must carry.
pub(super) struct Token {
    key: [u8; 32],
    hash: CtOutput<Hmac<Sha256>>,
}

impl Token {
    pub(super) fn new(token: &Secret) -> Option<Token> {
        let mut key = [0; 32];
        for part in key.chunks_exact_mut(8) {
            // The standard library's own random keys; each state has others.
            part.copy_from_slice(&RandomState::new().hash_one(part.len()).to_le_bytes());
        }
        Some(Token { key, hash: hash(&key, token.expose().as_bytes())? })
    }

    /// True when exactly one `Authorization` header carries the token as `Bearer`.
    pub(super) fn admits(&self, headers: &HeaderMap) -> bool {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return false;
        };
        let Some((scheme, token)) = value.as_bytes().split_at_checked(7) else {
            return false;
        };
        scheme.eq_ignore_ascii_case(b"Bearer ")
            && hash(&self.key, token).is_some_and(|hash| hash == self.hash)
    }
}

fn hash(key: &[u8], text: &[u8]) -> Option<CtOutput<Hmac<Sha256>>> {
    // HMAC takes keys of any length; the error can't happen.
    let mut hmac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    hmac.update(text);
    Some(hmac.finalize())
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[token]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(values: &[&[u8]]) -> bool {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, http::HeaderValue::from_bytes(value).unwrap());
        }
        Token::new(&Secret::new("s3cret-token")).unwrap().admits(&headers)
    }

    #[test]
    fn only_the_token_itself_is_admitted() {
        assert!(admits(&[b"Bearer s3cret-token"]));
        assert!(admits(&[b"bearer s3cret-token"]));
        let cases: [&[&[u8]]; 12] = [
            &[],
            &[b""],
            &[b"Bearer"],
            &[b"Bearer "],
            &[b"Bearer s3cret-toke"],
            &[b"Bearer s3cret-token2"],
            &[b"Bearer  s3cret-token"],
            &[b"Bearer S3CRET-TOKEN"],
            &[b"Basic s3cret-token"],
            &[b"s3cret-token"],
            &[b"Bearer s3cret-token", b"Bearer s3cret-token"],
            &[b"Bearer \xff\xfe"],
        ];
        for case in cases {
            assert!(!admits(case), "{case:?}");
        }
    }

    #[test]
    fn it_is_never_printed() {
        let token = Token::new(&Secret::new("s3cret-token")).unwrap();
        assert_eq!(format!("{token:?}"), "[token]");
    }
}
