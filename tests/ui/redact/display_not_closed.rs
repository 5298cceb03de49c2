use plimsoll::redact;

#[redact(display = "customer {id")]
struct Customer {
    id: u64,
    #[redact(email)]
    email: String,
}

fn main() {
    println!("{}", Customer { id: 1, email: String::new() });
}
