//! The admin server: who may read the metrics, and when the shop says that it is ready.

use std::time::{Duration, Instant};

use plimsoll_tests::http::{self, Answer};
use plimsoll_tests::shop::{Opening, TOKEN};
use plimsoll_tests::wait;

#[test]
fn metrics_are_for_those_who_have_the_token() {
    let shop = Opening::quiet().open();
    let with = |value: &str| http::get_with(&shop.metrics, &[("authorization", value)]).status;
    assert_eq!(http::get(&shop.metrics).status, 401, "without a token");
    assert!(http::get(&shop.metrics).header("www-authenticate").is_some());
    assert_eq!(with("Bearer wrong"), 401);
    assert_eq!(with(&format!("Bearer {}", &TOKEN[1..])), 401, "a part of it");
    assert_eq!(with(&format!("Bearer {TOKEN}x")), 401, "more than it");
    assert_eq!(with(&format!("Basic {TOKEN}")), 401, "another scheme");
    assert_eq!(with("Bearer"), 401);
    assert_eq!(with(&format!("Bearer {TOKEN}")), 200);
    assert_eq!(http::get(&shop.metrics.replace("metrics", "nothing")).status, 404);
}

#[test]
fn ready_while_the_database_answers_and_not_while_it_fails_or_hangs() {
    let shop = Opening::quiet().open();
    let ready = || http::get(&shop.health);
    let live = shop.health.replace("ready", "live");

    let good = wait::until("the shop is ready", || Some(ready()).filter(|one| one.status == 200));
    assert_eq!(check(&good), ("db".into(), "ok".into()), "{}", good.body);

    shop.fault("fail");
    let failing = wait::until("the check fails", || Some(ready()).filter(|one| one.status == 503));
    assert_eq!(check(&failing).1, "failed", "{}", failing.body);

    // Findings are good for a second; then a check is run again, which must not take for ever.
    shop.fault("hang");
    wait::until("the check is given up", || {
        let start = Instant::now();
        let answer = ready();
        assert_eq!(answer.status, 503, "{}", answer.body);
        assert!(start.elapsed() < Duration::from_secs(5), "a check has a time-out");
        (check(&answer).1 == "timeout").then_some(())
    });
    // The process itself is well meanwhile, and says so at once.
    let start = Instant::now();
    assert_eq!(http::get(&live).status, 200);
    assert!(start.elapsed() < Duration::from_secs(1));

    shop.fault("");
    wait::until("the shop is ready again", || (ready().status == 200).then_some(()));
}

/// Name and status of the one check that the shop has.
fn check(answer: &Answer) -> (String, String) {
    let body = answer.json();
    let checks = body["checks"].as_array().expect("checks are listed");
    assert_eq!(checks.len(), 1, "{body}");
    let text = |name: &str| checks[0][name].as_str().unwrap_or_default().to_owned();
    (text("name"), text("status"))
}
