//! Bodies that the compiler understands only with the return type in view.

use std::collections::{BTreeMap, HashSet};
use std::error::Error;
use std::fmt::{Debug, Display};
use std::num::ParseIntError;
use std::rc::Rc;
use std::sync::Arc;

use plimsoll::observe;
use plimsoll_tests::live::Ends;

use crate::table::{ends, ok};

#[observe]
fn parsed(text: &str) -> Result<u32, ParseIntError> {
    let number = text.parse()?;
    Ok(number)
}

#[observe]
fn parsed_at_the_tail(text: &str) -> Result<i8, ParseIntError> {
    text.parse()
}

#[observe]
fn parsed_option(text: &str) -> Option<u8> {
    let number = text.parse().ok()?;
    Some(number)
}

#[observe]
fn collected() -> Vec<u8> {
    [true, false].into_iter().map(Into::into).collect()
}

#[observe]
fn collected_set() -> Result<HashSet<String>, ParseIntError> {
    ["1", "1"].iter().map(|text| text.parse::<u8>().map(|number| number.to_string())).collect()
}

#[observe]
fn collected_map<'a>(pairs: &[(&'a str, u8)]) -> BTreeMap<&'a str, u8> {
    pairs.iter().copied().collect()
}

#[observe]
fn defaults() -> (u8, String, Option<Vec<u8>>) {
    Default::default()
}

#[observe]
fn default_of<T: Default>() -> T {
    Default::default()
}

#[observe]
#[expect(clippy::default_trait_access, reason = "this is what is tested")]
fn default_or_not<T: Default>(fine: bool) -> Result<T, String> {
    if fine { Ok(Default::default()) } else { Err(Default::default()) }
}

#[observe]
fn converted(number: u8) -> u64 {
    number.into()
}

#[observe]
fn converted_or_not(number: i64) -> Result<u8, std::num::TryFromIntError> {
    let small = number.try_into()?;
    Ok(small)
}

#[observe]
fn boxed_error(number: u8) -> Result<u8, Box<dyn Error + Send + Sync>> {
    match number {
        0 => Err("zero".into()),
        1 => Err("one")?,
        2 => "x".parse().map_err(Into::into),
        _ => Ok("7".parse()?),
    }
}

#[observe]
fn large() -> u64 {
    1 << 40
}

#[observe]
fn large_or_not() -> Result<u64, ()> {
    let large = 1 << 40;
    Ok(large)
}

#[observe]
fn fallback() -> String {
    let number = 1;
    let float = 0.5;
    format!("{} {}", size_of_val(&number), size_of_val(&float))
}

#[observe]
fn fallback_in_opaque() -> Result<Vec<impl Into<i64> + Copy>, ()> {
    Ok(vec![1, 2])
}

#[observe]
fn summed() -> f32 {
    [1.0, 2.0].iter().sum()
}

#[observe]
fn summed_or_not() -> Result<i16, ParseIntError> {
    ["1", "2"].into_iter().map(str::parse::<i16>).sum()
}

#[observe]
fn grown() -> Vec<u16> {
    let mut list = Vec::new();
    list.push(1);
    list.extend([2, 3]);
    list
}

#[observe]
fn empty() -> Result<Vec<u8>, String> {
    Ok(vec![])
}

#[observe]
fn nothing() -> Option<Rc<str>> {
    None
}

#[observe]
fn unsized_box(number: u8) -> Result<Box<dyn Display>, Box<dyn Debug>> {
    if number == 0 {
        return Err(Box::new(number));
    }
    Ok(Box::new(number))
}

#[observe]
fn unsized_slice() -> Result<&'static [u8], ()> {
    Ok(&[1, 2])
}

#[observe]
fn unsized_arc(text: &str) -> Result<Arc<str>, Arc<dyn Error>> {
    if text.is_empty() { Err(Arc::new(std::fmt::Error)) } else { Ok(text.into()) }
}

#[observe]
fn unsized_pair() -> (Box<dyn Debug>, &'static [u8]) {
    (Box::new(1), &[2])
}

#[observe]
fn unsized_list() -> Vec<Box<dyn Fn(u8) -> u8>> {
    vec![Box::new(|value| value + 1), Box::new(|value| value.pow(2))]
}

#[observe]
fn signature_of_a_closure() -> Result<Box<dyn Fn(&str) -> &str>, ()> {
    Ok(Box::new(|text| text.trim()))
}

#[observe]
fn of_either_branch(number: u8) -> Result<Box<dyn Debug>, ParseIntError> {
    Ok(match number {
        0 => Box::new("zero"),
        1 => Box::new(1),
        _ => Box::new("x".parse::<u8>()?),
    })
}

#[observe]
#[expect(
    clippy::never_loop,
    clippy::default_trait_access,
    clippy::let_and_return,
    reason = "this is what is tested"
)]
fn broken_out(limit: bool) -> Result<u8, String> {
    let found = loop {
        if !limit {
            break Err(Default::default());
        }
        break Ok(limit.into());
    };
    found
}

#[observe]
#[expect(clippy::borrowed_box, reason = "this is what is tested")]
fn deref_coerced(text: &Box<String>) -> &str {
    text
}

