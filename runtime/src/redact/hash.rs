//! Pseudonyms: the same text in the same domain gives the same one, and nobody without the key can
//! try texts until one fits.
//!
//! HMAC-SHA256 over the domain, a zero byte and the text, cut to 128 bits: `h1:<key id>:<hash>`.

use std::fmt::{self, Write};

#[cfg(feature = "runtime")]
pub(crate) use keyed::set_key;
#[cfg(feature = "runtime")]
pub(super) use keyed::write;

/// Without the runtime there is no key, and without a key no pseudonym.
#[cfg(not(feature = "runtime"))]
pub(super) fn write(
    _domain: &str,
    _reveal: super::strategy::Reveal<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    out.write_str(super::strategy::REDACTED)
}

#[cfg(feature = "runtime")]
mod keyed {
    use std::hash::{BuildHasher, Hasher, RandomState};
    use std::sync::OnceLock;

    use hmac::{Hmac, Mac};
    use sha2::{Digest, Sha256};

    use super::super::strategy::REDACTED;
    use super::{Write, fmt};

    type Keyed = Hmac<Sha256>;

    struct Key {
        id: String,
        mac: Keyed,
    }

    static KEY: OnceLock<Key> = OnceLock::new();

    /// Sets the key of this program. The first one stays: pseudonyms do not change as it runs.
    pub(crate) fn set_key(key: &[u8]) {
        if let Ok(mac) = Keyed::new_from_slice(key) {
            let digest = Sha256::digest(key);
            let id = digest[..4].iter().fold(String::new(), |mut id, byte| {
                let _ = write!(id, "{byte:02x}");
                id
            });
            let _ = KEY.set(Key { id, mac });
        }
    }

    /// A key for as long as the process runs: better unlinkable than guessable.
    fn ephemeral() -> Key {
        let mut key = [0u8; 32];
        for part in key.chunks_mut(8) {
            // The standard library's keys come from the system's random numbers.
            part.copy_from_slice(&RandomState::new().build_hasher().finish().to_le_bytes());
        }
        let mac = Keyed::new_from_slice(&key).expect("an HMAC takes a key of any length");
        Key { id: "ephemeral".to_owned(), mac }
    }

    /// Writes the pseudonym of a text.
    pub(crate) fn write(
        domain: &str,
        reveal: super::super::strategy::Reveal<'_>,
        out: &mut dyn Write,
    ) -> fmt::Result {
        let key = KEY.get_or_init(ephemeral);
        let mut text = Text(key.mac.clone());
        text.0.update(domain.as_bytes());
        text.0.update(&[0]);
        if reveal(&mut text).is_err() {
            return out.write_str(REDACTED);
        }
        write!(out, "h1:{}:", key.id)?;
        base32(&text.0.finalize().into_bytes()[..16], out)
    }

    struct Text(Keyed);

    impl Write for Text {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0.update(text.as_bytes());
            Ok(())
        }
    }

    /// RFC 4648's alphabet in lower case, without padding.
    fn base32(bytes: &[u8], out: &mut dyn Write) -> fmt::Result {
        const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
        let mut bits = 0u32;
        let mut count = 0;
        for byte in bytes {
            bits = bits << 8 | u32::from(*byte);
            count += 8;
            while count >= 5 {
                count -= 5;
                out.write_char(char::from(ALPHABET[(bits >> count & 31) as usize]))?;
            }
        }
        if count > 0 {
            out.write_char(char::from(ALPHABET[(bits << (5 - count) & 31) as usize]))?;
        }
        Ok(())
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn pseudonym(domain: &str, text: &str) -> String {
            let mut out = String::new();
            write(domain, &|to| to.write_str(text), &mut out).unwrap();
            out
        }

        #[test]
        fn pseudonyms_join_within_a_domain_only() {
            assert_eq!(pseudonym("user", "alice"), pseudonym("user", "alice"));
            assert_ne!(pseudonym("user", "alice"), pseudonym("device", "alice"));
            assert_ne!(pseudonym("user", "alice"), pseudonym("user", "bob"));
            assert_ne!(pseudonym("user", "alice"), pseudonym("usera", "lice"));
            assert_eq!(pseudonym("user", "a").len(), pseudonym("user", "a longer one").len());
            assert!(pseudonym("user", "alice").starts_with("h1:"));
        }

        #[test]
        fn base32_is_rfc_4648() {
            let mut out = String::new();
            base32(b"foobar", &mut out).unwrap();
            assert_eq!(out, "mzxw6ytboi");
        }
    }
}
