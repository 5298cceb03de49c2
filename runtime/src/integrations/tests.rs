//! The layer around a service, as its callers and the log see it.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Poll, Waker};

use tower_layer::Layer as _;
use tower_service::Service as _;
use tracing::field::{Field, Visit};
use tracing::{Dispatch, Event, Metadata, Subscriber, span};

use super::request::{Payload, Request};
use super::tower::{Answer, Layer, Service};
use crate::metrics::http::{Method, Scheme, requests};

type Response = http::Response<String>;
type Work = Pin<Box<dyn Future<Output = Result<Response, &'static str>> + Send>>;

/// A service that runs what it is given.
#[derive(Clone, Copy)]
struct Inner(fn() -> Work);

impl tower_service::Service<http::Request<()>> for Inner {
    type Response = Response;
    type Error = &'static str;
    type Future = Work;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Request<()>) -> Work {
        (self.0)()
    }
}

/// A route's name, as a framework would put it into the extensions.
#[derive(Clone)]
struct Template(&'static str);

fn service(work: fn() -> Work) -> Service<Inner> {
    Layer::new(|extensions| extensions.get::<Template>().map(|template| template.0))
        .layer(Inner(work))
}

fn call(route: &'static str, path: &str, work: fn() -> Work) -> Answer<Work> {
    let mut request = http::Request::get(path).header("x-request-id", "id-1").body(()).unwrap();
    if !route.is_empty() {
        request.extensions_mut().insert(Template(route));
    }
    service(work).call(request)
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn answer(route: &'static str, path: &str, work: fn() -> Work) -> Result<Response, &'static str> {
    match poll(pin!(call(route, path, work))) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("no answer"),
    }
}

/// How many requests to a route ended so: status and error type.
fn counted(route: &str) -> Vec<(u16, &'static str, u64)> {
    requests().route(Method::of("GET"), route).unwrap().route.counts()
}

/// The events of a thread, as text.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Subscriber for Lines {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut line = Line(format!("{} {}", event.metadata().level(), event.metadata().target()));
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.push_str(&format!(" {}={value:?}", field.name()));
    }
}

fn lines(work: impl FnOnce()) -> Vec<String> {
    // While there is but one subscriber, `tracing` asks that of whichever thread meets a callsite
    // first, and remembers its answer: threads of other tests have none. Two more mend that.
    static OTHERS: OnceLock<[Dispatch; 2]> = OnceLock::new();
    OTHERS.get_or_init(|| [Dispatch::new(Lines::default()), Dispatch::new(Lines::default())]);
    let lines = Lines::default();
    tracing::subscriber::with_default(lines.clone(), work);
    let mut taken = lines.0.lock().unwrap();
    taken.retain(|line| line.contains("plimsoll::"));
    std::mem::take(&mut taken)
}

#[test]
fn an_answer_is_passed_on_marked_counted_and_logged_once() {
    let lines = lines(|| {
        let answer = answer("/t/ok/{id}", "/t/ok/7?secret=1", || {
            Box::pin(async { Ok(Response::new("body".to_owned())) })
        });
        let answer = answer.unwrap();
        assert_eq!((answer.status().as_u16(), answer.body().as_str()), (200, "body"));
        assert_eq!(answer.headers()["x-request-id"], "id-1");
    });
    assert_eq!(counted("/t/ok/{id}"), [(200, "", 1)]);
    assert_eq!(lines.len(), 1, "{lines:?}");
    let line = &lines[0];
    let begin =
        "INFO plimsoll::access message=request method=\"GET\" route=\"/t/ok/{id}\" status=200";
    assert!(line.starts_with(begin), "{line}");
    assert!(line.contains("duration_ms=") && !line.contains("path="), "{line}");
}

#[test]
fn what_a_client_wrote_into_its_target_is_not_shown() {
    let lines = lines(|| {
        let _ = answer("", "/t/jane@post.example?secret=1", || {
            let mut missing = Response::new(String::new());
            *missing.status_mut() = http::StatusCode::NOT_FOUND;
            Box::pin(async { Ok(missing) })
        });
    });
    assert!(lines[0].contains("status=404 outcome=\"ok\""), "{lines:?}");
    assert!(!lines[0].contains("secret") && !lines[0].contains("jane"), "{lines:?}");
}

#[test]
fn a_panic_is_answered_and_counted_wherever_it_comes_from() {
    let works: [fn() -> Work; 2] =
        [|| Box::pin(async { panic!("no {}", "luck") }), || panic!("no luck")];
    for (index, work) in works.into_iter().enumerate() {
        let route = ["/t/panic/poll", "/t/panic/call"][index];
        let lines = lines(|| {
            let answer = answer(route, "/t/panic", work).unwrap();
            assert_eq!(answer.status().as_u16(), 500);
            assert_eq!(answer.headers()["content-type"], "application/json");
            assert_eq!(answer.headers()["x-request-id"], "id-1");
            let json = r#"{"error":"internal server error","request_id":"id-1"}"#;
            assert_eq!(answer.body(), json);
        });
        assert_eq!(counted(route), [(500, "panic", 1)]);
        assert_eq!(lines.iter().filter(|line| line.contains("access")).count(), 1, "{lines:?}");
    }
}

