//! However a call ends, it is counted once, timed once, no longer in flight, and its span says how.
//!
//! Futures are polled by hand and dropped at each poll in turn; sync and async functions unwind.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::future::Future;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

use plimsoll::observe;
use plimsoll_tests::live::{Ends, Live};
use plimsoll_tests::polling::{block_on, pause, poll};

#[observe]
fn sync_calls(end: Ends) -> Result<u64, std::num::ParseIntError> {
    assert_eq!(end.panic, 0, "on purpose");
    if end.ok > 0 {
        return Ok(1);
    }
    let number: u64 = "no number".parse()?;
    Ok(number)
}

#[observe]
#[track_caller]
fn knows_its_caller(number: &str) -> Result<u32, std::num::ParseIntError> {
    let _: u64 = number.parse()?;
    Ok(Location::caller().line())
}

#[observe]
fn never_returns() -> ! {
    panic!("on purpose")
}

#[observe]
fn outer_of_a_panic() {
    inner_panic();
}

#[observe]
fn inner_panic() {
    panic!("on purpose");
}

#[observe]
fn catches() -> bool {
    catch_unwind(caught).is_err()
}

#[observe]
fn caught() {
    panic!("on purpose");
}

#[observe]
async fn waits(steps: u32) -> u32 {
    for _ in 0..steps {
        pause().await;
    }
    steps
}

#[observe]
async fn outer_of_a_wait() -> u32 {
    inner_wait().await + 1
}

#[observe]
async fn inner_wait() -> u32 {
    pause().await;
    1
}

#[observe]
async fn breaks_at(step: u32) {
    for _ in 0..step {
        pause().await;
    }
    panic!("on purpose");
}

#[observe]
async fn fails_at(step: u32) -> std::io::Result<()> {
    for _ in 0..step {
        pause().await;
    }
    Err(std::io::ErrorKind::TimedOut.into())
}

#[observe]
#[expect(clippy::manual_async_fn, reason = "this form is what is tested")]
fn returns_a_future(steps: u32) -> impl Future<Output = u32> {
    async move {
        for _ in 0..steps {
            pause().await;
        }
        steps
    }
}

#[observe]
fn returns_a_boxed_future(steps: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(async move {
        for _ in 0..steps {
            pause().await;
        }
        steps
    })
}

/// Holds a pending future when it unwinds.
#[observe]
fn breaks_while_another_waits() {
    let mut future = Box::pin(left_behind());
    assert!(poll(future.as_mut()).is_pending());
    panic!("on purpose");
}

#[observe]
async fn left_behind() {
    pause().await;
}

#[observe]
async fn travels() -> u32 {
    for _ in 0..4 {
        pause().await;
    }
    4
}

struct Shelf;

impl Shelf {
    #[observe(name = "Shelf::count")]
    fn count(&mut self) -> &mut Shelf {
        self
    }

    #[observe(name = "Shelf::find")]
    async fn find(&self, polls: u32) -> Option<&Shelf> {
        for _ in 0..polls {
            pause().await;
        }
        None
    }
}

#[test]
fn a_call_is_counted_and_timed_once_however_it_ends() {
    let live = Live::start();
    // The panics below are on purpose; their messages would only confuse.
    std::panic::set_hook(Box::new(|_| {}));
    let expected = every_ending(&live);
    drop(std::panic::take_hook());

    let page = live.page();
    for (function, ends) in &expected {
        assert_eq!(Ends::on(&page, function), *ends, "{function} on the page");
    }
    let Some(received) = live.end() else {
        return;
    };
    for (function, ends) in &expected {
        assert_eq!(Ends::of(&received.spans, function), *ends, "{function} in its spans");
    }
    for span in &received.spans {
        let bad = ["error", "panic"].contains(&span.attributes["outcome"].as_str());
        assert_eq!(span.status == "ERROR", bad, "{span:?}");
    }
    let only = |name: &str| {
        let mut spans = received.spans.iter().filter(|span| span.name == name);
        let first = spans.next().unwrap_or_else(|| panic!("no span {name}"));
        assert!(spans.next().is_none(), "{name} twice");
        first
    };
    for (parent, child) in [
        ("outer_of_a_panic", "inner_panic"),
        ("catches", "caught"),
        ("breaks_while_another_waits", "left_behind"),
    ] {
        assert_eq!(only(child).parent_id, only(parent).span_id, "{child} is within {parent}");
        assert_eq!(only(child).trace_id, only(parent).trace_id);
    }
    assert_eq!(only("travels").parent_id, "", "it began outside of any call");
}

