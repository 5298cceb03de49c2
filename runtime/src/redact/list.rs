//! Several values in one text, and what can be taken apart into them.
//!
//! Eight are shown, of more also the number. `Each` and `Pairs` are what the strategies of a field's
//! elements, keys and values work on.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use super::Redactable;
use super::out::{Bounds, Out, To};

/// So many elements of a list are shown.
const SHOWN: usize = 8;

/// Several values, which a function shows one after the other.
pub(super) struct List<'a> {
    pub(super) brackets: (&'static str, &'static str),
    pub(super) length: usize,
    pub(super) visit: &'a dyn Fn(&mut Items<'_>),
    pub(super) bounds: Bounds,
}

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.brackets.0)?;
        (self.visit)(&mut Items { text: f, shown: 0, bounds: self.bounds });
        if self.length > SHOWN {
            write!(f, ", … {} in all", self.length)?;
        }
        f.write_str(self.brackets.1)
    }
}

/// The elements of a list, as far as they are shown.
pub(super) struct Items<'a> {
    text: &'a mut dyn fmt::Write,
    shown: usize,
    bounds: Bounds,
}

impl Items<'_> {
    /// Shows one more. False when no further one is wanted.
    pub(super) fn item(&mut self, write: &mut dyn FnMut(&mut Out<'_>)) -> bool {
        if self.shown == SHOWN {
            return false;
        }
        if self.shown > 0 && self.text.write_str(", ").is_err() {
            // It takes no more.
            self.shown = SHOWN;
            return false;
        }
        self.shown += 1;
        self.write(write);
        self.shown < SHOWN
    }

    /// Shows one more key with its value.
    pub(super) fn pair(
        &mut self,
        key: &mut dyn FnMut(&mut Out<'_>),
        value: &mut dyn FnMut(&mut Out<'_>),
    ) -> bool {
        let before = self.shown;
        let more = self.item(key);
        if self.shown > before {
            let _ = self.text.write_str(": ");
            self.write(value);
        }
        more
    }

    fn write(&mut self, write: &mut dyn FnMut(&mut Out<'_>)) {
        write(&mut Out::within(To::Text(self.text), self.bounds));
    }
}

/// Several texts, each of which a strategy works on: `#[redact(each = email)]`.
///
/// Lists and sets have it, `Option`s of them (`None` is `[]`), and pointers to them. Implement it
/// for a collection of your own:
///
/// ```
/// use plimsoll::Each;
///
/// struct Recipients { to: String, copies: Vec<String> }
///
/// impl Each for Recipients {
///     type Item = String;
///
///     fn count(&self) -> usize {
///         1 + self.copies.len()
///     }
///
///     fn each(&self, visit: &mut dyn FnMut(&String) -> bool) {
///         let _ = visit(&self.to) && self.copies.iter().all(visit);
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold texts that `each` could work on",
    label = "not a list of texts",
    note = "`each` is for `Vec`s, slices, arrays and sets of texts, and `Option`s of those; for a \
            text, or an `Option` of one, write the strategy alone: `#[redact(email)]`; for a map, \
            `#[redact(keys = .., values = ..)]`"
)]
pub trait Each {
    /// What it holds.
    type Item: Redactable + ?Sized;

    /// How many there are.
    fn count(&self) -> usize;

    /// Shows them in order, until told to stop by `false`.
    fn each(&self, visit: &mut dyn FnMut(&Self::Item) -> bool);
}

/// Pairs of keys and values: `#[redact(keys = .., values = ..)]`.
///
/// Maps and lists of pairs have it, `Option`s of them (`None` is `{}`), and pointers to them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no keys and values",
    label = "not a map",
    note = "`keys` and `values` are for maps, and lists of pairs; for a list of texts, write \
            `#[redact(each = ..)]`"
)]
pub trait Pairs {
    /// What the keys are.
    type Key: ?Sized;
    /// What the values are.
    type Value: ?Sized;

    /// How many there are.
    fn count(&self) -> usize;

    /// Shows them in order, until told to stop by `false`.
    fn each(&self, visit: &mut dyn FnMut(&Self::Key, &Self::Value) -> bool);
}

macro_rules! each {
    ($([$($parameters:tt)*] $list:ty;)*) => {
        $(impl<T: Redactable, $($parameters)*> Each for $list {
            type Item = T;

            fn count(&self) -> usize {
                self.len()
            }

            fn each(&self, visit: &mut dyn FnMut(&T) -> bool) {
                let _ = self.iter().all(visit);
            }
        })*
    };
}

each! {
    [] [T]; [const N: usize] [T; N]; [] Vec<T>; [] VecDeque<T>; [] LinkedList<T>; [] BinaryHeap<T>;
    [] BTreeSet<T>; [S] HashSet<T, S>;
}

macro_rules! pairs {
    ($([$($parameters:tt)*] $map:ty;)*) => {
        $(impl<K, V, $($parameters)*> Pairs for $map {
            type Key = K;
            type Value = V;

            fn count(&self) -> usize {
                self.len()
            }

            fn each(&self, visit: &mut dyn FnMut(&K, &V) -> bool) {
                let _ = self.iter().all(|(key, value)| visit(key, value));
            }
        })*
    };
}

