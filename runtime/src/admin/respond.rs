//! What the admin server answers: from a request's head to a whole response, without sockets.
//!
//! The one place that knows its paths. Called by `server` for each request, and by tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http::{Method, Response, StatusCode};
use http_body_util::Full;

use super::COUNTS;
use super::token::Token;
use crate::health::Health;

/// What answers are made from.
#[derive(Debug)]
pub(super) struct State {
    /// Guards the metrics page, if there is one.
    pub(super) token: Option<Token>,
    pub(super) health: Arc<Health>,
    /// The metrics page is served at all.
    #[cfg(feature = "prometheus")]
    pub(super) has_page: bool,
    #[cfg(feature = "prometheus")]
    pub(super) page: page::Cache,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    #[cfg(feature = "prometheus")]
    Metrics,
    Live,
    Ready,
}

fn place(path: &str) -> Option<Place> {
    match path {
        #[cfg(feature = "prometheus")]
        "/metrics" => Some(Place::Metrics),
        "/health/live" | "/healthz" | "/livez" => Some(Place::Live),
        "/health/ready" | "/readyz" => Some(Place::Ready),
        _ => None,
    }
}

/// True when the answer tells of checks, which have to be run before.
pub(super) fn needs_checks(head: &Parts) -> bool {
    is_reading(head) && place(head.uri.path()) == Some(Place::Ready)
}

fn is_reading(head: &Parts) -> bool {
    head.method == Method::GET || head.method == Method::HEAD
}

