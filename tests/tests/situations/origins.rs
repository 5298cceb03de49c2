//! An error is told of once, where it came out: those above only mark their spans. Whoever gets
//! over it is fine.

use std::error::Error;
use std::fmt;

use futures_util::future::join;
use plimsoll::{ErrorKind, observe};
use plimsoll_tests::live::Live;
use plimsoll_tests::polling::{block_on, pause};

use crate::told::{Part, ends, ok};

#[derive(Debug, ErrorKind)]
enum PaymentError {
    #[kind(expected)]
    Fraud,
    #[kind(retryable, level = warn)]
    Busy,
}

impl fmt::Display for PaymentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PaymentError::Fraud => "the card is stolen",
            PaymentError::Busy => "the provider is busy",
        })
    }
}

impl Error for PaymentError {}

#[derive(Debug, ErrorKind)]
enum CheckoutError {
    Payment(PaymentError),
}

impl fmt::Display for CheckoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the check-out failed")
    }
}

impl Error for CheckoutError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let CheckoutError::Payment(source) = self;
        Some(source)
    }
}

impl From<PaymentError> for CheckoutError {
    fn from(error: PaymentError) -> CheckoutError {
        CheckoutError::Payment(error)
    }
}

#[observe]
fn authorize(busy: bool) -> Result<u64, PaymentError> {
    if busy { Err(PaymentError::Busy) } else { Ok(1) }
}

#[observe]
async fn pay(busy: bool) -> Result<u64, PaymentError> {
    pause().await;
    authorize(busy)
}

#[observe]
async fn check_out(busy: bool) -> Result<u64, CheckoutError> {
    let paid = pay(busy).await?;
    Ok(paid)
}

/// Returns the error of what it called in a form that has forgotten what it was.
#[observe]
fn answers(busy: bool) -> Result<u64, Box<dyn Error>> {
    Ok(block_on(check_out(busy))?)
}

#[observe]
fn first_provider(busy: bool) -> Result<u64, PaymentError> {
    if busy { Err(PaymentError::Busy) } else { Ok(1) }
}

#[observe]
fn second_provider() -> Result<u64, PaymentError> {
    Ok(2)
}

#[observe]
fn recovers() -> Result<u64, PaymentError> {
    first_provider(true).or_else(|_| second_provider())
}

#[observe]
fn tries_again() -> Result<u64, PaymentError> {
    let mut attempts = [true, true, false].into_iter();
    attempts.find_map(|busy| first_provider(busy).ok()).ok_or(PaymentError::Busy)
}

/// It got over the first error; the second is its own.
#[observe]
fn fails_by_itself_after_all() -> Result<u64, PaymentError> {
    if first_provider(true).is_err() {
        second_provider()?;
    }
    Err(PaymentError::Fraud)
}

/// Both are told of; the second goes on.
#[observe]
fn fails_twice() -> Result<u64, PaymentError> {
    first_provider(true).or_else(|_| first_provider(true))
}

#[observe]
async fn asks(shard: u64) -> Result<u64, PaymentError> {
    pause().await;
    if shard == 2 { Err(PaymentError::Busy) } else { Ok(shard) }
}

#[observe]
async fn collects(shard: u64) -> Result<u64, PaymentError> {
    let asked = asks(shard).await;
    pause().await;
    asked
}

/// One of two futures that run at once fails.
#[observe]
async fn collects_from_both() -> Result<u64, PaymentError> {
    let (one, other) = join(collects(1), collects(2)).await;
    Ok(one? + other?)
}

#[observe]
async fn runs_in_a_task() -> Result<u64, PaymentError> {
    tokio::task::yield_now().await;
    Err(PaymentError::Busy)
}

#[observe]
async fn awaits_its_task() -> Result<u64, PaymentError> {
    plimsoll::spawn(runs_in_a_task()).await.unwrap()
}

#[observe]
fn reserves() -> Result<u64, PaymentError> {
    Err(PaymentError::Busy)
}

#[observe]
fn rolls_back() {}

/// Passes the error on after it has cleaned up behind it.
#[observe]
fn cleans_up() -> Result<u64, PaymentError> {
    let reserved = reserves();
    if reserved.is_err() {
        rolls_back();
    }
    reserved
}

pub(crate) fn run(_: &Live) {
    assert!(cleans_up().is_err());
    assert!(answers(false).is_ok());
    assert_eq!(answers(true).unwrap_err().to_string(), "the check-out failed");
    assert!(matches!(recovers(), Ok(2)));
    assert!(matches!(tries_again(), Ok(1)));
    assert!(fails_by_itself_after_all().is_err());
    assert!(fails_twice().is_err());
    assert!(block_on(collects_from_both()).is_err());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert!(runtime.block_on(awaits_its_task()).is_err());
}

pub(crate) fn look(told: &Part<'_>) {
    const BUSY: &str = "WARN failed: Busy";
    let both = ends(1, 1, 0, 0);
    let answers = told.of("answers", both).error("Error", 1).logged(&[]);
    let check_out = told.of("check_out", both).error("Payment", 1).logged(&[]).within(&answers);
    let pay = told.of("pay", both).error("Busy", 1).logged(&[]).within(&check_out);
    told.of("authorize", both).error("Busy", 1).logged(&[BUSY]).within(&pay);

    told.of("first_provider", ends(1, 6, 0, 0)).error("Busy", 6).logged(&[BUSY; 6]);
    told.of("second_provider", ok(2));
    told.of("recovers", ok(1)).logged(&[]);
    told.of("tries_again", ok(1)).logged(&[]);
    told.of("fails_by_itself_after_all", ends(0, 1, 0, 0))
        .error("Fraud", 1)
        .logged(&["INFO failed: Fraud"]);
    told.of("fails_twice", ends(0, 1, 0, 0)).error("Busy", 1).logged(&[]);

    let joined = told.of("collects_from_both", ends(0, 1, 0, 0)).logged(&[]);
    let collects = told.of("collects", both).error("Busy", 1).logged(&[]).within(&joined);
    told.of("asks", both).error("Busy", 1).logged(&[BUSY]).within(&collects);

    let cleaner = told.of("cleans_up", ends(0, 1, 0, 0)).error("Busy", 1).logged(&[]);
    told.of("reserves", ends(0, 1, 0, 0)).error("Busy", 1).logged(&[BUSY]).within(&cleaner);
    told.of("rolls_back", ok(1));

    let spawner = told.of("awaits_its_task", ends(0, 1, 0, 0)).error("Busy", 1).logged(&[]);
    told.of("runs_in_a_task", ends(0, 1, 0, 0)).logged(&[BUSY]).within(&spawner);
}
