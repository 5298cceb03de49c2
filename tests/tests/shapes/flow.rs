//! Ways through a body: early returns, `?`, loops, labels, and ends that never come.

use std::any::Any;
use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::num::{ParseFloatError, ParseIntError};
use std::ops::ControlFlow;
use std::panic::{panic_any, resume_unwind};

use plimsoll::observe;
use plimsoll_tests::live::Ends;

use crate::panics::{panic_of, payload_of};
use crate::table::{ends, ok};

#[observe]
fn early(number: u8) -> Result<u8, String> {
    if number == 0 {
        return Ok(0);
    }
    if number == 1 {
        return Err("one".into());
    }
    for step in 0..number {
        if step == 5 {
            return Err(format!("{step} steps"));
        }
    }
    Ok(number)
}

#[observe]
fn early_in_place(number: u8, list: &mut Vec<u8>) {
    if number == 0 {
        return;
    }
    list.push(number);
}

#[observe]
#[allow(clippy::needless_return, reason = "it is found in the unmarked one only")]
fn only_returns(number: u8) -> Result<u8, u8> {
    return if number > 1 { Ok(number) } else { Err(number) };
}

#[observe]
fn question_mark(text: &str) -> Result<i32, ParseIntError> {
    let sum = text.split('+').map(str::trim).map(str::parse::<i32>).sum::<Result<i32, _>>()?;
    Ok(sum * "2".parse::<i32>()?)
}

#[observe]
fn question_mark_option(map: &HashMap<&str, Vec<u8>>, key: &str) -> Option<u8> {
    let list = map.get(key)?;
    let end = *list.last()?;
    Some(end + list.first()?)
}

#[observe]
fn question_mark_flow(list: &[u8]) -> ControlFlow<u8, usize> {
    for &value in list {
        if value > 9 { ControlFlow::Break(value) } else { ControlFlow::Continue(()) }?;
    }
    ControlFlow::Continue(list.len())
}

#[derive(Debug)]
enum Mixed {
    Int(ParseIntError),
    Float(ParseFloatError),
}

impl fmt::Display for Mixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(error) => error.fmt(f),
            Self::Float(error) => error.fmt(f),
        }
    }
}

impl Error for Mixed {}

impl From<ParseIntError> for Mixed {
    fn from(error: ParseIntError) -> Self {
        Self::Int(error)
    }
}

impl From<ParseFloatError> for Mixed {
    fn from(error: ParseFloatError) -> Self {
        Self::Float(error)
    }
}

#[observe]
fn converted(text: &str) -> Result<f64, Mixed> {
    let (left, right) = text.split_once(' ').unwrap_or((text, "1"));
    let left: u8 = left.parse()?;
    let right: f64 = right.parse()?;
    Ok(f64::from(left) * right)
}

#[observe]
fn boxed(text: &str) -> Result<f64, Box<dyn Error>> {
    let value = converted(text)?;
    if value > 9.0 {
        return Err("too large".into());
    }
    if value > 8.0 {
        Err(format!("{value} is too large"))?;
    }
    Ok(value)
}

#[observe]
fn anyhow(text: &str) -> anyhow::Result<f64> {
    let value = converted(text)?;
    anyhow::ensure!(value < 9.0, "{value} is too large");
    if value > 8.0 {
        anyhow::bail!("{value} is large");
    }
    Ok(value)
}

#[observe]
fn broken_out(list: &[u8]) -> Result<usize, &'static str> {
    let mut at = 0;
    let found = loop {
        match list.get(at) {
            Some(9) => break Some(at),
            Some(_) => at += 1,
            None => break None,
        }
    };
    found.ok_or("none")
}

#[observe]
fn labelled(rows: &[[u8; 3]]) -> Option<(usize, usize)> {
    'rows: {
        for (y, row) in rows.iter().enumerate() {
            'row: for (x, &value) in row.iter().enumerate() {
                match value {
                    0 => break 'row,
                    9 => break 'rows Some((y, x)),
                    _ if x > 1 => break 'row,
                    _ => {}
                }
            }
        }
        None
    }
}

#[observe]
fn labelled_or_not(text: &str) -> Result<u32, ParseIntError> {
    let mut sum = 0;
    'outer: loop {
        for part in text.split(',') {
            if part.is_empty() {
                break 'outer;
            }
            sum += part.parse::<u32>()?;
            if sum > 100 {
                return Ok(100);
            }
        }
    }
    Ok(sum)
}

