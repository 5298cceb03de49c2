//! The types of the standard library that may be recorded, and those that strategies work on.
//!
//! `String` and `&str` are in the second list only: text has no privacy class.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::fmt::{self, Write};
use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroIsize, NonZeroU8, NonZeroU16, NonZeroU32,
    NonZeroU64, NonZeroUsize,
};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::{Class, Loggable, Out, Redactable};
use crate::model::Value;

macro_rules! numbers {
    ($($number:ty => $method:ident $value:ident as $target:ty;)*) => {
        $(impl Loggable for $number {
            const CLASS: Class = Class::PUBLIC;

            #[inline]
            fn log(&self, out: &mut Out<'_>) {
                out.$method(*self as $target);
            }

            #[inline(always)]
            fn plain(&self) -> Option<Value<'static>> {
                Some(Value::$value(*self as $target))
            }
        }

        impl Redactable for $number {
            fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
                write!(out, "{self}")
            }
        })*
    };
}

numbers! {
    u8 => u64 U64 as u64; u16 => u64 U64 as u64; u32 => u64 U64 as u64; u64 => u64 U64 as u64;
    usize => u64 U64 as u64;
    i8 => i64 I64 as i64; i16 => i64 I64 as i64; i32 => i64 I64 as i64; i64 => i64 I64 as i64;
    isize => i64 I64 as i64;
    f32 => f64 F64 as f64; f64 => f64 F64 as f64;
}

macro_rules! non_zero {
    ($($number:ty)*) => {
        $(impl Loggable for $number {
            const CLASS: Class = Class::PUBLIC;

            #[inline]
            fn log(&self, out: &mut Out<'_>) {
                self.get().log(out);
            }

            #[inline(always)]
            fn plain(&self) -> Option<Value<'static>> {
                self.get().plain()
            }
        })*
    };
}

non_zero!(NonZeroU8 NonZeroU16 NonZeroU32 NonZeroU64 NonZeroUsize);
non_zero!(NonZeroI8 NonZeroI16 NonZeroI32 NonZeroI64 NonZeroIsize);

impl Loggable for u128 {
    const CLASS: Class = Class::PUBLIC;

    fn log(&self, out: &mut Out<'_>) {
        out.text(self);
    }
}

impl Loggable for i128 {
    const CLASS: Class = Class::PUBLIC;

    fn log(&self, out: &mut Out<'_>) {
        out.text(self);
    }
}

impl Loggable for bool {
    const CLASS: Class = Class::PUBLIC;

    #[inline]
    fn log(&self, out: &mut Out<'_>) {
        out.bool(*self);
    }

    #[inline(always)]
    fn plain(&self) -> Option<Value<'static>> {
        Some(Value::Bool(*self))
    }
}

impl Loggable for () {
    const CLASS: Class = Class::PUBLIC;

    fn log(&self, out: &mut Out<'_>) {
        out.name("()");
    }
}

impl Loggable for Duration {
    const CLASS: Class = Class::PUBLIC;

    fn log(&self, out: &mut Out<'_>) {
        out.f64(self.as_secs_f64());
    }
}

impl<T: Loggable> Loggable for Option<T> {
    const CLASS: Class = T::CLASS;

    fn log(&self, out: &mut Out<'_>) {
        match self {
            Some(value) => value.log(out),
            None => out.name("none"),
        }
    }
}

macro_rules! pointers {
    ($($pointer:ty)*) => {
        $(impl<T: Loggable + ?Sized> Loggable for $pointer {
            const CLASS: Class = T::CLASS;

            #[inline]
            fn log(&self, out: &mut Out<'_>) {
                (**self).log(out);
            }

            #[inline(always)]
            fn plain(&self) -> Option<Value<'static>> {
                (**self).plain()
            }
        }

        impl<T: Redactable + ?Sized> Redactable for $pointer {
            fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
                (**self).reveal(out)
            }
        })*
    };
}

pointers!(&T &mut T Box<T> Rc<T> Arc<T>);

impl<T: Loggable> Loggable for [T] {
    const CLASS: Class = T::CLASS;

    fn log(&self, out: &mut Out<'_>) {
        out.list(("[", "]"), self.len(), &mut |index, text| {
            if let Some(value) = self.get(index) {
                value.log(&mut Out::text_to(text));
            }
        });
    }
}

