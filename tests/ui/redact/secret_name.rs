use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    pin: u16,
}

fn main() {
    println!("{:?}", Customer { id: 1, pin: 1234 });
}
