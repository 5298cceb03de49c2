//! Whatever calls, futures that move, scrapes and ends of threads do to each other: each call is
//! counted once, by how it ended, and each span is exported, or lost for a reason.
//!
//! Schedules are made up by proptest; `PROPTEST_CASES` says how many. What is true is noted down by
//! a value in each body, which knows how it was left.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::cell::Cell;
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use plimsoll::observe;
use plimsoll_tests::live::Ends;
use plimsoll_tests::page::{Format, Page};
use plimsoll_tests::{http, sink};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

#[derive(Clone, Copy, Debug)]
enum Fate {
    Ok,
    Error,
    Panic,
}

/// A call and what happens in it.
#[derive(Clone, Debug)]
struct Tree {
    is_async: bool,
    /// Polls that give nothing, before its end.
    waits: u8,
    fate: Fate,
    below: Vec<Tree>,
}

/// What a thread does next.
#[derive(Clone, Debug)]
enum Step {
    /// Calls it to its end.
    Call(Tree),
    /// Polls it so often and leaves it to whoever takes it.
    Begin(Tree, u8),
    /// Takes what another left, and polls it so often; lets it go on, or drops it.
    Take { polls: u8, drops: bool },
    /// Makes a call when the thread's locals are destroyed.
    AtTheEnd,
    /// Reads the page.
    Look,
}

/// How often bodies were left in each way.
struct Tally([AtomicU64; 4]);

impl Tally {
    const fn new() -> Tally {
        Tally([const { AtomicU64::new(0) }; 4])
    }

    fn ends(&self) -> Ends {
        let [ok, error, cancelled, panic] =
            [0, 1, 2, 3].map(|at| self.0[at].load(Ordering::SeqCst));
        Ends { ok, error, cancelled, panic }
    }
}

static PLAIN: Tally = Tally::new();
static FUTURE: Tally = Tally::new();
static LATE: Tally = Tally::new();
static TRAVELLERS: Mutex<VecDeque<Travelling>> = Mutex::new(VecDeque::new());

