use plimsoll::observe;

struct Stock;

#[observe]
impl Stock {
    #[observe(log(artcle))]
    fn count(&self, article: u64) -> u64 {
        article
    }

    #[observe(levl = debug)]
    fn refill(&self) {}

    fn unharmed(&self) {}
}

fn main() {
    Stock.count(1);
    Stock.refill();
    Stock.unharmed();
}
