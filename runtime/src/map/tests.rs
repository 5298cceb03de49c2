//! Records of a whole program, as the macros write them, through to its map and a comparison.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use proptest::prelude::*;

use super::parse::tests::linked;
use super::{Change, DataMap, Entry, Source};

const ORDER: &str = r#"{"type":"Order","class":"internal","module":"shop::orders","line":5,"fields":[
    {"key":"id","type":"u64","how":"shown"},{"key":"card","type":"String","how":"last(4)","class":"pii"},
    {"key":"customer","type":"Option<Customer>","how":"shown"}]}"#;
const CUSTOMER: &str = r#"{"type":"Customer","class":"pii","module":"shop::people","line":9,"serialize":"raw",
    "reason":"the client asks for its own","fields":[
    {"key":"name","type":"String","how":"full","class":"pii"},
    {"key":"tier","type":"Tier","how":"shown","of":0}]}"#;
const PLACE: &str = r#"{"function":"place","module":"shop::orders","line":20,"fields":[
    {"key":"order","type":"&Order","how":"shown"},
    {"key":"order.id","type":"&Order","path":"id","how":"shown"},
    {"key":"order.customer.name","type":"&Order","path":"customer.name","how":"shown"},
    {"key":"email","type":"&str","how":"hash(\"customer\")","class":"pii"},
    {"key":"basket","type":"Basket","how":"shown"}]}"#;
const ORDERS: &str = r#"{"metric":"orders_total","module":"shop::orders","line":19,"fields":[
    {"key":"tier","type":"Tier","how":"closed","class":"public"},{"key":"tenant","how":"open(500)","class":"public"}]}"#;

fn map(records: &[&str]) -> DataMap {
    DataMap::of_section(&linked(records))
}

fn entry<'a>(map: &'a DataMap, name: &str, field: &str) -> &'a Entry {
    let mut found = map.entries().filter(|entry| entry.name == name && entry.field == field);
    let entry = found.next().unwrap_or_else(|| panic!("no {name}.{field} in {}", map.to_json()));
    assert!(found.next().is_none());
    entry
}

fn shop() -> DataMap {
    map(&[ORDER, PLACE, CUSTOMER, ORDERS])
}

#[test]
fn fields_of_functions_have_the_classes_of_their_types() {
    let map = shop();
    for (field, kind, class, strategy) in [
        ("order", "&Order", "internal", "shown"),
        ("order.id", "u64", "public", "shown"),
        // The mark goes past what the type decided, and the class says so.
        ("order.customer.name", "String", "pii", "shown"),
        ("email", "&str", "pii", "hash(\"customer\")"),
        ("basket", "Basket", "by type", "shown"),
    ] {
        let entry = entry(&map, "place", field);
        assert_eq!((entry.kind.as_str(), entry.class.as_str()), (kind, class), "{field}");
        assert_eq!((entry.strategy.as_str(), &entry.sinks[..]), (strategy, &["span".into()][..]));
    }
    let places: Vec<&str> = map.places(entry(&map, "place", "order")).collect();
    assert_eq!(places, ["src/main.rs:20"]);
}

#[test]
fn fields_of_types_leave_where_the_type_is_recorded() {
    let map = shop();
    for (name, field) in [("Order", "card"), ("Order", "id"), ("Customer", "tier")] {
        assert_eq!(entry(&map, name, field).sinks, ["debug", "span"], "{name}.{field}");
    }
    assert_eq!(entry(&map, "Customer", "tier").class, "phi");
    let alone = DataMap::of_section(&linked(&[CUSTOMER]));
    assert_eq!(entry(&alone, "Customer", "tier").sinks, ["debug"]);
    let raw = entry(&map, "Customer", "(serialized)");
    assert_eq!(
        (raw.strategy.as_str(), raw.reason.as_str()),
        ("raw", "the client asks for its own")
    );
}

#[test]
fn fields_of_errors_are_shown_where_their_types_have_a_class() {
    let error = r#"{"error":"Refused","module":"shop::orders","fields":[
        {"key":"Limit.cents","type":"u64","how":"probed"},
        {"key":"Limit.order","type":"Order","how":"probed"},
        {"key":"Limit.plan","type":"Plan","how":"probed","of":0},
        {"key":"Other.source","type":"io::Error","how":"probed","of":9},
        {"key":"Whole.(display)","how":"allow","reason":"no data in it"}]}"#;
    let map = map(&[error, ORDER]);
    for (field, class, strategy) in [
        ("Limit.cents", "public", "shown"),
        ("Limit.order", "internal", "shown"),
        ("Limit.plan", "phi", "shown"),
        ("Other.source", "by type", "safe"),
        ("Whole.(display)", "by type", "allow"),
    ] {
        let entry = entry(&map, "Refused", field);
        assert_eq!((entry.class.as_str(), entry.strategy.as_str()), (class, strategy), "{field}");
        assert_eq!(entry.sinks, ["log", "span"]);
    }
    assert_eq!(entry(&map, "Order", "id").sinks, ["debug", "log", "span"]);
    let said = looser(&self::map(&[ORDER]), &map);
    assert!(!said.iter().any(|it| it.contains("Other") || it.contains("cents")), "{said:#?}");
    assert!(said.iter().any(|it| it.contains("because \"no data in it\"")), "{said:#?}");
}

