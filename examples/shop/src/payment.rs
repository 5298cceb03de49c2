//! The payment provider: the part of the shop that goes wrong.
//!
//! It plays a provider's test mode, where the card decides what happens. So every trouble can be
//! had on purpose: sign up with one of these cards, fill a cart, check out.

use std::io;
use std::time::Duration;

use plimsoll::{ErrorKind, metric, observe};
use tokio::time::sleep;

use crate::customers::Customer;

/// Any other card pays.
pub(crate) const GOOD_CARD: &str = "4242424242424242";
/// The bank says no: an error, but an expected one.
pub(crate) const DECLINED_CARD: &str = "4000000000000002";
/// The provider takes its time, longer than `slow` allows.
pub(crate) const SLOW_CARD: &str = "4000000000000119";
/// The provider hangs up on us.
pub(crate) const BROKEN_CARD: &str = "4000000000000341";
/// The provider's client has a bug, and panics.
pub(crate) const PANIC_CARD: &str = "4000000000000500";

/// Why no money came.
#[derive(Debug, thiserror::Error, ErrorKind)]
pub(crate) enum PaymentError {
    #[error("the card was declined")]
    #[kind(expected)]
    Declined,

    #[error("the payment provider could not be reached")]
    #[kind(retryable)]
    Unreachable(#[from] io::Error),
}

/// Takes the money for an order.
#[observe(slow = "300ms", log(customer, payment.cents = cents))]
pub(crate) async fn charge(customer: &Customer, cents: i64) -> Result<(), PaymentError> {
    authorize(&customer.card, cents).await?;
    tracing::info!(payment.cents = cents, "paid");
    Ok(())
}

/// Asks the provider.
#[observe(kind = client, redact(card = last(4)))]
#[metric(counter, name = "payment_requests", help = "Requests to the payment provider")]
async fn authorize(card: &str, cents: i64) -> Result<(), PaymentError> {
    sleep(Duration::from_millis(10 + cents.unsigned_abs() % 30)).await;
    match card {
        DECLINED_CARD => Err(PaymentError::Declined),
        SLOW_CARD => {
            sleep(Duration::from_millis(600)).await;
            Ok(())
        }
        BROKEN_CARD => Err(io::Error::from(io::ErrorKind::ConnectionReset).into()),
        PANIC_CARD => unexpected_answer(),
        _ => Ok(()),
    }
}

#[expect(clippy::panic, reason = "the bug that the shop has on purpose")]
fn unexpected_answer() -> ! {
    panic!("the payment provider answered in a way that nobody had thought of")
}
