//! The admin server as its clients see it: answers without sockets, then the socket itself.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Request, StatusCode};

use super::respond::{State, respond};
use super::token::Token;
use super::*;
use crate::config::Secret;
use crate::health::Health;
use crate::report::Report;

const TOKEN: &str = "s3cret-token";

fn settings(address: &str, token: Option<&str>) -> config::Admin {
    let token = token.map(Secret::new);
    config::Admin { address: address.parse().unwrap(), token, page: true }
}

#[test]
fn a_token_is_required_beyond_loopback() {
    for address in ["127.0.0.1:9464", "127.8.8.8:0", "[::1]:9464", "[::ffff:127.0.0.1]:9464"] {
        assert!(check(&settings(address, None)).is_ok(), "{address}");
    }
    for address in ["0.0.0.0:9464", "[::]:9464", "10.0.0.1:9464"] {
        assert!(check(&settings(address, Some(TOKEN))).is_ok());
        assert!(check(&settings(address, Some(""))).is_err());
        let text = prepare(settings(address, None), health()).unwrap_err().to_string();
        assert!(text.contains("PLIMSOLL_ADMIN_TOKEN"), "{text}");
    }
}

fn health() -> Arc<Health> {
    Health::new(Report::default, Default::default())
}

fn state(token: Option<&str>) -> State {
    State {
        #[cfg(feature = "prometheus")]
        has_page: true,
        token: token.and_then(|token| Token::new(&Secret::new(token))),
        health: health(),
        #[cfg(feature = "prometheus")]
        page: respond::page::Cache::default(),
    }
}

#[test]
fn the_data_map_is_json_or_markdown_and_guarded() {
    let open = state(None);
    for (path, accept, kind) in [
        ("/data-map", "*/*", "application/json"),
        ("/data-map?format=markdown", "*/*", "text/markdown; charset=utf-8"),
        ("/data-map", "text/markdown, text/plain;q=0.5", "text/markdown; charset=utf-8"),
        ("/data-map?format=json", "text/markdown", "application/json"),
    ] {
        let answer = ask(&open, "GET", path, &[("accept", accept)]);
        assert_eq!(
            (answer.status, &answer.headers[CONTENT_TYPE]),
            (StatusCode::OK, &kind.parse().unwrap())
        );
    }
    let guarded = state(Some(TOKEN));
    assert_eq!(ask(&guarded, "GET", "/data-map", &[]).status, StatusCode::UNAUTHORIZED);
}

fn ask(state: &State, method: &str, path: &str, headers: &[(&str, &str)]) -> http::response::Parts {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (head, ()) = request.body(()).unwrap().into_parts();
    respond(&head, state).into_parts().0
}

#[test]
fn every_path_has_its_answer() {
    let state = state(None);
    for path in ["/health/live", "/healthz", "/livez", "/health/ready", "/readyz"] {
        let answer = ask(&state, "GET", path, &[]);
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.headers[CONTENT_TYPE], "application/json");
        assert_eq!(ask(&state, "HEAD", path, &[]).status, StatusCode::OK);
    }
    assert_eq!(ask(&state, "GET", "/slo", &[]).status, StatusCode::OK);
    assert_eq!(ask(&state, "GET", "/scrub", &[]).status, StatusCode::OK);
    assert_eq!(ask(&state, "POST", "/slo", &[]).status, StatusCode::METHOD_NOT_ALLOWED);
    for path in [
        "/",
        "/slo/",
        "/health",
        "/metrics/",
        "//metrics",
        "/Metrics",
        "/../metrics",
        "/x?/metrics",
    ] {
        assert_eq!(ask(&state, "GET", path, &[]).status, StatusCode::NOT_FOUND, "{path}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get"] {
        let answer = ask(&state, method, "/livez", &[]);
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(answer.headers["allow"], "GET, HEAD");
    }
}

#[test]
fn ready_says_no_once_the_shutdown_began_and_live_says_yes() {
    let state = state(None);
    state.health.stop();
    let ready = ask(&state, "GET", "/readyz", &[]);
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ask(&state, "GET", "/livez", &[]).status, StatusCode::OK);
}

