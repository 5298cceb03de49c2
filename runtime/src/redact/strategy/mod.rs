//! What a strategy leaves of a text.
//!
//! Texts are streamed through: no copy of one is kept on the heap, and one that has not the form
//! which its strategy expects is hidden whole, never shown in part. No output but that of
//! `MaskLength` depends on how long what is hidden is. Called by `Out`, and by what serialises.

mod account;
mod card;
mod date;
mod email;
mod ends;
mod length;
mod network;
mod number;
mod phone;
#[cfg(test)]
mod properties;
mod url;

use std::fmt::{self, Write};

use super::{Class, Redactable, hash};

pub(crate) use network::Network;

/// How much of a text may be seen.
///
/// A text that has not the form that its strategy expects is hidden whole, as `[redacted]`; so is
/// one that can't be read. An `Option` that is `None` is `none`, and `empty` to [`Present`]; what
/// hides all hides that as well.
///
/// [`Present`]: Strategy::Present
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// Nothing: a constant, `[redacted]`.
    Full,
    /// Nothing: a constant that looks like a text, `********`.
    Mask,
    /// As many `*` as there are characters, at most 64. Tells the length.
    MaskLength,
    /// Whether there is anything: `present` or `empty`.
    Present,
    /// The first so many letters and digits, at most four, of a text that has at least three times
    /// as many: `4242****`.
    First(u8),
    /// The last so many letters and digits, at most four, of a text that has at least three times
    /// as many: `****4242`.
    Last(u8),
    /// The first character and the domain of an e-mail address: `a***@example.org`.
    Email,
    /// The country code and the last two digits of a phone number: `+49****21`. It has to begin
    /// with `+` and a calling code that ITU-T E.164 assigns, and to have six digits or more behind
    /// that.
    Phone,
    /// The last four digits of a payment card's number, `****4242`: 12 to 19 digits whose check
    /// digit is right (ISO/IEC 7812).
    Pan,
    /// The network of an IP address: its first 24 bits, of version 6 the first 48. An address of
    /// version 4 inside one of version 6 counts as what it is.
    Ip,
    /// Scheme, host and port of a URL: `https://example.org:8443`. Who asks, for what and with
    /// which words is dropped.
    Url,
    /// The country and the last four characters of an account's number, `DE****3000`: ISO 13616,
    /// with the right check digits.
    Iban,
    /// The range of so many that a number is in: `40..50`, which 40 is in and 50 is not.
    Bucket(u64),
    /// The year of a date that begins as ISO 8601 has it, `2026-11-22`: `2026`.
    Year,
    /// Year and month of such a date: `2026-11`.
    Month,
    /// A keyed pseudonym, the same for the same text in the same domain: `h1:`, the key's id, and
    /// 26 characters. `[redacted]` where there is no key. The domain must not hold a NUL character.
    Hash(&'static str),
}

/// What stands for a text of which nothing may be seen.
pub(crate) const REDACTED: &str = "[redacted]";
/// What stands for the hidden part of a text; its length says nothing.
const MASK: &str = "****";
/// What stands for a text that is not there.
const NONE: &str = "none";

/// Takes a text in, and remembers what may be seen of it.
trait View: Write {
    /// The text had the expected form.
    fn holds(&self) -> bool;

    /// Writes what may be seen.
    fn show(&self, out: &mut dyn Write) -> fmt::Result;
}

/// Writes a text in the clear.
pub(super) type Reveal<'a> = &'a dyn Fn(&mut dyn Write) -> fmt::Result;

impl Strategy {
    /// How sensitive what it leaves is: public where that is next to nothing, otherwise internal.
    pub const fn class(self) -> Class {
        match self {
            Strategy::Full | Strategy::Mask | Strategy::Present => Class::PUBLIC,
            _ => Class::INTERNAL,
        }
    }

    /// Writes what may be seen of a value.
    pub(super) fn write<T: Redactable + ?Sized>(
        self,
        value: &T,
        out: &mut dyn Write,
    ) -> fmt::Result {
        if value.is_absent() {
            self.write_absent(out)
        } else {
            self.write_text(&|text| value.reveal(text), out)
        }
    }

