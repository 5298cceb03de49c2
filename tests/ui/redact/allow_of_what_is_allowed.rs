use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[redact(email, allow(reason = "support asks for it"))]
    value: String,
}

fn main() {
    println!("{:?}", Customer { id: 1, value: String::new() });
}
