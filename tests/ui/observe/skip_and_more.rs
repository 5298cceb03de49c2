use plimsoll::observe;

struct Stock;

#[observe]
impl Stock {
    #[observe(skip, level = debug)]
    fn count(&self) -> u32 {
        1
    }

    fn refill(&self) {}
}

fn main() {
    Stock.count();
    Stock.refill();
}
