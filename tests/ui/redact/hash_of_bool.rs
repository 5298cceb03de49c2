use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[redact(hash("flag"))]
    value: Option<bool>,
}

fn main() {
    println!("{:?}", Customer { id: 1, value: None });
}
