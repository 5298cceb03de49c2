use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[redact(allow(reason = "no person"))]
    value: Vec<u8>,
}

fn main() {
    println!("{:?}", Customer { id: 1, value: Vec::new() });
}
