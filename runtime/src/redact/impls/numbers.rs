//! Numbers, truth values and what is one number inside: public, and recorded as they are.

use std::fmt::{self, Write};
use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize, NonZeroU8,
    NonZeroU16, NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize, Saturating, Wrapping,
};
use std::sync::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicU8, AtomicU16,
    AtomicU32, AtomicU64, AtomicUsize, Ordering,
};
use std::time::Duration;

use crate::model::Value;
use crate::redact::{Class, Loggable, Out, Redactable};

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

/// Wider than what telemetry has: recorded as texts.
macro_rules! wide {
    ($($number:ty)*) => {
        $(impl Loggable for $number {
            const CLASS: Class = Class::PUBLIC;

            fn log(&self, out: &mut Out<'_>) {
                out.text(self);
            }
        }

        impl Redactable for $number {
            fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
                write!(out, "{self}")
            }
        })*
    };
}

wide!(u128 i128 NonZeroU128 NonZeroI128);

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
        }

        impl Redactable for $number {
            fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
                write!(out, "{self}")
            }
        })*
    };
}

non_zero!(NonZeroU8 NonZeroU16 NonZeroU32 NonZeroU64 NonZeroUsize);
non_zero!(NonZeroI8 NonZeroI16 NonZeroI32 NonZeroI64 NonZeroIsize);

macro_rules! wrapped {
    ($($wrapper:ident)*) => {
        $(impl<T: Loggable> Loggable for $wrapper<T> {
            const CLASS: Class = T::CLASS;

            #[inline]
            fn log(&self, out: &mut Out<'_>) {
                self.0.log(out);
            }

            #[inline(always)]
            fn plain(&self) -> Option<Value<'static>> {
                self.0.plain()
            }
        })*
    };
}

wrapped!(Wrapping Saturating);

/// As they are at the moment.
macro_rules! atomics {
    ($($number:ty)*) => {
        $(impl Loggable for $number {
            const CLASS: Class = Class::PUBLIC;

            fn log(&self, out: &mut Out<'_>) {
                self.load(Ordering::Relaxed).log(out);
            }
        })*
    };
}

atomics!(AtomicBool AtomicI8 AtomicI16 AtomicI32 AtomicI64 AtomicIsize);
atomics!(AtomicU8 AtomicU16 AtomicU32 AtomicU64 AtomicUsize);

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

/// In seconds.
impl Loggable for Duration {
    const CLASS: Class = Class::PUBLIC;

    fn log(&self, out: &mut Out<'_>) {
        out.f64(self.as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn numbers_are_shown_as_they_are() {
        assert_eq!(shown(-7_i8), "-7");
        assert_eq!(shown(2.0_f32), "2.0");
        assert_eq!(shown(u128::MAX), u128::MAX.to_string());
        assert_eq!(shown(NonZeroU8::MAX), "255");
        assert_eq!(shown(Wrapping(5_u8)), "5");
        assert_eq!(shown(Saturating(-5_i64)), "-5");
        assert_eq!(shown(AtomicU64::new(9)), "9");
        assert_eq!(shown(AtomicBool::new(true)), "true");
        assert_eq!(shown(Duration::from_millis(1500)), "1.5");
    }
}