#[test]
fn types_that_hold_themselves_end() {
    let node = r#"{"type":"Node","module":"m","fields":[{"key":"next","type":"Option<Box<Node>>","how":"shown"}]}"#;
    let walk = r#"{"function":"walk","module":"m","fields":[
        {"key":"node","type":"Node","how":"shown"},
        {"key":"x","type":"Node","path":"next.next.next","how":"shown"}]}"#;
    let map = map(&[node, walk]);
    assert_eq!(entry(&map, "Node", "next").sinks, ["debug", "span"]);
    assert_eq!(entry(&map, "walk", "x").kind, "Option<Box<Node>>");
}

#[test]
fn of_two_types_of_a_name_the_nearest_is_meant_or_none() {
    let one = r#"{"type":"Key","class":"pii","module":"a","fields":[{"key":"k","type":"u8","how":"shown"}]}"#;
    let two = &one.replace("\"a\"", "\"app::b\"").replace("pii", "secret");
    let function = |module: &str, kind: &str| {
        format!(
            r#"{{"function":"f","module":"{module}","fields":[{{"key":"k","type":"{kind}","how":"shown"}}]}}"#
        )
    };
    for (module, kind, class) in [
        ("a", "Key", "pii"),
        ("app::b", "Key", "secret"),
        ("c", "Key", "by type"),
        ("c", "crate::b::Key", "secret"),
        ("c", "a::Key", "pii"),
        ("a", "x::Key", "by type"),
    ] {
        let map = map(&[one, two, &function(module, kind)]);
        assert_eq!(entry(&map, "f", "k").class, class, "{kind} in {module}");
    }
}

#[test]
fn the_map_is_the_same_however_the_linker_lays_the_records() {
    let map = shop();
    assert_eq!(map, self::map(&[ORDERS, CUSTOMER, PLACE, ORDER, ORDER]));
    assert_eq!(map.to_json(), self::map(&[PLACE, ORDERS, ORDER, CUSTOMER]).to_json());
}

