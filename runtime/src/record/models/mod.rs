//! The lock-free parts under loom, which tries every order of steps that the memory model allows.
//!
//! `.ci/models` builds and runs them, and says how far loom looks. Small numbers do: a ring has 8
//! slots here, a table of error types 3 entries. What is read before it is whole, read twice,
//! written by two, or lost fails the model.

mod counting;
mod ring;
mod waking;
