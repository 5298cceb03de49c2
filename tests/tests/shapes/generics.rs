//! Generic parameters, constants in types, and lifetimes; what `impl` and `dyn` add is in
//! `existential.rs`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::num::ParseIntError;

use plimsoll::observe;
use plimsoll_tests::live::Ends;

use crate::table::{ends, ok};

#[observe]
fn identity<T>(value: T) -> T {
    value
}

#[observe]
fn shown<T: Display + ?Sized>(value: &T) -> String {
    value.to_string()
}

#[observe]
fn total<I>(values: I) -> u64
where
    I: IntoIterator,
    I::Item: Into<u64>,
{
    values.into_iter().map(Into::into).sum()
}

#[observe]
fn counted<K, V, F>(keys: &[K], mut make: F) -> Result<HashMap<&K, V>, String>
where
    K: Eq + Hash + Debug,
    F: FnMut(&K) -> V,
{
    let mut counted = HashMap::new();
    for key in keys {
        if counted.insert(key, make(key)).is_some() {
            return Err(format!("{key:?} twice"));
        }
    }
    Ok(counted)
}

#[observe]
fn filled<const N: usize>(value: u8) -> [u8; N] {
    [value; N]
}

#[observe]
fn first<T: Copy, const N: usize>(values: [T; N]) -> Option<T> {
    values.first().copied()
}

#[observe]
fn exactly<T, const N: usize>(values: Vec<T>) -> Result<[T; N], Vec<T>> {
    values.try_into()
}

/// A type with a constant in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size<const N: usize>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Signed<const N: i32>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Flag<const B: bool>;

const LIMIT: usize = 3;

#[observe]
fn computed() -> Size<{ LIMIT + 1 }> {
    Size
}

#[observe]
fn computed_or_not(yes: bool) -> Result<Size<{ LIMIT * 2 }>, Size<{ LIMIT - 1 }>> {
    if yes { Ok(Size) } else { Err(Size) }
}

#[observe]
#[expect(unused_braces, reason = "they stand in the way of whoever looks for the body")]
fn computed_argument(_: Size<{ LIMIT + 1 }>, list: [u8; { LIMIT + 2 }]) -> [u8; { LIMIT + 2 }] {
    list
}

#[observe]
fn compared() -> Flag<{ LIMIT > 2 && LIMIT >> 1 < 2 }> {
    Flag
}

#[observe]
fn negative<const N: i32>(_: Signed<N>) -> (Signed<-1>, Signed<{ -2 }>) {
    (Signed, Signed)
}

#[observe]
#[expect(unused_braces, reason = "as above")]
fn passed_on<const N: usize, const B: bool>() -> (Size<N>, Flag<B>)
where
    Size<{ LIMIT }>: Copy,
    [(); { LIMIT }]: Debug,
{
    (Size::<N>, Flag::<B>)
}

#[observe]
fn nested(value: u8) -> Option<Result<Vec<Vec<u8>>, Box<Vec<Option<u8>>>>> {
    Some(if value == 0 { Err(Box::new(vec![None])) } else { Ok(vec![vec![value]]) })
}

#[observe]
fn projected<I: IntoIterator>(values: I) -> <I as IntoIterator>::IntoIter {
    values.into_iter()
}

#[observe]
fn qualified() -> Result<<Vec<u8> as IntoIterator>::Item, <u8 as std::str::FromStr>::Err> {
    "7".parse()
}

#[observe]
fn longest<'a>(one: &'a str, other: &'a str) -> &'a str {
    if one.len() > other.len() { one } else { other }
}

#[observe]
fn first_of_two<'a, 'b: 'a>(one: &'a str, other: &'b str) -> Result<&'a str, &'b str> {
    if one.is_empty() { Err(other) } else { Ok(one) }
}

#[observe]
fn elided(text: &str) -> &str {
    text.trim()
}

#[observe]
fn elided_or_not(text: &str) -> Result<&str, ParseIntError> {
    let _: u8 = text.trim().parse()?;
    Ok(text.trim())
}

#[observe]
fn forever() -> &'static str {
    "forever"
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Word<'a>(&'a str);

#[observe]
fn word(text: &str) -> Word<'_> {
    Word(text)
}

#[observe]
fn words<'a>(text: &'a str, apart: &str) -> Vec<Word<'a>> {
    text.split(apart).map(Word).collect()
}

#[observe]
#[allow(clippy::elidable_lifetime_names, reason = "it is found in the unmarked one only")]
fn shortened<'a>(Word(text): Word<'a>, limit: usize) -> Result<Word<'a>, Word<'a>> {
    text.get(..limit).map(Word).ok_or(Word(text))
}

#[observe]
fn cow(text: &str) -> Cow<'_, str> {
    if text.contains(' ') { text.replace(' ', "").into() } else { text.into() }
}

#[observe]
fn higher_ranked<F>(text: &str, cut: F) -> usize
where
    F: for<'a> Fn(&'a str) -> &'a str,
{
    cut(text).len()
}

#[observe]
fn changed<T>(value: &mut T, new: T) -> &mut T {
    *value = new;
    value
}

#[observe]
fn last(list: &mut Vec<u8>) -> Result<&mut u8, &'static str> {
    list.push(1);
    list.last_mut().ok_or("empty")
}

/// Early returns of a borrow that lives on: the borrow checker is at its limits here.
#[observe]
fn first_even<'a>(list: &'a mut [u8], other: &'a mut u8) -> Result<&'a mut u8, ()> {
    for place in list {
        if *place % 2 == 0 {
            return Ok(place);
        }
    }
    if *other == 0 {
        return Err(());
    }
    Ok(other)
}

#[derive(Debug)]
struct Pair {
    left: Vec<u8>,
    right: String,
}

