use std::future::{Ready, ready};

use plimsoll::observe;

#[observe(log(id))]
fn load(id: u64) -> impl Future<Output = u64> {
    fetch(id)
}

fn fetch(id: u64) -> Ready<u64> {
    ready(id)
}

fn main() {
    drop(load(1));
}
