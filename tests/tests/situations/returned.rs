//! What a function returns is not recorded. What somebody needs of it, the body says or a metric
//! takes.

use std::num::TryFromIntError;

use plimsoll::{metric, observe, tracing};
use plimsoll_tests::live::Live;
use plimsoll_tests::polling::{block_on, pause};

use crate::told::{Part, ends, ok};

#[observe]
fn keeps_it_to_itself() -> i32 {
    42
}

#[observe]
fn says_it(prices: &[u64]) -> u64 {
    let total = prices.iter().sum();
    tracing::info!(total, "priced");
    total
}

#[observe]
fn says_what_became_of_an_argument(total: &mut u64) -> u64 {
    *total *= 2;
    tracing::warn!(total, "doubled");
    *total
}

#[observe]
async fn says_it_later() -> u64 {
    pause().await;
    let total = 7;
    tracing::info!(total, "priced later");
    total
}

#[observe(level = warn)]
fn says_it_too_quietly() -> u64 {
    tracing::debug!(total = 7, "priced in secret");
    7
}

#[observe]
fn cannot_be_named() -> impl Copy {
    42
}

#[observe]
fn an_error_is_told_and_a_value_is_not(seats: u32) -> Result<u8, TryFromIntError> {
    let seats = u8::try_from(seats)?;
    tracing::info!(seats, "reserved");
    Ok(seats)
}

#[observe]
fn order(prices: &[u64]) -> u64 {
    place(prices.iter().sum())
}

/// A metric takes its value from the arguments: what is computed goes through a function.
#[metric(
    histogram,
    name = "situation_order_cents",
    unit = "cents",
    help = "Orders.",
    value = total,
    buckets = [10, 100]
)]
fn place(total: u64) -> u64 {
    total
}

pub(crate) fn run(_: &Live) {
    assert_eq!(keeps_it_to_itself(), 42);
    assert_eq!(says_it(&[1, 2]), 3);
    let mut total = 4;
    assert_eq!((says_what_became_of_an_argument(&mut total), total), (8, 8));
    assert_eq!(block_on(says_it_later()), 7);
    assert_eq!(says_it_too_quietly(), 7);
    let _ = cannot_be_named();
    assert!(an_error_is_told_and_a_value_is_not(123).is_ok());
    assert!(an_error_is_told_and_a_value_is_not(1234).is_err());
    assert_eq!(order(&[5, 20]), 25);
}

pub(crate) fn look(told: &Part<'_>) {
    for name in [
        "keeps_it_to_itself",
        "says_it",
        "says_what_became_of_an_argument",
        "says_it_later",
        "says_it_too_quietly",
        "cannot_be_named",
        "order",
    ] {
        told.of(name, ok(1)).fields(&[""]).logged(&[]);
    }
    told.of("an_error_is_told_and_a_value_is_not", ends(1, 1, 0, 0)).fields(&["", ""]).logged(&[
        "ERROR failed: TryFromIntError: out of range integral type conversion attempted",
    ]);
    told.wrote(&[
        "INFO priced total=3 in says_it",
        "WARN doubled total=8 in says_what_became_of_an_argument",
        "INFO priced later total=7 in says_it_later",
        "INFO reserved seats=123 in an_error_is_told_and_a_value_is_not",
    ]);
    let page = told.page();
    let buckets = page.find("situation_order_cents_bucket", &[]);
    assert_eq!(buckets.iter().map(|bucket| bucket.value).collect::<Vec<_>>(), [0.0, 1.0, 1.0]);
    assert_eq!(page.value("situation_order_cents_sum", &[]), 25.0);
}
