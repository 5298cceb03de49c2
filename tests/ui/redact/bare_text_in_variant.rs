use plimsoll::redact;

#[redact]
enum Payment {
    Cash(u64),
    Card { number: String },
}

fn main() {
    println!("{:?} {:?}", Payment::Cash(1), Payment::Card { number: String::new() });
}