#[observe]
fn let_else(text: &str) -> Result<u8, String> {
    let Some((left, right)) = text.split_once('=') else {
        return Err(format!("no `=` in {text}"));
    };
    let Ok(number) = right.parse() else { panic!("{left} is no number") };
    Ok(number)
}

#[observe]
fn let_else_in_place(list: &[u8]) -> u8 {
    let [first, ..] = list else { return 0 };
    *first
}

#[observe]
fn endless(limit: u8) -> Result<u8, u8> {
    let mut count = 0;
    loop {
        count += 1;
        if count == limit {
            return Ok(count);
        }
        if count == 10 {
            return Err(count);
        }
    }
}

#[observe]
fn endless_in_place(limit: u8) -> u8 {
    let mut count = 0;
    loop {
        count += 1;
        if count == limit {
            return count;
        }
    }
}

#[observe]
#[expect(clippy::manual_assert, reason = "this is what is tested")]
fn never(why: &str) -> ! {
    if why.is_empty() {
        panic!("for no reason")
    }
    panic!("{why}")
}

#[observe]
fn never_in_a_loop(mut left: u8) -> ! {
    loop {
        left = left.checked_sub(1).expect("none is left");
    }
}

/// The last expression has the type `!`.
#[observe]
fn diverging_tail(text: &str) -> Result<u8, ParseIntError> {
    let number: u8 = text.parse()?;
    never(&number.to_string())
}

#[observe]
fn diverging_tail_in_place(number: u8) -> u8 {
    if number > 0 {
        return number;
    }
    unreachable!("it is never {number}")
}

#[observe]
fn diverging_branches(number: u8) -> Result<u8, u8> {
    match number {
        0 => never("zero"),
        1 => Ok(number),
        _ => Err(number),
    }
}

#[observe]
#[allow(clippy::todo, reason = "it is found in the unmarked one only")]
fn diverges(number: u8) -> Result<u8, String> {
    todo!("something with {number}")
}

#[observe]
fn diverges_in_a_loop(mut number: u8) -> Result<u8, String> {
    loop {
        number = number.checked_sub(1).expect("none is left");
    }
}

#[observe]
#[expect(unreachable_code, reason = "lints find what they found")]
fn unreachable(text: &str) -> Result<u8, ParseIntError> {
    return text.parse();
    Ok(0)
}

#[observe]
fn divided(number: u8) -> Result<u8, ()> {
    Ok(1 / number)
}

#[observe]
fn panics_with_a_value(value: u32) -> Result<(), String> {
    if value > 0 {
        panic_any(value);
    }
    Ok(())
}

#[observe]
fn goes_on_unwinding(payload: Box<dyn Any + Send>) {
    resume_unwind(payload)
}

pub(crate) fn run() {
    let results = [0, 1, 2, 9].map(early);
    assert_eq!(results, [Ok(0), Err("one".into()), Ok(2), Err("5 steps".into())]);
    let mut list = vec![];
    early_in_place(0, &mut list);
    early_in_place(1, &mut list);
    assert_eq!(list, [1]);
    assert_eq!((only_returns(2), only_returns(1)), (Ok(2), Err(1)));
    assert_eq!(question_mark("1 + 2"), Ok(6));
    assert!(question_mark("1 + x").is_err());
    let map = HashMap::from([("a", vec![1, 2]), ("b", vec![])]);
    assert_eq!(["a", "b", "c"].map(|key| question_mark_option(&map, key)), [Some(3), None, None]);
    assert_eq!(question_mark_flow(&[1, 2]), ControlFlow::Continue(2));
    assert_eq!(question_mark_flow(&[1, 20]), ControlFlow::Break(20));
    errors();
    assert_eq!((broken_out(&[1, 9]), broken_out(&[1])), (Ok(1), Err("none")));
    assert_eq!((labelled(&[[0, 9, 9], [1, 2, 9]]), labelled(&[])), (Some((1, 2)), None));
    assert_eq!((labelled_or_not("1,2,"), labelled_or_not("99,2")), (Ok(3), Ok(100)));
    assert!(labelled_or_not("x").is_err());
    assert_eq!((let_else("a=1"), let_else("a")), (Ok(1), Err("no `=` in a".into())));
    assert_eq!(panic_of(|| let_else("a=x")).message, "a is no number");
    assert_eq!((let_else_in_place(&[1]), let_else_in_place(&[])), (1, 0));
    assert_eq!((endless(3), endless(0), endless_in_place(3)), (Ok(3), Err(10), 3));
    ends_that_never_come();
}

