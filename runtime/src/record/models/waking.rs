//! The one who drains is woken before a ring is full, and stops only when all has been read.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use loom::sync::Notify;
use loom::sync::atomic::{AtomicBool, AtomicUsize};
use loom::thread;

use super::super::pressure::Pressure;
use super::super::ring::LARGE;
use super::super::shard::Shards;
use super::publish;

#[test]
fn a_call_that_is_missed_does_not_silence_the_next() {
    loom::model(|| {
        let pressure = Arc::new(Pressure::default());
        // What the drain waits for: tokio's `Notify` keeps one, too.
        let permit = Arc::new(AtomicUsize::new(0));
        let callers = [(); 2].map(|()| {
            let (pressure, permit) = (pressure.clone(), permit.clone());
            thread::spawn(move || {
                if pressure.rise() {
                    permit.store(1, Ordering::SeqCst);
                }
            })
        });
        for _ in 0..2 {
            // Woken, or by itself after a while.
            permit.swap(0, Ordering::SeqCst);
            pressure.relieve();
        }
        for caller in callers {
            caller.join().unwrap();
        }
        let waits = permit.load(Ordering::SeqCst) == 1;
        assert!(waits || pressure.rise(), "nobody wakes the drain ever again");
    });
}

#[test]
fn the_last_drain_reads_all_that_was_published_before_the_stop() {
    loom::model(|| {
        let shards = Arc::new(Shards::default());
        let pressure = Arc::new(Pressure::default());
        let wake = Arc::new(Notify::new());
        let stop = Arc::new(AtomicBool::new(false));
        let worker = thread::spawn({
            let (shards, pressure) = (shards.clone(), pressure.clone());
            let (wake, stop) = (wake.clone(), stop.clone());
            move || {
                // The steps of the loop in `export/worker.rs`, without its pauses.
                let mut read = 0;
                loop {
                    let stops = stop.load(Ordering::Acquire);
                    let spans = shards.drain(&mut |_| ());
                    read += spans;
                    if stops {
                        if spans == 0 {
                            return read;
                        }
                        continue;
                    }
                    wake.wait();
                    pressure.relieve();
                }
            }
        });
        let shard = shards.acquire();
        for _ in 0..LARGE / 2 {
            publish(shard);
        }
        if pressure.rise() {
            wake.notify();
        }
        publish(shard);
        stop.store(true, Ordering::Release);
        wake.notify();
        assert_eq!(worker.join().unwrap(), LARGE / 2 + 1);
    });
}
