//! The service of `quickstart` without plimsoll, to measure what plimsoll costs.

use std::fmt;

use axum::{Router, extract::Query, http::StatusCode, routing::get};

#[derive(Debug, serde::Deserialize)]
struct Order {
    id: u64,
    #[expect(dead_code, reason = "`quickstart` shows that it is not printed")]
    card: String,
}

#[derive(Debug)]
enum ChargeError {
    Declined,
}

impl std::error::Error for ChargeError {}

impl fmt::Display for ChargeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the card was declined")
    }
}

async fn charge(order: &Order) -> Result<u64, ChargeError> {
    match order.id % 4 {
        0 => Err(ChargeError::Declined),
        _ => Ok(order.id),
    }
}

async fn checkout(Query(order): Query<Order>) -> Result<String, (StatusCode, String)> {
    let paid = charge(&order).await;
    let id = paid.map_err(|error| (StatusCode::BAD_GATEWAY, error.to_string()))?;
    Ok(format!("order {id} is paid\n"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let service =
        Router::new().route("/", get(|| async { "hello\n" })).route("/checkout", get(checkout));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, service).await?;
    Ok(())
}
