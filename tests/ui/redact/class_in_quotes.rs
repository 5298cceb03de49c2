use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[redact(class = "pii", email)]
    value: String,
}

fn main() {
    println!("{:?}", Customer { id: 1, value: String::new() });
}
