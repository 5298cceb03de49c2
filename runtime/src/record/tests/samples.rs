//! What calls contribute to the metrics of their functions: by outcome, before the body or behind it,
//! also where a label has no room.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::*;
use crate::model::{Measure, Metric, Values, When};

/// A metric of a function with a place of its own.
fn metric(metric: Metric) -> &'static Metric {
    let metric = Box::leak(Box::new(metric));
    assert!(metric.size() <= cell::WORDS);
    metric.assign(site("of a metric").cells());
    metric
}

/// Its words.
fn words(metric: &Metric) -> Vec<u64> {
    let mut words = Vec::new();
    merge(SITES * cell::WORDS, &[], &mut words);
    words[metric.cells() as usize..][..metric.size()].to_vec()
}

/// The sum of a counter.
fn total(metric: &Metric) -> f64 {
    f64::from_bits(words(metric)[0])
}

fn counter(when: When) -> &'static Metric {
    metric(Metric::counter("spent_total", "").of("pay", "tests", Measure::Value).when(when))
}

/// As a marked function does, where a metric reads what it returned.
fn pay(site: &'static Site, metric: &'static Metric, out: Result<u32, u32>) {
    let late;
    let mut guard = Guard::new();
    guard.enter(site, &[]);
    let out = std::hint::black_box(out);
    if guard.is_on() {
        late = [Sample::new(metric, value(&out.unwrap_or_else(|error| error)), &[])];
        guard.late(&late);
        (&&&&Probe(&out)).plimsoll_finish(&mut guard, Verdict::ByType);
    }
}

#[test]
fn a_value_that_the_body_gave_is_taken_by_outcome() {
    let site = site("pay");
    for (when, sum) in [(When::Ok, 5.0), (When::Error, 7.0), (When::Always, 12.0)] {
        let metric = counter(when);
        pay(site, metric, Ok(5));
        pay(site, metric, Err(7));
        assert_eq!(total(metric), sum, "{when:?}");
    }
    assert_eq!(counted(site), Counted { started: 6, ended: 6, error: 3, ..Counted::default() });
}

#[test]
fn a_call_that_never_returned_gives_only_what_was_known_before() {
    let site = site("never_pay");
    let (before, behind) = (counter(When::Always), counter(When::Always));
    let early = [Sample::new(before, 3.0, &[])];
    #[expect(clippy::needless_late_init, reason = "it outlives the guard, as in a marked function")]
    let call = || {
        let late;
        let mut guard = Guard::new();
        guard.enter(site, &early);
        if std::hint::black_box(true) {
            panic!("on purpose");
        }
        late = [early[0], Sample::new(behind, 4.0, &[])];
        guard.late(&late);
        guard.finish(Verdict::Ok);
    };
    assert!(catch_unwind(AssertUnwindSafe(call)).is_err());
    assert_eq!((total(before), total(behind)), (3.0, 0.0));
    assert_eq!(counted(site).panic, 1);
}

#[test]
fn calls_and_their_durations_are_taken_by_outcome() {
    let site = site("work");
    let of = |metric: Metric, measure| metric.of("work", "tests", measure);
    let all = metric(of(Metric::counter("a_total", ""), Measure::Calls));
    let bad = metric(of(Metric::counter("b_total", ""), Measure::Calls).when(When::Error));
    let took =
        metric(of(Metric::histogram("c_seconds", "", &[]), Measure::Duration).when(When::Ok));
    let now = metric(of(Metric::gauge("d", ""), Measure::InFlight));
    let samples = [all, bad, took, now].map(Sample::of_call);
    for out in [Ok(1), Err(2), Ok(3)] {
        let mut guard = Guard::new();
        guard.enter(site, &samples);
        assert_eq!(words(now)[0], words(now)[1] + 1);
        (&&&&Probe(&out)).plimsoll_finish(&mut guard, Verdict::ByType);
    }
    assert_eq!(words(all), [2, 1, 0, 0]);
    assert_eq!(words(bad), [0, 1, 0, 0]);
    assert_eq!(words(took)[1], 2);
    assert_eq!(words(now), [3, 3]);
}

#[test]
fn what_found_no_room_is_counted_beside_what_it_gave() {
    let site = site("sell");
    const VALUES: [Values; 2] = [Values::Closed(&["book", "pen"]), Values::Open(1)];
    let metric = metric(
        Metric::counter("sold_total", "")
            .labels(&["product", "tenant"], &VALUES)
            .of("sell", "tests", Measure::Value)
            .when(When::Always),
    );
    let sell = |product, tenant: &str, amount| {
        let tenant = crate::__private::open(metric, 1, tenant);
        let samples = [Sample::new(metric, amount, &[product, tenant])];
        let mut guard = Guard::new();
        guard.enter(site, &samples);
        guard.finish(Verdict::Ok);
    };
    sell(1, "acme", 1.5);
    sell(1, "other", 2.0);
    sell(0, "more", 4.0);
    sell(1, "others", 8.0);
    // What is no amount is no record.
    sell(1, "others", -1.0);
    sell(1, "others", f64::INFINITY);
    let words = words(metric);
    assert_eq!([0, 1, 2, 3].map(|at| f64::from_bits(words[at])), [0.0, 4.0, 1.5, 10.0]);
    assert_eq!(words[4..], [0, 3], "by label");
}

#[test]
fn a_value_that_a_label_has_not_is_counted_nowhere() {
    let spent = Metric::counter("strange_total", "").of("pay", "tests", Measure::Value);
    let labels = [Values::Closed(&["free", "paid"]), Values::Closed(&["eu", "us"])];
    let spent = metric(spent.labels(&["tier", "region"], Box::leak(Box::new(labels))));
    let site = site("strange");
    let count = |tier, region| {
        let samples = [Sample::new(spent, 1.0, &[tier, region])];
        let mut guard = Guard::new();
        guard.enter(site, &samples);
        (&&&&Probe(&())).plimsoll_finish(&mut guard, Verdict::ByType);
        own::add(spent, Place::new(spent, &[tier, region]), 1.0);
    };
    count(0, 0);
    // Of the first, the word would be another series'; of others, another metric's.
    for (tier, region) in [(0, 2), (0, u32::MAX), (2, 0), (9, 9), (u32::MAX, 1)] {
        count(tier, region);
    }
    let mut all = Vec::new();
    merge(SITES * cell::WORDS, &[], &mut all);
    let cell = &all[spent.cells() as usize..][..cell::WORDS];
    assert_eq!(total(spent), 2.0);
    assert_eq!(cell[1..], [0; cell::WORDS - 1]);
}
