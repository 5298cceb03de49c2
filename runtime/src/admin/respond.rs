//! What the admin server answers: from a request's head to a whole response, without sockets.
//!
//! The one place that knows its paths. Called by `server` for each request, and by tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::header::{ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, VARY};
use http::request::Parts;
use http::{Method, Response, StatusCode};
use http_body_util::Full;

use super::COUNTS;
use super::scrub;
use super::slo;
use super::token::Token;
use crate::health::Health;

/// What answers are made from.
#[derive(Debug)]
pub(super) struct State {
    /// Guards all but health, if there is one.
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
    Objectives,
    DataMap,
    Scrubbed,
    Live,
    Ready,
}

fn place(path: &str) -> Option<Place> {
    match path {
        #[cfg(feature = "prometheus")]
        "/metrics" => Some(Place::Metrics),
        "/slo" => Some(Place::Objectives),
        "/data-map" => Some(Place::DataMap),
        "/scrub" => Some(Place::Scrubbed),
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

/// True when the program's own code is asked for the answer, which may take any time.
pub(super) fn may_hang(head: &Parts) -> bool {
    #[cfg(feature = "prometheus")]
    let is_page = place(head.uri.path()) == Some(Place::Metrics);
    #[cfg(not(feature = "prometheus"))]
    let is_page = false;
    is_page && is_reading(head)
}

/// What is answered where making the answer panicked.
pub(super) fn failed() -> Response<Full<Bytes>> {
    let said = "the answer could not be made\n";
    counted(&COUNTS.other, text(StatusCode::INTERNAL_SERVER_ERROR, said))
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
    let is_guarded = !matches!(place, Place::Live | Place::Ready);
    if is_guarded && state.token.as_ref().is_some_and(|token| !token.admits(&head.headers)) {
        let mut answer = text(StatusCode::UNAUTHORIZED, "a bearer token is needed\n");
        let scheme = HeaderValue::from_static("Bearer");
        answer.headers_mut().insert(http::header::WWW_AUTHENTICATE, scheme);
        return counted(&COUNTS.denied, answer);
    }
    match place {
        #[cfg(feature = "prometheus")]
        Place::Metrics => match state.page.answer(head) {
            Some(answer) => counted(&COUNTS.scraped, answer),
            None => {
                let mut answer =
                    text(StatusCode::SERVICE_UNAVAILABLE, "too many scrapes at once\n");
                let retry = HeaderValue::from_static("1");
                answer.headers_mut().insert(http::header::RETRY_AFTER, retry);
                counted(&COUNTS.busy, answer)
            }
        },
        Place::Objectives => counted(&COUNTS.slo, json(StatusCode::OK, slo::page())),
        Place::DataMap => counted(&COUNTS.data_map, data_map(head)),
        Place::Scrubbed => counted(&COUNTS.scrub, json(StatusCode::OK, scrub::page())),
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

/// The data map: as Markdown where the query or the head asks for it, else as JSON.
fn data_map(head: &Parts) -> Response<Full<Bytes>> {
    let map = crate::data_map();
    let asked = head.uri.query().into_iter().flat_map(|query| query.split('&'));
    let asked = asked.filter_map(|pair| pair.strip_prefix("format=")).next();
    let accepts = || head.headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let markdown = match asked {
        Some(format) => format == "markdown",
        None => accepts().any(|accept| accept.contains("text/markdown")),
    };
    let mut answer = if markdown {
        let kind = "text/markdown; charset=utf-8";
        whole(StatusCode::OK, kind, Bytes::from(map.to_markdown()))
    } else {
        json(StatusCode::OK, map.to_json())
    };
    answer.headers_mut().insert(VARY, HeaderValue::from_static("Accept"));
    answer
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

    use http::header::{ACCEPT, CONTENT_ENCODING, VARY};
    use tokio::task::AbortHandle;

    use super::super::encoding;
    use super::super::scrapes::{Scrape, Scrapes};
    use super::{Bytes, Full, HeaderValue, Parts, Response, StatusCode, whole};
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

    #[derive(Debug)]
    pub(in super::super) struct Cache {
        make: fn(Form, &mut Vec<u8>),
        scrapes: Arc<Scrapes>,
        /// The last page, while it may be given again.
        last: Mutex<Option<Made>>,
        spare: Arc<Spare>,
    }

    /// A page that may be given again.
    #[derive(Debug)]
    struct Made {
        form: Form,
        /// It may be compressed.
        gzip: bool,
        page: Page,
        until: Instant,
    }

    #[derive(Clone, Debug)]
    struct Page {
        bytes: Bytes,
        is_packed: bool,
    }

    impl Default for Cache {
        fn default() -> Cache {
            Cache::new(page::render, Scrapes::default())
        }
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

    /// What is sent, for as long as there is more to send.
    struct Sending {
        page: Bytes,
        _scrape: Scrape,
    }

    impl AsRef<[u8]> for Sending {
        fn as_ref(&self) -> &[u8] {
            &self.page
        }
    }

    impl Cache {
        pub(in super::super) fn new(make: fn(Form, &mut Vec<u8>), scrapes: Scrapes) -> Cache {
            let (last, spare) = (Mutex::default(), Arc::default());
            Cache { make, scrapes: Arc::new(scrapes), last, spare }
        }

        /// The page; none when too many are on their way.
        pub(super) fn answer(&self, head: &Parts) -> Option<Response<Full<Bytes>>> {
            let scrape = self.scrapes.begin()?;
            let accept = head.headers.get_all(ACCEPT).iter();
            let form = negotiate(accept.filter_map(|value| value.to_str().ok()));
            let Page { bytes, is_packed } = self.page(form, encoding::takes_gzip(&head.headers));
            if let Some(connection) = head.extensions.get::<AbortHandle>() {
                scrape.send_to(connection.clone());
            }
            let page = Bytes::from_owner(Sending { page: bytes, _scrape: scrape });
            let mut answer = whole(StatusCode::OK, form.content_type(), page);
            let headers = answer.headers_mut();
            headers.insert(VARY, HeaderValue::from_static("Accept, Accept-Encoding"));
            if is_packed {
                headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            Some(answer)
        }

        fn page(&self, form: Form, gzip: bool) -> Page {
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            let begun = Instant::now();
            let known = last.as_ref().filter(|known| known.form == form && known.gzip == gzip);
            if let Some(known) = known.filter(|known| begun < known.until) {
                return known.page.clone();
            }
            let mut page = self.spare.take();
            record::suppress(|| (self.make)(form, &mut page));
            let page = match gzip.then(|| encoding::gzip(&page)).flatten() {
                Some(packed) => {
                    self.spare.put(page);
                    Page { bytes: Bytes::from(packed), is_packed: true }
                }
                None => {
                    let sent = Sent { page, spare: Arc::clone(&self.spare) };
                    Page { bytes: Bytes::from_owner(sent), is_packed: false }
                }
            };
            let took = begun.elapsed();
            let until = begun + took + (took * REST).min(OLDEST);
            *last = (took > LONG).then(|| Made { form, gzip, page: page.clone(), until });
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
            let page = || cache.page(Form::Lines(Format::Text), false).bytes;
            let first = page();
            let place = first.as_ptr();
            // A page that is still being sent keeps its own.
            assert_ne!(page().as_ptr(), place);
            assert_ne!(cache.spare.0.lock().unwrap().capacity(), 0);
            cache.spare.take();
            drop(first);
            assert_eq!(cache.page(Form::Lines(Format::Text), false).bytes.as_ptr(), place);
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
