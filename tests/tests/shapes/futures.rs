//! Functions that return futures without being `async`: blocks, boxes, and futures made elsewhere.

use std::cell::RefCell;
use std::fmt::{Debug, Display};
use std::future::{Future, IntoFuture, Ready, poll_fn, ready};
use std::num::ParseIntError;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use futures_util::future::{self, BoxFuture, Either, FutureExt, LocalBoxFuture, TryFutureExt};
use plimsoll::observe;
use plimsoll_tests::live::Ends;
use plimsoll_tests::polling::{block_on, pause};

use crate::panics::panic_of;
use crate::table::{ends, ok};

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[observe]
fn block() -> impl Future<Output = u8> {
    async { 1 }
}

#[observe]
fn block_that_moves(text: String) -> impl Future<Output = usize> {
    async move {
        pause().await;
        text.len()
    }
}

#[observe]
#[expect(clippy::ptr_arg, reason = "this is what is tested")]
fn block_that_borrows(text: &String) -> impl Future<Output = &str> {
    async {
        pause().await;
        text.as_str()
    }
}

#[observe]
fn block_after_statements(text: &str) -> impl Future<Output = Result<u8, ParseIntError>> + use<> {
    let trimmed = text.trim().to_owned();
    let more = { 1 };
    async move {
        pause().await;
        if trimmed.is_empty() {
            return Ok(0);
        }
        let number: u8 = trimmed.parse()?;
        Ok(number + more)
    }
}

#[observe]
fn block_after_an_early_end(text: &str) -> impl Future<Output = usize> + use<> {
    let length = text.len();
    assert!(length > 0, "it is empty");
    async move { length }
}

#[observe]
fn block_with_lifetime<'a>(one: &'a str, two: &str) -> impl Future<Output = &'a str> + use<'a> {
    let length = two.len();
    async move { &one[length..] }
}

#[observe]
#[expect(clippy::elidable_lifetime_names, reason = "this is what is tested")]
fn block_with_bound<'a, T: Display + Sync>(
    value: &'a T,
) -> impl Future<Output = String> + Send + 'a {
    async move { value.to_string() }
}

#[observe]
fn block_of_generic<F, T, E>(make: F) -> impl Future<Output = Result<T, E>>
where
    F: Future<Output = Result<T, E>>,
{
    async move {
        let out = make.await?;
        Ok(out)
    }
}

#[observe]
fn block_of_opaque(text: &str) -> impl Future<Output = Result<impl Iterator<Item = char>, ()>> {
    async move { if text.is_empty() { Err(()) } else { Ok(text.chars()) } }
}

#[observe]
fn block_in_a_box(number: u8) -> Boxed<'static, Result<u8, u8>> {
    Box::pin(async move {
        pause().await;
        if number > 1 { Err(number) } else { Ok(number) }
    })
}

#[observe]
#[expect(unused_qualifications, reason = "some do write it")]
fn box_by_type<'a>(
    text: &'a str,
) -> Pin<Box<dyn Future<Output = Result<u8, ParseIntError>> + Send + 'a>> {
    let trimmed = text.trim();
    std::boxed::Box::pin(async move {
        let number: u8 = trimmed.parse()?;
        pause().await;
        Ok(number)
    })
}

#[observe]
#[rustfmt::skip]
fn box_with_a_comma(text: &str) -> BoxFuture<'_, usize> {
    Box::pin(
        async move { text.len() },
    )
}

#[observe]
fn box_from_two_places(number: u8) -> BoxFuture<'static, Result<u8, String>> {
    if number == 0 {
        return Box::pin(ready(Err("zero".to_owned())));
    }
    Box::pin(async move { Ok(number) })
}

#[observe]
fn box_by_branch(number: u8) -> LocalBoxFuture<'static, Result<Rc<u8>, ()>> {
    match number {
        0 => Box::pin(ready(Err(()))),
        1 => async move { Ok(Rc::new(number)) }.boxed_local(),
        _ => ready(Ok(Rc::new(number))).boxed_local(),
    }
}

#[observe]
fn box_coerced(number: u8) -> Pin<Box<dyn Future<Output = Box<dyn Debug>>>> {
    Box::pin(async move {
        if number == 0 {
            let zero: Box<dyn Debug> = Box::new("zero");
            return zero;
        }
        Box::new(number)
    })
}

#[observe]
fn recursive_box(depth: u8) -> BoxFuture<'static, Result<u8, u8>> {
    Box::pin(async move {
        pause().await;
        if depth == 0 {
            return Ok(0);
        }
        Ok(recursive_box(depth - 1).await? + 1)
    })
}

