//! OTLP over HTTP/protobuf: from spans and entries to a receiver's answer.
//!
//! ```text
//! spans, records ─▶ queue ─▶ sender ─▶ client ─▶ the receiver
//!   (value, wire)         ▲    └ resource, trouble
//! metrics ────────────────┘
//! ```
//!
//! `super::worker` drives it. Nothing here decides when a span is made or kept.

pub(crate) mod client;
pub(crate) mod metrics;
pub(crate) mod queue;
#[cfg(feature = "logs")]
pub(crate) mod records;
pub(crate) mod resource;
pub(crate) mod sender;
pub(crate) mod spans;
pub(crate) mod trouble;
mod value;
