//! Asynchronous methods of traits, native and by `async_trait`, and futures that are joined,
//! selected, dropped half way, or never begun.

use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::future::Future;
use std::num::ParseIntError;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::future::{FutureExt, join, join_all, select, try_join};
use plimsoll::observe;
use plimsoll_tests::live::Ends;
use plimsoll_tests::polling::{block_on, pause, poll};

use crate::panics::{caught, panic_of};
use crate::table::{ends, ok};

trait Store {
    type Row: Debug + Send;

    async fn load(&self, id: u8) -> Result<Self::Row, String>;

    fn promised(&self, id: u8) -> impl Future<Output = Option<Self::Row>> + Send;

    fn refined(&mut self) -> impl Future<Output = u8>;

    #[observe]
    async fn provided(&self, ids: &[u8]) -> Result<Vec<Self::Row>, String> {
        let mut rows = vec![];
        for id in ids {
            rows.push(self.load(*id).await?);
        }
        Ok(rows)
    }

    #[observe]
    fn provided_block<'a>(&'a self, id: &'a u8) -> impl Future<Output = usize> + 'a
    where
        Self: Sync,
    {
        async move { self.promised(*id).await.iter().count() }
    }
}

#[derive(Clone, Debug)]
struct Memory<T> {
    rows: Vec<T>,
}

impl<T: Clone + Debug + Send + Sync> Store for Memory<T> {
    type Row = T;

    #[observe]
    async fn load(&self, id: u8) -> Result<Self::Row, String> {
        pause().await;
        self.rows.get(usize::from(id)).cloned().ok_or_else(|| format!("no {id}"))
    }

    #[observe]
    fn promised(&self, id: u8) -> impl Future<Output = Option<T>> + Send {
        let row = self.rows.get(usize::from(id)).cloned();
        async move {
            pause().await;
            row
        }
    }

    #[observe]
    async fn refined(&mut self) -> u8 {
        self.rows.clear();
        pause().await;
        1
    }
}

#[async_trait::async_trait]
trait Boxing: Send + Sync {
    async fn boxed(&self, text: &str) -> Result<u8, ParseIntError>;

    #[observe]
    async fn boxed_provided(&mut self, texts: Vec<&str>) -> Result<u8, ParseIntError> {
        let mut sum = 0;
        for text in texts {
            sum += self.boxed(text).await?;
        }
        Ok(sum)
    }

    async fn boxed_generic<T: Debug + Send>(self: Arc<Self>, value: T) -> String
    where
        Self: Sized;
}

#[derive(Debug)]
struct Adds(u8);

#[async_trait::async_trait]
impl Boxing for Adds {
    #[observe]
    async fn boxed(&self, text: &str) -> Result<u8, ParseIntError> {
        pause().await;
        let Self(more) = self;
        let number: u8 = text.parse()?;
        Ok(number + more)
    }

    #[observe]
    async fn boxed_generic<T: Debug + Send>(self: Arc<Self>, value: T) -> String {
        pause().await;
        let Self(more) = *self;
        format!("{value:?} {more}")
    }
}

#[async_trait::async_trait(?Send)]
trait Local {
    async fn local(&self, shared: Rc<Cell<u8>>) -> Result<Rc<Cell<u8>>, ()>;
}

#[observe]
async fn of_a_dynamic(boxing: &mut dyn Boxing, text: &str) -> Option<u8> {
    boxing.boxed_provided(vec![text, text]).await.ok()
}

#[async_trait::async_trait(?Send)]
impl Local for Adds {
    #[observe]
    async fn local(&self, shared: Rc<Cell<u8>>) -> Result<Rc<Cell<u8>>, ()> {
        let other = Rc::clone(&shared);
        pause().await;
        other.set(other.get() + self.0);
        if other.get() > 9 { Err(()) } else { Ok(shared) }
    }
}

/// A future of a hand-written type that a marked method makes, and that polls a marked one.
struct Twice<F> {
    inner: Pin<Box<F>>,
    left: u8,
}

impl<F: Future<Output = u8>> Future for Twice<F> {
    type Output = u8;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<u8> {
        if self.left > 0 {
            self.left -= 1;
            return Poll::Pending;
        }
        self.inner.as_mut().poll(context)
    }
}

#[observe]
async fn steps(count: u8) -> u8 {
    for _ in 0..count {
        pause().await;
    }
    count
}

#[observe]
async fn steps_or_not(count: u8) -> Result<u8, u8> {
    let count = steps(count).await;
    if count > 5 { Err(count) } else { Ok(count) }
}

#[observe]
async fn joins() -> (u8, u8, Vec<u8>) {
    let (one, two) = join(steps(1), steps(2)).await;
    (one, two, join_all([steps(0), steps(1)]).await)
}

#[observe]
async fn joins_or_not(count: u8) -> Result<u8, u8> {
    let (one, two) = try_join(steps_or_not(1), steps_or_not(count)).await?;
    Ok(one + two)
}

/// The slower one is dropped.
#[observe]
async fn selects() -> u8 {
    let (slow, quick) = (pin!(slow()), pin!(steps(1)));
    select(slow, quick).await.factor_first().0
}

#[observe]
async fn slow() -> u8 {
    for _ in 0..100 {
        pause().await;
    }
    100
}

