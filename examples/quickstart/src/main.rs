//! A service of two routes that explains itself.

use std::{fmt, io, time::Duration};

use axum::{Router, extract::Query, http::StatusCode, routing::get};
use plimsoll::{ErrorKind, observe, redact, tracing};

#[redact(deserialize)] // printed, logged, or quoted by an error, it shows what its fields allow
#[derive(serde::Deserialize)]
struct Order {
    id: u64,
    #[redact(last(4))]
    card: String,
}

#[derive(Debug, ErrorKind)] // the variant is the `error_type` of metrics, spans and logs
enum ChargeError {
    Declined,
}

impl std::error::Error for ChargeError {}

impl fmt::Display for ChargeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the card was declined")
    }
}

#[observe(log(order))] // a span, calls by outcome, durations, calls in flight, a log of errors
async fn charge(order: &Order) -> Result<u64, ChargeError> {
    tracing::info!(order.id, "charging");
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
    let telemetry = plimsoll::init()?;
    telemetry.ready("db", || async { Ok::<_, io::Error>(()) }); // here: ask your database

    let service = Router::new()
        .route("/", get(|| async { "hello\n" }))
        .route("/checkout", get(checkout))
        .layer(plimsoll::axum::layer());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, service).with_graceful_shutdown(plimsoll::stop()).await?;

    telemetry.shutdown(Duration::from_secs(5)); // its last line says what was sent and lost
    Ok(())
}
