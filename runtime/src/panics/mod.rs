//! Panics: the log line that the panic hook writes, and what may be seen of a payload.
//!
//! The hook runs where the panic began, so the line has the ids of the span it happened in, and the
//! place and the message that nobody knows later. Set by `init`; the record path counts the call.
//! The hook that was there before is called after it, and std's writes the whole message to standard
//! error, unless the builder says that it is to be left out.

#[cfg(feature = "logs")]
mod hook;
mod known;
mod payload;

#[cfg(feature = "logs")]
pub(crate) use hook::start;
pub(crate) use payload::{masked, set_messages, shown};