/// What a future that is dropped half way holds goes with it.
#[observe]
async fn holds(log: &RefCell<Vec<&'static str>>) {
    struct Says<'a>(&'a RefCell<Vec<&'static str>>, &'static str);
    impl Drop for Says<'_> {
        fn drop(&mut self) {
            self.0.borrow_mut().push(self.1);
        }
    }
    let _first = Says(log, "first");
    let _second = Says(log, "second");
    pause().await;
    log.borrow_mut().push("at the end");
}

#[observe]
fn made_but_not_polled(log: &Cell<u8>) -> impl Future<Output = u8> {
    log.set(log.get() + 1);
    async move {
        log.set(100);
        1
    }
}

#[observe]
async fn panics_at(step: u8) -> Result<(), ()> {
    assert_eq!(steps(step).await, step);
    panic!("at step {step}")
}

#[observe]
async fn catches() -> Option<u8> {
    let caught = std::panic::AssertUnwindSafe(panics_at(1)).catch_unwind().await;
    caught.err().and_then(|payload| payload.downcast_ref::<String>().map(|_| 1))
}

pub(crate) fn run() {
    let mut memory = Memory { rows: vec!["a", "b"] };
    assert_eq!((block_on(memory.load(1)), block_on(memory.promised(0))), (Ok("b"), Some("a")));
    assert_eq!(block_on(memory.provided(&[0, 1])), Ok(vec!["a", "b"]));
    assert_eq!(block_on(memory.provided(&[2])), Err("no 2".to_owned()));
    assert_eq!((block_on(memory.provided_block(&0)), block_on(memory.refined())), (1, 1));
    let mut adds = Adds(1);
    assert_eq!(
        (block_on(adds.boxed("1")), block_on(of_a_dynamic(&mut adds, "1"))),
        (Ok(2), Some(4))
    );
    assert!(block_on(adds.boxed_provided(vec!["x", "1"])).is_err());
    assert_eq!(block_on(adds.local(Rc::default())).map(|shared| shared.get()), Ok(1));
    assert_eq!(block_on(adds.local(Rc::new(Cell::new(9)))), Err(()));
    assert_eq!(block_on(Arc::new(adds).boxed_generic("x")), "\"x\" 1");
    assert_eq!(block_on(Twice { inner: Box::pin(steps(1)), left: 2 }), 1);
    assert_eq!((block_on(joins()), block_on(selects())), ((1, 2, vec![0, 1]), 1));
    assert_eq!((block_on(joins_or_not(2)), block_on(joins_or_not(6))), (Ok(3), Err(6)));
    let log = RefCell::default();
    let mut future = Box::pin(holds(&log));
    assert!(poll(future.as_mut()).is_pending());
    assert!(log.borrow().is_empty());
    drop(future);
    assert_eq!(log.take(), ["second", "first"]);
    block_on(holds(&log));
    assert_eq!(log.take(), ["at the end", "second", "first"]);
    // What is not polled is not run, but for what stands before the block, and not counted.
    drop(holds(&log));
    let made = Cell::new(0);
    drop(made_but_not_polled(&made));
    assert_eq!((made.get(), log.take().len()), (1, 0));
    assert_eq!(panic_of(|| block_on(panics_at(2))).message, "at step 2");
    assert_eq!(caught(|| block_on(catches())), Ok(Some(1)));
    on_tokio();
}

/// Tasks, time-outs and cancellation by a real executor.
fn on_tokio() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        assert_eq!(tokio::spawn(yields("1")).await.unwrap(), Ok(1));
        let waits = tokio::spawn(forever::<u8>());
        tokio::task::yield_now().await;
        waits.abort();
        assert!(waits.await.unwrap_err().is_cancelled());
        let late = tokio::time::timeout(std::time::Duration::from_millis(1), forever::<u8>()).await;
        assert!(late.is_err());
        let first = tokio::select! {
            biased;
            never = forever::<u8>() => never,
            one = yields("x") => u8::from(one.is_err()),
        };
        assert_eq!(first, 1);
    });
}

#[observe]
async fn yields(text: &str) -> Result<u8, ParseIntError> {
    tokio::task::yield_now().await;
    let number = text.parse()?;
    Ok(number)
}

#[observe]
async fn forever<T>() -> T {
    loop {
        tokio::task::yield_now().await;
    }
}

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("load", ends(3, 1, 0, 0)), ("promised", ok(2)), ("refined", ok(1)),
    ("provided", ends(1, 1, 0, 0)), ("provided_block", ok(1)), ("boxed", ends(3, 1, 0, 0)),
    ("boxed_provided", ends(1, 1, 0, 0)), ("boxed_generic", ok(1)), ("local", ends(1, 1, 0, 0)),
    ("of_a_dynamic", ok(1)), ("steps", ok(12)), ("steps_or_not", ends(3, 1, 0, 0)),
    ("joins", ok(1)), ("joins_or_not", ends(1, 1, 0, 0)), ("selects", ok(1)),
    ("slow", ends(0, 0, 1, 0)), ("holds", ends(1, 0, 1, 0)), ("made_but_not_polled", ok(0)),
    ("panics_at", ends(0, 0, 0, 2)), ("catches", ok(1)), ("yields", ends(1, 1, 0, 0)), ("forever", ends(0, 0, 3, 0)),
];
