use plimsoll::redact;

#[redact(display = "customer {id} of {email}")]
struct Customer {
    id: u64,
    #[redact]
    email: String,
}

fn main() {
    println!("{}", Customer { id: 1, email: String::new() });
}
