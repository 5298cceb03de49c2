//! What a call records: constants, values made from arguments, generics, and nothing that is not
//! named.

use std::any::type_name;
use std::time::Duration;

use plimsoll::{Label, Loggable, observe, redact, tracing};
use plimsoll_tests::live::Live;

use crate::told::{Part, ends, ok};

#[observe(log(channel = public("web"), trusted = true, version = 2))]
fn constants() -> u8 {
    2
}

#[observe(log(channel = public("web"), copies))]
fn constants_beside_an_argument(copies: u32) -> u32 {
    copies
}

#[observe(log(length = text.len()))]
fn only_what_is_made_of_an_argument(text: &str) -> bool {
    text.is_empty()
}

#[observe(log(text.len = text.len(), text.is_empty = text.is_empty()))]
fn keys_below_the_name_of_an_argument(text: &str) -> usize {
    text.len()
}

#[observe(log(public(query), query.words = query.split(' ').count()))]
fn an_argument_and_what_is_below_it(query: &str) -> usize {
    query.len()
}

#[observe(log(query = query.len()))]
fn another_value_under_the_name_of_an_argument(query: &str) -> usize {
    query.len()
}

#[observe(log(public(title)))]
fn a_text_that_is_given_away(title: String) -> String {
    title
}

#[observe(log(job.impl.type.fn = r#type, r#type))]
fn keywords_as_keys(r#type: u8) -> u8 {
    r#type
}

#[observe(log("http.request.header.content-length" = length))]
fn a_key_that_is_no_path(length: u64) -> u64 {
    length
}

/// Nobody can print it, log it, or compare it.
struct Opaque;

#[observe(log(id))]
fn arguments_that_cannot_be_shown(id: u64, _session: Opaque, _other: &mut Opaque) -> u64 {
    id
}

#[observe]
fn nothing_unless_it_is_named(_id: u64, _email: &str) {}

#[observe(log(amount, gift))]
fn each_call_by_itself(amount: u64, gift: bool) -> Result<u64, u64> {
    if gift { Err(amount) } else { Ok(amount) }
}

#[observe(log(limit, floor))]
fn generic<T: Loggable, U>(limit: T, floor: U) -> (T, U)
where
    U: Loggable + Copy,
{
    (limit, floor)
}

#[observe(log(one, all))]
fn whatever_can_be_logged(one: &impl Loggable, all: &[impl Loggable]) -> usize {
    let _ = one;
    all.len()
}

#[observe(log(lanes = LANES, is_wide = WIDE, sum = numbers.iter().sum::<u32>()))]
fn constants_of_the_signature<const LANES: usize, const WIDE: bool>(numbers: [u32; LANES]) -> u32 {
    if WIDE { numbers[0] } else { numbers[LANES - 1] }
}

#[observe(log(type = public(type_name::<T>())))]
fn the_name_of_a_type<T: Default>() -> T {
    T::default()
}

#[derive(Clone, Copy, Label)]
enum Tier {
    Free,
    SmallBusiness,
}

#[redact]
struct Customer {
    id: u64,
    tier: Tier,
    #[redact(email)]
    email: String,
}

struct Cart {
    customer: Customer,
    prices: Vec<u64>,
    coupon: Option<u32>,
}

impl Cart {
    const LIMIT: usize = 3;

    #[observe(log(self.coupon, total = self.total(), limit = Self::LIMIT))]
    fn parts_of_self(&self) -> u64 {
        self.total()
    }

    fn total(&self) -> u64 {
        self.prices.iter().sum()
    }

    #[observe(log(self.customer, self.customer.id))]
    fn a_part_that_hides_some_of_itself(&self) -> usize {
        self.customer.email.len()
    }

    #[observe(log(before = self.prices.len(), self.customer.tier))]
    fn before_the_body_changes_it(&mut self, price: u64) -> usize {
        self.prices.push(price);
        self.customer.tier = Tier::SmallBusiness;
        self.prices.len()
    }
}

#[observe(log(budget, tiers, missing = None::<u8>))]
fn types_of_the_standard_library(budget: Duration, tiers: &[Tier]) -> usize {
    budget.as_millis() as usize + tiers.len()
}

/// What becomes known only as the body runs is said by an event, in the same span.
#[observe(log(id))]
fn known_later(id: u64) -> u64 {
    let shelf = id % 7;
    tracing::info!(shelf, "found");
    shelf
}

