//! Pseudonyms: the same text in the same domain gives the same one, and nobody without the key can
//! try texts until one fits.
//!
//! HMAC-SHA256 (RFC 2104, FIPS 180-4) over the domain, a zero byte and the text, cut to 128 bits:
//! `h1:<key id>:<hash>`. As no domain holds a zero byte, no two pairs of domain and text are hashed
//! alike. Where there is no key, nothing is shown: a hash without one could be looked up.

use std::fmt::{self, Write};

use super::strategy::{REDACTED, Reveal};

/// Without the runtime there is no key, and without a key no pseudonym.
#[cfg(not(feature = "runtime"))]
pub(super) fn write(_domain: &str, _reveal: Reveal<'_>, out: &mut dyn Write) -> fmt::Result {
    out.write_str(REDACTED)
}

/// Writes the pseudonym of a text.
#[cfg(feature = "runtime")]
pub(super) fn write(domain: &str, reveal: Reveal<'_>, out: &mut dyn Write) -> fmt::Result {
    match super::key::current() {
        Some(key) => write_with(&key, domain, reveal, out),
        None => {
            super::key::missed();
            out.write_str(REDACTED)
        }
    }
}

#[cfg(feature = "runtime")]
fn write_with(
    key: &super::key::Key,
    domain: &str,
    reveal: Reveal<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    use hmac::Mac as _;

    let mut text = Text(key.mac());
    text.0.update(domain.as_bytes());
    text.0.update(&[0]);
    if domain.contains('\0') || reveal(&mut text).is_err() {
        return out.write_str(REDACTED);
    }
    let hash = text.0.finalize().into_bytes();
    let mut shown = [0; HASH];
    base32(&hash[..16], &mut shown);
    write!(out, "h1:{}:{}", key.id(), std::str::from_utf8(&shown).unwrap_or_default())
}

/// Hashes what is written to it.
#[cfg(feature = "runtime")]
struct Text(super::key::Keyed);

#[cfg(feature = "runtime")]
impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        use hmac::Mac as _;

        self.0.update(text.as_bytes());
        Ok(())
    }
}

/// Characters of 128 bits.
const HASH: usize = 26;

/// RFC 4648's alphabet in lower case, without padding; as many characters as there is room for.
fn base32(bytes: &[u8], out: &mut [u8]) {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    for (at, place) in out.iter_mut().enumerate() {
        let bit = |bit: usize| bytes.get(bit / 8).map_or(0, |byte| byte >> (7 - bit % 8) & 1);
        let five = (at * 5..at * 5 + 5).fold(0, |five, at| five << 1 | bit(at));
        *place = ALPHABET[usize::from(five & 31)];
    }
}

#[cfg(feature = "runtime")]
#[cfg(test)]
mod tests {
    use super::super::key::Key;
    use super::*;

    fn with(key: &str, domain: &str, text: &str) -> String {
        let mut out = String::new();
        let key = Key::parse(key).unwrap();
        write_with(&key, domain, &|to| to.write_str(text), &mut out).unwrap();
        out
    }

    fn pseudonym(domain: &str, text: &str) -> String {
        with("a key that is long enough", domain, text)
    }

    #[test]
    fn pseudonyms_join_within_a_domain_only() {
        assert_eq!(pseudonym("user", "alice"), pseudonym("user", "alice"));
        assert_ne!(pseudonym("user", "alice"), pseudonym("device", "alice"));
        assert_ne!(pseudonym("user", "alice"), pseudonym("user", "bob"));
        assert_ne!(pseudonym("user", "alice"), pseudonym("usera", "lice"));
        assert_ne!(pseudonym("", "user\0alice"), pseudonym("user", "alice"));
        assert_eq!(pseudonym("user", "a").len(), pseudonym("user", "a longer one").len());
        assert_eq!(pseudonym("us\0er", "alice"), REDACTED);
    }

    #[test]
    fn another_key_gives_other_pseudonyms() {
        let one = with("2026-11:a key that is long enough", "user", "alice");
        let other = with("2026-12:another that is long enough", "user", "alice");
        assert!(one.starts_with("h1:2026-11:") && other.starts_with("h1:2026-12:"));
        assert_ne!(one[11..], other[11..]);
        // A name for the key changes no pseudonym.
        let unnamed = pseudonym("user", "alice");
        assert_eq!(unnamed.rsplit(':').next(), one.rsplit(':').next());
    }

    #[test]
    fn a_pseudonym_is_what_others_compute() {
        // printf 'customer\0ada@example.org' | openssl dgst -sha256 -mac HMAC \
        //   -macopt key:0123456789abcdef0123456789abcdef -binary | head -c 16 | base32
        let key = "0123456789abcdef0123456789abcdef";
        assert_eq!(
            with(key, "customer", "ada@example.org"),
            "h1:3eb1bd43:woz3afkabzjcx2xx7bhgcj5jnm"
        );
    }

    proptest::proptest! {
        #[test]
        fn pseudonyms_are_equal_for_equal_texts_only_and_of_one_length(
            texts: [String; 2], domains in ["[a-z]{1,3}", "[a-z]{1,3}"], cut in 0..9_usize,
        ) {
            let [one, other] = &texts;
            let [here, there] = &domains;
            proptest::prop_assert_eq!(pseudonym(here, one), pseudonym(here, one));
            proptest::prop_assert_eq!(pseudonym(here, one) == pseudonym(there, other), here == there && one == other);
            proptest::prop_assert_eq!(pseudonym(here, one).len(), "h1:12345678:".len() + HASH);
            // Where the domain ends is not for the text to say.
            let joined = format!("{here}{one}");
            let cut = joined.char_indices().nth(cut).map_or(joined.len(), |(at, _)| at);
            let (domain, text) = joined.split_at(cut);
            if domain != here && !domain.contains('\0') {
                proptest::prop_assert_ne!(pseudonym(domain, text), pseudonym(here, one));
            }
        }
    }

    #[test]
    fn base32_is_rfc_4648() {
        for (bytes, text) in
            [("f", "my"), ("fo", "mzxq"), ("foob", "mzxw6yq"), ("foobar", "mzxw6ytboi")]
        {
            let mut out = vec![0; text.len()];
            base32(bytes.as_bytes(), &mut out);
            assert_eq!(out, text.as_bytes());
        }
    }
}
