//! Odd corners: parts moved out and put back, borrows at their limits, types in odd places, and what
//! a `Send` bound asks of a future.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::ready;
use std::num::ParseIntError;
use std::ops::Add;
use std::str::{FromStr, Split};

use futures_util::future::{BoxFuture, join_all};
use plimsoll::observe;
use plimsoll_tests::live::Ends;
use plimsoll_tests::polling::{block_on, pause};

use crate::panics::panic_of;
use crate::table::{ends, ok};

macro_rules! spelled {
    ($type:ty) => {
        $type
    };
    () => {
        u8
    };
}

#[observe]
fn type_by_macro(text: &str) -> spelled!(Result<u8, ParseIntError>) {
    let number: u8 = text.parse()?;
    Ok(number)
}

#[observe]
fn type_inside_by_macro(text: &str) -> Result<spelled!(), spelled!(ParseIntError)> {
    text.parse()
}

// Not seen as a result yet: its comma makes it a tuple.
//
// #[observe]
// #[expect(unused_parens, reason = "some do write them")]
// fn type_in_parentheses(fine: bool) -> (Result<u8, ()>) {
//     if fine { Ok(1) } else { Err(()) }
// }

#[observe]
fn never_inside() -> Result<fn() -> !, ()> {
    fn never() -> ! {
        panic!("it was called")
    }
    Ok(never)
}

#[observe]
fn foreign_inside() -> Result<extern "C" fn(u8) -> u8, ()> {
    extern "C" fn same(number: u8) -> u8 {
        number
    }
    Ok(same)
}

#[observe]
fn iterator_of_mut(list: &mut Vec<u8>) -> Result<impl Iterator<Item = &mut u8>, ()> {
    if list.is_empty() {
        return Err(());
    }
    list.push(1);
    Ok(list.iter_mut())
}

#[observe]
#[expect(clippy::mut_mut, reason = "this is what is tested")]
fn invariant<'a, 'b>(place: &'a mut &'b mut u8) -> Result<&'a mut &'b mut u8, ()> {
    **place += 1;
    Ok(place)
}

#[observe]
#[expect(clippy::mut_mut, reason = "this is what is tested")]
async fn invariant_later<'a, 'b>(place: &'a mut &'b mut u8) -> Result<&'a mut &'b mut u8, ()> {
    **place += 1;
    pause().await;
    Ok(place)
}

#[observe]
fn entry(map: &mut HashMap<u8, u8>) -> Result<&mut u8, ()> {
    Ok(map.entry(1).or_default())
}

#[observe]
fn inside_a_box(boxed: &mut Option<Box<u8>>) -> Result<&mut u8, ()> {
    let Some(number) = boxed else { return Err(()) };
    Ok(number)
}

#[observe]
fn split(text: &str) -> Result<Split<'_, char>, ()> {
    Ok(text.split(','))
}

#[observe]
fn by_its_references<T>(value: T) -> Result<T, ()>
where
    for<'a> &'a T: Add<&'a T, Output = T>,
{
    Ok(&value + &value)
}

#[observe]
fn by_its_error<T: FromStr>(text: &str) -> Result<T, T::Err> {
    let value = text.parse()?;
    Ok(value)
}

#[observe]
fn into_an_error<E: From<ParseIntError>>(text: &str) -> Result<u8, E> {
    let number: u8 = text.parse()?;
    Ok(number)
}

#[observe]
fn length_by_type<const N: usize>(fine: bool) -> Result<[u8; N], Vec<u8>> {
    let list: Vec<u8> = if fine { vec![0; N] } else { vec![] };
    list.try_into()
}

#[observe]
fn put_back(mut pair: (String, String)) -> Result<(String, String), ()> {
    drop(pair.0);
    if pair.1.is_empty() {
        return Err(());
    }
    pair.0 = pair.1.clone();
    Ok(pair)
}

#[observe]
async fn put_back_later(mut pair: (String, String)) -> Result<(String, String), ()> {
    drop(pair.0);
    pause().await;
    pair.0 = pair.1.clone();
    Ok(pair)
}

#[observe]
fn put_back_in_a_box(mut pair: Box<(String, String)>) -> Result<Box<(String, String)>, ()> {
    let left = pair.0;
    pair.0 = left + &pair.1;
    Ok(pair)
}

/// What is assigned to a part of an argument is seen when the whole is dropped.
#[derive(Debug)]
struct Guard<'a> {
    done: bool,
    log: &'a RefCell<Vec<bool>>,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.log.borrow_mut().push(self.done);
    }
}

#[observe]
fn assigned_part(mut guard: Guard<'_>, text: &str) -> Result<u8, ParseIntError> {
    let number = text.parse()?;
    guard.done = true;
    Ok(number)
}

#[observe]
async fn assigned_part_later(mut guard: Guard<'_>, text: &str) -> Result<u8, ParseIntError> {
    pause().await;
    let number = text.parse()?;
    guard.done = true;
    Ok(number)
}

#[observe]
fn assigned_later(number: u8) -> Result<u8, ()> {
    let out;
    {
        out = number.checked_add(1).ok_or(())?;
    }
    Ok(out)
}

/// Names as the mark's own may be.
#[observe]
fn underscored(__guard: u8, __out: u8, __inner: u8) -> Result<u8, ()> {
    #![expect(clippy::never_loop, reason = "a label is what is tested")]
    let __out = __guard + __out;
    '__body: loop {
        if __inner == 0 {
            break '__body;
        }
        return Err(());
    }
    Ok(__out)
}

fn is_send<T: Send>(value: T) -> T {
    value
}

#[observe]
async fn joined(texts: Vec<&str>) -> Result<usize, ()> {
    let lengths = join_all(texts.iter().map(|text| async move { text.len() })).await;
    Ok(lengths.len())
}

