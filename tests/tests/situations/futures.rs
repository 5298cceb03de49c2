//! Futures of every origin: `async fn`, blocks, boxes, traits with and without `async_trait`;
//! polled often, elsewhere, or recursively.

use std::any::type_name;
use std::future::Future;
use std::pin::Pin;

use async_trait::async_trait;
use plimsoll::{observe, tracing};
use plimsoll_tests::live::Live;
use plimsoll_tests::polling::{block_on, pause, poll};

use crate::told::{Part, ends, ok};

#[observe(log(steps))]
async fn waits(steps: u8) -> Result<u8, ()> {
    for step in 0..steps {
        tracing::info!(step, "waiting");
        pause().await;
    }
    if steps == 0 { Err(()) } else { Ok(steps) }
}

#[observe]
async fn nothing() {}

#[observe(log(limit))]
async fn some_iterator(limit: u32) -> Result<impl Iterator<Item = u32>, &'static str> {
    pause().await;
    if limit > 10 { Err("too many") } else { Ok((0..).take_while(move |number| *number < limit)) }
}

#[observe]
async fn changes(items: &mut Vec<u8>, last: &mut u8) -> usize {
    items.push(*last);
    pause().await;
    *last = 0;
    items.len()
}

#[observe(log(depth))]
async fn recursive(depth: u8) -> u8 {
    pause().await;
    if depth == 0 { 0 } else { Box::pin(recursive(depth - 1)).await + 1 }
}

#[observe(log(depth))]
fn recursive_box(depth: u8) -> Pin<Box<dyn Future<Output = u8> + Send>> {
    Box::pin(async move {
        pause().await;
        if depth == 0 { 0 } else { recursive_box(depth - 1).await + 1 }
    })
}

#[observe]
#[expect(clippy::manual_async_fn, reason = "it is the situation")]
fn written_as_a_block() -> impl Future<Output = ()> {
    async move {
        tracing::info!("polled");
    }
}

struct Meter {
    counts: Vec<u64>,
}

impl Meter {
    /// What stands before the box is seen inside.
    #[observe(log(more))]
    fn boxed_after_a_word(&mut self, more: u64) -> Pin<Box<dyn Future<Output = u64> + Send + '_>> {
        let before = self.counts.len() as u64;
        self.counts.push(more);
        Box::pin(async move {
            pause().await;
            self.counts.iter().sum::<u64>() + before
        })
    }
}

#[async_trait]
trait Account: Sync {
    async fn deposit(&mut self, cents: u64);

    async fn balance(&self) -> Result<u64, String>;

    /// Provided, and marked here.
    #[observe(log(rate))]
    async fn interest(&self, rate: u64) -> Result<u64, String> {
        Ok(self.balance().await? * rate / 100)
    }

    /// Without `self`.
    async fn open(cents: u64) -> Self
    where
        Self: Sized;
}

#[async_trait]
trait Holds<'a, T> {
    async fn holds(&'a self, other: &'a T) -> &'a T;
}

#[derive(Clone)]
struct Savings {
    cents: u64,
}

impl Savings {
    fn limit(&self) -> u64 {
        self.cents * 2
    }
}

#[async_trait]
impl Account for Savings {
    #[observe(log(cents, self.cents, limit = self.clone().limit(), next = cents + 5))]
    async fn deposit(&mut self, cents: u64) {
        let _ = self.balance().await;
        self.cents += cents;
        let _ = self.balance().await;
    }

    #[observe(log(type = public(type_name::<Self>())))]
    async fn balance(&self) -> Result<u64, String> {
        tracing::info!(cents = self.cents, "balance");
        pause().await;
        if self.cents == 0 { Err("nothing left".to_owned()) } else { Ok(self.cents) }
    }

    #[observe(log(cents))]
    async fn open(cents: u64) -> Self {
        pause().await;
        Savings { cents }
    }
}

#[async_trait]
impl<'a, T: Sync> Holds<'a, T> for Savings {
    #[observe]
    async fn holds(&'a self, other: &'a T) -> &'a T {
        pause().await;
        other
    }
}

#[async_trait]
trait Caches<K, V> {
    async fn cached(&mut self, key: K, value: V) -> Option<V>;
}

struct Cache<K, V> {
    entries: Vec<(K, V)>,
}

#[async_trait]
impl<K: PartialEq + Send, V: Send> Caches<K, V> for Cache<K, V>
where
    Self: Send,
{
    #[observe(log(entries = self.entries.len()))]
    async fn cached(&mut self, key: K, value: V) -> Option<V> {
        pause().await;
        let before = self.entries.iter().position(|(known, _)| *known == key);
        let before = before.map(|at| self.entries.swap_remove(at).1);
        self.entries.push((key, value));
        before
    }
}

/// Without `async_trait`: by the language.
trait Loads {
    async fn load(&self, id: u64) -> Option<u64>;

    fn load_all(&self) -> impl Future<Output = usize> + Send;
}

