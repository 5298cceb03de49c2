//! One layer for any tower HTTP service: axum, hyper, tonic.
//!
//! Each request gets a server span that continues the caller's trace, an id, request metrics and an
//! access line; a panic of its handler is answered with 500. axum's users take
//! [`axum::layer`](crate::axum::layer), which knows the route templates.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};

use super::request::{Payload, Request, RouteOf};

/// A layer for a service whose routes are not known: its spans and metrics tell methods apart only.
///
/// The body of its responses must be made from a `String`, for the answer to a panic: axum's `Body`
/// and `http_body_util::Full<Bytes>` are.
pub fn layer() -> Layer {
    Layer::new(|_| None)
}

/// The layer that [`layer`] gives.
#[derive(Clone, Copy)]
pub struct Layer {
    route_of: RouteOf,
}

impl Layer {
    /// A layer that learns the route template of a request from its extensions.
    ///
    /// The template is a label of metrics: `/cart/{id}`, never `/cart/17`.
    pub fn new(route_of: for<'a> fn(&'a http::Extensions) -> Option<&'a str>) -> Layer {
        Layer { route_of }
    }
}

impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Layer")
    }
}

impl<S> tower_layer::Layer<S> for Layer {
    type Service = Service<S>;

    fn layer(&self, inner: S) -> Service<S> {
        Service { inner, route_of: self.route_of }
    }
}

/// A service whose requests are observed.
#[derive(Clone, Copy)]
pub struct Service<S> {
    inner: S,
    route_of: RouteOf,
}

impl<S: fmt::Debug> fmt::Debug for Service<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Service").field(&self.inner).finish()
    }
}

impl<S, B, RB> tower_service::Service<http::Request<B>> for Service<S>
where
    S: tower_service::Service<http::Request<B>, Response = Response<RB>>,
    RB: From<String>,
{
    type Response = Response<RB>;
    type Error = S::Error;
    type Future = Answer<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<B>) -> Answer<S::Future> {
        let mut open = Request::open(&request, self.route_of);
        let work = match open.within(|| self.inner.call(request)) {
            Ok(future) => Work::Runs(Box::pin(future)),
            Err(payload) => Work::Panicked(payload),
        };
        Answer { request: Some(open), work }
    }
}

/// The answer to a request, to come.
pub struct Answer<F> {
    /// None once it was given.
    request: Option<Request>,
    work: Work<F>,
}

enum Work<F> {
    Runs(Pin<Box<F>>),
    Panicked(Payload),
    Done,
}

impl<F> fmt::Debug for Answer<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Answer").field(&self.request).finish()
    }
}

impl<F, RB, E> Future for Answer<F>
where
    F: Future<Output = Result<Response<RB>, E>>,
    RB: From<String>,
{
    type Output = Result<Response<RB>, E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        // Polled after it was ready, it has nothing more to say.
        let Some(request) = &mut this.request else {
            return Poll::Pending;
        };
        let polled = match &mut this.work {
            Work::Runs(future) => request.within(|| future.as_mut().poll(context)),
            _ => match std::mem::replace(&mut this.work, Work::Done) {
                Work::Panicked(payload) => Err(payload),
                _ => return Poll::Pending,
            },
        };
        let answer = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(answer)) => answer,
            Err(payload) => {
                this.stop();
                let Some(mut request) = this.request.take() else {
                    return Poll::Pending;
                };
                let mut answer = Response::new(RB::from(apology(&request)));
                *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                let json = HeaderValue::from_static("application/json");
                answer.headers_mut().insert(CONTENT_TYPE, json);
                request.mark(answer.headers_mut());
                request.panicked(payload);
                return Poll::Ready(Ok(answer));
            }
        };
        this.stop();
        let Some(mut request) = this.request.take() else {
            return Poll::Pending;
        };
        Poll::Ready(match answer {
            Ok(mut answer) => {
                request.mark(answer.headers_mut());
                request.answered(answer.status().as_u16());
                Ok(answer)
            }
            Err(error) => {
                request.failed();
                Err(error)
            }
        })
    }
}

impl<F> Answer<F> {
    /// Drops the service's future where its own cancelled calls find their parent. That it may
    /// panic there does not change the answer.
    fn stop(&mut self) {
        let work = std::mem::replace(&mut self.work, Work::Done);
        let dropped = match &mut self.request {
            Some(request) => request.within(|| drop(work)),
            None => catch_unwind(AssertUnwindSafe(|| drop(work))),
        };
        if let Err(payload) = dropped {
            std::mem::forget(payload);
        }
    }
}

impl<F> Drop for Answer<F> {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The body of the answer to a panic. The id holds no letter that JSON would escape.
fn apology(request: &Request) -> String {
    let id = &request.id.text;
    format!(r#"{{"error":"internal server error","request_id":"{id}"}}"#)
}
