use plimsoll::metric;

#[metric(summary, name = "search", unit = "terms", help = "Terms", value = query)]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
