//! What `event!` and its levels make of events, and how they answer mistakes.
//!
//! The expected expansion stands in `expanded/`.

use expect_test::expect_file;

use super::{derived, messages, tokens};
use crate::event::{event, info};

#[test]
fn an_event_asks_first_and_evaluates_then() {
    let run = |tokens: proc_macro2::TokenStream| {
        let (block, diagnostics) = info(tokens);
        (quote::quote!(fn f() #block), diagnostics)
    };
    expect_file!["../../expanded/event.rs"].assert_eq(&derived(
        run,
        "target = \"shop\", \"order placed\", order.id, lines = lines.len() + 1, public(route),
         redact(order.email = hash(\"customer\"), card = last(4), note = full)",
    ));
}

#[test]
fn an_event_without_fields_is_short() {
    let run = |tokens: proc_macro2::TokenStream| {
        let (block, diagnostics) = event(tokens);
        (quote::quote!(fn f() #block), diagnostics)
    };
    expect_file!["../../expanded/event_bare.rs"]
        .assert_eq(&derived(run, "plimsoll::Level::Warn, crate = obs, \"the shop closes\""));
}

#[test]
fn each_mistake_is_told_once() {
    for (written, told) in [
        ("", "an event says what happened"),
        ("\"\"", "the message is empty"),
        ("\"placed {id}\", id", "the message is the same each time"),
        ("MESSAGE", "the message is a text in quotes"),
        ("format!(\"a\"), id", "the message is a text in quotes"),
        ("id, \"placed\"", "write `(\"placed\", id)`"),
        ("order.id, lines = 3, \"placed\"", "write `(\"placed\", order.id, lines = 3)`"),
        ("target: \"shop\", \"placed\"", "a target is written `target = \"..\"`"),
        ("target = \"shop=info\", \"placed\"", "a target holds no `=`"),
        ("\"placed\" id", "expected `,` after the message"),
        ("\"placed\", %id", "`%` and `?` are not used here"),
        ("\"placed\", id = ?id", "`%` and `?` are not used here"),
        ("\"placed\", id, id", "`id` is recorded twice"),
        ("\"placed\", level = 3", "each line has a `level` of its own"),
        ("\"placed\", pin", "`pin` looks like a secret"),
        ("\"placed\", a.len()", "an expression needs a key"),
        ("\"placed\", redact(email)", "say how `email` is hidden"),
        ("\"placed\", redact(email = hsh(\"a\"))", "did you mean `hash`?"),
        ("\"placed\", redact()", "`redact(..)` is empty"),
        ("\"placed\", self", "`self` as a whole is not recorded"),
        ("\"placed\", , id", "nothing stands before this `,`"),
        ("\"placed\", \"order id\" = 1", "may hold only letters"),
    ] {
        let (_, diagnostics) = info(tokens(written));
        let found = messages(diagnostics.into_tokens());
        assert!(matches!(&found[..], [one] if one.contains(told)), "{written}: {found:?}");
    }
    for (written, told) in [
        ("\"placed\"", "the level comes first"),
        ("", "the level comes first"),
        ("Level::INFO, \"placed\"", "did you mean `Level::Info`?"),
        ("if a { b } else { c }, \"placed\"", "the level is a literal path"),
    ] {
        let (_, diagnostics) = event(tokens(written));
        let found = messages(diagnostics.into_tokens());
        assert!(found.first().is_some_and(|one| one.contains(told)), "{written}: {found:?}");
        assert!(found.len() <= 2, "{written}: {found:?}");
    }
}
