use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[redact(class = LEVEL, email)]
    value: String,
}

const LEVEL: u8 = 2;

fn main() {
    println!("{:?}", Customer { id: 1, value: String::new() });
}