fn errors() {
    assert_eq!(converted("2 1.5").ok(), Some(3.0));
    assert!(matches!(converted("x"), Err(Mixed::Int(_))));
    assert!(matches!(converted("2 x"), Err(Mixed::Float(_))));
    let told =
        ["2 1.5", "x", "9 9", "9 0.9"].map(|text| boxed(text).map_err(|error| error.to_string()));
    assert_eq!(told[0], Ok(3.0));
    let of = |at: usize| told[at].as_ref().err().map(String::as_str);
    assert_eq!(of(1), Some("invalid digit found in string"));
    assert_eq!((of(2), of(3)), (Some("too large"), Some("8.1 is too large")));
    assert!(boxed("2 x").is_err_and(|error| error.is::<Mixed>()));
    let told =
        ["2 1.5", "x", "9 9", "9 0.9"].map(|text| anyhow(text).map_err(|error| error.to_string()));
    assert_eq!(told.iter().filter(|told| told.is_ok()).count(), 1);
}

fn ends_that_never_come() {
    let told = ["", "it ends"].map(|why| panic_of(|| never(why)).message);
    assert_eq!(told, ["for no reason", "it ends"]);
    assert_eq!(panic_of(|| never_in_a_loop(3)).message, "none is left");
    assert!(diverging_tail("x").is_err());
    assert_eq!(panic_of(|| diverging_tail("7")).message, "7");
    assert_eq!(diverging_tail_in_place(1), 1);
    let said = panic_of(|| diverging_tail_in_place(0)).message;
    assert_eq!(said, "internal error: entered unreachable code: it is never 0");
    assert_eq!((diverging_branches(1), diverging_branches(2)), (Ok(1), Err(2)));
    assert_eq!(panic_of(|| diverging_branches(0)).message, "zero");
    assert_eq!(panic_of(|| diverges(1)).message, "not yet implemented: something with 1");
    assert_eq!(panic_of(|| diverges_in_a_loop(1)).message, "none is left");
    assert_eq!(unreachable("7"), Ok(7));
    assert_eq!(divided(1), Ok(1));
    assert_eq!(panic_of(|| divided(0)).message, "attempt to divide by zero");
    assert_eq!(panics_with_a_value(0), Ok(()));
    let payload = payload_of(|| panics_with_a_value(7));
    assert_eq!(payload.downcast_ref::<u32>(), Some(&7));
    let payload = payload_of(|| goes_on_unwinding(payload));
    assert_eq!(payload.downcast_ref::<u32>(), Some(&7), "it is the same one");
}

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("early", ends(2, 2, 0, 0)), ("early_in_place", ok(2)), ("only_returns", ends(1, 1, 0, 0)),
    ("question_mark", ends(1, 1, 0, 0)), ("question_mark_option", ok(3)),
    ("question_mark_flow", ok(2)), ("converted", ends(7, 5, 0, 0)), ("boxed", ends(1, 4, 0, 0)),
    ("anyhow", ends(1, 3, 0, 0)), ("broken_out", ends(1, 1, 0, 0)), ("labelled", ok(2)),
    ("labelled_or_not", ends(2, 1, 0, 0)), ("let_else", ends(1, 1, 0, 1)),
    ("let_else_in_place", ok(2)), ("endless", ends(1, 1, 0, 0)), ("endless_in_place", ok(1)),
    ("never", ends(0, 0, 0, 4)), ("never_in_a_loop", ends(0, 0, 0, 1)),
    ("diverging_tail", ends(0, 1, 0, 1)), ("diverging_tail_in_place", ends(1, 0, 0, 1)),
    ("diverging_branches", ends(1, 1, 0, 1)), ("unreachable", ok(1)),
    ("diverges", ends(0, 0, 0, 1)), ("diverges_in_a_loop", ends(0, 0, 0, 1)),
    ("divided", ends(1, 0, 0, 1)), ("panics_with_a_value", ends(1, 0, 0, 1)),
    ("goes_on_unwinding", ends(0, 0, 0, 1)),
];
