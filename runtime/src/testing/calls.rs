//! How calls of one function ended in a capture, and assertions on that.

use std::collections::BTreeMap;
use std::fmt;

use super::Capture;
use super::figures::{self, Family, Series};
use crate::metrics::sources::{CALLS, IN_FLIGHT};

/// How calls of a function ended, so far.
///
/// As text, it is one line: `place_order: 1 ok, 2 error (OutOfStock 2), 0 cancelled, 0 panic,
/// 0 in flight`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Calls {
    /// The function, as it is on the page.
    pub function: String,
    /// Returned, and not with an error.
    pub ok: u64,
    /// Returned an error.
    pub error: u64,
    /// Of these, by their type. An error that has none is in `error` alone.
    pub error_types: BTreeMap<String, u64>,
    /// Futures that were dropped before they were ready.
    pub cancelled: u64,
    /// Unwound.
    pub panic: u64,
    /// Began and have not ended.
    pub in_flight: u64,
}

impl Calls {
    /// Calls that ended, however.
    pub fn ended(&self) -> u64 {
        self.ok + self.error + self.cancelled + self.panic
    }

    /// Errors of one type.
    pub fn error_of(&self, error_type: &str) -> u64 {
        self.error_types.get(error_type).copied().unwrap_or(0)
    }
}

impl fmt::Display for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ok, {} error", self.function, self.ok, self.error)?;
        for (index, (error_type, count)) in self.error_types.iter().enumerate() {
            write!(f, "{}{error_type} {count}", if index == 0 { " (" } else { ", " })?;
        }
        f.write_str(if self.error_types.is_empty() { "" } else { ")" })?;
        let Calls { cancelled, panic, in_flight, .. } = self;
        write!(f, ", {cancelled} cancelled, {panic} panic, {in_flight} in flight")
    }
}

/// Where a function stands, as on the page.
fn place(series: &Series) -> (&str, &str) {
    (series.label("module").unwrap_or_default(), series.label("function").unwrap_or_default())
}

/// The calls of the function that is called so.
#[track_caller]
pub(super) fn read(families: &[Family], called: &str) -> Calls {
    let series = |name| figures::find(families, name).map_or(&[][..], |family| &family.series);
    let functions = series(IN_FLIGHT);
    let is_called = |series: &&Series| {
        let (module, function) = place(series);
        let full = format!("{module}::{function}");
        full == called || full.strip_suffix(called).is_some_and(|before| before.ends_with("::"))
    };
    // `place_order` is also the end of `Shop::place_order`; the one that is called just that is meant.
    let exact: Vec<&Series> = functions.iter().filter(|one| place(one).1 == called).collect();
    let found = if exact.is_empty() { functions.iter().filter(is_called).collect() } else { exact };
    let function = match found[..] {
        [function] => function,
        [] => {
            panic!("no observed function is called `{called}`; there are:{}", list(functions))
        }
        _ => panic!(
            "`{called}` may be any of these; write one of them:{}",
            list(found.iter().copied())
        ),
    };
    let mut calls = Calls {
        function: place(function).1.to_owned(),
        in_flight: function.number() as u64,
        ..Calls::default()
    };
    for series in series(CALLS).iter().filter(|series| place(series) == place(function)) {
        let count = series.number() as u64;
        match series.label("outcome") {
            Some("ok") => calls.ok += count,
            Some("cancelled") => calls.cancelled += count,
            Some("panic") => calls.panic += count,
            _ => {
                calls.error += count;
                if let Some(error_type) = series.label("error_type") {
                    *calls.error_types.entry(error_type.to_owned()).or_default() += count;
                }
            }
        }
    }
    calls
}

/// Functions, a line each.
fn list<'a>(functions: impl IntoIterator<Item = &'a Series>) -> String {
    let lines = functions.into_iter().map(place);
    lines.map(|(module, function)| format!("\n  {module}::{function}")).collect()
}

/// Asserts how calls of a function ended; made by [`Capture::assert_calls`].
///
/// Each method panics, with all that was recorded, when it is not as it says.
#[derive(Debug)]
pub struct AssertCalls<'a> {
    capture: &'a Capture,
    calls: Calls,
    /// Ended calls that have been asserted: with outcome and error type.
    said: BTreeMap<(&'static str, String), u64>,
}

impl<'a> AssertCalls<'a> {
    pub(super) fn new(capture: &'a Capture, calls: Calls) -> AssertCalls<'a> {
        AssertCalls { capture, calls, said: BTreeMap::new() }
    }

    /// So many returned, and not with an error.
    #[track_caller]
    pub fn ok(self, expected: u64) -> AssertCalls<'a> {
        let found = self.calls.ok;
        self.check("that ended ok", "ok", "", expected, found)
    }

    /// So many returned an error of this type.
    #[track_caller]
    pub fn error(self, error_type: &str, expected: u64) -> AssertCalls<'a> {
        let found = self.calls.error_of(error_type);
        let what = format!("that ended in the error `{error_type}`");
        self.check(&what, "error", error_type, expected, found)
    }

    /// So many returned an error, of whatever type.
    #[track_caller]
    pub fn errors(self, expected: u64) -> AssertCalls<'a> {
        let found = self.calls.error;
        self.check("that ended in an error", "errors", "", expected, found)
    }

    /// So many futures were dropped before they were ready.
    #[track_caller]
    pub fn cancelled(self, expected: u64) -> AssertCalls<'a> {
        let found = self.calls.cancelled;
        self.check("that were cancelled", "cancelled", "", expected, found)
    }

    /// So many unwound.
    #[track_caller]
    pub fn panic(self, expected: u64) -> AssertCalls<'a> {
        let found = self.calls.panic;
        self.check("that panicked", "panic", "", expected, found)
    }

    /// So many run at the moment.
    #[track_caller]
    pub fn in_flight(self, expected: u64) -> AssertCalls<'a> {
        let found = self.calls.in_flight;
        self.check("in flight", "in flight", "", expected, found)
    }

    /// No call ended in a way that was not asserted before, and none is in flight unless that was.
    #[track_caller]
    pub fn nothing_else(self) -> AssertCalls<'a> {
        let said = |way: &str| -> u64 {
            self.said.iter().filter(|((known, _), _)| *known == way).map(|(_, count)| count).sum()
        };
        let errors = said("error").max(said("errors"));
        let ended = said("ok") + errors + said("cancelled") + said("panic");
        let calls = &self.calls;
        if (ended, said("in flight")) != (calls.ended(), calls.in_flight) {
            panic!(
                "`{}`: nothing else was expected, but there is\n{}",
                calls.function,
                self.found()
            );
        }
        self
    }

    #[track_caller]
    fn check(
        mut self,
        what: &str,
        way: &'static str,
        error_type: &str,
        expected: u64,
        found: u64,
    ) -> AssertCalls<'a> {
        if found != expected {
            let plural = if expected == 1 { "call" } else { "calls" };
            panic!(
                "`{}`: expected {expected} {plural} {what}, found {found}\n{}",
                self.calls.function,
                self.found(),
            );
        }
        self.said.insert((way, error_type.to_owned()), found);
        self
    }

    fn found(&self) -> String {
        format!("  {}\nall that was recorded:\n{}", self.calls, self.capture)
    }
}
