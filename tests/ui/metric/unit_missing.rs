use plimsoll::metric;

#[metric(histogram, name = "search_terms", help = "Terms", value = query, buckets = [1, 10])]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
