use plimsoll::observe;

struct Stock;

#[observe]
impl Stock {
    #[observe(level = debug)]
    const fn limit() -> u32 {
        8
    }

    fn count(&self) -> u32 {
        Stock::limit()
    }
}

fn main() {
    Stock.count();
}
