use plimsoll::metric;

#[metric(histogram, name = "search_time", help = "Time of a search")]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
