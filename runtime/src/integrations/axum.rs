//! The layer for axum: the one for tower services, and it knows axum's route templates.
//!
//! ```
//! use axum::{Router, routing::get};
//!
//! let app: Router = Router::new()
//!     .route("/cart/{id}", get(|| async { "empty" }))
//!     .layer(plimsoll::axum::layer());
//! ```

use axum::extract::MatchedPath;

use super::tower::Layer;

/// One layer for a whole `axum::Router`: give it to `Router::layer` after the last route.
///
/// It does what [`tower::layer`](crate::tower::layer) does, and tells routes apart by their
/// templates: `/cart/{id}`, never `/cart/17`.
pub fn layer() -> Layer {
    Layer::new(|extensions| extensions.get::<MatchedPath>().map(MatchedPath::as_str))
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::extract::Path;
    use axum::routing::get;
    use tower_service::Service;

    use crate::metrics::http::{Method, requests};

    fn now<F: Future>(future: F) -> F::Output {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => output,
            Poll::Pending => panic!("not ready"),
        }
    }

    fn ask(path: &str) -> (u16, String) {
        let admin = Router::new().route("/users/{id}", get(|| async { "user" }));
        let mut app: Router = Router::new()
            .route("/axum/{id}", get(|Path(id): Path<String>| async move { id }))
            .route("/axum/panics", get(|| async { panic!("on purpose") as &'static str }))
            .nest("/axum/admin", admin)
            .layer(super::layer());
        let request = http::Request::get(path).header("x-request-id", "id-1");
        let answer = now(app.call(request.body(Body::empty()).unwrap())).unwrap();
        assert_eq!(answer.headers()["x-request-id"], "id-1");
        let status = answer.status().as_u16();
        let body = now(to_bytes(answer.into_body(), 1 << 20)).unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    fn counted(template: &str) -> Vec<(u16, &'static str, u64)> {
        requests().route(Method::of("GET"), template).unwrap().route.counts()
    }

    #[test]
    fn routes_are_told_apart_by_their_templates() {
        assert_eq!(ask("/axum/7"), (200, "7".to_owned()));
        assert_eq!(ask("/axum/8"), (200, "8".to_owned()));
        assert_eq!(counted("/axum/{id}"), [(200, "", 2)]);
        assert_eq!(ask("/axum/admin/users/7").0, 200);
        assert_eq!(counted("/axum/admin/users/{id}"), [(200, "", 1)]);
        assert_eq!(ask("/axum/is/nowhere").0, 404);
    }

    #[test]
    fn a_panic_is_answered_with_the_request_id() {
        let json = r#"{"error":"internal server error","request_id":"id-1"}"#;
        assert_eq!(ask("/axum/panics"), (500, json.to_owned()));
        assert_eq!(counted("/axum/panics"), [(500, "panic", 1)]);
    }
}
