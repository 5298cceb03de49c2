//! `impl Trait` and `dyn Trait`, in arguments and in what is returned, and functions as values.

use std::fmt::{Debug, Display, Write};
use std::num::ParseIntError;

use plimsoll::observe;
use plimsoll_tests::live::Ends;

use crate::table::{ends, ok};

#[observe]
fn by_impl(values: impl IntoIterator<Item = u8>) -> impl Iterator<Item = u8> {
    values.into_iter().map(|value| value + 1)
}

#[observe]
fn into_option(value: impl Into<Option<u8>>, other: impl FnOnce() -> u8) -> u8 {
    value.into().unwrap_or_else(other)
}

#[observe]
fn borrowed_impl(value: &impl Display) -> &impl Display {
    value
}

#[observe]
fn many(count: u8) -> Vec<impl Display + use<>> {
    (0..count).collect::<Vec<u8>>()
}

#[observe]
fn pair() -> (impl Display, impl Fn(u8) -> u8) {
    ("pair", |value| value + 1)
}

#[observe]
fn array() -> [impl Display + Debug; 2] {
    ["a", "b"]
}

#[observe]
fn optional(value: u8) -> Option<impl Fn(u8) -> u8> {
    (value > 0).then_some(move |more: u8| value + more)
}

#[observe]
fn boxed_impl(value: u8) -> Box<impl Fn() -> Result<u8, ()>> {
    Box::new(move || if value > 0 { Ok(value) } else { Err(()) })
}

#[observe]
fn fallible(text: &str) -> Result<impl Iterator<Item = char>, ParseIntError> {
    let count: usize = text.parse()?;
    Ok(text.chars().cycle().take(count))
}

#[observe]
fn fallible_either(fine: bool) -> Result<impl Display + Debug, impl Display + Debug> {
    if fine { Ok(1_u8) } else { Err("no") }
}

#[observe]
#[expect(clippy::iter_on_single_items, reason = "this is what is tested")]
fn fallible_pair(fine: bool) -> Result<(impl Iterator<Item = u8>, Vec<impl Display>), ()> {
    if !fine {
        return Err(());
    }
    Ok(([1].into_iter(), vec!["one"]))
}

#[observe]
fn fallible_closure(by: u8) -> Result<impl Fn(u8) -> Option<Vec<u8>>, impl Debug> {
    let Some(by) = by.checked_sub(1) else { return Err("zero") };
    Ok(move |value: u8| value.checked_add(by).map(|sum| vec![sum]))
}

#[observe]
fn item_of_impl(values: &[u8]) -> impl Iterator<Item = impl Display + '_> + Clone {
    values.iter()
}

#[observe]
fn captures_less<'a>(kept: &'a str, _: &str) -> impl Iterator<Item = char> + use<'a> {
    kept.chars()
}

#[observe]
fn double_ended(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(' ')
}

#[observe]
fn dynamic(value: &dyn Display, sink: &mut dyn Write) -> std::fmt::Result {
    write!(sink, "<{value}>")
}

#[observe]
fn dynamic_out(value: &u8) -> &dyn Debug {
    value
}

#[observe]
fn dynamic_or_not(value: &mut u8) -> Result<&mut dyn Debug, Box<dyn Debug + '_>> {
    if *value == 0 { Err(Box::new(value)) } else { Ok(value) }
}

#[observe]
fn boxed_iterator(text: &str, reversed: bool) -> Box<dyn Iterator<Item = char> + '_> {
    if reversed { Box::new(text.chars().rev()) } else { Box::new(text.chars()) }
}

#[observe]
fn boxed_iterator_or_not(text: &str) -> Result<Box<dyn Iterator<Item = &str> + '_>, ()> {
    if text.is_empty() {
        return Err(());
    }
    Ok(Box::new(text.split(' ')))
}

#[observe]
fn boxed_closure(prefix: &str) -> Box<dyn Fn(&str) -> &str + '_> {
    Box::new(move |text| text.strip_prefix(prefix).unwrap_or(text))
}

