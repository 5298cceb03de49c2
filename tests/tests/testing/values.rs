//! Values of the program's that panic, hold themselves or are far too many: recording them costs
//! what a few values cost, and never the call.

use std::collections::HashSet;
use std::sync::Arc;

use plimsoll::{Class, Label, Loggable, Out, Value, observe, redact, testing};

struct Bomb;

impl Loggable for Bomb {
    fn log(&self, _: &mut Out<'_>) {
        panic!("in log");
    }
}

#[observe(log(before, bomb, after))]
fn armed(before: u8, bomb: &Bomb, after: u8) -> u8 {
    let _ = bomb;
    before + after
}

#[test]
fn a_loggable_that_panics_costs_its_field_only() {
    let capture = testing::capture();
    assert_eq!(armed(1, &Bomb, 2), 3);
    capture.assert_calls("armed").ok(1).nothing_else();
    let spans = capture.spans();
    let span = spans.one("armed");
    assert!(matches!(span.field("bomb"), Some(Value::Str("[panicked]"))), "{span:?}");
    assert!(matches!(span.field("before"), Some(Value::U64(1))), "{span:?}");
    assert!(matches!(span.field("after"), Some(Value::U64(2))), "{span:?}");
}

/// Two of it lie in each other so often that nobody could wait for all of them.
#[redact]
struct Branch {
    depth: u8,
    left: Option<Arc<Self>>,
    right: Option<Arc<Self>>,
}

#[observe(log(branch))]
fn climb(branch: &Branch) -> u8 {
    branch.depth
}

#[observe(log(branches = [branch]))]
fn climb_as_one_text(branch: &Branch) -> u8 {
    branch.depth
}

#[observe(log(seen))]
fn look_at(seen: &HashSet<u64>) -> usize {
    seen.len()
}

#[test]
fn what_is_too_much_is_not_looked_at() {
    let mut branch = Branch { depth: 0, left: None, right: None };
    for depth in 1..60 {
        let half = Arc::new(branch);
        branch = Branch { depth, left: Some(Arc::clone(&half)), right: Some(half) };
    }
    let capture = testing::capture();
    assert_eq!((climb(&branch), climb_as_one_text(&branch)), (59, 59));
    assert_eq!(look_at(&(0..200_000).collect()), 200_000);
    let spans = capture.spans();
    assert!(spans.one("climb").fields().count() > 10);
    assert!(
        matches!(spans.one("look_at").field("seen"), Some(Value::Str(text)) if text.ends_with(", … 200000 in all]"))
    );
}

#[derive(Clone, Copy, Label)]
enum Tier {
    Free,
}

#[test]
fn a_label_may_be_seen_by_everybody() {
    assert_eq!(<Tier as Loggable>::CLASS, Class::PUBLIC);
    assert_eq!(Tier::Free.index(), 0);
}

#[test]
fn settings_print_no_value() {
    let builder = plimsoll::builder().service("shop").attribute("db.password", "hunter2");
    let shown = format!("{builder:?}");
    assert!(shown.contains("db.password") && !shown.contains("hunter2"), "{shown}");
}
