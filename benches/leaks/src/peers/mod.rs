//! The crates, each used as its README recommends. One file a crate, whose `fill` has an arm a slot.

mod data_privacy;
mod plimsoll;
mod redact;
mod redactable;
mod secrecy;
mod tracing;
mod veil;

use std::error::Error;
use std::fmt::Debug;

use crate::slots::{Answer, Slot};

type Answers = Result<Vec<(Slot, Answer)>, Box<dyn Error>>;

/// A crate.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    /// Fills all slots, and writes what comes out.
    pub(crate) serve: fn() -> Answers,
    /// The slots of which its documentation says that they are open.
    pub(crate) documented: &'static [Slot],
}

impl Peer {
    /// The version that was built, as the lock file says.
    pub(crate) fn version(&self) -> &'static str {
        let lock = include_str!("../../../Cargo.lock");
        let name = format!("name = \"{}\"\nversion = \"", self.name);
        let version = lock.split_once(&name).and_then(|(_, rest)| rest.split_once('"'));
        version.map_or("", |(version, _)| version)
    }
}

/// Wrappers leave alone what is not wrapped.
const WRAPPER: &[Slot] = &[Slot::Unmarked];

pub(crate) const PEERS: &[Peer] = &[
    Peer { name: "plimsoll", serve: plimsoll::serve, documented: &[] },
    Peer {
        name: "veil",
        serve: || with_tracing(veil::fill),
        documented: &[Slot::Symbols, Slot::Unmarked, Slot::Length, Slot::Serialize],
    },
    Peer {
        name: "redactable",
        serve: || with_tracing(redactable::fill),
        documented: &[Slot::Unmarked, Slot::MapKey, Slot::Serialize],
    },
    Peer { name: "secrecy", serve: || with_tracing(secrecy::fill), documented: WRAPPER },
    Peer { name: "redact", serve: || with_tracing(redact::fill), documented: WRAPPER },
    Peer { name: "data_privacy", serve: || with_tracing(data_privacy::fill), documented: WRAPPER },
    Peer { name: "tracing", serve: || with_tracing(tracing::fill), documented: &[] },
];

/// Why a crate of types has no answer to text.
const NO_SCRUBBER: &str = "it hides values by their type, and looks into no text";
/// Why it has none to labels.
const NO_METRICS: &str = "it has no metrics";

/// All slots of a crate whose values are logged by `tracing-subscriber`, as lines of JSON.
fn with_tracing(fill: fn(Slot, &str, u64) -> Answer) -> Answers {
    let lines = tracing_subscriber::fmt()
        .json()
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::CLOSE);
    lines.init();
    Ok(all(fill))
}

fn all(fill: fn(Slot, &str, u64) -> Answer) -> Vec<(Slot, Answer)> {
    let answer = |slot: &Slot| (*slot, fill(*slot, slot.canary().text(), slot.control()));
    Slot::ALL.iter().map(answer).collect()
}

/// Logs a value by its `Debug`.
fn log(id: u64, value: &dyn Debug) -> Answer {
    ::tracing::info!(id, ?value, "value");
    Answer::Filled
}

/// Logs a value as it prints on several lines.
fn pretty(id: u64, value: &dyn Debug) -> Answer {
    ::tracing::info!(id, value = format!("{value:#?}"), "value");
    Answer::Filled
}

/// Logs a text.
fn text(id: u64, text: &str) -> Answer {
    ::tracing::info!(id, text, "text");
    Answer::Filled
}

/// Whether two values look different.
fn tells(short: &dyn Debug, long: &dyn Debug) -> Answer {
    Answer::Length(format!("{short:?}") != format!("{long:?}"))
}

/// Two secrets of different lengths.
const LENGTHS: [&str; 2] = ["tiny", "a secret that is longer by far"];

/// What a function returned that does not want this.
fn refused<E>(error: E) -> Result<(), E> {
    Err(error)
}

/// Panics, and goes on.
fn panics(id: u64, panic: impl FnOnce() + std::panic::UnwindSafe) -> Answer {
    ::tracing::info!(id, "panics");
    let _ = std::panic::catch_unwind(panic);
    Answer::Filled
}
