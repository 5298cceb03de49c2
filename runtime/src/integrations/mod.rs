//! Other frameworks' ways into the record path.
//!
//! Each knows one framework and translates; what a request, its metrics and its span mean is said
//! once, in `request`.

#[cfg(feature = "axum")]
pub mod axum;
#[cfg(feature = "tower")]
mod request;
#[cfg(feature = "tower")]
mod request_id;
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(feature = "tower")]
mod traceparent;

#[cfg(test)]
#[cfg(feature = "tower")]
mod tests;
