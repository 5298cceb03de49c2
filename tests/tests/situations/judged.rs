//! What counts as an error: by the value, by a rule, by the kind; however the result is spelled.

use std::error::Error;
use std::fmt;
use std::io;

use plimsoll::{ErrorKind, observe};
use plimsoll_tests::live::Live;
use plimsoll_tests::polling::{block_on, pause};

use crate::told::{Part, ends, ok};

#[observe]
fn opens(exists: bool) -> Result<(), ()> {
    if exists { Ok(()) } else { Err(()) }
}

/// An `Option` is a value like any other, unless somebody says otherwise.
#[observe]
fn looks_up(id: u8) -> Option<u8> {
    (id > 0).then_some(id)
}

#[observe(error_if = Option::is_none)]
fn must_find(id: u8) -> Option<u8> {
    (id > 0).then_some(id)
}

#[observe(error_if = |found: &Option<u8>| found.is_none())]
async fn must_find_later(id: u8) -> Option<u8> {
    pause().await;
    (id > 0).then_some(id)
}

#[observe(error_if = |status| *status >= 500)]
fn answers(status: u16) -> u16 {
    status
}

/// What is missing in the cache is no error, but a cache that is gone is one.
#[observe(ok_if = is_missing)]
fn reads_the_cache(kind: Option<io::ErrorKind>) -> io::Result<u8> {
    kind.map_or(Ok(1), |kind| Err(kind.into()))
}

fn is_missing(read: &io::Result<u8>) -> bool {
    read.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

#[observe(error_if = Words::is_empty)]
fn by_a_method_of_the_value(text: &str) -> Words {
    Words(text.split_whitespace().map(str::to_owned).collect())
}

struct Words(Vec<String>);

impl Words {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The first word is that of `ok_if`.
#[observe(ok_if = |stock| *stock == Ok(0), error_if = |stock| stock.is_ok_and(|stock| stock < 5))]
fn by_both(stock: i32) -> Result<i32, u8> {
    if stock < 0 { Err(1) } else { Ok(stock) }
}

#[observe]
fn some_text_or_io(fail: bool) -> Result<impl ToString, io::Error> {
    if fail { Err(io::ErrorKind::TimedOut.into()) } else { Ok("text") }
}

#[observe]
fn some_text_by_an_alias(fail: bool) -> io::Result<impl ToString> {
    if fail { Err(io::ErrorKind::TimedOut.into()) } else { Ok("text") }
}

/// An alias of another crate, written from the root.
#[rustfmt::skip]
#[observe]
fn some_text_by_an_alias_of_a_crate(fail: bool) -> ::anyhow::Result<impl ToString> {
    if fail { Err(anyhow::anyhow!("on purpose")) } else { Ok("text") }
}

#[observe]
fn some_text_or_some_error(fail: bool) -> Result<impl ToString, impl Error> {
    if fail { Err(fmt::Error) } else { Ok("text") }
}

/// An alias whose name says nothing.
type Outcome = Result<u8, io::Error>;

#[observe]
async fn by_an_alias_of_ours(fail: bool) -> Outcome {
    pause().await;
    if fail { Err(io::ErrorKind::TimedOut.into()) } else { Ok(1) }
}

/// Not printable, and no error of the standard library's.
struct Body;

#[derive(Debug, ErrorKind)]
enum ApiError {
    Empty,
    #[kind(expected, name = "BadRequest")]
    Client {
        body: Body,
    },
    #[kind(retryable)]
    Server(u16),
    #[kind(transparent)]
    Store(StoreError),
}

#[derive(Debug, ErrorKind)]
enum StoreError {
    #[kind(level = warn)]
    Full,
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret")
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ApiError::Empty => f.write_str("empty"),
            ApiError::Client { body: Body } => f.write_str("not understood"),
            ApiError::Server(status) => write!(f, "status {status}"),
            ApiError::Store(source) => write!(f, "store: {source}"),
        }
    }
}

impl Error for ApiError {}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("full")
    }
}

impl Error for StoreError {}

#[observe]
fn by_kinds(error: ApiError) -> Result<(), ApiError> {
    Err(error)
}

/// What the bound says of a type is all that is known of it.
#[observe]
fn by_a_bound<E: ErrorKind + 'static>(error: E) -> Result<(), E> {
    Err(error)
}

#[observe]
fn by_no_bound<E>(error: E) -> Result<(), E> {
    Err(error)
}

/// One kind is no error here.
#[observe(ok_if = |sent| matches!(sent, Err(ApiError::Client { .. })))]
fn by_kinds_but_one(error: ApiError) -> Result<(), ApiError> {
    Err(error)
}

