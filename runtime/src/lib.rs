//! Mark a function, and its service explains itself.
//!
//! One mark on a function gives a span, a latency histogram, an outcome counter, an in-flight gauge
//! and an error record. A mark on a struct gives a `Debug`, log fields and span fields that cannot
//! leak. A small runtime owns everything that leaves the process.
//!
//! ```
//! use plimsoll::{observe, redact, ErrorKind};
//!
//! #[redact]
//! struct Order {
//!     id: u64,
//!     #[redact(last(4))]
//!     card: String,
//! }
//!
//! #[derive(Debug, ErrorKind)]
//! enum ChargeError {
//!     #[kind(expected)]
//!     Declined,
//! }
//! # impl std::fmt::Display for ChargeError {
//! #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("declined") }
//! # }
//! # impl std::error::Error for ChargeError {}
//!
//! #[observe(log(order))]
//! fn charge(order: &Order) -> Result<u64, ChargeError> {
//!     if order.id % 4 == 0 { Err(ChargeError::Declined) } else { Ok(order.id) }
//! }
//!
//! let order = Order { id: 4, card: "4242424242421234".to_owned() };
//! assert_eq!(format!("{order:?}"), "Order { id: 4, card: ****1234 }");
//! assert!(charge(&order).is_err());
//! ```
//!
//! Until a program calls [`init`], a mark is a plain `tracing` span for whatever subscriber the
//! program has, and costs next to nothing when there is none. So a library may mark its functions,
//! without default features, and leave the rest to the program.
//!
//! # Features
//!
//! | feature | default | brings |
//! |---|---|---|
//! | `otlp` | yes | traces, logs and metrics by OTLP over HTTP/protobuf |
//! | `prometheus` | yes | the metrics page, with a `prometheus::Registry` on it |
//! | `logs` | yes | JSON lines on standard output; foreign `tracing` spans in the trace |
//! | `admin` | yes | the server of `/metrics`, `/slo`, `/scrub`, `/data-map` and `/health`; signals |
//! | `tokio` | yes | metrics of the program's Tokio runtimes |
//! | `system` | no | metrics of the machine |
//! | `jemalloc`, `mimalloc` | no | metrics of that allocator |
//! | `tower` | no | one layer for any tower HTTP service |
//! | `axum` | no | the same layer, knowing axum's route templates |
//! | `opentelemetry` | no | what libraries record through OpenTelemetry's metrics API |
//! | `serde` | no | a serialised form of `#[redact]` types that shows what the log shows |
//! | `secrecy`, `url`, `http`, `uuid`, `chrono`, `time`, `jiff` | no | types of these crates can be recorded, as far as their kind allows |
//! | `testing` | no | assertions on what one test recorded, while others run |
//! | `cli` | no | the command `plimsoll`, which reads the [`DataMap`] of a program's file |
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(all(feature = "otlp", feature = "prometheus", feature = "logs", feature = "axum")),
    allow(
        dead_code,
        unused_imports,
        unused_variables,
        unused_mut,
        reason = "what a capability alone needs stays where it belongs when that is left out"
    )
)]

// Macros name this crate by its own name, here as well.
extern crate self as plimsoll;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[cfg(feature = "admin")]
mod admin;
#[cfg(feature = "runtime")]
mod builder;
mod catalog;
#[cfg(feature = "runtime")]
mod config;
mod error;
mod event;
#[cfg(feature = "otlp")]
mod export;
#[cfg(any(feature = "runtime", feature = "testing"))]
mod ground;
#[cfg(feature = "admin")]
mod health;
#[cfg(feature = "runtime")]
mod init;
#[cfg(feature = "tower")]
mod integrations;
#[cfg(feature = "logs")]
mod logs;
mod map;
mod metrics;
mod model;
#[cfg(feature = "runtime")]
mod objectives;
#[cfg(feature = "runtime")]
mod panics;
mod record;
mod redact;
mod report;
#[cfg(feature = "runtime")]
pub mod scrub;
#[cfg(feature = "admin")]
mod signals;
#[cfg(any(feature = "admin", feature = "otlp"))]
mod spawn;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "runtime")]
mod thread;
#[cfg(feature = "logs")]
mod trace;
#[cfg(any(feature = "otlp", feature = "prometheus"))]
mod wire;

