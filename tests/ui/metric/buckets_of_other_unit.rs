use plimsoll::metric;

#[metric(histogram, help = "Time of a search", buckets = bytes)]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
