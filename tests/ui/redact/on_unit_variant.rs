use plimsoll::redact;

#[redact]
enum Payment {
    #[redact]
    Cash,
    Card(#[redact] String),
}

fn main() {
    println!("{:?} {:?}", Payment::Cash, Payment::Card(String::new()));
}
