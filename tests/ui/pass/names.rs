//! No name around a marked function gets in the way of ours.

#![allow(non_upper_case_globals, non_camel_case_types, dead_code)]

mod items {
    pub const guard: u8 = 1;
    pub const f: u8 = 1;
    pub const record: u8 = 1;
    pub const scope: u8 = 1;
    pub static out: u8 = 1;
    pub static inner: u8 = 1;
    pub struct samples;
    pub struct _scope;
}

mod methods {
    /// For everything, by value: such methods come before those by reference.
    pub trait Ext: Sized {
        fn enter(self) {}
        fn enter_async(self) {}
        fn enter_unseen(self) {}
        fn run(self) {}
        fn recording(self) {}
        fn is_on(self) {}
        fn log(self) {}
        fn finish(self) {}
        fn step(self) {}
        fn field(self) {}
        fn value(self) {}
        fn redacted(self) {}
        fn record(self) {}
        fn hidden(self) {}
        fn write_str(self) {}
    }

    impl<T> Ext for T {}
}

use items::*;
use methods::Ext;
use plimsoll::{metric, observe, redact};
use std::future::Future;

#[observe(log(id))]
#[metric(counter, name = "plain", help = "Calls")]
fn plain(id: u64) -> Result<u64, String> {
    if id == 0 {
        return Err(String::from("none"));
    }
    Ok(id)
}

#[observe(log(public(id)), redact(name = full))]
fn in_place(id: u64, name: &str) -> u64 {
    name.finish();
    id
}

#[observe]
async fn waits(id: u64) -> u64 {
    id
}

#[observe]
fn elsewhere(id: u64) -> impl Future<Output = u64> {
    waits(id)
}

#[redact(display = "{0} and {1}")]
struct Pair(u8, #[redact(last(4))] String);

#[redact]
struct Email(#[redact(email)] String);

fn main() {
    let _ = (Pair(record, String::new()), Email(String::new()));
    let _ = (plain(u64::from(guard)), in_place(1, ""), elsewhere(u64::from(scope)));
}
