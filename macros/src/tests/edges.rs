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
        metric(
            tokens("summary, crate = topspin, help = \"x\", name = \"x_usd\", value = ret, labels(a: open(5) = ret.a)"),
            tokens("fn f() -> u8 { 1 }"),
        ).0,
        metric(
            tokens("gauge, crate = topspin, help = \"x\", callback, labels(a: A, b: B)"),
            tokens("fn f() -> Vec<((A, B), u8)> { vec() }"),
        ).0,
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
        ("nmae", "impl S { fn f(&self); }", "impl S { fn f (& self) ; }"),
        ("", "#[observe] mod m;", "mod m ;"),
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
fn a_mark_that_was_copied_is_one() {
    let item = tokens("#[observe(log(a))] #[plimsoll::observe(log(a))] fn f(a: u8) {}");
    let (item, diagnostics) = observe(tokens("log(a)"), item);
    assert_eq!(messages(diagnostics.into_tokens()), [""; 0]);
    assert_eq!(item.to_string().matches("static SITE").count(), 1, "{item}");
}

#[test]
fn fragments_of_macro_rules_are_seen_through() {
    let invisible = |stream: TokenStream| TokenTree::Group(Group::new(Delimiter::None, stream));
    let body = invisible(tokens("{ 1 }"));
    let (item, diagnostics) = observe(TokenStream::new(), quote!(fn f() -> R #body));
    assert_eq!(messages(diagnostics.into_tokens()), [""; 0]);
    assert!(item.to_string().contains("never () ; } 1 } ;"), "{item}");

    let whole = invisible(tokens("#[metric(counter, help = \"x\")] fn f() {}"));
    let (item, diagnostics) = observe(TokenStream::new(), whole.into());
    assert_eq!(messages(diagnostics.into_tokens()), [""; 0]);
    assert!(item.to_string().contains("METRIC"), "{item}");
}

#[test]
fn literals_of_macro_rules_are_seen_through() {
    let invisible = |text: &str| TokenTree::Group(Group::new(Delimiter::None, tokens(text)));
    let (name, slow, bound) = (invisible("\"GET /\""), invisible("\"2s\""), invisible("1"));
    let help = invisible("\"x\"");
    let metric = quote!(#[metric(histogram, name = "x_seconds", help = #help, buckets = [#bound])]);
    let (item, diagnostics) =
        observe(quote!(name = #name, slow = #slow), quote!(#metric fn f() {}));
    assert_eq!(messages(diagnostics.into_tokens()), [""; 0]);
    assert!(item.to_string().contains("GET /"), "{item}");
}

#[test]
fn attributes_inside_the_body_stay_at_its_beginning() {
    let (item, _) = observe(TokenStream::new(), tokens("fn f() -> u8 { #![allow(unused)] 1 }"));
    assert!(item.to_string().contains("-> u8 { #! [allow (unused)] let mut __guard"), "{item}");
}

#[test]
fn impl_trait_inside_a_type_is_left_to_inference() {
    for (returned, spelled) in [
        ("Result<impl Iterator<Item = Vec<u8>> + Send, E>", "Result < _ , E >"),
        ("R<(impl Fn(u8) -> Vec<u8>, u8)>", "R < (_ , u8) >"),
        ("R<Box<impl Fn() -> u8>, u8>", "R < Box < _ >, u8 >"),
    ] {
        let (item, _) =
            observe(TokenStream::new(), tokens(&format!("fn f() -> {returned} {{ g()? }}")));
        assert!(item.to_string().contains(&format!("move || -> {spelled} {{")), "{item}");
    }
}

/// What cannot be a `Result` by any name is not looked at, and the body stays in no closure.
#[test]
fn plain_values_stay_in_place() {
    let in_place = |returned: &str| {
        let item = tokens(&format!("fn f() {returned} {{ g() }}"));
        observe(TokenStream::new(), item).0.to_string().contains("enter_unseen")
    };
    for returned in ["", "-> ()", "-> u8", "-> &mut T", "-> (u8, R)", "-> [R; 2]", "-> Option<R>"] {
        assert!(in_place(returned), "{returned}");
    }
    for returned in [
        "-> R",
        "-> (R)",
        "-> (Result<u8, E>)",
        "-> Result<u8, E>",
        "-> Self",
        "-> T",
        "-> Box<R>",
        "-> !",
    ] {
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
        assert!(item.to_string().contains(":: future :: < _ , u8 , _ >"), "{item}");
    }
}

/// A body that is left only at its end stays where it is: `Location::caller()` in it is the caller's.
#[test]
fn bodies_without_early_exits_stay_in_no_closure() {
    let straight = |body: &str| {
        let item = tokens(&format!("fn f() -> R {{ {body} }}"));
        !observe(TokenStream::new(), item).0.to_string().contains("call_once")
    };
    for body in ["g()", "if !a { b } else { !c }", "assert!(a != b, \"{a}\"); vec![1]", "|| { 1 }"]
    {
        assert!(straight(body), "{body}");
    }
    for body in ["g()?", "return g()", "a(|| b?)", "bail!()", "vec![a?]", "{ { return } }"] {
        assert!(!straight(body), "{body}");
    }
    for marks in ["#[track_caller]", "#[inline] #[cfg_attr(debug_assertions, track_caller)]"] {
        for (body, may_return) in [("g()?", false), ("if a { return b } g()", true)] {
            let item = tokens(&format!("{marks} fn f() -> R {{ {body} }}"));
            let item = observe(TokenStream::new(), item).0.to_string();
            assert!(!item.contains("call_once"), "{item}");
            assert_eq!(item.contains("enter_unseen"), may_return, "{item}");
        }
    }
}

/// What else a signature promises, a wrapper of ours would not keep.
#[test]
fn only_plain_futures_and_streams_are_wrapped() {
    let wrapped = |returned: &str| {
        let item = tokens(&format!("fn f() -> {returned} {{ g() }}"));
        observe(TokenStream::new(), item).0.to_string().contains("(__inner")
    };
    for returned in [
        "impl Future<Output = u8> + Send + Unpin + 'static",
        "impl core::future::Future",
        "impl FusedStream<Item = u8> + use<'a>",
        "impl FusedFuture<Output = u8>",
        "Pin<Box<dyn Stream<Item = u8> + Send>>",
        "BoxStream<'a, u8>",
        "LocalBoxFuture<'a, u8>",
    ] {
        assert!(wrapped(returned), "{returned}");
    }
    for returned in [
        "impl Future<Output = u8> + Clone",
        "impl Future<Item = u8, Error = E>",
        "impl FnOnce() -> MyFuture",
        "Box<dyn Stream<Item = u8>>",
        "MyStream",
    ] {
        assert!(!wrapped(returned), "{returned}");
    }
}

#[test]
fn functions_of_a_block_are_called_by_its_type() {
    let label = |head: &str| {
        let item = tokens(&format!("{head} {{ fn f() {{}} }}"));
        let (item, diagnostics) = observe(TokenStream::new(), item);
        assert_eq!(messages(diagnostics.into_tokens()), [""; 0]);
        let text = item.to_string();
        let name = text.split("Site :: new (\"").nth(1).and_then(|rest| rest.split('"').next());
        name.expect("a site").to_owned()
    };
    for (head, expected) in [
        ("impl Orders", "Orders::f"),
        ("unsafe impl<'a, T: Fn(u8) -> Vec<u8>> a::Named for crate::b::Orders<'a, T>", "Orders::f"),
        ("impl<T> Named for &'static mut Orders<T> where T: Into<u8>", "Orders::f"),
        ("impl Fn<(u8,)> for dyn a::Named + Send", "Named::f"),
        ("impl<T: Named> a::Greet for T", "Greet::f"),
        ("impl Named for for<'a> fn(&'a u8)", "for <'a > fn (&'a u8)::f"),
        ("impl Named for [u8; { 2 }]", "[u8 ; { 2 }]::f"),
        ("impl<'a, T> Named for &'a [T]", "[T]::f"),
        ("impl<T> Named for &(T, u8)", "(T , u8)::f"),
        ("impl<const N: usize> Named for Bytes<{ N + 1 }>", "Bytes::f"),
        ("impl r#Try", "Try::f"),
        ("pub unsafe trait Named<T>: Clone", "Named::f"),
        ("pub(crate) mod orders", "f"),
    ] {
        assert_eq!(label(head), expected, "{head}");
    }
}

#[test]
fn what_runs_in_the_compiler_or_for_tests_is_passed_over() {
    for inside in [
        "pub const fn f() {}",
        "#[test] fn f() {}",
        "#[tokio::test] async fn f() {}",
        "#[cfg(test)] mod m { fn f() {} }",
        "#[cfg_attr(x, observe(level = debug))] fn f() {}",
        "#[observe(skip)] fn f() {}",
        "#[observe(skip)] impl S { fn f() {} }",
        "extern \"C\" { fn f(); }",
        "macro_rules! f { () => { fn f() {} } }",
        "const F: fn() = { fn f() {} f };",
    ] {
        let text = format!("mod m {{ {inside} fn other() {{}} }}");
        let (item, diagnostics) = observe(TokenStream::new(), tokens(&text));
        assert_eq!(messages(diagnostics.into_tokens()), [""; 0], "{inside}");
        assert_eq!(item.to_string().matches("Site :: new").count(), 1, "{inside}: {item}");
    }
}
