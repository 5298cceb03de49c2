use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[redact(each)]
    value: Vec<String>,
}

fn main() {
    println!("{:?}", Customer { id: 1, value: Vec::new() });
}
