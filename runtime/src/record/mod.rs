//! The record path: what runs inside every marked call.
//!
//! Neither allocates nor locks once a thread has warmed up, and knows nothing of exporters, pages
//! or subscribers: others read what it has written. `init` switches it on; generated code calls
//! `Guard::enter` and the classification; the export thread calls `drain`, the page `merge`.
//!
//! ```text
//! guard ─▶ local (this thread's context) ─▶ shard (cells, error types)
//!                                       └─▶ segment (spans of one local root) ─▶ ring ─▶ drain
//! ```

mod away;
mod both;
mod branch;
mod calibration;
#[cfg(feature = "testing")]
pub(crate) mod capture;
pub(crate) mod cell;
mod chunk;
pub(crate) mod classify;
pub(crate) mod clock;
pub(crate) mod context;
mod ending;
mod errors;
pub(crate) mod exponential;
pub(crate) mod field;
#[cfg(feature = "testing")]
pub(crate) mod finished;
mod guard;
mod host;
mod local;
pub(crate) mod native;
mod origin;
pub(crate) mod own;
mod pressure;
mod quick;
mod recorded;
mod report;
pub(crate) mod returned;
mod ring;
mod root;
mod run;
mod sample;
mod segment;
mod shard;
mod slot;
mod state;
pub(crate) mod sync;
mod text;
mod words;

#[cfg(test)]
#[cfg(plimsoll_loom)]
mod models;
#[cfg(test)]
#[cfg(not(plimsoll_loom))]
#[expect(clippy::needless_borrow, reason = "the references are what is tested")]
mod tests;

pub(crate) use both::{fine_of, merge_fine};
pub(crate) use branch::{Before, Branch};
pub(crate) use chunk::{Chunk, Span, join};
pub use context::{Context, carry, context};
pub(crate) use context::{Current, current, suppress, with_bindings};
pub(crate) use field::Value;
pub use guard::Guard;
pub(crate) use host::level as host_level;
pub(crate) use pressure::{on_pressure, relieve};
pub(crate) use report::{Ended, Ending, set_reporter};
pub(crate) use root::{Remote, Root};
pub use run::Run;
pub use sample::{Measurable, Sample, value};
pub(crate) use sample::{Place, change_gauge, overflow_shared, read_gauge};
pub(crate) use shard::{counts, drain, error_types, held, merge, size};
pub use state::active;
#[cfg(feature = "testing")]
pub(crate) use state::start_tested;
pub(crate) use state::{METRICS, Sampler, TRACES, start, stop_spans};
