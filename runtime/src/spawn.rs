//! Tokio's tasks, with the trace carried into them.

use tokio::task::JoinHandle;

use crate::record::carry;

/// Spawns a task on Tokio that belongs to the trace that runs here, and carries its bindings.
///
/// What is observed in the task is a child of the span that spawned it, even when the task ends
/// later than the request.
///
/// # Panics
/// Outside of a Tokio runtime, as `tokio::spawn` does.
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(carry(future))
}
