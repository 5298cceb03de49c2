use plimsoll::redact;

#[redact]
#[derive(Clone, Debug)]
struct Customer {
    id: u64,
    #[redact] email: String,
}

fn main() {
    println!("{:?}", Customer { id: 1, email: String::new() });
}
