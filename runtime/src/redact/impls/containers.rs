//! What holds values: as sensitive as what it holds, shown as eight of them and their number.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::ops::{
    Bound, ControlFlow, Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive,
};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::Value;
use crate::redact::{Class, Loggable, Out};

/// `none`, or what it holds.
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
                out.behind(&**self);
            }

            #[inline(always)]
            fn plain(&self) -> Option<Value<'static>> {
                (**self).plain()
            }
        })*
    };
}

pointers!(&T &mut T Box<T> Rc<T> Arc<T> Pin<&T> Pin<&mut T> Pin<Box<T>> Pin<Rc<T>> Pin<Arc<T>>);

impl<T: Loggable + ToOwned + ?Sized> Loggable for Cow<'_, T> {
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

macro_rules! lists {
    ($([$($parameters:tt)*] $list:ty;)*) => {
        $(impl<T: Loggable, $($parameters)*> Loggable for $list {
            const CLASS: Class = T::CLASS;

            fn log(&self, out: &mut Out<'_>) {
                out.list(("[", "]"), self.len(), &|items| {
                    let _ = self.iter().all(|value| items.item(&mut |out| out.value(value)));
                });
            }
        })*
    };
}

lists! {
    [] [T]; [const N: usize] [T; N]; [] Vec<T>; [] VecDeque<T>; [] LinkedList<T>; [] BinaryHeap<T>;
    [] BTreeSet<T>; [S] HashSet<T, S>;
}

macro_rules! maps {
    ($([$($parameters:tt)*] $map:ty;)*) => {
        $(impl<K: Loggable, V: Loggable, $($parameters)*> Loggable for $map {
            const CLASS: Class = K::CLASS.or(V::CLASS);

            fn log(&self, out: &mut Out<'_>) {
                out.list(("{", "}"), self.len(), &|items| {
                    let _ = self.iter().all(|(key, value)| {
                        items.pair(&mut |out| out.value(key), &mut |out| out.value(value))
                    });
                });
            }
        })*
    };
}

maps! { [] BTreeMap<K, V>; [S] HashMap<K, V, S>; }

/// One value with a word before it, as Rust writes it.
fn one<T: Loggable>(out: &mut Out<'_>, word: &'static str, value: &T) {
    out.composed(&|out| {
        out.name(word);
        out.name("(");
        out.value(value);
        out.name(")");
    });
}

impl<T: Loggable, E: Loggable> Loggable for Result<T, E> {
    const CLASS: Class = T::CLASS.or(E::CLASS);

    fn log(&self, out: &mut Out<'_>) {
        match self {
            Ok(value) => one(out, "Ok", value),
            Err(error) => one(out, "Err", error),
        }
    }
}

impl<B: Loggable, C: Loggable> Loggable for ControlFlow<B, C> {
    const CLASS: Class = B::CLASS.or(C::CLASS);

    fn log(&self, out: &mut Out<'_>) {
        match self {
            ControlFlow::Break(value) => one(out, "Break", value),
            ControlFlow::Continue(value) => one(out, "Continue", value),
        }
    }
}

impl<T: Loggable> Loggable for Bound<T> {
    const CLASS: Class = T::CLASS;

    fn log(&self, out: &mut Out<'_>) {
        match self {
            Bound::Included(value) => one(out, "Included", value),
            Bound::Excluded(value) => one(out, "Excluded", value),
            Bound::Unbounded => out.name("Unbounded"),
        }
    }
}

impl<T: Loggable> Loggable for Reverse<T> {
    const CLASS: Class = T::CLASS;

    fn log(&self, out: &mut Out<'_>) {
        self.0.log(out);
    }
}

/// From here to there, with this between.
fn range<T: Loggable>(out: &mut Out<'_>, from: Option<&T>, dots: &'static str, to: Option<&T>) {
    out.composed(&|out| {
        if let Some(from) = from {
            out.value(from);
        }
        out.name(dots);
        if let Some(to) = to {
            out.value(to);
        }
    });
}

