//! What stands in a body: items, closures, names like ours, temporaries that borrow.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead, Write};
use std::num::ParseIntError;
use std::rc::Rc;
use std::sync::{Mutex, RwLock};

use plimsoll::observe;
use plimsoll_tests::live::Ends;

use crate::table::{ends, ok};

#[observe]
fn items(text: &str) -> Result<String, ParseIntError> {
    use std::collections::HashSet as Set;

    const LIMIT: u8 = 9;
    static NAME: &str = "name";
    type Numbers = Set<u8>;

    #[derive(Debug, Default)]
    struct Inner<T> {
        numbers: T,
    }

    impl Inner<Numbers> {
        const START: u8 = 1;

        #[observe]
        fn inserted(mut self, number: u8) -> Self {
            assert!(self.numbers.insert(number.min(LIMIT) + Self::START));
            self
        }
    }

    enum Kind {
        Small,
        Large,
    }

    trait Named {
        fn name(&self) -> &'static str;
    }

    impl Named for Kind {
        fn name(&self) -> &'static str {
            match self {
                Self::Small => "small",
                Self::Large => NAME,
            }
        }
    }

    mod module {
        pub(super) const fn double(number: u8) -> u8 {
            number * 2
        }
    }

    macro_rules! doubled {
        ($number:expr) => {
            module::double($number)
        };
    }

    #[observe]
    fn nested(text: &str) -> Result<u8, ParseIntError> {
        let number: u8 = text.parse()?;
        Ok(doubled!(number))
    }

    let number = nested(text)?;
    let kind = if number > LIMIT { Kind::Large } else { Kind::Small };
    Ok(format!("{} {:?}", kind.name(), Inner::default().inserted(number).numbers))
}

macro_rules! unit_by_macro {
    () => {
        assert_ne!(1, 2)
    };
}

#[observe]
fn items_in_place(number: u8) -> u8 {
    const MORE: u8 = 1;
    fn added(number: u8) -> u8 {
        number + MORE
    }
    added(number)
}

#[observe]
fn items_straight(number: u8) -> Result<u8, ()> {
    const MORE: u8 = 1;
    struct Added(u8);
    let added = Added(number + MORE);
    Ok(added.0)
}

/// A macro that leaves the function it is used in.
macro_rules! leave_if {
    ($condition:expr, $out:expr) => {
        if $condition {
            return $out;
        }
    };
}

macro_rules! attempt {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(error) => return Err(error.into()),
        }
    };
}

#[observe]
fn macros(text: &str) -> Result<u8, String> {
    leave_if!(text.is_empty(), Ok(0));
    leave_if!(text == "1", Err("one".to_owned()));
    let number: u8 = attempt!(text.parse().map_err(|_| "no number"));
    Ok(number)
}

#[observe]
fn macros_in_place(number: u8) -> u8 {
    leave_if!(number == 0, 1);
    number
}

#[observe]
fn captured_by_reference(text: String) -> Result<usize, ParseIntError> {
    let length = || text.len();
    let parsed: usize = text.parse()?;
    Ok(length() + parsed + text.len())
}

#[observe]
fn captured_by_mut(mut list: Vec<u8>, place: &mut u8) -> Result<u8, Vec<u8>> {
    let mut push = |value| {
        list.push(value);
        *place += value;
    };
    push(1);
    push(2);
    if *place > 9 { Err(list) } else { Ok(*place) }
}

#[observe]
fn captured_by_move(text: String, list: Vec<u8>) -> Result<(usize, usize), ()> {
    let length = move || text.len();
    let keep = list;
    let into = move || keep;
    Ok((length(), into().len()))
}

#[observe]
fn returned_closure(text: &str, more: u8) -> Result<Box<dyn FnMut(u8) -> u8 + '_>, ()> {
    let mut sum = more;
    Ok(Box::new(move |value| {
        sum += value + u8::try_from(text.len()).unwrap_or(0);
        sum
    }))
}

