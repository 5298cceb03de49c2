use plimsoll::redact;

#[redact(display = "{number}")]
enum Payment {
    Card {
        #[redact(last(4))]
        number: String,
    },
}

fn main() {
    println!("{}", Payment::Card { number: String::new() });
}
