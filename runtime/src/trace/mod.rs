//! Spans of libraries that use `tracing`: they become spans of the trace that runs.

mod layer;
#[cfg(test)]
mod tests;

pub(crate) use layer::layer;