#[observe]
fn boxed_closure_or_not(prefix: &str) -> Result<Box<dyn Fn(&str) -> &str + Send + '_>, ()> {
    if prefix.is_empty() { Err(()) } else { Ok(Box::new(|text| &text[prefix.len()..])) }
}

#[observe]
fn boxed_closures(by: &[u8]) -> Vec<Box<dyn FnOnce(u8) -> u8 + '_>> {
    let mut all: Vec<Box<dyn FnOnce(u8) -> u8>> = vec![];
    for by in by {
        all.push(Box::new(move |value| value + *by));
    }
    all
}

#[observe]
fn closure() -> impl Fn(u32) -> u32 {
    |number| number.pow(2)
}

#[observe]
fn counter(mut from: u32) -> impl FnMut() -> u32 {
    move || {
        from += 1;
        from
    }
}

#[observe]
fn higher_ranked_closure() -> impl Fn(&str) -> &str {
    |text| text.trim()
}

#[observe]
fn curried(one: u8) -> impl Fn(u8) -> Box<dyn Fn(u8) -> u8> {
    move |two| Box::new(move |three| one + two + three)
}

#[observe]
fn double(value: u8) -> u8 {
    value * 2
}

#[observe]
fn halved(value: u8) -> Result<u8, u8> {
    if value & 1 == 0 { Ok(value / 2) } else { Err(value) }
}

#[observe]
fn trimmed(text: &str) -> &str {
    text.trim()
}

#[observe]
fn pointer(up: bool) -> fn(u8) -> u8 {
    if up { double } else { |value| value / 2 }
}

#[observe]
fn pointer_or_not(up: Option<bool>) -> Result<fn(u8) -> u8, ()> {
    match up {
        Some(true) => Ok(double),
        Some(false) => Ok(|value| value / 2),
        None => Err(()),
    }
}

/// A marked function stands wherever a function can, constants included.
static TABLE: [fn(u8) -> u8; 2] = [double, double];
const TRIM: for<'a> fn(&'a str) -> &'a str = trimmed;
const HALVE: fn(u8) -> Result<u8, u8> = halved;

