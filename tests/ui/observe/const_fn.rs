use plimsoll::observe;

#[observe]
const fn double(number: u32) -> u32 {
    number * 2
}

const FOUR: u32 = double(2);

fn main() {
    double(FOUR);
}
