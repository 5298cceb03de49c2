//! What is counted, and the page that shows it.
//!
//! The hot path counts into the shards of `record`; here is everything that reads: the page for
//! Prometheus, the examples beside its buckets, and the request metrics of HTTP services.

#[cfg(feature = "prometheus")]
mod block;
mod callback;
#[cfg(feature = "runtime")]
pub(crate) mod collisions;
#[cfg(any(feature = "prometheus", feature = "testing"))]
mod digits;
mod edge;
pub(crate) mod exemplar;
pub(crate) mod family;
#[cfg(feature = "prometheus")]
pub(crate) mod foreign;
pub(crate) mod handle;
#[cfg(feature = "tower")]
pub(crate) mod http;
pub(crate) mod info;
pub(crate) mod label;
#[cfg(feature = "prometheus")]
mod layout;
mod limits;
pub(crate) mod names;
#[cfg(feature = "prometheus")]
pub(crate) mod negotiate;
#[cfg(feature = "opentelemetry")]
pub mod opentelemetry;
#[cfg(feature = "runtime")]
pub(crate) mod own;
#[cfg(feature = "prometheus")]
pub(crate) mod page;
#[cfg(feature = "prometheus")]
mod proto;
pub(crate) mod read;
pub(crate) mod sources;
pub(crate) mod summary;
pub(crate) mod tag;
#[cfg(feature = "prometheus")]
mod text;
#[cfg(feature = "runtime")]
#[cfg(any(feature = "otlp", feature = "opentelemetry"))]
pub(crate) mod units;
pub(crate) mod usage;
mod walk;
#[cfg(feature = "runtime")]
pub(crate) mod weight;
pub(crate) use walk::CALLS;
#[cfg(any(feature = "prometheus", feature = "testing"))]
pub(crate) mod write;

#[cfg(test)]
#[cfg(feature = "prometheus")]
pub(crate) mod tests;
