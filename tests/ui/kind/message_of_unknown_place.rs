use std::error::Error;
use std::fmt;

use plimsoll::ErrorKind;

#[derive(Debug, ErrorKind)]
enum OrderError {
    #[kind(message = "order {1} is lost")]
    Lost(u64),
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
    drop(place(OrderError::Lost(1)));
}
