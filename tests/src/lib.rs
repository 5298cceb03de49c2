//! The harness of plimsoll's tests against real systems: servers started on loopback, the example
//! shop as a process of its own, and strict readers of what comes out of them.
//!
//! It asserts nothing about plimsoll itself; the files in `tests/` do. A server that is not
//! installed fails a test in CI and is skipped, loudly, on a developer's machine.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

pub mod allocator;
pub mod editor;
pub mod http;
pub mod lines;
pub mod live;
pub mod page;
pub mod parsers;
pub mod polling;
pub mod process;
pub mod prometheus;
pub mod received;
pub mod remains;
pub mod rotel;
pub mod scratch;
pub mod shop;
pub mod sink;
pub mod tee;
pub mod tools;
pub mod victoria;
pub mod wait;
