use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[redact(bucket(1))]
    value: u32,
}

fn main() {
    println!("{:?}", Customer { id: 1, value: 1 });
}
