use plimsoll::{Label, metric};

#[derive(Clone, Copy, Label)]
enum Digit {
    Zero,
    One,
    Two,
    Three,
    Four,
    Five,
    Six,
    Seven,
    Eight,
    Nine,
}

#[metric(counter, help = "Searches", labels(ones, tens, hundreds, odd: bool = ones as u8 % 2 == 1))]
fn search(ones: Digit, tens: Digit, hundreds: Digit) -> u8 {
    ones as u8 + tens as u8 + hundreds as u8
}

fn main() {
    search(Digit::One, Digit::Two, Digit::Three);
}
