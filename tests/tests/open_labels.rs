//! Labels whose values come up while the program runs: bounded by their marks, exact, and free of
//! allocations where a value is known, whatever eight threads throw at them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::hint::black_box;
use std::sync::Barrier;
use std::time::Instant;

use plimsoll::{Counter, Gauge, Histogram, Label, Open, metric};
use plimsoll_tests::allocator::{self, Counting};
use plimsoll_tests::live::Live;
use plimsoll_tests::page::Page;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const CAP: u32 = 500;

#[derive(Clone, Copy, Label)]
enum Product {
    Book,
    Pen,
}

#[metric(
    counter,
    name = "open_sold",
    help = "Sold.",
    labels(tenant: open(500), product),
    budget = 1002
)]
static SOLD: Counter<(Open, Product)>;

/// Another declaration of the same metric counts in the same series.
#[metric(
    counter,
    name = "open_sold",
    help = "Sold.",
    labels(tenant: open(500), product),
    budget = 1002
)]
static SOLD_TOO: Counter<(Open, Product)>;

#[metric(
    histogram,
    name = "open_size_bytes",
    help = "Sizes.",
    buckets = [10, 100, 1000],
    labels(tenant: open(500))
)]
static SIZE: Histogram<Open>;

#[metric(gauge, name = "open_seats", help = "Seats.", labels(tenant: open(2), room: open(1)))]
static SEATS: Gauge<(Open, Open)>;

/// A metric of a function, with labels from an argument and from what it returns.
#[metric(
    counter,
    name = "open_booked",
    help = "Booked.",
    value = 2,
    labels(tenant: open(3), kind: open(2) = ret.kind),
    when = always
)]
fn book(tenant: &str, kind: u64) -> Booked {
    assert!(!tenant.is_empty(), "on purpose");
    Booked { kind }
}

struct Booked {
    kind: u64,
}

const THREADS: usize = 8;
const VALUES: usize = 1_000_000 / THREADS;
/// Each comes up in each thread.
const HOSTILE: [&str; 10] = [
    "",
    "_OTHER",
    "\0",
    "\u{1}",
    "\u{1b}[2J\r",
    "a\"} 1\nopen_sold_total{tenant=\"b\"} 9",
    "\\",
    "é🦀",
    "\u{2028}",
    "# EOF",
];

#[test]
fn open_labels_are_bounded_and_exact() {
    // SAFETY: nothing else runs in this process that looks at the environment.
    unsafe { std::env::set_var("OTEL_LOGS_EXPORTER", "none") };
    SEATS.with(("before init", "one")).set(3);
    SOLD.with(("before init", Product::Book)).inc();
    let live = Live::start();
    nothing_is_there_before_it_is_used(&live.page());
    values_may_be_of_many_types(&live);
    gauges_have_room_too(&live);
    functions_have_open_labels(&live);
    a_million_values_fit(&live);
    known_values_allocate_nothing();
    live.end();
}

fn nothing_is_there_before_it_is_used(page: &Page) {
    for name in ["open_sold_total", "open_size_bytes_count"] {
        assert!(page.find(name, &[]).is_empty(), "{name} has been used by nobody");
    }
    // What was set before `init` is a value; what was counted is not.
    assert_eq!(page.value("open_seats", &[("tenant", "before init"), ("room", "one")]), 3.0);
    for (metric, label) in [
        ("open_sold_total", "tenant"),
        ("open_size_bytes", "tenant"),
        ("open_seats", "tenant"),
        ("open_seats", "room"),
    ] {
        assert_eq!(overflow(page, metric, label), 0.0);
    }
    let closed = [("metric", "open_sold_total"), ("label", "product")];
    assert!(page.find("plimsoll_label_overflow_total", &closed).is_empty());
}

fn values_may_be_of_many_types(live: &Live) {
    let owned = String::from("acme");
    SOLD.with(("acme", Product::Book)).add(2.5);
    SOLD.with((&owned, Product::Book)).inc();
    SOLD_TOO.with((&*owned, &Product::Book)).add(2);
    SOLD_TOO.with((owned, Product::Pen)).add(3u64);
    SOLD.with((7, Product::Pen)).inc();
    SOLD.with((true, Product::Pen)).inc();
    // What a counter can't take is not there.
    SOLD.with(("acme", Product::Pen)).add(-1.0);
    SOLD.with(("acme", Product::Pen)).add(f64::INFINITY);
    SIZE.with('x').observe(50);
    SIZE.with("x").observe(f64::NAN);
    let page = live.page();
    let sold = |tenant, product| {
        page.value("open_sold_total", &[("tenant", tenant), ("product", product)])
    };
    assert_eq!((sold("acme", "book"), sold("acme", "pen")), (5.5, 3.0));
    assert_eq!((sold("7", "pen"), sold("true", "pen")), (1.0, 1.0));
    assert_eq!(page.find("open_sold_total", &[]).len(), 4);
    assert_eq!(page.value("open_size_bytes_count", &[("tenant", "x")]), 1.0);
}

