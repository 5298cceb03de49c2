use plimsoll::redact;

#[redact(class = pii, class = secret)]
struct Customer {
    id: u64,
}

fn main() {
    println!("{:?}", Customer { id: 1 });
}
