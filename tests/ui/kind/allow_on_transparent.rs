use std::error::Error;
use std::fmt;

use plimsoll::ErrorKind;

#[derive(Debug, ErrorKind)]
enum OrderError {
    SoldOut,
    #[kind(transparent, allow(reason = "it is public"))]
    Inner(Box<OrderError>),
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("order")
    }
}

impl Error for OrderError {}

#[plimsoll::observe]
fn place(error: OrderError) -> Result<(), OrderError> {
    Err(error)
}

fn main() {
    drop(place(OrderError::SoldOut));
}
