//! Requests: whatever a client may write into one, and health checks.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use tower_layer::Layer as _;
use tower_service::Service as _;

use crate::slots::{EMAIL, Guard, PLAIN, Slot};

macro_rules! slots {
    ($($name:literal $guard:ident $shape:expr, |$secret:ident, $id:ident| $fill:expr;)*) => {
        pub(crate) const SLOTS: &[Slot] = &[$(Slot {
            name: $name,
            guard: Guard::$guard,
            shape: $shape,
            fill: |$secret, $id| ask($id, $fill),
        },)*];
    };
}

type Builder = http_library::request::Builder;

fn header(name: &str, value: &str) -> Builder {
    http_library::Request::get("/here").header(name, value)
}

slots! {
    "path" Never PLAIN, |secret, id| Builder::new().uri(format!("/reset/{secret}"));
    "query" Never PLAIN, |secret, id| Builder::new().uri(format!("/reset?token={secret}"));
    "user and password of the host" Never PLAIN, |secret, id| {
        Builder::new().uri(format!("http://user:{secret}@host.example/"))
    };
    "method" Never PLAIN, |secret, id| Builder::new().method(secret);
    "authorization" Never "Bearer {}", |secret, id| header("authorization", secret);
    "cookie" Never "session={}", |secret, id| header("cookie", secret);
    "x-api-key" Never PLAIN, |secret, id| header("x-api-key", secret);
    "user-agent" Shape "agent/1.0 (token={})", |secret, id| header("user-agent", secret);
    "forwarded" Never EMAIL, |secret, id| header("x-forwarded-for", secret);
    "referer" Never "https://host.example/?token={}", |secret, id| header("referer", secret);
    "baggage" Never "user.token={}", |secret, id| header("baggage", secret);
    "tracestate" Never "vendor={}", |secret, id| header(
        "traceparent", "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01",
    ).header("tracestate", secret);
    "traceparent" Never "00-{}-0123456789abcdef-01", |secret, id| header("traceparent", secret);
    "request id, a token" Shape "Bearer:{}", |secret, id| header("x-request-id", secret);
    "request id, an e-mail address" Shape EMAIL, |secret, id| header("x-request-id", secret);
}

/// The name of a route, as a framework would put it into the extensions.
#[derive(Clone)]
struct Template(&'static str);

#[derive(Clone)]
struct Inner(u64);

impl tower_service::Service<http_library::Request<()>> for Inner {
    type Response = http_library::Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http_library::Request<()>) -> Self::Future {
        tracing::info!(id = self.0, "in a request");
        ready(Ok(http_library::Response::new(String::new())))
    }
}

/// A request on a route of its own, whose name is the control.
fn ask(id: u64, request: Builder) {
    let mut request = request.body(()).unwrap();
    let route = Box::leak(format!("/slots/{id}").into_boxed_str());
    request.extensions_mut().insert(Template(route));
    let layer = plimsoll::tower::Layer::new(|all| all.get::<Template>().map(|template| template.0));
    let answer = layer.layer(Inner(id)).call(request);
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(answer).unwrap();
}
