//! The request metrics as families, for any sink.
//!
//! A source: reads what `http` counted. Called by `sources`.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use super::{BOUNDS, METHODS, Requests, Route, SCHEMES, Series, is_native, requests};
use crate::metrics::exemplar::BUCKETS;
use crate::metrics::family::{self, Exponential, Head, Number, Sink, Type};
use crate::record::native;

const DURATION: Head<'static> = Head {
    name: "http_server_request_duration_seconds",
    kind: Type::Histogram,
    help: "How long requests took, until their answer began.",
    unit: "seconds",
};
const ACTIVE: Head<'static> = Head {
    name: "http_server_active_requests",
    kind: Type::Gauge,
    help: "Requests that are being answered.",
    unit: "",
};

/// Hands both families over.
pub(crate) fn visit(sink: &mut dyn Sink) {
    requests().visit(sink);
}

impl Requests {
    fn visit(&self, sink: &mut dyn Sink) {
        sink.family(&DURATION);
        for routes in &self.routes {
            let routes = routes.read().unwrap_or_else(PoisonError::into_inner);
            let mut routes: Vec<&'static Route> =
                routes.values().map(|entry| entry.route).collect();
            routes.sort_unstable_by_key(|route| route.route);
            for route in routes {
                for series in route.series.read().unwrap_or_else(PoisonError::into_inner).iter() {
                    durations(route, series, sink);
                }
            }
        }
        if let Some(series) = self.overflow.get() {
            histogram(&[("otel_metric_overflow", "true")], series, sink);
        }

        sink.family(&ACTIVE);
        for (method, schemes) in METHODS.iter().zip(&self.active) {
            for (scheme, (begun, ended)) in SCHEMES.iter().zip(schemes) {
                let ended = ended.load(Ordering::Acquire);
                let begun = begun.load(Ordering::Acquire);
                if begun > 0 {
                    let labels = [("http_request_method", *method), ("url_scheme", *scheme)];
                    let series = family::Series::of(&labels);
                    sink.number(&series, Number::Integer(begun.saturating_sub(ended)));
                }
            }
        }
    }
}

/// Labels without a value are left out: to Prometheus that is the same.
fn durations(route: &Route, series: &Series, sink: &mut dyn Sink) {
    let answer = series.answer;
    let status = if answer.status == 0 { String::new() } else { answer.status.to_string() };
    let labels = [
        ("http_request_method", route.method.name()),
        ("http_route", route.route),
        ("http_response_status_code", status.as_str()),
        ("url_scheme", answer.scheme.name()),
        ("error_type", answer.error_type),
    ];
    let labels: Vec<_> = labels.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    histogram(&labels, series, sink);
}

fn histogram(labels: &[(&str, &str)], series: &Series, sink: &mut dyn Sink) {
    let examples = series.examples.read();
    // The sum is read first, so that it holds no request that the buckets do not.
    let sum = series.nanos.load(Ordering::Acquire) as f64 / 1e9;
    let mut counts = [0; BUCKETS];
    let mut read = || {
        counts = std::array::from_fn(|bucket| series.buckets[bucket].load(Ordering::Acquire));
        counts.iter().sum()
    };
    let [mut native, mut later] = [Exponential::default(), Exponential::default()];
    let is_native = is_native();
    if is_native {
        native::read_both(&series.fine, read, [&mut native, &mut later]);
    } else {
        read();
    }
    let histogram = family::Histogram {
        bounds: &BOUNDS,
        counts: &counts,
        sum,
        native: is_native.then_some(&native),
        examples: &examples,
    };
    sink.histogram(&family::Series::of(labels), &histogram);
}

#[cfg(test)]
#[cfg(feature = "prometheus")]
mod tests {
    use std::time::Duration;

    use super::super::{Answer, MAX_ROUTES, MAX_SERIES, Method, Scheme};
    use super::*;
    use crate::metrics::tests::strict;
    use crate::metrics::text::Text;
    use crate::metrics::write::Format;
    use crate::model::Exemplars;

    const OK: Answer = Answer { status: 200, error_type: "", scheme: Scheme(0) };

    fn page(requests: &Requests, format: Format) -> strict::Page {
        let mut out = Vec::new();
        requests.visit(&mut Text::new(&mut out, format));
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
