//! The record path from the outside: what the macros call, and what is read back.
//!
//! All tests share one process, as functions of a program do: each has sites of its own, and looks
//! only at what those recorded. What they share stands here.

mod counting;
mod samples;
mod spans;

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, Once};
use std::task::{Context as Task, Poll, Waker};

use super::classify::{ByKind as _, ByResult as _, BySafety as _, ByValue as _, Probe, Verdict};
use super::root::Root;
use super::*;
use crate::model::{NO_CELLS, Outcome, Site};

const SITES: usize = 64;

fn setup() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        clock::start();
        cell::start();
        size(SITES * cell::WORDS, [0; 2]);
        start(METRICS | TRACES, Sampler { parent_based: true, ratio: 0.0 });
    });
}

/// A site with a place of its own.
fn site(function: &'static str) -> &'static Site {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    setup();
    let site = Box::leak(Box::new(Site::new(function, "tests")));
    let cells = NEXT.fetch_add(cell::WORDS as u32, Ordering::Relaxed);
    assert!((cells as usize) < SITES * cell::WORDS, "more sites than the tests have room for");
    site.assign([cells, NO_CELLS], u64::MAX);
    site
}

#[derive(Debug, PartialEq, Default)]
struct Counted {
    started: u64,
    ended: u64,
    error: u64,
    cancelled: u64,
    panic: u64,
}

fn words(site: &Site) -> [u64; cell::WORDS] {
    let mut words = Vec::new();
    merge(SITES * cell::WORDS, &[], &mut words);
    words[site.cells() as usize..][..cell::WORDS].try_into().unwrap()
}

fn counted(site: &Site) -> Counted {
    let words = words(site);
    Counted {
        started: words[cell::STARTED],
        ended: words[cell::BUCKETS..cell::ERROR].iter().sum(),
        error: words[cell::ERROR],
        cancelled: words[cell::CANCELLED],
        panic: words[cell::PANIC],
    }
}

#[derive(Clone, Debug)]
struct Exported {
    function: &'static str,
    trace_id: u128,
    span_id: u64,
    parent_id: u64,
    outcome: Outcome,
    error_type: &'static str,
    fields: Vec<(String, String)>,
    link: Option<(u128, u64)>,
}

/// The exported spans of these functions, so far.
fn exported(functions: &[&str]) -> Vec<Exported> {
    static SEEN: Mutex<Vec<Exported>> = Mutex::new(Vec::new());
    let mut seen = SEEN.lock().unwrap();
    drain(&mut |chunk| {
        for span in chunk.spans() {
            seen.push(Exported {
                function: span.site().function,
                trace_id: chunk.trace_id(),
                span_id: span.span_id(),
                parent_id: span.parent_id(),
                outcome: span.outcome(),
                error_type: span.error_type(),
                fields: span.fields().map(|(k, v)| (k.to_owned(), format!("{v:?}"))).collect(),
                link: chunk.link(),
            });
            assert!(span.end() >= span.start());
        }
    });
    seen.iter().filter(|span| functions.contains(&span.function)).cloned().collect()
}

fn call<R>(site: &'static Site, body: impl FnOnce() -> R) -> R {
    let mut guard = Guard::new();
    guard.enter(site, &[]);
    let out = body();
    guard.finish(Verdict::ByType);
    out
}

fn fallible<T, E>(site: &'static Site, body: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let mut guard = Guard::new();
    guard.enter(site, &[]);
    let out = body();
    (&&&&Probe(&out)).plimsoll_finish(&mut guard, Verdict::ByType);
    out
}

async fn call_async<F: Future>(site: &'static Site, body: F) -> F::Output {
    let mut guard = Guard::new();
    guard.enter_async(site, &[]);
    let out = guard.run(body).await;
    guard.finish(Verdict::ByType);
    out
}

/// Ready at the `n`th poll.
fn ready_at(n: usize) -> impl Future<Output = ()> {
    let mut polls = 0;
    poll_fn(move |_| {
        polls += 1;
        if polls >= n { Poll::Ready(()) } else { Poll::Pending }
    })
}

fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Task::from_waker(Waker::noop()))
}
