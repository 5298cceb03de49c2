use std::pin::Pin;

use futures_util::Stream;
use plimsoll::observe;

#[observe(log(after))]
fn rows(after: u64) -> Pin<Box<dyn Stream<Item = u64>>> {
    Box::pin(futures_util::stream::iter([after]))
}

fn main() {
    drop(rows(1));
}