#[cfg(feature = "prometheus")]
#[test]
fn the_token_guards_the_page_and_nothing_else() {
    let state = state(Some(TOKEN));
    let good = format!("Bearer {TOKEN}");
    let denied: [&[(&str, &str)]; 4] = [
        &[],
        &[("authorization", "Bearer wrong")],
        &[("authorization", "Basic czNjcmV0LXRva2Vu")],
        &[("authorization", &good), ("authorization", &good)],
    ];
    for headers in denied {
        let answer = ask(&state, "GET", "/metrics", headers);
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{headers:?}");
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
    }
    for headers in denied {
        assert_eq!(ask(&state, "GET", "/slo", headers).status, StatusCode::UNAUTHORIZED);
        assert_eq!(ask(&state, "GET", "/scrub", headers).status, StatusCode::UNAUTHORIZED);
    }
    let answer = ask(&state, "GET", "/slo", &[(AUTHORIZATION.as_str(), &good)]);
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers[CONTENT_TYPE], "application/json");
    let answer = ask(&state, "GET", "/metrics", &[(AUTHORIZATION.as_str(), &good)]);
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers[CONTENT_TYPE], "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(ask(&state, "GET", "/readyz", &[]).status, StatusCode::OK);
    assert!(!format!("{state:?}").contains(TOKEN));
}

#[cfg(feature = "prometheus")]
#[test]
fn the_page_comes_in_the_form_that_was_asked_for() {
    use http_body_util::BodyExt;

    use crate::metrics::tests::strict;
    use crate::metrics::write::Format;

    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for (accept, format) in
        [("*/*", Format::Text), ("application/openmetrics-text", Format::OpenMetrics)]
    {
        let request = Request::get("/metrics").header("accept", accept).body(()).unwrap();
        let answer = respond(&request.into_parts().0, &state(None));
        assert_eq!(answer.headers()[CONTENT_TYPE], format.content_type());
        let body = runtime.block_on(answer.into_body().collect()).unwrap().to_bytes();
        let text = String::from_utf8(body.to_vec()).unwrap();
        let page = strict::read(&text, format).unwrap();
        assert_eq!(page.sum("plimsoll_build_info", &[]), 1.0, "{text}");
        assert!(page.all("target_info").count() == 1);
    }
}

#[cfg(feature = "prometheus")]
#[test]
fn a_page_is_compressed_for_who_takes_that() {
    use std::io::Read as _;

    use http_body_util::BodyExt;

    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let state = state(None);
    let ask = |coding: &str| {
        let request = Request::get("/metrics").header("accept-encoding", coding).body(()).unwrap();
        let answer = respond(&request.into_parts().0, &state);
        let (head, body) = answer.into_parts();
        assert_eq!(head.headers["vary"], "Accept, Accept-Encoding");
        let coding = head.headers.get("content-encoding").map(|it| it.to_str().unwrap().to_owned());
        (coding, runtime.block_on(body.collect()).unwrap().to_bytes())
    };
    let (coding, packed) = ask("gzip;q=0.5");
    assert_eq!(coding.as_deref(), Some("gzip"));
    let mut page = String::new();
    flate2::read::GzDecoder::new(&*packed).read_to_string(&mut page).unwrap();
    assert!(page.contains("plimsoll_build_info{") && packed.len() * 2 < page.len(), "{page}");
    let (coding, plain) = ask("gzip;q=0");
    assert_eq!((coding, plain.starts_with(b"# HELP")), (None, true));
}

#[cfg(feature = "prometheus")]
#[test]
fn more_scrapes_than_can_be_sent_are_told_to_come_again() {
    let state = state(None);
    let scrape = || {
        let request = Request::get("/metrics").body(()).unwrap();
        respond(&request.into_parts().0, &state)
    };
    let busy = || counts().into_iter().find(|(answer, _)| *answer == "metrics_busy").unwrap().1;
    let mut unsent: Vec<_> = (0..4).map(|_| scrape()).collect();
    assert!(unsent.iter().all(|answer| answer.status() == StatusCode::OK));
    let before = busy();
    let answer = scrape();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers()["retry-after"], "1");
    assert_eq!(busy() - before, 1);
    // Health has no part in it.
    assert_eq!(ask(&state, "GET", "/livez", &[]).status, StatusCode::OK);
    unsent.pop();
    assert_eq!(scrape().status(), StatusCode::OK);
}

