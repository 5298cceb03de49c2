use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    emails: Vec<Option<String>>,
}

fn main() {
    println!("{:?}", Customer { id: 1, emails: Vec::new() });
}
