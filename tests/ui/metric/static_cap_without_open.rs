use plimsoll::{Counter, Label, metric};

#[derive(Clone, Copy, Label)]
enum Product {
    Book,
}

#[metric(counter, name = "revenue_usd", help = "Sold", labels(product: open(500)))]
static REVENUE: Counter<Product>;

fn main() {
    REVENUE.with(Product::Book).inc();
}
