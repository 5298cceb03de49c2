use plimsoll::observe;

struct Stock;

#[observe(log(artcle))]
impl Stock {
    fn count(&self, article: u64) -> u64 {
        article
    }

    fn refill(&self, article: u64) -> u64 {
        article + 1
    }
}

fn main() {
    Stock.count(1);
    Stock.refill(1);
}
