use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[redact(shown)]
    value: u64,
}

fn main() {
    println!("{:?}", Customer { id: 1, value: 1 });
}
