//! A mark changes nothing about the arguments: when they are dropped, and what their `Drop` sees.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::cell::RefCell;
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;

use plimsoll::observe;
use plimsoll_tests::polling::{pause, poll};

thread_local! {
    static DROPPED: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Notes its drop.
struct Noted(&'static str);

impl Drop for Noted {
    fn drop(&mut self) {
        DROPPED.with_borrow_mut(|dropped| dropped.push_str(self.0));
    }
}

fn dropped(run: impl FnOnce()) -> String {
    let _ = catch_unwind(AssertUnwindSafe(run));
    DROPPED.take()
}

fn look(_: &Noted) {}

type Result<T = ()> = std::result::Result<T, Infallible>;

struct Pair {
    x: Noted,
    y: Noted,
}

#[observe]
fn in_order(a: Noted, _b: Noted, c: Noted, fails: Option<Result>) -> Result {
    look(&a);
    let _local = Noted("l");
    look(&c);
    fails.unwrap()?;
    Ok(())
}

#[observe]
fn in_parts(a: Noted, pair: Pair, (b, c): (Noted, Noted)) -> Result {
    look(&c);
    look(&pair.y);
    let _ = (&a, &b, &pair.x);
    Ok(())
}

#[observe]
fn changes(mut a: Noted) -> Result {
    a.0 = "A";
    Ok(())
}

impl Pair {
    #[observe]
    fn gives(mut self, a: Noted) -> Result<Noted> {
        self.y.0 = "Y";
        look(&a);
        Ok(a)
    }
}

#[observe]
async fn waits(a: Noted, _b: Noted, pair: Pair, mut c: Noted) -> Result {
    c.0 = "C";
    look(&pair.y);
    pause().await;
    look(&a);
    Ok(())
}

fn noted() -> [Noted; 3] {
    [Noted("a"), Noted("b"), Noted("c")]
}

fn pair() -> Pair {
    Pair { x: Noted("x"), y: Noted("y") }
}

#[test]
fn arguments_are_dropped_from_the_last_to_the_first() {
    let run = |fails| {
        let [a, b, c] = noted();
        dropped(|| in_order(a, b, c, fails).unwrap())
    };
    assert_eq!(run(Some(Ok(()))), "lcba");
    assert_eq!(run(None), "lcba", "by a panic");
}

#[test]
fn what_is_used_in_part_is_dropped_as_a_whole() {
    let [a, b, c] = noted();
    assert_eq!(dropped(|| in_parts(a, pair(), (b, c)).unwrap()), "cbxya");
}

#[test]
fn a_drop_sees_what_the_body_assigned() {
    assert_eq!(dropped(|| changes(Noted("a")).unwrap()), "A");
    assert_eq!(dropped(|| drop(pair().gives(Noted("a")))), "xYa");
}

#[test]
fn a_future_drops_its_arguments_in_the_same_order() {
    let run = |polls: usize| {
        let [a, b, c] = noted();
        dropped(|| {
            let mut future = pin!(waits(a, b, pair(), c));
            for _ in 0..polls {
                let _ = poll(future.as_mut());
            }
        })
    };
    assert_eq!(run(2), "Cxyba");
    assert_eq!(run(1), "Cxyba", "cancelled");
}
