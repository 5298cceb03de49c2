use plimsoll::{Counter, Open, metric, redact};

#[redact]
struct Customer {
    id: u64,
}

#[metric(counter, name = "revenue_usd", help = "Sold", labels(customer: open(500)))]
static REVENUE: Counter<Open>;

fn main() {
    REVENUE.with(Customer { id: 1 }).inc();
}
