//! `Secret`: a value that a program needs and nobody else may see.
//!
//! Not a marked type: it can stand anywhere a value stands, shows nothing in any form, and is
//! overwritten when it goes. What it can't reach are the copies that were made before it was given
//! the value: those of a buffer that grew, of a request, of the system's.

use std::fmt;
use std::sync::atomic::{Ordering, compiler_fence};

use super::strategy::REDACTED;
use super::{Class, Loggable, Out};

/// A password, a token, a key: kept, handed to whoever asks by name, and never shown.
///
/// `Debug` and all that is recorded is `[redacted]`. There is no `Display`, no `Serialize`, no `==`
/// and nothing that gives the value by the way: only [`expose`](Secret::expose), which can be searched
/// for. With the feature `serde` it can be read, by `Deserialize`, whose errors quote nothing.
///
/// When it is dropped, its bytes are overwritten: those of texts, bytes and numbers. For a type of
/// your own, implement [`Wipe`]; for one that does so itself, take [`Secret::plain`].
///
/// ```
/// use plimsoll::Secret;
///
/// #[derive(Debug)]
/// struct Config {
///     user: &'static str,
///     password: Secret<String>,
/// }
///
/// let config = Config { user: "app", password: Secret::new("hunter2".to_owned()) };
/// assert_eq!(format!("{config:?}"), r#"Config { user: "app", password: [redacted] }"#);
/// assert_eq!(config.password.expose(), "hunter2");
/// ```
///
/// It can't be printed, and not be compared, which could tell by its time how much is right:
///
/// ```compile_fail
/// println!("{}", plimsoll::Secret::new("hunter2".to_owned()));
/// ```
/// ```compile_fail
/// assert!(plimsoll::Secret::new(1) == plimsoll::Secret::new(1));
/// ```
pub struct Secret<T> {
    value: T,
    wipe: fn(&mut T),
}

impl<T: Wipe> Secret<T> {
    /// Keeps a value, and overwrites it in the end.
    pub const fn new(value: T) -> Secret<T> {
        Secret { value, wipe: T::wipe }
    }
}

impl<T> Secret<T> {
    /// Keeps a value that overwrites itself when it is dropped, or need not be overwritten.
    pub const fn plain(value: T) -> Secret<T> {
        Secret { value, wipe: |_| {} }
    }

    /// The value.
    pub const fn expose(&self) -> &T {
        &self.value
    }

    /// The value, to be changed.
    pub const fn expose_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T> Drop for Secret<T> {
    fn drop(&mut self) {
        (self.wipe)(&mut self.value);
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl<T> Loggable for Secret<T> {
    const CLASS: Class = Class::SECRET;

    fn log(&self, out: &mut Out<'_>) {
        out.hidden();
    }
}

impl<T: Clone> Clone for Secret<T> {
    fn clone(&self) -> Secret<T> {
        Secret { value: self.value.clone(), wipe: self.wipe }
    }
}

impl<T: Wipe> From<T> for Secret<T> {
    fn from(value: T) -> Secret<T> {
        Secret::new(value)
    }
}

impl From<&str> for Secret<String> {
    fn from(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }
}

/// By `Deserialize` of what it holds. An error says that it could not be read, and not what was there.
#[cfg(feature = "serde")]
impl<'de, T: serde::Deserialize<'de> + Wipe> serde::Deserialize<'de> for Secret<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Secret<T>, D::Error> {
        let unfit = |_| serde::de::Error::custom("a secret is not of the expected form");
        T::deserialize(deserializer).map(Secret::new).map_err(unfit)
    }
}

/// What can be overwritten, so that it is gone from memory before that is given back.
///
/// ```
/// use plimsoll::{Secret, Wipe};
///
/// struct Account { user: String, password: String }
///
/// impl Wipe for Account {
///     fn wipe(&mut self) {
///         self.password.wipe();
///     }
/// }
///
/// let account = Secret::new(Account { user: "app".to_owned(), password: "hunter2".to_owned() });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be overwritten when the `Secret` goes",
    note = "implement `plimsoll::Wipe` for it, or take `Secret::plain` if it wipes itself"
)]
pub trait Wipe {
    /// Overwrites the value, which must stay a valid one.
    fn wipe(&mut self);
}