#[test]
fn json_is_read_back_by_us_and_by_others() {
    let map = shop();
    let json = map.to_json();
    assert_eq!(DataMap::from_json(&json).unwrap(), map);
    let read: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(read["entries"].as_array().unwrap().len(), map.entries().len());
    assert_eq!(read["entries"][0]["from"], "function");
    assert_eq!(read["places"]["shop::orders::place"][0], "src/main.rs:20");
    // The program's own, with what only it knows.
    let own = crate::data_map();
    assert_eq!(DataMap::from_json(&own.to_json()).unwrap(), own);
    assert!(!own.plimsoll.is_empty());
    assert!(own.to_json().contains("\"ceilings\": {\"span\": \"internal\""));
    assert!(own.to_json().contains("\"scrub\": {\"span\": "));
    for (text, said) in [
        ("{", "line 1"),
        ("{}", "no member"),
        ("{\"data_map\": 2}", "format 2"),
        ("{\"data_map\": 1, \"entries\": [{}]}", "entry 1"),
    ] {
        let error = DataMap::from_json(text).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn markdown_has_a_row_for_each_entry_and_no_markup_of_the_programs() {
    let odd = r#"{"function":"f","module":"m","fields":[{"key":"a|b*<i>","type":"Vec<u8>","how":"shown"}]}"#;
    let text = map(&[odd, ORDERS]).to_markdown();
    assert!(text.contains(r"| m::f | a\|b\*\<i\> | Vec\<u8\> | public | shown | span |"), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("| ")).count(), 2 + 3);
}

fn looser(old: &DataMap, new: &DataMap) -> Vec<String> {
    let changes = new.diff(old).into_iter().filter(|change| change.loosens);
    changes.map(|change| change.what).collect()
}

#[test]
fn what_lets_more_leave_is_told_from_what_does_not() {
    let all = [ORDER, PLACE, CUSTOMER, ORDERS];
    // What stands in a record, what instead, and what is said of the change if it loosens.
    for (from, to, said) in [
        ("last(4)", "full", None),
        ("last(4)", "last(2)", None),
        ("last(4)", "hash(\\\"card\\\")", None),
        ("last(4)", "shown", Some("`last(4)` became `shown`")),
        ("last(4)", "allowed", Some("`allowed`")),
        ("last(4)", "pan", Some("`pan`")),
        ("\"how\":\"full\"", "\"how\":\"erase\"", None),
        ("\"how\":\"full\"", "\"how\":\"last(4)\"", Some("`full` became `last(4)`")),
        ("\"how\":\"full\"", "\"how\":\"mask(length)\"", Some("mask(length)")),
        ("hash(\\\"customer\\\")", "hash(\\\"device\\\")", Some("device")),
        ("hash(\\\"customer\\\")", "public", Some("public")),
        (
            "\"class\":\"pii\",\"module\"",
            "\"class\":\"internal\",\"module\"",
            Some("dropped from pii"),
        ),
        ("\"class\":\"pii\",\"module\"", "\"class\":\"secret\",\"module\"", None),
        ("closed", "open(5)", Some("`closed` became `open(5)`")),
        ("open(500)", "open(1000)", None),
        ("\"serialize\":\"raw\"", "\"serialize\":\"masked\"", None),
        ("\"how\":\"full\"", "\"how\":\"full\",\"reason\":\"so\"", Some("its reason was none")),
        ("\"key\":\"tenant\"", "\"key\":\"region\"", Some("`region`: new")),
        ("\"line\":20", "\"line\":21", None),
        ("\"type\":\"Basket\"", "\"type\":\"Bag\"", Some("its type was `Basket`")),
        ("\"function\":\"place\"", "\"function\":\"place_order\"", None),
    ] {
        assert!(all.iter().any(|record| record.contains(from)), "{from}");
        let new: Vec<String> = all.iter().map(|record| record.replace(from, to)).collect();
        let new = map(&new.iter().map(String::as_str).collect::<Vec<_>>());
        let looser = looser(&shop(), &new);
        match said {
            None => assert_eq!(looser, [""; 0], "{from} -> {to}"),
            Some(said) => assert!(looser.iter().any(|it| it.contains(said)), "{to}: {looser:#?}"),
        }
        let moved = to.contains("line") || to.contains("place_order");
        assert!(moved || !new.diff(&shop()).is_empty(), "{from} -> {to} is not seen");
    }
}

#[test]
fn new_fields_loosen_where_they_leave_in_the_clear() {
    let function = |field: &str| {
        format!(r#"{{"function":"f","module":"m","fields":[{{"key":"x",{field}}}]}}"#)
    };
    for (field, loosens) in [
        (r#""type":"u64","how":"shown""#, false),
        (r#""type":"Order","how":"shown""#, true),
        (r#""type":"Unknown","how":"shown""#, true),
        (r#""type":"String","how":"last(4)","class":"pii""#, false),
        (r#""type":"String","how":"hash(\"a b, c\")","class":"pii""#, false),
        (r#""type":"String","how":"public","class":"public""#, true),
        (r#""type":"String","how":"with","class":"pii""#, true),
        (r#""type":"Vec<String>","how":"each email","class":"pii""#, false),
        (r#""type":"Map","how":"keys hash(\"a\"), values allowed","class":"pii""#, true),
    ] {
        let function = function(field);
        let changes =
            map(&[ORDER, CUSTOMER, PLACE, &function]).diff(&map(&[ORDER, CUSTOMER, PLACE]));
        let [Change { loosens: found, .. }] = changes.as_slice() else { panic!("{changes:?}") };
        assert_eq!(*found, loosens, "{field}: {changes:?}");
    }
}

#[test]
fn a_type_that_is_recorded_at_last_leaves_by_another_way() {
    let before = map(&[ORDER, CUSTOMER]);
    let changes = looser(&before, &map(&[ORDER, CUSTOMER, PLACE]));
    assert!(changes.iter().any(|it| it.contains("`card`: it leaves by another way, span")));
    // Nothing of it is to be seen there.
    assert!(!changes.iter().any(|it| it.contains("Customer, `name`")), "{changes:#?}");
}

#[test]
fn foreign_callsites_and_settings_matter_between_programs_only() {
    let file = shop();
    let mut program = shop();
    program.program = Some(super::Program {
        ceilings: vec![("log".into(), "internal".into())],
        ..Default::default()
    });
    let foreign = Entry {
        source: Source::Foreign,
        module: "sqlx".into(),
        name: "(event)".into(),
        field: "sql".into(),
        kind: String::new(),
        class: "unclassified".into(),
        rank: None,
        strategy: "scrubbed".into(),
        sinks: vec!["log".into()],
        reason: String::new(),
    };
    let mut more = program.clone();
    more.entries.push(foreign);
    more.program.as_mut().unwrap().ceilings[0].1 = "pii".into();
    assert_eq!(more.diff(&file), []);
    assert_eq!(more.clone().bare(), file.bare());
    let said = looser(&program, &more);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.iter().any(|it| it == "the ceiling of log was internal and is pii"));
}

proptest! {
    #[test]
    fn no_program_is_too_odd(
        names in proptest::collection::vec("[ABa:<>&, ]{0,12}", 4),
        hows in proptest::collection::vec("[a-z]{0,4}(\\(4\\))?", 4),
    ) {
        let record = |at: usize| format!(
            r#"{{"type":"{}","module":"{}","fields":[{{"key":"a","type":"{}","how":"{}"}}]}}"#,
            names[at], names[(at + 1) % 4], names[(at + 2) % 4], hows[at]
        );
        let one = map(&[&record(0), &record(1), PLACE]);
        let other = map(&[&record(2), &record(3), ORDER]);
        let _ = one.diff(&other);
        prop_assert_eq!(one.diff(&one), []);
        let _ = (one.to_markdown(), one.to_json());
    }
}
