//! Figures that a program gives in other ways than by counting: callbacks, infos, timers, gauges that
//! follow something.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use plimsoll::{Counter, Gauge, Histogram, Info, Label, Open, metric, observe};
use plimsoll_tests::live::Live;
use plimsoll_tests::page::Page;

#[derive(Clone, Copy, Label)]
enum Pool {
    Read,
    Write,
}

#[metric(info, name = "figures_flags", help = "Flags.", labels(dark_mode, cohort))]
static FLAGS: Info<2>;

#[metric(gauge, name = "figures_seats", help = "Seats.")]
static SEATS: Gauge;

#[metric(gauge, name = "figures_idle", help = "Idle.", labels(pool))]
static IDLE: Gauge<Pool>;

#[metric(gauge, name = "figures_queued", help = "Queued.", labels(queue: open(10)))]
static QUEUED: Gauge<Open>;

#[metric(counter, name = "figures_sent", help = "Sent.")]
static SENT: Counter;

#[metric(histogram, name = "figures_took_seconds", help = "Took.", buckets = [0.001, 10])]
static TOOK: Histogram;

#[metric(counter, name = "figures_ended", help = "Ended.", labels(thread: open(1)))]
static ENDED: Counter<Open>;

static THREADS_NOW: AtomicU64 = AtomicU64::new(4);
static FAILS: AtomicBool = AtomicBool::new(false);

#[metric(gauge, name = "figures_threads", help = "Threads.", callback)]
fn threads() -> u64 {
    assert!(!FAILS.load(Ordering::Relaxed), "on purpose");
    THREADS_NOW.load(Ordering::Relaxed)
}

/// One pool has two parts, the other is not open.
#[metric(gauge, name = "figures_open", help = "Open.", labels(pool: Pool), callback)]
fn open() -> Vec<(Pool, f64)> {
    assert!(!FAILS.load(Ordering::Relaxed), "on purpose");
    vec![(Pool::Write, 1.5), (Pool::Write, 2.0)]
}

#[observe]
fn looked_at() -> u64 {
    11
}

#[test]
fn figures_are_asked_for_and_shown() {
    SEATS.set(7);
    let live = Live::start();
    infos_have_a_series_once_they_are_set(&live);
    gauges_follow_what_lives(&live);
    timers_measure_until_they_are_dropped(&live);
    callbacks_are_asked_at_each_scrape(&live);
    a_panic_loses_only_itself(&live);
    callbacks_may_do_what_they_like(&live);
    threads_that_end_count_too(&live);
    live.end();
}

fn infos_have_a_series_once_they_are_set(live: &Live) {
    assert!(live.page().find("figures_flags_info", &[]).is_empty());
    FLAGS.set(["on", "b"]);
    FLAGS.set(["off", "\0\"\n\\é"]);
    for _ in 0..2 {
        let page = live.page();
        let facts = [("dark_mode", "off"), ("cohort", "\u{fffd}\"\n\\é")];
        assert_eq!(page.value("figures_flags_info", &facts), 1.0);
        assert_eq!(page.find("figures_flags_info", &[]).len(), 1, "what held before is gone");
    }
    FLAGS.set(["on", &"é".repeat(100)]);
    let cut = "é".repeat(64);
    assert_eq!(live.page().value("figures_flags_info", &[("cohort", &cut)]), 1.0);
}

fn gauges_follow_what_lives(live: &Live) {
    let seats = || live.page().value("figures_seats", &[]);
    assert_eq!(seats(), 7.0, "it was set before `init`");
    let guards: Vec<_> = (0..3).map(|_| SEATS.track()).collect();
    assert_eq!(seats(), 10.0);
    std::thread::scope(|scope| {
        for guard in guards {
            scope.spawn(move || drop(guard));
        }
        for _ in 0..4 {
            scope.spawn(|| (0..1000).for_each(|_| drop(SEATS.track())));
        }
    });
    SEATS.add(f64::NAN);
    SEATS.sub(f64::INFINITY);
    assert_eq!(seats(), 7.0, "what is no number is no change");
    SEATS.set(f64::NEG_INFINITY);
    assert_eq!(seats(), f64::NEG_INFINITY);
    SEATS.set(f64::NAN);
    assert!(seats().is_nan());
    SEATS.set(true);
    assert_eq!(seats(), 1.0);
}

fn timers_measure_until_they_are_dropped(live: &Live) {
    TOOK.observe_duration(Duration::from_secs(5));
    TOOK.observe(Duration::from_secs(2));
    drop(TOOK.time());
    TOOK.time().discard();
    let panics = std::panic::catch_unwind(|| {
        let _timer = TOOK.time();
        std::panic::resume_unwind(Box::new(()));
    });
    assert!(panics.is_err());
    let page = live.page();
    assert_eq!(page.value("figures_took_seconds_count", &[]), 4.0);
    assert_eq!(page.value("figures_took_seconds_bucket", &[("le", "10.0")]), 4.0);
    assert!((7.0..8.0).contains(&page.value("figures_took_seconds_sum", &[])));
}

