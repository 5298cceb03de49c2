use plimsoll::ErrorKind;

#[derive(Debug, ErrorKind)]
enum OrderError {
    OutOfStock,
}

fn main() {
    println!("{:?}", OrderError::OutOfStock);
}
