use plimsoll::metric;

#[metric(histogram, help = "Time of a search", buckets = linear(0.1, 0, 5))]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
