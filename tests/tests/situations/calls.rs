//! However a function is called: through a pointer, a trait object, an iterator, from a destructor,
//! into a panic.

use std::any::Any;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any, set_hook, take_hook};

use plimsoll::observe;
use plimsoll_tests::live::Live;
use plimsoll_tests::polling::{block_on, pause};

use crate::told::{Part, ends, ok};

#[observe]
fn get(id: u64) -> Result<u64, u64> {
    if id == 404 { Err(id) } else { Ok(id) }
}

#[observe(log(id))]
fn put(id: u64) -> Result<u64, u64> {
    Ok(id + 1)
}

#[observe]
fn routes(method: &str, id: u64) -> Option<Result<u64, u64>> {
    type Handler = fn(u64) -> Result<u64, u64>;
    let table = BTreeMap::from([("GET", get as Handler), ("PUT", put)]);
    table.get(method).map(|handler| handler(id))
}

trait Handles {
    fn handle(&self, id: u64) -> u64;
}

struct Doubles;

impl Handles for Doubles {
    #[observe]
    fn handle(&self, id: u64) -> u64 {
        id * 2
    }
}

/// For every function as well: called through the object, it is the object that is observed.
impl<F: Fn(u64) -> u64> Handles for F {
    #[observe(name = "handle of a closure")]
    fn handle(&self, id: u64) -> u64 {
        self(id)
    }
}

#[observe]
fn calls_back(each: &mut dyn FnMut(u64)) {
    each(1);
    each(2);
}

#[observe]
fn squares(number: u64) -> u64 {
    number * number
}

/// Every instance counts as one function.
#[observe]
fn largest<T: PartialOrd + Copy>(one: T, other: T) -> T {
    if one > other { one } else { other }
}

#[observe(log(depth))]
fn descends(depth: u8) -> u8 {
    if depth == 0 { 0 } else { descends(depth - 1) + 1 }
}

/// Gives something back when it is dropped.
struct Lease;

impl Drop for Lease {
    #[observe(name = "Lease::release")]
    fn drop(&mut self) {}
}

#[observe]
fn breaks(with: u8) {
    let _lease = Lease;
    match with {
        0 => panic!("a literal"),
        1 => panic!("text of {with}"),
        _ => panic_any(Code(with)),
    }
}

#[derive(Debug, PartialEq)]
struct Code(u8);

#[observe]
fn breaks_below(with: u8) {
    breaks(with);
}

#[observe]
async fn breaks_later(with: u8) -> Result<(), String> {
    pause().await;
    panic_any(Code(with))
}

#[observe]
fn gets_over_it() -> Result<u8, String> {
    quietly(|| breaks(0)).map(|()| 1).map_err(|_| "it broke".to_owned())
}

#[observe]
fn gets_over_it_well() -> u8 {
    quietly(|| breaks(0)).map_or(0, |()| 1)
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// From here on panics inside `quietly` print nothing. To be called before plimsoll starts, whose
/// own hook goes around this one.
pub(crate) fn keep_quiet_when_expected() {
    let loud = take_hook();
    set_hook(Box::new(move |info| {
        if !QUIET.get() {
            loud(info);
        }
    }));
}

fn quietly<R>(call: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
    QUIET.set(true);
    let result = catch_unwind(AssertUnwindSafe(call));
    QUIET.set(false);
    result
}

fn payload_of<T: 'static>(call: impl FnOnce()) -> T {
    *quietly(call).unwrap_err().downcast::<T>().expect("it is passed on as it was")
}

pub(crate) fn run(_: &Live) {
    assert_eq!((routes("GET", 1), routes("GET", 404)), (Some(Ok(1)), Some(Err(404))));
    assert_eq!((routes("PUT", 1), routes("PATCH", 1)), (Some(Ok(2)), None));
    let handlers: [Box<dyn Handles>; 2] = [Box::new(Doubles), Box::new(|id| id + 1)];
    assert_eq!(handlers.map(|handler| handler.handle(4)), [8, 5]);
    let mut seen = Vec::new();
    calls_back(&mut |number| seen.push(squares(number)));
    assert_eq!(seen, [1, 4]);
    assert_eq!((1..=3).map(squares).sum::<u64>(), 14);
    assert_eq!((largest(1, 2), largest("a", "b")), (2, "b"));
    assert_eq!(descends(2), 2);
    drop(Lease);
    assert_eq!(payload_of::<&str>(|| breaks_below(0)), "a literal");
    assert_eq!(payload_of::<String>(|| breaks_below(1)), "text of 1");
    assert_eq!(payload_of::<Code>(|| breaks_below(2)), Code(2));
    assert_eq!(payload_of::<Code>(|| drop(block_on(breaks_later(3)))), Code(3));
    assert_eq!((gets_over_it(), gets_over_it_well()), (Err("it broke".to_owned()), 0));
}

pub(crate) fn look(told: &Part<'_>) {
    let routes = told.of("routes", ok(4)).alone();
    told.of("get", ends(1, 1, 0, 0)).logged(&["ERROR failed: u64"]).within(&routes);
    told.of("put", ok(1)).fields(&["id=1"]).within(&routes);
    told.of("handle", ok(1));
    told.of("handle of a closure", ok(1));
    told.of("calls_back", ok(1));
    told.of("squares", ok(5));
    told.of("largest", ok(2));
    told.of("descends", ok(3)).fields(&["depth=2", "depth=1", "depth=0"]).nested();

    // Told where a panic begins, and by nobody that it goes through.
    told.of("breaks_below", ends(0, 0, 0, 3)).logged(&[]).alone();
    told.of("breaks", ends(0, 0, 0, 5)).logged(&[]);
    told.of("breaks_later", ends(0, 0, 0, 1)).logged(&[]);
    told.panicked(&[
        "a literal in breaks",
        "[redacted] in breaks",
        "[redacted] in breaks",
        "[redacted] in breaks_later",
        "a literal in breaks",
        "a literal in breaks",
    ]);
    told.of("Lease::release", ok(6));
    told.of("gets_over_it", ends(0, 1, 0, 0)).error("String", 1).logged(&[]);
    told.of("gets_over_it_well", ok(1)).logged(&[]);
}