pub(crate) fn run(_: &Live) {
    assert!(opens(true).is_ok() && opens(false).is_err() && opens(false).is_err());
    assert_eq!((looks_up(1), looks_up(0)), (Some(1), None));
    assert_eq!((must_find(1), must_find(0)), (Some(1), None));
    assert_eq!((block_on(must_find_later(1)), block_on(must_find_later(0))), (Some(1), None));
    assert_eq!([200, 404, 503].map(answers), [200, 404, 503]);
    assert!(reads_the_cache(None).is_ok());
    assert!(reads_the_cache(Some(io::ErrorKind::NotFound)).is_err());
    assert!(reads_the_cache(Some(io::ErrorKind::BrokenPipe)).is_err());
    assert!(by_a_method_of_the_value(" ").is_empty());
    assert!(!by_a_method_of_the_value("a b").is_empty());
    assert_eq!([0, 3, 9, -1].map(by_both), [Ok(0), Ok(3), Ok(9), Err(1)]);
    for fail in [false, true] {
        assert_eq!(some_text_or_io(fail).is_err(), fail);
        assert_eq!(some_text_by_an_alias(fail).is_err(), fail);
        assert_eq!(some_text_by_an_alias_of_a_crate(fail).is_err(), fail);
        assert_eq!(some_text_or_some_error(fail).is_err(), fail);
        assert_eq!(block_on(by_an_alias_of_ours(fail)).is_err(), fail);
    }
    let store = ApiError::Store(StoreError::Full);
    for error in [ApiError::Empty, ApiError::Client { body: Body }, ApiError::Server(502), store] {
        assert!(by_kinds(error).is_err());
    }
    assert!(by_a_bound(StoreError::Full).is_err() && by_a_bound(ApiError::Empty).is_err());
    assert!(by_no_bound(StoreError::Full).is_err());
    assert!(by_kinds_but_one(ApiError::Client { body: Body }).is_err());
    assert!(by_kinds_but_one(ApiError::Empty).is_err());
}

pub(crate) fn look(told: &Part<'_>) {
    told.of("opens", ends(1, 2, 0, 0)).error("()", 2).logged(&["ERROR failed: ()"; 2]);
    told.of("looks_up", ok(2));
    let once = ends(1, 1, 0, 0);
    for name in ["must_find", "must_find_later"] {
        told.of(name, once).error("None", 1).logged(&["ERROR failed: None"]);
    }
    const OTHER: &[&str] = &["ERROR failed: _OTHER"];
    told.of("answers", ends(2, 1, 0, 0)).error("_OTHER", 1).logged(OTHER);
    told.of("reads_the_cache", ends(2, 1, 0, 0))
        .error("BrokenPipe", 1)
        .logged(&["ERROR failed: BrokenPipe: broken pipe"]);
    told.of("by_a_method_of_the_value", once).error("_OTHER", 1).logged(OTHER);
    told.of("by_both", ends(2, 2, 0, 0))
        .error("_OTHER", 1)
        .error("u8", 1)
        .logged(&["ERROR failed: _OTHER", "ERROR failed: u8"]);
    // Of the standard library's errors the text is known to be harmless; of others there is the type.
    for (name, error, line) in [
        ("some_text_or_io", "TimedOut", "ERROR failed: TimedOut: timed out"),
        ("some_text_by_an_alias", "TimedOut", "ERROR failed: TimedOut: timed out"),
        ("some_text_by_an_alias_of_a_crate", "Error", "ERROR failed: Error"),
        (
            "some_text_or_some_error",
            "Error",
            "ERROR failed: Error: an error occurred when formatting an argument",
        ),
        ("by_an_alias_of_ours", "TimedOut", "ERROR failed: TimedOut: timed out"),
    ] {
        told.of(name, once).error(error, 1).logged(&[line]);
    }
    let kinds = told.of("by_kinds", ends(0, 4, 0, 0));
    let names = ["Empty", "BadRequest", "Server", "Full"];
    names.into_iter().fold(kinds, |kinds, name| kinds.error(name, 1)).logged(&[
        "ERROR failed: Empty",
        "INFO failed: BadRequest",
        "ERROR failed: Server",
        "WARN failed: Full",
    ]);
    told.of("by_a_bound", ends(0, 2, 0, 0))
        .error("Full", 1)
        .error("Empty", 1)
        .logged(&["WARN failed: Full", "ERROR failed: Empty"]);
    told.of("by_no_bound", ends(0, 1, 0, 0))
        .error("StoreError", 1)
        .logged(&["ERROR failed: StoreError"]);
    told.of("by_kinds_but_one", once).error("Empty", 1).logged(&["ERROR failed: Empty"]);
}
