use plimsoll::metric;

#[metric(histogram, name = "search_terms", unit = "terms", help = "Terms", value = query)]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
