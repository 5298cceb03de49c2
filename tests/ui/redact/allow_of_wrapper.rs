use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[redact(allow(reason = "it is short"))]
    value: SecretString,
}

struct SecretString;

fn main() {
    println!("{:?}", Customer { id: 1, value: SecretString });
}
