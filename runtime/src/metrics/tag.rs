//! What can be the value of an open label: anything that is a short text, and is no secret.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

/// A value of an open label: a text, an integer, a `char` or a `bool`.
///
/// Give it to a type of your own whose values may leave with a metric, such as the number of a tenant.
/// A type with `#[redact]` has fields that must not leave, and so none: take one of its fields.
///
/// ```
/// struct TenantId(u32);
///
/// impl plimsoll::Tag for TenantId {
///     fn tag<R>(&self, with: impl FnOnce(&str) -> R) -> R {
///         self.0.tag(with)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the value of an open label",
    label = "not a text, an integer, a `char` or a `bool`",
    note = "take what names it, such as `order.tenant` or `id.as_str()`; a type of your own whose \
            values may leave with a metric can implement `plimsoll::Tag`, and a `#[redact]` type \
            should not"
)]
pub trait Tag {
    /// Passes the text of the value on. It should not allocate: it runs at each use.
    fn tag<R>(&self, with: impl FnOnce(&str) -> R) -> R;
}

impl Tag for str {
    #[inline]
    fn tag<R>(&self, with: impl FnOnce(&str) -> R) -> R {
        with(self)
    }
}

impl Tag for String {
    #[inline]
    fn tag<R>(&self, with: impl FnOnce(&str) -> R) -> R {
        with(self)
    }
}

impl Tag for Cow<'_, str> {
    #[inline]
    fn tag<R>(&self, with: impl FnOnce(&str) -> R) -> R {
        with(self)
    }
}

macro_rules! behind {
    ($($pointer:ty),*) => {
        $(impl<T: Tag + ?Sized> Tag for $pointer {
            #[inline]
            fn tag<R>(&self, with: impl FnOnce(&str) -> R) -> R {
                (**self).tag(with)
            }
        })*
    };
}

behind! { &T, &mut T, Box<T>, Rc<T>, Arc<T> }

impl Tag for char {
    fn tag<R>(&self, with: impl FnOnce(&str) -> R) -> R {
        with(self.encode_utf8(&mut [0; 4]))
    }
}

impl Tag for bool {
    fn tag<R>(&self, with: impl FnOnce(&str) -> R) -> R {
        with(if *self { "true" } else { "false" })
    }
}

macro_rules! integers {
    ($($number:ty)*) => {
        $(impl Tag for $number {
            fn tag<R>(&self, with: impl FnOnce(&str) -> R) -> R {
                #[allow(unused_comparisons, reason = "half of the types have no sign")]
                let is_negative = *self < 0;
                let magnitude = (*self as i128).unsigned_abs();
                with(Digits::new(magnitude, is_negative).as_str())
            }
        })*
    };
}

integers! { u8 u16 u32 u64 usize i8 i16 i32 i64 i128 isize }

impl Tag for u128 {
    fn tag<R>(&self, with: impl FnOnce(&str) -> R) -> R {
        with(Digits::new(*self, false).as_str())
    }
}

/// An integer as text: written from its end.
struct Digits {
    letters: [u8; Digits::ROOM],
    start: usize,
}

impl Digits {
    /// Those of the smallest `i128`, and its sign.
    const ROOM: usize = 40;

    fn new(mut magnitude: u128, is_negative: bool) -> Digits {
        let mut digits = Digits { letters: [0; Digits::ROOM], start: Digits::ROOM };
        while magnitude > u128::from(u64::MAX) {
            digits.push((magnitude % 10) as u8 + b'0');
            magnitude /= 10;
        }
        // The processor divides no more than this.
        let mut rest = magnitude as u64;
        loop {
            digits.push((rest % 10) as u8 + b'0');
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if is_negative {
            digits.push(b'-');
        }
        digits
    }

    fn push(&mut self, letter: u8) {
        self.start = self.start.saturating_sub(1);
        if let Some(place) = self.letters.get_mut(self.start) {
            *place = letter;
        }
    }

    fn as_str(&self) -> &str {
        let letters = self.letters.get(self.start..);
        letters.and_then(|letters| std::str::from_utf8(letters).ok()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_something_is_a_tag() {
        fn text(value: impl Tag) -> String {
            value.tag(str::to_owned)
        }
        assert_eq!(text("a"), "a");
        let owned = String::from("b");
        assert_eq!((text(&owned), text(owned.clone())), ("b".to_owned(), "b".to_owned()));
        assert_eq!(text(Cow::Borrowed("c")), "c");
        assert_eq!(text(Box::<str>::from("d")), "d");
        assert_eq!(text(Arc::<str>::from("e")), "e");
        assert_eq!((text('é'), text(true)), ("é".to_owned(), "true".to_owned()));
        assert_eq!(text(0u8), "0");
        assert_eq!((text(-7), text(i8::MIN)), ("-7".to_owned(), "-128".to_owned()));
        assert_eq!(text(u64::MAX), u64::MAX.to_string());
        assert_eq!(text(u128::from(u64::MAX) + 1), "18446744073709551616");
        assert_eq!(text(u128::MAX), u128::MAX.to_string());
        assert_eq!(text(i128::MIN), i128::MIN.to_string());
    }
}
