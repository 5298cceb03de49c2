//! Functions with everything that a signature can have.

use std::fmt::{Debug, Display};

use plimsoll::{Label, Loggable, metric, observe};

#[observe]
fn generic<T: Debug + Clone, const N: usize>(value: T) -> Result<[T; N], impl Display>
where
    T: Default,
{
    if N == 0 {
        return Err("none");
    }
    Ok(std::array::from_fn(|_| value.clone()))
}

#[observe(log(value))]
fn logged<T: Loggable>(value: T) -> T {
    value
}

#[observe]
fn longest<'a>(one: &'a str, other: &'a str) -> &'a str {
    if one.len() > other.len() { one } else { other }
}

#[observe(log(count = list.len()))]
fn first_of(list: &mut Vec<u8>) -> Option<&mut u8> {
    list.first_mut()
}

#[observe(log(count = list.len()))]
fn last_of(list: &mut Vec<u8>) -> Result<&mut u8, std::fmt::Error> {
    list.last_mut().ok_or(std::fmt::Error)
}

#[observe]
fn calls<F: Fn(u8) -> Vec<u8>, const N: usize>(function: F) -> Result<[u8; N], Vec<u8>>
where
    F: Clone,
    [(); N]: Sized,
{
    function(1).try_into()
}

#[observe]
fn closure() -> impl Fn(u32) -> u32 {
    |number| number.pow(2)
}

#[observe]
fn by_impl(values: impl IntoIterator<Item = u8>) -> impl Iterator<Item = u8> {
    values.into_iter().map(|value| value.saturating_add(1))
}

#[observe]
unsafe fn read(pointer: *const u8) -> u8 {
    unsafe { *pointer }
}

#[observe(log(number))]
extern "C" fn called_from_c(number: u32) -> u32 {
    number
}

#[observe(log(left, y))]
fn patterns((left, mut right): (u8, u8), Point { x, y }: Point, _: u8, ref kept: u8) -> u8 {
    right += x + y + *kept;
    left + right
}

struct Point {
    x: u8,
    y: u8,
}

#[observe(log(r#type), name = "raw")]
fn r#match(r#type: u8) -> u8 {
    r#type
}

#[observe]
#[track_caller]
fn where_from() {
    assert!(std::panic::Location::caller().file().ends_with("functions.rs"));
    assert_eq!(std::panic::Location::caller().line(), LINE);
}

#[observe]
fn early(number: u8) -> Result<u8, std::num::ParseIntError> {
    #![allow(clippy::needless_return)]
    if number == 0 {
        return Ok(0);
    }
    let parsed: u8 = "x".parse()?;
    return Ok(parsed);
}

#[observe(error_if = i32::is_negative_by_reference)]
fn judged() -> i32 {
    -1
}

trait ByReference {
    fn is_negative_by_reference(&self) -> bool;
}

impl ByReference for i32 {
    fn is_negative_by_reference(&self) -> bool {
        self.is_negative()
    }
}

#[derive(Clone, Copy, Label)]
enum Tier {
    Free,
    Gold,
}

trait Shop {
    const NAME: &'static str;

    #[observe(log(first = self.items()[0], name = public(Self::NAME)))]
    #[metric(gauge, name = "items", help = "Items", value = self.items().len())]
    fn provided(&self) -> usize {
        self.items().len()
    }

    fn items(&self) -> &[u8];
}

struct Corner<T>(Vec<T>);

impl Shop for Corner<u8> {
    const NAME: &'static str = "corner";

    #[observe]
    fn items(&self) -> &[u8] {
        &self.0
    }
}

impl<T> Corner<T> {
    #[metric(counter, labels(tier, other: Tier = if self.0.is_empty() { Tier::Free } else { Tier::Gold }))]
    #[metric(gauge, help = "Runs")]
    #[metric(histogram, name = "pop_seconds", help = "Takes")]
    #[observe(log(left = self.0.len()))]
    /// Takes one out.
    fn pop(&mut self, tier: &Tier) -> Option<T> {
        let _ = tier;
        self.0.pop()
    }

    #[observe]
    fn into_inner(self) -> Vec<T> {
        self.0
    }

    #[observe]
    fn boxed(self: Box<Self>) -> Vec<T> {
        self.0
    }
}

#[observe]
fn quit(code: i32) -> ! {
    std::process::exit(code)
}

macro_rules! marked {
    ($name:ident, $argument:ident: $type:ty, $body:block) => {
        #[observe(log($argument))]
        fn $name($argument: $type) -> $type $body
    };
}

marked!(made, number: u8, { number + 1 });

const LINE: u32 = 197;

fn main() {
    assert_eq!(generic::<u8, 2>(1).ok(), Some([1, 1]));
    assert_eq!(logged(2), 2);
    assert_eq!(longest("a", "bc"), "bc");
    if let Some(first) = first_of(&mut vec![1]) {
        *first = 2;
    }
    assert!(last_of(&mut vec![1]).is_ok_and(|last| *last == 1));
    assert_eq!(calls::<_, 1>(|number| vec![number]), Ok([1]));
    assert_eq!(closure()(3), 9);
    assert_eq!(by_impl([1, 2]).sum::<u8>(), 5);
    assert_eq!(unsafe { read(&raw const LINE_AS_BYTE) }, 1);
    assert_eq!(called_from_c(4), 4);
    assert_eq!(patterns((1, 2), Point { x: 3, y: 4 }, 0, 5), 15);
    assert_eq!(r#match(1), 1);
    where_from();
    assert_eq!(early(0), Ok(0));
    assert!(early(1).is_err());
    assert_eq!(judged(), -1);
    let mut corner = Corner(vec![1, 2, 3]);
    assert_eq!(corner.provided(), 3);
    assert_eq!(corner.pop(&Tier::Free), Some(3));
    assert_eq!(corner.into_inner(), [1, 2]);
    assert_eq!(Box::new(Corner(vec![1])).boxed(), [1]);
    assert_eq!(made(1), 2);
    quit(0)
}

static LINE_AS_BYTE: u8 = 1;