/// A page that no socket takes at once.
#[cfg(feature = "prometheus")]
fn large_page(_: crate::metrics::page::Form, page: &mut Vec<u8>) {
    page.clear();
    page.resize(32 << 20, b'#');
}

#[cfg(feature = "prometheus")]
#[test]
fn who_reads_too_slowly_loses_the_page_to_others() {
    use super::scrapes::Scrapes;

    let patience = Duration::from_secs(3);
    let cache = respond::page::Cache::new(large_page, Scrapes::new(2, patience));
    let state = State { token: None, health: health(), has_page: true, page: cache };
    let handle = server::prepare_with(&settings("127.0.0.1:0", None), state).unwrap().go();
    let address = handle.addr();
    let request = b"GET /metrics HTTP/1.1\r\nconnection: close\r\n\r\n";
    let slow: Vec<TcpStream> = (0..2)
        .map(|_| {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(request).unwrap();
            // Its answer has begun.
            stream.read_exact(&mut [0; 100]).unwrap();
            stream
        })
        .collect();
    assert!(get(address, "/metrics").starts_with("HTTP/1.1 503 "));
    assert!(get(address, "/livez").starts_with("HTTP/1.1 200 "));
    let begun = Instant::now();
    let answer = loop {
        let answer = get(address, "/metrics");
        if answer.starts_with("HTTP/1.1 200 ") || begun.elapsed() > patience * 10 {
            break answer;
        }
        std::thread::sleep(patience / 10);
    };
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.len() > 32 << 20);
    // Of the slow ones, one has lost its connection in the middle of the page.
    let whole = slow.into_iter().map(|mut stream| {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        rest.len() > 32 << 20
    });
    assert_eq!(whole.filter(|whole| *whole).count(), 1);
    // A page that was sent leaves its place, though the connection stays.
    let mut kept: Vec<TcpStream> = (0..8).map(|_| TcpStream::connect(address).unwrap()).collect();
    for stream in &mut kept {
        stream.write_all(b"GET /metrics HTTP/1.1\r\n\r\n").unwrap();
        let mut page = vec![0; 32 << 20];
        stream.read_exact(&mut page).unwrap();
        assert!(page.starts_with(b"HTTP/1.1 200 "));
        stream.read_exact(&mut [0; 100]).unwrap();
    }
    assert!(handle.shutdown(within(Duration::from_secs(5))));
}

/// A page that hangs, as a callback of the program's may.
#[cfg(feature = "prometheus")]
static GATE: std::sync::Mutex<()> = std::sync::Mutex::new(());

#[cfg(feature = "prometheus")]
#[test]
fn a_page_that_hangs_keeps_nobody_from_health() {
    use super::scrapes::Scrapes;

    fn hanging(_: crate::metrics::page::Form, page: &mut Vec<u8>) {
        let _open = GATE.lock();
        page.clear();
        page.extend_from_slice(b"# late\n");
    }

    let cache = respond::page::Cache::new(hanging, Scrapes::new(2, Duration::ZERO));
    let state = State { token: None, health: health(), has_page: true, page: cache };
    let handle = server::prepare_with(&settings("127.0.0.1:0", None), state).unwrap().go();
    let address = handle.addr();
    let closed = GATE.lock();
    // Whoever comes third is told at once, and the first two are told nothing yet.
    let asked = || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET /metrics HTTP/1.1\r\nconnection: close\r\n\r\n").unwrap();
        stream
    };
    let begun = Instant::now();
    let mut hung = Vec::new();
    loop {
        let mut stream = asked();
        stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        if stream.read(&mut [0; 100]).is_ok() {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "places are few");
        stream.set_read_timeout(None).unwrap();
        hung.push(stream);
    }
    assert!(!hung.is_empty());
    for path in ["/health/live", "/health/ready", "/slo"] {
        assert!(get(address, path).starts_with("HTTP/1.1 200 "), "{path}");
    }
    drop(closed);
    for mut stream in hung {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let told = answer.ends_with("# late\n") || answer.starts_with("HTTP/1.1 503 ");
        assert!(told, "{answer}");
    }
    assert!(get(address, "/metrics").ends_with("# late\n"));
    assert!(handle.shutdown(within(Duration::from_secs(5))));
}

