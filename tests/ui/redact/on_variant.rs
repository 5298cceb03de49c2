use plimsoll::redact;

#[redact]
enum Payment {
    #[redact]
    Card(u64),
}

fn main() {
    println!("{:?}", Payment::Card(1));
}
