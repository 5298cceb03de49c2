//! plimsoll itself, initialised in the test's own process, with a collector when there is one.
//!
//! A process is initialised once, so a test file that uses this holds one `#[test]`.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use plimsoll::{Builder, Telemetry};

use crate::http;
use crate::lines::Lines;
use crate::page::{Format, Page};
use crate::received::{Received, ReceivedSpan};
use crate::rotel::Rotel;
use crate::sink;

/// An initialised process.
#[derive(Debug)]
pub struct Live {
    telemetry: Telemetry,
    rotel: Option<Rotel>,
    pages: AtomicUsize,
}

/// How often calls of one function ended in each way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// Returned without an error.
    pub ok: u64,
    /// Returned an error.
    pub error: u64,
    /// Dropped before they were ready.
    pub cancelled: u64,
    /// Unwound.
    pub panic: u64,
}

impl Live {
    /// Initialises plimsoll. Without rotel, spans are not looked at.
    pub fn start() -> Live {
        Live::with(Builder::no_log_lines)
    }

    /// The same with log lines from `info` up, which are complete once this has ended.
    pub fn start_with(lines: &Lines) -> Live {
        Live::with(|builder| builder.log_filter("info").log_output(lines.clone()))
    }

    fn with(lines: impl FnOnce(Builder) -> Builder) -> Live {
        let rotel = Rotel::start();
        let endpoint = rotel.as_ref().map_or_else(sink::start, |rotel| rotel.endpoint().to_owned());
        let builder = plimsoll::builder()
            .service("tests")
            .otlp(endpoint)
            .admin(SocketAddr::from(([127, 0, 0, 1], 0)));
        let telemetry = lines(builder).init().expect("plimsoll starts");
        Live { telemetry, rotel, pages: AtomicUsize::new(0) }
    }

    /// Where the admin server listens.
    #[track_caller]
    pub fn address(&self) -> SocketAddr {
        self.telemetry.admin_addr().expect("the admin server listens")
    }

    /// The metrics page of this process, made now: a page that was slow to make may be given again
    /// for a while, but not in the other format.
    #[track_caller]
    pub fn page(&self) -> Page {
        let turn = self.pages.fetch_add(1, Ordering::Relaxed) % 2;
        let format = [Format::Text, Format::OpenMetrics][turn];
        let url = format!("http://{}/metrics", self.address());
        Page::of(&http::get_with(&url, &[("accept", format.accept())]))
    }

    /// Ends the telemetry, which flushes it: all that rotel has received.
    #[track_caller]
    pub fn end(self) -> Option<Received> {
        drop(self.telemetry);
        self.rotel.as_ref().map(Rotel::settled)
    }
}

impl Ends {
    /// What the page counts for a function. Panics unless each call was timed once and none is
    /// in flight.
    #[track_caller]
    pub fn on(page: &Page, function: &str) -> Ends {
        let of = |outcome: &str| {
            let labels = [("function", function), ("outcome", outcome)];
            page.sum("function_calls_total", &labels) as u64
        };
        let ends = Ends {
            ok: of("ok"),
            error: of("error"),
            cancelled: of("cancelled"),
            panic: of("panic"),
        };
        let labels = [("function", function)];
        let timed = page.sum("function_duration_seconds_count", &labels) as u64;
        assert_eq!(timed, ends.total(), "{function}: each call is timed once");
        assert_eq!(page.sum("function_in_flight", &labels), 0.0, "{function} is in flight");
        ends
    }

    /// What the spans of a function say.
    pub fn of<'a>(spans: impl IntoIterator<Item = &'a ReceivedSpan>, function: &str) -> Ends {
        let mut ends = Ends::default();
        for span in spans.into_iter().filter(|span| span.name == function) {
            let outcome = span.attributes.get("outcome").map_or("", String::as_str);
            let place = match outcome {
                "ok" => &mut ends.ok,
                "error" => &mut ends.error,
                "cancelled" => &mut ends.cancelled,
                "panic" => &mut ends.panic,
                other => panic!("{function} ended with the outcome `{other}`"),
            };
            *place += 1;
        }
        ends
    }

    /// All of them.
    pub fn total(self) -> u64 {
        self.ok + self.error + self.cancelled + self.panic
    }
}
