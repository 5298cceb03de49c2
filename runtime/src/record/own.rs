//! What a program records by hand, through the handle of a metric on a `static`.
//!
//! It counts where the calls of marked functions do: in the calling thread's shard, or in that of
//! threads that end. Called by the handles of `metrics`.

use super::local::{self, Local};
use super::origin::{self, Origin};
use super::sample::{self, Pen, Place};
use super::shard::{self, Shard};
use crate::model::Metric;

/// Adds to a counter; what is not a number above zero is ignored.
pub(crate) fn add(metric: &'static Metric, place: Place, amount: f64) {
    if sample::is_amount(amount) {
        record(metric, place, |shard, pen, _| {
            if let Some(word) = sample::words(shard, metric, place).first() {
                pen.add_f64(word, amount);
            }
        });
    }
}

/// Counts an observation in a histogram or a summary; what is no finite number is ignored.
pub(crate) fn observe(metric: &'static Metric, place: Place, value: f64) {
    if value.is_finite() {
        record(metric, place, |shard, pen, local| {
            let bucket = sample::observe(shard, metric, place, pen, value);
            origin::offer(|| Origin::here(local?), metric, place, bucket, value);
        });
    }
}

/// Counts that there was no room in an open label for a series of which somebody is to be asked.
pub(crate) fn overflow(metric: &'static Metric, place: Place) {
    if metric.overflow(0).is_none() {
        place.full().for_each(|label| sample::overflow_shared(metric, label));
    } else if metric.is_placed() {
        with_shard(|shard, pen, _| sample::overflow(shard, metric, place, pen));
    }
}

/// Hands the shard of a record over, and counts the record if it found no room in an open label.
fn record(metric: &'static Metric, place: Place, record: impl FnOnce(&Shard, Pen, Option<&Local>)) {
    if !metric.is_placed() || place.is_off() {
        // Not initialised: a shard would have no size yet.
        return;
    }
    with_shard(|shard, pen, local| {
        record(shard, pen, local);
        if !place.has_room() {
            sample::overflow(shard, metric, place, pen);
        }
    });
}

fn with_shard(record: impl FnOnce(&Shard, Pen, Option<&Local>)) {
    local::with(|local| match local.shard() {
        Some(shard) => record(shard, Pen::Own, Some(local)),
        None => record(shard::late(), Pen::Shared, None),
    });
}
