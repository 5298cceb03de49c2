//! Canaries: texts that stand for secrets, and the search for them in whatever left.
//!
//! A test puts one into each place that must not leak, and then looks for all of them in each sink.
//! It is no scrubber, and knows no secret but those of the test.

mod decode;
mod index;

use std::fmt;

use super::Capture;
use index::Index;

/// A text that stands for a secret, made of its name: the same one each time, and unlike any other.
///
/// Its secret part is 24 letters and digits that stand in no hexadecimal number and no word. Of it,
/// any six characters in a row count as leaked, in whatever encoding; of digits, ten, since fewer
/// stand in any timestamp.
///
/// ```
/// use plimsoll::testing::Canary;
///
/// let password = Canary::new("password");
/// let line = format!("login failed for {}", password.text());
/// let leak = password.leaks(&line).unwrap();
/// assert_eq!((leak.encoding.as_str(), leak.at), ("raw", 17));
/// assert!(password.leaks("login failed for [redacted]").is_none());
/// ```
#[derive(Clone)]
pub struct Canary {
    name: String,
    text: String,
    /// What of the text must not be seen: all of it, or what is not mere shape.
    secret: String,
}

impl Canary {
    /// Letters and digits without a shape: what only a type can know to be secret.
    pub fn new(name: &str) -> Canary {
        Canary::within(name, "{}")
    }

    /// An e-mail address. Secret is what stands before the `@`.
    pub fn email(name: &str) -> Canary {
        let secret = letters(name, 16);
        Canary { name: name.to_owned(), text: format!("{secret}@post.example"), secret }
    }

    /// A card number of sixteen digits, as Visa gives them, whose check digit is right.
    pub fn card(name: &str) -> Canary {
        let mut random = Random::of(name);
        let mut digits = vec![4];
        digits.extend((0..14).map(|_| random.below(10)));
        digits.push(check_digit(&digits));
        Canary::of(name, &digits.iter().map(u8::to_string).collect::<String>())
    }

    /// A text with the secret wherever `{}` stands. The rest of it may be seen.
    ///
    /// ```
    /// use plimsoll::testing::Canary;
    ///
    /// let url = Canary::within("database", "postgres://shop:{}@db.example/orders");
    /// assert!(url.leaks(url.text()).is_some());
    /// assert!(url.leaks("postgres://shop:[redacted]@db.example/orders").is_none());
    /// ```
    pub fn within(name: &str, template: &str) -> Canary {
        let secret = letters(name, 24);
        Canary { name: name.to_owned(), text: template.replace("{}", &secret), secret }
    }

    /// A text of your own, all of it secret. What it says in six characters should stand nowhere else.
    pub fn of(name: &str, text: &str) -> Canary {
        Canary { name: name.to_owned(), text: text.to_owned(), secret: text.to_owned() }
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text to put into the place that must not leak.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it can be read, if it can: the plainest encoding first.
    pub fn leaks(&self, haystack: impl AsRef<[u8]>) -> Option<Leak> {
        leaks(std::slice::from_ref(self), haystack).pop()
    }
}

impl fmt::Display for Canary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Canary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Canary({:?}, {:?})", self.name, self.text)
    }
}

/// How a canary was written where it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Encoding {
    /// As it is.
    Raw,
    /// With other capital letters.
    Folded,
    /// With a backslash, as JSON, Rust's `Debug` and Prometheus's labels do: `\u0041`, `\u{41}`,
    /// `\x41`, `\n`, `\"`.
    Escaped,
    /// `%41`, and `+` for a space.
    Percent,
    /// `&quot;`, `&#65;`, `&#x41;`.
    Html,
    /// Base64, of either alphabet and at each of the three alignments.
    Base64,
    /// Two hexadecimal digits a byte, in capitals or not.
    Hex,
    /// Numbers of bytes, as `Debug` prints them: `[65, 66]`.
    Bytes,
    /// UTF-16, of either byte order.
    Utf16,
}

impl Encoding {
    /// Its name: `raw`, `folded`, `escaped`, `percent`, `html`, `base64`, `hex`, `bytes`, `utf16`.
    pub fn as_str(self) -> &'static str {
        match self {
            Encoding::Raw => "raw",
            Encoding::Folded => "folded",
            Encoding::Escaped => "escaped",
            Encoding::Percent => "percent",
            Encoding::Html => "html",
            Encoding::Base64 => "base64",
            Encoding::Hex => "hex",
            Encoding::Bytes => "bytes",
            Encoding::Utf16 => "utf16",
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A canary that was found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Leak {
    /// The canary's name.
    pub canary: String,
    /// How it is written there.
    pub encoding: Encoding,
    /// The place in the haystack, in bytes, where the first six of its characters begin.
    pub at: usize,
    /// What stands around it, cut to a line.
    pub around: String,
}

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Leak { canary, encoding, at, around } = self;
        write!(f, "`{canary}` can be read ({encoding}) at byte {at}: {around}")
    }
}