fn server(token: Option<&str>) -> (Handle, SocketAddr, Arc<Health>) {
    let health = health();
    let handle = prepare(settings("127.0.0.1:0", token), Arc::clone(&health)).unwrap().go();
    let address = handle.addr();
    (handle, address, health)
}

/// Sends bytes and reads until the other side closes, or is silent for longer than it may be.
fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    // The other side may have closed before it has read everything.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn get(address: SocketAddr, path: &str) -> String {
    exchange(address, format!("GET {path} HTTP/1.1\r\nconnection: close\r\n\r\n").as_bytes())
}

fn within(limit: Duration) -> Instant {
    Instant::now() + limit
}

#[test]
fn it_serves_until_it_is_shut_down() {
    let (handle, address, _) = server(None);
    let answer = get(address, "/health/ready");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains(r#"{"status":"ok","checks":[]"#), "{answer}");
    let head = exchange(address, b"HEAD /livez HTTP/1.1\r\nconnection: close\r\n\r\n");
    assert!(head.contains("content-length: 16") && head.ends_with("\r\n\r\n"), "{head}");
    assert!(handle.shutdown(within(Duration::from_secs(5))));
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_port_in_use_is_an_error_that_says_so() {
    let (_handle, address, _) = server(None);
    let error = prepare(settings(&address.to_string(), None), health()).unwrap_err();
    assert!(error.to_string().contains(&address.to_string()), "{error}");
}

#[test]
fn garbage_gets_no_answer_that_helps_and_never_stops_it() {
    let (handle, address, _) = server(None);
    let long = format!("GET /livez HTTP/1.1\r\nx: {}\r\n\r\n", "a".repeat(1_000_000));
    let many = format!("GET /livez HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(1000));
    let cases: [&[u8]; 8] = [
        b"\r\n\r\n\r\n",
        b"GET /metrics\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST /livez HTTP/1.1\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"GET /livez HTTP/1.1\r\nhost: a\r\nx: \0\r\n\r\n",
        long.as_bytes(),
        many.as_bytes(),
    ];
    for bytes in cases {
        let answer = exchange(address, bytes);
        let first = answer.lines().next().unwrap_or_default();
        assert!(first.is_empty() || first.contains(" 4"), "{first}");
    }
    assert!(get(address, "/livez").starts_with("HTTP/1.1 200"));
    assert!(handle.shutdown(within(Duration::from_secs(5))));
}

#[test]
fn a_crowd_of_silent_connections_keeps_nobody_out() {
    let (handle, address, _) = server(None);
    let mut crowd: Vec<TcpStream> =
        (0..200).map(|_| TcpStream::connect(address).unwrap()).collect();
    for slow in &mut crowd {
        // Some of them have lost their seat by now.
        let _ = slow.write_all(b"GET /livez HTTP/1.1\r\nx: ");
    }
    let begun = Instant::now();
    assert!(get(address, "/livez").starts_with("HTTP/1.1 200"));
    assert!(begun.elapsed() < Duration::from_secs(1));
    assert!(handle.shutdown(within(Duration::from_millis(500))));
}

#[test]
fn a_head_that_does_not_come_ends_the_connection() {
    let (_handle, address, _) = server(None);
    let begun = Instant::now();
    exchange(address, b"GET /livez HTTP/1.1\r\nhost: a\r\n");
    let took = begun.elapsed();
    assert!((4..20).contains(&took.as_secs()), "{took:?}");
}

#[test]
fn a_running_check_does_not_outlast_the_shutdown() {
    let (handle, address, health) = server(None);
    health.add("hangs", Duration::from_secs(60), std::future::pending::<Result<(), String>>);
    let asking = std::thread::spawn(move || get(address, "/readyz"));
    std::thread::sleep(Duration::from_millis(100));
    // Others are answered meanwhile.
    assert!(get(address, "/livez").starts_with("HTTP/1.1 200"));
    let begun = Instant::now();
    assert!(handle.shutdown(within(Duration::from_millis(300))));
    assert!(begun.elapsed() < Duration::from_secs(2));
    asking.join().unwrap();
}
