use plimsoll::metric;

struct Customer {
    email: String,
}

#[metric(counter, help = "Searches", labels(who: open(10) = customer.email.as_str()))]
fn search(customer: &Customer) -> usize {
    customer.email.len()
}

fn main() {
    search(&Customer { email: String::new() });
}
