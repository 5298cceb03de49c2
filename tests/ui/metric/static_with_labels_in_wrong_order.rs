use plimsoll::{Counter, Label, metric};

#[derive(Clone, Copy, Label)]
enum Product {
    Book,
}

#[metric(counter, name = "revenue_usd", help = "Sold", labels(product, paid))]
static REVENUE: Counter<(Product, bool)>;

fn main() {
    REVENUE.with((true, Product::Book)).inc();
}