#[cfg(feature = "runtime")]
pub use builder::{Builder, builder};
pub use error::Error;
#[cfg(feature = "otlp")]
pub use export::FinishedSpan;
#[cfg(feature = "runtime")]
pub use init::{Telemetry, exit, init};
#[cfg(feature = "axum")]
pub use integrations::axum;
#[cfg(feature = "tower")]
pub use integrations::tower;
#[cfg(feature = "runtime")]
pub use map::data_map;
#[cfg(any(feature = "runtime", feature = "cli"))]
pub use map::{Change, DataMap, Entry, Source};
#[cfg(feature = "prometheus")]
pub use metrics::foreign::registry;
pub use metrics::handle::{
    BoundCounter, BoundGauge, BoundHistogram, Counter, Gauge, Histogram, Timer, Tracked,
};
pub use metrics::info::Info;
pub use metrics::label::{Label, LabelValue, Labels, Open};
#[cfg(feature = "opentelemetry")]
pub use metrics::opentelemetry;
#[cfg(feature = "prometheus")]
pub use metrics::page::metrics_page;
pub use metrics::summary::{BoundSummary, Summary};
pub use metrics::tag::Tag;
pub use model::{Level, Outcome, Value};
pub use plimsoll_macros::{
    ErrorKind, Label, debug, error, event, info, metric, observe, redact, trace, warn,
};
pub use record::classify::{ErrorKind, KindInfo};
pub use record::{Context, Measurable, carry, context};
#[cfg(feature = "http")]
pub use redact::SafeHeaders;
pub use redact::{
    Class, Each, Loggable, Out, Pairs, Record, Redactable, SafeError, Secret, Sink, Strategy, Wipe,
};
pub use report::{Flow, Report};
#[cfg(feature = "admin")]
pub use signals::stop;
#[cfg(any(feature = "admin", feature = "otlp"))]
pub use spawn::spawn;
pub use tracing;

#[cfg(feature = "runtime")]
#[doc = include_str!("families.md")]
pub mod families {}

/// The layers that a subscriber of the program's own needs: log lines, and foreign spans.
///
/// Build with [`Builder::own_subscriber`] then. `filter` decides which events become lines, in
/// `RUST_LOG`'s syntax; what can't be read counts as `info`.
#[cfg(feature = "logs")]
pub fn layer<S>(filter: &str) -> impl tracing_subscriber::Layer<S> + Send + Sync + 'static
where
    S: tracing::Subscriber + for<'span> tracing_subscriber::registry::LookupSpan<'span>,
{
    use tracing_subscriber::Layer as _;
    trace::layer().and_then(logs::layer(logs::filter(filter).0))
}

/// The commit that this crate is built from, as an `Option<&'static str>`, if the build knows it.
///
/// It is the first that is set of the environment variables `PLIMSOLL_COMMIT`, `SOURCE_COMMIT`,
/// `GIT_COMMIT` (Jenkins), `GITHUB_SHA` and `CI_COMMIT_SHA` (GitLab), when the crate is compiled;
/// Cargo compiles it again when one of them changes. For [`Builder::commit`].
///
/// ```
/// let settings = plimsoll::builder().version(env!("CARGO_PKG_VERSION")).commit(plimsoll::commit!());
/// ```
#[macro_export]
macro_rules! commit {
    () => {
        $crate::__private::first(&[
            ::core::option_env!("PLIMSOLL_COMMIT"),
            ::core::option_env!("SOURCE_COMMIT"),
            ::core::option_env!("GIT_COMMIT"),
            ::core::option_env!("GITHUB_SHA"),
            ::core::option_env!("CI_COMMIT_SHA"),
        ])
    };
}
