//! Marks on whole blocks: `impl`s, traits and modules; what they exempt and what they leave alone.

use std::fmt;
use std::ops::Add;

use async_trait::async_trait;
use plimsoll::{metric, observe};
use plimsoll_tests::live::Ends;
use plimsoll_tests::polling::block_on;

use crate::table::{ends, ok};

/// A type with one marked block, and one more.
#[derive(Clone, Debug, Default)]
struct Shelf<T> {
    items: Vec<T>,
}

#[observe]
impl<T: Clone> Shelf<T> {
    /// What a block may hold beside functions.
    const LIMIT: usize = { 2 };

    /// Left alone: it runs in the compiler.
    const fn new() -> Self {
        Self { items: Vec::new() }
    }

    fn with(mut self, item: T) -> Result<Self, usize> {
        if self.items.len() == Self::LIMIT {
            return Err(Self::LIMIT);
        }
        self.items.push(item);
        Ok(self)
    }

    /// Exempt.
    #[observe(skip)]
    fn is_exempt(&self) -> bool {
        self.items.is_empty()
    }

    /// With a name of its own.
    #[observe(name = "Shelf::len")]
    fn count(&self) -> usize {
        self.items.len()
    }

    /// Marked already, by an attribute that the compiler decides about later.
    #[cfg_attr(all(), observe(name = "by itself"))]
    fn conditional(&self) -> usize {
        self.items.len()
    }

    /// With a metric.
    #[metric(counter, name = "shelf_taken", help = "Items taken from shelves.")]
    async fn take(&mut self) -> Option<T> {
        self.items.pop()
    }

    #[expect(clippy::manual_async_fn, reason = "it is the shape")]
    fn later(&self) -> impl Future<Output = usize> + '_ {
        async { self.items.len() }
    }
}

#[observe]
impl<T> Drop for Shelf<T> {
    fn drop(&mut self) {
        self.items.clear();
    }
}

/// A trait whose provided methods are marked.
#[observe]
trait Named {
    /// Its name.
    const NAME: &'static str;

    /// Nothing to mark.
    fn number(&self) -> u32;

    /// Provided.
    fn title(&self) -> String {
        format!("{} {}", Self::NAME, self.number())
    }
}

#[observe]
impl Named for u32 {
    const NAME: &'static str = "number";

    fn number(&self) -> u32 {
        *self
    }
}

#[observe]
impl<T> Named for &[T] {
    const NAME: &'static str = "slice";

    fn number(&self) -> u32 {
        u32::try_from(self.len()).unwrap_or(u32::MAX)
    }
}

/// Implemented for every type with a name: the label is the trait's.
trait Greets {
    /// A greeting.
    fn greet(&self) -> String;
}

#[observe]
impl<N: Named> Greets for N {
    fn greet(&self) -> String {
        format!("hello {}", self.title())
    }
}

/// A number, for operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Count(u32);

#[observe]
impl Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

#[observe]
impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Asynchronous methods by the macro of that name, in both orders.
#[async_trait]
trait Loads {
    /// Loads.
    async fn load(&self, fail: bool) -> Result<u32, fmt::Error>;
}

#[observe]
#[async_trait]
impl Loads for Count {
    async fn load(&self, fail: bool) -> Result<u32, fmt::Error> {
        if fail { Err(fmt::Error) } else { Ok(self.0) }
    }
}

#[async_trait]
#[observe]
impl Loads for u32 {
    async fn load(&self, fail: bool) -> Result<u32, fmt::Error> {
        if fail { Err(fmt::Error) } else { Ok(*self) }
    }
}

/// Blocks that a macro writes.
macro_rules! shelves {
    ($($kind:ty => $body:block),*) => {$(
        #[observe]
        impl Greets for ($kind, u8) {
            fn greet(&self) -> String $body
        }
        #[observe]
        impl Stored for $kind {
            fn stored(&self) -> String $body
        }
    )*};
}

/// For the macro.
trait Stored {
    /// Says where.
    fn stored(&self) -> String;
}

shelves!(Vec<u8> => { "bytes".to_owned() });

/// Everything in a module, but for what is exempt.
#[observe(level = debug)]
mod warehouse {
    use plimsoll::observe;

    /// A place in it.
    #[derive(Clone, Copy, Debug)]
    pub(super) struct Place(u32);

    /// Marked by the module.
    pub(super) fn find(there: bool) -> Result<Place, u8> {
        if there { Ok(Place(1)) } else { Err(1) }
    }

    impl Place {
        /// Marked by the module, with the type.
        pub(super) fn number(self) -> u32 {
            inner::twice(self.0)
        }
    }

    #[observe(skip)]
    impl From<Place> for u32 {
        fn from(place: Place) -> Self {
            place.0
        }
    }

    mod inner {
        pub(super) const fn unmarked(number: u32) -> u32 {
            number
        }

        pub(super) fn twice(number: u32) -> u32 {
            unmarked(number) * 2
        }
    }

    pub(super) use tests::is_left_alone;

    #[cfg(test)]
    mod tests {
        pub(in super::super) fn is_left_alone() -> bool {
            true
        }
    }
}

/// Calls everything.
pub(crate) fn run() {
    let mut shelf = Shelf::new().with(1).and_then(|shelf| shelf.with(2)).expect("there is room");
    assert!(shelf.clone().with(3).is_err());
    assert!(!shelf.is_exempt());
    assert_eq!((shelf.count(), shelf.conditional(), block_on(shelf.later())), (2, 2, 2));
    assert_eq!(block_on(shelf.take()), Some(2));
    drop(shelf);

    assert_eq!(7.title(), "number 7");
    assert_eq!([1, 2].as_slice().greet(), "hello slice 2");
    assert_eq!(Count(1) + Count(2), Count(3));
    assert_eq!(Count(1).to_string(), "1");
    assert_eq!(block_on(Count(1).load(false)), Ok(1));
    assert_eq!(block_on(2.load(true)), Err(fmt::Error));
    assert_eq!((vec![1_u8], 1_u8).greet(), "bytes");
    assert_eq!(vec![1_u8].stored(), "bytes");
    assert_eq!(warehouse::find(true).map(warehouse::Place::number), Ok(2));
    assert!(warehouse::find(false).is_err());
    assert_eq!(warehouse::find(true).map(u32::from), Ok(1));
    assert!(warehouse::is_left_alone());
}

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("Shelf::with", ends(2, 1, 0, 0)), ("Shelf::len", ok(1)), ("by itself", ok(1)),
    ("Shelf::take", ok(1)), ("Shelf::later", ok(1)), ("Shelf::drop", ok(2)),
    ("Named::title", ok(2)), ("u32::number", ok(1)), ("[T]::number", ok(1)),
    ("Greets::greet", ok(1)), ("Count::add", ok(1)), ("Count::fmt", ok(1)),
    ("Count::load", ok(1)), ("u32::load", ends(0, 1, 0, 0)),
    ("(Vec<u8>, u8)::greet", ok(1)), ("Vec::stored", ok(1)),
    ("warehouse::find", ends(2, 1, 0, 0)), ("warehouse::Place::number", ok(1)),
    ("warehouse::inner::twice", ok(1)),
];
