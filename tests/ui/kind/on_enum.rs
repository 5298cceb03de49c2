use std::error::Error;
use std::fmt;

use plimsoll::ErrorKind;

#[derive(Debug, ErrorKind)]
#[kind(retryable)]
enum OrderError {
    OutOfStock,
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("order")
    }
}

impl Error for OrderError {}

#[plimsoll::observe]
fn place() -> Result<(), OrderError> {
    Err(OrderError::OutOfStock)
}

fn main() {
    drop(place());
}
