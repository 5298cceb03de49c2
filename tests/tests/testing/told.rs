//! A capture as text, as spans, and as what a failed assertion says.

use super::*;

#[test]
fn a_capture_is_a_page_and_a_text_that_can_be_compared() {
    let telemetry = testing::capture();
    assert_eq!(telemetry.to_string(), "  idle_connections 3\n");
    for number in [1, 2, 12, 7] {
        place_order(number).ok();
    }
    OPEN.set(-2.5);
    assert_eq!(
        telemetry.to_string(),
        r#"  function_calls_total{function="check",module="testing",outcome="ok"} 3
  function_calls_total{function="check",module="testing",outcome="error",error_type="OutOfStock"} 1
  function_calls_total{function="place_order",module="testing",outcome="ok"} 3
  function_calls_total{function="place_order",module="testing",outcome="error",error_type="OutOfStock"} 1
  idle_connections 3
  last_order_number 12
  open_carts -2.5
  order_value_usd 3 observations, sum 150, 1 within 10.0, 2 within 100.0, 3 within 1000.0
  orders_total{tier="free"} 1
  orders_total{tier="gold"} 2
"#
    );
    let page = telemetry.page();
    for line in [
        "# HELP orders_total Orders",
        "# TYPE order_value_usd histogram",
        "function_calls_total{function=\"place_order\",module=\"testing\",outcome=\"panic\"} 0",
        "function_duration_seconds_count{function=\"place_order\",module=\"testing\"} 4",
        "order_value_usd_bucket{le=\"100.0\"} 2",
        "order_value_usd_bucket{le=\"+Inf\"} 3",
        "order_value_usd_sum 150",
        "orders_total{tier=\"gold\"} 2",
        "stock_items{tier=\"gold\"} 0",
    ] {
        assert!(page.lines().any(|known| known == line), "{line} is not in\n{page}");
    }
}

#[test]
fn spans_are_a_tree() {
    let telemetry = testing::capture();
    place_order(1).unwrap();
    place_order(8).unwrap_err();
    let spans = telemetry.spans();
    assert_eq!(
        spans.to_string(),
        "  place_order ok {number=1}\n    check ok\n  \
           place_order error Payment {number=8}\n    check error Payment\n"
    );
    let [good, bad] = spans.named("place_order")[..] else { panic!("{spans}") };
    assert_eq!(good.field("number"), Some(Value::U64(1)));
    assert_eq!((good.module(), good.parent_id()), ("testing", None));
    assert_eq!((bad.outcome(), bad.error_type()), (Outcome::Error, Some("Payment")));
    assert_ne!(good.trace_id(), bad.trace_id());
    let below = spans.children(bad)[0];
    assert_eq!(spans.parent(below).map(testing::Span::span_id), Some(bad.span_id()));
    // Read once, they are still there.
    place_order(3).unwrap();
    assert_eq!(telemetry.spans().len(), 6);
    assert_eq!(telemetry.spans().len(), 6);
}

#[test]
fn no_span_is_lost_before_a_hundred_thousand() {
    let telemetry = testing::capture();
    for _ in 0..20_000 {
        place_order(2).unwrap();
    }
    telemetry.assert_calls("place_order").ok(20_000).nothing_else();
    assert_eq!(telemetry.spans().len(), 40_000);
    for _ in 0..30_001 {
        place_order(2).unwrap();
    }
    let text = message(|| drop(telemetry.spans()));
    assert!(text.starts_with("2 spans of this capture were lost"), "{text}");
    let next = testing::capture();
    place_order(2).unwrap();
    assert_eq!(next.spans().len(), 2);
}

