//! Types of every shape bear `#[redact]`, under the lints of a strict user, and show what their
//! fields say.
//!
//! What a strategy leaves of a text is tested beside the strategies; here it is seen which decision
//! reaches which field.

#![deny(warnings)]
#![deny(
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    missing_docs,
    missing_debug_implementations,
    unused,
    unreachable_pub,
    unused_qualifications,
    unused_lifetimes,
    single_use_lifetimes,
    elided_lifetimes_in_paths,
    trivial_casts,
    future_incompatible,
    nonstandard_style,
    rust_2018_idioms,
    rust_2024_compatibility
)]
#![forbid(unsafe_code)]
#![allow(dead_code, reason = "a field that is hidden is not read, as with any `Debug`")]
#![allow(
    clippy::redundant_pub_crate,
    clippy::trait_duplication_in_bounds,
    clippy::use_self,
    clippy::zero_sized_map_values,
    reason = "of the shapes themselves, and not of what is made of them"
)]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{self, Debug, Display};
use std::marker::PhantomData;
use std::rc::Rc;

use plimsoll::{Class, Loggable, redact};

/// What two ways of printing show alike.
fn shown(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    let pretty = format!("{value:#?}");
    let bare = |text: &str| text.replace([' ', '\n'], "").replace(",}", "}");
    assert_eq!(bare(&text), bare(&pretty));
    text
}

fn text(text: &str) -> String {
    text.to_owned()
}

/// What a program names must not get in the way.
#[allow(non_upper_case_globals, dead_code, reason = "names that generated code could use")]
mod names {
    pub(crate) const record: u8 = 1;
    pub(crate) const out: u8 = 1;
    pub(crate) const f: u8 = 1;

    pub(crate) trait Ext: Sized {
        fn field(self) {}
        fn finish(self) {}
        fn value(self) {}
        fn record(self) {}
        fn hidden(self) {}
        fn write_str(self) {}
    }

    impl<T> Ext for T {}
}

#[allow(unused_imports, reason = "they are there to be in the way")]
use names::{Ext as _, f, out, record};

const HEALTH: Class = Class::PII.named("health");

fn initials(name: &str, to: &mut fmt::Formatter<'_>) -> fmt::Result {
    name.split(' ').try_for_each(|part| to.write_str(part.get(..1).unwrap_or_default()))
}

#[redact(class = internal)]
struct Patient {
    id: u64,
    #[redact]
    note: String,
    #[redact(full)]
    second: Option<Vec<u8>>,
    #[redact(erase)]
    third: String,
    #[redact(skip)]
    raw: fn() -> String,
    #[redact(with = initials)]
    name: String,
    #[redact(allow(reason = "printed on the door"))]
    room: String,
    #[redact(class = HEALTH, with = initials)]
    illness: String,
    #[redact(class = HEALTH, allow(reason = "they asked"))]
    mood: &'static str,
    #[redact(class = internal)]
    ward: u8,
}

#[test]
fn each_decision_reaches_its_field() {
    let patient = Patient {
        id: 1,
        note: text("canary"),
        second: Some(vec![7]),
        third: text("canary"),
        raw: || text("canary"),
        name: text("Ada Lovelace"),
        room: text("B 12"),
        illness: text("Common Cold"),
        mood: "good",
        ward: 3,
    };
    assert_eq!(
        shown(&patient),
        "Patient { id: 1, note: [redacted], second: [redacted], third: \"\", name: AL, room: B 12, \
         illness: CC, mood: good, ward: 3 }"
    );
    assert_eq!(Patient::CLASS, Class::INTERNAL);
    assert_eq!((patient.raw)(), patient.note);
}

trait Entity {
    type Id;
}

#[derive(Debug)]
struct Cats;

impl Entity for Cats {
    type Id = u8;
}

/// Bounds are asked for what is shown, and for nothing else.
#[redact]
struct Generic<'a, T, U: ?Sized, E: Entity, F = u8, const N: usize = 2>
where
    E::Id: Copy,
{
    id: E::Id,
    qualified: <E as Entity>::Id,
    list: Vec<Option<T>>,
    array: [T; N],
    #[redact]
    hidden: F,
    #[redact(last(4))]
    card: Cow<'a, str>,
    kind: PhantomData<E>,
    phantom: PhantomData<fn(F)>,
    last: &'a U,
}

/// Nothing can be done with it.
struct Opaque;

