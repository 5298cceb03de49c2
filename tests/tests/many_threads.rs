//! More threads than anybody has: each counts, one after the other and all at once.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::sync::{Arc, Barrier};
use std::thread::{Builder, JoinHandle};

use plimsoll::observe;
use plimsoll_tests::live::{Ends, Live};

/// One more than a table of 4096 would hold.
const THREADS: usize = 4097;

#[observe]
fn in_turn() {}

#[observe]
fn at_once() {}

fn small(work: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    Builder::new().stack_size(64 * 1024).spawn(work)
}

#[test]
fn every_thread_counts() {
    let live = Live::start();
    for _ in 0..THREADS {
        small(in_turn).unwrap().join().unwrap();
    }
    let (all_called, may_end) =
        (Arc::new(Barrier::new(THREADS + 1)), Arc::new(Barrier::new(THREADS + 1)));
    let mut parked = Vec::new();
    for number in 0..THREADS {
        let (all_called, may_end) = (Arc::clone(&all_called), Arc::clone(&may_end));
        let thread = small(move || {
            at_once();
            all_called.wait();
            may_end.wait();
            at_once();
        });
        match thread {
            Ok(thread) => parked.push(thread),
            Err(error) => {
                // The others wait for it for ever; the process ends with the test.
                println!("SKIPPED: only {number} threads are to be had here: {error}");
                return;
            }
        }
    }
    all_called.wait();
    let calls = |function: &str| Ends::on(&live.page(), function);
    let ok = |ok: usize| Ends { ok: ok as u64, ..Ends::default() };
    assert_eq!(calls("at_once"), ok(THREADS));
    may_end.wait();
    parked.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(calls("at_once"), ok(2 * THREADS));
    assert_eq!(calls("in_turn"), ok(THREADS));
    live.end();
}
