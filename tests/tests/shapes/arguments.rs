//! Arguments in every pattern, with attributes, under odd names, of odd sizes.

use std::fmt::Display;
use std::path::Path;

use plimsoll::observe;
use plimsoll_tests::live::Ends;

use crate::table::{ends, ok};

#[observe]
fn changed(mut count: u8, mut list: Vec<u8>) -> Vec<u8> {
    count += 1;
    list.push(count);
    list
}

#[observe]
fn changed_or_not(mut count: u8, mut list: Vec<u8>) -> Result<Vec<u8>, u8> {
    while list.pop().is_some() {
        count = count.checked_add(1).ok_or(count)?;
    }
    list.push(count);
    Ok(list)
}

#[observe]
fn tuple((left, mut right): (u8, u8), (_, nested @ (one, _)): (u8, (u8, u8))) -> Result<u8, ()> {
    right += left + one;
    if nested.0 == 0 { Err(()) } else { Ok(right) }
}

#[derive(Clone, Debug, Default)]
struct Point {
    x: u8,
    y: u8,
    name: String,
}

#[derive(Clone, Copy, Debug)]
struct Wrapped<T>(T);

#[observe]
fn record(Point { x, y: height, .. }: Point, Wrapped(mut value): Wrapped<u8>) -> u8 {
    value += x;
    value + height
}

#[observe]
fn moved_out(Point { name, mut x, y: _ }: Point) -> Result<String, String> {
    x += 1;
    if name.is_empty() { Err(x.to_string()) } else { Ok(name) }
}

#[observe]
fn array([first, .., last]: [u8; 4], [head, tail @ ..]: [u8; 3]) -> Result<(u8, [u8; 2]), u8> {
    if first > last { Err(head) } else { Ok((first + last, tail)) }
}

#[observe]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "this is what is tested")]
fn reference(&count: &u8, &mut ref mut place: &mut u8, &(one, ref text): &(u8, String)) -> usize {
    *place += count;
    usize::from(one) + text.len()
}

#[observe]
#[expect(clippy::toplevel_ref_arg, reason = "this is what is tested")]
fn by_reference(ref list: Vec<u8>, ref mut other: Vec<u8>) -> Result<usize, usize> {
    other.extend(list);
    Ok(other.len())
}

#[observe]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "this is what is tested")]
fn bound(whole @ Point { x, .. }: &Point, all @ [_, rest @ ..]: &[u8; 3]) -> (u8, usize, usize) {
    (x + whole.y, all.len(), rest.len())
}

#[observe]
fn deep(Wrapped((Wrapped([a, Point { x: b, .. }]), c)): Wrapped<(Wrapped<[&Point; 2]>, u8)>) -> u8 {
    a.x + b + c
}

#[observe]
fn ignored(_: u8, _: Vec<u8>, _kept: &str, (): (), _: impl Fn()) -> Result<u8, ()> {
    Ok(1)
}

#[observe]
fn with_attributes(
    #[cfg(test)] kept: u8,
    #[cfg(not(test))] gone: NoSuchType,
    #[cfg_attr(test, allow(unused_variables, reason = "it may be unused"))] unused: u8,
    #[allow(unused_mut, reason = "it may be constant")] mut constant: u8,
    #[expect(unused_variables, reason = "it is unused")] odd: u8,
) -> Result<u8, ()> {
    #[cfg(not(test))]
    return Err(gone);
    #[cfg(test)]
    Ok(kept + constant)
}

#[derive(Debug)]
struct Parted {
    kept: Vec<u8>,
    #[cfg(not(test))]
    gone: NoSuchType,
}

#[observe]
fn with_attributes_inside(
    Parted {
        kept,
        #[cfg(not(test))]
        gone,
    }: Parted,
) -> Result<usize, ()> {
    #[cfg(not(test))]
    drop(gone);
    if kept.is_empty() {
        return Err(());
    }
    Ok(kept.len())
}

#[observe]
fn with_attributes_in_place(
    #[cfg(not(test))] kept: &str,
    #[cfg(test)] kept: u8,
    #[expect(unused_variables, reason = "it is unused")] odd: u8,
) -> u8 {
    kept
}

#[observe]
fn r#match(r#type: u8, r#fn: &str, Raw { r#struct }: Raw) -> Result<u8, ()> {
    let r#let = r#type + r#struct;
    r#fn.parse::<u8>().map(|r#loop| r#loop + r#let).map_err(|_| ())
}

#[derive(Clone, Copy, Debug)]
struct Raw {
    r#struct: u8,
}

impl Raw {
    #[observe]
    fn r#async(self, r#await: u8) -> u8 {
        self.r#struct + r#await
    }
}

#[observe]
#[expect(clippy::too_many_arguments, clippy::many_single_char_names, reason = "that is the point")]
fn twelve(
    a: u8,
    b: i16,
    c: u32,
    d: i64,
    e: f32,
    f: char,
    g: bool,
    h: &str,
    i: &[u8],
    j: (u8, u8),
    k: [u8; 2],
    l: Option<u8>,
) -> Result<String, u8> {
    let shown = format!("{a}{b}{c}{d}{e}{f}{g}{h}{i:?}{j:?}{k:?}");
    l.map(|l| format!("{shown}{l}")).ok_or(a)
}