fn gauges_have_room_too(live: &Live) {
    SEATS.with(("acme", "one")).add(5);
    // No room for the tenant, none for the room, none for both.
    SEATS.with(("late", "one")).set(f64::NAN);
    SEATS.with(("acme", "two")).add(1);
    let both = SEATS.with(("late", "two"));
    let tracked = both.track();
    both.set(10);
    drop(tracked);
    let page = live.page();
    let seats = |tenant, room| page.value("open_seats", &[("tenant", tenant), ("room", room)]);
    assert_eq!(seats("acme", "one"), 5.0);
    assert!(seats("_OTHER", "one").is_nan(), "it was set to that");
    assert_eq!((seats("acme", "_OTHER"), seats("_OTHER", "_OTHER")), (1.0, 9.0));
    assert_eq!(page.find("open_seats", &[]).len(), 5);
    assert_eq!(
        (overflow(&page, "open_seats", "tenant"), overflow(&page, "open_seats", "room")),
        (3.0, 3.0)
    );
}

fn functions_have_open_labels(live: &Live) {
    for tenant in ["a", "b", "c", "d", "a", "e"] {
        book(tenant, tenant.len() as u64);
    }
    book("a", 2);
    book("a", 3);
    assert!(std::panic::catch_unwind(|| book("", 1)).is_err(), "it never returned");
    let page = live.page();
    let booked =
        |tenant, kind| page.value("open_booked_total", &[("tenant", tenant), ("kind", kind)]);
    assert_eq!((booked("a", "1"), booked("b", "1"), booked("_OTHER", "1")), (4.0, 2.0, 4.0));
    assert_eq!((booked("a", "2"), booked("a", "_OTHER")), (2.0, 2.0));
    assert_eq!(page.find("open_booked_total", &[]).len(), 6);
    let without_room = |label| overflow(&page, "open_booked_total", label);
    assert_eq!((without_room("tenant"), without_room("kind")), (2.0, 1.0));
}

fn a_million_values_fit(live: &Live) {
    let before = live.page();
    let made = (before.sum("open_sold_total", &[]), before.sum("open_size_bytes_count", &[]));
    let ready = Barrier::new(THREADS + 1);
    let (then, started) = std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let ready = &ready;
            scope.spawn(move || {
                // The shard of the thread is not what is measured.
                SOLD.with(("acme", Product::Book)).inc();
                ready.wait();
                ready.wait();
                for hostile in HOSTILE {
                    record(hostile);
                    record(&hostile.repeat(10_000));
                }
                for value in 0..VALUES {
                    record(&format!("tenant {value} of {thread}"));
                }
            });
        }
        ready.wait();
        let before = (resident(), Instant::now());
        ready.wait();
        before
    });
    let recorded = started.elapsed();
    let grown = resident().saturating_sub(then);
    assert!(grown < 20 << 20, "{grown} bytes more");

    let asked = Instant::now();
    let page = live.page();
    // Both formats, and through a socket, in a fraction of the time that it took to record.
    let also = live.page();
    assert!(asked.elapsed() < recorded, "{:?} after {recorded:?}", asked.elapsed());
    assert_eq!(page.series(), also.series());

    let values = VALUES + 2 * HOSTILE.len();
    let sold = made.0 + (THREADS * (values + 1)) as f64;
    let sizes = made.1 + (THREADS * values) as f64;
    assert_eq!(page.sum("open_sold_total", &[]), sold);
    assert_eq!(page.sum("open_size_bytes_count", &[]), sizes);
    let other = [("tenant", "_OTHER")];
    for (metric, count, series) in [
        ("open_sold_total", "open_sold_total", 2 * (CAP + 1)),
        ("open_size_bytes", "open_size_bytes_count", CAP + 1),
    ] {
        let found = page.find(count, &[]);
        assert!(found.len() <= series as usize, "{} series of {metric}", found.len());
        let tenant = |labels: &[(&str, &str)]| page.sum(count, labels);
        assert!(tenant(&other) > tenant(&[]) / 2.0, "most found no room");
        assert_eq!(overflow(&page, metric, "tenant"), tenant(&other), "{metric}");
    }
    // Whose texts look the same is one series; all others have one each.
    assert_eq!(page.find("open_size_bytes_count", &[]).len(), CAP as usize + 1);
}

fn record(tenant: &str) {
    SOLD.with((tenant, Product::Pen)).inc();
    SIZE.with(tenant).observe(tenant.len());
}

fn known_values_allocate_nothing() {
    let bound = SOLD.with(("acme", Product::Book));
    let calls: [(&str, &dyn Fn()); 5] = [
        ("known", &|| SOLD.with(("acme", Product::Book)).inc()),
        ("integer", &|| SOLD.with((7, Product::Pen)).add(black_box(2))),
        ("bound", &|| bound.inc()),
        ("no room", &|| SOLD.with(("nobody has seen this", Product::Book)).inc()),
        ("hostile", &|| SIZE.with("\0\u{1b}é, which no page shows as it is").observe(1)),
    ];
    for (name, call) in calls {
        call();
        let before = allocator::count();
        (0..10_000).for_each(|_| call());
        assert_eq!(allocator::count() - before, 0, "{name}");
    }
}

fn overflow(page: &Page, metric: &str, label: &str) -> f64 {
    page.value("plimsoll_label_overflow_total", &[("metric", metric), ("label", label)])
}

/// The memory of the process that is in use, in bytes.
fn resident() -> u64 {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return 0 };
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}