#[observe]
fn closures_that_return(list: &[&str]) -> Vec<u8> {
    let parse = |text: &str| -> Result<u8, ParseIntError> {
        if text.is_empty() {
            return Ok(0);
        }
        let number: u8 = text.parse()?;
        Ok(number)
    };
    list.iter().filter_map(|text| parse(text).ok()).collect()
}

/// The names that the mark uses itself, and more of that kind.
#[observe]
#[expect(clippy::too_many_arguments, reason = "all are tried")]
fn names(
    out: u8,
    slot: u8,
    scope: u8,
    inner: u8,
    samples: u8,
    p: u8,
    site: u8,
    call: u8,
) -> Result<u8, ()> {
    let sum = out + slot + scope + inner + samples + p + site + call;
    let (out, scope) = (sum, out);
    if scope == out { Err(()) } else { Ok(out) }
}

#[observe]
fn names_in_place(out: u8, slot: u8, scope: u8, samples: u8) -> u8 {
    let scope = scope + slot;
    let out = out + samples;
    out + scope
}

#[observe]
fn names_inside() -> Result<u8, ()> {
    const SITE: u8 = 1;
    static METRIC: u8 = 2;
    struct Slot(u8);
    enum Scope {
        Probe(u8),
    }
    use Scope::Probe;
    fn call_once(slot: Slot) -> u8 {
        slot.0
    }
    let (mut slot, scope) = (Slot(SITE), Probe(METRIC));
    slot.0 += 1;
    let Probe(out) = scope;
    Ok(out + call_once(slot))
}

#[observe]
fn constants<const N: usize>() -> Result<[u8; 4], ()> {
    const { assert!(N < 9, "checked by the compiler") };
    let list = [const { 1 + 1 }; 4];
    if const { N > 8 } { Err(()) } else { Ok(list) }
}

#[observe]
fn borrowed_cell(list: Vec<u8>) -> Result<Vec<u8>, ()> {
    let cell = RefCell::new(list);
    cell.borrow_mut().push(1);
    Ok(cell.borrow().clone())
}

#[observe]
fn borrowed_cell_in_place() -> usize {
    let cell = RefCell::new(vec![1]);
    cell.borrow().len()
}

#[observe]
fn locked(shared: &Mutex<Vec<u8>>) -> Result<usize, String> {
    shared.lock().map_err(|error| error.to_string())?.push(1);
    let own = Mutex::new(vec![1]);
    let both = shared.lock().unwrap().len() + own.lock().unwrap().len();
    Ok(both + own.lock().unwrap().len())
}

#[observe]
fn locked_in_the_tail() -> usize {
    let own = RwLock::new(BTreeMap::from([(1, "one")]));
    own.read().unwrap().values().map(|text| text.len()).sum()
}

#[observe]
fn matched_on_a_temporary(cell: &RefCell<Vec<u8>>) -> Result<u8, usize> {
    match cell.borrow().as_slice() {
        [first, ..] => Ok(*first),
        rest => Err(rest.len()),
    }
}

#[observe]
fn matched_by_if(cell: &RefCell<Option<u8>>) -> Result<u8, ()> {
    if let Some(value) = *cell.borrow() {
        return Ok(value);
    }
    *cell.borrow_mut() = Some(1);
    if cell.borrow().is_some_and(|value| value == 1) { Err(()) } else { Ok(0) }
}

#[observe]
fn lines(input: &[u8]) -> std::io::Result<usize> {
    let mut output = Vec::new();
    for line in input.lines() {
        writeln!(output, "<{}>", line?)?;
    }
    Ok(output.len())
}

#[observe]
fn written(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "a")?;
    f.debug_list().entries([1]).finish()
}

struct Shown;

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        written(f)
    }
}

#[observe]
fn shared_by_count() -> Result<usize, Rc<Cell<u8>>> {
    let shared = Rc::new(Cell::new(1));
    let other = Rc::clone(&shared);
    other.set(2);
    if shared.get() == 1 { Err(shared) } else { Ok(Rc::strong_count(&other)) }
}

#[observe]
fn empty() {}

