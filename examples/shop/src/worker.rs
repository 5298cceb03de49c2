//! Work that no customer waits for: receipts are sent from a queue.
//!
//! A job carries the context of the request that queued it. It runs as a trace of its own, linked
//! to that request, so that neither hides in the other's duration.

use std::time::Duration;

use plimsoll::{Context, Gauge, Tracked, metric, observe};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::checkout;
use crate::customers;
use crate::db::Database;
use crate::error::{Result, ShopError};

#[metric(gauge, name = "receipts_waiting", help = "Receipts that wait to be sent")]
static WAITING: Gauge;

/// More than these wait at the counter, so to speak: the check-out waits with them.
const QUEUE_LENGTH: usize = 100;

/// One receipt to send.
#[derive(Debug)]
struct Receipt {
    order: i64,
    queued_by: Context,
    /// Counts the receipt as waiting, wherever it ends up.
    waiting: Tracked,
}

/// Where receipts are queued.
#[derive(Clone, Debug)]
pub(crate) struct Receipts(Sender<Receipt>);

impl Receipts {
    /// Has a receipt sent, soon.
    #[observe(kind = producer, log(order.id = order))]
    pub(crate) async fn queue(&self, order: i64) -> Result<()> {
        let receipt = Receipt { order, queued_by: plimsoll::context(), waiting: WAITING.track() };
        self.0.send(receipt).await.map_err(|_| ShopError::Closing)
    }
}

/// Starts the worker; it ends when nobody can queue any more and the queue is empty.
pub(crate) fn start(database: Database) -> (Receipts, JoinHandle<()>) {
    let (sender, receiver) = mpsc::channel(QUEUE_LENGTH);
    (Receipts(sender), tokio::spawn(work(database, receiver)))
}

async fn work(database: Database, mut receipts: Receiver<Receipt>) {
    while let Some(receipt) = receipts.recv().await {
        drop(receipt.waiting);
        let job = send_receipt(&database, receipt.order);
        // The mark logs and counts a failure; the next receipt must go out all the same.
        let _sent = receipt.queued_by.link(job).await;
    }
}

/// Sends one receipt.
#[observe(kind = consumer, log(order.id = id))]
async fn send_receipt(database: &Database, id: i64) -> Result<()> {
    let order = checkout::order(database, id).await?;
    let customer = customers::customer(database, order.customer).await?;
    sleep(Duration::from_millis(5)).await; // the mail server
    database.update_receipt_sent(order.id).await?;
    plimsoll::info!("receipt sent", order.id, customer);
    Ok(())
}
