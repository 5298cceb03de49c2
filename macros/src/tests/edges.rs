//! What must hold whatever is written: the item comes out, our paths are the only ones.
//!
//! Not about what an expansion looks like, which the tests beside it show.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

use super::{messages, mistakes, tokens};
use crate::entry::guarded;
use crate::kind::error_kind;
use crate::label::label;
use crate::metric::metric;
use crate::observe::observe;
use crate::redact::redact;
use crate::siblings::strip;

/// No path in an expansion begins anywhere but in `crate = path`.
#[test]
fn the_default_path_leaks_nowhere() {
    let expansions = [
        observe(
            tokens("crate = topspin, log(a), redact(b = hash(\"x\")), error_if = bad, slow = \"1s\", kind = server"),
            tokens("#[metric(counter, labels(t))] #[metric(histogram, name = \"x_seconds\", value = a)] /// Docs.
                    fn f(a: u8, b: &str, t: Tier) -> u8 { 1 }"),
        ).0,
        metric(tokens("gauge, crate = topspin, help = \"x\""), tokens("async fn f() {}")).0,
        metric(tokens("gauge, crate = topspin, help = \"x\", name = \"x\""), tokens("static G: Gauge;")).0,
        redact(tokens("crate = topspin"), tokens("struct A { a: u8, #[redact(email)] b: String }")).0,
        error_kind(tokens("#[kind(crate = topspin)] enum E { #[kind(level = warn)] A }")).0,
        label(tokens("#[label(crate = topspin)] enum E { A }")).0,
    ];
    for expansion in expansions {
        let text = expansion.to_string();
        assert!(text.contains("topspin :: __private"), "{text}");
        assert!(!text.contains(":: plimsoll"), "{text}");
        for std in ["std ::", ":: core ::", "Some (", "None", "Ok (", "Err (", "vec !", "format !"]
        {
            let foreign = text.replace("__private :: core ::", "");
            assert!(!foreign.contains(std), "{std} in {text}");
        }
    }
}

#[test]
fn the_catalogue_has_a_section_on_every_platform() {
    let (item, _) = metric(tokens("gauge, help = \"x\""), tokens("fn f() {}"));
    let item = item.to_string();
    for section in ["plimsoll_sites", "plimsoll_metrics", ".plims$b", ".plimm$b"] {
        assert!(item.contains(&format!("unsafe (link_section = \"{section}\")")), "{section}");
    }
    for section in ["plimsoll_sites", "plimsoll_mtrcs"] {
        assert!(item.contains(&format!("\"__DATA,{section},regular,no_dead_strip\"")), "{section}");
    }
}

#[test]
fn the_body_is_the_users_down_to_the_last_token() {
    let body = "{ let x = try_it()?; async { $ @ half written fn } . await ; unsafe { x } }"
        .replace('$', "~");
    let (item, diagnostics) = observe(TokenStream::new(), tokens(&format!("fn f() -> R {body}")));
    assert!(diagnostics.is_empty());
    assert!(item.to_string().contains(&tokens(&body).to_string()));
}

#[test]
fn mistakes_leave_the_item_as_it_was() {
    for (args, item, kept) in [
        (
            "nmae = \"x\"",
            "#[metric(counter)] pub async unsafe fn f<T>(t: T) -> T where T: Copy { t }",
            "pub async unsafe fn f < T > (t : T) -> T where T : Copy { t }",
        ),
        ("", "#[metric(counter)] struct S { a: u8 }", "struct S { a : u8 }"),
        ("", "const fn f() {}", "const fn f () { }"),
        ("", "fn f();", "fn f () ;"),
        ("", "impl S { fn f(&self) {} }", "impl S { fn f (& self) { } }"),
    ] {
        let (item, diagnostics) = observe(tokens(args), tokens(item));
        assert!(!diagnostics.is_empty(), "{kept}");
        assert_eq!(item.to_string(), tokens(kept).to_string());
    }
}

#[test]
fn a_panic_of_the_macro_leaves_the_item_too() {
    let item = "#[plimsoll::observe(log(x))] #[inline] fn f(x: u8) { #[redact] struct A { #[redact(full)] a: u8 } }";
    let out = guarded("#[observe]", || strip(tokens(item)), || panic!("for the test")).to_string();
    assert!(out.starts_with("# [inline] fn f (x : u8) { struct A { a : u8 } }"), "{out}");
    assert!(out.contains("the macro itself failed"), "{out}");
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let found = mistakes(
        observe,
        "nmae = \"x\", slow = \"soon\", kind = cleint, log(usr.id, , self), level",
        "#[metric(counter, labels(Tier))] const fn f(user: &User) -> u8 { 1 }",
    );
    assert_eq!(found.len(), 10, "{found:#?}");
}

#[test]
fn fragments_of_macro_rules_are_seen_through() {
    let invisible = |stream: TokenStream| TokenTree::Group(Group::new(Delimiter::None, stream));
    let body = invisible(tokens("{ 1 }"));
    let (item, diagnostics) = observe(TokenStream::new(), quote!(fn f() -> R #body));
    assert_eq!(messages(diagnostics.into_tokens()), [""; 0]);
    assert!(item.to_string().contains("call_once (move || -> R { 1 })"), "{item}");

    let whole = invisible(tokens("#[metric(counter, help = \"x\")] fn f() {}"));
    let (item, diagnostics) = observe(TokenStream::new(), whole.into());
    assert_eq!(messages(diagnostics.into_tokens()), [""; 0]);
    assert!(item.to_string().contains("METRIC"), "{item}");
}

#[test]
fn attributes_inside_the_body_stay_at_its_beginning() {
    let (item, _) = observe(TokenStream::new(), tokens("fn f() -> u8 { #![allow(unused)] 1 }"));
    assert!(item.to_string().contains("-> u8 { #! [allow (unused)] let mut slot"), "{item}");
}

#[test]
fn impl_trait_inside_a_type_is_left_to_inference() {
    for (returned, spelled) in [
        ("Result<impl Iterator<Item = Vec<u8>> + Send, E>", "Result < _ , E >"),
        ("R<(impl Fn(u8) -> Vec<u8>, u8)>", "R < (_ , u8) >"),
        ("R<Box<impl Fn() -> u8>, u8>", "R < Box < _ >, u8 >"),
    ] {
        let (item, _) =
            observe(TokenStream::new(), tokens(&format!("fn f() -> {returned} {{ g() }}")));
        assert!(item.to_string().contains(&format!("move || -> {spelled} {{")), "{item}");
    }
}

/// What cannot be a `Result` by any name is not looked at, and the body stays in no closure.
#[test]
fn plain_values_stay_in_place() {
    let in_place = |returned: &str| {
        let item = tokens(&format!("fn f() {returned} {{ g() }}"));
        observe(TokenStream::new(), item).0.to_string().contains("slot . guard")
    };
    for returned in ["", "-> ()", "-> u8", "-> &mut T", "-> (u8, R)", "-> [R; 2]", "-> Option<R>"] {
        assert!(in_place(returned), "{returned}");
    }
    for returned in ["-> R", "-> (R)", "-> Result<u8, E>", "-> Self", "-> T", "-> Box<R>", "-> !"] {
        assert!(!in_place(returned), "{returned}");
    }
}

#[test]
fn a_block_that_may_not_be_reached_is_wrapped_around() {
    for body in [
        "if x { return Box::pin(ready(1)); } Box::pin(async move { 1 })",
        "Box::pin(f(async move { 1 }))",
        "wrap(async move { 1 })",
        "let f = Box::pin(async move { 1 }); f",
    ] {
        let item = format!("fn f(x: bool) -> Pin<Box<dyn Future<Output = u8>>> {{ {body} }}");
        let (item, diagnostics) = observe(TokenStream::new(), tokens(&item));
        assert!(diagnostics.is_empty());
        assert!(item.to_string().contains("scope . run (inner)"), "{item}");
    }
}
