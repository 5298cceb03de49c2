//! Every call is counted once: while somebody reads, while threads end, and in the shard of those
//! that have ended.

use std::sync::Arc;

use loom::thread;

use super::super::errors::Errors;
use super::super::sample::Pen;
use super::super::shard::{Counts, Shard, Shards};
use super::super::state::Switch;
use super::super::sync::{AtomicU64, words};
use super::super::{METRICS, cell};
use super::publish;

const STARTED: usize = 0;
const SUM: usize = 1;
const ENDED: usize = 2;
const WORDS: usize = 3;
const IS_FLOAT: [bool; WORDS] = [false, true, false];

fn shards() -> Arc<Shards> {
    let shards = Arc::new(Shards::default());
    shards.size(WORDS, [0; 2]);
    shards
}

/// Counts a call of 1.5 seconds.
fn count(shard: &Shard, pen: Pen) {
    let [started, sum, ended] = shard.cell(0, WORDS) else { panic!("no cell") };
    pen.add(started, 1);
    pen.add_f64(sum, 1.5);
    pen.add(ended, 1);
}

/// The sums of started, seconds and ended.
fn merged(shards: &Shards) -> (u64, f64, u64) {
    let mut sums = Vec::new();
    shards.merge(0, &IS_FLOAT, &mut sums);
    (sums[STARTED], f64::from_bits(sums[SUM]), sums[ENDED])
}

/// Looks twice while threads count: no sum falls, none is more than there can be.
fn look(shards: &Shards, calls: u64) {
    let first = merged(shards);
    let second = merged(shards);
    assert!(first.0 <= second.0 && first.1 <= second.1 && first.2 <= second.2);
    assert!(second.0 <= calls && second.1 <= calls as f64 * 1.5 && second.2 <= calls);
}

/// A thread that looks while others count. The last to be spawned.
fn looking(shards: &Arc<Shards>, calls: u64) -> thread::JoinHandle<()> {
    let shards = shards.clone();
    thread::spawn(move || look(&shards, calls))
}

#[test]
fn a_reader_sees_sums_that_only_grow_and_at_last_all() {
    loom::model(|| {
        let shards = shards();
        let shard = shards.acquire();
        let reader = looking(&shards, 2);
        count(shard, Pen::Own);
        count(shard, Pen::Own);
        reader.join().unwrap();
        assert_eq!(merged(&shards), (2, 3.0, 2));
    });
}

/// A thread from its first call to its end.
fn live(shards: &Shards) {
    let shard = shards.acquire();
    count(shard, Pen::Own);
    publish(shard);
    shards.release(shard);
}

#[test]
fn the_next_thread_goes_on_where_an_ended_one_stopped() {
    loom::model(|| {
        let shards = shards();
        let other = thread::spawn({
            let shards = shards.clone();
            move || live(&shards)
        });
        live(&shards);
        live(&shards);
        other.join().unwrap();
        assert_eq!(merged(&shards), (3, 4.5, 3));
        assert_eq!(shards.drain(&mut |_| ()), 3);
        assert_eq!(shards.counts(), Counts { kept: 3, ..Counts::default() });
    });
}

#[test]
fn threads_that_come_and_go_are_read_meanwhile() {
    loom::model(|| {
        let shards = shards();
        let reader = thread::spawn({
            let shards = shards.clone();
            move || {
                look(&shards, 2);
                shards.drain(&mut |_| ())
            }
        });
        live(&shards);
        live(&shards);
        let spans = reader.join().unwrap();
        assert_eq!(merged(&shards), (2, 3.0, 2));
        assert_eq!(spans + shards.drain(&mut |_| ()), 2);
        assert_eq!(shards.counts(), Counts { kept: 2, ..Counts::default() });
    });
}

#[test]
fn threads_that_end_share_one_shard() {
    loom::model(|| {
        let shards = shards();
        let other = thread::spawn({
            let shards = shards.clone();
            move || count(shards.late(), Pen::Shared)
        });
        count(shards.late(), Pen::Shared);
        other.join().unwrap();
        assert_eq!(merged(&shards), (2, 3.0, 2));
    });
}

#[test]
fn the_shard_of_threads_that_end_is_read_meanwhile() {
    loom::model(|| {
        let shards = shards();
        let reader = looking(&shards, 1);
        count(shards.late(), Pen::Shared);
        reader.join().unwrap();
        assert_eq!(merged(&shards), (1, 1.5, 1));
    });
}

#[test]
fn only_one_drain_reads_at_a_time() {
    loom::model(|| {
        let shards = shards();
        let shard = shards.acquire();
        publish(shard);
        let other = thread::spawn({
            let shards = shards.clone();
            move || shards.drain(&mut |_| ())
        });
        publish(shard);
        let here = shards.drain(&mut |_| ());
        let there = other.join().unwrap();
        assert_eq!(here + there + shards.drain(&mut |_| ()), 2);
    });
}

#[test]
fn an_error_type_is_seen_whole_or_not_at_all() {
    loom::model(|| {
        let table = Arc::new((Errors::default(), words(2)));
        let all = [(0, "Declined", 2), (1, "Io", 1), (0, "Io", 1)];
        let read = |errors: &Errors| {
            let mut seen = Vec::new();
            errors.each(&mut |cells, name, count| seen.push((cells, name, count)));
            seen
        };
        let reader = thread::spawn({
            let table = table.clone();
            move || {
                let seen = read(&table.0);
                assert!(seen.len() <= all.len());
                for ((cells, name, count), whole) in seen.into_iter().zip(all) {
                    assert_eq!((cells, name), (whole.0, whole.1));
                    assert!((1..=whole.2).contains(&count));
                }
            }
        });
        let (errors, heads) = &*table;
        for (function, name) in [(0, "Declined"), (1, "Io"), (0, "Declined"), (0, "Io")] {
            errors.count(function as u32, &heads[function], name);
        }
        reader.join().unwrap();
        assert_eq!(read(errors), all);
    });
}

#[test]
fn a_thread_that_finds_recording_on_finds_everything_that_was_set_up() {
    loom::model(|| {
        let shards = Arc::new(Shards::default());
        let switch = Arc::new(Switch::default());
        let place = Arc::new(AtomicU64::new(u64::MAX));
        let caller = thread::spawn({
            let (shards, switch, place) = (shards.clone(), switch.clone(), place.clone());
            move || {
                if switch.load() == 0 {
                    return 0;
                }
                switch.settle();
                let shard = shards.acquire();
                let at = place.load(std::sync::atomic::Ordering::Relaxed) as u32;
                cell::add(&shard.cell(at, 1)[0], 1);
                1
            }
        });
        shards.size(WORDS, [0; 2]);
        place.store(0, std::sync::atomic::Ordering::Relaxed);
        switch.start(METRICS);
        let counted = caller.join().unwrap();
        assert_eq!(merged(&shards).0, counted);
    });
}
