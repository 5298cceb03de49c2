use plimsoll::metric;

#[metric(histogram, help = "Time of a search", buckets = exponential(0.1, 1, 5))]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