/// Two functions that need each other's future to be `Send`.
#[observe]
fn down_by_box(depth: u8) -> BoxFuture<'static, u8> {
    Box::pin(down(depth))
}

#[observe]
async fn down(depth: u8) -> u8 {
    if depth == 0 { 0 } else { down_by_box(depth - 1).await + 1 }
}

#[observe]
async fn higher_ranked<'a, F>(texts: &'a [&'a str], measure: F) -> Result<usize, ()>
where
    F: Fn(&'a str) -> BoxFuture<'a, usize>,
{
    let mut sum = 0;
    for text in texts {
        sum += measure(text).await;
    }
    Ok(sum)
}

#[observe]
async fn made_by<F, T>(make: F) -> Result<u8, ()>
where
    F: FnOnce(&'static str) -> T,
    T: Future<Output = u8>,
{
    Ok(make("x").await)
}

#[observe]
async fn of_a_dynamic(numbers: &mut (dyn Iterator<Item = u8> + Send)) -> Result<u8, ()> {
    let mut sum = 0;
    for number in numbers {
        pause().await;
        sum += number;
    }
    Ok(sum)
}

pub(crate) fn run() {
    assert_eq!((type_by_macro("1"), type_inside_by_macro("1")), (Ok(1), Ok(1)));
    assert!(type_by_macro("x").is_err() && type_inside_by_macro("x").is_err());
    assert_eq!(panic_of(|| never_inside().map(|never| never())).message, "it was called");
    assert_eq!(foreign_inside().map(|same| same(1)), Ok(1));
    let mut list = vec![1];
    iterator_of_mut(&mut list).into_iter().flatten().for_each(|number| *number += 1);
    assert_eq!(list, [2, 2]);
    assert!(iterator_of_mut(&mut vec![]).is_err());
    let (mut one, mut two) = (1, 5);
    let mut place = &mut one;
    *invariant(&mut place).unwrap() = &mut two;
    **block_on(invariant_later(&mut place)).unwrap() += 1;
    assert_eq!((one, two), (2, 7));
    let mut map = HashMap::new();
    *entry(&mut map).unwrap() += 1;
    assert_eq!(map[&1], 1);
    assert_eq!(
        (inside_a_box(&mut Some(Box::new(1))), inside_a_box(&mut None)),
        (Ok(&mut 1), Err(()))
    );
    assert_eq!((split("a,b").map(Iterator::count), by_its_references(2)), (Ok(2), Ok(4)));
    assert_eq!((by_its_error("1"), by_its_error::<bool>("x").is_err()), (Ok(1), true));
    assert_eq!(into_an_error::<ParseIntError>("1"), Ok(1));
    assert!(into_an_error::<Box<dyn std::error::Error>>("x").is_err());
    assert_eq!((length_by_type::<2>(true), length_by_type::<1>(false)), (Ok([0; 2]), Err(vec![])));
    parts();
    sends();
}

fn parts() {
    let pair = || ("a".to_owned(), "b".to_owned());
    assert_eq!(put_back(pair()), Ok(("b".to_owned(), "b".to_owned())));
    assert_eq!(put_back(Default::default()), Err(()));
    assert_eq!(block_on(put_back_later(pair())), Ok(("b".to_owned(), "b".to_owned())));
    assert_eq!(put_back_in_a_box(Box::new(pair())).map(|pair| pair.0), Ok("ab".to_owned()));
    let log = RefCell::default();
    for text in ["1", "x"] {
        let _ = assigned_part(Guard { done: false, log: &log }, text);
        let _ = block_on(assigned_part_later(Guard { done: false, log: &log }, text));
    }
    assert_eq!(log.take(), [true, true, false, false]);
    assert_eq!((assigned_later(1), assigned_later(255)), (Ok(2), Err(())));
    assert_eq!((underscored(1, 2, 0), underscored(1, 2, 3)), (Ok(3), Err(())));
}

fn sends() {
    assert_eq!(block_on(is_send(joined(vec!["a", "b"]))), Ok(2));
    assert_eq!((block_on(is_send(down(2))), block_on(is_send(down_by_box(1)))), (2, 1));
    let measured = block_on(higher_ranked(&["a", "bc"], |text| Box::pin(ready(text.len()))));
    assert_eq!((measured, block_on(is_send(made_by(|_| ready(1))))), (Ok(3), Ok(1)));
    assert_eq!(block_on(is_send(of_a_dynamic(&mut [1, 2].into_iter()))), Ok(3));
}

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("type_by_macro", ends(1, 1, 0, 0)), ("type_inside_by_macro", ends(1, 1, 0, 0)),
    ("never_inside", ok(1)),
    ("foreign_inside", ok(1)), ("iterator_of_mut", ends(1, 1, 0, 0)), ("invariant", ok(1)),
    ("invariant_later", ok(1)), ("entry", ok(1)), ("inside_a_box", ends(1, 1, 0, 0)),
    ("split", ok(1)), ("by_its_references", ok(1)), ("by_its_error", ends(1, 1, 0, 0)),
    ("into_an_error", ends(1, 1, 0, 0)), ("length_by_type", ends(1, 1, 0, 0)),
    ("put_back", ends(1, 1, 0, 0)), ("put_back_later", ok(1)), ("put_back_in_a_box", ok(1)),
    ("assigned_part", ends(1, 1, 0, 0)), ("assigned_part_later", ends(1, 1, 0, 0)),
    ("assigned_later", ends(1, 1, 0, 0)), ("underscored", ends(1, 1, 0, 0)), ("joined", ok(1)),
    ("down_by_box", ok(4)), ("down", ok(5)), ("higher_ranked", ok(1)), ("made_by", ok(1)),
    ("of_a_dynamic", ok(1)),
];
