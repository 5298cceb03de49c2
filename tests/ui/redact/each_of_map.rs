use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[redact(each = email)]
    value: BTreeMap<u8, String>,
}

use std::collections::BTreeMap;

fn main() {
    println!("{:?}", Customer { id: 1, value: BTreeMap::new() });
}