#[test]
fn bounds_are_those_that_fields_need() {
    let generic = Generic::<'_, _, _, Cats, _, 1> {
        id: 1,
        qualified: 2,
        list: vec![Some(3), None],
        array: [4],
        hidden: Opaque,
        card: Cow::Borrowed("4242424242421234"),
        kind: PhantomData,
        phantom: PhantomData,
        last: [5, 6].as_slice(),
    };
    assert_eq!(
        shown(&generic),
        "Generic { id: 1, qualified: 2, list: [3, none], array: [4], hidden: [redacted], card: \
         ****1234, last: [5, 6] }"
    );
    let Generic { hidden: Opaque, kind, phantom, .. } = generic;
    let _ = (kind, phantom);
}

#[redact]
struct List<T> {
    item: T,
    next: Option<Box<Self>>,
    others: Vec<List<T>>,
}

#[test]
fn types_may_hold_themselves() {
    let end = || List { item: 2, next: None, others: Vec::new() };
    let list = List { item: 1, next: Some(Box::new(end())), others: vec![end()] };
    assert_eq!(
        shown(&list),
        "List { item: 1, next: List { item: 2, next: none, others: [] }, others: [List { item: 2, \
         next: none, others: [] }] }"
    );
}

#[redact]
struct Tail {
    length: usize,
    #[redact(last(2))]
    tail: str,
}

#[redact]
struct Any<T: ?Sized + Display> {
    #[redact(allow(reason = "a test"))]
    value: Rc<T>,
}

#[test]
fn values_may_have_no_size() {
    fn is_loggable<T: Loggable + ?Sized>() {}
    is_loggable::<Tail>();
    let any: Any<dyn Display> = Any { value: Rc::new(1) };
    assert_eq!(shown(&any), "Any { value: 1 }");
    let _ = |tail: &Tail| (tail.length, tail.tail.len());
}

#[redact]
enum Never {}

