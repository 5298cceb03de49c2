use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[redact(last(0))]
    email: String,
}

fn main() {
    println!("{:?}", Customer { id: 1, email: String::new() });
}
