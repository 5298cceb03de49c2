//! A small web shop that explains itself: the example to read first.
//!
//! This file sets it up and shuts it down. What the shop does stands in the files beside it. Its
//! telemetry comes from the marks on their functions, structs and errors; here are only the few
//! lines that start it, put it around the routes, tell it how to check the database, and end it.

mod cart;
mod catalogue;
mod checkout;
mod customers;
mod db;
mod error;
mod live;
mod payment;
mod routes;
mod settings;
mod traffic;
mod worker;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use plimsoll::Telemetry;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

use crate::db::Database;
use crate::routes::Shop;
use crate::settings::Settings;

/// How long requests and receipts may still take once the shop is told to stop.
const GRACE: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let settings = Arc::new(Settings::read());
    // Standard error is collected, too: nothing but a safe line of each panic goes there.
    let telemetry = plimsoll::builder().replace_panic_hook().init()?;

    let database = Database::open(Arc::clone(&settings)).await?;
    let (receipts, worker) = worker::start(database.clone());
    let check = database.clone();
    telemetry.ready("db", move || check.clone().ping());

    let listener = TcpListener::bind(settings.address).await?;
    let address = listener.local_addr()?;
    announce(address, &telemetry);
    if settings.traffic {
        tokio::spawn(traffic::run(address));
    }

    let shop = routes::router(Shop { database: database.clone(), receipts });
    let server = axum::serve(listener, shop.layer(plimsoll::axum::layer()))
        .with_graceful_shutdown(closing_time(settings.run_for));
    tokio::select! {
        served = server.into_future() => served?,
        () = async { closing_time(settings.run_for).await; sleep(GRACE).await } => {
            tracing::warn!("some requests did not end in time");
        }
    }
    if timeout(GRACE, worker).await.is_err() {
        tracing::warn!("some receipts were not sent in time");
    }
    database.close().await;

    // The report is the last line on stdout. A receiver that is down is no failure of the shop's.
    telemetry.shutdown(GRACE);
    Ok(())
}

/// Resolves on Ctrl-C, on SIGTERM, and when `--for` is over.
async fn closing_time(run_for: Option<Duration>) {
    let over = async {
        match run_for {
            Some(time) => sleep(time).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = plimsoll::stop() => {}
        () = over => {}
    }
}

/// Says where to look.
fn announce(shop: SocketAddr, telemetry: &Telemetry) {
    tracing::info!(shop = format!("http://{shop}"), "the shop is open");
    tracing::info!("try: curl -i http://{shop}/products/1");
    if let Some(admin) = telemetry.admin_addr() {
        tracing::info!(
            metrics = format!("http://{admin}/metrics"),
            health = format!("http://{admin}/health/ready"),
            "try: curl -s http://{admin}/metrics | grep -E 'check_out|authorize'"
        );
    }
}
