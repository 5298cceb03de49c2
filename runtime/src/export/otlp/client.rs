//! One request to an OTLP receiver, and what its answer means.
//!
//! Plain HTTP/1.1 with hyper's client. Follows no redirect, so that headers with credentials go to
//! nobody else, reads at most 64 KiB of an answer, and decides nothing: `sender` retries.

use std::error::Error as _;
use std::time::Duration;

use bytes::{Buf, Bytes, buf::Chain};
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER, USER_AGENT};
use http::{Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client as Http, Error as HttpError};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::config::Endpoint;
use crate::error::Error;
use crate::wire::{self, Read};

/// Bytes of an answer that are read.
const ANSWER: usize = 64 * 1024;
/// No receiver makes us wait longer.
const LONGEST: Duration = Duration::from_secs(30);

/// The two parts of a request: the head that says who sends, and the items.
type Body = Full<Chain<Bytes, Bytes>>;

/// Sends to one endpoint.
#[derive(Debug)]
pub(crate) struct Client {
    http: Http<HttpConnector, Body>,
    uri: Uri,
    headers: HeaderMap,
    timeout: Duration,
}

/// What became of a request.
#[derive(Debug, PartialEq)]
pub(crate) enum Answer {
    /// It arrived, but for `rejected` items.
    Accepted { rejected: u64, message: String },
    /// It may arrive later; the receiver may have said when.
    Later { why: String, after: Option<Duration>, reachable: bool },
    /// The receiver takes fewer bytes at once.
    TooBig,
    /// It will never be taken as it is.
    Refused { why: String },
}

impl Client {
    /// Checks an endpoint's settings; connects at the first request.
    pub(crate) fn new(endpoint: &Endpoint) -> Result<Client, Error> {
        let uri = check(&endpoint.url)?;
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-protobuf"));
        let agent = concat!("plimsoll/", env!("CARGO_PKG_VERSION"));
        headers.insert(USER_AGENT, HeaderValue::from_static(agent));
        for (place, (name, value)) in (1..).zip(&endpoint.headers) {
            // What is no name is not quoted: of `Authorization: Basic ..=`, it is the credentials.
            let key = HeaderName::try_from(name.trim()).map_err(|_| {
                Error::Config(format!(
                    "entry {place} of OTEL_EXPORTER_OTLP_HEADERS begins with what is no name of an \
                     HTTP header; write name=value pairs between commas, `authorization=Bearer%20..`"
                ))
            })?;
            let mut value = HeaderValue::try_from(value.expose()).map_err(|_| {
                Error::Config(format!(
                    "the value of the OTLP header {name:?} can't be sent in HTTP"
                ))
            })?;
            value.set_sensitive(true);
            headers.insert(key, value);
        }
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(endpoint.timeout));
        let http = Http::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(1)
            .build(connector);
        Ok(Client { http, uri, headers, timeout: endpoint.timeout })
    }

    /// The endpoint as it may be shown: without query.
    pub(crate) fn endpoint(&self) -> String {
        let authority = self.uri.authority().map_or("", |authority| authority.as_str());
        format!("http://{authority}{}", self.uri.path())
    }

    /// Host and port, for those who only want to know whether somebody listens.
    pub(crate) fn address(&self) -> (String, u16) {
        let host = self.uri.host().unwrap_or_default().trim_matches(['[', ']']);
        (host.to_owned(), self.uri.port_u16().unwrap_or(80))
    }

    /// Sends one request and reads its answer, within the time that the endpoint has.
    pub(crate) async fn post(&self, head: Bytes, items: Bytes) -> Answer {
        let mut request = Request::new(Full::new(head.chain(items)));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        let exchange = async {
            match self.http.request(request).await {
                Ok(response) => read(response).await,
                Err(error) => failed(&error),
            }
        };
        tokio::time::timeout(self.timeout, exchange).await.unwrap_or_else(|_| Answer::Later {
            why: format!("no answer within {:?}", self.timeout),
            after: None,
            reachable: false,
        })
    }
}

fn check(url: &str) -> Result<Uri, Error> {
    let wrong = |what: &str| Err(Error::Config(format!("the OTLP endpoint {what}")));
    let Ok(uri) = url.parse::<Uri>() else {
        return wrong("is no URL; write it like http://localhost:4318");
    };
    let (Some(authority), Some(scheme)) = (uri.authority(), uri.scheme_str()) else {
        return wrong("is not a whole URL; write it like http://localhost:4318");
    };
    if authority.as_str().contains('@') {
        return wrong("holds credentials; put them into OTEL_EXPORTER_OTLP_HEADERS");
    }
    match scheme {
        "http" => Ok(uri),
        "https" => wrong(&format!(
            "https://{authority} needs TLS, which is not built in yet; send to a Collector near by \
             over http://, and let it speak TLS"
        )),
        other => wrong(&format!("has the scheme {other:?}; only http is spoken")),
    }
}

async fn read(response: Response<Incoming>) -> Answer {
    let status = response.status();
    let after = response.headers().get(RETRY_AFTER).and_then(retry_after);
    // Read to its end so that the connection can be used again. When it is too long or broken, the
    // status has said all that matters.
    let body = Limited::new(response.into_body(), ANSWER).collect().await;
    let body = body.map(|collected| collected.to_bytes()).unwrap_or_default();
    answer(status, after, &body)
}

