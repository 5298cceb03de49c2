use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[redact(with = |value, f| f.write_str(value))]
    value: String,
}

fn main() {
    println!("{:?}", Customer { id: 1, value: String::new() });
}
