use plimsoll::metric;

#[metric(histogram, help = "Time of a search", buckets = htpp)]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