#[test]
fn the_hosts_own_log_is_told_of_a_panic() {
    let lines = lines(|| {
        let head = http::Request::get("/t/told?secret=1").header("x-request-id", "id-1");
        let mut open = Request::open(&head.body(()).unwrap(), |_| None);
        open.tell(&(Box::new("no luck") as Payload));
        open.tell(&(Box::new("card 4242".to_owned()) as Payload));
    });
    for (line, panic) in lines.iter().zip(["no luck", "[redacted]"]) {
        let told = format!("message=a request handler panicked panic=\"{panic}\"");
        assert!(line.starts_with("ERROR plimsoll::panic") && line.contains(&told), "{line}");
        assert!(line.ends_with("request_id=\"id-1\""), "{line}");
    }
}

#[test]
fn a_panic_in_the_destructor_of_work_changes_no_answer() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("late");
        }
    }
    struct Armed(Bomb);
    impl Future for Armed {
        type Output = Result<Response, &'static str>;
        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
            let _ = &self.0;
            Poll::Ready(Ok(Response::new("fine".to_owned())))
        }
    }
    let answer = answer("/t/bomb", "/t/bomb", || Box::pin(Armed(Bomb))).unwrap();
    assert_eq!(answer.body(), "fine");
    drop(call("/t/bomb", "/t/bomb", || Box::pin(Armed(Bomb))));
    assert_eq!(counted("/t/bomb"), [(200, "", 1), (0, "cancelled", 1)]);
}

#[test]
fn a_payload_that_panics_when_dropped_is_one_panic() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }
    let work: fn() -> Work = || Box::pin(async { std::panic::panic_any(Bomb) });
    assert_eq!(answer("/t/payload", "/t/payload", work).unwrap().status().as_u16(), 500);
    assert_eq!(counted("/t/payload"), [(500, "panic", 1)]);
}

#[test]
fn a_request_that_is_dropped_was_cancelled() {
    let lines = lines(|| {
        let mut open = Box::pin(call("/t/gone", "/t/gone", || Box::pin(std::future::pending())));
        assert!(poll(open.as_mut()).is_pending());
        drop(open);
        // Never polled.
        drop(call("/t/gone", "/t/gone", || Box::pin(std::future::pending())));
    });
    assert_eq!(counted("/t/gone"), [(0, "cancelled", 2)]);
    assert_eq!(lines.len(), 2);
    assert!(lines[0].contains("outcome=\"cancelled\""), "{lines:?}");
}

#[test]
fn five_hundreds_are_errors_and_four_hundreds_are_not() {
    let with = |route, work| {
        let _ = answer(route, "/t/status", work);
        counted(route)
    };
    assert_eq!(
        with("/t/503", || {
            Box::pin(async {
                Ok(http::Response::builder().status(503).body(String::new()).unwrap())
            })
        }),
        [(503, "503", 1)]
    );
    assert_eq!(
        with("/t/404", || {
            Box::pin(async {
                Ok(http::Response::builder().status(404).body(String::new()).unwrap())
            })
        }),
        [(404, "", 1)]
    );
    assert_eq!(with("/t/error", || Box::pin(async { Err("broken") })), [(0, "_OTHER", 1)]);
}

#[test]
fn probes_are_counted_and_not_logged() {
    let lines = lines(|| {
        let answer = answer("/health/ready", "/health/ready", || {
            Box::pin(async { Ok(Response::new(String::new())) })
        });
        assert!(answer.unwrap().headers().contains_key("x-request-id"));
    });
    assert_eq!(lines, Vec::<String>::new());
    assert_eq!(counted("/health/ready"), [(200, "", 1)]);
}

#[test]
fn a_future_polled_after_its_answer_is_no_panic() {
    let mut open = Box::pin(call("/t/again", "/t/again", || {
        Box::pin(async { Ok(Response::new(String::new())) })
    }));
    assert!(poll(open.as_mut()).is_ready());
    assert!(poll(open.as_mut()).is_pending());
}

#[test]
fn nothing_stays_active() {
    let scheme = Scheme::of("https");
    let method = Method::of("TRACE");
    let request =
        || http::Request::builder().method("TRACE").uri("https://shop.example/").body(()).unwrap();
    let mut pending = service(|| Box::pin(std::future::pending()));
    let mut panics = service(|| Box::pin(async { panic!("on purpose") }));
    let one = pending.call(request());
    let mut two = Box::pin(panics.call(request()));
    assert_eq!(requests().active(method, scheme), 2);
    assert!(poll(two.as_mut()).is_ready());
    assert_eq!(requests().active(method, scheme), 1);
    drop(one);
    assert_eq!(requests().active(method, scheme), 0);
}
