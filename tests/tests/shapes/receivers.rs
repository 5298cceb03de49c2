//! Every kind of `self`, and functions of a type that take none; `Self` in signature and body.

use std::fmt::Display;
use std::marker::PhantomPinned;
use std::ops::Deref;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;

use plimsoll::observe;
use plimsoll_tests::live::Ends;

use crate::table::{ends, ok};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Counter {
    count: u32,
    notes: Vec<String>,
}

impl Counter {
    const START: u32 = 1;

    #[observe]
    fn new() -> Self {
        Self { count: Self::START, ..Self::default() }
    }

    #[observe]
    fn checked(count: u32) -> Result<Self, Counter> {
        let made = Self { count, notes: vec![] };
        if count > 100 { Err(made) } else { Ok(made) }
    }

    #[observe]
    fn read(&self) -> u32 {
        self.count
    }

    #[observe]
    fn noted(&self, at: usize) -> Result<&str, &Self> {
        self.notes.get(at).map(String::as_str).ok_or(self)
    }

    #[observe]
    fn add(&mut self, more: u32) -> &mut Self {
        self.count += more;
        self
    }

    #[observe]
    fn note(&mut self, text: &str) -> Result<&mut String, Self> {
        if text.is_empty() {
            return Err(std::mem::take(self));
        }
        self.notes.push(text.to_owned());
        let Self { notes, .. } = self;
        notes.last_mut().ok_or_else(Self::new)
    }

    #[observe]
    fn longest<'a>(&'a self, other: &'a str) -> Option<&'a str> {
        self.notes.iter().map(String::as_str).chain([other]).max_by_key(|text| text.len())
    }

    #[observe]
    fn consume(self) -> Vec<String> {
        self.notes
    }

    #[observe]
    fn consume_or_not(self) -> Result<Vec<String>, Self> {
        if self.notes.is_empty() { Err(self) } else { Ok(self.notes) }
    }

    #[observe]
    fn changed(mut self, count: u32) -> Self {
        self.count = count;
        self
    }

    #[observe]
    fn changed_or_not(mut self, count: u32) -> Result<Self, ()> {
        self.count = self.count.checked_sub(count).ok_or(())?;
        Ok(self)
    }

    #[observe]
    fn boxed(self: Box<Self>) -> Self {
        *self
    }

    #[observe]
    fn boxed_or_not(mut self: Box<Self>) -> Result<Box<Self>, u32> {
        self.count += 1;
        if self.count > 2 { Err(self.count) } else { Ok(self) }
    }

    #[observe]
    fn counted(self: Rc<Self>) -> usize {
        Rc::strong_count(&self)
    }

    #[observe]
    fn shared(self: Arc<Self>) -> Result<Self, Arc<Self>> {
        Self::unwrapped(self)
    }

    #[observe]
    fn unwrapped(this: Arc<Self>) -> Result<Self, Arc<Self>> {
        Arc::try_unwrap(this)
    }

    #[observe]
    fn by_reference(self: &Rc<Self>) -> Rc<Self> {
        Rc::clone(self)
    }

    #[observe]
    fn by_box(self: &mut Box<Self>) -> &mut u32 {
        &mut self.count
    }

    #[observe]
    #[expect(clippy::needless_arbitrary_self_type, reason = "this is what is tested")]
    fn spelled(self: &Self, other: &Counter) -> bool {
        self == other
    }
}

/// One field is pinned with the whole, the other is not.
#[derive(Debug, Default)]
struct Pinned {
    polls: u32,
    place: Option<usize>,
    _pin: PhantomPinned,
}

impl Pinned {
    #[observe]
    fn projected(self: Pin<&mut Self>) -> Result<u32, ()> {
        #[expect(unsafe_code, reason = "this is how a field is reached without a macro")]
        // SAFETY: nothing is moved out of it.
        let this = unsafe { self.get_unchecked_mut() };
        this.polls += 1;
        let place = std::ptr::from_ref(&this.polls).addr();
        if *this.place.get_or_insert(place) == place { Ok(this.polls) } else { Err(()) }
    }

    #[observe]
    fn pinned(self: Pin<&Self>) -> u32 {
        self.polls
    }

    #[observe]
    fn boxed_and_pinned(mut self: Pin<Box<Self>>) -> Result<Pin<Box<Self>>, ()> {
        assert!(self.as_mut().projected()? > 0);
        Ok(self)
    }
}

trait Named {
    const KIND: &'static str;

    type Name: Display + ?Sized;

    fn name(&self) -> &Self::Name;
}

impl Named for Counter {
    const KIND: &'static str = "counter";

    type Name = str;

    fn name(&self) -> &str {
        self.notes.first().map_or("none", Deref::deref)
    }
}

#[derive(Debug)]
struct Holder<'a, T, const N: usize> {
    all: [&'a T; N],
}

