//! The request metrics, as they stand on the page.
//!
//! Reads what `http` counted. Called by `page`, with the lock that makes one page at a time.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use super::{BOUNDS, METHODS, Requests, Route, SCHEMES, Series, requests};
use crate::metrics::family::{Head, Type};
use crate::metrics::write::{self, Format};

/// The families, by name, type and help.
pub(crate) const FAMILIES: [(&str, Type, &str); 2] = [
    (
        "http_server_request_duration_seconds",
        Type::Histogram,
        "How long requests took, until their answer began.",
    ),
    ("http_server_active_requests", Type::Gauge, "Requests that are being answered."),
];

/// Writes both families.
pub(crate) fn render(out: &mut Vec<u8>, format: Format) {
    requests().render(out, format);
}

impl Requests {
    fn render(&self, out: &mut Vec<u8>, format: Format) {
        let [(duration, kind, help), (active, gauge, gauge_help)] = FAMILIES;
        let unit = "seconds";
        write::header(out, format, &Head { name: duration, kind, help, unit });
        for routes in &self.routes {
            let routes = routes.read().unwrap_or_else(PoisonError::into_inner);
            let mut routes: Vec<&'static Route> =
                routes.values().map(|entry| entry.route).collect();
            routes.sort_unstable_by_key(|route| route.route);
            for route in routes {
                for series in route.series.read().unwrap_or_else(PoisonError::into_inner).iter() {
                    histogram(out, format, &labels(route, series), series);
                }
            }
        }
        if let Some(series) = self.overflow.get() {
            let labels = write::labels([("otel_metric_overflow", "true")]);
            histogram(out, format, &labels, series);
        }

        let head = Head { name: active, kind: gauge, help: gauge_help, unit: "" };
        write::header(out, format, &head);
        for (method, schemes) in METHODS.iter().zip(&self.active) {
            for (scheme, (begun, ended)) in SCHEMES.iter().zip(schemes) {
                let ended = ended.load(Ordering::Acquire);
                let begun = begun.load(Ordering::Acquire);
                if begun > 0 {
                    let pairs = [("http_request_method", *method), ("url_scheme", *scheme)];
                    write::count(out, active, &write::labels(pairs), begun.saturating_sub(ended));
                }
            }
        }
    }
}

/// Labels without a value are left out: to Prometheus that is the same.
fn labels(route: &Route, series: &Series) -> Vec<u8> {
    let answer = series.answer;
    let status = if answer.status == 0 { String::new() } else { answer.status.to_string() };
    let pairs = [
        ("http_request_method", route.method.name()),
        ("http_route", route.route),
        ("http_response_status_code", status.as_str()),
        ("url_scheme", answer.scheme.name()),
        ("error_type", answer.error_type),
    ];
    write::labels(pairs.into_iter().filter(|(_, value)| !value.is_empty()))
}

