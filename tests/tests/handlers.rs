//! A marked function that a signal's handler calls, in the middle of other marked calls.
//!
//! With metrics alone: a span may need memory, which a handler must not ask for. A count is added by
//! one instruction in optimised builds for x86-64. Elsewhere a signal between its steps costs counts,
//! at most those of its handler.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use plimsoll::observe;
use plimsoll_tests::http;
use plimsoll_tests::page::{Format, Page};

static CALLS: AtomicU64 = AtomicU64::new(0);
static SIGNALS: AtomicU64 = AtomicU64::new(0);

/// Called by the program and by the handler: both write the same counts.
#[observe]
#[inline(never)]
fn shared(number: u64) -> Result<u64, std::num::TryFromIntError> {
    CALLS.fetch_add(1, Ordering::Relaxed);
    u8::try_from(number % 200).map(u64::from)
}

#[observe]
#[inline(never)]
fn around(number: u64) -> u64 {
    shared(number).unwrap_or(0) + shared(number + 1).unwrap_or(0)
}

extern "C" fn handler(_signal: libc::c_int) {
    let _ = black_box(shared(black_box(SIGNALS.fetch_add(1, Ordering::Relaxed))));
}

#[test]
fn a_handler_may_call_a_marked_function() {
    let telemetry = plimsoll::builder()
        .service("tests")
        .no_traces()
        .no_log_lines()
        .admin(([127, 0, 0, 1], 0).into())
        .init()
        .unwrap();
    // The thread's shard is there before the first signal.
    for number in 0..1000 {
        around(number);
    }
    let mut arounds = 1000;
    let ended = AtomicBool::new(false);
    // SAFETY: the handler touches atomics and calls what is tried here; the thread that is signalled
    // outlives the one that signals.
    unsafe {
        libc::signal(libc::SIGPROF, handler as *const () as libc::sighandler_t);
        let target = libc::pthread_self();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !ended.load(Ordering::Relaxed) {
                    libc::pthread_kill(target, libc::SIGPROF);
                    std::thread::sleep(Duration::from_micros(50));
                }
            });
            let began = Instant::now();
            while SIGNALS.load(Ordering::Relaxed) < 10_000 && began.elapsed().as_secs() < 10 {
                black_box(around(black_box(arounds)));
                arounds += 1;
            }
            ended.store(true, Ordering::Relaxed);
        });
    }
    let (calls, signals) = (CALLS.load(Ordering::Relaxed), SIGNALS.load(Ordering::Relaxed));
    let url = format!("http://{}/metrics", telemetry.admin_addr().unwrap());
    let page = Page::of(&http::get_with(&url, &[("accept", Format::Text.accept())]));
    let counted = |name: &str, function| page.sum(name, &[("function", function)]) as u64;
    let of = |function| {
        ["function_calls_total", "function_duration_seconds_count", "function_in_flight"]
            .map(|name| counted(name, function))
    };
    println!("{signals} signals, {calls} calls: {:?}; {arounds}: {:?}", of("shared"), of("around"));
    if cfg!(all(target_arch = "x86_64", not(debug_assertions))) {
        assert_eq!(of("shared"), [calls, calls, 0]);
        assert_eq!(of("around"), [arounds, arounds, 0]);
    } else {
        assert!((calls - signals..=calls).contains(&of("shared")[0]));
        assert!((arounds - signals..=arounds).contains(&of("around")[0]));
    }
}
