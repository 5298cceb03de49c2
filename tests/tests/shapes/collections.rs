//! The traits of the standard library that make a type a container, an iterator or a future.

use std::borrow::{Borrow, Cow};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut, Index, IndexMut};
use std::pin::Pin;
use std::task::{Context, Poll};

use plimsoll::observe;
use plimsoll_tests::live::Ends;
use plimsoll_tests::polling::block_on;

use crate::table::ok;

#[derive(Debug)]
struct Bag<T> {
    all: Vec<T>,
}

impl<T> Default for Bag<T> {
    #[observe]
    fn default() -> Self {
        Self { all: Vec::new() }
    }
}

impl<T: Clone> Clone for Bag<T> {
    #[observe]
    fn clone(&self) -> Self {
        let Self { all } = self;
        Self { all: all.clone() }
    }

    #[observe]
    fn clone_from(&mut self, source: &Self) {
        self.all.clone_from(&source.all);
    }
}

impl<T> Deref for Bag<T> {
    type Target = [T];

    #[observe]
    fn deref(&self) -> &Self::Target {
        &self.all
    }
}

impl<T> DerefMut for Bag<T> {
    #[observe]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.all
    }
}

impl<T> Index<&str> for Bag<T> {
    type Output = T;

    #[observe]
    fn index(&self, at: &str) -> &Self::Output {
        &self.all[at.len()]
    }
}

impl<T> IndexMut<&str> for Bag<T> {
    #[observe]
    fn index_mut(&mut self, at: &str) -> &mut T {
        &mut self.all[at.len()]
    }
}

impl<T> Extend<T> for Bag<T> {
    #[observe]
    fn extend<I: IntoIterator<Item = T>>(&mut self, more: I) {
        self.all.extend(more);
    }
}

impl<'a, T: Copy + 'a> Extend<&'a T> for Bag<T> {
    #[observe(name = "extend_by_reference")]
    fn extend<I>(&mut self, more: I)
    where
        I: IntoIterator<Item = &'a T>,
    {
        self.all.extend(more.into_iter().copied());
    }
}

impl<T> FromIterator<T> for Bag<T> {
    #[observe]
    fn from_iter<I: IntoIterator<Item = T>>(all: I) -> Self {
        Self { all: all.into_iter().collect() }
    }
}

impl<T> IntoIterator for Bag<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    #[observe]
    fn into_iter(mut self) -> Self::IntoIter {
        std::mem::take(&mut self.all).into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Bag<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    #[observe(name = "into_iter_by_reference")]
    fn into_iter(self) -> std::slice::Iter<'a, T> {
        self.all.iter()
    }
}

impl<T> Borrow<[T]> for Bag<T> {
    #[observe]
    fn borrow(&self) -> &[T] {
        &self.all
    }
}

impl<'a, T: Clone> From<&'a Bag<T>> for Cow<'a, [T]> {
    #[observe]
    fn from(bag: &'a Bag<T>) -> Self {
        Cow::Borrowed(&bag.all)
    }
}

impl<T> Drop for Bag<T> {
    #[observe]
    fn drop(&mut self) {
        DROPS.set(DROPS.get() + 1);
    }
}

thread_local! {
    static DROPS: Cell<u32> = const { Cell::new(0) };
}

/// Counts down.
#[derive(Debug)]
struct Countdown(u8);

impl Iterator for Countdown {
    type Item = u8;

    #[observe]
    fn next(&mut self) -> Option<Self::Item> {
        self.0 = self.0.checked_sub(1)?;
        Some(self.0)
    }

    #[observe]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.into(), Some(self.0.into()))
    }
}

impl ExactSizeIterator for Countdown {}

impl DoubleEndedIterator for Countdown {
    #[observe]
    fn next_back(&mut self) -> Option<u8> {
        None
    }
}

/// Gives what it borrows, one at a time.
#[derive(Debug)]
struct Lines<'a> {
    left: &'a str,
}

impl<'a> Lines<'a> {
    #[observe]
    fn of(left: &'a str) -> impl Iterator<Item = &'a str> {
        Self { left }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a str;

    #[observe(name = "next_line")]
    fn next(&mut self) -> Option<&'a str> {
        if self.left.is_empty() {
            return None;
        }
        let (line, left) = self.left.split_once('\n').unwrap_or((self.left, ""));
        self.left = left;
        Some(line)
    }
}

/// A future whose polls are marked, each a call of its own.
#[derive(Debug)]
struct Later {
    polls: u8,
}

impl Future for Later {
    type Output = u8;

    #[observe]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<u8> {
        self.polls += 1;
        if self.polls < 3 {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(self.polls)
    }
}

/// The same with a result inside, that a poll gives or not.
#[derive(Debug)]
struct Checked {
    polls: u8,
}

impl Future for Checked {
    type Output = Result<u8, std::num::ParseIntError>;

    #[observe(name = "poll_checked")]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        this.polls += 1;
        if this.polls == 1 {
            return Poll::Pending;
        }
        let number: u8 = "7".parse()?;
        Poll::Ready(Ok(number))
    }
}

pub(crate) fn run() {
    let mut bag: Bag<u8> = [1, 2].into_iter().collect();
    bag.extend([3]);
    bag.extend(&[4]);
    bag["ab"] += 10;
    bag.reverse();
    assert_eq!((bag[""], bag["a"], bag.len()), (4, 13, 4));
    assert_eq!((&bag).into_iter().sum::<u8>(), 20);
    let mut copy = bag.clone();
    copy.clone_from(&Bag::default());
    assert!(copy.is_empty());
    let map = BTreeMap::from([(1, "one")]);
    assert_eq!(map.get(Borrow::<[u8]>::borrow(&bag).iter().min().unwrap()), Some(&"one"));
    assert!(matches!(Cow::from(&bag), Cow::Borrowed([4, 13, 2, 1])));
    let before = DROPS.get();
    drop(copy);
    for value in bag {
        assert!(value > 0);
    }
    assert_eq!(DROPS.get(), before + 2);
    assert_eq!(Countdown(3).rev().count(), 0);
    assert_eq!((Countdown(3).len(), Countdown(3).collect::<Vec<_>>()), (3, vec![2, 1, 0]));
    assert_eq!(Lines::of("a\nb").collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(block_on(Later { polls: 0 }), 3);
    assert_eq!(block_on(Checked { polls: 0 }), Ok(7));
}

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("default", ok(1)), ("clone", ok(1)), ("clone_from", ok(1)), ("deref", ok(2)),
    ("deref_mut", ok(1)), ("index", ok(2)), ("index_mut", ok(1)), ("extend", ok(1)),
    ("extend_by_reference", ok(1)), ("from_iter", ok(1)), ("into_iter", ok(1)),
    ("into_iter_by_reference", ok(1)), ("borrow", ok(1)), ("from", ok(1)), ("drop", ok(3)),
    ("next", ok(4)), ("size_hint", ok(2)), ("next_back", ok(1)), ("of", ok(1)),
    ("next_line", ok(3)), ("poll", ok(3)), ("poll_checked", ok(2)),
];
