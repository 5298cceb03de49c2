use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[cfg_attr(debug_assertions, redact(email))]
    value: String,
}

fn main() {
    println!("{:?}", Customer { id: 1, value: String::new() });
}
