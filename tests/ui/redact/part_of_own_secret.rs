use plimsoll::{Class, redact};

#[redact]
struct Customer {
    id: u64,
    #[redact(class = KEY, first(4))]
    value: String,
}

const KEY: Class = Class::SECRET.named("key");

fn main() {
    println!("{:?}", Customer { id: 1, value: String::new() });
}
