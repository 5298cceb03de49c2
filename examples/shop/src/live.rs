//! Customers who stay to see what becomes of an order, over a WebSocket.

use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use plimsoll::{Gauge, metric};
use serde_json::json;
use tokio::time::sleep;

use crate::checkout;
use crate::db::Database;

#[metric(gauge, name = "websocket_active_connections", help = "Open WebSocket connections")]
static ACTIVE: Gauge;

/// How often the order is looked at.
const PAUSE: Duration = Duration::from_millis(20);

/// Tells each change of the order, until the customer has gone.
pub(crate) async fn follow(mut socket: WebSocket, database: Database, order: i64) {
    let _active = ACTIVE.track();
    let mut told = None;
    loop {
        // The mark has told of a failure; there is no more to tell the customer.
        let Ok(order) = checkout::order(&database, order).await else { return };
        if told != Some(order.receipt_sent) {
            told = Some(order.receipt_sent);
            let news = json!({ "order": order.id, "receipt_sent": order.receipt_sent });
            if socket.send(Message::text(news.to_string())).await.is_err() {
                return;
            }
        }
        tokio::select! {
            () = sleep(PAUSE), if !order.receipt_sent => {}
            said = socket.recv() => if !matches!(said, Some(Ok(_))) { return },
        }
    }
}
