//! Request metrics of an HTTP service, by OpenTelemetry's semantic conventions.
//!
//! One [`Route`] a method and route template: its site for spans, its series for the page, and the
//! way back from a kept span to its series, for exemplars. Everything is capped; what comes later is
//! counted together. Used by the tower layer; not on the path of observed functions.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use super::exemplar::{BUCKETS, Examples, Exemplar, bucket};
use crate::catalog;
use crate::model::{Exemplars, Kind, Site};
use crate::record::native::{self, Fine};

/// The buckets that the conventions advise, in seconds.
pub(crate) const BOUNDS: [f64; BUCKETS - 1] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// The methods that are told apart; the last one is all others.
const METHODS: [&str; 10] =
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", "_OTHER"];
/// The schemes that are told apart.
const SCHEMES: [&str; 2] = ["http", "https"];
const MAX_ROUTES: usize = 512;
const MAX_SERIES: usize = 2000;
/// The route of all routes beyond the cap.
const OTHER_ROUTE: &str = "_OTHER";
/// Recent requests that are remembered for each bucket of a route, until the exporter names them.
const RECENT: usize = 4;

/// A number for the method of a request; see [`Method::name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Method(usize);

impl Method {
    /// Methods are case-sensitive: `get` is not `GET`.
    pub(crate) fn of(method: &str) -> Method {
        Method(METHODS.iter().position(|known| *known == method).unwrap_or(METHODS.len() - 1))
    }

    /// As metrics and spans name it: the method, or `_OTHER`.
    pub(crate) fn name(self) -> &'static str {
        METHODS.get(self.0).copied().unwrap_or("_OTHER")
    }
}

/// Whether a request came by TLS, as far as its URI says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scheme(usize);

impl Scheme {
    pub(crate) fn of(scheme: &str) -> Scheme {
        Scheme(usize::from(scheme.eq_ignore_ascii_case("https")))
    }

    pub(crate) fn name(self) -> &'static str {
        SCHEMES.get(self.0).copied().unwrap_or("http")
    }
}

/// How a request was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The status; 0 when there was none, because the caller went away.
    pub(crate) status: u16,
    /// Empty, the status as text, `panic` or `cancelled`.
    pub(crate) error_type: &'static str,
    pub(crate) scheme: Scheme,
}

/// One time series of the histogram.
struct Series {
    answer: Answer,
    nanos: AtomicU64,
    buckets: [AtomicU64; BUCKETS],
    /// Made at first use, where histograms are native.
    fine: AtomicPtr<Fine>,
    examples: Examples,
}

impl Series {
    fn new(answer: Answer) -> Series {
        Series {
            answer,
            nanos: AtomicU64::new(0),
            buckets: [const { AtomicU64::new(0) }; BUCKETS],
            fine: AtomicPtr::default(),
            examples: Examples::default(),
        }
    }

    fn count(&self, bucket: usize, took: Duration) {
        if let Some(count) = self.buckets.get(bucket) {
            let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
            self.nanos.fetch_add(nanos, Ordering::Relaxed);
            count.fetch_add(1, Ordering::Relaxed);
            // After the others, as who reads expects.
            if is_native() {
                native::observe(&self.fine, native::Pen::Shared, took.as_secs_f64());
            }
        }
    }
}

/// Whether histograms are native.
fn is_native() -> bool {
    catalog::get().is_some_and(|catalog| catalog.native.is_some())
}

/// Requests of one method to one route template.
pub(crate) struct Route {
    pub(crate) method: Method,
    /// The template; empty when no route matched.
    pub(crate) route: &'static str,
    series: RwLock<Vec<&'static Series>>,
    /// By bucket: the requests that ended last.
    recent: Mutex<[[Option<Recent>; RECENT]; BUCKETS]>,
}

#[cfg(test)]
impl Route {
    /// What was counted: status, error type, requests.
    pub(crate) fn counts(&self) -> Vec<(u16, &'static str, u64)> {
        let count = |series: &&'static Series| {
            let requests = series.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed));
            (series.answer.status, series.answer.error_type, requests.sum())
        };
        self.series.read().unwrap().iter().map(count).collect()
    }
}

#[cfg(test)]
impl Requests {
    /// Requests that run.
    pub(crate) fn active(&self, method: Method, scheme: Scheme) -> u64 {
        let (begun, ended) = &self.active[method.0][scheme.0];
        begun.load(Ordering::Relaxed) - ended.load(Ordering::Relaxed)
    }
}

/// The span of a request, and the series that counted it.
#[derive(Clone, Copy)]
struct Recent {
    span_id: u64,
    series: &'static Series,
}

