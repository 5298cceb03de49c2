use std::error::Error;
use std::fmt;

use plimsoll::ErrorKind;

#[derive(Debug, ErrorKind)]
enum OrderError {
    #[kind(transparent)]
    SoldOut,
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("order")
    }
}

impl Error for OrderError {}

#[plimsoll::observe]
fn place() -> Result<(), OrderError> {
    Err(OrderError::SoldOut)
}

fn main() {
    drop(place());
}
