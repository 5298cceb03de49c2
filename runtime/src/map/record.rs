//! What the macros write into the map's section, and the section itself.
//!
//! Texts as bytes, with an alignment of one, so that a file can be read without its relocations.
//! Exists in programs without the runtime too; who reads it are `parse` and the linker.

use std::marker::PhantomData;

use crate::redact::{Class, Loggable};

/// Bytes that a class takes behind its record: its rank as a digit, its name, spaces.
pub(crate) const CLASS: usize = 24;

/// The bytes of a text, of which the macro knows the length only by asking for it.
pub const fn text<const LENGTH: usize>(text: &str) -> [u8; LENGTH] {
    match text.as_bytes().first_chunk() {
        Some(bytes) => *bytes,
        None => [b' '; LENGTH],
    }
}

/// A record with the classes of types that it names.
#[repr(C)]
#[derive(Debug)]
pub struct Mapped<const LENGTH: usize, const COUNT: usize> {
    text: [u8; LENGTH],
    classes: [[u8; CLASS]; COUNT],
}

/// A text, and the classes behind it.
pub const fn mapped<const LENGTH: usize, const COUNT: usize>(
    said: &str,
    classes: [[u8; CLASS]; COUNT],
) -> Mapped<LENGTH, COUNT> {
    Mapped { text: text(said), classes }
}

/// Stands for a type. Its `CLASS` is the type's, or that of [`ByType`] where the type has none: what
/// is wrong with the type is said elsewhere, once.
#[derive(Debug)]
pub struct Of<T: ?Sized>(PhantomData<T>);

impl<T: Loggable + ?Sized> Of<T> {
    /// The class of the type.
    pub const CLASS: [u8; CLASS] = padded(T::CLASS);
}

/// The class of a type that is not `Loggable`.
pub trait ByType {
    /// Nobody knows.
    const CLASS: [u8; CLASS] = [b' '; CLASS];
}

impl<T: ?Sized> ByType for Of<T> {}

/// The rank, the name, and spaces. What is no digit or too long is cut.
pub const fn padded(class: Class) -> [u8; CLASS] {
    let mut bytes = [b' '; CLASS];
    bytes[0] = b'0' + if class.rank() > 9 { 9 } else { class.rank() };
    let name = class.name().as_bytes();
    let mut at = 0;
    while at < name.len() && at + 1 < CLASS {
        bytes[at + 1] = name[at];
        at += 1;
    }
    bytes
}

/// Which plimsoll wrote the map: the first record, without which the section would be empty.
const HEAD: &str = concat!("\u{1e}{\"plimsoll\":\"", env!("CARGO_PKG_VERSION"), "\"}\u{1f}\n");

#[used]
#[cfg_attr(
    target_vendor = "apple",
    unsafe(link_section = "__DATA,plimsoll_map,regular,no_dead_strip")
)]
#[cfg_attr(windows, unsafe(link_section = ".plimd$b"))]
#[cfg_attr(all(unix, not(target_vendor = "apple")), unsafe(link_section = "plimsoll_map"))]
static MAP: [u8; HEAD.len()] = text(HEAD);

#[cfg(all(unix, not(target_vendor = "apple"), not(miri)))]
mod ends {
    unsafe extern "C" {
        #[link_name = "__start_plimsoll_map"]
        pub(super) static FIRST: u8;
        #[link_name = "__stop_plimsoll_map"]
        pub(super) static LAST: u8;
    }
}

#[cfg(all(target_vendor = "apple", not(miri)))]
mod ends {
    unsafe extern "C" {
        #[link_name = "\x01section$start$__DATA$plimsoll_map"]
        pub(super) static FIRST: u8;
        #[link_name = "\x01section$end$__DATA$plimsoll_map"]
        pub(super) static LAST: u8;
    }
}

/// The map's section in this program.
#[cfg(all(any(unix, target_vendor = "apple"), not(miri)))]
pub(crate) fn section() -> &'static [u8] {
    let (first, last) = (&raw const ends::FIRST, &raw const ends::LAST);
    // SAFETY: the linker defines the symbols as the ends of the section, which holds initialised
    // bytes that nobody changes.
    unsafe { std::slice::from_raw_parts(first, last.addr() - first.addr()) }
}

#[cfg(all(windows, not(miri)))]
mod ends {
    // The linker sorts by what follows the dollar sign.
    #[used]
    #[unsafe(link_section = ".plimd$a")]
    pub(super) static FIRST: [u8; 0] = [];
    #[used]
    #[unsafe(link_section = ".plimd$c")]
    pub(super) static LAST: [u8; 0] = [];
}

/// The map's section in this program.
#[cfg(all(windows, not(miri)))]
pub(crate) fn section() -> &'static [u8] {
    let (first, last) = (ends::FIRST.as_ptr(), ends::LAST.as_ptr());
    // SAFETY: the linker puts everything of the section between the two, and nobody changes it.
    unsafe { std::slice::from_raw_parts(first, last.addr() - first.addr()) }
}

// Without a linker that knows sections the map is empty.
/// The map's section in this program.
#[cfg(any(miri, not(any(unix, windows, target_vendor = "apple"))))]
pub(crate) fn section() -> &'static [u8] {
    &MAP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_padded_and_cut() {
        assert_eq!(&padded(Class::PII), b"2pii                    ");
        assert_eq!(
            &padded(Class::PUBLIC.named("a-name-that-is-much-too-long")),
            b"0a-name-that-is-much-too"
        );
    }

    #[test]
    fn a_type_without_a_class_has_none() {
        use ByType as _;
        struct Odd;
        assert_eq!(&Of::<u8>::CLASS, &padded(Class::PUBLIC));
        assert_eq!(Of::<Odd>::CLASS, [b' '; CLASS]);
    }

    #[test]
    fn the_section_holds_what_was_written() {
        assert!(section().windows(HEAD.len()).any(|window| window == HEAD.as_bytes()));
    }
}
