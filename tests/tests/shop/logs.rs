//! What the shop prints: one JSON object a line, and each line of a request says which request.

use std::time::Duration;

use plimsoll_tests::process::Signal;
use plimsoll_tests::rotel::Rotel;
use plimsoll_tests::shop::{
    BROKEN_CARD, DECLINED_CARD, GOOD_ORDER, Opening, PANIC_CARD, field, text,
};
use plimsoll_tests::wait;
use serde_json::{Value, json};

#[test]
fn every_line_of_a_request_names_its_trace_and_its_request() {
    let shop = Opening::quiet().open();
    let before = shop.lines().len();
    let mut requests = Vec::new();
    let mut remember = |status: u16, answer: plimsoll_tests::http::Answer| {
        assert_eq!(answer.status, status, "{}", answer.body);
        requests.push(answer.header("x-request-id").expect("the id is echoed").to_owned());
    };
    remember(200, shop.get("/products"));
    remember(404, shop.get("/products/1000"));
    remember(404, shop.get("/nothing"));
    remember(404, shop.post("/checkout/1000", &json!({})));
    for (card, status) in [(DECLINED_CARD, 402), (BROKEN_CARD, 502), (PANIC_CARD, 500)] {
        let customer = shop.customer_with(card);
        remember(status, shop.buy(&customer));
    }
    remember(200, shop.get_with("/products/2", &[("x-request-id", "chosen-by-the-caller")]));
    assert_eq!(requests.last().unwrap(), "chosen-by-the-caller");

    wait::until("the last line is printed", || {
        let lines = shop.lines();
        lines.iter().any(|line| text(line, "request_id") == "chosen-by-the-caller").then_some(())
    });
    let lines = shop.lines().split_off(before);
    // No receipt was due, so that every line since is of a request.
    for line in &lines {
        assert_eq!(text(line, "trace_id").len(), 32, "{line}");
        assert!(!text(line, "request_id").is_empty(), "{line}");
        complete(line);
    }
    for request in &requests {
        let mut traces: Vec<&str> = lines
            .iter()
            .filter(|line| text(line, "request_id") == request)
            .map(|line| text(line, "trace_id"))
            .collect();
        traces.dedup();
        assert_eq!(traces.len(), 1, "the lines of {request} are of one trace: {traces:?}");
    }
    let of = |request: &str, level: &str| {
        let levels = lines.iter().filter(|line| text(line, "request_id") == request);
        levels.filter(|line| text(line, "level") == level).count()
    };
    // An error is told once, where it comes out first; an expected one wakes nobody.
    assert_eq!(of(&requests[5], "ERROR"), 1, "a broken payment");
    assert_eq!(of(&requests[4], "ERROR"), 0, "a declined payment");
    assert!(of(&requests[6], "ERROR") >= 1, "a panic");
}

#[test]
fn a_hostile_request_id_is_replaced() {
    let shop = Opening::quiet().open();
    let long = "x".repeat(500);
    for hostile in ["a b\tc", "<script>", &long, "\"},{\"", "$(reboot)", "na\u{ef}ve", ""] {
        let answer = shop.get_with("/products/2", &[("x-request-id", hostile)]);
        let id = answer.header("x-request-id").expect("an id is made");
        assert_ne!(id, hostile);
        assert!((8..=128).contains(&id.len()), "{id}");
        assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{id}");
    }
}

#[test]
fn under_its_own_traffic_every_line_is_json_and_the_report_comes_last() {
    let mut shop = Opening::busy().argument("--for").argument("4s").open();
    let (status, _, last) = shop.end(Duration::from_secs(40));
    assert!(status.success(), "{status}");
    assert_eq!(text(&last, "message"), "telemetry shut down", "{last}");
    let lines = shop.lines();
    assert!(lines.len() > 50, "{} lines", lines.len());
    lines.iter().for_each(complete);
    let business: Vec<&Value> =
        lines.iter().filter(|line| text(line, "message") == "order placed").collect();
    assert!(!business.is_empty(), "the traffic buys something");
    for line in business {
        assert_eq!(text(line, "trace_id").len(), 32, "{line}");
        assert!(!text(line, "request_id").is_empty(), "{line}");
    }
}

#[test]
fn a_filter_quiets_the_lines_and_nothing_else() {
    let Some(rotel) = Rotel::start() else { return };
    let mut shop = Opening::quiet().on_known_ports().set("RUST_LOG", "warn").tells(&rotel).open();
    let customer = shop.customer();
    assert_eq!(shop.buy(&customer).status, 201);
    shop.signal(Signal::Term);
    let (status, _, last) = shop.end(GOOD_ORDER);
    assert!(status.success(), "{status}");
    assert_eq!(text(&last, "message"), "telemetry shut down", "the report is always printed");
    assert_eq!(shop.lines().len(), 1, "nothing else was worth a warning: {:?}", shop.lines());
    let spans = rotel.settled().spans;
    for name in ["POST /checkout/{customer}", "check_out", "authorize", "commit", "send_receipt"] {
        assert!(spans.iter().any(|span| span.name == name), "no span {name}");
    }
}

fn complete(line: &Value) {
    for name in ["level", "target", "message", "service"] {
        assert!(!text(line, name).is_empty(), "no {name}: {line}");
    }
    let time = text(line, "time");
    assert!(time.len() >= 20 && time.ends_with('Z') && time.as_bytes()[10] == b'T', "{line}");
    assert!(field(line, "message").is_some(), "{line}");
}
