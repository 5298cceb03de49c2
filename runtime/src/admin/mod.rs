//! The admin server: the metrics page and health, on a thread of plimsoll's own.
//!
//! It answers while the application's executor is stuck, and in programs that have none. `respond`
//! decides what is answered, without sockets; `server` moves bytes. Started by `init`.

#[cfg(feature = "prometheus")]
mod encoding;
mod respond;
#[cfg(feature = "prometheus")]
mod scrapes;
mod scrub;
mod seats;
mod server;
mod slo;
mod token;

use std::sync::atomic::{AtomicU64, Ordering};

use crate::config;
use crate::error::Error;

pub(crate) use server::{Handle, prepare};

/// What became of requests; on the metrics page.
#[derive(Debug)]
struct Counts {
    scraped: AtomicU64,
    slo: AtomicU64,
    data_map: AtomicU64,
    scrub: AtomicU64,
    denied: AtomicU64,
    busy: AtomicU64,
    health: AtomicU64,
    other: AtomicU64,
    crowded_out: AtomicU64,
}

static COUNTS: Counts = Counts {
    scraped: AtomicU64::new(0),
    slo: AtomicU64::new(0),
    data_map: AtomicU64::new(0),
    scrub: AtomicU64::new(0),
    denied: AtomicU64::new(0),
    busy: AtomicU64::new(0),
    health: AtomicU64::new(0),
    other: AtomicU64::new(0),
    crowded_out: AtomicU64::new(0),
};

/// The counts so far, each with its name.
pub(crate) fn counts() -> [(&'static str, u64); 9] {
    [
        ("metrics", &COUNTS.scraped),
        ("metrics_busy", &COUNTS.busy),
        ("slo", &COUNTS.slo),
        ("data_map", &COUNTS.data_map),
        ("scrub", &COUNTS.scrub),
        ("denied", &COUNTS.denied),
        ("health", &COUNTS.health),
        ("other", &COUNTS.other),
        ("connection_crowded_out", &COUNTS.crowded_out),
    ]
    .map(|(name, count)| (name, count.load(Ordering::Relaxed)))
}

/// Refuses settings that would show the page to a network: beyond loopback it needs a token.
pub(crate) fn check(settings: &config::Admin) -> Result<(), Error> {
    let has_token = settings.token.as_ref().is_some_and(|token| !token.expose().is_empty());
    if has_token || settings.address.ip().to_canonical().is_loopback() {
        return Ok(());
    }
    Err(Error::Config(format!(
        "the admin server would show `/metrics` to everybody who reaches {}: set \
         PLIMSOLL_ADMIN_TOKEN (or `.admin_token(..)`), or listen on 127.0.0.1 \
         (OTEL_EXPORTER_PROMETHEUS_HOST)",
        settings.address
    )))
}

#[cfg(test)]
mod tests;
