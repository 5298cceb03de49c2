//! The lock-free parts under loom, which tries every order of steps that the memory model allows.
//!
//! `.ci/models` builds and runs them, and says how far loom looks. Small numbers do: a ring has 8
//! slots here, a table of error types 3 entries. What is read before it is whole, read twice,
//! written by two, or lost fails the model.
//!
//! Who writes is the first to run, here the thread of the model, and who reads is spawned: loom looks
//! for other orders where a step meets the last one that another thread took at the same place, and a
//! writer, who reads what he wrote before, would hide a reader that came first.

mod counting;
mod examples;
mod native;
mod ring;
mod texts;
mod waking;

use super::shard::Shard;
use super::slot::{Header, Record};
use crate::model::{Outcome, Site};

/// Publishes a trace of one span, which takes one slot.
fn publish(shard: &Shard) {
    static SITE: Site = Site::new("published", "models");
    let record = Record {
        site: &SITE,
        span_id: 1,
        parent_id: 0,
        start: 0,
        end: 0,
        error_type: "",
        fields_at: 0,
        fields_length: 0,
        outcome: Outcome::Ok,
        sampled: true,
    };
    shard.publish_root(Header::default(), &record, &[]);
}
