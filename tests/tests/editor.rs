//! A mark takes nothing from an editor: in a marked function, half typed or whole, rust-analyzer
//! knows what it knows in an unmarked one, and the names in the mark as well.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::path::Path;

use plimsoll_tests::editor::{Editor, Found};

/// The last function is the one without a mark.
const SOURCE: &str = "\
use plimsoll::observe;

pub struct Order {
    pub id: u64,
    pub total: u64,
}

impl Order {
    pub fn tax(&self) -> u64 {
        self.total / 5
    }
}

pub struct Desk;
pub struct Till;

/// Takes the money.
#[observe(log(order.id))]
pub fn charge(order: &Order) -> u64 {
    order.total
}

/// Sends the goods.
#[observe(log(order.id))]
pub async fn ship(order: &Order) -> u64 {
    order.total
}

impl Desk {
    /// Gives it back.
    #[observe(log(order.id))]
    pub fn refund(&self, order: &Order) -> u64 {
        order.total
    }
}

#[observe]
impl Till {
    /// Counts the coins.
    #[observe(log(order.id))]
    pub fn count(&self, order: &Order) -> u64 {
        order.total
    }
}

/// Only looks.
pub fn look(order: &Order) -> u64 {
    order.total
}

pub async fn all(order: &Order) -> u64 {
    charge(order) + ship(order).await + Desk.refund(order) + Till.count(order) + look(order)
}
";

const MARKED: [&str; 4] = ["charge", "ship", "refund", "count"];
const UNMARKED: &str = "look";
const BODY: &str = "order.total";

/// Bodies at whose cursor, `^`, the members of an order are wanted.
const HALF_TYPED: [&str; 7] = [
    "order.^",
    "order.to^",
    "let bill = order.^",
    "look(order.^",
    "if order.^ > 1 { 2 } else { 3 }",
    "let bill = order.id;\n    order.^\n    bill",
    // Nothing that rust-analyzer would mend before the macro sees it.
    "let bill: = order.^;\n    bill",
];

#[test]
fn a_mark_takes_nothing_from_an_editor() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("editor");
    let Some(mut editor) = Editor::open(SOURCE, &target) else { return };
    assert_eq!(editor.diagnostics(), [""; 0], "the whole file has no mistake");
    for function in MARKED.into_iter().chain([UNMARKED]) {
        a_call_is_known(&mut editor, function);
        the_body_is_known(&mut editor, function);
    }
    for function in MARKED {
        the_mark_is_known(&mut editor, function);
    }
    for half in HALF_TYPED {
        let unmarked = half_typed(&mut editor, UNMARKED, half);
        for member in ["id", "total", "tax"] {
            assert!(unmarked.0.iter().any(|offered| offered == member), "{half}: {unmarked:?}");
        }
        for function in MARKED {
            assert_eq!(half_typed(&mut editor, function, half), unmarked, "{function}: {half}");
        }
    }
    let (_, wrong) = half_typed(&mut editor, "charge", "order.^");
    assert_eq!(wrong, ["Syntax Error: expected field name or number"]);
}

/// The mouse on a call shows the signature and the comment as written, and a click leads to the name.
fn a_call_is_known(editor: &mut Editor, function: &str) {
    let call = SOURCE.rfind(&format!("{function}(order)")).unwrap();
    let shown = editor.hover(call);
    let comment = SOURCE[..start(function)].rfind("/// ").unwrap() + "/// ".len();
    let comment = SOURCE[comment..].lines().next().unwrap();
    for wanted in [head(function), comment] {
        assert!(shown.contains(wanted), "{function}: {wanted:?} is not in {shown:?}");
    }
    assert_eq!(editor.definition(call), [found(function, &line(function))]);
}

/// Names in the body lead to the parameter and to the field.
fn the_body_is_known(editor: &mut Editor, function: &str) {
    let body = start(function) + SOURCE[start(function)..].find(BODY).unwrap();
    assert_eq!(editor.definition(body), [found("order", &line(function))]);
    assert_eq!(editor.definition(body + "order.".len()), [found("total", "pub total: u64,")]);
}

/// So do the names in the mark, and what looks for a parameter's uses sees the one in the mark.
fn the_mark_is_known(editor: &mut Editor, function: &str) {
    let mark = SOURCE[..start(function)].rfind("order.id").unwrap();
    let field = mark + "order.".len();
    assert_eq!(editor.definition(mark), [found("order", &line(function))]);
    assert_eq!(editor.definition(field), [found("id", "pub id: u64,")]);
    assert!(editor.hover(mark).contains("order: &Order"), "{function}");
    assert!(editor.hover(field).contains("id: u64"), "{function}");
    let parameter = start(function) + head(function).find("order").unwrap();
    let uses = ["#[observe(log(order.id))]", &line(function), BODY];
    assert_eq!(editor.references(parameter), uses.map(|line| found("order", line)));
}

/// What is offered, and what is underlined, while the body of a function is `half`.
fn half_typed(editor: &mut Editor, function: &str, half: &str) -> (Vec<String>, Vec<String>) {
    let body = start(function) + SOURCE[start(function)..].find(BODY).unwrap();
    let (before, after) = half.split_once('^').unwrap();
    let (head, tail) = (&SOURCE[..body], &SOURCE[body + BODY.len()..]);
    editor.show(&format!("{head}{before}{after}{tail}"));
    let mut offered = editor.completions(body + before.len());
    let mut wrong = editor.diagnostics();
    offered.sort();
    wrong.sort();
    (offered, wrong)
}

/// Where a function begins: at its `pub`.
fn start(function: &str) -> usize {
    let name = SOURCE.find(&format!("fn {function}(")).unwrap();
    SOURCE[..name].rfind("pub").unwrap()
}

/// Its signature, from `pub` to the type.
fn head(function: &str) -> &'static str {
    let head = &SOURCE[start(function)..];
    &head[..head.find(" {").unwrap()]
}

/// The line of its signature.
fn line(function: &str) -> String {
    format!("{} {{", head(function))
}

fn found(text: &str, line: &str) -> Found {
    Found { text: text.to_owned(), line: line.to_owned() }
}
