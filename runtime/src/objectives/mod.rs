//! Objectives of marked functions, judged in the process: events, good ones, and how fast the error
//! budget burns.

use crate::metrics::family::Sink;

/// Hands the families over.
pub(crate) fn visit(_sink: &mut dyn Sink) {}
