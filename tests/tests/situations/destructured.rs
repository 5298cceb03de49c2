//! Arguments that are taken apart where they come in: logged by the names that they are bound to.

use plimsoll::observe;
use plimsoll_tests::live::Live;
use plimsoll_tests::polling::{block_on, pause};

use crate::told::{Part, ok};

/// A place in a theatre.
type Seat = (u32, u32);

struct Money(u64, u8);

struct Crop {
    x: u32,
    y: u32,
}

struct Booking {
    window: Window,
    guests: (u8, u8),
    /// Neither `Debug` nor `Loggable`: the pattern passes over it.
    _calendar: Calendar,
}

struct Window((u64, u64));

struct Calendar;

#[observe(log(row, number))]
fn tuple((row, number): Seat) -> u32 {
    row * 100 + number
}

#[observe(log(from_row, to_row, to_number))]
fn nested_tuples(((from_row, from_number), (to_row, to_number)): (Seat, Seat)) -> bool {
    (from_row, from_number) != (to_row, to_number)
}

#[observe(log(guests))]
fn reference(&guests: &u8) -> u8 {
    guests + 1
}

#[observe(log(units, cents))]
fn tuple_struct(Money(units, cents): Money) -> u64 {
    units * 100 + u64::from(cents)
}

#[observe(log(left, top))]
fn renamed_fields(Crop { x: left, y: top }: Crop) -> u32 {
    left.max(top)
}

#[observe(log(from, until, adults, children))]
fn everything(
    &Booking { window: Window((from, until)), guests: (adults, children), .. }: &Booking,
) -> u64 {
    (until - from) * u64::from(adults + children)
}

#[observe(log(first, last))]
fn array([first, .., last]: [i32; 4]) -> i32 {
    last - first
}

#[observe(log(both, second))]
fn bound_as_a_whole_too(both @ [_, second]: [u8; 2]) -> u8 {
    both[0] + second
}

#[observe(log(step, width))]
fn changed_by_the_body((mut step, ref width): (u32, u32)) -> u32 {
    step += *width;
    step
}

#[observe(log(public(holder)), redact(card = last(4)))]
fn texts((holder, card): (&str, &str)) -> usize {
    holder.len() + card.len()
}

#[observe(log(row))]
async fn of_a_future((row, number): Seat, Money(units, _): Money) -> Result<u64, Money> {
    pause().await;
    if number == 0 { Err(Money(units, 0)) } else { Ok(units * u64::from(row)) }
}

impl Booking {
    #[observe(log(self.guests.0, days = until - from))]
    fn of_a_method(&self, Window((from, until)): Window) -> bool {
        from < until
    }
}

pub(crate) fn run(_: &Live) {
    assert_eq!(tuple((3, 14)), 314);
    assert!(nested_tuples(((3, 14), (4, 1))));
    assert_eq!(reference(&2), 3);
    assert_eq!(tuple_struct(Money(12, 50)), 1250);
    assert_eq!(renamed_fields(Crop { x: 640, y: 480 }), 640);
    let booking = Booking { window: Window((7, 9)), guests: (2, 1), _calendar: Calendar };
    assert_eq!(everything(&booking), 6);
    assert_eq!(array([-5, 0, 0, 5]), 10);
    assert_eq!(bound_as_a_whole_too([1, 2]), 3);
    assert_eq!(changed_by_the_body((1, 10)), 11);
    assert_eq!(texts(("Ada", "4242424242421234")), 19);
    assert_eq!(block_on(of_a_future((3, 14), Money(12, 50))).ok(), Some(36));
    assert!(booking.of_a_method(Window((7, 9))));
}

pub(crate) fn look(told: &Part<'_>) {
    told.of("tuple", ok(1)).fields(&["number=14 row=3"]);
    told.of("nested_tuples", ok(1)).fields(&["from_row=3 to_number=1 to_row=4"]);
    told.of("reference", ok(1)).fields(&["guests=2"]);
    told.of("tuple_struct", ok(1)).fields(&["cents=50 units=12"]);
    told.of("renamed_fields", ok(1)).fields(&["left=640 top=480"]);
    told.of("everything", ok(1)).fields(&["adults=2 children=1 from=7 until=9"]);
    told.of("array", ok(1)).fields(&["first=-5 last=5"]);
    told.of("bound_as_a_whole_too", ok(1)).fields(&["both=[1, 2] second=2"]);
    told.of("changed_by_the_body", ok(1)).fields(&["step=1 width=10"]);
    told.of("texts", ok(1)).fields(&["card=****1234 holder=Ada"]);
    told.of("of_a_future", ok(1)).fields(&["row=3"]);
    told.of("of_a_method", ok(1)).fields(&["days=2 self.guests.0=2"]);
}