fn answer(status: StatusCode, after: Option<Duration>, body: &[u8]) -> Answer {
    match status.as_u16() {
        200..=299 => {
            let (rejected, message) = partial_success(body);
            Answer::Accepted { rejected, message }
        }
        429 | 502 | 503 | 504 => {
            Answer::Later { why: format!("it answers {status}"), after, reachable: true }
        }
        413 => Answer::TooBig,
        _ => Answer::Refused { why: format!("it answers {status}") },
    }
}

/// Whole seconds. A date is not understood: our own pace serves as well.
fn retry_after(value: &HeaderValue) -> Option<Duration> {
    let seconds = value.to_str().ok()?.trim().parse::<f64>().ok().filter(|value| *value >= 0.0)?;
    Some(Duration::from_secs_f64(seconds.min(LONGEST.as_secs_f64())))
}

/// The rejected items of an `Export{Trace,Logs}ServiceResponse`, and why. Both have one form.
fn partial_success(body: &[u8]) -> (u64, String) {
    let (mut rejected, mut message) = (0, String::new());
    let partial = wire::read(body).find_map(|field| match field {
        (1, Read::Bytes(partial)) => Some(partial),
        _ => None,
    });
    for field in wire::read(partial.unwrap_or_default()) {
        match field {
            // An int64, which a hostile receiver may send negative.
            (1, Read::Number(count)) => rejected = i64::try_from(count).map_or(0, |_| count),
            (2, Read::Bytes(text)) => message = String::from_utf8_lossy(text).into_owned(),
            _ => {}
        }
    }
    (rejected, message)
}

/// A failure before there was an answer. Only a time-out or a broken connection can be meant.
fn failed(error: &HttpError) -> Answer {
    let mut cause = error.source();
    let mut why = error.to_string();
    while let Some(source) = cause {
        why = source.to_string();
        cause = source.source();
    }
    Answer::Later { why, after: None, reachable: !error.is_connect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    fn client(url: &str, headers: &[(&str, &str)]) -> Result<Client, Error> {
        let headers = headers.iter().map(|(name, value)| (name.to_string(), Secret::new(*value)));
        let timeout = Duration::from_secs(1);
        Client::new(&Endpoint { url: url.to_owned(), headers: headers.collect(), timeout })
    }

    fn message(client: Result<Client, Error>) -> String {
        client.expect_err("refused").to_string()
    }

    #[test]
    fn endpoints_that_cannot_be_used_say_why() {
        assert!(message(client("https://otel.example:4318/v1/traces", &[])).contains("TLS"));
        assert!(message(client("localhost:4318", &[])).contains("write it like"));
        assert!(message(client("ftp://localhost/", &[])).contains("only http"));
        assert!(message(client("not a url", &[])).contains("http://localhost:4318"));
        let leaky = message(client("http://user:hunter2@host/v1/traces", &[]));
        assert!(leaky.contains("OTLP_HEADERS") && !leaky.contains("hunter2"), "{leaky}");
        let header = message(client("http://host/", &[("authorization", "Bearer \n hunter2")]));
        assert!(header.contains("authorization") && !header.contains("hunter2"), "{header}");
        let header = &[("k", "v"), ("Authorization: Basic aHVudGVyMg", "=")];
        let unnamed = message(client("http://host/", header));
        assert!(unnamed.contains("entry 2") && !unnamed.contains("aHVudGVyMg"), "{unnamed}");
    }

    #[test]
    fn what_is_shown_has_no_secret() {
        let client = client("http://h:4318/v1/traces?key=hunter2", &[("k", "hunter3")]).unwrap();
        assert_eq!(client.endpoint(), "http://h:4318/v1/traces");
        assert!(!format!("{:?}", client.headers).contains("hunter3"));
        assert_eq!(client.address(), ("h".to_owned(), 4318));
    }

    #[test]
    fn retry_after_is_read_and_capped() {
        let read = |text| retry_after(&HeaderValue::from_static(text));
        assert_eq!(read("2"), Some(Duration::from_secs(2)));
        assert_eq!(read(" 0 "), Some(Duration::ZERO));
        assert_eq!(read("1000000000000"), Some(LONGEST));
        for nonsense in ["-1", "Wed, 21 Oct 2026 07:28:00 GMT", "soon", "NaN", ""] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn statuses_mean_what_the_protocol_says() {
        let code = |code| answer(StatusCode::from_u16(code).unwrap(), None, b"");
        for later in [429, 502, 503, 504] {
            assert!(matches!(code(later), Answer::Later { reachable: true, .. }), "{later}");
        }
        for refused in [301, 302, 307, 400, 401, 403, 404, 500, 501] {
            assert!(matches!(code(refused), Answer::Refused { .. }), "{refused}");
        }
        assert_eq!(code(413), Answer::TooBig);
    }

    #[test]
    fn partial_success_is_read_and_garbage_is_not() {
        let mut body = Vec::new();
        wire::message(&mut body, 1, |out| {
            wire::number(out, 1, 3);
            wire::bytes(out, 2, b"too old");
        });
        assert_eq!(partial_success(&body), (3, "too old".to_owned()));
        assert_eq!(partial_success(b"<html>not protobuf</html>"), (0, String::new()));
        let mut negative = Vec::new();
        wire::message(&mut negative, 1, |out| wire::number(out, 1, -5_i64 as u64));
        assert_eq!(partial_success(&negative).0, 0);
    }
}