pub(crate) fn run(_: &Live) {
    assert_eq!(constants(), 2);
    assert_eq!(constants_beside_an_argument(3), 3);
    assert!(!only_what_is_made_of_an_argument("hello"));
    assert_eq!(keys_below_the_name_of_an_argument("hello"), 5);
    assert_eq!(an_argument_and_what_is_below_it("red shoes"), 9);
    assert_eq!(another_value_under_the_name_of_an_argument("red shoes"), 9);
    assert_eq!(a_text_that_is_given_away("Emma".to_owned()), "Emma");
    assert_eq!(keywords_as_keys(7), 7);
    assert_eq!(a_key_that_is_no_path(512), 512);
    assert_eq!(arguments_that_cannot_be_shown(7, Opaque, &mut Opaque), 7);
    nothing_unless_it_is_named(7, "ada@example.org");
    assert_eq!((each_call_by_itself(2, false), each_call_by_itself(3, true)), (Ok(2), Err(3)));
    assert_eq!(generic(2.5, -1_i8), (2.5, -1));
    assert_eq!(whatever_can_be_logged(&Some(true), &[1_u16, 2]), 2);
    assert_eq!(constants_of_the_signature::<3, true>([1, 2, 3]), 1);
    assert_eq!(constants_of_the_signature::<1, false>([4]), 4);
    assert_eq!(the_name_of_a_type::<u8>(), 0);
    assert!(the_name_of_a_type::<Vec<u8>>().is_empty());
    let customer = Customer { id: 7, tier: Tier::Free, email: "ada@example.org".to_owned() };
    let mut cart = Cart { customer, prices: vec![10, 20], coupon: Some(5) };
    assert_eq!(cart.parts_of_self(), 30);
    assert_eq!(cart.a_part_that_hides_some_of_itself(), 15);
    assert_eq!(cart.before_the_body_changes_it(5), 3);
    assert_eq!(types_of_the_standard_library(Duration::from_millis(250), &[Tier::Free]), 251);
    assert_eq!(known_later(9), 2);
}

pub(crate) fn look(told: &Part<'_>) {
    told.of("constants", ok(1)).fields(&["channel=web trusted=true version=2"]);
    told.of("constants_beside_an_argument", ok(1)).fields(&["channel=web copies=3"]);
    told.of("only_what_is_made_of_an_argument", ok(1)).fields(&["length=5"]);
    told.of("keys_below_the_name_of_an_argument", ok(1))
        .fields(&["text.is_empty=false text.len=5"]);
    told.of("an_argument_and_what_is_below_it", ok(1)).fields(&["query=red shoes query.words=2"]);
    told.of("another_value_under_the_name_of_an_argument", ok(1)).fields(&["query=9"]);
    told.of("a_text_that_is_given_away", ok(1)).fields(&["title=Emma"]);
    told.of("keywords_as_keys", ok(1)).fields(&["job.impl.type.fn=7 type=7"]);
    told.of("a_key_that_is_no_path", ok(1)).fields(&["http.request.header.content-length=512"]);
    told.of("arguments_that_cannot_be_shown", ok(1)).fields(&["id=7"]);
    told.of("nothing_unless_it_is_named", ok(1)).fields(&[""]);
    told.of("each_call_by_itself", ends(1, 1, 0, 0))
        .fields(&["amount=2 gift=false", "amount=3 gift=true"])
        .logged(&["ERROR failed: u64"]);
    told.of("generic", ok(1)).fields(&["floor=-1 limit=2.5"]);
    told.of("whatever_can_be_logged", ok(1)).fields(&["all=[1, 2] one=true"]);
    told.of("constants_of_the_signature", ok(2))
        .fields(&["is_wide=true lanes=3 sum=6", "is_wide=false lanes=1 sum=4"]);
    told.of("the_name_of_a_type", ok(2)).fields(&["type=u8", "type=alloc::vec::Vec<u8>"]);
    told.of("parts_of_self", ok(1)).fields(&["limit=3 self.coupon=5 total=30"]);
    told.of("a_part_that_hides_some_of_itself", ok(1)).fields(&[
        "self.customer.email=a***@example.org self.customer.id=7 self.customer.tier=free",
    ]);
    told.of("before_the_body_changes_it", ok(1)).fields(&["before=2 self.customer.tier=free"]);
    told.of("types_of_the_standard_library", ok(1))
        .fields(&["budget=0.25 missing=none tiers=[free]"]);
    told.of("known_later", ok(1)).fields(&["id=9"]);
    told.wrote(&["INFO found shelf=2 in known_later"]);
}