#[test]
fn what_fails_says_what_was_recorded() {
    let telemetry = testing::capture();
    place_order(2).unwrap();
    place_order(7).unwrap_err();
    place_order(8).unwrap_err();
    CARTS.observe(5.0);
    let recorded = "all that was recorded:\n  \
        function_calls_total{function=\"check\",module=\"testing\",outcome=\"ok\"} 1\n";
    let told = |failing: &dyn Fn(&Capture)| message(|| failing(&telemetry));

    let text =
        told(&|telemetry| drop(telemetry.assert_calls("place_order").ok(1).error("OutOfStock", 2)));
    let begin = "`place_order`: expected 2 calls that ended in the error `OutOfStock`, found 1\n  \
        place_order: 1 ok, 2 error (OutOfStock 1, Payment 1), 0 cancelled, 0 panic, 0 in flight\n";
    assert!(text.starts_with(&format!("{begin}{recorded}")), "{text}");
    assert!(text.ends_with("  orders_total{tier=\"gold\"} 1\n"), "{text}");

    let text = told(&|telemetry| drop(telemetry.assert_calls("place_order").ok(1).nothing_else()));
    assert!(text.starts_with("`place_order`: nothing else was expected, but there is\n"), "{text}");

    let text = told(&|telemetry| {
        telemetry.assert_counter("orders_total", &[("tier", "gold")]).is(3);
    });
    let begin = "`orders_total{tier=\"gold\"}`: expected 3, found 1\n";
    assert!(text.starts_with(&format!("{begin}{recorded}")), "{text}");

    let text = told(&|telemetry| {
        drop(telemetry.assert_histogram("cart_items", &[]).count(1).within(1, 1));
    });
    let begin = "`cart_items`: expected 1 observations within 1.0, found 0\n  \
        1 observations, sum 5, 1 within 10.0\n";
    assert!(text.starts_with(&format!("{begin}{recorded}")), "{text}");

    let text = told(&|telemetry| _ = telemetry.spans().one("check"));
    assert_eq!(
        text,
        "expected one span `check`, found 3; all spans:\n  place_order ok {number=2}\n    check ok\n  \
         place_order error OutOfStock {number=7}\n    check error OutOfStock\n  \
         place_order error Payment {number=8}\n    check error Payment\n"
    );
}

#[test]
fn a_name_that_does_not_exist_is_told_with_those_that_do() {
    let telemetry = testing::capture();
    let told = |failing: &dyn Fn(&Capture)| message(|| failing(&telemetry));
    type Failing<'a> = &'a dyn Fn(&Capture);
    let cases: [(Failing<'_>, &str); 8] = [
        (
            &|telemetry| drop(telemetry.calls("place_ordr")),
            "no observed function is called `place_ordr`; there are:\n  testing::begun_outside\n  \
             testing::caller\n",
        ),
        (
            &|telemetry| _ = telemetry.counter("orders", &[]),
            "there is no counter `orders`; there are:\n  function_calls_total\n  orders_total\n  revenue_usd_total",
        ),
        (
            &|telemetry| _ = telemetry.gauge("orders_total", &[]),
            "`orders_total` is a counter, no gauge",
        ),
        (
            &|telemetry| _ = telemetry.counter("orders_total", &[("teir", "gold")]),
            "`orders_total` has no label `teir`; its labels are:\n  tier",
        ),
        (
            &|telemetry| _ = telemetry.counter("orders_total", &[("tier", "silver")]),
            "the label `tier` of `orders_total` is never `silver`; it is one of:\n  free\n  gold",
        ),
        (
            &|telemetry| _ = telemetry.counter("function_calls_total", &[("outcome", "good")]),
            "the label `outcome` of `function_calls_total` is never `good`; it is one of:\n  \
             cancelled\n  error\n  ok\n  panic",
        ),
        (
            &|telemetry| _ = telemetry.histogram("cart_items", &[]).within(50.0),
            "50.0 is no bound of this histogram; its bounds are 1.0, 10.0, 100.0, inf",
        ),
        (
            &|telemetry| drop(telemetry.calls("twice")),
            "`twice` may be any of these; write one of them:\n  testing::one::twice\n  \
             testing::two::twice",
        ),
    ];
    for (failing, expected) in cases {
        let text = told(failing);
        assert!(text.starts_with(expected), "{text}\n  is not\n{expected}");
    }
    one::twice();
    two::twice();
    two::twice();
    telemetry.assert_calls("one::twice").ok(1);
    telemetry.assert_calls("testing::two::twice").ok(2);
}
