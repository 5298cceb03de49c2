//! Calls the functions, so that every bucket of each of them has something to count.
//!
//! A duration is made by time itself: calls are begun, time passes, and they are ended. Called by
//! `main`, and by its threads.

use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use crate::functions::{self, Call, Polls};

/// The upper bounds of plimsoll's buckets, in seconds.
pub(crate) const BOUNDS: [f64; 14] =
    [0.00001, 0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// What a call takes of the time in which a group is begun and ended, amply.
const CALL: f64 = 2e-6;

/// Calls each function some hundred or thousand times, each another number, as fast as can be.
pub(crate) fn first_bucket() {
    for (index, function) in functions::all().enumerate() {
        for _ in 0..400 + (index as u64).wrapping_mul(2_654_435_761) % 11_000 {
            end(function(Polls(0)));
        }
    }
}

/// Calls each function one to three times for as long as the bucket says that begins at `lower`.
/// A call that is interrupted lands in a later one.
pub(crate) fn bucket(lower: f64, upper: f64) {
    let functions: Vec<_> = functions::all().enumerate().collect();
    let width = (upper - lower).min(0.1);
    let group = ((width / 4.0 / CALL) as usize).clamp(1, functions.len());
    for group in functions.chunks(group) {
        let mut begun: Vec<Call> = Vec::new();
        for (index, function) in group {
            begun.extend((0..1 + index % 3).map(|_| function(Polls(1))));
        }
        let mut context = Context::from_waker(Waker::noop());
        for call in &mut begun {
            let _ = call.as_mut().poll(&mut context);
        }
        wait(Duration::from_secs_f64(lower + width / 4.0));
        begun.into_iter().for_each(end);
    }
}

/// Calls each function once or more, as fast as can be.
pub(crate) fn touch(calls: usize) {
    for function in functions::all() {
        for _ in 0..calls {
            end(function(Polls(0)));
        }
    }
}

/// Calls the first function only.
pub(crate) fn touch_one() {
    functions::all().take(1).for_each(|function| end(function(Polls(0))));
}

fn end(mut call: Call) {
    let mut context = Context::from_waker(Waker::noop());
    while call.as_mut().poll(&mut context) == Poll::Pending {}
}

fn wait(time: Duration) {
    let begun = Instant::now();
    if time > Duration::from_millis(5) {
        std::thread::sleep(time);
    }
    while begun.elapsed() < time {}
}