#[redact]
#[derive(Clone)]
enum Payment<'a> {
    Cash,
    #[redact(display = "card {number} of {type}")]
    #[allow(dead_code, reason = "its name is what matters")]
    Renamed {
        number: u8,
        r#type: u8,
        #[redact(skip)]
        r#fn: &'a str,
    },
    Card(#[redact(last(4))] &'a str, u8),
    Empty {},
    Unit(),
    #[cfg(all(unix, windows))]
    Absent(NoSuchType),
    Hidden(#[redact(skip)] String),
}

fn main_of_never(never: &Never) -> String {
    shown(never)
}

#[test]
fn enums_show_their_variants() {
    let _ = main_of_never;
    for (payment, expected) in [
        (Payment::Cash, "Cash"),
        (Payment::Card("4242424242421234", 2), "Card { 0: ****1234, 1: 2 }"),
        (
            Payment::Renamed { number: 1, r#type: 2, r#fn: "canary" },
            "Renamed { number: 1, type: 2 }",
        ),
        (Payment::Empty {}, "Empty"),
        (Payment::Unit(), "Unit"),
        (Payment::Hidden(text("canary")), "Hidden"),
    ] {
        assert_eq!(shown(&payment.clone()), expected);
    }
}

#[redact(display = "{r#type} of {id} {{is}} {value}{rest}")]
struct Templated<T> {
    id: u64,
    r#type: Id,
    #[redact(last(4))]
    value: T,
    #[redact(allow(reason = "a test"))]
    rest: char,
    #[redact]
    secret: u8,
}

#[redact]
#[derive(Clone, Copy)]
struct Id(u64);

#[redact(display = "<{0}>")]
struct Address(#[redact(email)] String);

#[redact]
enum Event {
    #[redact(display = "order {id} by {by}")]
    Order {
        id: u8,
        #[redact(email)]
        by: String,
    },
    #[redact(display = "nothing")]
    Nothing,
    Other(u8),
}

#[redact(class = pii, display = "aged {age}")]
struct Person {
    age: u8,
}

#[test]
fn a_class_hides_the_parts_of_a_template() {
    assert_eq!(Person { age: 42 }.to_string(), "aged [redacted]");
    assert_eq!(shown(&Person { age: 42 }), "[redacted]");
}

#[test]
fn templates_show_what_decisions_leave() {
    let templated =
        Templated { id: 7, r#type: Id(8), value: text("4242424242421234"), rest: '!', secret: 9 };
    assert_eq!(templated.to_string(), "8 of 7 {is} ****1234!");
    assert!(!shown(&templated).contains('9') && templated.secret == 9);
    assert_eq!(Address(text("ada@example.org")).to_string(), "<a***@example.org>");
    let order = Event::Order { id: 1, by: text("ada@example.org") };
    assert_eq!(order.to_string(), "order 1 by a***@example.org");
    assert_eq!(Event::Nothing.to_string(), "nothing");
    assert_eq!(Event::Other(1).to_string(), "Other");
}

#[redact]
struct Conditional {
    #[cfg(all(unix, windows))]
    absent: NoSuchType,
    #[cfg(all(unix, windows))]
    #[redact(email)]
    hidden: NoSuchType,
    #[cfg(any(unix, windows))]
    present: u8,
}

#[test]
fn what_is_not_built_is_not_shown() {
    assert_eq!(shown(&Conditional { present: 1 }), "Conditional { present: 1 }");
}

#[redact]
struct Maps {
    #[redact(keys = shown, values = full)]
    numbers: BTreeMap<u8, Opaque>,
    #[redact(each = full)]
    list: Vec<String>,
    #[redact(keys = full, values = shown)]
    pairs: Vec<(String, u8)>,
}

#[test]
fn lists_and_maps_hide_what_they_hold() {
    let maps = Maps {
        numbers: BTreeMap::from([(1, Opaque)]),
        list: vec![text("canary")],
        pairs: vec![(text("canary"), 2)],
    };
    let shown = shown(&maps);
    assert!(shown.starts_with("Maps { numbers: "), "{shown}");
    assert!(!shown.contains("canary"), "{shown}");
    assert!(matches!(maps.numbers.get(&1), Some(Opaque)) && maps.pairs.len() == maps.list.len());
}

#[test]
fn a_type_may_stand_in_a_function() {
    #[redact(display = "{id}")]
    struct Local {
        id: u8,
        #[redact]
        note: String,
    }
    let local = Local { id: 1, note: text("canary") };
    assert_eq!(
        (shown(&local), local.to_string()),
        (text("Local { id: 1, note: [redacted] }"), text("1"))
    );
    assert_eq!(local.note, "canary");
}

macro_rules! made {
    ($name:ident, $kind:ty, $template:literal) => {
        #[redact(display = $template)]
        struct $name(#[redact(last(4))] $kind);
    };
}

made!(Made, String, "made {0}");

#[test]
fn a_macro_may_make_the_type() {
    let made = Made(text("4242424242421234"));
    assert_eq!(shown(&made), "****1234");
    assert_eq!(made.to_string(), "made ****1234");
}

/// Holds itself.
#[redact]
struct Ring(std::cell::RefCell<Option<Rc<Self>>>);

#[test]
fn a_newtype_that_holds_itself_comes_to_an_end() {
    let ring = Rc::new(Ring(std::cell::RefCell::new(None)));
    *ring.0.borrow_mut() = Some(Rc::clone(&ring));
    assert_eq!(shown(&ring), "…");
    *ring.0.borrow_mut() = None;
}

#[test]
fn a_writer_that_fails_is_told_of() {
    struct Full;

    impl fmt::Write for Full {
        fn write_str(&mut self, _: &str) -> fmt::Result {
            Err(fmt::Error)
        }
    }

    #[redact(display = "{id}")]
    struct Row {
        id: u64,
        #[redact(with = torn)]
        note: u8,
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "as the mark calls it")]
    const fn torn(_: &u8, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Err(fmt::Error)
    }

    let row = Row { id: 1, note: 2 };
    assert!(fmt::write(&mut Full, format_args!("{row:?}")).is_err());
    assert!(fmt::write(&mut Full, format_args!("{row}")).is_err());
    // A value's own error is not the writer's, over which `format!` would panic.
    assert_eq!(format!("{row:?}"), "Row { id: 1, note:  }");
}

/// Names that the record for the data map could use.
const TEXT: usize = 1;
const MAP: usize = 2;

#[redact]
struct Lengths {
    text: [Wrapped; TEXT],
    map: [Wrapped; MAP],
}

#[redact]
struct Wrapped(#[redact(last(1))] String);

#[test]
fn lengths_have_any_name() {
    let one = || Wrapped(text("canary"));
    let lengths = Lengths { text: [one()], map: [one(), one()] };
    assert_eq!(shown(&lengths), "Lengths { text: [****y], map: [****y, ****y] }");
}
