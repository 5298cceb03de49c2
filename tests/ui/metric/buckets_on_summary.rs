use plimsoll::metric;

#[metric(summary, help = "Time of a search", buckets = [1, 2])]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