impl Exemplars for Route {
    fn keep(&self, seconds: f64, trace_id: u128, span_id: u64, unix_nanos: u64) {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let known = recent.iter().flatten().flatten().find(|recent| recent.span_id == span_id);
        if let Some(Recent { series, .. }) = known {
            let exemplar = Exemplar::of_span(seconds, trace_id, span_id, unix_nanos);
            series.examples.keep(bucket(&BOUNDS, seconds), exemplar);
        }
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Route({} {})", self.method.name(), self.route)
    }
}

/// A route's counts and the site of its spans.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) route: &'static Route,
    pub(crate) site: &'static Site,
}

/// Everything that was counted.
#[derive(Default)]
pub(crate) struct Requests {
    routes: [RwLock<HashMap<&'static str, Entry>>; METHODS.len()],
    route_count: AtomicUsize,
    series_count: AtomicUsize,
    overflow: OnceLock<&'static Series>,
    /// Started and ended, by method and scheme.
    active: [[(AtomicU64, AtomicU64); SCHEMES.len()]; METHODS.len()],
}

impl Requests {
    /// The entry of a method and a route template (empty: none matched), made at first use.
    pub(crate) fn route(&self, method: Method, route: &str) -> Option<Entry> {
        let routes = self.routes.get(method.0)?;
        let known = routes.read().unwrap_or_else(PoisonError::into_inner).get(route).copied();
        if known.is_some() {
            return known;
        }
        let mut routes = routes.write().unwrap_or_else(PoisonError::into_inner);
        let is_full = self.route_count.load(Ordering::Relaxed) >= MAX_ROUTES;
        let route = if is_full && !route.is_empty() { OTHER_ROUTE } else { route };
        if let Some(known) = routes.get(route) {
            return Some(*known);
        }
        self.route_count.fetch_add(1, Ordering::Relaxed);
        let entry = Entry::new(method, route);
        routes.insert(entry.route.route, entry);
        Some(entry)
    }

    /// Counts a request as running, until it is given to [`Requests::end`].
    pub(crate) fn begin(&self, method: Method, scheme: Scheme) {
        self.active[method.0][scheme.0].0.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request that was begun: how it was answered and how long that took.
    pub(crate) fn end(&self, route: &'static Route, answer: Answer, took: Duration, span_id: u64) {
        self.active[route.method.0][answer.scheme.0].1.fetch_add(1, Ordering::Relaxed);
        let series = self.series(route, answer);
        let bucket = bucket(&BOUNDS, took.as_secs_f64());
        series.count(bucket, took);
        if span_id != 0 {
            let mut recent = route.recent.lock().unwrap_or_else(PoisonError::into_inner);
            // Ids are random, so this spreads them evenly.
            recent[bucket][span_id as usize % RECENT] = Some(Recent { span_id, series });
        }
    }

    fn series(&self, route: &'static Route, answer: Answer) -> &'static Series {
        let find =
            |all: &Vec<&'static Series>| all.iter().find(|series| series.answer == answer).copied();
        if let Some(known) = find(&route.series.read().unwrap_or_else(PoisonError::into_inner)) {
            return known;
        }
        let mut all = route.series.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = find(&all) {
            return known;
        }
        if self.series_count.fetch_add(1, Ordering::Relaxed) >= MAX_SERIES {
            self.series_count.fetch_sub(1, Ordering::Relaxed);
            return self.overflow.get_or_init(|| Box::leak(Box::new(Series::new(answer))));
        }
        let made: &'static Series = Box::leak(Box::new(Series::new(answer)));
        all.push(made);
        made
    }
}

impl Entry {
    fn new(method: Method, route: &str) -> Entry {
        let route: &'static Route = Box::leak(Box::new(Route {
            method,
            route: Box::leak(Box::from(route)),
            series: RwLock::default(),
            recent: Mutex::default(),
        }));
        // The conventions: a method that nobody knows is no part of a span's name.
        let method = if method.name() == "_OTHER" { "HTTP" } else { method.name() };
        let name = if route.route.is_empty() {
            method.to_owned()
        } else {
            format!("{method} {}", route.route)
        };
        let site = Site::new(Box::leak(name.into_boxed_str()), "http").kind(Kind::Server);
        Entry { route, site: Box::leak(Box::new(site.exemplars(route))) }
    }
}

impl fmt::Debug for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Requests({} series)", self.series_count.load(Ordering::Relaxed))
    }
}

/// The requests of this process.
pub(crate) fn requests() -> &'static Requests {
    static REQUESTS: OnceLock<Requests> = OnceLock::new();
    REQUESTS.get_or_init(Requests::default)
}

mod families;
pub(crate) use families::visit;