/// The whole answer to a request.
pub(super) fn respond(head: &Parts, state: &State) -> Response<Full<Bytes>> {
    let place = place(head.uri.path());
    #[cfg(feature = "prometheus")]
    let place = place.filter(|place| *place != Place::Metrics || state.has_page);
    let Some(place) = place else {
        return counted(&COUNTS.other, text(StatusCode::NOT_FOUND, "not found\n"));
    };
    if !is_reading(head) {
        let mut answer = text(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
        answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return counted(&COUNTS.other, answer);
    }
    match place {
        #[cfg(feature = "prometheus")]
        Place::Metrics => match &state.token {
            Some(token) if !token.admits(&head.headers) => {
                let mut answer = text(StatusCode::UNAUTHORIZED, "a bearer token is needed\n");
                let scheme = HeaderValue::from_static("Bearer");
                answer.headers_mut().insert(http::header::WWW_AUTHENTICATE, scheme);
                counted(&COUNTS.denied, answer)
            }
            _ => {
                COUNTS.scraped.fetch_add(1, Ordering::Relaxed);
                state.page.answer(&head.headers)
            }
        },
        Place::Live => {
            counted(&COUNTS.health, json(StatusCode::OK, "{\"status\":\"ok\"}\n".to_owned()))
        }
        Place::Ready => {
            let ready = state.health.ready();
            let status =
                if ready.can_work { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
            counted(&COUNTS.health, json(status, ready.json))
        }
    }
}

fn counted(count: &AtomicU64, answer: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
    count.fetch_add(1, Ordering::Relaxed);
    answer
}

fn text(status: StatusCode, body: &'static str) -> Response<Full<Bytes>> {
    whole(status, "text/plain; charset=utf-8", Bytes::from_static(body.as_bytes()))
}

fn json(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    whole(status, "application/json", Bytes::from(body))
}

fn whole(status: StatusCode, kind: &'static str, body: Bytes) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::new(body));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let nosniff = HeaderValue::from_static("nosniff");
    headers.insert(http::header::X_CONTENT_TYPE_OPTIONS, nosniff);
    answer
}

/// The metrics page, and how it stays cheap when it is large and often asked for.
#[cfg(feature = "prometheus")]
pub(super) mod page {
    use std::sync::{Arc, Mutex, PoisonError};
    use std::time::{Duration, Instant};

    use super::{Bytes, Full, Response, StatusCode, whole};
    use crate::metrics::negotiate::negotiate;
    use crate::metrics::page::{self, Form};
    use crate::record;

    /// A page that takes longer is given again for some time.
    const LONG: Duration = Duration::from_millis(50);
    /// For this many times as long as it took: making pages takes a fifth of a core at most.
    const REST: u32 = 4;
    /// But no page is older.
    const OLDEST: Duration = Duration::from_secs(1);

    /// A buffer that holds more than this is not kept for the next page.
    const KEPT: usize = 4 << 20;

    #[derive(Debug, Default)]
    pub(in super::super) struct Cache {
        /// The last page, while it may be given again.
        last: Mutex<Option<(Form, Bytes, Instant)>>,
        spare: Arc<Spare>,
    }

    /// The buffer of a page that was sent, for the next one: fresh memory costs more than the page.
    #[derive(Debug, Default)]
    struct Spare(Mutex<Vec<u8>>);

    impl Spare {
        fn take(&self) -> Vec<u8> {
            std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
        }

        fn put(&self, mut page: Vec<u8>) {
            // The page may have been larger once.
            if page.capacity() / 2 > page.len() {
                page.shrink_to(page.len() * 9 / 8);
            }
            let mut spare = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if page.capacity() <= KEPT && page.capacity() >= spare.capacity() {
                *spare = page;
            }
        }
    }

    /// A page on its way: its buffer comes back when the last byte has left, or nobody wants it.
    struct Sent {
        page: Vec<u8>,
        spare: Arc<Spare>,
    }

    impl AsRef<[u8]> for Sent {
        fn as_ref(&self) -> &[u8] {
            &self.page
        }
    }

    impl Drop for Sent {
        fn drop(&mut self) {
            self.spare.put(std::mem::take(&mut self.page));
        }
    }

    impl Cache {
        pub(super) fn answer(&self, headers: &http::HeaderMap) -> Response<Full<Bytes>> {
            let accept = headers.get_all(http::header::ACCEPT).iter();
            let form = negotiate(accept.filter_map(|value| value.to_str().ok()));
            let mut answer = whole(StatusCode::OK, form.content_type(), self.page(form));
            let vary = http::HeaderValue::from_static("Accept");
            answer.headers_mut().insert(http::header::VARY, vary);
            answer
        }

        fn page(&self, form: Form) -> Bytes {
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            let begun = Instant::now();
            if let Some((known, page, until)) = &*last {
                if *known == form && begun < *until {
                    return page.clone();
                }
            }
            let mut page = self.spare.take();
            record::suppress(|| page::render(form, &mut page));
            let page = Bytes::from_owner(Sent { page, spare: Arc::clone(&self.spare) });
            let took = begun.elapsed();
            *last = (took > LONG)
                .then(|| (form, page.clone(), begun + took + (took * REST).min(OLDEST)));
            page
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::metrics::write::Format;

        #[test]
        fn the_buffer_of_a_sent_page_is_the_next_ones() {
            let cache = Cache::default();
            let first = cache.page(Form::Lines(Format::Text));
            let place = first.as_ptr();
            // A page that is still being sent keeps its own.
            assert_ne!(cache.page(Form::Lines(Format::Text)).as_ptr(), place);
            assert_ne!(cache.spare.0.lock().unwrap().capacity(), 0);
            cache.spare.take();
            drop(first);
            assert_eq!(cache.page(Form::Protobuf).as_ptr(), place);
        }

        #[test]
        fn what_one_large_page_took_is_not_kept() {
            let spare = Spare::default();
            spare.put(vec![0; KEPT + 1]);
            assert_eq!(spare.take().capacity(), 0);
            let mut page = Vec::with_capacity(KEPT);
            page.extend_from_slice(&[0; 1000]);
            spare.put(page);
            let kept = spare.take().capacity();
            assert!((1000..4000).contains(&kept), "{kept}");
        }
    }
}
