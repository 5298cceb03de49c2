//! The shop, seen from outside: what the issue "The spine" says it must show, on real systems.
//!
//! Each test starts a shop of its own, and the collector or the Prometheus that it asks.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

mod admin;
mod business;
mod data_map;
mod leaks;
mod logs;
mod metrics;
mod scrapers;
mod shutdown;
mod traces;
