use plimsoll::redact;

#[redact(serialize)]
#[derive(Clone)]
struct Customer {
    id: u64,
    #[redact(email)]
    #[serde(serialize_with = "bytes")]
    email: String,
}

fn main() {
    println!("{:?}", Customer { id: 1, email: String::new() });
}
