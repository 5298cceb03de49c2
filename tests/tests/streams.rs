//! A marked function's stream is one span, with its items counted and timed; it ends as `ok` at its
//! end, as `error` at an item that is one, and as `cancelled` when it is dropped before.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::{self, BoxStream, FusedStream, Stream, StreamExt as _};
use plimsoll::observe;
use plimsoll_tests::live::{Ends, Live};
use plimsoll_tests::page::Page;
use plimsoll_tests::polling::{block_on, pause};

#[observe]
fn counts(to: u32) -> impl Stream<Item = u32> + Unpin {
    stream::iter(0..to)
}

#[observe]
fn borrows<'a>(rows: &'a [u8]) -> BoxStream<'a, Result<u8, std::fmt::Error>> {
    stream::iter(rows.iter().map(|row| if *row == 0 { Err(std::fmt::Error) } else { Ok(*row) }))
        .boxed()
}

#[observe(error_if = |item| *item > 2, slow = "1h")]
fn pinned(items: Vec<u8>) -> Pin<Box<dyn Stream<Item = u8> + Send>> {
    Box::pin(stream::iter(items))
}

#[observe]
fn waits(items: u32) -> impl Stream<Item = u32> {
    stream::iter(0..items).then(|item| async move {
        pause().await;
        below(item)
    })
}

#[observe]
fn below(item: u32) -> u32 {
    item
}

#[observe]
fn breaks() -> impl Stream<Item = u32> {
    stream::iter([1]).chain(stream::poll_fn(|_| panic!("on purpose")))
}

#[observe]
fn ends_often() -> impl FusedStream<Item = u32> {
    stream::iter([1]).fuse()
}

#[observe]
async fn reads(items: u32) -> u32 {
    waits(items).fold(0, async |sum, item| sum + item).await
}

struct Source;

#[observe]
impl Source {
    fn rows(&self) -> impl Stream<Item = u8> + '_ {
        stream::iter([1, 2])
    }
}

fn needs_send_and_unpin<T: Send + Unpin>(stream: T) -> T {
    stream
}

#[test]
fn a_stream_is_one_span_and_each_item_is_timed() {
    let live = Live::start();

    assert_eq!(block_on(needs_send_and_unpin(counts(3)).collect::<Vec<_>>()), [0, 1, 2]);
    assert_eq!(counts(3).size_hint(), (3, Some(3)));
    // Never polled: not counted. Polled: cancelled when it is dropped.
    drop(counts(3));
    assert_eq!(block_on(counts(3).take(2).collect::<Vec<_>>()), [0, 1]);

    let rows = [1, 0, 2];
    let read: Vec<_> = block_on(borrows(&rows).collect());
    assert_eq!(read, [Ok(1), Err(std::fmt::Error), Ok(2)], "it goes on behind an error");
    assert_eq!(block_on(pinned(vec![1, 2]).collect::<Vec<_>>()), [1, 2]);
    assert_eq!(block_on(pinned(vec![1, 3]).collect::<Vec<_>>()), [1, 3]);
    assert_eq!(block_on(reads(4)), 6);
    assert_eq!(block_on(Source.rows().collect::<Vec<_>>()), [1, 2]);

    let mut broken = Box::pin(breaks());
    assert_eq!(block_on(broken.next()), Some(1));
    assert!(catch_unwind(AssertUnwindSafe(|| block_on(broken.next()))).is_err());
    drop(broken);

    let mut fused = Box::pin(ends_often());
    while !fused.is_terminated() {
        block_on(fused.next());
    }
    let after_end = fused.as_mut().poll_next(&mut Context::from_waker(std::task::Waker::noop()));
    assert_eq!(after_end, Poll::Ready(None));

    let page = live.page();
    let expected = [
        ("counts", ends(1, 0, 1, 0), 5),
        ("borrows", ends(0, 1, 0, 0), 2),
        ("pinned", ends(1, 1, 0, 0), 4),
        ("waits", ends(1, 0, 0, 0), 4),
        ("breaks", ends(0, 0, 0, 1), 1),
        ("ends_often", ends(1, 0, 0, 0), 1),
        ("Source::rows", ends(1, 0, 0, 0), 2),
    ];
    for (function, ends, items) in expected {
        assert_eq!(Ends::on(&page, function), ends, "{function}");
        assert_eq!(items_of(&page, function), Some(items), "{function}");
    }
    assert_eq!(items_of(&page, "below"), None, "a function without a stream has no items");

    let Some(received) = live.end() else { return };
    for (function, ends, items) in expected {
        assert_eq!(Ends::of(&received.spans, function), ends, "{function} in its spans");
        let spans = received.spans.iter().filter(|span| span.name == function);
        let told: u64 =
            spans.map(|span| span.attributes["stream.items"].parse::<u64>().unwrap()).sum();
        assert_eq!(told, items, "{function} in its spans");
    }
    let span = |name: &str| received.spans.iter().find(|span| span.name == name).unwrap();
    assert_eq!(span("below").parent_id, span("waits").span_id, "what it polls is below it");
    assert_eq!(span("waits").parent_id, span("reads").span_id);
    assert_eq!(span("borrows").attributes["error.type"], "Error");
}

const fn ends(ok: u64, error: u64, cancelled: u64, panic: u64) -> Ends {
    Ends { ok, error, cancelled, panic }
}

/// How many items of a function's streams were timed; none if there is no such series.
fn items_of(page: &Page, function: &str) -> Option<u64> {
    let family =
        page.families.iter().find(|family| family.name == "function_item_duration_seconds")?;
    let count = family
        .samples
        .iter()
        .find(|sample| sample.name.ends_with("_count") && sample.labels["function"] == function)?;
    Some(count.value as u64)
}