/// In the body of a call: notes down how it was left.
struct Witness(&'static Tally, Option<usize>);

impl Drop for Witness {
    fn drop(&mut self) {
        let left = if std::thread::panicking() { 3 } else { 2 };
        self.0.0[self.1.unwrap_or(left)].fetch_add(1, Ordering::SeqCst);
    }
}

impl Witness {
    fn end(mut self, fate: Fate) -> Result<(), u8> {
        match fate {
            Fate::Ok => {
                self.1 = Some(0);
                Ok(())
            }
            Fate::Error => {
                self.1 = Some(1);
                Err(7)
            }
            Fate::Panic => std::panic::resume_unwind(Box::new("on purpose")),
        }
    }
}

#[observe]
fn plain(tree: &Tree) -> Result<(), u8> {
    let witness = Witness(&PLAIN, None);
    tree.below.iter().for_each(call);
    witness.end(tree.fate)
}

#[observe]
async fn future(tree: Tree) -> Result<(), u8> {
    let witness = Witness(&FUTURE, None);
    for below in tree.below {
        if below.is_async {
            // Its panic is this one's too.
            let _ = Box::pin(future(below)).await;
        } else {
            call(&below);
        }
    }
    let mut waits = tree.waits;
    poll_fn(|_| {
        waits = waits.saturating_sub(1);
        if waits == 0 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    witness.end(tree.fate)
}

#[observe]
fn late() {
    let _ = Witness(&LATE, None).end(Fate::Ok);
}

type Travelling = Pin<Box<dyn Future<Output = Result<(), u8>> + Send>>;

/// True when there is nothing left to poll.
fn poll(travelling: &mut Travelling, polls: u8) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    (0..polls).any(|_| {
        let polled = catch_unwind(AssertUnwindSafe(|| travelling.as_mut().poll(&mut context)));
        !matches!(polled, Ok(Poll::Pending))
    })
}

fn call(tree: &Tree) {
    if tree.is_async {
        poll(&mut (Box::pin(future(tree.clone())) as Travelling), u8::MAX);
    } else {
        let _ = catch_unwind(AssertUnwindSafe(|| plain(tree)));
    }
}

thread_local!(static LAST: Last = const { Last(Cell::new(0)) });

struct Last(Cell<u8>);

impl Drop for Last {
    fn drop(&mut self) {
        (0..self.0.get()).for_each(|_| late());
    }
}

fn run(step: Step, address: SocketAddr) {
    match step {
        Step::Call(tree) => call(&tree),
        Step::Begin(tree, polls) => {
            let mut travelling: Travelling = Box::pin(future(tree));
            if !poll(&mut travelling, polls) {
                TRAVELLERS.lock().unwrap().push_back(travelling);
            }
        }
        Step::Take { polls, drops } => {
            let taken = TRAVELLERS.lock().unwrap().pop_front();
            if let Some(mut travelling) = taken
                && !poll(&mut travelling, polls)
                && !drops
            {
                TRAVELLERS.lock().unwrap().push_back(travelling);
            }
        }
        Step::AtTheEnd => LAST.with(|last| last.0.set(last.0.get() + 1)),
        Step::Look => look(address, Format::Text, &mut 0.0),
    }
}

fn page(address: SocketAddr, format: Format) -> Page {
    let url = format!("http://{address}/metrics");
    Page::of(&http::get_with(&url, &[("accept", format.accept())]))
}

/// Counters do not fall while calls run.
fn look(address: SocketAddr, format: Format, seen: &mut f64) {
    let page = page(address, format);
    let calls = page.sum("function_calls_total", &[]);
    assert!(calls >= *seen, "{calls} after {seen}");
    *seen = calls;
    assert!(page.sum("function_in_flight", &[]) >= 0.0);
}

fn trees() -> impl Strategy<Value = Tree> {
    let fate = prop_oneof![4 => Just(Fate::Ok), 2 => Just(Fate::Error), 1 => Just(Fate::Panic)];
    let leaf = (any::<bool>(), 0..4u8, fate.clone()).prop_map(|(is_async, waits, fate)| Tree {
        is_async,
        waits,
        fate,
        below: Vec::new(),
    });
    leaf.prop_recursive(3, 12, 3, move |below| {
        (any::<bool>(), 0..4u8, fate.clone(), prop::collection::vec(below, 0..4))
            .prop_map(|(is_async, waits, fate, below)| Tree { is_async, waits, fate, below })
    })
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => trees().prop_map(Step::Call),
        4 => (trees(), 0..4u8).prop_map(|(tree, polls)| Step::Begin(tree, polls)),
        4 => (0..4u8, any::<bool>()).prop_map(|(polls, drops)| Step::Take { polls, drops }),
        1 => Just(Step::AtTheEnd),
        1 => Just(Step::Look),
    ]
}

#[test]
fn each_call_is_counted_once() {
    let telemetry = plimsoll::builder()
        .service("tests")
        .no_log_lines()
        .otlp(sink::start())
        .admin(SocketAddr::from(([127, 0, 0, 1], 0)))
        .init()
        .unwrap();
    let address = telemetry.admin_addr().unwrap();
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut seen = 0.0;
            while !ended.load(Ordering::Relaxed) {
                look(address, Format::Text, &mut seen);
            }
        });
        let threads = prop::collection::vec(prop::collection::vec(steps(), 0..12), 1..5);
        let cases = std::env::var("PROPTEST_CASES").map_or(100, |cases| cases.parse().unwrap());
        let config =
            ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) };
        let result = TestRunner::new(config).run(&threads, |threads| {
            std::thread::scope(|case| {
                let run = |steps: Vec<Step>| {
                    case.spawn(|| steps.into_iter().for_each(|step| run(step, address)))
                };
                // Joined one by one: the scope alone does not wait for the threads' locals.
                let running: Vec<_> = threads.into_iter().map(run).collect();
                running.into_iter().for_each(|thread| thread.join().unwrap());
            });
            TRAVELLERS.lock().unwrap().clear();
            // All of it is known once the threads have ended; only the page may be an old one.
            let deadline = Instant::now() + Duration::from_secs(5);
            for (function, tally) in [("plain", &PLAIN), ("future", &FUTURE), ("late", &LATE)] {
                let counted = || Ends::on(&page(address, Format::OpenMetrics), function);
                let mut ends = counted();
                while ends != tally.ends() && Instant::now() < deadline {
                    std::thread::sleep(Duration::from_millis(20));
                    ends = counted();
                }
                prop_assert_eq!(ends, tally.ends(), "{}", function);
            }
            Ok(())
        });
        ended.store(true, Ordering::Relaxed);
        if let Err(error) = result {
            panic!("{error}");
        }
    });
    let calls = PLAIN.ends().total() + FUTURE.ends().total();
    let report = telemetry.shutdown(Duration::from_secs(30));
    println!("{calls} calls, {} of ending threads; {report}", LATE.ends().total());
    assert_eq!(report.spans.made, report.spans.exported + report.spans.lost_total());
    // There was time for all: a span that nobody found would be lost at the deadline.
    assert!(report.spans.lost.iter().all(|(reason, _)| *reason != "deadline"), "{report}");
    // A thread that ends makes no spans once it has given up its shard.
    assert!(report.spans.made >= calls, "{calls}");
    assert!(report.spans.made <= calls + LATE.ends().total(), "{calls}");
}