impl<const N: usize> Loads for [u64; N] {
    #[observe(log(id, size = N), error_if = Option::is_none)]
    async fn load(&self, id: u64) -> Option<u64> {
        pause().await;
        self.iter().copied().find(|one| *one == id)
    }

    #[observe]
    async fn load_all(&self) -> usize {
        pause().await;
        self.len()
    }
}

#[observe]
async fn travels(steps: u8) -> u8 {
    for _ in 0..steps {
        pause().await;
        arrives();
    }
    steps
}

#[observe]
fn arrives() {}

/// Starts when it is polled: whoever makes it need not be who runs it.
#[observe]
fn makes_but_does_not_poll() -> u8 {
    drop(never_polled());
    1
}

#[observe]
async fn never_polled() {}

pub(crate) fn run(_: &Live) {
    assert_eq!((block_on(waits(2)), block_on(waits(0))), (Ok(2), Err(())));
    block_on(nothing());
    assert_eq!(block_on(some_iterator(3)).map(Iterator::sum), Ok(3_u32));
    assert_eq!(block_on(some_iterator(30)).err(), Some("too many"));
    let (mut items, mut last) = (vec![1], 2);
    assert_eq!(block_on(changes(&mut items, &mut last)), 2);
    assert_eq!((items, last), (vec![1, 2], 0));
    assert_eq!((block_on(recursive(2)), block_on(recursive_box(2))), (2, 2));
    block_on(written_as_a_block());
    let mut meter = Meter { counts: vec![1] };
    assert_eq!(block_on(meter.boxed_after_a_word(2)), 4);
    traits();
    elsewhere();
    assert_eq!(makes_but_does_not_poll(), 1);
}

fn traits() {
    let mut savings: Savings = block_on(Savings::open(40));
    block_on(savings.deposit(60));
    let account: &dyn Account = &savings;
    assert_eq!(block_on(account.interest(5)), Ok(5));
    assert!(block_on(Savings { cents: 0 }.interest(5)).is_err());
    assert_eq!(block_on(savings.holds(&'x')), &'x');
    let mut cache = Cache { entries: vec![('a', "one")] };
    let found = [block_on(cache.cached('a', "two")), block_on(cache.cached('b', "three"))];
    assert_eq!((found, cache.entries.len()), ([Some("one"), None], 2));
    assert_eq!((block_on([1, 2].load(2)), block_on([1].load(2))), (Some(2), None));
    assert_eq!(block_on([1, 2, 3].load_all()), 3);
}

/// Made here, polled on other threads, and dropped here.
fn elsewhere() {
    let mut future: Pin<Box<dyn Future<Output = u8> + Send>> = Box::pin(travels(2));
    for _ in 0..2 {
        let polled = std::thread::spawn(move || {
            assert!(poll(future.as_mut()).is_pending());
            future
        });
        future = polled.join().unwrap();
    }
    let last = std::thread::spawn(move || block_on(future.as_mut()));
    assert_eq!(last.join().unwrap(), 2);
}

pub(crate) fn look(told: &Part<'_>) {
    told.of("waits", ends(1, 1, 0, 0))
        .fields(&["steps=2", "steps=0"])
        .logged(&["ERROR failed: ()"]);
    told.of("nothing", ok(1));
    told.of("some_iterator", ends(1, 1, 0, 0))
        .fields(&["limit=3", "limit=30"])
        .error("&str", 1)
        .logged(&["ERROR failed: &str"]);
    told.of("changes", ok(1));
    told.of("recursive", ok(3)).fields(&["depth=2", "depth=1", "depth=0"]).nested();
    told.of("recursive_box", ok(3)).fields(&["depth=2", "depth=1", "depth=0"]).nested();
    told.of("written_as_a_block", ok(1));
    told.of("boxed_after_a_word", ok(1)).fields(&["more=2"]);

    told.of("open", ok(1)).fields(&["cents=40"]);
    told.of("deposit", ok(1)).fields(&["cents=60 limit=80 next=65 self.cents=40"]);
    told.of("balance", ends(3, 1, 0, 0))
        .fields(&["type=situations::futures::Savings"; 4])
        .error("String", 1)
        .logged(&["ERROR failed: String"]);
    told.of("interest", ends(1, 1, 0, 0)).fields(&["rate=5", "rate=5"]).logged(&[]);
    told.of("holds", ok(1));
    told.of("cached", ok(2)).fields(&["entries=1", "entries=1"]);
    told.of("load", ends(1, 1, 0, 0))
        .fields(&["id=2 size=2", "id=2 size=1"])
        .error("None", 1)
        .logged(&["ERROR failed: None"]);
    told.of("load_all", ok(1));

    told.of("arrives", ok(2)).within(&told.of("travels", ok(1)).alone());
    told.of("makes_but_does_not_poll", ok(1));
    told.of("never_polled", ok(0));
    told.wrote(&[
        "INFO waiting step=0 in waits",
        "INFO waiting step=1 in waits",
        "INFO polled in written_as_a_block",
        "INFO balance cents=40 in balance",
        "INFO balance cents=100 in balance",
        "INFO balance cents=100 in balance",
        "INFO balance cents=0 in balance",
    ]);
}
