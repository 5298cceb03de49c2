use plimsoll::{Class, redact};

#[redact]
struct Customer {
    id: u64,
    #[redact(class = PHI)]
    value: u64,
}

const PHI: Class = Class::PII.named("phi");

fn main() {
    println!("{:?}", Customer { id: 1, value: 1 });
}