    fn write_absent(self, out: &mut dyn Write) -> fmt::Result {
        match self {
            Strategy::Full | Strategy::Mask | Strategy::MaskLength | Strategy::Present => {
                self.write_text(&|_| Ok(()), out)
            }
            _ => out.write_str(NONE),
        }
    }

    fn write_text(self, reveal: Reveal<'_>, out: &mut dyn Write) -> fmt::Result {
        match self {
            Strategy::Full => out.write_str(REDACTED),
            Strategy::Mask => out.write_str("********"),
            Strategy::MaskLength => view(&mut length::Length::default(), reveal, out),
            Strategy::Present => view(&mut length::Presence::default(), reveal, out),
            Strategy::First(count) => view(&mut ends::First::new(count), reveal, out),
            Strategy::Last(count) => view(&mut ends::Last::new(count), reveal, out),
            Strategy::Email => view(&mut email::Address::default(), reveal, out),
            Strategy::Phone => view(&mut phone::Number::default(), reveal, out),
            Strategy::Pan => view(&mut card::Number::default(), reveal, out),
            Strategy::Ip => view(&mut network::Address::default(), reveal, out),
            Strategy::Url => view(&mut url::Url::default(), reveal, out),
            Strategy::Iban => view(&mut account::Number::default(), reveal, out),
            Strategy::Bucket(width) => view(&mut number::Bucket::new(width), reveal, out),
            Strategy::Year => view(&mut date::Date::new(date::YEAR), reveal, out),
            Strategy::Month => view(&mut date::Date::new(date::MONTH), reveal, out),
            Strategy::Hash(domain) => hash::write(domain, reveal, out),
        }
    }
}

fn view(view: &mut dyn View, reveal: Reveal<'_>, out: &mut dyn Write) -> fmt::Result {
    // A value that can't be read is a value that is not shown.
    if reveal(view).is_ok() && view.holds() { view.show(out) } else { out.write_str(REDACTED) }
}

/// The first so many bytes of a text, on the stack.
#[derive(Clone, Copy)]
struct Buffer<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

impl<const N: usize> Default for Buffer<N> {
    fn default() -> Self {
        Buffer { bytes: [0; N], length: 0 }
    }
}

impl<const N: usize> Buffer<N> {
    /// False when there is no room for it.
    fn push(&mut self, byte: u8) -> bool {
        let Some(place) = self.bytes.get_mut(self.length) else { return false };
        *place = byte;
        self.length += 1;
        true
    }

    fn clear(&mut self) {
        self.length = 0;
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    fn text(&self) -> &str {
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }
}

/// What a strategy leaves of a text.
#[cfg(test)]
pub(super) fn left<T: Redactable + ?Sized>(strategy: Strategy, value: &T) -> String {
    let mut out = String::new();
    strategy.write(value, &mut out).unwrap();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_said_to_be_none() {
        let nobody: Option<String> = None;
        assert_eq!(left(Strategy::Full, &nobody), REDACTED);
        assert_eq!(left(Strategy::Mask, &nobody), "********");
        assert_eq!(left(Strategy::MaskLength, &nobody), "");
        assert_eq!(left(Strategy::Present, &nobody), "empty");
        for strategy in [Strategy::Email, Strategy::Last(2), Strategy::Hash("user")] {
            assert_eq!(left(strategy, &nobody), "none", "{strategy:?}");
            assert_eq!(left(strategy, &&Some(&nobody)), "none", "{strategy:?}");
        }
    }

    #[test]
    fn what_can_t_be_read_is_hidden() {
        struct Torn;
        impl Redactable for Torn {
            fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
                out.write_str("2026-11-22")?;
                Err(fmt::Error)
            }
        }
        for strategy in [
            Strategy::MaskLength,
            Strategy::Present,
            Strategy::First(1),
            Strategy::Last(1),
            Strategy::Bucket(10),
            Strategy::Year,
            Strategy::Month,
            Strategy::Hash("user"),
        ] {
            assert_eq!(left(strategy, &Torn), REDACTED, "{strategy:?}");
        }
    }
}
