use plimsoll::observe;

struct Stock;

#[observe(name = "stock")]
impl Stock {
    fn count(&self) -> u32 {
        1
    }
}

fn main() {
    Stock.count();
}