/// Two fields borrowed apart.
#[observe]
fn apart(pair: &mut Pair) -> Result<(&mut Vec<u8>, &mut String), ()> {
    let Pair { left, right } = pair;
    Ok((left, right))
}

/// One borrow is given back, the other one is only used.
#[observe]
fn one_of_two<'a>(kept: &'a mut u8, used: &mut u8) -> Result<&'a mut u8, String> {
    *used += *kept;
    if *used > 100 { Err("too much".to_owned()) } else { Ok(kept) }
}

/// Not `'static`, not `Copy`, not `Clone`: nothing is asked of what is passed.
#[observe]
fn nothing_asked<'a, T: 'a>(value: T, holder: &mut Option<T>) -> Option<&T> {
    *holder = Some(value);
    holder.as_ref()
}

pub(crate) fn run() {
    assert_eq!((identity(1_u8), identity("a"), identity([(); 2])), (1, "a", [(), ()]));
    assert_eq!((shown("text"), shown(&7_u8)), ("text".to_owned(), "7".to_owned()));
    assert_eq!(total([1_u8, 2]) + total(vec![3_u32]), 6);
    assert_eq!(counted(&["a", "b"], |key| key.len()).map(|map| map.len()), Ok(2));
    assert_eq!(counted(&[1, 1], |_| ()), Err("1 twice".to_owned()));
    let three: [u8; 3] = filled(7);
    assert_eq!((three, filled::<1>(8)), ([7; 3], [8]));
    assert_eq!((first([1, 2]), first::<u8, 0>([])), (Some(1), None));
    assert_eq!(exactly(vec![1, 2]), Ok([1, 2]));
    assert_eq!(exactly::<_, 1>(vec![1, 2]), Err(vec![1, 2]));
    constants();
    lifetimes();
    borrows();
}

fn constants() {
    let four: Size<4> = computed();
    assert_eq!((computed_or_not(true), computed_or_not(false)), (Ok(Size::<6>), Err(Size::<2>)));
    assert_eq!(computed_argument(four, [1; 5]), [1; 5]);
    assert_eq!(compared(), Flag::<true>);
    assert_eq!(negative(Signed::<0>), (Signed::<-1>, Signed::<-2>));
    assert_eq!(passed_on::<2, false>(), (Size::<2>, Flag::<false>));
    assert_eq!(nested(1), Some(Ok(vec![vec![1]])));
    assert_eq!(projected([1, 2]).len(), 2);
    assert_eq!(qualified(), Ok(7));
}

fn lifetimes() {
    let text = " long text ".to_owned();
    let kept;
    {
        let short = "short".to_owned();
        assert_eq!(longest(&text, &short), text);
        assert_eq!(first_of_two(&short, &text), Ok("short"));
        kept = words(&text, &short[..0]).len();
    }
    assert_eq!(kept, 13);
    assert_eq!(elided(&text), "long text");
    assert!(elided_or_not(&text).is_err());
    assert_eq!(elided_or_not(" 7"), Ok("7"));
    assert_eq!(forever(), "forever");
    assert_eq!(word(&text), Word(" long text "));
    assert_eq!(shortened(Word("abc"), 1), Ok(Word("a")));
    assert_eq!(shortened(Word("abc"), 4), Err(Word("abc")));
    assert!(matches!(cow("a b"), Cow::Owned(text) if text == "ab"));
    assert!(matches!(cow("ab"), Cow::Borrowed("ab")));
    assert_eq!(higher_ranked(&text, str::trim), 9);
}

fn borrows() {
    let mut number = 1;
    *changed(&mut number, 2) += 1;
    assert_eq!(number, 3);
    let mut list = vec![3];
    *last(&mut list).unwrap() += 1;
    assert_eq!(list, [3, 2]);
    *first_even(&mut list, &mut number).unwrap() += 5;
    *first_even(&mut list, &mut number).unwrap() += 5;
    assert_eq!((&list, number), (&vec![3, 7], 8));
    assert_eq!(first_even(&mut [], &mut 0), Err(()));
    let mut pair = Pair { left: vec![], right: String::new() };
    let (left, right) = apart(&mut pair).unwrap();
    left.push(1);
    right.push('r');
    assert_eq!((pair.left.len(), pair.right.len()), (1, 1));
    let mut used = 1;
    *one_of_two(&mut number, &mut used).unwrap() += 1;
    assert_eq!((number, used), (9, 9));
    assert!(one_of_two(&mut number, &mut 100).is_err());
    let mut holder = None;
    assert_eq!(nothing_asked(&number, &mut holder), Some(&&9));
}

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("identity", ok(3)), ("shown", ok(2)), ("total", ok(2)), ("counted", ends(1, 1, 0, 0)),
    ("filled", ok(2)), ("first", ok(2)), ("exactly", ends(1, 1, 0, 0)), ("computed", ok(1)),
    ("computed_or_not", ends(1, 1, 0, 0)), ("computed_argument", ok(1)), ("compared", ok(1)),
    ("negative", ok(1)), ("passed_on", ok(1)), ("nested", ok(1)), ("projected", ok(1)),
    ("qualified", ok(1)), ("longest", ok(1)), ("first_of_two", ok(1)), ("elided", ok(1)),
    ("elided_or_not", ends(1, 1, 0, 0)), ("forever", ok(1)), ("word", ok(1)), ("words", ok(1)),
    ("shortened", ends(1, 1, 0, 0)), ("cow", ok(2)), ("higher_ranked", ok(1)), ("changed", ok(1)),
    ("last", ok(1)), ("first_even", ends(2, 1, 0, 0)), ("apart", ok(1)),
    ("one_of_two", ends(1, 1, 0, 0)), ("nothing_asked", ok(1)),
];
