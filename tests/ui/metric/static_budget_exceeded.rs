use plimsoll::{Counter, Label, Open, metric};

#[derive(Clone, Copy, Label)]
enum Product {
    Book,
    Game,
    Film,
    Song,
}

#[metric(counter, name = "revenue_usd", help = "Sold", labels(tenant: open(500), product))]
static REVENUE: Counter<(Open, Product)>;

fn main() {
    let _ = &REVENUE;
}