/// Overwrites what a vector holds and has held.
fn wipe_bytes(bytes: &mut Vec<u8>) {
    bytes.clear();
    for byte in bytes.spare_capacity_mut() {
        // SAFETY: the place is the vector's own, and any byte may stand there.
        unsafe { std::ptr::write_volatile(byte.as_mut_ptr(), 0) };
    }
    // What follows, the memory's return, must not come before.
    compiler_fence(Ordering::SeqCst);
}

impl Wipe for Vec<u8> {
    fn wipe(&mut self) {
        wipe_bytes(self);
    }
}

impl Wipe for String {
    fn wipe(&mut self) {
        // SAFETY: it is empty afterwards, which is UTF-8.
        wipe_bytes(unsafe { self.as_mut_vec() });
    }
}

macro_rules! boxed {
    ($($owned:ty: $list:ty;)*) => {
        $(impl Wipe for $owned {
            fn wipe(&mut self) {
                // What is boxed has no room to spare, so this moves nothing.
                <$list>::from(std::mem::take(self)).wipe();
            }
        })*
    };
}

boxed! { Box<str>: String; Box<[u8]>: Vec<u8>; }

macro_rules! numbers {
    ($($number:ty)*) => {
        $(impl Wipe for $number {
            fn wipe(&mut self) {
                // SAFETY: it is this value's place.
                unsafe { std::ptr::write_volatile(self, 0) };
                compiler_fence(Ordering::SeqCst);
            }
        })*
    };
}

numbers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

impl<T: Wipe, const N: usize> Wipe for [T; N] {
    fn wipe(&mut self) {
        self.iter_mut().for_each(Wipe::wipe);
    }
}

impl<T: Wipe> Wipe for Option<T> {
    fn wipe(&mut self) {
        self.iter_mut().for_each(Wipe::wipe);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;

    #[test]
    fn nothing_of_it_is_shown() {
        let secret = Secret::from("hunter2");
        assert_eq!(format!("{secret:?} {:#?}", Some(&secret)).matches("hunter2").count(), 0);
        let mut text = String::new();
        Out::text_to(&mut text, super::super::Sink::Log).value(&secret);
        secret.log(&mut Out::text_to(&mut text, super::super::Sink::Log));
        assert_eq!(text, "[redacted][redacted]");
        assert_eq!(secret.clone().expose(), "hunter2");
    }

    #[test]
    fn it_is_wiped_in_the_end_and_only_then() {
        struct Told(Rc<Cell<u32>>);
        impl Wipe for Told {
            fn wipe(&mut self) {
                self.0.set(self.0.get() + 1);
            }
        }
        let count = Rc::new(Cell::new(0));
        let secret = Secret::new(Told(Rc::clone(&count)));
        assert_eq!(secret.expose().0.get(), 0);
        drop(secret);
        assert_eq!(count.get(), 1);
        drop(Secret::plain(Told(Rc::clone(&count))));
        assert_eq!(count.get(), 1);
    }

    #[test]
    fn what_is_wiped_is_overwritten_to_its_last_byte() {
        let mut bytes = b"hunter2 hunter2".to_vec();
        bytes.truncate(7);
        bytes.wipe();
        assert!(bytes.is_empty() && bytes.capacity() >= 15);
        // SAFETY: the bytes are the vector's, and were written just now.
        unsafe { bytes.set_len(15) };
        assert_eq!(bytes, [0; 15]);
        let mut text = "hunter2".to_owned();
        text.wipe();
        assert_eq!(text, "");
        let mut numbers = [Some(7_u8), None];
        numbers.wipe();
        assert_eq!(numbers, [Some(0), None]);
        let mut boxed = Box::<str>::from("hunter2");
        boxed.wipe();
        assert_eq!(&*boxed, "");
    }

    #[cfg(feature = "serde")]
    #[test]
    fn an_error_of_reading_quotes_nothing() {
        let read: Secret<String> = serde_json::from_str("\"hunter2\"").unwrap();
        assert_eq!(read.expose(), "hunter2");
        let error = serde_json::from_str::<Secret<u32>>("\"hunter2\"").unwrap_err().to_string();
        assert!(!error.contains("hunter2") && error.contains("expected form"), "{error}");
        let error = serde_json::from_str::<Secret<String>>("4111111111111111").unwrap_err();
        assert!(!error.to_string().contains("4111"), "{error}");
    }
}
