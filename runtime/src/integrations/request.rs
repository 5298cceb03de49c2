//! One HTTP request: its span, its metrics, its id and its access line, from begin to end.
//!
//! Knows HTTP's types and no framework. The tower layer opens it, polls within it and ends it; a
//! request that is dropped has been cancelled.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::time::Instant;

use http::header::{HOST, HeaderMap, HeaderValue, USER_AGENT};
use http::{Request as Head, Version};

use super::request_id::RequestId;
use super::traceparent;
use crate::metrics::http::{Answer, Method, Route, Scheme, requests};
use crate::model::Outcome;
use crate::panics;
use crate::record::{self, Root, Value};
use crate::redact::Sink;
use crate::scrub::hits::Origin;
use crate::scrub::{Form, gate};

/// Finds the route template that a request matched.
pub(super) type RouteOf = for<'a> fn(&'a http::Extensions) -> Option<&'a str>;

/// What a panic carries.
pub(super) type Payload = Box<dyn Any + Send>;

const AGENT_LENGTH: usize = 256;

/// A request that is being answered.
#[derive(Debug)]
pub(super) struct Request {
    /// None when the request stays out of traces, or has ended.
    root: Option<Root>,
    route: Option<&'static Route>,
    scheme: Scheme,
    started: Instant,
    pub(super) id: RequestId,
    quiet: bool,
    ended: bool,
}

impl Request {
    /// Opens a request: from here on it is active, and has a span.
    pub(super) fn open<B>(head: &Head<B>, route_of: RouteOf) -> Request {
        let method = Method::of(head.method().as_str());
        let scheme = Scheme::of(head.uri().scheme_str().unwrap_or("http"));
        let template = route_of(head.extensions()).unwrap_or_default();
        let entry = requests().route(method, template);
        let quiet = is_quiet(head.uri().path());
        let id = RequestId::of(head.headers());
        let mut root = entry.filter(|_| !quiet).map(|entry| {
            let mut root = Root::start(entry.site, traceparent::read(head.headers()));
            root.bind("request_id", id.shown());
            root
        });
        if let Some(root) = root.as_mut().filter(|root| root.is_on()) {
            describe(root, head, template);
        }
        requests().begin(method, scheme);
        Request {
            root,
            route: entry.map(|entry| entry.route),
            scheme,
            started: Instant::now(),
            id,
            quiet,
            ended: false,
        }
    }

    /// Runs a piece of the service's work within the request; a panic of it ends here.
    pub(super) fn within<R>(&mut self, work: impl FnOnce() -> R) -> Result<R, Payload> {
        let result = match &mut self.root {
            Some(root) => {
                let _inside = root.enter();
                catch_unwind(AssertUnwindSafe(work))
            }
            None if self.quiet => catch_unwind(AssertUnwindSafe(|| record::suppress(work))),
            None => catch_unwind(AssertUnwindSafe(work)),
        };
        if let (Err(_), Some(root)) = (&result, &mut self.root) {
            root.unwound();
        }
        result
    }

    /// Puts the ids on an answer: the request's, and the span's for a browser to join.
    pub(super) fn mark(&self, headers: &mut HeaderMap) {
        self.id.echo(headers);
        if let Some(root) = self.root.as_ref().filter(|root| root.is_on()) {
            let (trace_id, span_id) = root.ids();
            let parent = traceparent::write(trace_id, span_id, root.sampled());
            let timing = format!("traceparent;desc=\"{parent}\"");
            if let Ok(timing) = HeaderValue::from_str(&timing) {
                headers.append("server-timing", timing);
            }
        }
    }

    /// Ends a request that was answered.
    pub(super) fn answered(&mut self, status: u16) {
        if status >= 500 {
            self.end(Outcome::Error, status, code(status));
        } else {
            self.end(Outcome::Ok, status, "");
        }
    }

    /// Ends a request whose service gave an error instead of an answer.
    pub(super) fn failed(&mut self) {
        self.end(Outcome::Error, 0, "_OTHER");
    }

    /// Ends a request whose handler panicked, and is answered with 500 for it.
    pub(super) fn panicked(&mut self, payload: Payload) {
        if !is_told() {
            self.tell(&payload);
        }
        if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            // A payload that panics when it is dropped is not dropped twice.
            std::mem::forget(again);
        }
        self.end(Outcome::Panic, 500, "panic");
    }

    /// Tells the host's own subscriber of a panic.
    pub(super) fn tell(&mut self, payload: &Payload) {
        let panic = panics::masked(panics::shown(&**payload));
        let _inside = self.root.as_mut().map(Root::enter);
        tracing::error!(
            target: "plimsoll::panic",
            panic = &*panic,
            route = self.route.map(|route| route.route),
            request_id = self.id.shown(),
            "a request handler panicked"
        );
    }

    fn end(&mut self, outcome: Outcome, status: u16, error_type: &'static str) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let took = self.started.elapsed();
        let answer = Answer { status, error_type, scheme: self.scheme };
        let mut root = self.root.take();
        if let Some(route) = self.route {
            let span_id = root.as_ref().map_or(0, |root| root.ids().1);
            requests().end(route, answer, took, span_id);
            if let Some(root) = &mut root {
                let _inside = root.enter();
                let template = Some(route.route).filter(|template| !template.is_empty());
                tracing::info!(
                    target: "plimsoll::access",
                    method = route.method.name(),
                    route = template,
                    status = (status != 0).then_some(status),
                    outcome = outcome.as_str(),
                    duration_ms = took.as_micros() as f64 / 1000.0,
                    "request"
                );
            }
        }
        if let Some(mut root) = root {
            if status != 0 {
                root.log("http.response.status_code", Value::U64(u64::from(status)));
            }
            root.finish(outcome, error_type);
        }
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.end(Outcome::Cancelled, 0, "cancelled");
    }
}

