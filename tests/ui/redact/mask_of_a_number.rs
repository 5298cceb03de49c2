use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[redact(mask(8))]
    value: String,
}

fn main() {
    println!("{:?}", Customer { id: 1, value: String::new() });
}
