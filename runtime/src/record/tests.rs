//! The record path from the outside: what the macros call, and what is read back.
//!
//! All tests share one process, as functions of a program do: each has sites of its own, and looks
//! only at what those recorded.

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, Once};
use std::task::{Context as Task, Poll, Waker};

use super::classify::{ByIo as _, ByKind as _, ByResult as _, ByValue as _, Probe};
use super::root::Root;
use super::*;
use crate::model::{Outcome, Site};

const SITES: usize = 64;

fn setup() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        clock::start();
        cell::start();
        size(SITES * cell::WORDS);
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
    site.assign(cells, u64::MAX);
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

fn counted(site: &Site) -> Counted {
    let words = merge(&[]);
    let words = &words[site.cells() as usize..][..cell::WORDS];
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
    let mut slot = Slot::new();
    let scope = slot.enter(site, &[]);
    let out = body();
    scope.finish(false);
    out
}

fn fallible<T, E>(site: &'static Site, body: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let mut slot = Slot::new();
    let scope = slot.enter(site, &[]);
    let out = body();
    (&&&&Probe(&out)).finish(scope, false);
    out
}

async fn call_async<F: Future>(site: &'static Site, body: F) -> F::Output {
    let mut slot = Slot::new();
    let mut scope = slot.enter_async(site, &[]);
    let out = scope.run(body).await;
    scope.finish(false);
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

#[test]
fn a_good_call_is_counted_and_not_kept_by_a_sampler_that_keeps_nothing() {
    let good = site("good");
    for _ in 0..3 {
        call(good, || ());
    }
    assert_eq!(counted(good), Counted { started: 3, ended: 3, ..Counted::default() });
    assert_eq!(exported(&["good"]).len(), 0);
}

#[test]
fn an_error_keeps_the_whole_trace() {
    let [top, middle, leaf] = ["top", "middle", "leaf"].map(site);
    let result: Result<(), std::num::ParseIntError> = call(top, || {
        call(middle, || ());
        fallible(leaf, || "x".parse::<u8>().map(|_| ()))
    });
    assert!(result.is_err());
    let spans = exported(&["top", "middle", "leaf"]);
    let by_name: HashMap<_, _> = spans.iter().map(|span| (span.function, span)).collect();
    assert_eq!(spans.len(), 3);
    assert_eq!(by_name["top"].parent_id, 0);
    assert_eq!(by_name["middle"].parent_id, by_name["top"].span_id);
    assert_eq!(by_name["leaf"].parent_id, by_name["top"].span_id);
    assert!(spans.iter().all(|span| span.trace_id == by_name["top"].trace_id));
    assert_eq!(by_name["leaf"].outcome, Outcome::Error);
    assert_eq!(by_name["leaf"].error_type, "ParseIntError");
    assert_eq!(by_name["top"].outcome, Outcome::Ok);
    let counts = Counted { started: 1, ended: 1, error: 1, ..Counted::default() };
    assert_eq!(counted(leaf), counts);
    let types = error_types();
    assert!(types.contains(&(leaf.cells(), "ParseIntError", 1)), "{types:?}");
}

#[test]
fn a_panic_is_a_panic_also_in_a_drop_while_another_unwinds() {
    let [boom, in_drop] = ["boom", "in_drop"].map(site);
    struct Dropped(&'static Site);
    impl Drop for Dropped {
        fn drop(&mut self) {
            call(self.0, || ());
        }
    }
    let caught = catch_unwind(|| {
        let _dropped = Dropped(in_drop);
        call(boom, || panic!("on purpose"))
    });
    assert!(caught.is_err());
    let counts = Counted { started: 1, ended: 1, panic: 1, ..Counted::default() };
    assert_eq!(counted(boom), counts);
    assert_eq!(counted(in_drop), Counted { started: 1, ended: 1, ..Counted::default() });
    let spans = exported(&["boom", "in_drop"]);
    assert_eq!(spans.len(), 1);
    assert_eq!(spans[0].outcome, Outcome::Panic);
    assert_eq!(current(), None);
}

#[test]
fn a_future_dropped_at_any_poll_is_cancelled_once() {
    let [outer, inner] = ["cancelled_outer", "cancelled_inner"].map(site);
    for polls in 1..5 {
        let mut future = Box::pin(call_async(outer, call_async(inner, ready_at(5))));
        for _ in 0..polls {
            assert!(poll(future.as_mut()).is_pending());
            assert_eq!(current(), None, "the context is put back after a poll");
        }
    }
    let never_polled = call_async(outer, ready_at(1));
    drop(never_polled);
    let counts = Counted { started: 4, ended: 4, cancelled: 4, ..Counted::default() };
    assert_eq!(counted(outer), counts);
    assert_eq!(counted(inner), counts);
    let spans = exported(&["cancelled_outer", "cancelled_inner"]);
    assert_eq!(spans.len(), 8);
    for pair in spans.chunks(2) {
        assert_eq!((pair[0].function, pair[1].function), ("cancelled_inner", "cancelled_outer"));
        assert_eq!(pair[0].parent_id, pair[1].span_id);
        assert_eq!(pair[0].trace_id, pair[1].trace_id);
    }
    assert!(spans.iter().all(|span| span.outcome == Outcome::Cancelled));
}

#[test]
fn a_panic_in_a_poll_is_no_cancellation() {
    let boom = site("async_boom");
    let mut polls = 0;
    let mut future = Box::pin(call_async(
        boom,
        poll_fn(|_| -> Poll<()> {
            polls += 1;
            assert!(polls < 2, "on purpose");
            Poll::Pending
        }),
    ));
    assert!(poll(future.as_mut()).is_pending());
    assert!(catch_unwind(AssertUnwindSafe(|| poll(future.as_mut()))).is_err());
    drop(future);
    let counts = Counted { started: 1, ended: 1, panic: 1, ..Counted::default() };
    assert_eq!(counted(boom), counts);
    assert_eq!(current(), None);
}

#[test]
fn a_future_that_moves_between_threads_is_counted_once() {
    let [outer, inner] = ["moving_outer", "moving_inner"].map(site);
    let mut future = Box::pin(call_async(outer, async {
        call_async(inner, ready_at(3)).await;
    }));
    assert!(poll(future.as_mut()).is_pending());
    let mut future = std::thread::spawn(move || {
        assert!(poll(future.as_mut()).is_pending());
        future
    })
    .join()
    .unwrap();
    assert!(poll(future.as_mut()).is_ready());
    for site in [outer, inner] {
        assert_eq!(counted(site), Counted { started: 1, ended: 1, ..Counted::default() });
    }
}

#[test]
fn a_child_that_leaves_its_root_is_no_part_of_another_trace() {
    let [root, child, host] = ["left_root", "left_child", "left_host"].map(site);
    let mut strays = Vec::new();
    {
        let mut root = pin!(call_async(root, async {
            let mut child = Box::pin(call_async(child, ready_at(3)));
            assert!(poll(child.as_mut()).is_pending());
            strays.push(child);
        }));
        assert!(poll(root.as_mut()).is_ready());
    }
    let mut stray = strays.pop().unwrap();
    call(host, || assert!(poll(stray.as_mut()).is_pending()));
    drop(stray);
    let spans = exported(&["left_root", "left_child", "left_host"]);
    assert_eq!(spans.len(), 1, "only the cancelled child is bad: {spans:?}");
    assert_eq!(spans[0].outcome, Outcome::Cancelled);
    assert_ne!(spans[0].parent_id, 0);
}

#[test]
fn a_long_trace_goes_out_in_parts_and_keeps_the_roots_fields() {
    let [root, child] = ["long_root", "long_child"].map(site);
    let remote = Remote { trace_id: 7, span_id: 9, sampled: true };
    let mut opened = Root::start(site("long_request"), Some(remote));
    {
        let _inside = opened.enter();
        let mut slot = Slot::new();
        let mut scope = slot.enter(root, &[]);
        scope.log("number", &42u64);
        for _ in 0..2000 {
            let mut slot = Slot::new();
            let mut scope = slot.enter(child, &[]);
            scope.log_public("text", "a public text that takes some room");
            scope.finish(false);
            exported(&[]);
        }
        scope.finish(false);
    }
    opened.finish(Outcome::Ok, "");
    let spans = exported(&["long_root", "long_child", "long_request"]);
    assert_eq!(spans.len(), 2002);
    assert!(spans.iter().all(|span| span.trace_id == 7));
    let root = spans.iter().find(|span| span.function == "long_root").unwrap();
    assert_eq!(root.fields, [("number".to_owned(), "U64(42)".to_owned())]);
    let whole = spans.iter().filter(|span| span.function == "long_child");
    assert!(whole.filter(|span| span.fields.len() == 1).count() == 2000);
    let request = spans.iter().find(|span| span.function == "long_request").unwrap();
    assert_eq!(request.parent_id, 9);
}

#[test]
fn a_spawned_task_belongs_to_the_trace_and_a_linked_job_does_not() {
    let [parent, task, job] = ["spawn_parent", "spawn_task", "spawn_job"].map(site);
    let remote = Remote { trace_id: 11, span_id: 3, sampled: true };
    let mut opened = Root::start(site("spawn_request"), Some(remote));
    opened.bind("request_id", "r-1");
    let (mut carried, from) = {
        let _inside = opened.enter();
        call(parent, || {
            let carried = Box::pin(carry(async move {
                let mut bound = Vec::new();
                with_bindings(&mut |key, value| bound.push((key, value.to_owned())));
                assert_eq!(bound, [("request_id", "r-1".to_owned())]);
                call_async(task, ready_at(1)).await;
            }));
            (carried, context())
        })
    };
    opened.finish(Outcome::Ok, "");
    assert!(poll(carried.as_mut()).is_ready());
    let mut linked = Box::pin(from.link(call_async(job, async {
        panic!("on purpose");
    })));
    assert!(catch_unwind(AssertUnwindSafe(|| poll(linked.as_mut()))).is_err());
    drop(linked);
    let spans = exported(&["spawn_parent", "spawn_task", "spawn_job"]);
    let by_name: HashMap<_, _> = spans.iter().map(|span| (span.function, span)).collect();
    assert_eq!(by_name["spawn_task"].trace_id, 11);
    assert_eq!(by_name["spawn_task"].parent_id, by_name["spawn_parent"].span_id);
    let job = by_name["spawn_job"];
    assert_ne!(job.trace_id, 11);
    assert_eq!(job.parent_id, 0);
    assert_eq!(job.link, Some((11, by_name["spawn_parent"].span_id)));
    assert_eq!(format!("{}", from.trace_id().unwrap()), format!("{:032x}", 11));
}

#[test]
fn threads_that_come_and_go_lose_no_call() {
    let busy = site("busy");
    for _ in 0..4 {
        let threads: Vec<_> = (0..4)
            .map(|_| std::thread::spawn(|| (0..50).for_each(|_| call(busy, || ()))))
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    }
    assert_eq!(counted(busy), Counted { started: 800, ended: 800, ..Counted::default() });
}

#[test]
fn a_call_in_a_thread_locals_destructor_is_counted() {
    struct Last(std::cell::Cell<Option<&'static Site>>);
    impl Drop for Last {
        fn drop(&mut self) {
            if let Some(site) = self.0.get() {
                call(site, || ());
            }
        }
    }
    thread_local!(static FIRST: Last = const { Last(std::cell::Cell::new(None)) });
    thread_local!(static SECOND: Last = const { Last(std::cell::Cell::new(None)) });
    let late = site("late");
    std::thread::spawn(|| {
        FIRST.with(|last| last.0.set(Some(late)));
        call(late, || ());
        SECOND.with(|last| last.0.set(Some(late)));
    })
    .join()
    .unwrap();
    assert_eq!(counted(late), Counted { started: 3, ended: 3, ..Counted::default() });
}

#[test]
fn deep_recursion_is_linear_and_bounded() {
    let deep = site("deep");
    fn descend(site: &'static Site, depth: usize) {
        call(site, || {
            if depth > 1 {
                descend(site, depth - 1);
            }
        });
    }
    let depth = if cfg!(miri) { 50 } else { 100_000 };
    let stack = 128 * 1024 * 1024;
    let thread = std::thread::Builder::new().stack_size(stack);
    thread.spawn(move || descend(deep, depth)).unwrap().join().unwrap();
    let depth = depth as u64;
    assert_eq!(counted(deep), Counted { started: depth, ended: depth, ..Counted::default() });
}

#[test]
fn fields_are_read_back_with_their_spans_and_a_display_that_calls_marks_harms_nothing() {
    let [outer, inner] = ["fields_outer", "fields_inner"].map(site);
    struct Nosy(&'static Site);
    impl std::fmt::Display for Nosy {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            let mut slot = Slot::new();
            let mut scope = slot.enter(self.0, &[]);
            scope.log("never", &1u8);
            scope.finish(false);
            f.write_str("nosy")
        }
    }
    let _: Result<(), ()> = fallible(outer, || Err(()));
    let mut slot = Slot::new();
    let mut scope = slot.enter(outer, &[]);
    assert!(scope.recording());
    scope.log("a", &true);
    scope.log_public("b", &Nosy(inner));
    scope.log_redacted("c", crate::redact::Strategy::Last(4), "4242424242421234");
    call(inner, || ());
    scope.finish(true);
    let spans = exported(&["fields_outer"]);
    let fields = &spans[1].fields;
    assert_eq!(spans[1].error_type, "_OTHER");
    assert_eq!(
        format!("{fields:?}"),
        r#"[("a", "Bool(true)"), ("b", "Str(\"nosy\")"), ("c", "Str(\"****1234\")")]"#
    );
    assert_eq!(counted(inner).started, 1);
}

#[test]
fn classification_takes_the_closest_type() {
    #[derive(Debug)]
    struct Kinds;
    impl std::fmt::Display for Kinds {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("kinds")
        }
    }
    impl std::error::Error for Kinds {}
    impl classify::ErrorKind for Kinds {
        const KINDS: &'static [&'static str] = &["Declined"];
        fn kind(&self) -> classify::KindInfo {
            classify::KindInfo::new(0, "Declined").expected()
        }
    }
    type Alias<T> = Result<T, Kinds>;
    fn alias(site: &'static Site, out: Alias<u8>) {
        let mut slot = Slot::new();
        let scope = slot.enter(site, &[]);
        (&&&&Probe(&out)).finish(scope, false);
    }
    fn io(site: &'static Site, out: std::io::Result<u8>) {
        let mut slot = Slot::new();
        let scope = slot.enter(site, &[]);
        (&&&&Probe(&out)).finish(scope, false);
    }
    fn option(site: &'static Site, out: Option<u8>) {
        let mut slot = Slot::new();
        let scope = slot.enter(site, &[]);
        (&&&&Probe(&out)).finish(scope, false);
    }
    let sites = ["class_kind", "class_io", "class_any", "class_none"].map(site);
    alias(sites[0], Err(Kinds));
    alias(sites[0], Ok(1));
    io(sites[1], Err(std::io::ErrorKind::TimedOut.into()));
    io(sites[1], Ok(1));
    let _: Result<(), String> = fallible(sites[2], || Err(String::new()));
    option(sites[3], None);
    assert_eq!(sites.map(|site| counted(site).error), [1, 1, 1, 0]);
    let types = error_types();
    for (site, name) in [(sites[0], "Declined"), (sites[1], "TimedOut"), (sites[2], "String")] {
        assert!(types.contains(&(site.cells(), name, 1)), "{name}: {types:?}");
    }
}
