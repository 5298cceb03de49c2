use plimsoll::{metric, redact};

#[redact]
struct Customer {
    #[redact(email)]
    address: String,
}

#[metric(counter, help = "Searches", labels(customer: open(10)))]
fn search(customer: &Customer) -> usize {
    customer.address.len()
}

fn main() {
    search(&Customer { address: String::new() });
}