/// True when the panic hook has told the log already, with the ids of the span that panicked.
fn is_told() -> bool {
    cfg!(feature = "logs") && record::active()
}

/// Records what the conventions ask of a server span, but for what a client may write as it likes:
/// path, query and unknown methods. A path may hold an e-mail address; the route says where it led.
fn describe<B>(root: &mut Root, head: &Head<B>, template: &str) {
    let method = Method::of(head.method().as_str()).name();
    root.log("http.request.method", Value::Str(method));
    if !template.is_empty() {
        root.log("http.route", Value::Str(template));
    }
    let scheme = Scheme::of(head.uri().scheme_str().unwrap_or("http")).name();
    root.log("url.scheme", Value::Str(scheme));
    root.log("network.protocol.version", Value::Str(version(head.version())));
    let text = |name| head.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let authority = head.uri().authority().map(|authority| authority.as_str());
    if let Some((address, port)) = authority.or_else(|| text(HOST)).and_then(server) {
        root.log("server.address", Value::Str(address));
        if let Some(port) = port {
            root.log("server.port", Value::U64(u64::from(port)));
        }
    }
    if let Some(agent) = text(USER_AGENT) {
        let masked = if agent.len() > AGENT_LENGTH { whole_agent(agent) } else { None };
        let agent = masked.as_deref().unwrap_or(agent);
        root.log("user_agent.original", Value::Str(cut(agent, AGENT_LENGTH)));
    }
}

/// What leaves in place of an agent's text that is cut: all others are looked at with their span.
#[cold]
fn whole_agent(agent: &str) -> Option<String> {
    let origin = || Origin { name: "request", field: "user_agent.original", ..Origin::default() };
    gate::look(Sink::Span, Form::Text, agent, origin).masked()
}

/// Host and port, if they look like ones; credentials do not.
fn server(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port.parse().ok()?)),
        _ => (authority, None),
    };
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let fits = match inner {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte)),
    };
    (fits && (1..=255).contains(&host.len())).then_some((inner.unwrap_or(host), port))
}

/// Probes and scrapes: counted, but no traces and no access lines.
fn is_quiet(path: &str) -> bool {
    matches!(path, "/health" | "/healthz" | "/livez" | "/readyz" | "/metrics")
        || path.starts_with("/health/")
}

fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 => "0.9",
        Version::HTTP_10 => "1.0",
        Version::HTTP_2 => "2",
        Version::HTTP_3 => "3",
        _ => "1.1",
    }
}

/// A status of 500 and more as text.
fn code(status: u16) -> &'static str {
    static CODES: OnceLock<Vec<String>> = OnceLock::new();
    let codes = CODES.get_or_init(|| (500..1000).map(|code: u16| code.to_string()).collect());
    status
        .checked_sub(500)
        .and_then(|index| codes.get(usize::from(index)))
        .map_or("_OTHER", String::as_str)
}

/// The beginning of a text, whole letters only.
fn cut(text: &str, length: usize) -> &str {
    let mut end = length.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_looks_like_one_is_taken() {
        let cases = [
            ("shop.example", Some(("shop.example", None))),
            ("127.0.0.1:3000", Some(("127.0.0.1", Some(3000)))),
            ("[::1]:80", Some(("::1", Some(80)))),
            ("[::1]", Some(("::1", None))),
            ("user:secret@shop.example", None),
            ("a b", None),
            ("shop:99999", None),
            ("", None),
            (":80", None),
            ("[evil]", None),
        ];
        for (text, expected) in cases {
            assert_eq!(server(text), expected, "{text}");
        }
        assert_eq!(server(&"a".repeat(256)), None);
    }

    #[test]
    fn only_probes_and_scrapes_are_quiet() {
        for path in ["/health", "/health/ready", "/healthz", "/livez", "/readyz", "/metrics"] {
            assert!(is_quiet(path), "{path}");
        }
        for path in ["/", "/healthcare", "/metrics/x", "/api/health", "/Health"] {
            assert!(!is_quiet(path), "{path}");
        }
    }

    #[test]
    fn texts_are_cut_between_letters() {
        assert_eq!(cut("äöü", 3), "ä");
        assert_eq!(cut("abc", 9), "abc");
        assert_eq!(cut("🦀", 1), "");
    }

    #[test]
    fn codes_are_texts() {
        assert_eq!([code(500), code(503), code(999), code(200)], ["500", "503", "999", "_OTHER"]);
    }
}