/// Looks for many canaries at once: those that can be read in the haystack, each once.
pub fn leaks(canaries: &[Canary], haystack: impl AsRef<[u8]>) -> Vec<Leak> {
    let index = Index::new(canaries.iter().map(|canary| canary.secret.as_str()));
    search(&index, canaries, haystack.as_ref())
}

fn search(index: &Index, canaries: &[Canary], haystack: &[u8]) -> Vec<Leak> {
    let found = index.search(haystack);
    let leaks = canaries.iter().zip(found).filter_map(|(canary, found)| {
        let (encoding, at) = found?;
        let around = around(haystack, at);
        Some(Leak { canary: canary.name.clone(), encoding, at, around })
    });
    leaks.collect()
}

/// Asserts that no canary can be read in any sink, in any [`Encoding`].
///
/// A search that finds nothing proves little where nothing was written: say of each sink what must
/// be there as well.
///
/// ```should_panic
/// use plimsoll::testing::{Canary, assert_nowhere};
///
/// let password = Canary::new("password");
/// let stdout = format!(r#"{{"message":"login","body":"{}"}}"#, password);
/// assert!(stdout.contains("login"));
/// assert_nowhere(&[password], &[("stdout", stdout)]);
/// ```
///
/// # Panics
/// When one can be read; with all of them, and where each stands.
#[track_caller]
pub fn assert_nowhere<S: AsRef<[u8]>>(canaries: &[Canary], sinks: &[(&str, S)]) {
    let index = Index::new(canaries.iter().map(|canary| canary.secret.as_str()));
    let mut text = String::new();
    let mut number = 0;
    for (sink, haystack) in sinks {
        for leak in search(&index, canaries, haystack.as_ref()) {
            text.push_str(&format!("\n  in {sink}: {leak}"));
            number += 1;
        }
    }
    if number > 0 {
        panic!("{number} leaks:{text}");
    }
}

impl Capture {
    /// Asserts that no canary can be read in the spans and metrics of this capture, in any
    /// [`Encoding`]: that types and marks hide it. The scrubber has not seen these spans yet; what it
    /// alone would hide fails here.
    ///
    /// ```standalone_crate
    /// use plimsoll::{observe, testing::{Canary, capture}};
    ///
    /// #[observe(redact(card = last(4)))]
    /// fn charge(card: &str) {}
    ///
    /// let telemetry = capture();
    /// let card = Canary::card("card");
    /// charge(card.text());
    /// assert!(telemetry.spans().one("charge").field("card").is_some());
    /// telemetry.assert_nowhere(&[card]);
    /// ```
    ///
    /// # Panics
    /// When one can be read; with all of them, and where each stands. Where spans were lost, as
    /// [`spans`](Capture::spans).
    #[track_caller]
    pub fn assert_nowhere(&self, canaries: &[Canary]) {
        let sinks = [("the spans", self.spans().to_string()), ("the metrics", self.page())];
        assert_nowhere(canaries, &sinks);
    }
}

/// At most so many bytes on either side of a leak are shown.
const AROUND: usize = 60;

fn around(haystack: &[u8], at: usize) -> String {
    let ends = |byte: &u8| *byte == b'\n';
    let before = &haystack[at.saturating_sub(AROUND)..at];
    let before = before.rsplit(ends).next().unwrap_or_default();
    let after = &haystack[at..haystack.len().min(at + AROUND)];
    let after = after.split(ends).next().unwrap_or_default();
    let whole = [before, after].concat();
    String::from_utf8_lossy(&whole).replace(char::is_control, "\u{b7}")
}

/// So many letters and digits, of which every other one is in no hexadecimal number.
fn letters(name: &str, number: usize) -> String {
    const ALL: &[u8; 36] = b"ghijklmnopqrstuvwxyzabcdef0123456789";
    let mut random = Random::of(name);
    let mut next = |index| random.below(if index % 2 == 0 { 20 } else { 36 });
    (0..number).map(|index| char::from(ALL[usize::from(next(index))])).collect()
}

/// The digit that makes a card number pass Luhn's check.
fn check_digit(digits: &[u8]) -> u8 {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u32::from(*digit)) {
            (0, digit) if digit > 4 => digit * 2 - 9,
            (0, digit) => digit * 2,
            (_, digit) => digit,
        })
        .sum();
    ((10 - sum % 10) % 10) as u8
}

/// SplitMix64, begun with FNV-1a of a name: the same numbers everywhere.
struct Random(u64);

impl Random {
    fn of(name: &str) -> Random {
        Random(name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    fn below(&mut self, limit: u8) -> u8 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        (mixed % u64::from(limit)) as u8
    }
}

#[cfg(test)]
mod tests;