#[observe]
fn only_a_macro() {
    unit_by_macro!();
}

#[observe]
#[rustfmt::skip]
fn braces_in_braces() -> Result<u8, ()> {{
    #![expect(unused_braces, reason = "lints find what they found")]
    Ok({ 1 })
}}

pub(crate) fn run() {
    assert_eq!(items("1").as_deref(), Ok("small {3}"));
    assert_eq!(items("9").as_deref(), Ok("name {10}"));
    assert!(items("x").is_err());
    assert_eq!((items_in_place(1), items_straight(1)), (2, Ok(2)));
    assert_eq!((macros(""), macros("1"), macros("2")), (Ok(0), Err("one".into()), Ok(2)));
    assert_eq!((macros("x"), macros_in_place(0)), (Err("no number".into()), 1));
    assert_eq!(captured_by_reference("12".into()), Ok(16));
    let mut place = 1;
    assert_eq!(captured_by_mut(vec![], &mut place), Ok(4));
    assert_eq!(captured_by_mut(vec![], &mut 7), Err(vec![1, 2]));
    assert_eq!(captured_by_move("ab".into(), vec![1]), Ok((2, 1)));
    let mut add = returned_closure("ab", 1).unwrap();
    assert_eq!((add(1), add(1)), (4, 7));
    assert_eq!(closures_that_return(&["1", "x", ""]), [1, 0]);
    assert_eq!((names(1, 1, 1, 1, 1, 1, 1, 1), names(0, 0, 0, 0, 0, 0, 0, 0)), (Ok(8), Err(())));
    assert_eq!((names_in_place(1, 2, 3, 4), names_inside()), (10, Ok(4)));
    assert_eq!(constants::<3>(), Ok([2; 4]));
    temporaries();
}

fn temporaries() {
    assert_eq!((borrowed_cell(vec![]), borrowed_cell_in_place()), (Ok(vec![1]), 1));
    assert_eq!((locked(&Mutex::default()), locked_in_the_tail()), (Ok(3), 3));
    assert_eq!(matched_on_a_temporary(&RefCell::new(vec![1])), Ok(1));
    assert_eq!(matched_on_a_temporary(&RefCell::default()), Err(0));
    let cell = RefCell::new(Some(7));
    assert_eq!(matched_by_if(&cell), Ok(7));
    assert_eq!((cell.take(), matched_by_if(&cell), cell.take()), (Some(7), Err(()), Some(1)));
    assert_eq!(lines(b"a\nbc\n").ok(), Some(9));
    assert!(lines(b"\xff").is_err());
    assert_eq!(Shown.to_string(), "a[1]");
    assert_eq!(shared_by_count(), Ok(2));
    empty();
    only_a_macro();
    assert_eq!(braces_in_braces(), Ok(1));
}

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("items", ends(2, 1, 0, 0)), ("items_in_place", ok(1)), ("items_straight", ok(1)), ("inserted", ok(2)), ("nested", ends(2, 1, 0, 0)),
    ("macros", ends(2, 2, 0, 0)), ("macros_in_place", ok(1)), ("captured_by_reference", ok(1)),
    ("captured_by_mut", ends(1, 1, 0, 0)), ("captured_by_move", ok(1)),
    ("returned_closure", ok(1)), ("closures_that_return", ok(1)), ("names", ends(1, 1, 0, 0)),
    ("names_in_place", ok(1)), ("names_inside", ok(1)), ("constants", ok(1)),
    ("borrowed_cell", ok(1)), ("borrowed_cell_in_place", ok(1)), ("locked", ok(1)),
    ("locked_in_the_tail", ok(1)), ("matched_on_a_temporary", ends(1, 1, 0, 0)),
    ("matched_by_if", ends(1, 1, 0, 0)), ("lines", ends(1, 1, 0, 0)), ("written", ok(1)),
    ("shared_by_count", ok(1)), ("empty", ok(1)), ("only_a_macro", ok(1)),
    ("braces_in_braces", ok(1)),
];