fn callbacks_are_asked_at_each_scrape(live: &Live) {
    static SENT_NOW: AtomicU64 = AtomicU64::new(5);
    IDLE.with(Pool::Write).set(2);
    IDLE.with(Pool::Read).read_from(|| 9usize);
    QUEUED.with("mail").read_from(|| 3);
    SENT.inc();
    SENT.read_from(|| SENT_NOW.fetch_add(1, Ordering::Relaxed));
    let page = live.page();
    assert_eq!(page.value("figures_threads", &[]), 4.0);
    assert_eq!(page.value("figures_open", &[("pool", "write")]), 3.5, "parts are added up");
    assert!(page.find("figures_open", &[("pool", "read")]).is_empty(), "nobody gave one");
    assert_eq!(page.value("figures_idle", &[("pool", "read")]), 9.0);
    assert_eq!(page.value("figures_idle", &[("pool", "write")]), 2.0);
    assert_eq!(page.value("figures_queued", &[("queue", "mail")]), 3.0);
    assert_eq!(page.value("figures_sent_total", &[]), 5.0, "in place of what was counted");
    THREADS_NOW.store(6, Ordering::Relaxed);
    let page = live.page();
    assert_eq!(page.value("figures_threads", &[]), 6.0);
    assert_eq!(page.value("figures_sent_total", &[]), 6.0);
    SENT.read_from(|| -1);
    assert!(live.page().find("figures_sent_total", &[]).is_empty(), "that is no count");
    SENT.read_from(|| 8);
    assert_eq!(live.page().value("figures_sent_total", &[]), 8.0);
}

fn a_panic_loses_only_itself(live: &Live) {
    let panics =
        |page: &Page, metric| page.value("plimsoll_callback_panics_total", &[("metric", metric)]);
    assert_eq!(panics(&live.page(), "figures_threads"), 0.0);
    FAILS.store(true, Ordering::Relaxed);
    QUEUED.with("post").read_from(|| if FAILS.load(Ordering::Relaxed) { panic!("too") } else { 1 });
    let page = live.page();
    FAILS.store(false, Ordering::Relaxed);
    for (name, labels) in
        [("figures_threads", None), ("figures_open", None), ("figures_queued", Some("post"))]
    {
        let labels: Vec<_> = labels.map(|queue| ("queue", queue)).into_iter().collect();
        assert!(page.find(name, &labels).is_empty(), "{name} is missing");
        assert_eq!(panics(&page, name), 1.0);
    }
    assert_eq!(page.value("figures_queued", &[("queue", "mail")]), 3.0);
    assert_eq!(page.value("figures_idle", &[("pool", "read")]), 9.0);
    assert_eq!(panics(&page, "figures_idle"), 0.0);
    let page = live.page();
    assert_eq!(page.value("figures_threads", &[]), 6.0, "it is back");
    assert_eq!(page.value("figures_queued", &[("queue", "post")]), 1.0);
}

fn callbacks_may_do_what_they_like(live: &Live) {
    SEATS.read_from(|| {
        // What asks for it is not asked again for that.
        let mut page = Vec::new();
        plimsoll::metrics_page("", &mut page);
        QUEUED.with("nested").set(page.len().min(1));
        IDLE.with(Pool::Read).read_from(|| 10);
        looked_at()
    });
    live.page();
    let page = live.page();
    assert_eq!(page.value("figures_seats", &[]), 11.0);
    assert_eq!(page.value("figures_queued", &[("queue", "nested")]), 1.0);
    assert_eq!(page.value("figures_idle", &[("pool", "read")]), 10.0);
    let calls = page.sum("function_calls_total", &[("function", "looked_at")]);
    assert_eq!(calls, 0.0, "what it does is not observed");
}

/// Counts when its thread ends: once before the thread gives its shard back, once after that.
struct Ends;

impl Drop for Ends {
    fn drop(&mut self) {
        ENDED.with("one").inc();
        ENDED.with("no room").inc();
    }
}

fn threads_that_end_count_too(live: &Live) {
    thread_local! {
        static FIRST: Ends = const { Ends };
        static LAST: Ends = const { Ends };
    }
    for _ in 0..10 {
        let ends = std::thread::spawn(|| {
            FIRST.with(|_| ());
            ENDED.with("one").inc();
            LAST.with(|_| ());
        });
        ends.join().unwrap();
    }
    let page = live.page();
    let ended = |thread| page.value("figures_ended_total", &[("thread", thread)]);
    assert_eq!((ended("one"), ended("_OTHER")), (30.0, 20.0));
    let labels = [("metric", "figures_ended_total"), ("label", "thread")];
    assert_eq!(page.value("plimsoll_label_overflow_total", &labels), 20.0);
}