#[observe]
#[expect(clippy::borrowed_box, reason = "this is what is tested")]
fn deref_coerced_or_not(text: &Box<String>) -> Result<&str, &String> {
    if text.is_empty() { Err(text) } else { Ok(text) }
}

#[observe]
fn reborrowed(text: &mut String) -> Result<&str, ()> {
    text.push('!');
    Ok(text)
}

#[observe]
fn from_a_reference_to_mut(list: &mut Vec<u8>) -> &[u8] {
    list.push(1);
    list
}

pub(crate) fn run() {
    assert_eq!(parsed("5"), Ok(5));
    assert!(parsed("-5").is_err());
    assert_eq!(parsed_at_the_tail("-5"), Ok(-5));
    assert_eq!((parsed_option("5"), parsed_option("x")), (Some(5), None));
    assert_eq!(collected(), [1, 0]);
    assert_eq!(collected_set(), Ok(HashSet::from(["1".to_owned()])));
    assert_eq!(collected_map(&[("a", 1)])["a"], 1);
    assert_eq!(defaults(), (0, String::new(), None));
    assert_eq!((default_of::<u8>(), default_of::<String>()), (0, String::new()));
    assert_eq!(default_or_not::<u8>(true), Ok(0));
    assert_eq!(default_or_not::<u8>(false), Err(String::new()));
    assert_eq!((converted(7), converted_or_not(7)), (7, Ok(7)));
    assert!(converted_or_not(-7).is_err());
    let errors = [0, 1, 2].map(|number| boxed_error(number).unwrap_err().to_string());
    assert_eq!(errors, ["zero", "one", "invalid digit found in string"]);
    assert_eq!(boxed_error(3).ok(), Some(7));
    assert_eq!((large(), large_or_not()), (1 << 40, Ok(1 << 40)));
    assert_eq!(fallback(), "4 8");
    let numbers = fallback_in_opaque().unwrap();
    assert_eq!((size_of_val(&numbers[0]), numbers[1].into()), (4, 2));
    assert_eq!((summed().to_bits(), summed_or_not()), (3.0_f32.to_bits(), Ok(3)));
    assert_eq!((grown(), empty(), nothing()), (vec![1, 2, 3], Ok(vec![]), None));
    coercions();
}

fn coercions() {
    assert_eq!(unsized_box(1).map_err(|_| ()).unwrap().to_string(), "1");
    assert!(unsized_box(0).is_err());
    assert_eq!(unsized_slice(), Ok(&[1, 2][..]));
    assert_eq!(unsized_arc("a").map_err(|_| ()), Ok("a".into()));
    assert!(unsized_arc("").is_err());
    assert_eq!(format!("{:?}", unsized_pair()), "(1, [2])");
    assert_eq!(unsized_list().iter().fold(2, |sum, function| function(sum)), 9);
    assert_eq!(signature_of_a_closure().unwrap()(&String::from(" a ")), "a");
    assert_eq!(
        format!("{:?} {:?}", of_either_branch(0), of_either_branch(1)),
        r#"Ok("zero") Ok(1)"#
    );
    assert!(of_either_branch(2).is_err());
    assert_eq!((broken_out(false), broken_out(true)), (Err(String::new()), Ok(1)));
    let mut text = Box::new(String::from("a"));
    assert_eq!((deref_coerced(&text), deref_coerced_or_not(&text)), ("a", Ok("a")));
    assert_eq!(deref_coerced_or_not(&Box::default()), Err(&String::new()));
    assert_eq!(reborrowed(&mut text), Ok("a!"));
    assert_eq!(from_a_reference_to_mut(&mut vec![]), [1]);
}

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("parsed", ends(1, 1, 0, 0)), ("parsed_at_the_tail", ok(1)), ("parsed_option", ok(2)),
    ("collected", ok(1)), ("collected_set", ok(1)), ("collected_map", ok(1)),
    ("defaults", ok(1)), ("default_of", ok(2)), ("default_or_not", ends(1, 1, 0, 0)),
    ("converted", ok(1)), ("converted_or_not", ends(1, 1, 0, 0)),
    ("boxed_error", ends(1, 3, 0, 0)), ("large", ok(1)), ("large_or_not", ok(1)),
    ("fallback", ok(1)), ("fallback_in_opaque", ok(1)), ("summed", ok(1)),
    ("summed_or_not", ok(1)), ("grown", ok(1)), ("empty", ok(1)), ("nothing", ok(1)),
    ("unsized_box", ends(1, 1, 0, 0)), ("unsized_slice", ok(1)),
    ("unsized_arc", ends(1, 1, 0, 0)), ("unsized_pair", ok(1)), ("unsized_list", ok(1)),
    ("signature_of_a_closure", ok(1)), ("of_either_branch", ends(2, 1, 0, 0)),
    ("broken_out", ends(1, 1, 0, 0)), ("deref_coerced", ok(1)),
    ("deref_coerced_or_not", ends(1, 1, 0, 0)), ("reborrowed", ok(1)),
    ("from_a_reference_to_mut", ok(1)),
];
