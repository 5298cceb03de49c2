//! What a function returned decides how its call ended, whatever its type is called.
//!
//! One function for each kind of result; the page and the spans name the outcome and the error.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::num::ParseIntError;
use std::pin::Pin;

use plimsoll::{ErrorKind, observe};
use plimsoll_tests::live::{Ends, Live};
use plimsoll_tests::polling::{block_on, pause};

#[derive(Debug, ErrorKind)]
enum OrderError {
    #[kind(expected)]
    OutOfStock,
    #[kind(retryable, name = "Provider")]
    Payment {
        cents: u64,
    },
    Storage(io::Error),
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OrderError::OutOfStock => f.write_str("out of stock"),
            OrderError::Payment { cents } => write!(f, "payment of {cents}"),
            OrderError::Storage(source) => write!(f, "storage: {source}"),
        }
    }
}

impl Error for OrderError {}

#[derive(Debug, ErrorKind)]
struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl Error for Refused {}

type Fallible<T> = Result<T, OrderError>;

#[observe]
fn by_kind(error: OrderError) -> Result<(), OrderError> {
    Err(error)
}

#[observe]
fn by_kind_of_an_alias() -> Fallible<u8> {
    Err(OrderError::OutOfStock)
}

#[observe]
fn by_kind_of_a_struct() -> Result<(), Refused> {
    Err(Refused)
}

#[observe]
fn by_io(kind: io::ErrorKind) -> io::Result<u8> {
    Err(kind.into())
}

#[observe]
fn by_type() -> Result<u64, ParseIntError> {
    "no number".parse()
}

#[observe]
fn by_boxed() -> Result<(), Box<dyn Error + Send + Sync>> {
    Err("boxed".into())
}

#[observe]
fn by_anyhow() -> anyhow::Result<()> {
    anyhow::bail!("anyhow")
}

#[observe]
fn by_text() -> Result<(), String> {
    Err("text".to_owned())
}

#[observe]
fn fine() -> Fallible<()> {
    Ok(())
}

#[observe]
fn nothing() {}

#[observe]
fn absent() -> Option<u8> {
    None
}

#[observe(error_if = |out: &Option<u8>| out.is_none())]
fn absent_by_rule() -> Option<u8> {
    None
}

#[observe(error_if = |out: &Option<u8>| out.is_none())]
fn present_by_rule() -> Option<u8> {
    Some(1)
}

#[observe(error_if = too_many)]
fn rule_by_name(number: u32) -> u32 {
    number
}

fn too_many(number: &u32) -> bool {
    *number > 3
}

#[observe(error_if = |out: &Result<u8, OrderError>| out.as_ref().is_ok_and(|number| *number == 0))]
fn rule_besides_a_result(number: Option<u8>) -> Result<u8, OrderError> {
    number.ok_or(OrderError::OutOfStock)
}

#[observe]
async fn async_by_kind() -> Fallible<()> {
    pause().await;
    Err(OrderError::Payment { cents: 100 })
}

#[observe]
async fn async_by_io() -> io::Result<()> {
    pause().await;
    Err(io::ErrorKind::BrokenPipe.into())
}

#[observe]
#[expect(clippy::manual_async_fn, reason = "this form is what is tested")]
fn future_by_io() -> impl Future<Output = io::Result<()>> {
    async move {
        pause().await;
        Err(io::ErrorKind::AddrInUse.into())
    }
}

#[observe]
fn boxed_future_by_kind() -> Pin<Box<dyn Future<Output = Fallible<()>> + Send>> {
    Box::pin(async move {
        pause().await;
        Err(OrderError::Storage(io::ErrorKind::NotFound.into()))
    })
}

#[observe]
fn by_question_mark(text: &str) -> Result<u64, ParseIntError> {
    let number: u64 = text.parse()?;
    Ok(number + 1)
}

/// A function, how often it ended `ok`, and its errors by type.
type Expected<'a> = (&'a str, u64, &'a [(&'a str, u64)]);