#[observe]
fn made_ready(number: u8) -> impl Future<Output = Result<u8, u8>> + Unpin {
    ready(if number > 1 { Err(number) } else { Ok(number) })
}

#[observe]
fn made_by_poll(mut polls: u8) -> impl Future<Output = u8> {
    poll_fn(move |context| {
        context.waker().wake_by_ref();
        polls -= 1;
        if polls == 0 { Poll::Ready(1) } else { Poll::Pending }
    })
}

#[observe]
fn made_by_another(text: &str) -> impl Future<Output = usize> + '_ {
    block_that_moves(text.to_owned())
}

#[observe]
fn made_by_a_method<'a>(
    text: &'a str,
    more: &'a u8,
) -> impl Future<Output = Result<u8, String>> + 'a {
    async move { text.parse::<u8>() }
        .map_ok(move |number| number + more)
        .map_err(|error| error.to_string())
}

#[observe]
fn made_of_two(left: bool) -> impl Future<Output = u8> {
    if left { Either::Left(ready(1)) } else { Either::Right(async { 2 }) }
}

#[observe]
fn made_early(early: bool) -> impl Future<Output = Result<u8, ()>> {
    if early {
        return future::err(());
    }
    future::ok(1)
}

#[observe]
fn made_of_an_argument<F: Future<Output = u8>>(given: F) -> impl Future<Output = u8> {
    given
}

#[observe]
fn made_boxed(given: impl Future<Output = u8> + 'static) -> Pin<Box<impl Future<Output = u8>>> {
    Box::pin(given)
}

/// The mark cannot see a future in these: the call is the making of it.
#[observe]
fn by_name(number: u8) -> Ready<u8> {
    ready(number)
}

#[observe]
fn by_parameter<F: Future>(given: F) -> F {
    given
}

#[observe]
fn by_another_name(number: u8) -> Boxed<'static, u8> {
    Box::pin(ready(number))
}

#[observe]
fn into_future(number: u8) -> impl IntoFuture<Output = u8> {
    ready(number)
}

#[observe]
fn if_there_is_one(number: u8) -> Option<impl Future<Output = u8>> {
    if number > 0 { Some(async move { number }) } else { None }
}

#[observe]
fn if_it_can_be_made(text: &str) -> Result<impl Future<Output = u8> + use<>, ParseIntError> {
    let number: u8 = text.parse()?;
    Ok(async move { number })
}

#[observe]
fn several(count: u8) -> Vec<BoxFuture<'static, u8>> {
    (0..count).map(|number| async move { number }.boxed()).collect()
}

#[observe]
fn panics_before(number: u8) -> impl Future<Output = u8> {
    assert!(number > 0, "before");
    async move {
        assert!(number > 1, "inside");
        number
    }
}

#[derive(Debug, Default)]
struct Store {
    rows: RefCell<Vec<String>>,
}

impl Store {
    #[observe]
    fn row(&self, at: usize) -> impl Future<Output = Option<String>> {
        async move {
            pause().await;
            self.rows.borrow().get(at).cloned()
        }
    }

    #[observe]
    fn insert<'a>(&'a mut self, row: &'a str) -> LocalBoxFuture<'a, Result<&'a mut Self, ()>> {
        Box::pin(async move {
            if row.is_empty() {
                return Err(());
            }
            self.rows.get_mut().push(row.to_owned());
            pause().await;
            Ok(self)
        })
    }

    #[observe]
    fn consumed(self) -> impl Future<Output = Vec<String>> {
        ready(self.rows.into_inner())
    }
}

pub(crate) fn run() {
    assert_eq!((block_on(block()), block_on(block_that_moves("ab".into()))), (1, 2));
    assert_eq!(block_on(block_that_borrows(&"ab".to_owned())), "ab");
    let told = ["1", "", "x"].map(|text| block_on(block_after_statements(text)).ok());
    assert_eq!(told, [Some(2), Some(0), None]);
    assert_eq!(block_on(block_after_an_early_end("ab")), 2);
    let future = block_with_lifetime("abc", &String::from("x"));
    assert_eq!((block_on(future), block_on(block_with_bound(&1))), ("bc", "1".to_owned()));
    assert_eq!(block_on(block_of_generic(ready(Ok::<u8, ()>(1)))), Ok(1));
    assert_eq!(block_on(block_of_opaque("ab")).map(Iterator::count), Ok(2));
    assert!(block_on(block_of_opaque("")).is_err());
    assert_eq!([1, 2].map(|number| block_on(block_in_a_box(number))), [Ok(1), Err(2)]);
    assert_eq!((block_on(box_by_type(" 1")), block_on(box_with_a_comma("ab"))), (Ok(1), 2));
    assert!(block_on(box_by_type("x")).is_err());
    let told = [0, 1].map(|number| block_on(box_from_two_places(number)));
    assert_eq!(told, [Err("zero".to_owned()), Ok(1)]);
    let told = [0, 1, 2].map(|number| block_on(box_by_branch(number)).ok());
    assert_eq!(told, [None, Some(Rc::new(1)), Some(Rc::new(2))]);
    let told = [0, 1].map(|number| format!("{:?}", block_on(box_coerced(number))));
    assert_eq!((told, block_on(recursive_box(2))), (["\"zero\"".into(), "1".into()], Ok(2)));
    made();
}

