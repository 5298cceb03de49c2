//! What may leave the process, and in which form.
//!
//! `Loggable` is the only way out for a value, `Redactable` gives a text to a strategy and to
//! nobody else; `SafeError` says what may be seen of an error. Marked types implement the first through `Out`, which knows where the value goes.

mod class;
mod foreign;
mod hash;
mod impls;
#[cfg(feature = "runtime")]
mod key;
mod known;
mod list;
mod loggable;
mod out;
mod record;
pub(crate) mod safe;
mod secret;
pub mod serial;
mod strategy;
#[cfg(feature = "runtime")]
mod watch;

pub(crate) use class::ceiling;
#[cfg(feature = "runtime")]
pub(crate) use class::set_ceiling;
pub use class::{Class, Sink, below};
#[cfg(feature = "http")]
pub use foreign::http::SafeHeaders;
#[cfg(feature = "runtime")]
pub(crate) use key::{Key, set as set_key, start};
pub use list::{Each, Pairs};
pub use loggable::{Loggable, Redactable};
pub(crate) use out::Fields;
pub use out::{Out, debug, show};
pub use record::Record;
pub use safe::SafeError;
pub(crate) use safe::{Chain, short_name, tell};
pub use secret::{Secret, Wipe};
pub use strategy::Strategy;
#[cfg(feature = "runtime")]
pub(crate) use watch::{News, Watched};