pub(crate) fn run() {
    assert_eq!(by_impl([1, 2]).collect::<Vec<_>>(), [2, 3]);
    assert_eq!((into_option(None, || 2), into_option(1, || 2)), (2, 1));
    assert_eq!(borrowed_impl(&1).to_string(), "1");
    assert_eq!(many(2).iter().map(ToString::to_string).collect::<String>(), "01");
    let (text, add) = pair();
    assert_eq!((text.to_string(), add(1)), ("pair".to_owned(), 2));
    assert_eq!(format!("{:?}", array()), r#"["a", "b"]"#);
    assert_eq!((optional(1).map(|add| add(1)), optional(0).map(|add| add(1))), (Some(2), None));
    assert_eq!(boxed_impl(1)(), Ok(1));
    assert_eq!(fallible("3").map(Iterator::collect::<String>), Ok("333".to_owned()));
    assert!(fallible("x").is_err());
    assert_eq!(
        format!("{:?} {:?}", fallible_either(true), fallible_either(false)),
        r#"Ok(1) Err("no")"#
    );
    assert!(fallible_pair(false).is_err());
    assert!(
        fallible_pair(true).is_ok_and(|(mut one, all)| one.next() == Some(1) && all.len() == 1)
    );
    assert_eq!(fallible_closure(2).ok().and_then(|add| add(1)), Some(vec![2]));
    assert_eq!(format!("{:?}", fallible_closure(0).err()), r#"Some("zero")"#);
    let list = [1, 2];
    let items = item_of_impl(&list);
    assert_eq!(
        (items.clone().count(), items.map(|item| item.to_string()).last()),
        (2, Some("2".to_owned()))
    );
    let kept = captures_less("kept", &String::from("gone"));
    assert_eq!(kept.collect::<String>(), "kept");
    assert_eq!(double_ended("a b").next_back(), Some("b"));
    dynamics();
    functions();
}

fn dynamics() {
    let mut sink = String::new();
    assert_eq!(dynamic(&7, &mut sink), Ok(()));
    assert_eq!((sink.as_str(), format!("{:?}", dynamic_out(&1))), ("<7>", "1".to_owned()));
    assert_eq!(format!("{:?}", dynamic_or_not(&mut 1)), "Ok(1)");
    assert_eq!(format!("{:?}", dynamic_or_not(&mut 0)), "Err(0)");
    let text = String::from("a b");
    assert_eq!(boxed_iterator(&text, true).chain(boxed_iterator(&text, false)).count(), 6);
    assert_eq!(boxed_iterator_or_not(&text).map(Iterator::count), Ok(2));
    assert!(boxed_iterator_or_not("").is_err());
    let prefix = String::from("a ");
    let (cut, cut_or_not) = (boxed_closure(&prefix), boxed_closure_or_not(&prefix));
    assert_eq!((cut(&text), cut_or_not.map(|cut| cut("12b").len())), ("b", Ok(1)));
    assert!(boxed_closure_or_not("").is_err());
    assert_eq!(boxed_closures(&[1, 2]).into_iter().fold(0, |sum, add| add(sum)), 3);
}

fn functions() {
    assert_eq!(closure()(3), 9);
    let mut count = counter(1);
    assert_eq!((count(), count()), (2, 3));
    let trim = higher_ranked_closure();
    assert_eq!((trim(" a "), trim(&String::from(" b "))), ("a", "b"));
    assert_eq!(curried(1)(2)(3), 6);
    assert_eq!((pointer(true)(4), pointer(false)(4)), (8, 2));
    assert_eq!(pointer_or_not(Some(true)).map(|function| function(1)), Ok(2));
    assert_eq!(pointer_or_not(Some(false)).map(|function| function(2)), Ok(1));
    assert!(pointer_or_not(None).is_err());
    assert_eq!((TABLE[1](2), TRIM(" a "), HALVE(4), HALVE(3)), (4, "a", Ok(2), Err(3)));
    assert_eq!(size_of_val(&double), 0);
    let pointer: fn(u8) -> u8 = double;
    let ranked: for<'a> fn(&'a str) -> &'a str = trimmed;
    assert_eq!((pointer(2), ranked(" x ")), (4, "x"));
    assert_eq!([2].map(double), [4]);
    assert_eq!([2, 4].into_iter().map(halved).collect::<Result<Vec<_>, _>>(), Ok(vec![1, 2]));
    assert_eq!("a , b".split(',').map(trimmed).collect::<Vec<_>>(), ["a", "b"]);
    let both: [fn(u8) -> u8; 2] = [double, |value| value];
    assert_eq!(both.map(|function| function(1)), [2, 1]);
}

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("by_impl", ok(1)), ("into_option", ok(2)), ("borrowed_impl", ok(1)), ("many", ok(1)),
    ("pair", ok(1)), ("array", ok(1)), ("optional", ok(2)), ("boxed_impl", ok(1)),
    ("fallible", ends(1, 1, 0, 0)), ("fallible_either", ends(1, 1, 0, 0)),
    ("fallible_pair", ends(1, 1, 0, 0)), ("fallible_closure", ends(1, 1, 0, 0)),
    ("item_of_impl", ok(1)), ("captures_less", ok(1)), ("double_ended", ok(1)),
    ("dynamic", ok(1)), ("dynamic_out", ok(1)), ("dynamic_or_not", ends(1, 1, 0, 0)),
    ("boxed_iterator", ok(2)), ("boxed_iterator_or_not", ends(1, 1, 0, 0)),
    ("boxed_closure", ok(1)), ("boxed_closure_or_not", ends(1, 1, 0, 0)),
    ("boxed_closures", ok(1)), ("closure", ok(1)), ("counter", ok(1)),
    ("higher_ranked_closure", ok(1)), ("curried", ok(1)), ("double", ok(6)),
    ("halved", ends(3, 1, 0, 0)), ("trimmed", ok(4)), ("pointer", ok(2)),
    ("pointer_or_not", ends(2, 1, 0, 0)),
];