#[observe]
fn zero_sized(nothing: (), empty: [u64; 0], marker: Marker) -> ((), [u64; 0], Marker) {
    (nothing, empty, marker)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Marker;

#[observe]
fn unsized_references(
    list: &[u8],
    text: &str,
    path: &Path,
    shown: &dyn Display,
    calls: &mut dyn FnMut(u8) -> u8,
) -> Result<u8, String> {
    let length = list.len() + text.len() + path.iter().count() + shown.to_string().len();
    let length = u8::try_from(length).map_err(|error| error.to_string())?;
    Ok(calls(length))
}

#[observe]
fn large(mut block: [u64; 4096], at: usize) -> [u64; 4096] {
    block[at] += 1;
    block
}

#[observe]
fn large_or_not(mut block: [u64; 4096], at: usize) -> Result<[u64; 4096], usize> {
    *block.get_mut(at).ok_or(at)? += 1;
    Ok(block)
}

/// Moved out in one branch, borrowed in the other.
#[observe]
fn moved_or_not(text: String, list: &mut Vec<String>) -> Result<(), String> {
    if text.is_empty() {
        return Err(text);
    }
    list.push(text.clone());
    list.push(text);
    Ok(())
}

/// What is moved out of an argument leaves the rest of it usable.
#[observe]
fn partly_moved(point: Point, boxed: Box<Point>) -> Result<(String, u8), ()> {
    let name = point.name;
    let unboxed = *boxed;
    let other = unboxed.name;
    Ok((name + &other, point.x + unboxed.y))
}

#[observe]
fn callbacks<F: FnOnce(u8) -> u8>(
    once: F,
    many: fn(u8) -> u8,
    mut each: impl FnMut(u8),
) -> Result<u8, ()> {
    each(1);
    let out = once(many(1));
    each(out);
    Ok(out)
}

pub(crate) fn run() {
    assert_eq!(changed(1, vec![]), [2]);
    assert_eq!(
        (changed_or_not(1, vec![5, 6]), changed_or_not(255, vec![1])),
        (Ok(vec![3]), Err(255))
    );
    assert_eq!((tuple((1, 2), (9, (3, 9))), tuple((1, 2), (9, (0, 9)))), (Ok(6), Err(())));
    let mut point = Point { x: 1, y: 2, name: "name".to_owned() };
    assert_eq!(record(point.clone(), Wrapped(3)), 6);
    assert_eq!(moved_out(point.clone()), Ok("name".to_owned()));
    assert_eq!(moved_out(Point::default()), Err("1".to_owned()));
    assert_eq!(array([1, 2, 3, 4], [5, 6, 7]), Ok((5, [6, 7])));
    assert_eq!(array([4, 2, 3, 1], [5, 6, 7]), Err(5));
    assert_eq!((reference(&1, &mut point.x, &(1, "ab".to_owned())), point.x), (3, 2));
    assert_eq!(by_reference(vec![1], vec![2, 3]), Ok(3));
    assert_eq!(bound(&point, &[1, 2, 3]), (4, 3, 2));
    assert_eq!(deep(Wrapped((Wrapped([&point, &point]), 1))), 5);
    assert_eq!(ignored(1, vec![2], "x", (), || ()), Ok(1));
    assert_eq!((with_attributes(1, 2, 3, 4), with_attributes_in_place(1, 2)), (Ok(4), 1));
    let inside = |kept| with_attributes_inside(Parted { kept });
    assert_eq!((inside(vec![1]), inside(vec![])), (Ok(1), Err(())));
    let raw = Raw { r#struct: 1 };
    assert_eq!((r#match(1, "2", raw), r#match(1, "", raw), raw.r#async(1)), (Ok(4), Err(()), 2));
    let text = twelve(1, 2, 3, 4, 0.5, 'f', true, "h", &[9], (1, 2), [3, 4], Some(5));
    assert_eq!(text, Ok("12340.5ftrueh[9](1, 2)[3, 4]5".to_owned()));
    assert_eq!(twelve(1, 2, 3, 4, 0.5, 'f', true, "h", &[], (1, 2), [3, 4], None), Err(1));
    assert_eq!(zero_sized((), [], Marker), ((), [], Marker));
    let mut calls = 0;
    let mut count = |more| {
        calls += more;
        calls
    };
    let counted = unsized_references(&[1], "ab", Path::new("a/b"), &"x", &mut count);
    assert_eq!((counted, calls), (Ok(6), 6));
    assert_eq!(large([1; 4096], 4095)[4094..], [1, 2]);
    assert_eq!(large_or_not([1; 4096], 4095).map(|block| block[4095]), Ok(2));
    assert_eq!(large_or_not([1; 4096], 4096), Err(4096));
    let mut list = vec![];
    assert_eq!(moved_or_not("a".to_owned(), &mut list), Ok(()));
    assert_eq!(moved_or_not(String::new(), &mut list), Err(String::new()));
    assert_eq!(list, ["a", "a"]);
    assert_eq!(partly_moved(point.clone(), Box::new(point)), Ok(("namename".to_owned(), 4)));
    let mut seen = vec![];
    assert_eq!(callbacks(|value| value + 1, |value| value * 4, |value| seen.push(value)), Ok(5));
    assert_eq!(seen, [1, 5]);
}

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("changed", ok(1)), ("changed_or_not", ends(1, 1, 0, 0)), ("tuple", ends(1, 1, 0, 0)),
    ("record", ok(1)), ("moved_out", ends(1, 1, 0, 0)), ("array", ends(1, 1, 0, 0)),
    ("reference", ok(1)), ("by_reference", ok(1)), ("bound", ok(1)), ("deep", ok(1)),
    ("ignored", ok(1)), ("with_attributes", ok(1)), ("with_attributes_in_place", ok(1)),
    ("with_attributes_inside", ends(1, 1, 0, 0)),
    ("match", ends(1, 1, 0, 0)), ("async", ok(1)), ("twelve", ends(1, 1, 0, 0)),
    ("zero_sized", ok(1)), ("unsized_references", ok(1)), ("large", ok(1)),
    ("large_or_not", ends(1, 1, 0, 0)), ("moved_or_not", ends(1, 1, 0, 0)),
    ("partly_moved", ok(1)), ("callbacks", ok(1)),
];
