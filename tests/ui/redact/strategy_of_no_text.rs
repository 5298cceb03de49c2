use plimsoll::redact;

#[redact]
struct Customer {
    #[redact(last(4))]
    cards: Cards,
}

struct Cards;

fn main() {
    println!("{:?}", Customer { cards: Cards });
}
