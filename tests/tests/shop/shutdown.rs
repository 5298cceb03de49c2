//! The end of a shop under load: nothing is lost, or what is lost is told by number and reason.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use plimsoll_tests::http;
use plimsoll_tests::process::Signal;
use plimsoll_tests::rotel::Rotel;
use plimsoll_tests::shop::{GOOD_ORDER, Opening, Shop, field, text};
use plimsoll_tests::tools;
use plimsoll_tests::wait;
use serde_json::Value;

#[test]
fn a_shop_told_to_end_under_load_loses_nothing() {
    let Some(rotel) = Rotel::start() else { return };
    let mut shop = Opening::quiet().tells(&rotel).open();
    let answered = under_load(&shop, || shop.signal(Signal::Term));
    let (status, took, last) = shop.end(GOOD_ORDER);
    assert!(status.success(), "{status}");
    assert!(answered > 100, "only {answered} requests: that is no load");
    let report = Report::read(&last);
    assert_eq!(report.lost, 0, "{last}");
    assert_eq!(report.made, report.exported, "{last}");
    assert!(report.made > 3 * u64::from(answered), "{answered} requests made {last}");
    let received = rotel.settled();
    assert_eq!(received.spans.len() as u64, report.made, "after {took:?}: {last}");
    let ids: std::collections::BTreeSet<_> =
        received.spans.iter().map(|span| &span.span_id).collect();
    assert_eq!(ids.len() as u64, report.made, "each arrived once");
}

#[test]
fn with_no_collector_the_same_count_is_lost_and_the_report_says_why() {
    let Some(rotel) = Rotel::start() else { return };
    let kept = {
        let mut shop = Opening::quiet().tells(&rotel).open();
        let report = fixed_work(&mut shop, Signal::Term);
        assert_eq!(report.lost, 0, "{}", report.line);
        assert_eq!(rotel.settled().spans.len() as u64, report.made);
        report
    };
    drop(rotel);
    let nobody = format!("http://127.0.0.1:{}", tools::free_port());
    let mut shop = Opening::quiet().tells_url(&nobody).open();
    let lost = fixed_work(&mut shop, Signal::Interrupt);
    assert_eq!(lost.made, kept.made, "the same work makes the same spans");
    assert_eq!((lost.exported, lost.lost), (0, kept.made), "{}", lost.line);
    assert!(lost.line.to_string().contains("unreachable"), "by reason: {}", lost.line);
}

#[test]
fn what_was_lost_and_what_was_not_add_up_when_the_collector_goes_away() {
    let Some(rotel) = Rotel::start() else { return };
    let mut shop = Opening::quiet().tells(&rotel).open();
    products(&shop, 50);
    wait::until("rotel has some", || (rotel.received().spans.len() > 10).then_some(()));
    // Stopped, not killed: the kernel still takes connections, and nobody answers.
    rotel.signal(Signal::Stop);
    products(&shop, 50);
    shop.signal(Signal::Term);
    let (status, _, last) = shop.end(GOOD_ORDER);
    assert!(status.success(), "{status}");
    let report = Report::read(&last);
    assert_eq!(report.made, report.exported + report.lost, "{last}");
    assert_eq!(report.exported, rotel.received().spans.len() as u64, "{last}");
    assert!(report.lost > 0, "{last}");
}

/// What the last line says of spans.
struct Report {
    made: u64,
    exported: u64,
    lost: u64,
    line: Value,
}

impl Report {
    #[track_caller]
    fn read(line: &Value) -> Report {
        assert_eq!(text(line, "message"), "telemetry shut down", "{line}");
        let number = |name: &str| {
            let value = field(line, name).and_then(Value::as_u64);
            value.unwrap_or_else(|| panic!("the report has no {name}: {line}"))
        };
        Report {
            made: number("spans_made"),
            exported: number("spans_exported"),
            lost: number("spans_lost"),
            line: line.clone(),
        }
    }
}

/// Sends requests from four sides while `then` happens; ends when the shop takes no more. Says
/// how many were answered.
fn under_load(shop: &Shop, then: impl FnOnce()) -> u32 {
    let answered = AtomicU32::new(0);
    let closed = AtomicBool::new(false);
    let customer = shop.customer();
    let paths =
        ["/products".to_owned(), "/products/2".to_owned(), format!("/cart/{}", customer.id)];
    std::thread::scope(|scope| {
        for visitor in 0..4 {
            let (paths, answered, closed) = (&paths, &answered, &closed);
            scope.spawn(move || {
                // Bounded: a shop that never closes is found by the wait for its end.
                for round in 0..20_000 {
                    let url = format!("{}{}", shop.url, paths[(visitor + round) % paths.len()]);
                    match http::send("GET", &url, &[], None) {
                        Ok(answer) if answer.status == 200 => {
                            answered.fetch_add(1, Ordering::Relaxed)
                        }
                        _ if closed.load(Ordering::Relaxed) => return,
                        other => panic!("the open shop answers {other:?}"),
                    };
                }
            });
        }
        wait::until("the load is heavy", || (answered.load(Ordering::Relaxed) > 300).then_some(()));
        closed.store(true, Ordering::Relaxed);
        then();
    });
    answered.into_inner()
}

/// The same work each time, one request after the other; then the end, by this signal.
#[track_caller]
fn fixed_work(shop: &mut Shop, end: Signal) -> Report {
    products(shop, 50);
    let customer = shop.customer();
    assert_eq!(shop.buy(&customer).status, 201);
    shop.signal(end);
    let (status, _, last) = shop.end(GOOD_ORDER);
    assert!(status.success(), "{status}");
    Report::read(&last)
}

fn products(shop: &Shop, count: usize) {
    for _ in 0..count {
        assert_eq!(shop.get("/products").status, 200);
    }
}