pairs! {
    [] BTreeMap<K, V>; [S] HashMap<K, V, S>; [] [(K, V)]; [const N: usize] [(K, V); N];
    [] Vec<(K, V)>; [] VecDeque<(K, V)>;
}

macro_rules! pointers {
    ($([$($parameters:tt)*] $pointer:ty;)*) => {
        $(impl<$($parameters)* T: Each + ?Sized> Each for $pointer {
            type Item = T::Item;

            fn count(&self) -> usize {
                (**self).count()
            }

            fn each(&self, visit: &mut dyn FnMut(&T::Item) -> bool) {
                (**self).each(visit);
            }
        }

        impl<$($parameters)* T: Pairs + ?Sized> Pairs for $pointer {
            type Key = T::Key;
            type Value = T::Value;

            fn count(&self) -> usize {
                (**self).count()
            }

            fn each(&self, visit: &mut dyn FnMut(&T::Key, &T::Value) -> bool) {
                (**self).each(visit);
            }
        })*
    };
}

pointers! { [] &T; [] &mut T; [] Box<T>; [] Rc<T>; [] Arc<T>; }

impl<T: Each + ToOwned + ?Sized> Each for Cow<'_, T> {
    type Item = T::Item;

    fn count(&self) -> usize {
        (**self).count()
    }

    fn each(&self, visit: &mut dyn FnMut(&T::Item) -> bool) {
        (**self).each(visit);
    }
}

impl<T: Each> Each for Option<T> {
    type Item = T::Item;

    fn count(&self) -> usize {
        self.as_ref().map_or(0, T::count)
    }

    fn each(&self, visit: &mut dyn FnMut(&T::Item) -> bool) {
        if let Some(list) = self {
            list.each(visit);
        }
    }
}

impl<T: Pairs> Pairs for Option<T> {
    type Key = T::Key;
    type Value = T::Value;

    fn count(&self) -> usize {
        self.as_ref().map_or(0, T::count)
    }

    fn each(&self, visit: &mut dyn FnMut(&T::Key, &T::Value) -> bool) {
        if let Some(map) = self {
            map.each(visit);
        }
    }
}

impl<T: Pairs + ToOwned + ?Sized> Pairs for Cow<'_, T> {
    type Key = T::Key;
    type Value = T::Value;

    fn count(&self) -> usize {
        (**self).count()
    }

    fn each(&self, visit: &mut dyn FnMut(&T::Key, &T::Value) -> bool) {
        (**self).each(visit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::{Sink, Strategy};

    fn each<T: Each + ?Sized>(strategy: Strategy, list: &T) -> String {
        let mut text = String::new();
        Out::text_to(&mut text, Sink::Log).each(strategy, list);
        text
    }

    fn pairs<T: Pairs<Key = String, Value = String> + ?Sized>(map: &T) -> String {
        let mut text = String::new();
        Out::text_to(&mut text, Sink::Log).pairs(
            map,
            &|out, key| out.redacted(Strategy::Last(1), key),
            &|out, value| out.redacted(Strategy::Email, value),
        );
        text
    }

    #[test]
    fn each_element_goes_through_the_strategy() {
        let list = ["ada@example.org".to_owned(), "hunter2".to_owned()];
        let shown = "[a***@example.org, [redacted]]";
        assert_eq!(each(Strategy::Email, &list), shown);
        assert_eq!(each(Strategy::Email, list.as_slice()), shown);
        assert_eq!(each(Strategy::Email, &Some(Box::new(list.to_vec()))), shown);
        assert_eq!(each(Strategy::Email, &Cow::Borrowed(list.as_slice())), shown);
        assert_eq!(each(Strategy::Email, &Arc::new(VecDeque::from(list.to_vec()))), shown);
        assert_eq!(each(Strategy::Email, &None::<Vec<String>>), "[]");
        assert_eq!(each(Strategy::Full, &BTreeSet::from(["a"])), "[[redacted]]");
        assert_eq!(
            each(Strategy::Mask, &vec!["x"; 9]),
            format!("[{}, … 9 in all]", ["********"; 8].join(", "))
        );
    }

    #[test]
    fn keys_and_values_go_through_theirs() {
        let pair = ("abc".to_owned(), "ada@example.org".to_owned());
        let shown = "{****c: a***@example.org}";
        assert_eq!(pairs(&BTreeMap::from([pair.clone()])), shown);
        assert_eq!(pairs(&HashMap::from([pair.clone()])), shown);
        assert_eq!(pairs(&vec![pair.clone()]), shown);
        assert_eq!(pairs(&Some(std::slice::from_ref(&pair))), shown);
        let many = vec![pair; 20];
        assert!(pairs(&many).ends_with("a***@example.org, … 20 in all}"));
        assert_eq!(pairs(&many).matches('@').count(), SHOWN);
    }
}