impl<T: Loggable, const N: usize> Loggable for [T; N] {
    const CLASS: Class = T::CLASS;

    fn log(&self, out: &mut Out<'_>) {
        self.as_slice().log(out);
    }
}

impl<T: Loggable> Loggable for Vec<T> {
    const CLASS: Class = T::CLASS;

    fn log(&self, out: &mut Out<'_>) {
        self.as_slice().log(out);
    }
}

/// Lists what an iterator yields: it is asked once for each place, in order.
macro_rules! lists {
    ($($list:ident)*) => {
        $(impl<T: Loggable> Loggable for $list<T> {
            const CLASS: Class = T::CLASS;

            fn log(&self, out: &mut Out<'_>) {
                out.list(("[", "]"), self.len(), &mut |index, text| {
                    if let Some(value) = self.iter().nth(index) {
                        value.log(&mut Out::text_to(text));
                    }
                });
            }
        })*
    };
}

lists!(VecDeque BTreeSet);

impl<T: Loggable, S> Loggable for HashSet<T, S> {
    const CLASS: Class = T::CLASS;

    fn log(&self, out: &mut Out<'_>) {
        out.list(("[", "]"), self.len(), &mut |index, text| {
            if let Some(value) = self.iter().nth(index) {
                value.log(&mut Out::text_to(text));
            }
        });
    }
}

fn pair<K: Loggable, V: Loggable>(pair: Option<(&K, &V)>, text: &mut dyn Write) {
    if let Some((key, value)) = pair {
        key.log(&mut Out::text_to(text));
        let _ = text.write_str(": ");
        value.log(&mut Out::text_to(text));
    }
}

impl<K: Loggable, V: Loggable> Loggable for BTreeMap<K, V> {
    const CLASS: Class = K::CLASS.or(V::CLASS);

    fn log(&self, out: &mut Out<'_>) {
        out.list(("{", "}"), self.len(), &mut |index, text| pair(self.iter().nth(index), text));
    }
}

impl<K: Loggable, V: Loggable, S> Loggable for HashMap<K, V, S> {
    const CLASS: Class = K::CLASS.or(V::CLASS);

    fn log(&self, out: &mut Out<'_>) {
        out.list(("{", "}"), self.len(), &mut |index, text| pair(self.iter().nth(index), text));
    }
}

impl Redactable for str {
    fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
        out.write_str(self)
    }
}

impl Redactable for String {
    fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
        out.write_str(self)
    }
}

impl Redactable for char {
    fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
        out.write_char(*self)
    }
}

impl<T: Redactable + ToOwned + ?Sized> Redactable for Cow<'_, T> {
    fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
        (**self).reveal(out)
    }
}

impl<T: Redactable> Redactable for Option<T> {
    fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
        self.as_ref().map_or(Ok(()), |value| value.reveal(out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::Strategy;
    use crate::redact::debug;

    struct Shown<T>(T);

    impl<T: Loggable> fmt::Debug for Shown<T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            debug(&self.0, f)
        }
    }

    #[test]
    fn containers_show_a_few_elements_and_their_number() {
        assert_eq!(format!("{:?}", Shown(vec![1, 2, 3])), "[1, 2, 3]");
        let many: Vec<u8> = (0..20).collect();
        let shown = format!("{:?}", Shown(many));
        assert_eq!(shown, "[0, 1, 2, 3, 4, 5, 6, 7, … 20 in all]");
        assert_eq!(format!("{:#?}", Shown(BTreeMap::from([(1, true)]))), "{1: true}");
        assert_eq!(format!("{:?}", Shown(Some(Box::new(2.0f32)))), "2.0");
    }

    #[test]
    fn a_record_is_written_as_rust_writes_it() {
        struct Customer {
            id: u64,
            card: String,
        }
        impl Loggable for Customer {
            fn log(&self, out: &mut Out<'_>) {
                let mut record = out.record("Customer");
                record.field("id", &self.id);
                record.redacted("card", Strategy::Last(4), &self.card);
                record.hidden("note");
                record.finish();
            }
        }
        let customer = Customer { id: 7, card: "4242424242421234".to_owned() };
        assert_eq!(
            format!("{:?}", Shown(vec![customer])),
            "[Customer { id: 7, card: ****1234, note: [redacted] }]"
        );
    }
}
