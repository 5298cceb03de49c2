use plimsoll::metric;

const FAST: f64 = 0.5;

#[metric(histogram, help = "Time of a search", buckets = [0.1, FAST])]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(FAST as u64);
}