#[test]
fn the_returned_value_decides_whatever_its_type_is_called() {
    let live = Live::start();
    assert!(by_kind(OrderError::OutOfStock).is_err());
    assert!(by_kind(OrderError::OutOfStock).is_err());
    assert!(by_kind(OrderError::Payment { cents: 5 }).is_err());
    assert!(by_kind(OrderError::Storage(io::ErrorKind::NotFound.into())).is_err());
    assert!(by_kind_of_an_alias().is_err());
    assert!(by_kind_of_a_struct().is_err());
    assert!(by_io(io::ErrorKind::NotFound).is_err());
    assert!(by_io(io::ErrorKind::ConnectionReset).is_err());
    assert!(by_type().is_err());
    assert!(by_boxed().is_err());
    assert!(by_anyhow().is_err());
    assert!(by_text().is_err());
    assert!(fine().is_ok());
    nothing();
    assert!(absent().is_none());
    assert!(absent_by_rule().is_none());
    assert!(present_by_rule().is_some());
    assert_eq!(rule_by_name(3) + rule_by_name(4), 7);
    assert!(rule_besides_a_result(None).is_err());
    assert!(rule_besides_a_result(Some(0)).is_ok());
    assert!(rule_besides_a_result(Some(1)).is_ok());
    assert!(block_on(async_by_kind()).is_err());
    assert!(block_on(async_by_io()).is_err());
    assert!(block_on(future_by_io()).is_err());
    assert!(block_on(boxed_future_by_kind()).is_err());
    assert!(by_question_mark("1").is_ok());
    assert!(by_question_mark("x").is_err());

    let expected: [Expected<'_>; 20] = [
        ("by_kind", 0, &[("OutOfStock", 2), ("Provider", 1), ("Storage", 1)]),
        ("by_kind_of_an_alias", 0, &[("OutOfStock", 1)]),
        ("by_kind_of_a_struct", 0, &[("Refused", 1)]),
        ("by_io", 0, &[("NotFound", 1), ("ConnectionReset", 1)]),
        ("by_type", 0, &[("ParseIntError", 1)]),
        ("by_boxed", 0, &[("Error", 1)]),
        ("by_anyhow", 0, &[("Error", 1)]),
        ("by_text", 0, &[("String", 1)]),
        ("fine", 1, &[]),
        ("nothing", 1, &[]),
        ("absent", 1, &[]),
        ("absent_by_rule", 0, &[("None", 1)]),
        ("present_by_rule", 1, &[]),
        ("rule_by_name", 1, &[("_OTHER", 1)]),
        ("rule_besides_a_result", 1, &[("OutOfStock", 1), ("_OTHER", 1)]),
        ("async_by_kind", 0, &[("Provider", 1)]),
        ("async_by_io", 0, &[("BrokenPipe", 1)]),
        ("future_by_io", 0, &[("AddrInUse", 1)]),
        ("boxed_future_by_kind", 0, &[("Storage", 1)]),
        ("by_question_mark", 1, &[("ParseIntError", 1)]),
    ];
    let page = live.page();
    let received = live.end();
    for (function, ok, errors) in expected {
        let error = errors.iter().map(|(_, count)| count).sum();
        let ends = Ends { ok, error, ..Ends::default() };
        assert_eq!(Ends::on(&page, function), ends, "{function}");
        for (error_type, count) in errors {
            let labels = [("function", function), ("outcome", "error"), ("error_type", error_type)];
            assert_eq!(page.value("function_calls_total", &labels), *count as f64, "{labels:?}");
        }
        let Some(received) = &received else { continue };
        assert_eq!(Ends::of(&received.spans, function), ends, "{function} in its spans");
        for (error_type, count) in errors {
            let spans = received.spans.iter().filter(|span| {
                let own = span.attributes.get("error.type").map_or("", String::as_str);
                span.name == function && span.status == "ERROR" && own == *error_type
            });
            assert_eq!(spans.count() as u64, *count, "{function}: error.type {error_type}");
        }
    }
}
