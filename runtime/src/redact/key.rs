//! The key of pseudonyms: what it is made of, where it is kept, and how it is changed as the
//! program runs.
//!
//! Whoever hashes copies the key out of one of two places, without a lock, and tries again in the
//! rare case that it was changed twice meanwhile. A key that has been replaced is gone with the next
//! change. Set by `init`, by `Telemetry::set_hash_key`, and by `watch`.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering, fence};
use std::sync::{Mutex, PoisonError};

use hmac::Hmac;
use hmac::digest::KeyInit as _;
use sha2::{Digest as _, Sha256};

/// HMAC-SHA256, about to be fed.
pub(super) type Keyed = Hmac<Sha256>;

/// A key of fewer bytes could be guessed.
const SHORTEST: usize = 16;
/// The longest name of a key.
const LONGEST_ID: usize = 16;
/// The bytes that SHA-256 works on at a time, which are those of HMAC's key.
const BLOCK: usize = 64;

/// A key, and what it is called in each pseudonym.
#[derive(Clone)]
pub(crate) struct Key {
    id: [u8; LONGEST_ID],
    id_length: usize,
    /// As HMAC takes it: a longer one hashed, a shorter one with zeros behind it.
    block: [u8; BLOCK],
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.id())
    }
}

impl Key {
    /// Reads `<key>`, or `<id>:<key>`. What can't be used is an error that says why, and not what.
    pub(crate) fn parse(text: &str) -> Result<Key, &'static str> {
        let (id, secret) = match text.split_once(':') {
            Some((id, secret)) => (Some(id), secret.as_bytes()),
            None => (None, text.as_bytes()),
        };
        let is_id = |id: &str| {
            (1..=LONGEST_ID).contains(&id.len())
                && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        };
        if id.is_some_and(|id| !is_id(id)) {
            return Err("has a colon, and before it no name of a key (1 to 16 letters, digits, \
                        `-`, `_` and `.`); write `<name>:<key>`");
        }
        if secret.len() < SHORTEST {
            return Err("is shorter than 16 bytes; take what `openssl rand -hex 32` prints");
        }
        let digest = Sha256::digest(secret);
        let mut key = Key { id: [0; LONGEST_ID], id_length: 0, block: [0; BLOCK] };
        let id = id.map_or_else(|| hex(&digest[..4]), str::to_owned);
        for (place, byte) in key.id.iter_mut().zip(id.bytes()) {
            *place = byte;
            key.id_length += 1;
        }
        let secret = if secret.len() > BLOCK { &digest[..] } else { secret };
        key.block[..secret.len()].copy_from_slice(secret);
        Ok(key)
    }

    /// What it is called: by whoever made it, or by the first 32 bits of its own SHA-256.
    pub(super) fn id(&self) -> &str {
        std::str::from_utf8(&self.id[..self.id_length]).unwrap_or_default()
    }

    pub(super) fn mac(&self) -> Keyed {
        Keyed::new(&self.block.into())
    }

    fn words(&self) -> [u64; WORDS] {
        let mut words = [0; WORDS];
        let bytes = self.block.chunks_exact(8).chain(self.id.chunks_exact(8));
        for (word, bytes) in words.iter_mut().zip(bytes) {
            *word = bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
        }
        words[WORDS - 1] = self.id_length as u64;
        words
    }

    fn of(words: &[u64; WORDS]) -> Key {
        let mut key = Key { id: [0; LONGEST_ID], id_length: 0, block: [0; BLOCK] };
        let bytes = key.block.chunks_exact_mut(8).chain(key.id.chunks_exact_mut(8));
        for (bytes, word) in bytes.zip(words) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
        key.id_length = LONGEST_ID.min(words[WORDS - 1] as usize);
        key
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Words of a key: its block, its name, and how long that is.
const WORDS: usize = (BLOCK + LONGEST_ID) / 8 + 1;

/// Where a key is kept: each is written to the place that is not in use.
struct Place {
    slots: [[AtomicU64; WORDS]; 2],
    /// How often a key was set; the last one is in the slot of this number's parity.
    turn: AtomicU64,
    /// Held by whoever sets one.
    setting: Mutex<()>,
}

static PLACE: Place = Place::new();

impl Place {
    const fn new() -> Place {
        Place {
            slots: [const { [const { AtomicU64::new(0) }; WORDS] }; 2],
            turn: AtomicU64::new(0),
            setting: Mutex::new(()),
        }
    }

    fn slot(&self, turn: u64) -> &[AtomicU64; WORDS] {
        &self.slots[usize::from(turn % 2 == 1)]
    }

    fn set(&self, key: &Key) {
        let _setting = self.setting.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = self.turn.load(Ordering::Relaxed) + 1;
        // Whoever still copies out of this slot, and sees a word of what is written now, sees after
        // that at least the turn that made the other slot the one in use.
        fence(Ordering::Release);
        for (place, word) in self.slot(turn).iter().zip(key.words()) {
            place.store(word, Ordering::Relaxed);
        }
        self.turn.store(turn, Ordering::Release);
    }

    fn get(&self) -> Option<Key> {
        // Each try that fails has seen two changes of the key. Nobody waits for a third.
        for _ in 0..4 {
            let turn = self.turn.load(Ordering::Acquire);
            if turn == 0 {
                return None;
            }
            let mut words = [0; WORDS];
            for (word, place) in words.iter_mut().zip(self.slot(turn)) {
                *word = place.load(Ordering::Relaxed);
            }
            fence(Ordering::Acquire);
            if self.turn.load(Ordering::Relaxed) == turn {
                return Some(Key::of(&words));
            }
        }
        None
    }
}

/// From here on, pseudonyms are made with this key.
pub(crate) fn set(key: &Key) {
    PLACE.set(key);
}

/// The key at the moment.
pub(super) fn current() -> Option<Key> {
    PLACE.get()
}

/// `init` has run: there is somebody to warn.
static IS_STARTED: AtomicBool = AtomicBool::new(false);
static HAS_WARNED: AtomicBool = AtomicBool::new(false);

/// From here on, a pseudonym that can't be made for want of a key is a warning. One is enough.
pub(crate) fn start() {
    IS_STARTED.store(true, Ordering::Relaxed);
}

/// A pseudonym was wanted, and there is no key.
#[cold]
pub(super) fn missed() {
    if !IS_STARTED.load(Ordering::Relaxed)
        || HAS_WARNED.load(Ordering::Relaxed)
        || HAS_WARNED.swap(true, Ordering::Relaxed)
    {
        return;
    }
    // Not from here: this may be in the middle of a line, or of a span's fields.
    let warn = || {
        tracing::warn!(
            target: "plimsoll",
            "there is no key for pseudonyms, so what is marked `hash` is `[redacted]`; set \
             PLIMSOLL_HASH_KEY or PLIMSOLL_HASH_KEY_FILE"
        );
    };
    let _ = std::thread::Builder::new().name("plimsoll-warn".to_owned()).spawn(warn);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_by_whoever_made_it_or_by_its_own_hash() {
        let key = Key::parse("0123456789abcdef").unwrap();
        assert_eq!(key.id(), "9f9f5111");
        let named = Key::parse("2026-11_b.c:0123456789abcdef").unwrap();
        assert_eq!(named.id(), "2026-11_b.c");
        assert_eq!(named.block, key.block);
        assert_eq!(format!("{named:?}"), "Key(2026-11_b.c)");
        let long = Key::parse(&"x".repeat(65)).unwrap();
        assert_eq!(long.block[32..], [0; 32]);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for (text, why) in [
            ("", "shorter"),
            ("0123456789abcde", "shorter"),
            ("name:0123456789abcde", "shorter"),
            (":0123456789abcdef", "colon"),
            ("my password: hunter2 hunter2", "colon"),
            ("longer-than-16-bytes:0123456789abcdef", "colon"),
        ] {
            let error = Key::parse(text).map(|_| ()).unwrap_err();
            assert!(error.contains(why) && !error.contains("hunter2"), "{text}: {error}");
        }
    }

    #[test]
    fn a_key_that_is_changed_while_it_is_read_is_never_a_mixture() {
        let place = &Place::new();
        assert!(place.get().is_none());
        let key = |number: u32| Key::parse(&format!("{number}:{}", number.to_string().repeat(20)));
        let keys: Vec<Key> = (10..20).map(|number| key(number).unwrap()).collect();
        let done = &AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let mut seen = 0;
                    while !done.load(Ordering::Relaxed) || seen == 0 {
                        if let Some(key) = place.get() {
                            let number = key.id().repeat(20);
                            assert!(key.block.starts_with(number.as_bytes()), "{key:?}");
                            seen += 1;
                        }
                    }
                });
            }
            for _ in 0..20_000 {
                keys.iter().for_each(|key| place.set(key));
            }
            done.store(true, Ordering::Relaxed);
        });
    }
}
