use std::error::Error;
use std::fmt;

use plimsoll::ErrorKind;

#[derive(Debug, ErrorKind)]
enum OrderError {
    Payment(#[kind(expected)] u64),
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("order")
    }
}

impl Error for OrderError {}

#[plimsoll::observe]
fn place() -> Result<(), OrderError> {
    Err(OrderError::Payment(1))
}

fn main() {
    drop(place());
}
