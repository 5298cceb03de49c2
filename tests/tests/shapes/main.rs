//! A mark changes nothing about the function that bears it: what compiled and ran without it does so
//! with it, under the lints of a strict user.
//!
//! One file for each family of shapes. A family calls each of its functions and compares what comes
//! out with what the function would give unmarked; at its end stands how often each call of it ended
//! in which way. `table.rs` compares that with the metrics page and the spans.

#![deny(warnings)]
#![deny(
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    missing_docs,
    missing_debug_implementations,
    missing_copy_implementations,
    unused,
    unreachable_pub,
    unused_qualifications,
    unused_lifetimes,
    unused_results,
    single_use_lifetimes,
    let_underscore_drop,
    elided_lifetimes_in_paths,
    non_ascii_idents,
    trivial_casts,
    trivial_numeric_casts,
    variant_size_differences,
    future_incompatible,
    nonstandard_style,
    rust_2018_idioms,
    rust_2024_compatibility
)]
#![deny(
    clippy::allow_attributes_without_reason,
    clippy::else_if_without_else,
    clippy::redundant_type_annotations,
    clippy::semicolon_inside_block,
    clippy::shadow_same,
    clippy::undocumented_unsafe_blocks
)]
#![deny(unsafe_code)]
// What these say of the shapes, they say of them unmarked.
#![allow(
    clippy::boxed_local,
    clippy::future_not_send,
    clippy::large_stack_arrays,
    clippy::manual_async_fn,
    clippy::missing_const_for_fn,
    clippy::needless_pass_by_value,
    clippy::panic,
    clippy::redundant_pub_crate,
    clippy::type_complexity,
    clippy::unnecessary_wraps,
    clippy::unused_async,
    clippy::unwrap_used,
    clippy::use_self,
    reason = "a shape is what it is, and a failed expectation is how a test speaks"
)]

mod arguments;
mod as_tests;
mod asynchronous;
mod awaited;
mod blocks;
mod bodies;
mod callers;
mod clashes;
mod collections;
mod corners;
mod deep;
mod driven;
mod drops;
mod editions;
mod existential;
mod flow;
mod futures;
mod generics;
mod inference;
mod judged;
mod loud;
mod methods;
mod names;
mod panics;
mod qualifiers;
mod receivers;
mod sends;
mod table;
mod written;

use plimsoll_tests::live::Live;
use table::Family;

const FAMILIES: &[Family] = &[
    // First: its spans are too many, and those of others would be lost among them.
    Family { module: "shapes::deep", run: deep::run, ends: deep::ENDS },
    Family { module: "shapes::generics", run: generics::run, ends: generics::ENDS },
    Family { module: "shapes::existential", run: existential::run, ends: existential::ENDS },
    Family { module: "shapes::inference", run: inference::run, ends: inference::ENDS },
    Family { module: "shapes::receivers", run: receivers::run, ends: receivers::ENDS },
    Family { module: "shapes::drops", run: drops::run, ends: drops::ENDS },
    Family { module: "shapes::arguments", run: arguments::run, ends: arguments::ENDS },
    Family { module: "shapes::qualifiers", run: qualifiers::run, ends: qualifiers::ENDS },
    Family { module: "shapes::callers", run: callers::run, ends: callers::ENDS },
    Family { module: "shapes::flow", run: flow::run, ends: flow::ENDS },
    Family { module: "shapes::bodies", run: bodies::run, ends: bodies::ENDS },
    Family { module: "shapes::methods", run: methods::run, ends: methods::ENDS },
    Family { module: "shapes::collections", run: collections::run, ends: collections::ENDS },
    Family { module: "shapes::written", run: written::run, ends: written::ENDS },
    Family { module: "shapes::asynchronous", run: asynchronous::run, ends: asynchronous::ENDS },
    Family { module: "shapes::corners", run: corners::run, ends: corners::ENDS },
    Family { module: "shapes::awaited", run: awaited::run, ends: awaited::ENDS },
    Family { module: "shapes::sends", run: sends::run, ends: sends::ENDS },
    Family { module: "shapes::futures", run: futures::run, ends: futures::ENDS },
    Family { module: "shapes::driven", run: driven::run, ends: driven::ENDS },
    Family { module: "shapes::clashes", run: clashes::run, ends: clashes::ENDS },
    Family { module: "shapes::names", run: names::run, ends: names::ENDS },
    Family { module: "shapes::blocks", run: blocks::run, ends: blocks::ENDS },
    Family { module: "shapes::judged", run: judged::run, ends: judged::ENDS },
    Family { module: "e2015", run: editions::run_2015, ends: editions::ENDS_2015 },
    Family { module: "e2018", run: editions::run_2018, ends: editions::ENDS_2018 },
    Family { module: "e2021", run: editions::run_2021, ends: editions::ENDS_2021 },
];

#[test]
fn a_mark_changes_nothing() {
    let live = Live::start();
    panics::keep_quiet_when_expected();
    for family in FAMILIES {
        (family.run)();
        if family.module == "shapes::deep" {
            table::wait_until_sent(&live);
        }
    }
    let found = table::on_page(&live.page(), FAMILIES);
    if let Some(received) = live.end() {
        table::in_spans(&received, &found);
    }
}
