use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[redact(class = secret, last(4))]
    value: String,
}

fn main() {
    println!("{:?}", Customer { id: 1, value: String::new() });
}
