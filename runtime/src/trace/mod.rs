//! Spans of libraries that use `tracing`: they become spans of the trace that runs.

mod layer;

pub(crate) use layer::layer;