/// Makes calls end in every way; says how the calls of each function ended.
fn every_ending(live: &Live) -> Vec<(&'static str, Ends)> {
    let one = Ends::default();
    let in_flight =
        |function: &str| live.page().sum("function_in_flight", &[("function", function)]);

    assert!(sync_calls(Ends { ok: 1, ..one }).is_ok());
    assert!(sync_calls(Ends { error: 1, ..one }).is_err());
    assert!(catch_unwind(|| sync_calls(Ends { panic: 1, ..one })).is_err());
    assert_eq!(knows_its_caller("1"), Ok(line!()));
    assert!(knows_its_caller("no number").is_err());
    assert!(catch_unwind(|| never_returns()).is_err());
    assert!(catch_unwind(outer_of_a_panic).is_err());
    assert!(catches());
    assert!(catch_unwind(breaks_while_another_waits).is_err());

    // Never polled: the call has not begun, and there is nothing to count.
    drop(waits(3));
    // Dropped after its first, second and third poll; ready at its fourth.
    for polls in 1..=4 {
        let mut future = Box::pin(waits(3));
        for number in 1..=polls {
            assert_eq!(poll(future.as_mut()).is_ready(), number == 4);
        }
        assert_eq!(in_flight("waits"), f64::from(u8::from(polls < 4)), "after {polls} polls");
        drop(future);
        assert_eq!(in_flight("waits"), 0.0, "dropped after {polls} polls");
    }
    for step in 0..3 {
        let mut future = Box::pin(breaks_at(step));
        for _ in 0..step {
            assert!(poll(future.as_mut()).is_pending());
        }
        assert!(catch_unwind(AssertUnwindSafe(|| poll(future.as_mut()))).is_err());
        assert_eq!(in_flight("breaks_at"), 0.0, "at once, not when it is dropped");
        drop(future);
    }
    for step in 0..3 {
        assert!(block_on(fails_at(step)).is_err());
    }
    cancel_and_finish(|| Box::pin(outer_of_a_wait()), 2);
    cancel_and_finish(|| Box::pin(returns_a_future(1)), 1);
    cancel_and_finish(|| returns_a_boxed_future(1), 1);
    assert_eq!(in_flight("inner_wait"), 0.0);

    across_threads();

    Shelf.count().count();
    assert!(block_on(Shelf.find(2)).is_none());
    let shelf = Shelf;
    let mut search = Box::pin(shelf.find(2));
    assert!(poll(search.as_mut()).is_pending());
    drop(search);

    vec![
        ("sync_calls", Ends { ok: 1, error: 1, panic: 1, ..one }),
        ("knows_its_caller", Ends { ok: 1, error: 1, ..one }),
        ("never_returns", Ends { panic: 1, ..one }),
        ("outer_of_a_panic", Ends { panic: 1, ..one }),
        ("inner_panic", Ends { panic: 1, ..one }),
        ("catches", Ends { ok: 1, ..one }),
        ("caught", Ends { panic: 1, ..one }),
        ("breaks_while_another_waits", Ends { panic: 1, ..one }),
        // It did not unwind itself: whoever held it did.
        ("left_behind", Ends { cancelled: 1, ..one }),
        ("waits", Ends { ok: 1, cancelled: 3, ..one }),
        ("breaks_at", Ends { panic: 3, ..one }),
        ("fails_at", Ends { error: 3, ..one }),
        ("outer_of_a_wait", Ends { ok: 1, cancelled: 1, ..one }),
        ("inner_wait", Ends { ok: 1, cancelled: 1, ..one }),
        ("returns_a_future", Ends { ok: 1, cancelled: 1, ..one }),
        ("returns_a_boxed_future", Ends { ok: 1, cancelled: 1, ..one }),
        ("travels", Ends { ok: 1, ..one }),
        ("Shelf::count", Ends { ok: 2, ..one }),
        ("Shelf::find", Ends { ok: 1, cancelled: 1, ..one }),
    ]
}

/// Drops one future of this kind after its first poll, and sees another through.
fn cancel_and_finish(make: impl Fn() -> Pin<Box<dyn Future<Output = u32> + Send>>, output: u32) {
    let mut future = make();
    assert!(poll(future.as_mut()).is_pending());
    drop(future);
    assert_eq!(block_on(make()), output);
}

/// Each poll on a thread of its own.
fn across_threads() {
    let mut future: Pin<Box<dyn Future<Output = u32> + Send>> = Box::pin(travels());
    for _ in 0..4 {
        future = std::thread::spawn(move || {
            assert!(poll(future.as_mut()).is_pending());
            future
        })
        .join()
        .unwrap();
    }
    assert_eq!(poll(future.as_mut()), Poll::Ready(4));
}
