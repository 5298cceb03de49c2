//! `slo(..)` from the mark to the page, to `/slo` and to readiness.
//!
//! Times are chosen so that no machine is slow or quick enough to matter: every call takes longer
//! than a microsecond, and none takes seven seconds.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::fmt;
use std::panic::catch_unwind;
use std::pin::pin;
use std::time::Duration;

use plimsoll::{ErrorKind, observe};
use plimsoll_tests::http::{Answer, get, get_with};
use plimsoll_tests::page::Page;
use plimsoll_tests::polling::{block_on, pause, poll};
use plimsoll_tests::{sink, wait};

#[derive(Debug, ErrorKind)]
enum PayError {
    #[kind(expected)]
    Declined,
    Broken,
}

impl fmt::Display for PayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not paid")
    }
}

impl std::error::Error for PayError {}

#[observe(slo(success = 99.9, latency = "7s"))]
fn pay(how: &str) -> Result<(), PayError> {
    match how {
        "declined" => Err(PayError::Declined),
        "broken" => Err(PayError::Broken),
        "panic" => panic!("on purpose"),
        _ => Ok(()),
    }
}

#[observe(slo(latency = "1us", target = 95))]
async fn load() {
    std::thread::sleep(Duration::from_millis(1));
    pause().await;
}

#[observe(name = "twice", slo(success = 99))]
fn promises() {}

#[observe(name = "twice")]
fn promises_nothing() -> Result<(), PayError> {
    Err(PayError::Broken)
}

#[observe(slo(success = 99.9999))]
fn breaks() -> Result<(), PayError> {
    Err(PayError::Broken)
}

#[observe]
fn plain() {}

const TOKEN: (&str, &str) = ("authorization", "Bearer s3cret");

#[test]
fn what_a_mark_promises_is_on_the_page_and_in_readiness() {
    let telemetry = plimsoll::builder()
        .service("tests")
        .otlp(sink::start())
        .admin(([127, 0, 0, 1], 0).into())
        .admin_token("s3cret")
        .no_log_lines()
        .unready_on_burn(5.0)
        .init()
        .unwrap();
    let admin = format!("http://{}", telemetry.admin_addr().unwrap());
    let slo = || get_with(&format!("{admin}/slo"), &[TOKEN]);
    let ready = || get(&format!("{admin}/health/ready"));
    let page = || Page::of(&get_with(&format!("{admin}/metrics"), &[TOKEN]));

    assert_eq!(get(&format!("{admin}/slo")).status, 401);
    let wrong = get_with(&format!("{admin}/slo"), &[("authorization", "Bearer wrong")]);
    assert_eq!((wrong.status, wrong.header("www-authenticate")), (401, Some("Bearer")));
    let answer = ready();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["objectives"]["status"], "ok");

    // Everything is there before the first call, and nothing has burnt.
    let none = slo();
    assert_eq!((none.status, none.header("content-type")), (200, Some("application/json")));
    assert_eq!(none.json()["state"], "ok");
    assert_eq!(all(&none).len(), 5);
    assert!(all(&none).iter().all(|(.., json)| json["budget_remaining"] == 1.0));
    assert_eq!(page().value("slo_events_total", &of("pay", "success")), 0.0);

    for how in ["ok", "ok", "ok", "declined", "declined", "broken"] {
        let _ = pay(how);
    }
    assert!(catch_unwind(|| pay("panic")).is_err());
    block_on(load());
    assert!(poll(pin!(load())).is_pending());
    promises();
    let _ = promises_nothing();
    plain();

    let counted = |function, objective| {
        let of = of(function, objective);
        let page = page();
        ["slo_good_events_total", "slo_events_total"].map(|family| page.value(family, &of))
    };
    assert_eq!(counted("pay", "success"), [5.0, 7.0]);
    assert_eq!(counted("pay", "latency"), [5.0, 5.0]);
    // Who gave up has not been kept waiting for an answer.
    assert_eq!(counted("load", "latency"), [0.0, 1.0]);
    assert_eq!(counted("twice", "success"), [1.0, 2.0]);

    let page = page();
    let [pay, load] = [of("pay", "latency"), of("load", "latency")];
    assert_eq!(page.value("slo_objective_ratio", &of("pay", "success")), 0.999);
    assert_eq!(page.value("slo_objective_ratio", &load), 0.95);
    assert_eq!(page.value("slo_latency_threshold_seconds", &pay), 7.0);
    assert!((page.value("slo_error_budget_remaining_ratio", &load) + 19.0).abs() < 1e-9);
    let rate = page.value("slo_burn_rate", &[&load[..], &[("window", "3d")]].concat());
    assert!((rate - 20.0).abs() < 1e-9, "{rate}");
    // An edge of the buckets falls on the objective, and only there.
    let bucket = |function, le| {
        page.value("function_duration_seconds_bucket", &[("function", function), ("le", le)])
    };
    assert_eq!([bucket("pay", "5.0"), bucket("pay", "7.0"), bucket("pay", "+Inf")], [7.0; 3]);
    assert_eq!([bucket("load", "1e-06"), bucket("load", "+Inf")], [0.0, 2.0]);
    let edges =
        |function| page.find("function_duration_seconds_bucket", &[("function", function)]).len();
    assert_eq!([edges("pay"), edges("load"), edges("plain")], [16, 16, 15]);

    let answer = slo();
    let of_load = find(&answer, "load", "latency");
    assert_eq!(of_load["threshold_seconds"], 0.000001);
    assert_eq!((&of_load["events"], &of_load["good"]), (&1.into(), &0.into()));
    assert_eq!(of_load["windows"]["3d"]["burn"], 20.0);
    assert_eq!(find(&answer, "pay", "success")["good"], 5);

    // A millionth may go wrong, and all of it does: somebody has to look at it.
    (0..19).for_each(|_| drop(breaks()));
    let degraded = wait::until("the budget burns", || {
        let answer = ready();
        (answer.json()["status"] == "degraded").then_some(answer)
    });
    assert_eq!(degraded.status, 200, "{}", degraded.body);
    assert_eq!(degraded.json()["objectives"]["burning"][0]["function"], "breaks");
    assert_eq!(slo().json()["functions"][0]["function"], "breaks", "the worst is the first");
    assert_eq!(slo().json()["state"], "page");
    let _ = breaks();
    let unready = wait::until("it can't work", || {
        let answer = ready();
        (answer.status == 503).then_some(answer)
    });
    assert_eq!(unready.json()["reason"], "error_budget_burns");
    assert_eq!(get(&format!("{admin}/health/live")).status, 200);
}

fn of<'a>(function: &'a str, objective: &'a str) -> [(&'a str, &'a str); 2] {
    [("function", function), ("objective", objective)]
}

/// All objectives, each with its function and its name.
fn all(answer: &Answer) -> Vec<(String, String, serde_json::Value)> {
    let page = answer.json();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let functions = page["functions"].as_array().unwrap();
    let objectives = functions.iter().flat_map(|function| {
        let objectives = function["objectives"].as_array().unwrap();
        objectives.iter().map(move |one| (&function["function"], one))
    });
    objectives.map(|(name, one)| (text(name), text(&one["objective"]), one.clone())).collect()
}

#[track_caller]
fn find(answer: &Answer, function: &str, objective: &str) -> serde_json::Value {
    let all = all(answer).into_iter();
    let mut found = all.filter(|(name, kind, _)| name == function && kind == objective);
    found.next().unwrap_or_else(|| panic!("{function} in {}", answer.body)).2
}
