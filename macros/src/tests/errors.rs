//! What mistakes are answered with, as far as the compiler is not needed to see it.
//!
//! Spans, and that nothing else is reported, is seen in `tests/ui` of the workspace.

use proc_macro2::TokenStream;

use super::{messages, mistakes, tokens};
use crate::entry::Output;
use crate::metric::metric;
use crate::observe::observe;
use crate::redact::redact;

type Attribute = fn(TokenStream, TokenStream) -> Output;

const FUNCTION: &str = "fn f(order: &Order, pin: u64) -> u8 { 1 }";

/// Mistakes of all sorts, one each.
#[rustfmt::skip]
const MISTAKES: [(Attribute, &str, &str); 93] = [
    (observe, "nmae = \"x\"", FUNCTION),
    (observe, "name", FUNCTION),
    (observe, "name = f", FUNCTION),
    (observe, "name = \"\"", FUNCTION),
    (observe, "name = \"a\" level = info", FUNCTION),
    (observe, "= 1", FUNCTION),
    (observe, "slow = \"99999h\"", FUNCTION),
    (observe, "slow = \"0s\"", FUNCTION),
    (observe, "slo", FUNCTION),
    (observe, "slo()", FUNCTION),
    (observe, "slo(success)", FUNCTION),
    (observe, "slo(sucess = 99.9)", FUNCTION),
    (observe, "slo(success = 100)", FUNCTION),
    (observe, "slo(success = 0.999)", FUNCTION),
    (observe, "slo(success = -1)", FUNCTION),
    (observe, "slo(success = 99.99999)", FUNCTION),
    (observe, "slo(success = \"99.9 %\")", FUNCTION),
    (observe, "slo(success = 99.9 %)", FUNCTION),
    (observe, "slo(success = 99.9f64)", FUNCTION),
    (observe, "slo(success = 99, success = 98)", FUNCTION),
    (observe, "slo(target = 99)", FUNCTION),
    (observe, "slo(latency = 250)", FUNCTION),
    (observe, "slo(latency = \"250\")", FUNCTION),
    (observe, "slo(latency = \"999ns\")", FUNCTION),
    (observe, "slo(latency = \"61m\")", FUNCTION),
    (observe, "slo(success = 99)", "fn f() -> ! { loop {} }"),
    (observe, "kind = other", FUNCTION),
    (observe, "log", FUNCTION),
    (observe, "log(ordre.id)", FUNCTION),
    (observe, "log(order.id())", FUNCTION),
    (observe, "log(&order)", FUNCTION),
    (observe, "log(\"order id\" = order.id)", FUNCTION),
    (observe, "log(\"key\")", FUNCTION),
    (observe, "log(order.id, , order)", FUNCTION),
    (observe, "log(api_key = order.key())", FUNCTION),
    (observe, "log(number = pin)", FUNCTION),
    (observe, "redact(pin = last(x))", FUNCTION),
    (observe, "redact(pin = hash(1))", FUNCTION),
    (observe, "redact(pin = 4)", FUNCTION),
    (observe, "", "use something;"),
    (metric, "", FUNCTION),
    (metric, "counter, help = \"x\", labels(order.tier)", FUNCTION),
    (metric, "counter, help = \"x\", labels(\"tier\")", FUNCTION),
    (metric, "counter, help = \"x\", labels(__tier: T = 1)", FUNCTION),
    (metric, "counter, help = \"x\", labels(T: T = 1)", FUNCTION),
    (metric, "histogram, help = \"x\", buckets = 1", FUNCTION),
    (metric, "histogram, help = \"x\", buckets = [1e999]", FUNCTION),
    (metric, "counter, help = \"x\"", "type A = B;"),
    (metric, "counter, help = \"x\", labels(order: open(0))", FUNCTION),
    (metric, "counter, help = \"x\", labels(order: open(1, 2))", FUNCTION),
    (metric, "counter, help = \"x\", labels(pin: open(5))", FUNCTION),
    (metric, "counter, help = \"x\", labels(a: open(5) = order.email.clone())", FUNCTION),
    (metric, "counter, help = \"x\", labels(a = \"x\"), budget = 0", FUNCTION),
    (metric, "counter, help = \"x\", budget = many", FUNCTION),
    (metric, "gauge, help = \"x\", value = 1, name = \"x\", unit = \"Items\"", FUNCTION),
    (metric, "gauge, help = \"x\", callback", FUNCTION),
    (metric, "gauge, help = \"x\", callback", "fn f<T>() -> u8 { 1 }"),
    (metric, "gauge, help = \"x\", callback, when = ok", "fn f() -> u8 { 1 }"),
    (metric, "info, help = \"x\", name = \"x\", labels(a, b)", "static X: Info;"),
    (metric, "info, help = \"x\", name = \"x\", labels(token)", "static X: Info<1>;"),
    (metric, "summary, help = \"x\", name = \"x_usd\", value = ret", "#[track_caller] fn f() -> u8 { return 1 }"),
    (redact, "", "struct A { #[redact(domain = \"x\", full)] a: u8 }"),
    (redact, "", "trait A {}"),
    (redact, "", "#[derive(derive_more::Display)] struct A { #[redact] a: u8 }"),
    (redact, "", "struct A { #[redact(full(1))] a: u8 }"),
    (redact, "", "struct A { #[redact(first)] a: u8 }"),
    (redact, "", "struct A { #[redact(first(x))] a: u8 }"),
    (redact, "", "struct A { #[redact(mask())] a: u8 }"),
    (redact, "", "struct A { #[redact(bucket(x))] a: u8 }"),
    (redact, "", "struct A { #[redact(with)] a: u8 }"),
    (redact, "", "struct A { #[redact(with = 1)] a: u8 }"),
    (redact, "", "struct A { #[redact(values)] a: u8 }"),
    (redact, "", "struct A { #[redact(keys = sown, values = full)] a: u8 }"),
    (redact, "", "struct A { #[redact(skip = 1)] a: u8 }"),
    (redact, "", "struct A { #[redact(class)] a: u8 }"),
    (redact, "", "struct A { #[redact(class = 1, full)] a: u8 }"),
    (redact, "", "struct A { #[redact(allow())] a: u8 }"),
    (redact, "", "struct A { #[redact(allow(because = \"x\"))] a: u8 }"),
    (redact, "", "struct A { #[redact(allow(reason = \"x\", y))] a: u8 }"),
    (redact, "", "struct A { #[redact(skip, allow(reason = \"x\"))] a: u8 }"),
    (redact, "", "struct A { #[redact(class = secret, each = last(4))] a: Vec<u8> }"),
    (redact, "", "struct A { #[redact(class = pii, keys = shown, values = full)] a: M }"),
    (redact, "", "struct A { #[redact(each = hash)] a: Vec<u8> }"),
    (redact, "display", "struct A { a: u8 }"),
    (redact, "display = \"}\"", "struct A { a: u8 }"),
    (redact, "display = \"{0}\"", "enum A { B(u8) }"),
    (redact, "", "enum A { #[redact(display = \"{1}\")] B(u8) }"),
    (redact, "", "enum A { #[redact(full)] B(u8) }"),
    (redact, "serialize = 1", "struct A { a: u8 }"),
    (redact, "serialize = msked", "struct A { a: u8 }"),
    (redact, "deserialize(x)", "#[derive(Deserialize)] struct A { a: u8 }"),
    (redact, "serialize", "#[serde(flatten)] struct A { a: u8 }"),
    (redact, "serialize", "struct A { #[serde(rename = \"a.b\")] a: u8 }"),
];

