//! Names of the standard library, and of our own wrapper, that mean something else here.

#![allow(dead_code, unused_macros)]

use plimsoll::{ErrorKind, Label, metric, observe, redact};

type Result = u8;
struct Option;
struct Some;
struct None;
struct Ok;
struct Err;
struct Box;
struct Vec;
struct String;
struct Slot;
struct Scope;
struct Site;
struct Event;
struct Said;
trait Future {}
mod core {}
mod std {}
mod alloc {}

macro_rules! module_path {
    () => {
        compile_error!("not this one")
    };
}

#[derive(Debug, Clone, Copy, PartialEq, Label)]
enum Tier {
    Free,
    Gold,
}

#[derive(ErrorKind, Debug)]
enum Broken {
    #[kind(expected)]
    Badly,
}

impl ::std::fmt::Display for Broken {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str("broken")
    }
}

impl ::std::error::Error for Broken {}

#[redact(display = "{id} {card}", serialize, deserialize)]
#[derive(::serde::Deserialize)]
struct Customer {
    id: u64,
    #[redact(last(4))]
    card: ::std::string::String,
}

#[redact]
enum Payment {
    #[redact(display = "none")]
    None,
    Some(#[redact(class = pii, allow(reason = "a test"))] ::std::string::String),
}

#[observe(log(out, slot, scope = scope + 1), redact(site = last(2)))]
#[metric(counter, labels(samples), help = "Calls")]
#[metric(histogram, name = "out_bytes", help = "Sizes", value = out, buckets = [1, 2])]
fn same_names(out: u64, slot: u8, scope: u16, site: &str, samples: Tier, inner: u8) -> u64 {
    plimsoll::info!("called", out, scope, redact(site = last(4)), site_text = public(1));
    let _ = (slot, scope, site, samples, inner);
    out
}

#[observe]
fn fails() -> ::std::result::Result<(), Broken> {
    ::std::result::Result::Err(Broken::Badly)
}

#[observe(log(out))]
async fn waits(out: u8) -> Result {
    out
}

#[observe]
fn hidden() -> Result {
    // The wrapper's own names are not visible in the body.
    let out = 7;
    let slot = out;
    slot
}

fn main() {
    assert_eq!(same_names(1, 2, 3, "s", Tier::Gold, 4), 1);
    assert!(fails().is_err());
    assert_eq!(hidden(), 7);
    drop(waits(1));
    let customer = Customer { id: 1, card: "4242424242424242".into() };
    assert!(!format!("{customer:?} {customer}").contains("42424242"));
    let _ = (Payment::None, Payment::Some(::std::string::String::new()));
}
