use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[doc = "What they sent."]
    value: serde_json::Value,
}

fn main() {
    println!("{:?}", Customer { id: 1, value: serde_json::Value::Null });
}
