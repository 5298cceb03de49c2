//! Each call is counted and timed once, whatever becomes of it and wherever it ends.

use super::*;

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
        let mut guard = Guard::new();
        guard.enter(site, &[]);
        (&&&&Probe(&out)).plimsoll_finish(&mut guard, Verdict::ByType);
    }
    fn io(site: &'static Site, out: std::io::Result<u8>) {
        let mut guard = Guard::new();
        guard.enter(site, &[]);
        (&&&&Probe(&out)).plimsoll_finish(&mut guard, Verdict::ByType);
    }
    fn option(site: &'static Site, out: Option<u8>) {
        let mut guard = Guard::new();
        guard.enter(site, &[]);
        (&&&&Probe(&out)).plimsoll_finish(&mut guard, Verdict::ByType);
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

/// How a call went, and what `expected`, `missed` and `beyond` count of it. The objective is 300 ms.
#[test]
fn what_an_objective_counts_of_each_ending() {
    use super::super::ending::{Failure, end_at};

    const MILLIS: u64 = 1_000_000;
    let error = |is_expected| Failure { is_expected, ..Failure::of("No") };
    let (expected, unexpected) = (error(true), error(false));
    for (index, (outcome, failure, millis, counts)) in [
        (Outcome::Ok, Failure::NONE, 1, [0, 0, 0]),
        (Outcome::Ok, Failure::NONE, 400, [0, 1, 1]),
        // Beyond the objective, and beyond the bucket that it cuts.
        (Outcome::Ok, Failure::NONE, 700, [0, 1, 0]),
        (Outcome::Error, &expected, 1, [1, 0, 0]),
        (Outcome::Error, &expected, 400, [1, 1, 1]),
        (Outcome::Error, &unexpected, 1, [0, 0, 0]),
        (Outcome::Error, &unexpected, 400, [0, 0, 1]),
        (Outcome::Panic, Failure::NONE, 400, [0, 0, 1]),
        (Outcome::Cancelled, Failure::NONE, 400, [0, 0, 1]),
    ]
    .into_iter()
    .enumerate()
    {
        let promising = site("promising");
        promising.promise(cell::latency_ticks(300 * MILLIS));
        let mut guard = Guard::new();
        guard.enter(promising, &[]);
        let start = guard.call().unwrap().start;
        end_at(start + clock::ticks(millis * MILLIS), &mut guard, outcome, failure);
        let words = words(promising);
        let counted = [cell::EXPECTED, cell::MISSED, cell::BEYOND].map(|word| words[word]);
        assert_eq!(counted, counts, "case {index}");
        let ended: u64 = words[cell::BUCKETS..cell::ERROR].iter().sum();
        assert_eq!(ended, 1, "case {index}");
    }
}

/// A call over its objective is not one over its budget, nor the other way round.
#[test]
fn an_objective_makes_no_call_slow() {
    use super::super::ending::{Failure, end_at};

    for (function, budget, latency, counts) in
        [("patient", u64::MAX, 1_000, 0), ("impatient", 1_000, u64::MAX, 2)]
    {
        let site = site(function);
        site.assign([site.cells(), NO_CELLS], budget);
        site.promise(latency);
        for ticks in [500, 2_000, 3_000] {
            let mut guard = Guard::new();
            guard.enter(site, &[]);
            let start = guard.call().unwrap().start;
            end_at(start + ticks, &mut guard, Outcome::Ok, Failure::NONE);
        }
        // Nothing is sampled: only slow calls are kept.
        assert_eq!(exported(&[function]).len(), counts, "{function}");
        assert_eq!(words(site)[cell::MISSED], 2 - counts as u64, "{function}");
    }
}
