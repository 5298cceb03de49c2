//! A recorded call allocates nothing: sync and async, with numbers, short texts, and what strategies
//! leave of texts. Nor does a log line.
//!
//! The allocator counts for each thread, so that plimsoll's own threads may do as they like.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::hint::black_box;
use std::sync::LazyLock;

use plimsoll::{Label, metric, observe, redact};
use plimsoll_tests::allocator::{self, Counting};
use plimsoll_tests::lines::Lines;
use plimsoll_tests::live::Live;
use plimsoll_tests::polling::{block_on, pause};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[derive(Clone, Copy, Label)]
enum Size {
    Small,
    Large,
}

#[observe]
fn plain() -> u64 {
    black_box(1)
}

#[observe(log(number, flag, share, name = public(name)))]
fn with_fields(number: u64, flag: bool, share: f64, name: &str) -> usize {
    black_box(name.len() + number as usize + usize::from(flag) + share as usize)
}

#[observe]
#[metric(histogram, name = "sizes_bytes", help = "Sizes", value = bytes, buckets = [10, 1000], labels(size))]
#[metric(counter, name = "measured", help = "Calls", labels(size))]
fn measured(bytes: u64, size: Size) -> u64 {
    black_box(bytes)
}

#[observe]
fn nested(number: u64) -> u64 {
    with_fields(number, true, 0.5, "twenty characters ok") as u64 + plain()
}

#[observe]
fn fallible(number: u64) -> Result<u64, std::num::ParseIntError> {
    Ok(black_box(number))
}

#[observe(log(steps))]
async fn waits(steps: u32) -> u64 {
    for _ in 0..steps {
        pause().await;
    }
    nested(u64::from(steps))
}

/// What most strategies leave of a text, and two of the containers.
#[redact]
struct Customer {
    #[redact]
    note: String,
    #[redact(last(4))]
    card: String,
    #[redact(email)]
    mail: String,
    #[redact(hash("customer"))]
    name: String,
    #[redact(phone)]
    phone: String,
    #[redact(pan)]
    pan: String,
    #[redact(ip)]
    address: String,
    #[redact(url)]
    page: String,
    #[redact(iban)]
    account: String,
    #[redact(bucket(10))]
    age: u8,
    #[redact(month)]
    born: String,
    #[redact(each = email)]
    copies: Vec<String>,
    #[redact(keys = hash("customer"), values = last(2))]
    cards: Vec<(String, String)>,
}

static CUSTOMER: LazyLock<Customer> = LazyLock::new(|| Customer {
    note: "is called Ada".to_owned(),
    card: "0123456789012345".to_owned(),
    mail: "ada@example.org".to_owned(),
    name: "Ada Lovelace".to_owned(),
    phone: "+44 20 7946 0958".to_owned(),
    pan: "4242 4242 4242 4242".to_owned(),
    address: "192.0.2.77".to_owned(),
    page: "https://ada:hunter2@example.org/home?q=1".to_owned(),
    account: "GB82 WEST 1234 5698 7654 32".to_owned(),
    age: 36,
    born: "1815-12-10".to_owned(),
    copies: vec!["ada@example.org".to_owned(); 3],
    cards: vec![("Ada".to_owned(), "0123456789".to_owned()); 3],
});

#[observe(log(customer))]
fn redacted(customer: &Customer) -> u64 {
    black_box(u64::from(customer.age))
}

#[observe(redact(note = full, card = last(4), mail = email, name = hash("customer")))]
fn redacted_arguments(note: &str, card: &str, mail: &str, name: &str) -> u64 {
    black_box((note.len() + card.len() + mail.len() + name.len()) as u64)
}

#[observe(log(number))]
fn logs(number: u64) -> u64 {
    tracing::info!(number, share = 0.25, name = "quo\"ted", debug = ?Some(number), "{number} lines");
    number
}

#[metric(summary, name = "queue_wait_seconds", help = "Waits")]
static WAIT: plimsoll::Summary;

type Call = fn() -> u64;

#[test]
fn a_recorded_call_allocates_nothing() {
    // SAFETY: nothing else runs in this process that looks at the environment.
    unsafe {
        std::env::set_var("OTEL_LOGS_EXPORTER", "none");
        std::env::set_var("PLIMSOLL_HASH_KEY", "2026-11:a key that is long enough");
    }
    let lines = Lines::default();
    let live = Live::start_with(&lines);
    let vector: Call = || black_box(vec![1_u8; 100]).len() as u64;
    assert_eq!(allocations(1, vector), 1, "the allocator counts");
    let observe: Call = || {
        [-2.0, 0.0, 0.25, 7.0].into_iter().for_each(|value| WAIT.observe(value));
        1
    };
    let cases: [(&str, Call); 7] = [
        ("plain", plain),
        ("fields", || with_fields(7, true, 1.5, "twenty characters ok") as u64),
        ("metrics", || measured(100, Size::Small) + measured(1, Size::Large)),
        ("summary", observe),
        ("nested", || nested(3)),
        ("fallible", || fallible(3).unwrap()),
        ("async", || block_on(waits(3))),
    ];
    for (name, call) in cases {
        // The first calls of a thread make its shard and its buffers.
        allocations(1_000, call);
        assert_eq!(allocations(10_000, call), 0, "{name}");
    }
    let strategies: [(&str, Call); 2] = [
        ("strategies", || redacted(&CUSTOMER)),
        ("arguments", || {
            let Customer { note, card, mail, name, .. } = &*CUSTOMER;
            redacted_arguments(note, card, mail, name)
        }),
    ];
    for (name, call) in strategies {
        allocations(100, call);
        assert_eq!(allocations(1_000, call), 0, "{name}");
    }
    // The writer may be late, and a thread then has to hold more lines than before; but not always.
    let event: Call = || {
        tracing::info!(number = 7, share = 0.25, name = "quo\"ted", debug = ?Some(3), "{} lines", 1);
        1
    };
    let typed: Call = || {
        let (email, of) = ("alice@example.com", Some(3_u8));
        plimsoll::info!(
            "typed",
            number = 7,
            share = 0.25,
            name = public("quo\"ted"),
            of,
            redact(email = email),
        );
        1
    };
    let debug: Call = || {
        tracing::info!(customer = ?*CUSTOMER, "redacted");
        1
    };
    let lines_of: [(&str, Call); 4] = [
        ("line", event),
        ("line in a span", || logs(7)),
        ("redacted line", debug),
        ("typed line", typed),
    ];
    for (name, call) in lines_of {
        let rounds = (0..50).map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(6));
            allocations(100, call)
        });
        assert_eq!(rounds.min(), Some(0), "{name}");
    }
    // They all had something to show: the key was there, and each text was of the expected form.
    let shown = format!("{:?}", *CUSTOMER);
    assert_eq!(shown.matches("[redacted]").count(), 1, "{shown}");
    assert!(shown.contains("h1:2026-11:"), "{shown}");
    live.end();
    assert!(lines.all().len() > 10_000, "the lines were written");
}

fn allocations(calls: u32, call: Call) -> u64 {
    let before = allocator::count();
    for _ in 0..calls {
        black_box(call());
    }
    allocator::count() - before
}
