use plimsoll::{Counter, Label, metric};

#[derive(Clone, Copy, Label)]
enum Product {
    Book,
}

#[metric(counter, name = "revenue_usd", help = "Sold", labels(product))]
static REVENUE: Counter<Product>;

fn main() {
    REVENUE.with("book").inc();
    REVENUE.with(Product::Book).inc();
}
