use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[redact(keys = full, values = shown)]
    value: BTreeMap<String, String>,
}

use std::collections::BTreeMap;

fn main() {
    println!("{:?}", Customer { id: 1, value: BTreeMap::new() });
}
