use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[redact(bucket(0))]
    value: u32,
}

fn main() {
    println!("{:?}", Customer { id: 1, value: 1 });
}