impl<'a, T: Named, const N: usize> Holder<'a, T, N> {
    #[observe]
    fn first(&self) -> Option<&'a T> {
        self.all.first().copied()
    }

    #[observe]
    fn titles(&self) -> Result<Vec<String>, &'static str> {
        if N == 0 {
            return Err(T::KIND);
        }
        Ok(self.all.iter().map(|one| format!("{} {}", T::KIND, one.name())).collect())
    }

    #[observe]
    fn of(all: [&'a T; N]) -> Self
    where
        T::Name: 'a,
    {
        Self { all }
    }

    #[observe]
    fn swapped<U>(self, all: [&'a U; N]) -> Result<Holder<'a, U, N>, Self>
    where
        U: Named<Name = T::Name>,
    {
        if N == 1 { Ok(Holder { all }) } else { Err(self) }
    }
}

impl<T> Holder<'_, T, 2> {
    #[observe]
    #[expect(clippy::tuple_array_conversions, reason = "this is what is tested")]
    fn both(&self) -> (&T, &T) {
        let [one, other] = self.all;
        (one, other)
    }

    #[observe]
    fn turn(&mut self) -> &mut Self {
        self.all.reverse();
        self
    }
}

pub(crate) fn run() {
    let mut counter = Counter::new();
    assert!(Counter::checked(101).is_err() && Counter::checked(100).is_ok());
    assert_eq!((counter.read(), Counter::read(&counter)), (1, 1));
    counter.add(1).add(2).count += 1;
    assert_eq!(counter.count, 5);
    assert_eq!(counter.noted(0), Err(&counter.clone()));
    counter.note("first").unwrap().push('!');
    assert_eq!(counter.noted(0), Ok("first!"));
    assert_eq!(counter.longest(&String::from("longest")), Some("longest"));
    assert_eq!(counter.clone().note("").unwrap_err(), counter);
    assert_eq!(counter.clone().consume(), ["first!"]);
    assert_eq!(counter.clone().consume_or_not(), Ok(vec!["first!".to_owned()]));
    assert!(Counter::new().consume_or_not().is_err());
    assert_eq!(counter.clone().changed(7).count, 7);
    assert_eq!(counter.clone().changed_or_not(4).map(|counter| counter.count), Ok(1));
    assert_eq!(counter.clone().changed_or_not(6), Err(()));
    assert_eq!(Box::new(counter.clone()).boxed(), counter);
    let boxed = Box::new(Counter::default()).boxed_or_not().and_then(Counter::boxed_or_not);
    assert_eq!(boxed.and_then(Counter::boxed_or_not), Err(3));
    shared(&counter);
    pinned();
    generic(&counter);
}

fn shared(counter: &Counter) {
    let one = Rc::new(counter.clone());
    assert_eq!(Rc::clone(&one).counted(), 2);
    assert_eq!(Rc::strong_count(&one.by_reference()), 2);
    let shared = Arc::new(counter.clone());
    assert_eq!(Arc::clone(&shared).shared(), Err(Arc::clone(&shared)));
    assert_eq!(shared.shared().as_ref(), Ok(counter));
    let mut boxed = Box::new(counter.clone());
    *boxed.by_box() += 1;
    assert!(!boxed.spelled(counter));
}

fn pinned() {
    let mut pinned = pin!(Pinned::default());
    assert_eq!((pinned.as_mut().projected(), pinned.as_mut().projected()), (Ok(1), Ok(2)));
    assert_eq!(pinned.as_ref().pinned(), 2);
    let boxed = Box::pin(Pinned::default()).boxed_and_pinned().and_then(Pinned::boxed_and_pinned);
    assert_eq!(boxed.map(|pinned| pinned.polls), Ok(2));
}

fn generic(counter: &Counter) {
    let none = Counter::default();
    let mut two = Holder::of([counter, &none]);
    let first = two.first();
    assert_eq!(two.titles(), Ok(vec!["counter first!".to_owned(), "counter none".to_owned()]));
    assert_eq!(two.turn().both(), (&none, counter));
    assert!(two.swapped([counter, counter]).is_err());
    assert_eq!(first, Some(counter), "it outlives the holder");
    let nothing: Holder<'_, Counter, 0> = Holder::of([]);
    assert_eq!(nothing.titles(), Err("counter"));
    assert!(Holder::of([counter]).swapped([counter]).is_ok());
}

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("new", ok(2)), ("checked", ends(1, 1, 0, 0)), ("read", ok(2)),
    ("noted", ends(1, 1, 0, 0)), ("add", ok(2)), ("note", ends(1, 1, 0, 0)),
    ("longest", ok(1)), ("consume", ok(1)), ("consume_or_not", ends(1, 1, 0, 0)),
    ("changed", ok(1)), ("changed_or_not", ends(1, 1, 0, 0)), ("boxed", ok(1)),
    ("boxed_or_not", ends(2, 1, 0, 0)), ("counted", ok(1)), ("shared", ends(1, 1, 0, 0)),
    ("unwrapped", ends(1, 1, 0, 0)), ("by_reference", ok(1)), ("by_box", ok(1)),
    ("spelled", ok(1)), ("projected", ok(4)), ("pinned", ok(1)), ("boxed_and_pinned", ok(2)),
    ("first", ok(1)), ("titles", ends(1, 1, 0, 0)), ("of", ok(3)),
    ("swapped", ends(1, 1, 0, 0)), ("both", ok(1)), ("turn", ok(1)),
];
