//! A recorded call allocates nothing: sync and async, with numbers and short texts. Nor does a log
//! line.
//!
//! The allocator counts for each thread, so that plimsoll's own threads may do as they like.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::hint::black_box;

use plimsoll::{Label, metric, observe};
use plimsoll_tests::allocator::{self, Counting};
use plimsoll_tests::lines::Lines;
use plimsoll_tests::live::Live;
use plimsoll_tests::polling::{block_on, pause};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[derive(Clone, Copy, Label)]
enum Size {
    Small,
    Large,
}

#[observe]
fn plain() -> u64 {
    black_box(1)
}

#[observe(log(number, flag, share, name = public(name)))]
fn with_fields(number: u64, flag: bool, share: f64, name: &str) -> usize {
    black_box(name.len() + number as usize + usize::from(flag) + share as usize)
}

#[observe]
#[metric(histogram, name = "sizes_bytes", help = "Sizes", value = bytes, buckets = [10, 1000], labels(size))]
#[metric(counter, name = "measured", help = "Calls", labels(size))]
fn measured(bytes: u64, size: Size) -> u64 {
    black_box(bytes)
}

#[observe]
fn nested(number: u64) -> u64 {
    with_fields(number, true, 0.5, "twenty characters ok") as u64 + plain()
}

#[observe]
fn fallible(number: u64) -> Result<u64, std::num::ParseIntError> {
    Ok(black_box(number))
}

#[observe(log(steps))]
async fn waits(steps: u32) -> u64 {
    for _ in 0..steps {
        pause().await;
    }
    nested(u64::from(steps))
}

#[observe(log(number))]
fn logs(number: u64) -> u64 {
    tracing::info!(number, share = 0.25, name = "quo\"ted", debug = ?Some(number), "{number} lines");
    number
}

#[metric(summary, name = "queue_wait_seconds", help = "Waits")]
static WAIT: plimsoll::Summary;

type Call = fn() -> u64;

#[test]
fn a_recorded_call_allocates_nothing() {
    // SAFETY: nothing else runs in this process that looks at the environment.
    unsafe { std::env::set_var("OTEL_LOGS_EXPORTER", "none") };
    let lines = Lines::default();
    let live = Live::start_with(&lines);
    let vector: Call = || black_box(vec![1_u8; 100]).len() as u64;
    assert_eq!(allocations(1, vector), 1, "the allocator counts");
    let observe: Call = || {
        [-2.0, 0.0, 0.25, 7.0].into_iter().for_each(|value| WAIT.observe(value));
        1
    };
    let cases: [(&str, Call); 7] = [
        ("plain", plain),
        ("fields", || with_fields(7, true, 1.5, "twenty characters ok") as u64),
        ("metrics", || measured(100, Size::Small) + measured(1, Size::Large)),
        ("summary", observe),
        ("nested", || nested(3)),
        ("fallible", || fallible(3).unwrap()),
        ("async", || block_on(waits(3))),
    ];
    for (name, call) in cases {
        // The first calls of a thread make its shard and its buffers.
        allocations(1_000, call);
        assert_eq!(allocations(10_000, call), 0, "{name}");
    }
    // The writer may be late, and a thread then has to hold more lines than before; but not always.
    let event: Call = || {
        tracing::info!(number = 7, share = 0.25, name = "quo\"ted", debug = ?Some(3), "{} lines", 1);
        1
    };
    for (name, call) in [("line", event), ("line in a span", || logs(7))] {
        let rounds = (0..50).map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(6));
            allocations(100, call)
        });
        assert_eq!(rounds.min(), Some(0), "{name}");
    }
    live.end();
    assert!(lines.all().len() > 10_000, "the lines were written");
}

fn allocations(calls: u32, call: Call) -> u64 {
    let before = allocator::count();
    for _ in 0..calls {
        black_box(call());
    }
    allocator::count() - before
}
