use plimsoll::{Counter, Label, metric};

#[derive(Clone, Copy, Label)]
enum Product {
    Book,
}

#[metric(counter, name = "revenue_usd", help = "Sold", labels(tenant, product))]
static REVENUE: Counter<(plimsoll::Open, Product)>;

fn main() {
    REVENUE.with(("one", Product::Book)).inc();
}
