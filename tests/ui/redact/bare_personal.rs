use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[redact(class = pii)]
    value: u64,
}

fn main() {
    println!("{:?}", Customer { id: 1, value: 1 });
}
