//! Pressure stall information: time in which work waited for CPU, memory or disks.
//!
//! The kernel says it of the machine and of each control group, in the same form. Called by
//! `system` and `cgroup`.

use super::files::Files;
use super::{Known, float, many};
use crate::metrics::family::{Head, Sink};

const RESOURCES: [&str; 3] = ["cpu", "memory", "io"];

/// Hands a family over; `path` makes the path of a resource's file.
pub(super) fn visit(
    files: &Files,
    path: impl Fn(&str) -> String,
    head: &Head<'_>,
    sink: &mut dyn Sink,
) {
    let rows = RESOURCES.into_iter().flat_map(|resource| {
        let text = files.text(&path(resource)).unwrap_or_default();
        ["some", "full"]
            .map(|share| ([("resource", resource), ("share", share)], stalled(&text, share)))
    });
    many(sink, head, rows);
}

fn stalled(text: &str, share: &str) -> Known {
    let line = text.lines().find_map(|line| line.strip_prefix(share)?.strip_prefix(' '))?;
    let total = line.split_ascii_whitespace().find_map(|word| word.strip_prefix("total="))?;
    float(total.parse::<u64>().ok().map(|micros| micros as f64 / 1e6))
}
