use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[redact(with = masked)]
    value: String,
}

fn masked(value: &u64) -> String {
    value.to_string()
}

fn main() {
    println!("{:?}", Customer { id: 1, value: String::new() });
}
