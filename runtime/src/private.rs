//! Everything that generated code may touch, and nobody else should.
//!
//! It is public because macros expand in users' crates. No promise is made about it: the macro
//! crate is pinned to exactly this version.

pub use core;
pub use core::{concat, file, line, module_path};
pub use futures_core::stream::Stream;
pub use std::boxed::Box;

pub use crate::event::{Event, Said};
pub use crate::map::record::{ByType, Mapped, Of, mapped, padded, text};
pub use crate::metrics::handle::{Counter, Gauge, Histogram};
pub use crate::metrics::info::Info;
pub use crate::metrics::label::{Label, log_label, open};
pub use crate::metrics::read::{read, read_each};
pub use crate::metrics::summary::Summary;
pub use crate::model::{Kind, Level, Measure, Metric, Objective, Read, Site, Values, When};
pub use crate::record::cell::BOUNDS;
pub use crate::record::classify::{
    ErrorKind, KindInfo, Probe, Verdict, call_once, error_if, ok_if,
};
pub use crate::record::returned::{future, stream};
pub use crate::record::{Guard, Measurable, Run, Sample, active, value};
pub use crate::redact::safe::{Piece, Shown, message, whole};
pub use crate::redact::serial;
pub use crate::redact::{
    Class, Loggable, Out, Record, Redactable, SafeError, Strategy, below, debug, show,
};
#[cfg(feature = "serde")]
pub use serde;

/// The ways to find out how a call ended. Imported as a whole, in a block of its own.
pub mod classify {
    pub use crate::record::classify::{ByKind, ByResult, BySafety, ByValue};
}

/// The ways to show a field of an error. Imported as a whole, too.
pub mod shown {
    pub use crate::redact::safe::{
        ByLoggable, ByNothing, BySafeError, SourceByNothing, SourceBySafeError,
    };
}

/// The first text that is there and not empty.
pub const fn first(texts: &[Option<&'static str>]) -> Option<&'static str> {
    let mut at = 0;
    while at < texts.len() {
        if let Some(text) = texts[at] {
            if !text.is_empty() {
                return Some(text);
            }
        }
        at += 1;
    }
    None
}

/// Gives an asynchronous body its type without a value: stands where nothing runs.
pub fn never<T>() -> T {
    loop {
        std::hint::spin_loop();
    }
}
