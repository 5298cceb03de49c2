use std::error::Error;
use std::fmt;

use plimsoll::ErrorKind;

#[derive(Debug, ErrorKind)]
enum OrderError {
    #[kind(transparent)]
    Number(std::num::ParseIntError),
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("order")
    }
}

impl Error for OrderError {}

#[plimsoll::observe]
fn place() -> Result<(), OrderError> {
    Err(OrderError::Number("x".parse::<u8>().unwrap_err()))
}

fn main() {
    drop(place());
}