macro_rules! ranges {
    ($($range:ident: |$this:ident| $from:expr, $dots:literal, $to:expr;)*) => {
        $(impl<T: Loggable> Loggable for $range<T> {
            const CLASS: Class = T::CLASS;

            fn log(&self, out: &mut Out<'_>) {
                let $this = self;
                range(out, $from, $dots, $to);
            }
        })*
    };
}

ranges! {
    Range: |this| Some(&this.start), "..", Some(&this.end);
    RangeFrom: |this| Some(&this.start), "..", None;
    RangeTo: |this| None, "..", Some(&this.end);
    RangeInclusive: |this| Some(this.start()), "..=", Some(this.end());
    RangeToInclusive: |this| None, "..=", Some(&this.end);
}

impl Loggable for RangeFull {
    const CLASS: Class = Class::PUBLIC;

    fn log(&self, out: &mut Out<'_>) {
        out.name("..");
    }
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;
    use crate::redact::Strategy;

    #[test]
    fn containers_show_a_few_elements_and_their_number() {
        assert_eq!(shown(vec![1, 2, 3]), "[1, 2, 3]");
        let many: Vec<u8> = (0..20).collect();
        let eight = "[0, 1, 2, 3, 4, 5, 6, 7, … 20 in all]";
        assert_eq!(shown(&many), eight);
        assert_eq!(shown(many.iter().copied().collect::<BTreeSet<u8>>()), eight);
        assert_eq!(shown(many.iter().copied().collect::<LinkedList<u8>>()), eight);
        assert_eq!(shown(Cow::Borrowed(many.as_slice())), eight);
        assert_eq!(shown(Arc::<[u8]>::from(many)), eight);
        assert_eq!(shown([0_u8; 0]), "[]");
        assert_eq!(shown(BTreeMap::from([(1, true)])), "{1: true}");
        assert_eq!(shown(HashMap::from([(1, [2])])), "{1: [2]}");
        assert_eq!(shown(Some(Box::new(2.0_f32))), "2.0");
        assert_eq!(shown(None::<Option<u8>>), "none");
    }

    #[test]
    fn what_stands_around_a_value_is_written_as_rust_has_it() {
        assert_eq!(shown(Ok::<u8, ()>(5)), "Ok(5)");
        assert_eq!(shown(Err::<u8, [u8; 2]>([5, 6])), "Err([5, 6])");
        assert_eq!(shown(Bound::Included(5)), "Included(5)");
        assert_eq!(shown(Bound::<u8>::Unbounded), "Unbounded");
        assert_eq!(shown(Reverse(5)), "5");
        assert_eq!(shown(ControlFlow::<u8>::Continue(())), "Continue(())");
        assert_eq!(shown((1..2, 3.., ..4)), "(1..2, 3.., ..4)");
        assert_eq!(shown((1..=2, ..=4, ..)), "(1..=2, ..=4, ..)");
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
        assert_eq!(shown(vec![customer]), "[Customer { id: 7, card: ****1234, note: [redacted] }]");
    }

    #[test]
    fn a_container_is_as_sensitive_as_what_it_holds() {
        struct Age(u8);
        impl Loggable for Age {
            const CLASS: Class = Class::PII;

            fn log(&self, out: &mut Out<'_>) {
                self.0.log(out);
            }
        }
        let age = || Age(42);
        assert_eq!(shown(Some(age())), "[redacted]");
        assert_eq!(shown([age()]), "[redacted]");
        assert_eq!(shown(BTreeMap::from([(1, age())])), "[redacted]");
        assert_eq!(shown(Ok::<u8, Age>(5)), "[redacted]");
        assert_eq!(shown(age()..), "[redacted]");
        assert_eq!(shown((1, age())), "[redacted]");
        assert_eq!(shown(std::cell::RefCell::new(age())), "[redacted]");
    }
}
