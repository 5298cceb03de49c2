//! The one error type of plimsoll's set-up.
//!
//! Recording and shutting down never return an error: what goes wrong there is counted. Called by `init`, `config`
//! and the parts that `init` starts.

use std::fmt;

/// Why plimsoll could not start, or a data map not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A setting can't be used; the text says which and what to write instead.
    Config(String),
    /// `init` ran before; the text says where.
    AlreadyInitialised(String),
    /// Two marks of the program contradict each other.
    Catalogue(String),
    /// A data map can't be read; the text says why.
    DataMap(String),
    /// The admin server could not listen.
    Bind {
        /// The address that was asked for.
        address: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A thread could not be started.
    Thread(std::io::Error),
    /// Another `tracing` subscriber is installed already.
    Subscriber,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Config(text) | Error::Catalogue(text) => f.write_str(text),
            Error::DataMap(text) => write!(f, "the data map: {text}"),
            Error::AlreadyInitialised(place) => {
                write!(f, "plimsoll was initialised before, at {place}; keep that one")
            }
            Error::Bind { address, source } => {
                write!(
                    f,
                    "the admin server can't listen on {address}: {source}; choose another with \
                     OTEL_EXPORTER_PROMETHEUS_PORT (and _HOST), or `.admin(..)`"
                )
            }
            Error::Thread(source) => write!(f, "a thread could not be started: {source}"),
            Error::Subscriber => f.write_str(
                "the program has a `tracing` subscriber already; add `plimsoll::layer()` to it and \
                 build with `.own_subscriber()`",
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Bind { source, .. } | Error::Thread(source) => Some(source),
            _ => None,
        }
    }
}