fn histogram(out: &mut Vec<u8>, format: Format, labels: &[u8], series: &Series) {
    let [(name, ..), _] = FAMILIES;
    let examples = series.examples.read();
    let bounds = BOUNDS.into_iter().chain([f64::INFINITY]);
    let mut observations = 0;
    // The sum is read first, so that it holds no request that the buckets do not.
    let seconds = series.nanos.load(Ordering::Acquire) as f64 / 1e9;
    for ((bound, count), exemplar) in bounds.zip(&series.buckets).zip(examples) {
        observations += count.load(Ordering::Acquire);
        write::series(out, name, "_bucket", labels, Some(("le", &write::bound(bound))));
        write::integer(out, observations);
        if format == Format::OpenMetrics {
            write::example(out, exemplar);
        }
        out.push(b'\n');
    }
    write::series(out, name, "_sum", labels, None);
    write::float(out, seconds);
    out.push(b'\n');
    write::series(out, name, "_count", labels, None);
    write::integer(out, observations);
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::{Answer, MAX_ROUTES, MAX_SERIES, Method, Scheme};
    use super::*;
    use crate::metrics::tests::strict;
    use crate::model::Exemplars;

    const OK: Answer = Answer { status: 200, error_type: "", scheme: Scheme(0) };

    fn page(requests: &Requests, format: Format) -> strict::Page {
        let mut out = Vec::new();
        requests.render(&mut out, format);
        if format == Format::OpenMetrics {
            out.extend_from_slice(b"# EOF\n");
        }
        strict::read(&String::from_utf8(out).unwrap(), format).unwrap()
    }

    fn serve(requests: &Requests, method: &str, route: &str, answer: Answer, millis: u64) {
        let method = Method::of(method);
        requests.begin(method, answer.scheme);
        let entry = requests.route(method, route).unwrap();
        requests.end(entry.route, answer, Duration::from_millis(millis), millis);
    }

    #[test]
    fn requests_are_counted_by_route_and_answer() {
        let requests = Requests::default();
        let panic = Answer { status: 500, error_type: "panic", ..OK };
        let gone = Answer { status: 0, error_type: "cancelled", ..OK };
        serve(&requests, "GET", "/cart/{id}", OK, 7);
        serve(&requests, "GET", "/cart/{id}", OK, 8);
        serve(&requests, "GET", "/cart/{id}", panic, 30_000);
        serve(&requests, "BREW", "", gone, 1);
        requests.begin(Method::of("PUT"), Scheme::of("https"));

        let page = page(&requests, Format::Text);
        let count = "http_server_request_duration_seconds_count";
        let get = [("http_request_method", "GET"), ("http_route", "/cart/{id}")];
        assert_eq!(page.sum(count, &[get[0], get[1], ("error_type", "")]), 2.0);
        assert_eq!(page.sum(count, &[("error_type", "panic")]), 1.0);
        let other = [
            ("http_request_method", "_OTHER"),
            ("http_route", ""),
            ("http_response_status_code", ""),
            ("error_type", "cancelled"),
        ];
        assert_eq!(page.sum(count, &other), 1.0);
        let bucket = "http_server_request_duration_seconds_bucket";
        assert_eq!(page.sum(bucket, &[get[0], ("le", "0.01")]), 2.0);
        assert_eq!(page.sum(bucket, &[get[0], ("le", "10.0"), ("error_type", "panic")]), 0.0);
        let active = "http_server_active_requests";
        assert_eq!(page.sum(active, &[("http_request_method", "GET")]), 0.0);
        assert_eq!(page.sum(active, &[("url_scheme", "https")]), 1.0);
    }

    #[test]
    fn an_example_stands_at_the_series_that_counted_it() {
        let requests = Requests::default();
        serve(&requests, "GET", "/a", OK, 20);
        serve(&requests, "GET", "/a", Answer { status: 503, error_type: "503", ..OK }, 21);
        let entry = requests.route(Method::of("GET"), "/a").unwrap();
        entry.route.keep(0.021, 0xabc, 21, 1_700_000_000_123_000_000);
        entry.route.keep(0.020, 0xabc, 77, 1_700_000_000_123_000_000);

        let with_examples = page(&requests, Format::OpenMetrics);
        let examples: Vec<_> = with_examples.exemplars().collect();
        assert_eq!(examples.len(), 1);
        assert!(examples[0].0.contains(&("error_type".to_owned(), "503".to_owned())));
        assert_eq!(examples[0].1, format!("{:032x}", 0xabc));
        assert_eq!(page(&requests, Format::Text).exemplars().count(), 0);
    }

    #[test]
    fn routes_and_series_are_bounded_and_nothing_is_lost() {
        let requests = Requests::default();
        for index in 0..MAX_ROUTES + 100 {
            for status in 200..205 {
                let answer = Answer { status, ..OK };
                serve(&requests, "GET", &format!("/{index}"), answer, 1);
            }
        }
        let page = page(&requests, Format::Text);
        let count = "http_server_request_duration_seconds_count";
        assert_eq!(page.sum(count, &[]), ((MAX_ROUTES + 100) * 5) as f64);
        assert_eq!(page.all(count).count(), MAX_SERIES + 1);
        assert!(page.sum(count, &[("otel_metric_overflow", "true")]) > 0.0);
        assert!(requests.routes[0].read().unwrap().len() <= MAX_ROUTES + 1);
    }
}