#[test]
fn each_mistake_is_one_message_of_one_form() {
    for (run, args, item) in MISTAKES {
        let found = mistakes(run, args, item);
        let [message] = found.as_slice() else { panic!("{args}: {found:#?}") };
        let (subject, text) = message.split_once(": ").expect(message);
        assert!(subject.starts_with("`#["), "it names the mark: {message}");
        assert!(text.len() > 15, "it says something: {message}");
        assert!(!text.ends_with('.') && !text.contains(".  "), "it is no sentence: {message}");
        let first = text.chars().next().expect("it is not empty");
        assert!(
            !first.is_uppercase() || text.starts_with("Prometheus"),
            "it is lower-case: {message}"
        );
    }
}

#[test]
fn near_words_are_offered() {
    for (run, args, offered) in [
        (observe as Attribute, "levle = info", "level"),
        (observe, "log(odrer.id)", "order"),
        (observe, "level = warning", "warn"),
        (observe, "redact(pin = emial)", "email"),
        (observe, "Name = \"x\"", "name"),
        (metric, "histogramm, help = \"x\"", "histogram"),
        (metric, "counter, help = \"x\", bukets = [1]", "buckets"),
        (metric, "counter, help = \"x\", labels(pim)", "pin"),
        (metric, "counter, help = \"x\", when = errors", "error"),
        (metric, "histogram, help = \"x\", buckets = databse", "database"),
    ] {
        let found = mistakes(run, args, FUNCTION).join("\n");
        assert!(found.contains(&format!("did you mean `{offered}`?")), "{found}");
    }
}

#[test]
fn far_words_are_not() {
    for args in ["color = red", "log(customer)", "kind = other", "x = 1"] {
        let found = mistakes(observe, args, FUNCTION).join("\n");
        assert!(!found.is_empty() && !found.contains("did you mean"), "{found}");
    }
}

#[test]
fn what_is_decided_may_be_logged() {
    for args in [
        "log(public(pin))",
        "log(code = public(pin + 1))",
        "redact(pin = full)",
        "redact(pin = hash(\"pin\"))",
        "log(pin_count = 1, order.card_id)",
        "log(card, order)",
    ] {
        let item = "fn f(card: &Card, order: &Order, pin: u64) -> u8 { 1 }";
        assert_eq!(mistakes(observe, args, item), [""; 0], "{args}");
    }
}

/// All that is wrong with a metric is said at once, and the static has a value that fits its type.
#[test]
fn mistakes_of_a_metric_are_reported_together() {
    let args = "counter, name = \"sold_total\", labels(a: open(0), b, b), when = ok, unit = \"ms\", bukets = [1]";
    let (item, diagnostics) = metric(tokens(args), tokens("static X: Counter<(Open, T)>;"));
    let found = messages(diagnostics.into_tokens());
    assert_eq!(found.len(), 7, "{found:#?}");
    assert!(
        item.to_string().contains("static X : Counter < (Open , T) >= { static METRIC"),
        "{item}"
    );
}

/// Keys may come in any order, and end in a comma.
#[test]
fn reading_is_tolerant_where_nothing_is_lost() {
    for args in ["", "name = \"x\",", "level = \"info\", kind = client", "log(order.id,),"] {
        assert_eq!(mistakes(observe, args, FUNCTION), [""; 0], "{args}");
    }
}
