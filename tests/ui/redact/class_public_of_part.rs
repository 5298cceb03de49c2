use plimsoll::redact;

#[redact(class = public)]
struct Customer {
    id: u64,
    #[redact(last(4))]
    card: String,
}

fn main() {
    println!("{:?}", Customer { id: 1, card: String::new() });
}