fn made() {
    assert_eq!([1, 2].map(|number| block_on(made_ready(number))), [Ok(1), Err(2)]);
    assert_eq!((block_on(made_by_poll(3)), block_on(made_by_another("ab"))), (1, 2));
    assert_eq!(block_on(made_by_a_method("1", &2)), Ok(3));
    assert!(block_on(made_by_a_method("x", &2)).is_err());
    assert_eq!([true, false].map(|left| block_on(made_of_two(left))), [1, 2]);
    assert_eq!([true, false].map(|early| block_on(made_early(early))), [Err(()), Ok(1)]);
    assert_eq!((block_on(made_of_an_argument(ready(1))), block_on(made_boxed(ready(1)))), (1, 1));
    assert_eq!((block_on(by_name(1)), block_on(by_parameter(ready(1)))), (1, 1));
    assert_eq!((block_on(by_another_name(1)), block_on(into_future(1).into_future())), (1, 1));
    assert_eq!(
        (if_there_is_one(1).map(block_on), if_there_is_one(0).map(block_on)),
        (Some(1), None)
    );
    assert_eq!(if_it_can_be_made("1").map(block_on), Ok(1));
    assert!(if_it_can_be_made("x").is_err());
    assert_eq!(several(3).into_iter().map(block_on).sum::<u8>(), 3);
    assert_eq!(panic_of(|| panics_before(0)).message, "before");
    let future = panics_before(1);
    assert_eq!(panic_of(|| block_on(future)).message, "inside");
    assert_eq!(block_on(panics_before(2)), 2);
    let mut store = Store::default();
    assert!(block_on(store.insert("")).is_err());
    assert!(block_on(store.insert("row")).is_ok_and(|store| store.rows.borrow().len() == 1));
    assert_eq!((block_on(store.row(0)), block_on(store.row(1))), (Some("row".to_owned()), None));
    assert_eq!(block_on(store.consumed()), ["row"]);
}

/// How the calls above ended.
#[rustfmt::skip]
pub(crate) const ENDS: &[(&str, Ends)] = &[
    ("block", ok(1)), ("block_that_moves", ok(2)), ("block_that_borrows", ok(1)),
    ("block_after_statements", ends(2, 1, 0, 0)), ("block_after_an_early_end", ok(1)),
    ("block_with_lifetime", ok(1)), ("block_with_bound", ok(1)), ("block_of_generic", ok(1)),
    ("block_of_opaque", ends(1, 1, 0, 0)), ("block_in_a_box", ok(2)),
    ("box_by_type", ends(1, 1, 0, 0)), ("box_with_a_comma", ok(1)),
    ("box_from_two_places", ends(1, 1, 0, 0)), ("box_by_branch", ends(2, 1, 0, 0)),
    ("box_coerced", ok(2)), ("recursive_box", ok(3)), ("made_ready", ends(1, 1, 0, 0)),
    ("made_by_poll", ok(1)), ("made_by_another", ok(1)), ("made_by_a_method", ends(1, 1, 0, 0)),
    ("made_of_two", ok(2)), ("made_early", ends(1, 1, 0, 0)), ("made_of_an_argument", ok(1)),
    ("made_boxed", ok(1)), ("by_name", ok(1)), ("by_parameter", ok(1)),
    ("by_another_name", ok(1)), ("into_future", ok(1)), ("if_there_is_one", ok(2)),
    ("if_it_can_be_made", ends(1, 1, 0, 0)), ("several", ok(1)),
    // What panics before the future is there is no call yet.
    ("panics_before", ends(1, 0, 0, 1)), ("row", ok(2)), ("insert", ends(1, 1, 0, 0)),
    ("consumed", ok(1)),
];
