//! What rotel receives: one request is one tree, and a job is linked to whoever queued it.

use plimsoll_tests::received::ReceivedSpan;
use plimsoll_tests::rotel::Rotel;
use plimsoll_tests::shop::{BROKEN_CARD, Opening, PANIC_CARD, SLOW_CARD};

const CHECK_OUT: &str = "\
POST /checkout/{customer} SERVER
  check_out
    check_out
      customer
        select_customer CLIENT
      cart
        select_cart CLIENT
      charge
        authorize CLIENT
      place_order
        begin CLIENT
        insert_order CLIENT
        insert_order_items CLIENT
        delete_cart CLIENT
        commit CLIENT
      queue PRODUCER
";

const RECEIPT: &str = "\
send_receipt CONSUMER
  order
    select_order CLIENT
  customer
    select_customer CLIENT
  update_receipt_sent CLIENT
";

#[test]
fn one_checkout_is_one_tree_and_its_job_is_linked_to_it() {
    let Some(rotel) = Rotel::start() else { return };
    let mut shop = Opening::quiet().tells(&rotel).open();
    let customer = shop.customer();
    let answer = shop.buy(&customer);
    assert_eq!(answer.status, 201, "{}", answer.body);

    let job = rotel.span("the worker's job", |span| span.name == "send_receipt");
    shop.close();
    let received = rotel.settled();
    let checkouts: Vec<&ReceivedSpan> =
        received.spans.iter().filter(|span| span.name == "POST /checkout/{customer}").collect();
    let [server] = &checkouts[..] else { panic!("{} check-outs", checkouts.len()) };
    let request = received.trace(&server.trace_id);
    assert_eq!(tree(&request), CHECK_OUT);
    assert_eq!(tree(&received.trace(&job.trace_id)), RECEIPT);

    assert_ne!(job.trace_id, server.trace_id, "a job is a trace of its own");
    let queue = request.iter().find(|span| span.name == "queue").unwrap();
    assert_eq!(job.links, [(queue.trace_id.clone(), queue.span_id.clone())]);

    for span in &request {
        assert_eq!(span.resource["service.name"], "shop");
        assert_eq!(span.status, "UNSET", "{}", span.name);
        assert!(span.start <= span.end && server.start <= span.start && span.end <= server.end);
    }
    assert_eq!(server.attributes["http.request.method"], "POST");
    assert_eq!(server.attributes["http.route"], "/checkout/{customer}");
    assert_eq!(server.attributes["http.response.status_code"], "201");
    let statement = request.iter().find(|span| span.name == "insert_order").unwrap();
    assert_eq!(statement.attributes["db.system.name"], "sqlite");
    assert!(statement.attributes["db.query.text"].starts_with("INSERT INTO orders"));
    let charge = request.iter().find(|span| span.name == "charge").unwrap();
    assert_eq!(charge.attributes["payment.cents"], "990");
}

#[test]
fn a_callers_trace_goes_on() {
    let Some(rotel) = Rotel::start() else { return };
    let mut shop = Opening::quiet().tells(&rotel).open();
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let parent = format!("00-{trace}-b7ad6b7169203331-01");
    let answer = shop.get_with("/products/3", &[("traceparent", &parent)]);
    assert_eq!(answer.status, 200);
    shop.close();
    let received = rotel.settled();
    let spans = received.trace(trace);
    let server = spans.iter().find(|span| span.kind == "SERVER").expect("it is in that trace");
    assert_eq!(server.parent_id, "b7ad6b7169203331");
    assert_eq!(spans.len(), received.spans.len(), "nothing is in another trace");
}

#[test]
fn the_spans_say_how_a_call_ended() {
    let Some(rotel) = Rotel::start() else { return };
    let mut shop = Opening::quiet().tells(&rotel).open();
    let broken = shop.buy(&shop.customer_with(BROKEN_CARD));
    assert_eq!(broken.status, 502);
    let panicked = shop.buy(&shop.customer_with(PANIC_CARD));
    assert_eq!(panicked.status, 500);
    assert_eq!(panicked.json()["request_id"], panicked.header("x-request-id").unwrap());
    shop.walk_off(&shop.customer_with(SLOW_CARD));
    // A shop that panicked and was left goes on.
    assert_eq!(shop.get("/products").status, 200);

    shop.close();

    let authorize = |span: &ReceivedSpan, end: &str| {
        span.name == "authorize" && span.attributes.get("outcome").is_some_and(|o| o == end)
    };
    let failed = rotel.span("a failed payment", |span| authorize(span, "error"));
    assert_eq!(
        (failed.status.as_str(), failed.attributes["error.type"].as_str()),
        ("ERROR", "Unreachable")
    );
    let panicked = rotel.span("a panicked payment", |span| authorize(span, "panic"));
    assert_eq!(
        (panicked.status.as_str(), panicked.attributes["error.type"].as_str()),
        ("ERROR", "panic")
    );
    let left = rotel.span("a payment that nobody waited for", |span| authorize(span, "cancelled"));
    assert_eq!(left.status, "UNSET");
    let server = rotel.span("the request that nobody waited for", |span| {
        span.kind == "SERVER" && span.trace_id == left.trace_id
    });
    assert_eq!(server.attributes["outcome"], "cancelled");
}

/// The spans of a trace as an indented text, in the order of their starts. A span whose parent is
/// not there is a root.
fn tree(spans: &[&ReceivedSpan]) -> String {
    let mut text = String::new();
    let root = |span: &&&ReceivedSpan| !spans.iter().any(|other| other.span_id == span.parent_id);
    for root in sorted(spans.iter().filter(root).copied().collect()) {
        branch(spans, root, 0, &mut text);
    }
    text
}

fn branch(spans: &[&ReceivedSpan], span: &ReceivedSpan, depth: usize, text: &mut String) {
    let kind = if span.kind == "INTERNAL" { String::new() } else { format!(" {}", span.kind) };
    text.push_str(&format!("{}{}{kind}\n", "  ".repeat(depth), span.name));
    let children = spans.iter().filter(|other| other.parent_id == span.span_id).copied();
    for child in sorted(children.collect()) {
        branch(spans, child, depth + 1, text);
    }
}

fn sorted(mut spans: Vec<&ReceivedSpan>) -> Vec<&ReceivedSpan> {
    spans.sort_by_key(|span| span.start);
    spans
}
