use plimsoll::metric;

#[metric(counter, help = "Searches", labels(tenant: open(500), odd: bool = tenant.len() % 2 == 1), budget = 1000)]
fn search(tenant: &str) -> usize {
    tenant.len()
}

fn main() {
    search("one");
}
