//! Functions that return futures, in all the ways that they can be written.

use std::future::{Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use plimsoll::{metric, observe};

type Anything = Box<dyn std::fmt::Debug>;

#[observe(log(id))]
#[metric(counter, name = "ids", help = "Ids", value = id)]
fn block(id: u64) -> impl Future<Output = Result<Anything, String>> {
    let twice = id * 2;
    async move {
        if twice == 0 {
            return Err("zero")?;
        }
        Ok(Box::new(twice))
    }
}

#[observe(log(text.len))]
fn borrowed<'a>(text: &'a Text) -> impl Future<Output = &'a str> + Send + use<'a> {
    async { text.text.as_str() }
}

struct Text {
    text: String,
    len: usize,
}

#[observe(log(id))]
fn boxed<'a>(id: &'a u64) -> Pin<Box<dyn Future<Output = u64> + Send + 'a>> {
    Box::pin(async move { *id })
}

#[observe]
fn elsewhere(id: u64) -> impl Future<Output = u64> + Send {
    ready(id)
}

#[observe]
#[metric(histogram, help = "Time")]
fn boxed_elsewhere(id: u64) -> Pin<Box<dyn Future<Output = Result<u64, String>> + Send>> {
    if id == 0 {
        return Box::pin(ready(Err(String::new())));
    }
    Box::pin(async move { Ok(id) })
}

/// Names of others for boxed futures, with what they like in the brackets.
type BoxFuture<'a, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'a>>;
type LocalBoxFuture = Pin<Box<dyn Future<Output = Result<u64, String>>>>;

#[observe(log(id))]
fn aliased(id: &u64) -> BoxFuture<'_, u64, String> {
    Box::pin(async move { Ok(*id + "1".parse::<u64>().map_err(|_| "no number")?) })
}

#[observe]
fn aliased_elsewhere(id: &u64) -> BoxFuture<'_, u64, String> {
    aliased(id)
}

#[observe]
fn bare_alias(id: u64) -> LocalBoxFuture {
    if id == 0 {
        return Box::pin(ready(Ok(id)));
    }
    Box::pin(async move { aliased_elsewhere(&id).await })
}

/// A trait of another's.
trait Stream {
    fn next(&self) -> u64;
}

impl Stream for u64 {
    fn next(&self) -> u64 {
        *self
    }
}

#[observe]
fn no_stream(id: u64) -> impl Stream {
    id
}

#[observe]
fn named(id: u64) -> Ready<u64> {
    ready(id)
}

#[observe(log(id))]
async fn coerced(id: u64) -> Result<Anything, Box<dyn std::error::Error>> {
    if id == 0 {
        return Ok(Box::new("zero"));
    }
    "1".parse::<u8>()?;
    Ok(Box::new(id))
}

#[observe]
async fn forever() -> ! {
    loop {
        std::future::pending::<()>().await;
    }
}

#[observe(log(id))]
async fn some_iterator(id: u64) -> impl Iterator<Item = u64> {
    [id, id].into_iter()
}

#[observe(log(id))]
async fn mutable(id: &mut u64) -> &mut u64 {
    *id += 1;
    id
}

#[observe(log(first, third))]
async fn patterns((mut first, _): (u64, u64), [.., third]: [u64; 3]) -> u64 {
    first += third;
    first
}

#[observe]
async unsafe fn risky() -> u8 {
    1
}

fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it should not wait"),
    }
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

fn main() {
    assert!(now(assert_send(block(0))).is_err());
    assert!(now(block(1)).is_ok());
    assert_eq!(now(assert_send(borrowed(&Text { text: "x".into(), len: 1 }))), "x");
    assert_eq!(now(boxed(&2)), 2);
    assert_eq!(now(assert_send(elsewhere(3))), 3);
    assert!(now(boxed_elsewhere(0)).is_err());
    assert_eq!(now(boxed_elsewhere(4)), Ok(4));
    assert_eq!(now(aliased(&1)), Ok(2));
    assert_eq!(now(bare_alias(1)), Ok(2));
    assert_eq!(no_stream(5).next(), 5);
    assert_eq!(now(named(5)), 5);
    assert!(now(coerced(0)).is_ok());
    assert_eq!(now(some_iterator(6)).sum::<u64>(), 12);
    assert_eq!(*now(assert_send(mutable(&mut 6))), 7);
    assert_eq!(now(patterns((1, 2), [3, 4, 5])), 6);
    assert_eq!(now(unsafe { risky() }), 1);
    drop(forever());
}
